//! Every sequence of the catalogue and others, with faults, and noise.
#![allow(clippy::print_stdout, reason = "statistics are for reading")]

use lfsr_core::{
    algebra::BigUint,
    bit_order::BitOrder,
    catalogue::{self, ENTRIES, Kind},
};

use super::*;
use crate::bits::{evidence::SURE, noise::Noise, scramble::Mode, signal::Signal};

/// Bits of a signal, from `skip` on, with errors.
fn sent(text: &str, skip: u64, count: usize, rate: f64) -> Vec<u64> {
    let mut signal = text.parse::<Signal>().unwrap();
    signal.held = signal.register.jump(&signal.held, &skip.into(), lfsr_core::algebra::Direction::Forward).unwrap();
    let mut words = vec![0; count.div_ceil(64)];
    signal.bits(BitOrder::Lsb).fill(&mut words);
    Noise::new(rate, skip).apply(count as u64, |at| words[(at / 64) as usize] ^= 1 << (at % 64));
    if !count.is_multiple_of(64) {
        *words.last_mut().unwrap() &= (1 << (count % 64)) - 1;
    }
    words
}

fn found(finding: Finding, what: &str) -> Identified {
    match finding {
        Finding::Register(found) => *found,
        other => panic!("{what}: {other:?}"),
    }
}

/// Every entry, from few clean bits and from many with errors, at a phase of its own.
fn all(count: impl Fn(usize) -> usize, rate: f64) {
    for (i, entry) in ENTRIES.iter().enumerate().filter(|(_, entry)| entry.kind != Kind::Crc) {
        let n = entry.register().degree() as usize;
        let skip = 1_000_003 * (i as u64 + 1);
        let count = count(n);
        let words = sent(entry.name, skip, count, rate);
        let answer = found(identify(&words, count as u64, &[Reading::IN_TIME]), entry.name);
        if entry.name == "NES-short" {
            // Reducible: the seed may lie in a subspace.
            assert!(Poly::from_u128(entry.characteristic).rem(&answer.characteristic).unwrap().is_zero());
            continue;
        }
        let names = names(&answer);
        let named = names.iter().find(|name| name.entry.name == entry.name);
        let named = named.unwrap_or_else(|| panic!("{} at {count} bits: {answer:?}", entry.name));
        let period = (1u128 << n) - 1;
        let expected = BigUint::from(skip) % BigUint::from(period);
        // XNOR registers count as complemented, and their start is another.
        if !entry.xnor {
            assert_eq!(named.phase.as_ref(), Some(&expected), "{} at {count} bits", entry.name);
            assert_eq!(answer.inverted, entry.is_inverted(), "{}", entry.name);
        }
        if rate == 0.0 {
            assert!(answer.errors == 0 || entry.zero_limit > 0);
        }
    }
}

#[test]
fn every_sequence_from_four_times_its_length() {
    all(|n| 4 * n, 0.0);
    all(|n| 4 * n + 1000, 0.0);
}

#[test]
fn every_sequence_from_20000_bits_at_an_error_rate_of_1_percent() {
    all(|_| 20_000, 0.01);
}

#[test]
fn registers_of_no_catalogue_with_errors() {
    for (text, rate) in [
        ("x^17+x^11+x^5+x^3+1", 0.01),
        ("char:x^32+x^22+x^2+x+1", 0.01),
        ("char:x^64+x^4+x^3+x+1", 0.01),
        ("x^19+x^5+x^2+x+1", 0.05),
        ("x^25+x^3+1", 0.1),
    ] {
        let words = sent(text, 77, 40_000, rate);
        let answer = found(identify(&words, 40_000, &[Reading::IN_TIME]), text);
        let signal = text.parse::<Signal>().unwrap();
        let expected = signal.register.characteristic();
        assert_eq!(&answer.characteristic, expected, "{text}: {}", answer.how);
        assert!((answer.errors as f64 / answer.compared as f64 / rate - 1.0).abs() < 0.15, "{text}");
    }
}

