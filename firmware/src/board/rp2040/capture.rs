//! [`Capture`]: a generator with a clock of its own, sampled by a state machine of the PIO.

use lfsr_firmware::source::Source;
use pio::{Assembler, InSource, WaitSource};
use rp2040_hal::{
    gpio::{
        FunctionPio0, Pin, PullNone,
        bank0::{Gpio10, Gpio11},
    },
    pac::{self, PIO0},
    pio::{Buffers, PIOBuilder, PIOExt, Running, Rx, SM0, ShiftDirection, StateMachine},
};

/// The data pin; the clock is the next one.
const DATA: u8 = 10;

/// The data is taken after the rising edge of the clock; bit 0 of a byte is the first.
///
/// Eight words of 32 bits are held. When they are full the state machine waits and misses clocks, which the checker will report as deleted bits.
pub(super) struct Capture {
    machine: StateMachine<(PIO0, SM0), Running>,
    words: Rx<(PIO0, SM0)>,
    /// Bytes of a word not handed out yet, the next one lowest, and how many.
    word: u32,
    held: u32,
    _pins: Pins,
}

/// Data and clock.
pub(super) type Pins = (Pin<Gpio10, FunctionPio0, PullNone>, Pin<Gpio11, FunctionPio0, PullNone>);

impl Capture {
    pub(super) fn new(pio: PIO0, pins: Pins, resets: &mut pac::RESETS) -> Self {
        let (mut pio, machine, _, _, _) = pio.split(resets);
        let mut program = Assembler::<{ pio::RP2040_MAX_PROGRAM_SIZE }>::new();
        for level in [0, 1] {
            program.wait(level, WaitSource::PIN, 1, false);
        }
        program.r#in(InSource::PINS, 1);
        // It cannot fail: three instructions fit.
        let program = pio.install(&program.assemble_program()).ok().unwrap();
        let (machine, words, _) = PIOBuilder::from_installed_program(program)
            .in_pin_base(DATA)
            .in_shift_direction(ShiftDirection::Right)
            .autopush(true)
            .push_threshold(32)
            .buffers(Buffers::OnlyRx)
            .build(machine);
        Self { machine: machine.start(), words, word: 0, held: 0, _pins: pins }
    }

    /// Forgets what is held, and begins with the next clock.
    pub(super) fn restart(&mut self) {
        self.machine.clear_fifos();
        self.machine.restart();
        self.held = 0;
    }

    fn byte(&mut self) -> Option<u8> {
        if self.held == 0 {
            self.word = self.words.read()?;
            self.held = 4;
        }
        let byte = self.word as u8;
        self.word >>= 8;
        self.held -= 1;
        Some(byte)
    }
}

impl Source for Capture {
    fn read(&mut self, buffer: &mut [u8]) -> usize {
        let mut count = 0;
        for slot in buffer {
            let Some(byte) = self.byte() else { return count };
            *slot = byte;
            count += 1;
        }
        count
    }
}
