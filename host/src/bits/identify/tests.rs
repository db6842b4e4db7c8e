use lfsr_core::catalogue::Kind;

use super::*;
use crate::bits::{noise::Noise, signal::Signal};

/// Bits of a signal, from `skip` on, with errors.
fn sent(text: &str, skip: u64, count: usize, rate: f64) -> Vec<u64> {
    let mut signal = text.parse::<Signal>().unwrap();
    signal.start = signal.register.jump(&signal.start, &skip.into(), lfsr_core::algebra::Direction::Forward).unwrap();
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
        let answer = found(identify(&words, count as u64, &[BitOrder::Lsb]), entry.name);
        if entry.name == "NES-short" {
            // Reducible: the seed may lie in a subspace.
            assert!(Poly::from_u128(entry.characteristic).rem(&answer.characteristic).unwrap().is_zero());
            continue;
        }
        let names = names(&answer);
        let named = names.iter().find(|named| named.entry.name == entry.name);
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
        let answer = found(identify(&words, 40_000, &[BitOrder::Lsb]), text);
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
    let answer = found(identify(&words, 5000, &[BitOrder::Lsb]), "scrambled");
    let (c, period) = scrambler(&answer.characteristic).unwrap();
    assert_eq!(catalogue::matching(c.to_u128().unwrap()).next().map(|entry| entry.name), Some("PCIe-Gen1"));
    assert_eq!(BigUint::from(40u32) % period, BigUint::ZERO);

    let signal = "x^521+x^32+1".parse::<Signal>().unwrap();
    let mut words = vec![0; 400];
    signal.bits(BitOrder::Lsb).fill(&mut words);
    let answer = found(identify(&words, 25_600, &[BitOrder::Lsb]), "521");
    assert_eq!((&answer.characteristic, answer.errors), (signal.register.characteristic(), 0));

    let mut noise = vec![0u64; 700];
    Noise::new(0.5, 3).apply(44_800, |at| noise[(at / 64) as usize] ^= 1 << (at % 64));
    let Finding::None(none) = identify(&noise, 44_800, &[BitOrder::Msb, BitOrder::Lsb]) else { panic!("noise") };
    assert!(none.complexity.abs_diff(22_400) < 20 && (none.ones - 0.5).abs() < 0.01);
    assert!(matches!(identify(&[0; 20], 1280, &[BitOrder::Msb]), Finding::Constant(false)));
    assert!(matches!(identify(&[u64::MAX; 20], 1280, &[BitOrder::Msb]), Finding::Constant(true)));
    // Bytes the other way round.
    let other: Vec<u64> = sent("PRBS15", 9, 6400, 0.0).into_iter().map(|word| BitOrder::Msb.word(word)).collect();
    let answer = found(identify(&other, 6400, &[BitOrder::Lsb, BitOrder::Msb]), "order");
    assert_eq!((answer.order, names(&answer)[0].entry.name), (BitOrder::Msb, "PRBS15"));
}
