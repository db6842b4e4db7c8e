//! A bad line and a pressed reset button, for every message: they cost time, or are reported, but never change a result.

use core::time::Duration;
use std::thread;

use lfsr_core::{
    bit_order::BitOrder,
    check::{Checker, LockState, Settings},
    cycle::WordArcs,
    leap::Leap,
    link::{CapturePlan, CheckPlan, Counters, Fault, RunUnit, Then},
    register::Register,
    stream::Words,
    unit::Unit,
};

use lfsr_crosscheck::deadline::Deadline;

use super::{
    compare,
    device::{Damage, Device, Setup, generator},
    refusal, register, variants,
};

/// What comes on UART1.
fn prbs15() -> Register {
    register(0x8003)
}

fn settings() -> Settings {
    Settings { order: BitOrder::Lsb, ..Settings::new(&prbs15()) }
}

/// Begins a check, and waits until it has found a thousand bits.
fn begin(device: &mut Device, session: u32) {
    device.client.start_check(&CheckPlan::new(session, 0, prbs15(), &settings())).expect("the check begins");
    let deadline = Deadline::for_("a thousand compared bits");
    while device.client.counters(session, Then::GoOn).expect("the device answers").compared < 1000 {
        deadline.check();
        thread::sleep(Duration::from_millis(5));
    }
}

fn assert_clean(counters: &Counters) {
    assert_eq!(counters.status(), LockState::Locked, "{counters:?}");
    assert_eq!((counters.errors, counters.slips, counters.locks), (0, 0, 1), "{counters:?}");
}

/// Captured bits are the generator's, without a gap.
fn assert_captured(bytes: &[u8]) {
    let mut checker = Checker::<Words>::new(&prbs15(), settings()).expect("a register");
    let words: Vec<u64> = bytes.as_chunks::<8>().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect();
    checker.push(&words);
    checker.finish();
    let report = checker.report();
    assert!(report.status() == LockState::Locked && report.compared > 8 * bytes.len() as u64 - 128, "{report:?}");
}

fn capture(device: &mut Device, bytes: u32, mut first: impl FnMut(&mut super::device::Monitor)) -> Vec<u8> {
    let Device { client, monitor, .. } = device;
    let captured = std::cell::RefCell::new(vec![]);
    let sink = |bits: &[u8]| {
        if captured.borrow().is_empty() {
            first(monitor);
        }
        captured.borrow_mut().extend_from_slice(bits);
    };
    client.capture(&CapturePlan { source: 0, bytes }, sink, || captured.borrow_mut().clear()).expect("bits come");
    let captured = captured.into_inner();
    assert_eq!(captured.len(), bytes as usize);
    captured
}

/// One byte in a hundred lost, flipped or doubled, in both directions.
#[test]
fn bad_lines_cost_time_but_no_result() {
    for (damage, seed) in [(Damage::Flip, 1), (Damage::Drop, 2), (Damage::Double, 3)] {
        let setup = Setup { damage: Some((damage, seed)), feed: Some(generator(prbs15(), 0, 0)), ..Setup::default() };
        let Some(mut device) = Device::with("faults", setup) else { return };
        for round in 1..=8 {
            assert_eq!(device.client.info().expect("the device answers").board, "lm3s6965evb");
            assert_eq!(device.client.sources().expect("the device answers").first().map(|name| &**name), Some("uart1"));
            begin(&mut device, round);
            let counters = device.client.counters(round, Then::Freeze).expect("the device answers");
            assert_clean(&counters);
            assert_eq!(device.client.counters(round, Then::GoOn).expect("the device answers"), counters);
            assert_captured(&capture(&mut device, 120, |_| ()));
            assert_eq!(device.client.self_test().expect("the device answers"), 0);
        }
        for register in variants(0x1_002d) {
            compare(&mut device, &RunUnit { register, zeros: 9, unit: Unit { first: 0, count: 64 } });
        }
        let info = device.client.info().expect("the device answers");
        println!(
            "{damage:?}: asked again {} times, the device dropped {} frames",
            device.client.retries(),
            info.bad_frames
        );
        assert!(device.client.retries() > device.greeted() + 20 && info.bad_frames > 5, "the damage never happened");
    }
}

#[test]
fn a_reset_in_the_middle_of_a_unit_is_noticed() {
    let Some(mut device) = Device::start("reset") else { return };
    // CRC-32, 65,536 steps a record: the device is at work for long after the button is pressed.
    let register = register(1 << 32 | 0x04C1_1DB7);
    let leap = Leap::new(&register);
    for first in [1, 3000] {
        let run = RunUnit { register, zeros: 16, unit: Unit { first, count: 800 } };
        let kernel = WordArcs::new(&leap, run.zeros);
        let Device { client, monitor, .. } = &mut device;
        let before = client.retries();
        let mut found = Vec::new();
        let totals = client.run_unit(&run, |record| {
            if found.len() == 16 {
                monitor.reset();
            }
            found.push(*record);
        });
        assert_eq!(totals.expect("the device comes back").records, run.unit.count);
        assert!(found.into_iter().eq(run.unit.starts().filter_map(|start| kernel.arc(start, &mut ()))));
        assert!(client.retries() > before, "the device was never reset");
    }
    compare(&mut device, &RunUnit { register, zeros: 8, unit: Unit { first: 1, count: 400 } });
    let starts = device.stop().iter().filter(|line| line.contains("lfsr-firmware")).count();
    assert_eq!(starts, 3);
}

/// Bits are captured anew, a check is reported as gone, and whatever is asked just after the button is answered.
#[test]
fn a_reset_in_the_middle_of_anything_else_is_noticed() {
    let setup = Setup { feed: Some(generator(prbs15(), 0, 0)), ..Setup::default() };
    let Some(mut device) = Device::with("resets", setup) else { return };
    let mut pressed = false;
    let captured = capture(&mut device, 5000, |monitor| {
        if !pressed {
            monitor.reset();
        }
        pressed = true;
    });
    assert!(pressed && device.client.retries() > device.greeted());
    assert_captured(&captured);

    begin(&mut device, 1);
    device.monitor.reset();
    // The number of a check is known to the device as long as it runs: after the reset there is none.
    assert_eq!(refusal(until_refused(&mut device, 1)), Fault::NoSession);
    begin(&mut device, 2);
    assert_clean(&device.client.counters(2, Then::Freeze).expect("the device answers"));

    for _ in 0..3 {
        device.monitor.reset();
        assert_eq!(device.client.self_test().expect("the device answers"), 0);
        device.monitor.reset();
        assert_eq!(device.client.sources().expect("the device answers").first().map(|name| &**name), Some("uart1"));
        device.monitor.reset();
        assert_eq!(device.client.info().expect("the device answers").board, "lm3s6965evb");
        device.monitor.reset();
        let plan = CheckPlan::new(3, 0, prbs15(), &settings());
        assert_eq!(device.client.start_check(&plan).expect("the device answers").session, 3);
    }
}

/// Reads the counters until the device knows nothing of them: the monitor presses the button when it comes to it.
fn until_refused(device: &mut Device, session: u32) -> Result<Counters, super::Failed> {
    let mut outcome = device.client.counters(session, Then::GoOn);
    for _ in 0..1000 {
        if outcome.is_err() {
            break;
        }
        thread::sleep(Duration::from_millis(5));
        outcome = device.client.counters(session, Then::GoOn);
    }
    outcome
}
