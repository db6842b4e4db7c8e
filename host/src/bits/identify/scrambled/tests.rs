use lfsr_core::{
    bit_order::BitOrder,
    catalogue::{ENTRIES, find},
    random::SplitMix64,
};

use super::{
    super::{Finding, identify},
    lane::state_of,
    *,
};
use crate::bits::{
    scramble::{Scrambler, Way},
    signal::Signal,
};

/// Words of English, in no order.
const ENGLISH: &str = "the of and to in is that it was for on are as with his they at be this from have or by one had not but what all were when we there can an your which \
                       their said if do will each about how up out them then she many some so these would other into has more her two like him see time could no make than";

/// So many bits of text, the bits of each byte in the reading's order.
fn text(count: usize, reading: Reading, seed: u64) -> Vec<u64> {
    let words: Vec<&str> = ENGLISH.split_whitespace().collect();
    let mut random = SplitMix64(seed);
    let mut bytes = Vec::new();
    while bytes.len() * 8 < count + 64 {
        bytes.extend_from_slice(words[random.next_word() as usize % words.len()].as_bytes());
        bytes.push(b' ');
    }
    let words: Vec<u64> = bytes.as_chunks::<8>().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect();
    reading.in_time(&words, count as u64)
}

/// So many bits, a share of them ones.
fn sparse(count: usize, ones: f64, seed: u64) -> Vec<u64> {
    let mut words = vec![0u64; count.div_ceil(64)];
    crate::bits::noise::Noise::new(ones, seed).apply(count as u64, |at| words[(at / 64) as usize] ^= 1 << (at % 64));
    words
}

/// Data in time behind a scrambler that begins anywhere.
fn scrambled(text: &str, mode: Mode, seed: u64, data: &[u64], reading: Reading) -> Plain {
    let mut signal: Signal = text.parse().unwrap();
    signal.held = signal.register.jump(&signal.held, &seed.into(), lfsr_core::algebra::Direction::Forward).unwrap();
    let mut words = data.to_vec();
    let count = 64 * words.len();
    Scrambler::new(&signal, mode, Way::Scramble, None).apply(&mut words, count as u64);
    Plain { reading, words, count }
}

/// Whether these are the data, as far as they were sent.
fn is_data(found: &Scrambled, data: &[u64]) -> bool {
    let bit = |words: &[u64], t: usize| words[t / 64] >> (t % 64) & 1;
    found.count > 1000 && (0..found.count).all(|u| bit(&found.data, u) == bit(data, u + found.from))
}

const COUNT: usize = 20_032;

/// Every scrambler of the catalogue over text: its register, its mode, the data.
#[test]
fn scramblers_of_the_catalogue_over_text() {
    let mut seen = 0;
    for (i, entry) in ENTRIES.iter().enumerate() {
        let mode = match entry.kind {
            Kind::Additive => Mode::Additive,
            Kind::Multiplicative => Mode::SelfSynchronising,
            _ => continue,
        };
        let reading = if i % 2 == 0 { Reading::MSB } else { Reading::LSB };
        let data = text(COUNT, reading, i as u64);
        let plain = scrambled(entry.name, mode, 1000 + i as u64, &data, reading);
        let found = known(&[plain]).unwrap_or_else(|| panic!("{}", entry.name));
        let own = entry.register().sequence().with_xnor(false);
        assert_eq!((found.register, found.mode, found.is_either), (own, mode, false), "{}", entry.name);
        assert!(is_data(&found, &data), "{}", entry.name);
        seen += 1;
    }
    assert!(seen >= 15, "{seen}");
}

/// LoRa's whitening from any byte of its period on, in the reading that is its own; and with wrong bits.
#[test]
fn the_whitening_of_lora() {
    let signal = crate::bits::code::named("LoRa").unwrap().unwrap();
    for (phase, count, ones, rate) in
        [(0, COUNT, None, 0.0), (8 * 77, COUNT, None, 0.01), (8 * 254, 4096, None, 0.0), (3, COUNT, Some(0.15), 0.01)]
    {
        let data = ones.map_or_else(|| text(count, Reading::MSB, phase), |ones| sparse(count, ones, phase));
        let forward = lfsr_core::algebra::Direction::Forward;
        let held = signal.register.jump(&signal.held, &phase.into(), forward).unwrap();
        let signal = Signal { held: held.clone(), ..signal.clone() };
        let mut words = data.clone();
        Scrambler::new(&signal, Mode::Additive, Way::Scramble, None).apply(&mut words, count as u64);
        crate::bits::noise::Noise::new(rate, 9).apply(count as u64, |at| words[(at / 64) as usize] ^= 1 << (at % 64));
        let plain = |words: &[u64], reading| Plain { reading, words: words.to_vec(), count };
        let turned: Vec<u64> = words.iter().map(|word| BitOrder::Msb.word(*word)).collect();
        let found = known(&[plain(&turned, Reading::LSB), plain(&words, Reading::MSB)]).unwrap();
        assert_eq!((found.code, found.mode, found.reading), (Some(("LoRa", phase)), Mode::Additive, Reading::MSB));
        assert_eq!(found.state, held.to_u128().map(|state| state as u64), "{phase}");
        assert!(rate > 0.0 || is_data(&found, &data), "{phase}");
    }
}

