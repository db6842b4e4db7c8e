//! The checker on streams with faults, with every reference, and the device's beside them.

extern crate std;
use std::{vec, vec::Vec};

use super::*;
use crate::{
    catalogue,
    register::tests::{registers_of_every_degree, splitmix},
    stream::{Blocks, Words},
    vector::Backend,
};

/// Bits of the sequence, one a byte.
pub(super) fn sequence(register: &Register, state: u64, count: usize) -> Vec<bool> {
    let mut words = Words::new(register, state, Style::PLAIN);
    let all: Vec<u64> = (0..count.div_ceil(64)).map(|_| words.next_word()).collect();
    (0..count).map(|t| all[t / 64] >> (t % 64) & 1 == 1).collect()
}

pub(super) fn check<R: Reference>(register: &Register, settings: Settings, bits: &[bool]) -> Report {
    let mut checker = Checker::<R>::new(register, settings).unwrap();
    let words: Vec<u64> = bits
        .chunks(64)
        .map(|bits| bits.iter().rev().fold(0, |word, &bit| word << 1 | u64::from(bit)))
        .map(|word| settings.order.word(word))
        .collect();
    let whole = bits.len() / 64;
    // In pieces of all sizes.
    let mut rest = &words[..whole];
    let mut size = 1;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(size.min(rest.len()));
        checker.push(now);
        (rest, size) = (later, size * 2 % 1237 + 1);
    }
    if !bits.len().is_multiple_of(64) {
        checker.push_last(words[whole], bits.len() as u32 % 64);
    }
    checker.finish();
    let report = checker.report().clone();
    let mut small = SmallChecker::new(register, settings).unwrap();
    words[..whole].chunks(3).for_each(|words| small.push(words));
    small.push_last(words.get(whole).copied().unwrap_or(0), bits.len() as u32 % 64);
    small.finish();
    if settings.zero_limit == 0 {
        assert_eq!(counters(small.report()), counters(&report), "the device's checker");
    }
    assert_eq!(report.bits, bits.len() as u64);
    let moved = report.inserted;
    assert_eq!(report.compared + report.skipped, report.bits, "every bit is compared or left out ({moved} inserted)");
    report
}

/// What a report counts, without its details.
fn counters<D>(report: &Report<D>) -> ([u64; 11], bool, bool) {
    let Report { bits, compared, errors, skipped, locks, losses, slips, inserted, deleted, flips, bursts, .. } =
        *report;
    let numbers = [bits, compared, errors, skipped, locks, losses, slips, inserted, deleted, flips, bursts];
    (numbers, report.inverted, report.is_locked)
}

pub(super) fn prbs(name: &str) -> Register {
    catalogue::find(name).unwrap().register()
}

#[test]
fn clean_streams_of_every_degree_and_polarity() {
    let mut random = 21;
    for register in registers_of_every_degree() {
        let Some(sequence_of) = CyclicPart::new(&register).sequence() else { continue };
        // A start that leads somewhere.
        let state = splitmix(&mut random) & register.state_mask();
        let mut settled = state;
        (0..register.singularity()).for_each(|_| settled = register.step(settled));
        if register.step(settled) == settled {
            continue;
        }
        let bits = sequence(&register, settled, 3000);
        let distinct = sequence_of.lags().count() % 2 == 0;
        for inverted in [false, true] {
            for order in [BitOrder::Msb, BitOrder::Lsb] {
                let bits: Vec<bool> = bits.iter().map(|&bit| bit != inverted).collect();
                let settings = Settings { order, ..Settings::new(&register) };
                for report in [check::<Words>(&register, settings, &bits), check::<Blocks>(&register, settings, &bits)]
                {
                    assert_eq!((report.errors, report.compared), (0, 3000), "{register:?} {order} {inverted}");
                    assert_eq!(report.status(), LockState::Locked);
                    assert_eq!(report.inverted, inverted && distinct);
                    assert_eq!(report.details.first.map(|(at, _)| at), Some(0));
                }
            }
        }
    }
}

