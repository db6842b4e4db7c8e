//! Every entry replayed: its check value, its polynomial, its names.

extern crate std;
use std::{collections::BTreeMap, vec::Vec};

use super::*;

fn output(register: &Register, state: &mut u64) -> u64 {
    let bit = register.output(*state);
    *state = register.step(*state);
    bit
}

/// CRC of the nine digits by single steps of the Galois register.
fn crc(entry: &Entry, crc: &Crc) -> u64 {
    let register = entry.register();
    let n = register.degree();
    let reflect = |word: u64| word.reverse_bits() >> (64 - n);
    let mut state = reflect(crc.init);
    for byte in *b"123456789" {
        let byte = if crc.reflected { byte } else { byte.reverse_bits() };
        state ^= u64::from(byte);
        for _ in 0..8 {
            state = register.step(state);
        }
    }
    (if crc.reflected { state } else { reflect(state) }) ^ crc.xor_out
}

#[test]
fn every_vector_is_replayed() {
    let mut replayed = 0;
    for entry in ENTRIES {
        let register = entry.register();
        assert_eq!(register.characteristic(), entry.characteristic, "{}", entry.name);
        replayed += 1;
        match entry.check {
            Check::None => replayed -= 1,
            Check::Bytes { seed, bytes, order, .. } => {
                let mut state = entry.state_of(seed);
                for (i, &byte) in bytes.iter().enumerate() {
                    let lsb_first = (0..8).fold(0u8, |byte, bit| byte | (output(&register, &mut state) as u8) << bit);
                    let got = if order == BitOrder::Lsb { lsb_first } else { lsb_first.reverse_bits() };
                    assert_eq!(got, byte, "{}: byte {i}: {got:02X} for {byte:02X}", entry.name);
                }
            }
            Check::Bits { text, backwards, .. } => {
                let mut bits: Vec<u64> = text.bytes().map(|b| u64::from(b - b'0')).collect();
                if backwards {
                    bits.reverse();
                }
                let n = register.degree() as usize;
                assert!(bits.len() >= 2 * n, "{}: too short to tell", entry.name);
                let window = bits.iter().take(n).rev().fold(0, |window, bit| window << 1 | bit);
                let mut state = register.state_from_output(window);
                for (i, &bit) in bits.iter().enumerate() {
                    assert_eq!(output(&register, &mut state), bit, "{}: bit {i}", entry.name);
                }
            }
            Check::States(states, _) => {
                for pair in states.windows(2) {
                    assert_eq!(register.step(entry.state_of(pair[0])), entry.state_of(pair[1]), "{}", entry.name);
                }
            }
            Check::Cycles(expected, _) => {
                let mut seen = std::vec![false; 1 << register.degree()];
                let mut cycles = BTreeMap::new();
                for start in 0..seen.len() {
                    let (mut state, mut period) = (start as u64, 0u64);
                    while !core::mem::replace(&mut seen[state as usize], true) {
                        state = register.step(state);
                        period += 1;
                    }
                    if period > 0 {
                        *cycles.entry(period).or_insert(0u64) += 1;
                    }
                }
                assert!(cycles.into_iter().eq(expected.iter().copied()), "{}", entry.name);
            }
            Check::Crc(parameters) => assert_eq!(crc(entry, &parameters), parameters.check, "{}", entry.name),
        }
    }
    // As many as have a vector now: none must get lost.
    assert_eq!(replayed, 28);
}

/// GPS satellite 1 adds stages 2 and 6 of G2 to G1: IS-GPS-200 lists its first ten chips as octal 1440.
#[test]
fn gps_satellite_1() {
    let (g1, g2) = (find("GPS G1").unwrap(), find("GPS G2").unwrap());
    let (mut a, mut b) = (g1.start(), g2.start());
    let mut chips = 0;
    for _ in 0..10 {
        // Stage k holds the bit that entered k steps ago: bit n - k.
        let stage = |k: u32| b >> (10 - k) & 1;
        chips = chips << 1 | (a & 1 ^ stage(2) ^ stage(6));
        a = g1.register().step(a);
        b = g2.register().step(b);
    }
    assert_eq!(chips, 0o1440);
}

/// The first bits of an entry from a seed as its source writes it.
fn bits(name: &str, seed: u64, count: usize) -> Vec<u64> {
    let entry = find(name).unwrap();
    let mut state = entry.state_of(seed);
    (0..count).map(|_| output(&entry.register(), &mut state)).collect()
}

