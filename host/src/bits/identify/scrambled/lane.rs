//! [`state_over_bytes`]: where an additive sequence stands, from the bits at one place of each byte.

use lfsr_core::{
    check::Settings,
    register::Register,
    stream::{Style, Words},
};

use super::{
    super::{Plain, lanes::every, state_at_start},
    BYTE, LEAST, MOST_BITS,
    sums::Sums,
};
use crate::bits::probe::{Bits, fitting};

/// The state at the first bit, found at the place of each byte where the data change least.
pub(super) fn state_over_bytes(plain: &Plain, register: &Register, period: usize, tries: f64) -> Option<u64> {
    if period != BYTE {
        return None;
    }
    // Every 8th bit of a sequence obeys the same register, as every 2nd does.
    let lags: Vec<u32> = register.lags().collect();
    let sum = Sums::new(plain, MOST_BITS).of(&lags, BYTE);
    if sum.uneven(BYTE) - tries < LEAST {
        return None;
    }
    let far = |ones: &f64| (ones - 0.5).abs();
    let (place, _) = sum.ones(BYTE).into_iter().enumerate().max_by(|a, b| far(&a.1).total_cmp(&far(&b.1)))?;
    let lane = every(plain, BYTE, place);
    let (words, count) = lane.words_of(MOST_BITS);
    let report = fitting(register, Settings::new(register), Bits { words, count: count as u64 })?;
    let of_lane = state_at_start(register, &report)?.to_u128()? as u64;
    state_of(register, of_lane, BYTE, place)
}

/// The state whose sequence has the sequence of `of_lane` at bits `place`, `place + stride`, ...; `None` if none or several do.
pub(super) fn state_of(register: &Register, of_lane: u64, stride: usize, place: usize) -> Option<u64> {
    let n = register.degree() as usize;
    // Bit i of column j: what state bit j contributes to bit i of the lane.
    let column = |j: usize| {
        let mut words = Words::new(register, 1 << j, Style::PLAIN);
        let bits: Vec<u64> = (0..(stride * n + place).div_ceil(64)).map(|_| words.next_word()).collect();
        (0..n).map(|i| place + i * stride).enumerate().fold(0, |sum, (i, t)| sum | (bits[t / 64] >> (t % 64) & 1) << i)
    };
    // Gauss: columns with what they stand for.
    let mut rest: Vec<(u64, u64)> = (0..n).map(|j| (column(j), 1 << j)).collect();
    let (mut lane, mut state) = (of_lane, 0);
    for bit in 0..n {
        let at = rest.iter().position(|(column, _)| column >> bit & 1 == 1)?;
        let (pivot, own) = rest.swap_remove(at);
        for (column, stands) in rest.iter_mut().filter(|(column, _)| column >> bit & 1 == 1) {
            *column ^= pivot;
            *stands ^= own;
        }
        if lane >> bit & 1 == 1 {
            lane ^= pivot;
            state ^= own;
        }
    }
    Some(state)
}