#[test]
fn every_wrong_bit_is_counted_once() {
    let mut random = 22;
    for name in ["PRBS7", "PRBS9", "PRBS13", "PRBS15", "PRBS23", "PRBS31", "64b66b"] {
        let register = prbs(name);
        for (rate, count) in [(1000, 200_000), (100, 100_000), (20, 50_000)] {
            // 58 + 58 bits in a row are rarely all right then.
            if register.degree() > 31 && rate == 20 {
                continue;
            }
            let mut bits = sequence(&register, 5, count);
            let mut places = vec![];
            for (t, bit) in bits.iter_mut().enumerate() {
                if splitmix(&mut random).is_multiple_of(rate) {
                    *bit = !*bit;
                    places.push(t as u64);
                }
            }
            let settings = Settings::new(&register);
            let report = check::<Blocks>(&register, settings, &bits);
            // What came before the first lock is compared too, as far back as it was kept.
            let missed = places.iter().filter(|&&at| at < count as u64 - report.compared).count() as u64;
            assert_eq!(report.errors, places.len() as u64 - missed, "{name} 1/{rate}");
            assert!(missed * 20 < report.errors, "{name}: {missed}");
            assert_eq!((report.slips, report.losses), (0, 0));
            assert_eq!(report.details.gaps.iter().sum::<u64>(), report.errors - 1);
            assert_eq!(report, check::<Words>(&register, settings, &bits));
        }
    }
}

#[test]
fn one_bit_more_or_less_is_one_slip() {
    let mut random = 23;
    for name in ["PRBS7", "PRBS15", "PRBS20", "PRBS31", "64b66b"] {
        let register = prbs(name);
        for _ in 0..40 {
            for by in [-3i32, -1, 1, 2, 17] {
                let clean = sequence(&register, 77, 20_000);
                let at = 5000 + (splitmix(&mut random) % 10_000) as usize;
                let mut bits = clean.clone();
                if by < 0 {
                    bits.drain(at..at + by.unsigned_abs() as usize);
                } else {
                    for _ in 0..by {
                        // A bit doubled, or noise.
                        bits.insert(at, if by == 1 { clean[at - 1] } else { splitmix(&mut random) & 1 == 1 });
                    }
                }
                let report = check::<Blocks>(&register, Settings::new(&register), &bits);
                assert_eq!((report.slips, report.losses, report.errors), (1, 0, 0), "{name} {by} at {at}: {report:?}");
                let slip = report.details.first_slip.unwrap();
                assert_eq!(slip.bits, by, "{name}");
                // Where bits agree by chance the place is not unique.
                assert!(slip.at.abs_diff(at as u64) <= 40, "{name} {by}: {} for {at}", slip.at);
                assert_eq!(report.status(), LockState::LockedWithErrors);
                assert_eq!(report.skipped, by.max(0) as u64);
            }
        }
    }
}

/// The bound that is documented: 1024 + n + lock_bits bits after a slip the lock is there again, for every degree and place.
#[test]
fn a_slip_is_over_within_the_stated_number_of_bits() {
    let mut random = 77;
    for register in registers_of_every_degree() {
        let Some(sequence_of) = CyclicPart::new(&register).sequence() else { continue };
        let settings = Settings::new(&sequence_of);
        let bound = 1024 + sequence_of.degree() as usize + settings.lock_bits as usize;
        let start = splitmix(&mut random) & sequence_of.state_mask();
        let mut bits = sequence(&sequence_of, start, 10_000);
        let at = 3000 + (splitmix(&mut random) % 64) as usize;
        // A register of short cycles may not notice.
        if bits[..2000].windows(2).all(|pair| pair[0] == pair[1]) {
            continue;
        }
        bits.remove(at);
        let mut checker = Checker::<Words>::new(&sequence_of, settings).unwrap();
        let mut noticed = None;
        for (i, bits) in bits.as_chunks::<64>().0.iter().enumerate() {
            let word = bits.iter().rev().fold(0, |word, &bit| word << 1 | u64::from(bit));
            checker.push(&[settings.order.word(word)]);
            let report = checker.report();
            if report.slips > 0 && report.is_locked && noticed.is_none() {
                noticed = Some((i + 1) * 64);
            }
        }
        if let Some(noticed) = noticed {
            assert!(noticed <= at + bound + 64, "{sequence_of:?}: {noticed} bits, the slip at {at}");
        } else {
            // Then nothing was lost: the sequence shifted by a bit is nearly itself.
            assert!(checker.report().is_locked, "{sequence_of:?} {:?}", checker.report());
        }
    }
}

