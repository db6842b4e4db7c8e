//! A generator on UART1.

use core::time::Duration;
use std::thread;

use lfsr_core::register::Register;
use lfsr_host::device::Feed;

/// The output of a register by single steps, for as long as it is wanted: every `wrong`th bit wrong, every `missing`th left out; 0: none.
pub(crate) fn generator(register: Register, wrong: u32, missing: u32) -> Feed {
    let mut state = 1;
    let mut position = 0u32;
    let due = move |position: u32, every: u32| every > 0 && position % every == every - 1;
    Box::new(move |bytes| {
        // Not so fast that the board does nothing else.
        thread::sleep(Duration::from_millis(1));
        for _ in 0..64 {
            let mut byte = 0;
            for i in 0..8 {
                if due(position, missing) {
                    state = register.step(state);
                }
                byte |= (register.output(state) as u8 ^ u8::from(due(position, wrong))) << i;
                state = register.step(state);
                position += 1;
            }
            bytes.push(byte);
        }
    })
}
