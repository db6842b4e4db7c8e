//! Registers inside a chip, by models of them.

extern crate std;

use std::vec::Vec;

use super::*;

/// The noise register of the STM32, by its figure: bits 0, 1, 4 and 6 make bit 11.
fn noise(state: &mut u32) -> u32 {
    let word = *state;
    *state = word >> 1 | (word ^ word >> 1 ^ word >> 4 ^ word >> 6) << 11 & 0x800;
    word
}

fn bits(source: &mut impl Source, bytes: usize) -> Vec<u8> {
    let mut buffer = std::vec![0; bytes];
    assert_eq!(source.read(&mut buffer), bytes);
    (0..8 * bytes).map(|i| buffer[i / 8] >> (i % 8) & 1).collect()
}

#[test]
fn the_words_of_a_shift_register_are_its_sequence() {
    let (mut state, mut own) = (0xaaa, 0xaaa);
    assert_eq!(bits(&mut Shifting::new(12, || Some(noise(&mut state))), 1), [0, 1, 0, 1, 0, 1, 0, 1]);
    let mut source = Shifting::new(12, || Some(noise(&mut own)));
    let found = bits(&mut source, 1200);
    for t in 12..found.len() {
        assert_eq!(found[t], found[t - 6] ^ found[t - 8] ^ found[t - 11] ^ found[t - 12], "bit {t}");
    }
    // It is not all zeros.
    assert!(found[..4095].iter().filter(|bit| **bit == 1).count() == 2048);
}

#[test]
fn a_word_that_does_not_follow_holds_the_line_low() {
    for bit in 0..12 {
        let (mut state, mut count) = (0xaaa, 0);
        let found = bits(
            &mut Shifting::new(12, || {
                count += 1;
                Some(noise(&mut state) ^ if count == 1000 { 1 << bit } else { 0 })
            }),
            200,
        );
        // The newest cell shows one step late.
        let from = if bit == 11 { 1000 } else { 999 };
        assert_eq!(found[from..from + 24], [0; 24], "bit {bit}");
        assert!(found[from + 25..from + 37].contains(&1), "bit {bit}: for good");
    }
}

/// A line that is always 0 differs from its cell by bits of the sequence itself: complementing for each such word would give the
/// sequence again, from another phase.
#[test]
fn a_line_that_is_stuck_gives_no_sequence() {
    for bit in 0..32 {
        for value in [0, 1] {
            if bit >= 12 && value == 0 {
                continue;
            }
            let mut state = 0xaaa;
            let mut source = Shifting::new(12, || Some(noise(&mut state) & !(1 << bit) | value << bit));
            let ones = bits(&mut source, 1000).iter().filter(|bit| **bit == 1).count();
            assert!(ones < 500, "bit {bit} at {value}: {ones} ones of 8000");
        }
    }
}

/// Ones come in.
struct Ones(u32);

impl Stepped for Ones {
    fn step(&mut self) -> Option<u32> {
        self.0 = self.0 >> 1 | 0x800;
        Some(self.0)
    }
}

#[test]
fn restarting_forgets() {
    let mut source = Shifting::new(12, Ones(0));
    assert_eq!(bits(&mut source, 4)[20..], [1; 12]);
    // Without the restart 0x8ff would be no successor.
    source.restart(|ones| ones.0 = 0x1ff);
    assert_eq!(bits(&mut source, 1), [1; 8]);
}

#[test]
fn a_chip_that_does_not_answer_gives_no_half_byte() {
    let mut left = 20;
    let mut step = || {
        left -= 1;
        (left >= 0).then_some(0)
    };
    assert_eq!(Shifting::new(12, &mut step).read(&mut [0; 8]), 2);
    let mut left = 3;
    let mut step = || {
        left -= 1;
        (left >= 0).then_some(0)
    };
    assert_eq!(Dividing::new(7, &mut step).read(&mut [0; 64]), 12);
}

/// By the definition: a word of zeros is 32 steps to the left.
fn divide(state: &mut u32, polynomial: u32) -> u32 {
    for _ in 0..32 {
        *state = (*state << 1) ^ ((*state >> 31) * polynomial);
    }
    *state
}

#[test]
fn a_crc_unit_fed_zeros_is_one_sequence() {
    const POLYNOMIAL: u32 = 0x04c1_1db7;
    let mut state = u32::MAX;
    let found = bits(&mut Dividing::new(POLYNOMIAL, || Some(divide(&mut state, POLYNOMIAL))), 400);
    for t in 32..found.len() {
        let due = (0..32).fold(0, |sum, i| sum ^ (found[t - 32 + i] & (POLYNOMIAL >> i & 1) as u8));
        assert_eq!(found[t], due, "bit {t}");
    }
    assert!(found.contains(&1));
    // A unit with another polynomial contradicts it in nearly every word.
    let mut state = u32::MAX;
    let found = bits(&mut Dividing::new(POLYNOMIAL, || Some(divide(&mut state, POLYNOMIAL ^ 2))), 400);
    let wrong = (32..found.len()).filter(|t| {
        let due = (0..32).fold(0, |sum, i| sum ^ (found[t - 32 + i] & (POLYNOMIAL >> i & 1) as u8));
        found[*t] != due
    });
    assert!(wrong.count() > 400);
}