#[test]
fn scramblers_over_idle_data_long_registers_and_the_truth_about_noise() {
    let mut words = sent("PCIe-Gen1", 5, 5000, 0.0);
    // Idle data of period 40 on top.
    let idle = 0xbe_adf0_0d17u64 | 1 << 39;
    for t in 0..5000 {
        words[t / 64] ^= (idle >> (t % 40) & 1) << (t % 64);
    }
    let Finding::Scrambler(answer) = identify(&words, 5000, &[Reading::IN_TIME]) else { panic!("scrambled") };
    let pcie = catalogue::find("PCIe-Gen1").unwrap().register().sequence();
    assert_eq!((answer.register, answer.mode, answer.data[0]), (pcie, Mode::Additive, idle | idle << 40));

    let signal = "x^521+x^32+1".parse::<Signal>().unwrap();
    let mut words = vec![0; 400];
    signal.bits(BitOrder::Lsb).fill(&mut words);
    let answer = found(identify(&words, 25_600, &[Reading::IN_TIME]), "521");
    assert_eq!((&answer.characteristic, answer.errors), (signal.register.characteristic(), 0));

    let mut noise = vec![0u64; 700];
    Noise::new(0.5, 3).apply(44_800, |at| noise[(at / 64) as usize] ^= 1 << (at % 64));
    let Finding::None(none) = identify(&noise, 44_800, &[Reading::MSB, Reading::LSB]) else { panic!("noise") };
    assert!(none.complexity.abs_diff(22_400) < 20 && (none.ones - 0.5).abs() < 0.01);
    assert!(matches!(identify(&[0; 20], 1280, &[Reading::MSB]), Finding::Constant(false)));
    assert!(matches!(identify(&[u64::MAX; 20], 1280, &[Reading::MSB]), Finding::Constant(true)));
    // Bytes the other way round.
    let other: Vec<u64> = sent("PRBS15", 9, 6400, 0.0).into_iter().map(|word| BitOrder::Msb.word(word)).collect();
    let answer = found(identify(&other, 6400, &[Reading::LSB, Reading::MSB]), "order");
    assert_eq!((answer.reading, names(&answer)[0].entry.name), (Reading::MSB, "PRBS15"));
}

/// Wrong bits anywhere, the first ones included; idle bits before; a bit missing: the same name, and what is wrong is counted.
#[test]
fn wrong_bits_and_idle_ones_at_the_beginning_change_no_name() {
    for (name, count) in [("PRBS7", 3000), ("PRBS9", 5000), ("PRBS15", 5000), ("PRBS23", 8000), ("PRBS31", 20_000)] {
        let clean = sent(name, 12_345, count, 0.0);
        let named = |words: &[u64], count: usize, what: &str| {
            let answer = found(identify(words, count as u64, &[Reading::IN_TIME]), what);
            assert!(names(&answer).iter().any(|found| found.entry.name == name), "{name}, {what}: {answer:?}");
            answer
        };
        for wrong in (0..200).step_by(if is_long() { 1 } else { 3 }).chain([count / 2, count - 40]) {
            let mut words = clean.clone();
            words[wrong / 64] ^= 1 << (wrong % 64);
            let answer = named(&words, count, &format!("bit {wrong} wrong"));
            assert_eq!(
                (answer.errors, answer.compared, answer.slips),
                (1, count as u64, 0),
                "{name}: bit {wrong} wrong"
            );
        }
        for idle in [64, 512, 4096] {
            let words =
                [vec![0; idle / 64], clean.clone(), sent(name, 12_345 + clean.len() as u64 * 64, 6400, 0.0)].concat();
            let answer = named(&words, idle + count / 64 * 64, &format!("{idle} idle bits before"));
            assert!(answer.from.abs_diff(idle as u64) < 64, "{name}: {idle} idle bits, from {}", answer.from);
            assert!(answer.errors < 8, "{name}: {idle} idle bits, {} errors", answer.errors);
        }
        // A bit deleted in the middle: one slip, and not every other bit wrong.
        let bit = |t: usize| clean[t / 64] >> (t % 64) & 1;
        let mut words = vec![0; clean.len()];
        for t in 0..count - 1 {
            words[t / 64] |= bit(if t < count * 3 / 4 { t } else { t + 1 }) << (t % 64);
        }
        let answer = named(&words, count - 1, "a bit deleted");
        assert_eq!((answer.slips, answer.errors), (1, 0), "{name}: a bit deleted");
    }
}