#[test]
fn bursts_count_and_do_not_move_the_phase() {
    let register = prbs("PRBS23");
    let mut random = 24;
    for length in [100, 400, 1000, 1400] {
        let mut bits = sequence(&register, 9, 40_000);
        let mut wrong = 0;
        for bit in &mut bits[10_000..10_000 + length] {
            if splitmix(&mut random) & 1 == 1 {
                *bit = !*bit;
                wrong += 1;
            }
        }
        let report = check::<Blocks>(&register, Settings::new(&register), &bits);
        assert_eq!((report.errors, report.slips, report.losses), (wrong, 0, 0), "{length}");
        let longest = report.details.longest_burst.unwrap();
        assert!(longest.length() as usize <= length && longest.length() as usize + 20 >= length);
    }
    // Too long to be kept: a loss, and a lock again.
    let mut bits = sequence(&register, 9, 60_000);
    bits[10_000..30_000].iter_mut().for_each(|bit| *bit = splitmix(&mut random) & 1 == 1);
    let report = check::<Blocks>(&register, Settings::new(&register), &bits);
    assert_eq!((report.losses, report.locks, report.slips), (1, 2, 0));
    assert!(report.skipped.abs_diff(20_000) < 200 && report.errors < 100, "{report:?}");
}

#[test]
fn stuck_lines_noise_and_changes_of_polarity() {
    let register = prbs("PRBS31");
    let settings = Settings::new(&register);
    let low = check::<Words>(&register, settings, &[false; 100_000]);
    assert_eq!((low.status(), low.stuck_low, low.compared), (LockState::Searching, 100_000, 0));
    let high = check::<Words>(&register, settings, &[true; 100_000]);
    assert_eq!((high.status(), high.stuck_high, high.compared), (LockState::Searching, 100_000, 0));
    let mut random = 25;
    let noise: Vec<bool> = (0..1_000_000).map(|_| splitmix(&mut random) & 1 == 1).collect();
    assert_eq!(check::<Words>(&register, settings, &noise).status(), LockState::Searching);

    let mut bits = sequence(&register, 3, 30_000);
    bits[12_345..].iter_mut().for_each(|bit| *bit = !*bit);
    let report = check::<Blocks>(&register, settings, &bits);
    assert_eq!((report.flips, report.errors, report.slips, report.inverted), (1, 0, 0, true));
    // Then the line breaks.
    bits[20_000..].fill(false);
    let report = check::<Blocks>(&register, settings, &bits);
    assert_eq!(report.status(), LockState::Lost);
    assert!(report.stuck_low > 9000);
    let plain = Settings { inverted: Some(false), ..settings };
    assert_eq!(check::<Words>(&register, plain, &bits[13_000..19_000]).status(), LockState::Searching);
}

