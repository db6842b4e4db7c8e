//! The device against the host: an emulated Cortex-M3 runs the firmware, and its records must be the host's, bit for bit.
//!
//! `LFSR_FIRMWARE_IMAGE` names the image (`cargo xtask test` sets it); without it nothing is tested, which is said, and is a
//! failure if `CI` is set. `LFSR_LONG=1` takes 1,000 random registers instead of 60.
#![allow(clippy::print_stdout, reason = "the device's log belongs into the test's output")]
#![forbid(unsafe_code)]

mod device;
#[path = "host_vs_device/faults.rs"]
mod faults;
#[path = "host_vs_device/figures.rs"]
mod figures;
#[path = "host_vs_device/memory.rs"]
mod memory;
#[path = "host_vs_device/pins.rs"]
mod pins;

use core::fmt::Debug;

use device::Device;
use lfsr_core::{
    cycle::WordArcs,
    leap::Leap,
    link::{ClientError, Fault, RunUnit, TransferError},
    record::Record,
    register::{Form, Register},
    unit::Unit,
};
use lfsr_crosscheck::ranges::is_long;

fn register(characteristic: u128) -> Register {
    Register::from_characteristic(characteristic).expect("degree 1 to 64")
}

/// Every form and feedback of one polynomial.
fn variants(characteristic: u128) -> impl Iterator<Item = Register> {
    [Form::Fibonacci, Form::Galois]
        .into_iter()
        .flat_map(move |form| [false, true].map(|xnor| register(characteristic).with_form(form).with_xnor(xnor)))
}

/// The definition: single steps until the section is reached.
fn naive(run: &RunUnit, start: u64) -> Record {
    let sequence = run.register.sequence();
    let (mut end, mut steps) = (sequence.step(start), 1);
    while !run.in_section(end) {
        end = sequence.step(end);
        steps += 1;
    }
    Record { start, end, steps }
}

/// Runs the unit on the device and compares every record with the host's kernel, with single steps, and with the register itself
/// in its own form. Returns the sum of the steps.
fn compare(device: &mut Device, run: &RunUnit) -> u64 {
    let leap = Leap::new(&run.register);
    let kernel = WordArcs::new(&leap, run.zeros);
    let mut found = Vec::new();
    let totals = device.client.run_unit(run, |record| found.push(*record)).unwrap_or_else(|e| panic!("{run:?}: {e}"));
    assert_eq!(totals.records, run.unit.count);
    assert_eq!(found.len() as u64, run.unit.count, "{run:?}");
    for (start, record) in run.unit.starts().zip(found) {
        assert_eq!(Some(record), kernel.arc(start, &mut ()), "host's kernel, {run:?}");
        assert_eq!(record, naive(run, start), "single steps, {run:?}");
        let mut own = run.register.state_from_output(start);
        for _ in 0..record.steps {
            own = run.register.step(own);
        }
        assert_eq!(own, run.register.state_from_output(record.end), "own form, {run:?}");
    }
    totals.steps
}

#[test]
fn whole_sections_of_known_registers() {
    let Some(mut device) = Device::start("known") else { return };
    let info = device.client.info().expect("the device answers");
    assert_eq!((info.board.as_str(), info.max_degree), ("lm3s6965evb", 64));
    println!("{info:?}");
    // Characteristic polynomial, zeros.
    let known = [
        (0b11, 0),     // x + 1
        (0b1_1001, 0), // x^4 + x^3 + 1
        (0b1_1111, 0), // all ones: cycles of length 5
        (0x83, 1),     // PRBS7, reciprocal
        (0x211, 0),    // PRBS9: lags 5 and 9
        (0x101, 0),    // x^8 + 1
        (0x1053, 3),   // STM32 DAC noise: 12 bits
        (0x8003, 7),   // NES noise, long mode
        (0x8041, 7),   // NES noise, short mode: many cycles of 93
        (0x1_002d, 8), // x^16 + x^14 + x^13 + x^11 + 1
        (0x1_1021, 8), // CRC-16-CCITT
        (0x1_8005, 8), // CRC-16-IBM
    ];
    for (characteristic, zeros) in known {
        for register in variants(characteristic) {
            let unit = Unit { first: 0, count: (register.state_mask() >> zeros) + 1 };
            let steps = compare(&mut device, &RunUnit { register, zeros, unit });
            // Cycles without a run of that many zeros are not met; with z = 0 nothing is missing.
            assert!(u128::from(steps) <= register.state_count());
            assert!(zeros > 0 || u128::from(steps) == register.state_count(), "{register:?}");
        }
    }
    let logs = device.stop();
    let expected = format!("on {}", info.board);
    assert!(logs.iter().any(|line| line.starts_with("INFO lfsr-firmware") && line.ends_with(&expected)), "{logs:?}");
    let last = "degree 16, z = 8, 256 records, ";
    assert!(logs.iter().any(|line| line.contains(last)), "{logs:?}");
}