/// Registers of no catalogue, data of which 15 % are ones, flags of HDLC.
#[test]
fn registers_of_no_catalogue_and_other_data() {
    let flags = vec![0x7e7e_7e7e_7e7e_7e7e_u64; COUNT / 64];
    for (name, mode, data) in [
        ("G3RUH", Mode::SelfSynchronising, flags.clone()),
        ("x^21+x^2+1", Mode::SelfSynchronising, flags),
        ("G3RUH", Mode::SelfSynchronising, sparse(COUNT, 0.15, 1)),
        ("x^29+x^2+1", Mode::SelfSynchronising, sparse(COUNT, 0.15, 2)),
        ("x^29+x^2+1", Mode::SelfSynchronising, sparse(COUNT, 0.85, 3)),
        ("x^20+x^17+x^9+x^7+1", Mode::SelfSynchronising, sparse(COUNT, 0.3, 4)),
        ("x^39+x^4+1", Mode::SelfSynchronising, text(COUNT, Reading::IN_TIME, 5)),
        ("x^25+x^3+1", Mode::Additive, text(COUNT, Reading::IN_TIME, 6)),
        ("64b66b", Mode::SelfSynchronising, sparse(COUNT, 0.3, 7)),
    ] {
        let plain = scrambled(name, mode, 99, &data, Reading::IN_TIME);
        let finding = identify(&plain.words, plain.count as u64, &[Reading::IN_TIME]);
        let Finding::Scrambler(found) = finding else { panic!("{name}: {finding:?}") };
        let own = name.parse::<Signal>().unwrap().register.narrow().unwrap().sequence();
        assert_eq!((found.register, found.mode), (own, mode), "{name}");
        assert!(is_data(&found, &data), "{name}");
    }
}

/// Data that were added, too dense for a sequence with errors: not called self-synchronising.
#[test]
fn sums_are_not_taken_for_data() {
    for (seed, ones) in [(1, 0.25), (2, 0.3), (3, 0.7)] {
        let plain = scrambled("PRBS15", Mode::Additive, 7, &sparse(20 * COUNT, ones, seed), Reading::IN_TIME);
        let register = find("PRBS15").unwrap().register().sequence();
        let lags: Vec<u32> = register.lags().collect();
        let sum = Sums::new(&plain, MOST_BITS).of(&lags, 1);
        assert!(sum.uneven(1) > LEAST && sum.is_of_sums(&lags, 1), "{ones}");
        assert!(super::through(&plain, &register, 1, 0.0).is_none(), "{ones}");
        let through = scrambled("PRBS15", Mode::SelfSynchronising, 7, &sparse(20 * COUNT, 0.4, seed), Reading::IN_TIME);
        let sum = Sums::new(&through, MOST_BITS).of(&lags, 1);
        assert!(sum.uneven(1) > LEAST && !sum.is_of_sums(&lags, 1), "{ones}");
    }
}

/// Random bits, plain text, sparse data: no scrambler.
#[test]
fn what_is_not_scrambled_is_not_called_so() {
    for seed in 0..40 {
        let mut random = SplitMix64(seed);
        let count = 64 * (4 + random.next_word() as usize % 120);
        let words = (0..count / 64).map(|_| random.next_word()).collect();
        let plain = [Plain { reading: Reading::IN_TIME, words, count }];
        assert!(known(&plain).or_else(|| unknown(&plain)).is_none(), "{seed}");
        for words in [text(COUNT, Reading::MSB, seed), sparse(COUNT, 0.1, seed)] {
            let plain = [Plain { reading: Reading::IN_TIME, words, count: COUNT }];
            assert!(known(&plain).or_else(|| unknown(&plain)).is_none(), "{seed}");
        }
    }
}

/// Counting by words is counting by bits, at every place; sums are sums.
#[test]
fn sums_and_counts_are_those_of_single_bits() {
    let mut random = SplitMix64(3);
    let words: Vec<u64> = (0..40).map(|_| random.next_word()).collect();
    for (count, lags, stride) in
        [(2560, vec![5, 9], 1), (2501, vec![1, 2, 7, 13], 8), (70, vec![3], 1), (2559, vec![], 1)]
    {
        let plain = Plain { reading: Reading::IN_TIME, words: words[..usize::div_ceil(count, 64)].to_vec(), count };
        let bit = |t: usize| words[t / 64] >> (t % 64) & 1;
        let sum = Sums::new(&plain, count).of(&lags, stride);
        let reach = lags.last().map_or(0, |n| *n as usize * stride);
        let expected: Vec<u64> =
            (reach..count).map(|t| lags.iter().fold(bit(t), |sum, k| sum ^ bit(t - *k as usize * stride))).collect();
        assert_eq!((sum.from, sum.count), (reach, expected.len()));
        assert!((0..sum.count).all(|u| sum.words[u / 64] >> (u % 64) & 1 == expected[u]));
        for period in [1, 2, 8, 10, 64, 66] {
            let mut classes = vec![(0, 0); period];
            for (u, bit) in expected.iter().enumerate() {
                let class = &mut classes[(u + reach) % period];
                *class = (class.0 + 1, class.1 + bit);
            }
            assert_eq!(sum.classes(period), classes, "{count} {lags:?} {period}");
        }
    }
}

/// The state is found from every eighth bit of its sequence.
#[test]
fn a_state_from_a_lane() {
    for text in ["x^9+x^4+1", "x^23+x^18+1", "x^58+x^39+1", "x^7+x^6+1"] {
        let register: Register = text.parse().unwrap();
        let state = 0x1234_5678_9abc_def1 & register.state_mask();
        let mut words = Words::new(&register, state, Style::PLAIN);
        let bits: Vec<u64> = (0..10).map(|_| words.next_word()).collect();
        for place in [0, 3, 7] {
            let n = register.degree() as usize;
            let lane = (0..n)
                .map(|i| place + 8 * i)
                .enumerate()
                .fold(0, |lane, (i, t)| lane | (bits[t / 64] >> (t % 64) & 1) << i);
            assert_eq!(state_of(&register, lane, 8, place), Some(state), "{text} {place}");
        }
    }
}