/// Nothing that is a register of no cells, and no name for noise that is long enough to tell.
#[test]
fn noise_and_silence_get_no_name() {
    for seed in 0..if is_long() { 20 } else { 8 } {
        let mut noise = vec![0u64; 100];
        Noise::new(0.5, seed).apply(6400, |at| noise[(at / 64) as usize] ^= 1 << (at % 64));
        for count in [200, 1000, 6400] {
            let finding = identify(&noise, count, &[Reading::MSB, Reading::LSB]);
            assert!(
                !matches!(finding, Finding::Register(ref found) if found.evidence > SURE),
                "{seed} {count}: {finding:?}"
            );
        }
        let words = [vec![0; 70], noise].concat();
        let finding = identify(&words, 64 * 170, &[Reading::MSB, Reading::LSB]);
        assert!(!matches!(finding, Finding::Register(_)), "{seed}: silence, then noise: {finding:?}");
    }
}

/// A case of the statistics: what is sent, and what is done to it.
struct Case {
    name: &'static str,
    /// Each n-th bit is taken of the sequence.
    every: u32,
    lanes: usize,
    wrong: usize,
    idle: usize,
    inverted: bool,
    reading: Reading,
    words: Vec<u64>,
    count: usize,
}

impl Case {
    /// Of 20 n bits and the idle ones before them.
    fn random(random: &mut impl FnMut(u64) -> u64) -> Self {
        let entries: Vec<_> =
            ENTRIES.iter().filter(|entry| entry.kind != Kind::Crc && entry.name != "NES-short").collect();
        let entry = entries[random(entries.len() as u64) as usize];
        let n = entry.register().degree() as usize;
        let pick = |all: &[u64], random: &mut dyn FnMut(u64) -> u64| all[random(all.len() as u64) as usize];
        let mut pick = |all: &[u64]| pick(all, random);
        let (kind, wrong, idle) =
            (pick(&[0, 0, 1, 2, 3, 4, 5]), pick(&[0, 1, 2, 5]) as usize, pick(&[0, 0, 1, 17, 200, 1000]) as usize);
        // Decimated by 2, 3, 4; interleaved by 2, 4.
        let every = [1u32, 2, 3, 4, 1, 1][kind as usize];
        let lanes = [1, 1, 1, 1, 2, 4][kind as usize];
        let (inverted, is_lsb) = (pick(&[0, 1]) == 1, pick(&[0, 1]) == 1);
        let own = 20 * n;
        let mut bits = vec![false; idle];
        let streams: Vec<Vec<u64>> = (0..lanes)
            .map(|_| {
                let mut signal = entry.name.parse::<Signal>().unwrap();
                signal.zero_limit = 0;
                let skip = BigUint::from(random(1 << 40));
                signal.held =
                    signal.register.jump(&signal.held, &skip, lfsr_core::algebra::Direction::Forward).unwrap();
                let signal = signal.decimated(&every.into()).unwrap();
                let mut words = vec![0; own.div_ceil(64)];
                signal.bits(BitOrder::Lsb).fill(&mut words);
                words
            })
            .collect();
        bits.extend((0..own).map(|t| streams[t % lanes][t / lanes / 64] >> (t / lanes % 64) & 1 == 1));
        for _ in 0..wrong {
            let at = idle + random(own as u64) as usize;
            bits[at] = !bits[at];
        }
        let reading = if is_lsb { Reading::LSB } else { Reading::MSB };
        let mut words = vec![0u64; bits.len().div_ceil(64)];
        bits.iter().enumerate().for_each(|(t, bit)| words[t / 64] |= u64::from(*bit != inverted) << (t % 64));
        let words = reading.in_time(&words, bits.len() as u64);
        let count = bits.len() / 8 * 8;
        Self { name: entry.name, every, lanes, wrong, idle, inverted, reading, words, count }
    }

    fn describe(&self) -> String {
        let Self { name, every, lanes, wrong, idle, inverted, count, .. } = self;
        format!(
            "{name}, every {every}, {lanes} lanes, {wrong} wrong, {idle} idle before, inverted {inverted}, {count} bits"
        )
    }