#[test]
fn wide_and_random_registers() {
    let Some(mut device) = Device::start("random") else { return };
    let mut noise = device::Noise::new(0x5eed);
    let wide = [
        1 << 31 | 0b1001,                // PRBS31: lags 28 and 31
        1 << 32 | 0x04C1_1DB7,           // CRC-32
        1 << 33 | 1 << 13 | 1,           // across the word
        1 << 63 | 0b11,                  // one bit less than a word
        1 << 64 | 0b1_1011,              // a whole word
        1 << 64 | 0xAD93_D235_94C9_35A9, // CRC-64, dense
    ];
    let count = if is_long() { 1000 } else { 60 };
    let random: Vec<u128> = (0..count)
        .map(|_| {
            let degree = 2 + noise.next() as u32 % 63;
            1 << degree | u128::from(noise.next()) & ((1 << degree) - 1) | 1
        })
        .collect();
    for characteristic in wide.into_iter().chain(random) {
        for register in variants(characteristic) {
            let zeros = (noise.next() as u32 % 10).min(register.degree() - 1);
            let last = register.state_mask() >> zeros;
            // Wide registers leave the neighbourhood of zero for long: begin anywhere else.
            let first = if last < 64 { 0 } else { (noise.next() % (last - 32)).max(1) };
            let unit = Unit { first, count: 12.min(last - first + 1) };
            compare(&mut device, &RunUnit { register, zeros, unit });
        }
    }
    assert_eq!(device.client.retries(), device.greeted(), "the line is sound, nothing had to be asked for twice");
}

#[test]
fn refusals_are_clean_and_the_device_goes_on() {
    let Some(mut device) = Device::start("refusals") else { return };
    let good = RunUnit { register: register(0x1_002d), zeros: 8, unit: Unit { first: 0, count: 256 } };
    let cases = [
        (RunUnit { register: register(0x1_002c), ..good }, Fault::Unsupported),
        (RunUnit { zeros: 17, ..good }, Fault::BadSection),
        (RunUnit { unit: Unit { first: 1, count: 256 }, ..good }, Fault::BadUnit),
        (RunUnit { unit: Unit { first: u64::MAX, count: u64::MAX }, ..good }, Fault::BadUnit),
    ];
    for (run, fault) in cases {
        let outcome = device.client.run_unit(&run, |record| panic!("{record:?} of a refused unit"));
        assert_eq!(refusal(outcome), fault);
        compare(&mut device, &good);
    }
    let logs = device.stop();
    assert!(
        logs.iter().any(|line| line.starts_with("WARN") && line.contains("refused, degree 16, z = 17")),
        "{logs:?}"
    );
}

/// Why a client had no success.
type Failed = ClientError<std::io::Error, std::io::Error>;

fn refusal<T: Debug, R: Debug, W: Debug>(outcome: Result<T, ClientError<R, W>>) -> Fault {
    match outcome {
        Err(ClientError::Transfer(TransferError::Device(fault))) => fault,
        other => panic!("{other:?}"),
    }
}
