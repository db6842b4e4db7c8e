//! How much RAM the board needs, stack included: it is painted before the start, and what is still painted after every command was not used.

use core::time::Duration;
use std::{fs, path::Path, thread};

use super::{
    device::{self, Device, Setup, generator},
    figures,
};
use lfsr_core::{
    bit_order::BitOrder,
    check::Settings,
    link::{CapturePlan, CheckPlan, RunUnit, Then},
    register::{Form, Register},
    unit::Unit,
};
use lfsr_crosscheck::deadline::Deadline;

/// Of the LM3S6965.
const RAM: u32 = 0x2000_0000;
const RAM_BYTES: usize = 64 << 10;

/// What no code writes by itself.
const PAINT: u8 = 0xa5;

/// The limit: all of it, without logs. The goal is 2 KiB.
const MOST_BYTES: usize = 2304;

/// Of these the stack: 720 to 904 bytes were seen, by whether an interrupt comes at the deepest point.
pub(super) const MOST_STACK: usize = 1024;

/// All of RAM that is used, static and stack.
#[test]
fn little_ram_does() {
    let Some(image) = device::image("memory", "LFSR_FIRMWARE_PLAIN") else { return };
    let (_, fixed) = figures::sizes(&image);
    let stack = stack(&image);
    println!("static RAM {fixed} bytes, stack at most {stack}");
    assert!(
        fixed as usize + stack < MOST_BYTES && stack < MOST_STACK,
        "{fixed} bytes of static RAM and {stack} of stack"
    );
}

/// The bytes of stack that an image reaches: every command, with registers of every kind, good bits and bad ones; then the paint is looked at.
pub(super) fn stack(image: &Path) -> usize {
    // Static RAM lies below the stack; the emulator cannot be given its content too.
    let fixed = figures::sizes(image).1 as usize;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let paint = folder.path().join("paint");
    fs::write(&paint, vec![PAINT; RAM_BYTES - fixed]).expect("a file");
    let prbs15 = Register::from_characteristic(0b1100_0000_0000_0001).expect("degree 15");
    let setup = Setup {
        image: Some(image.to_owned()),
        // Locks, errors and slips.
        feed: Some(generator(prbs15, 1000, 10_000)),
        arguments: [
            "-device",
            &format!("loader,file={},addr={:#x},force-raw=on", paint.display(), RAM as usize + fixed),
        ]
        .map(str::to_owned)
        .to_vec(),
        ..Setup::default()
    };
    let mut device = Device::with("memory", setup).expect("there is an image");
    // The stack grows down from the end: what it has reached is no longer painted.
    let reached = |device: &mut Device| {
        let ram = device.monitor.memory(RAM, RAM_BYTES);
        RAM_BYTES - fixed - ram[fixed..].iter().take_while(|&&byte| byte == PAINT).count()
    };
    let idle = reached(&mut device);
    assert!((64..RAM_BYTES / 2).contains(&idle), "the paint is there, but for the stack: {idle}");

    let client = &mut device.client;
    client.sources().expect("the device answers");
    for (session, register, inverted) in
        [(1, prbs15, None), (2, Register::from_characteristic(1 << 64 | 0x1b).expect("64"), Some(true))]
    {
        let settings = Settings { order: BitOrder::Lsb, inverted, ..Settings::new(&register) };
        client.start_check(&CheckPlan::new(session, 0, register, &settings)).expect("the check begins");
        let mut bits = 0;
        let deadline = Deadline::for_("60,000 bits of the generator");
        while bits < 60_000 {
            deadline.check();
            bits = client.counters(session, Then::GoOn).expect("the device answers").bits;
            thread::sleep(Duration::from_millis(20));
        }
        let counters = client.counters(session, Then::Freeze).expect("the device answers");
        if session == 1 {
            assert!(counters.errors > 20 && counters.slips > 2 && counters.deleted == counters.slips, "{counters:?}");
        } else {
            assert_eq!(counters.locks, 0, "{counters:?}");
        }
    }
    let mut captured = 0;
    let plan = CapturePlan { source: 0, bytes: 1000 };
    client.capture(&plan, |bytes| captured += bytes.len(), || panic!("the line is sound")).expect("bits come");
    assert_eq!(captured, 1000);
    assert_eq!(client.self_test().expect("the device answers"), 0);
    for form in [Form::Fibonacci, Form::Galois] {
        for characteristic in [1 << 16 | 0x1021, 1 << 32 | 0x04C1_1DB7, 1 << 64 | 0xAD93_D235_94C9_35A9] {
            let register =
                Register::from_characteristic(characteristic).expect("a degree").with_form(form).with_xnor(true);
            let run = RunUnit { register, zeros: 8, unit: Unit { first: 1, count: 40 } };
            assert_eq!(client.run_unit(&run, |_| ()).expect("records come").records, 40);
        }
    }
    reached(&mut device)
}