#[test]
fn qrss_with_its_forced_ones() {
    let entry = catalogue::find("QRSS").unwrap();
    let register = entry.register();
    let mut words = Limited::start(&register, 12345, Style::PLAIN, entry.zero_limit);
    let all: Vec<u64> = (0..40_000).map(|_| words.next_word()).collect();
    let mut bits: Vec<bool> = (0..all.len() * 64).map(|t| all[t / 64] >> (t % 64) & 1 == 1).collect();
    let settings = Settings { zero_limit: entry.zero_limit, ..Settings::new(&register) };
    let report = check::<Limited>(&register, settings, &bits);
    assert_eq!((report.errors, report.compared), (0, bits.len() as u64));
    for at in [100_000, 700_000, 700_001, 2_000_000] {
        bits[at] = !bits[at];
    }
    assert_eq!(check::<Limited>(&register, settings, &bits).errors, 4);
    // Without the rule the forced ones are errors.
    assert!(check::<Blocks>(&register, Settings::new(&register), &bits).errors > 60);
}

#[test]
fn bursts_and_gaps() {
    let register = prbs("PRBS15");
    let mut bits = sequence(&register, 3, 10_000);
    for at in [4000, 4001, 4010, 6000, 6100] {
        bits[at] = !bits[at];
    }
    let report = check::<Words>(&register, Settings::new(&register), &bits);
    assert_eq!(report.details.first_burst, Some(Burst { start: 4000, end: 4010, errors: 3 }));
    assert_eq!((report.details.longest_burst, report.bursts), (report.details.first_burst, 3));
    let mut gaps = [0; 64];
    for gap in [1u64, 9, 1990, 100] {
        gaps[gap.ilog2() as usize] += 1;
    }
    assert_eq!(report.details.gaps, gaps);
    assert!(Backend::available().count() > 0);
}

#[test]
fn mixtures_of_everything_add_up() {
    let mut random = 27;
    let mut draw = |below: u64| (splitmix(&mut random) % below) as usize;
    for round in 0..if cfg!(miri) { 3 } else { 400 } {
        let register =
            [prbs("PRBS7"), prbs("PRBS13"), prbs("PRBS31"), prbs("NES-short"), prbs("GameBoy-long")][round % 5];
        let mut bits = sequence(&register, 5, 20_000 + draw(100));
        for _ in 0..draw(6) {
            let at = draw(19_000);
            let length = draw(800) + 1;
            match draw(6) {
                0 => drop(bits.drain(at..at + length)),
                1 => bits[at..at + length].fill(false),
                2 => bits[at..at + length].fill(true),
                3 => bits[at..].iter_mut().for_each(|bit| *bit = !*bit),
                4 => (0..length).for_each(|i| bits.insert(at + i, i % 3 == 0)),
                _ => (at..at + length).step_by(draw(9) + 1).for_each(|t| bits[t] = !bits[t]),
            }
            bits.resize(bits.len().max(20_000), true);
        }
        let mut settings = Settings::new(&register);
        settings.max_slip = draw(200) as u32;
        settings.lock_bits = draw(60) as u32;
        settings.loss_errors = 1 + draw(300) as u32;
        // Every bit is accounted for (checked inside), and both references agree.
        assert_eq!(check::<Words>(&register, settings, &bits), check::<Blocks>(&register, settings, &bits), "{round}");
    }
}

