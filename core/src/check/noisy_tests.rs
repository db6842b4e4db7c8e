//! Lines with many wrong bits: slips, locks, the first bits.

extern crate std;
use std::{format, vec::Vec};

use super::{
    tests::{check, prbs, sequence},
    *,
};
use crate::{register::tests::splitmix, stream::Words};

/// Flips one bit in 1/`rate`; returns how many.
fn spoil(bits: &mut [bool], rate: f64, random: &mut u64) -> u64 {
    let limit = (rate * 2f64.powi(64)) as u64;
    let mut count = 0;
    for bit in bits {
        if splitmix(random) < limit {
            *bit = !*bit;
            count += 1;
        }
    }
    count
}

/// Of 60 lines with one slip each, at least 59 are reported as they are: one slip, of that many bits, at the right place, and no error too many.
#[test]
fn a_slip_on_a_noisy_line_is_one_slip() {
    let mut random = 31;
    for name in ["PRBS7", "PRBS9", "PRBS13", "PRBS15", "PRBS20", "PRBS23", "PRBS31"] {
        let register = prbs(name);
        for rate in [0.001, 0.01, 0.02, 0.03, 0.05] {
            let mut wrong = Vec::new();
            for seed in 0..60 {
                let mut bits = sequence(&register, 77, 12_000);
                let at = 5000 + (splitmix(&mut random) % 2000) as usize;
                let mut by = 1 + (splitmix(&mut random) % 40) as i32;
                if splitmix(&mut random).is_multiple_of(2) {
                    by = -by;
                    bits.drain(at..at + by.unsigned_abs() as usize);
                } else {
                    for _ in 0..by {
                        bits.insert(at, splitmix(&mut random) & 1 == 1);
                    }
                }
                let errors = spoil(&mut bits, rate, &mut random);
                // Errors among inserted bits are none.
                let report = check::<Words>(&register, Settings::new(&register), &bits);
                let slip = report.details.first_slip;
                let moved = |a: i32, b: i32| a == b || (register.degree() == 7 && (a - b).rem_euclid(127) == 0);
                let right = slip.is_some_and(|slip| moved(slip.bits, by) && slip.at.abs_diff(at as u64) <= 64);
                let among = (errors as f64 - rate * f64::from(by.max(0))).max(0.0);
                let off = (report.errors as f64 - among).abs();
                let slack = 2.0 + if by > 0 { 2.0 * (rate * f64::from(by)).sqrt() + rate * f64::from(by) } else { 0.0 };
                if report.slips != 1 || report.losses != 0 || !right || off > slack {
                    wrong.push(format!(
                        "{seed}: {by} at {at}: {slip:?}, {} slips, {} losses, {} errors of {errors}, {} skipped",
                        report.slips, report.losses, report.errors, report.skipped
                    ));
                }
            }
            assert!(wrong.len() <= 1, "{name} {rate}: {wrong:#?}");
        }
    }
}

/// With 15 % of the bits wrong it locks, and leaves out only what came too long before.
#[test]
fn a_lock_is_found_among_many_errors() {
    let mut random = 32;
    for name in ["PRBS7", "PRBS9", "PRBS13", "PRBS15", "PRBS20", "PRBS23", "PRBS31"] {
        let register = prbs(name);
        for rate in [0.05, 0.1, 0.15] {
            for _ in 0..5 {
                let mut bits = sequence(&register, 77, 100_000);
                spoil(&mut bits, rate, &mut random);
                let report = check::<Words>(&register, Settings::new(&register), &bits);
                let what = format!("{name} {rate}: {report:?}");
                assert_eq!((report.locks, report.losses, report.slips, report.is_locked), (1, 0, 0, true), "{what}");
                assert!(report.skipped < 60_000, "{what}");
                assert!((report.rate() - rate).abs() < 0.01, "{what}");
            }
        }
    }
}

/// A wrong bit is counted wherever it is, the very first ones included.
#[test]
fn the_first_bits_count() {
    for name in ["PRBS7", "PRBS15", "PRBS31", "64b66b"] {
        let register = prbs(name);
        for wrong in 0..200 {
            let mut bits = sequence(&register, 77, 3000);
            bits[wrong] = !bits[wrong];
            let report = check::<Words>(&register, Settings::new(&register), &bits);
            assert_eq!((report.errors, report.compared), (1, 3000), "{name} bit {wrong}");
        }
    }
}

/// Noise is never locked to.
#[test]
fn noise_is_not_locked_to() {
    let mut random = 33;
    let bits: Vec<bool> = (0..2_000_000).map(|_| splitmix(&mut random) & 1 == 1).collect();
    for name in ["PRBS7", "PRBS15", "PRBS31", "64b66b"] {
        let register = prbs(name);
        let report = check::<Words>(&register, Settings::new(&register), &bits);
        assert_eq!((report.locks, report.skipped), (0, 2_000_000), "{name}: {report:?}");
    }
}