/// EN 300 392-2, 8.2.5: p(k) is the sum of p(k - i) over the exponents i, from p(-31) on: the seed from its lowest bit.
#[test]
fn the_scrambler_of_tetra() {
    for seed in [3u64, 250 << 22 | 13 << 8 | 13 << 2 | 3] {
        let mut p: Vec<u64> = (0..32).map(|i| seed >> i & 1).collect();
        for _ in 0..200 {
            p.push([1, 2, 4, 5, 7, 8, 10, 11, 12, 16, 22, 23, 26, 32].iter().fold(0, |sum, i| sum ^ p[p.len() - i]));
        }
        assert_eq!(bits("TETRA", seed, 200), p[32..]);
    }
}

/// op25 fills 44 bits with the seed, the highest first, which are sent, and steps 44 at a time: y(t + 44) is the sum of y(t + j).
#[test]
fn the_scrambler_of_p25() {
    let seed = 0xbee00 << 24 | 0x3ce << 12 | 0x293u64;
    let mut y: Vec<u64> = (0..44).map(|i| seed >> (43 - i) & 1).collect();
    for t in 0..200 {
        y.push([0, 4, 9, 15, 20, 34].iter().fold(0, |sum, j| sum ^ y[t + j]));
    }
    assert_eq!(bits("P25 PN44", seed, 244), y);
}

#[test]
fn names_are_found_and_belong_to_one_entry() {
    let mut names = BTreeMap::new();
    for entry in ENTRIES {
        for name in entry.aliases.iter().chain([&entry.name]) {
            let key: std::string::String = letters(name).collect();
            assert!(names.insert(key, entry.name).is_none(), "{name} is given twice");
            assert_eq!(find(name).map(|found| found.name), Some(entry.name));
        }
    }
    for (name, expected) in [("prbs31", "PRBS31"), ("crc-32", "CRC-32"), ("BLE whitening", "BLE-whitening")] {
        assert_eq!(find(name).map(|entry| entry.name), Some(expected));
    }
    assert!(find("").is_none() && find("--").is_none() && find("PRBS8").is_none());
}

#[test]
fn contents_as_the_source_writes_them_and_back() {
    for entry in ENTRIES {
        let all = entry.register().state_mask();
        for printed in [1, all, all >> 1, 0x5d & all, all ^ 2 & all] {
            assert_eq!(entry.printed_of(entry.state_of(printed)), Some(printed), "{}", entry.name);
        }
    }
    // MATLAB's documentation of the wlan scrambler: 93 is 1011101, and the example of IEEE 802.11 starts 0110110.
    assert_eq!(bits("802.11", 93, 7), [0, 1, 1, 0, 1, 1, 0]);
}

#[test]
fn the_same_text_for_two_sequences() {
    let lags = |name: &str| find(name).unwrap().register().lags().collect::<Vec<_>>();
    assert_eq!((lags("PRBS9"), lags("PN9")), (std::vec![5, 9], std::vec![4, 9]));
    assert_eq!((lags("802.11"), lags("BLE")), (std::vec![4, 7], std::vec![3, 7]));
}

#[test]
fn those_said_to_be_primitive_are() {
    for entry in ENTRIES {
        let c = entry.characteristic;
        let primitive = crate::gf2::is_primitive(c);
        let exception = entry.kind == Kind::Crc || entry.name == "NES-short";
        assert!(exception || primitive == Some(true), "{}", entry.name);
    }
}

/// The check field of SMPTE RP 198 for equalisers: words 300h and 198h over and over become 19 equal bits and another one, from one state of
/// 512 on; those for clocks, 200h and 110h, 20 ones and 20 zeros. The other reading of the polynomial has neither.
#[test]
fn the_check_field_of_serial_video() {
    let longest = |lags: &[u32], words: [u16; 2], run: usize| {
        let bits = || words.into_iter().flat_map(|word| (0..10).map(move |i| word >> i & 1 == 1));
        let of = |state: u16| {
            let (mut past, mut level) = (state, false);
            let line: Vec<bool> = core::iter::repeat_with(bits)
                .take(60)
                .flatten()
                .map(|bit| {
                    let out = lags.iter().fold(bit, |sum, k| sum ^ (past >> (k - 1) & 1 == 1));
                    past = past << 1 | u16::from(out);
                    level ^= out;
                    level
                })
                .collect();
            line.chunk_by(|a, b| a == b).filter(|equal| equal.len() == run).count()
        };
        (0..512).map(of).max().unwrap()
    };
    let own: Vec<u32> = find("SMPTE-259M").unwrap().register().lags().collect();
    let other = [4, 9];
    assert!(longest(&own, [0x300, 0x198], 19) > 50 && longest(&own, [0x200, 0x110], 20) > 50);
    assert!(longest(&other, [0x300, 0x198], 19) < 10 && longest(&other, [0x200, 0x110], 20) < 10);
}