#[test]
fn bits_that_the_receiver_lost_are_no_errors() {
    let mut random = 77;
    for name in ["PRBS7", "PRBS31", "64b66b"] {
        let register = prbs(name);
        for round in 0..40 {
            let bits = sequence(&register, 5, 40_000);
            let mut checker = SmallChecker::new(&register, Settings::new(&register)).unwrap();
            let mut received = 0;
            let overruns = 3;
            // Wrong bits well inside each stretch, and none where the lock is found.
            let mut wrong = 0;
            for _ in 0..=overruns {
                let lost = splitmix(&mut random) as usize % 3000;
                let stretch = 3000 + splitmix(&mut random) as usize % 3000;
                received += lost;
                let mut piece = bits[received..received + stretch].to_vec();
                if round % 2 == 1 {
                    piece[1000] ^= true;
                    wrong += 1;
                }
                let words: Vec<u64> = piece
                    .chunks(64)
                    .map(|bits| bits.iter().rev().fold(0, |word, &bit| word << 1 | u64::from(bit)))
                    .collect();
                checker.push(&words[..stretch / 64]);
                checker.push_last(words.get(stretch / 64).copied().unwrap_or(0), stretch as u32 % 64);
                received += stretch;
                let before = checker.report().locks;
                checker.overrun();
                assert!(before > 0 && !checker.report().is_locked);
            }
            let report = checker.report();
            let found = (report.errors, report.losses, report.slips, report.flips, report.overruns, report.locks);
            assert_eq!(found, (wrong, 0, 0, 0, 4, 4), "{name} {round}");
            assert_eq!(report.compared + report.skipped, report.bits);
            assert_eq!(report.skipped, 0, "a clean stretch is compared from its first bit on");
        }
    }
}

#[test]
fn a_stretch_too_short_to_lock_to_is_left_out() {
    let register = prbs("PRBS15");
    let bits = sequence(&register, 5, 64);
    let word = bits.iter().rev().fold(0, |word, &bit| word << 1 | u64::from(bit));
    let mut checker = SmallChecker::new(&register, Settings::new(&register)).unwrap();
    for _ in 0..10 {
        checker.push_last(word, 40);
        checker.overrun();
    }
    let report = checker.report();
    assert_eq!((report.skipped, report.compared, report.errors, report.losses), (400, 0, 0, 0));
    assert_eq!((report.locks, report.overruns), (0, 10));
}

#[test]
fn cleared_counters_begin_anew_under_the_same_lock() {
    let register = prbs("PRBS15");
    let mut line = Words::new(&register, 5, Style { inverted: true, ..Style::PLAIN });
    let mut checker = Checker::<Words>::new(&register, Settings::new(&register)).unwrap();
    for t in 0..300u64 {
        // One wrong bit in each tenth word; the checker is cleared while one is open, while none is, and while it searches.
        checker.push(&[line.next_word() ^ u64::from(t % 10 == 9)]);
        if [0, 109, 205].contains(&t) {
            checker.clear();
        }
    }
    checker.finish();
    let report = checker.report();
    // From word 206 on; those of word 205 and before were decided.
    assert_eq!((report.errors, report.compared, report.bits), (10, 94 * 64, 94 * 64));
    assert_eq!((report.locks, report.inverted, report.status()), (1, true, LockState::LockedWithErrors));
}

#[test]
fn bits_before_an_overrun_are_no_part_of_a_lock_after_it() {
    // Even if none went lost: of 128 bits in a row 97 obey the recurrence, of 64 only 33.
    let register = prbs("PRBS31");
    let settings = Settings { lock_bits: 60, ..Settings::new(&register) };
    for (overruns, locks) in [(false, 1), (true, 0)] {
        let mut checker = SmallChecker::new(&register, settings).unwrap();
        let mut line = Words::new(&register, 5, Style::PLAIN);
        for _ in 0..2 {
            checker.push(&[line.next_word()]);
            if overruns {
                checker.overrun();
            }
        }
        assert_eq!(checker.report().locks, locks, "{overruns}");
    }
}

#[test]
fn a_word_that_is_open_while_counters_are_cleared_is_counted_from_bit_0_on() {
    let register = prbs("PRBS15");
    let mut line = Words::new(&register, 5, Style::PLAIN);
    let mut checker = Checker::<Words>::new(&register, Settings::new(&register)).unwrap();
    (0..20).for_each(|_| checker.push(&[line.next_word()]));
    checker.push(&[line.next_word() ^ 1 << 7]);
    checker.clear();
    checker.finish();
    let report = checker.report();
    assert_eq!((report.bits, report.compared, report.errors), (64, 64, 1));
    assert_eq!(report.details.first_burst.map(|burst| burst.start), Some(7));
}