    /// What it was taken for.
    fn answer(&self) -> String {
        let one = |found: &Identified| {
            let names: Vec<_> =
                names(found).iter().map(|name| format!("{} every {}", name.entry.name, name.every)).collect();
            let Identified { characteristic, from, compared, errors, evidence, how, reading, .. } = found;
            format!(
                "\n    {characteristic} {names:?} from {from}, {errors} of {compared}, {evidence:.0} bits by {how}, {reading}"
            )
        };
        match identify(&self.words, self.count as u64, &[Reading::MSB, Reading::LSB]) {
            Finding::Register(found) => one(&found),
            Finding::Lanes(lanes) => lanes.iter().map(one).collect(),
            other => format!("{other:?}"),
        }
    }

    /// Whether the answer is right; `None` if it is "unknown".
    fn judge(&self) -> Option<bool> {
        let own = catalogue::find(self.name).unwrap();
        let every = BigUint::from(self.every);
        let plain = AnyRegister::from(own.register().sequence().with_xnor(false));
        let expected = plain.decimated(&plain.ones(), &every).unwrap().0;
        let is_it = |found: &Identified| found.characteristic == *expected.characteristic();
        Some(match identify(&self.words, self.count as u64, &[Reading::MSB, Reading::LSB]) {
            Finding::None(_) | Finding::Constant(_) => return None,
            Finding::Scrambler(_) => false,
            Finding::Register(found) if self.lanes == 1 => is_it(&found) && found.reading == self.reading,
            // Streams whose phases happen to suit are one stream, or a shorter register than that of all phases.
            Finding::Register(found) if is_it(&found) => found.errors <= (self.wrong + self.idle) as u64,
            Finding::Register(found) => {
                expected.characteristic().pow(self.lanes as u32).rem(&found.characteristic).unwrap().is_zero()
            }
            Finding::Lanes(lanes) => {
                lanes.len() == self.lanes && lanes.iter().all(|lane| is_it(lane) && lane.reading == self.reading)
            }
        })
    }
}

/// Random numbers below a bound.
fn random(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut random = rand_pcg::Pcg64::new(seed.into(), 7);
    move |below| rand_pcg::rand_core::Rng::next_u64(&mut random) % below
}

/// Whether the larger ranges are asked for.
fn is_long() -> bool {
    std::env::var_os("LFSR_LONG").is_some()
}

/// How many cases of a test: those of a quick run, or what LFSR_IDENTIFY_CASES says.
fn cases(quick: u64) -> u64 {
    std::env::var("LFSR_IDENTIFY_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(quick)
}

/// Where the cases begin: always the same, or what LFSR_IDENTIFY_SEED says.
fn seed(usual: u64) -> u64 {
    std::env::var("LFSR_IDENTIFY_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Named in 99 of 100 cases, and never by a wrong name.
#[test]
fn statistics_of_names() {
    let mut random = random(seed(18));
    let all = cases(400);
    let (mut unknown, mut wrong) = (Vec::new(), Vec::new());
    for _ in 0..all {
        let case = Case::random(&mut random);
        match case.judge() {
            Some(true) => {}
            Some(false) => wrong.push(case.describe() + &case.answer()),
            None => unknown.push(case.describe()),
        }
    }
    println!(
        "{all} cases: {} unknown, {} wrong\n{}\n{}",
        unknown.len(),
        wrong.len(),
        unknown.join("\n"),
        wrong.join("\n")
    );
    assert!(wrong.is_empty());
    assert!(unknown.len() as u64 * 100 <= all.max(400));
}

/// Of random streams at most one in a thousand gets a name.
#[test]
fn statistics_of_noise() {
    let mut random = random(seed(19));
    let all = cases(if is_long() { 400 } else { 150 });
    let mut named = Vec::new();
    for _ in 0..all {
        let count = 16 + random(600) / 8 * 8;
        let words: Vec<u64> = (0..count.div_ceil(64)).map(|_| random(u64::MAX)).collect();
        match identify(&words, count, &[Reading::MSB, Reading::LSB]) {
            Finding::None(_) | Finding::Constant(_) => {}
            found => named.push(format!("{count} bits: {found:?}")),
        }
    }
    println!("{all} random streams: {} named\n{}", named.len(), named.join("\n"));
    assert!(named.len() as u64 <= 1 + all / 1000);
}
