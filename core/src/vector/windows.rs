//! [`Windows`]: how a stretch of the sequence is laid out in lanes, so that a run of zeros cannot slip through.
//!
//! Lane i holds the 16 bits of the sequence from bit D i on; D, the spacing, is 4, 8, 16 or 32. The lanes overlap if it is less than 16, and
//! leave gaps if it is 32: the bits in them are not computed, but found by look-up where a run may be ([`super::Gaps`]).
//! A run of z zeros from bit a on clears the w newest bits of lane i if a <= D i + 16 - w and D i + 15 <= a + z - 1. Some i is like that
//! if w <= z - D + 1. So "a lane is less than 2^(16-w)" with w = min(16, z - D + 1) is the one test, for 32 D states at a time; the wider
//! the spacing, the longer must be the runs for the test to be rarely true by chance.

use super::{gaps::GAPPED_LOG, lanes::LANES};

/// The fewest newest bits that a test may look at; fewer are zero too often by chance.
pub(super) const LEAST_TESTED: u32 = 11;

/// Spacing of the lanes and what is tested in them, for runs of z zeros.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Windows {
    zeros: u32,
    /// log2 D.
    spacing_log: u32,
    /// 16 - w.
    untested: u32,
}

/// A run of zeros, as far as it can be seen from a lane that it clears.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Zeros {
    /// Its first zero, counted from the first bit of the lane.
    pub(crate) first: i64,
    /// How many zeros there are.
    pub(crate) count: u32,
}

impl Windows {
    /// For runs of `zeros` zeros: 14 to 64.
    pub(crate) fn new(zeros: u32) -> Option<Self> {
        Self::up_to(4, zeros)
    }

    /// The same for lanes with gaps between them: 42 to 64.
    pub(crate) fn gapped(zeros: u32) -> Option<Self> {
        Self::up_to(GAPPED_LOG, zeros).filter(Self::has_gaps)
    }

    fn up_to(widest: u32, zeros: u32) -> Option<Self> {
        if zeros > 64 {
            return None;
        }
        let spacing_log = (2..=widest).rev().find(|log| zeros >= (1 << log) + LEAST_TESTED - 1)?;
        let tested = (zeros + 1 - (1 << spacing_log)).min(16);
        Some(Self { zeros, spacing_log, untested: 16 - tested })
    }

    /// The largest value of a lane that may belong to a run.
    pub(crate) fn most(&self) -> u16 {
        (1 << self.untested) - 1
    }

    /// z.
    pub(crate) fn zeros(&self) -> u32 {
        self.zeros
    }

    /// log2 D.
    pub(crate) fn spacing_log(&self) -> u32 {
        self.spacing_log
    }

    /// The bits that a run clears in the next lane behind one that it clears, but not whole: those it must have beyond the 15 before them.
    pub(crate) fn ahead(&self) -> u16 {
        let gap = if self.has_gaps() { 16 } else { 0 };
        let bits = self.zeros.saturating_sub(gap + 15).min(16);
        ((1u32 << bits) - 1) as u16
    }

    /// Whether there are bits between the lanes.
    pub(crate) fn has_gaps(&self) -> bool {
        self.spacing_log == GAPPED_LOG
    }

    /// How many bits of the sequence, that is states, a block stands for: 32 D.
    pub(crate) fn block_bits(&self) -> u64 {
        (LANES as u64) << self.spacing_log
    }

    /// The four lanes that begin with the first bit of `bits`.
    pub(crate) fn word(&self, bits: u128) -> u64 {
        (0..4).fold(0, |word, i| word | ((bits >> (i << self.spacing_log)) as u64 & 0xffff) << (16 * i))
    }

    /// Four lanes that do not overlap, the first number `lane`: without gaps they are the 64 bits that begin there.
    #[inline(always)]
    pub(crate) fn four(&self, read: impl Fn(i64) -> u64, lane: i64) -> u64 {
        (0..4).fold(0, |bits, i| bits | read(lane + i * self.next() as i64) << (16 * i))
    }

    /// How many lanes on the first lies that does not overlap.
    #[inline(always)]
    pub(crate) fn next(&self) -> usize {
        (16 >> self.spacing_log).max(1)
    }

    /// Whether a lane of at most [`Windows::most`] may belong to a run, by the first lane behind it that does not overlap: most often the run ends in
    /// the one to one side, and in the other to the other.
    #[inline(always)]
    fn may_be_run(&self, own: u64, next: u64) -> bool {
        let gap = if self.has_gaps() { 16 } else { 0 };
        own == 0 || next == 0 || own.leading_zeros() - 48 + gap + next.trailing_zeros() >= self.zeros
    }

    /// The run to which a lane of at most [`Windows::most`] belongs, if it has at least z zeros. `read` gives the lanes by number, `bits` the 64
    /// bits of the sequence that begin with a lane.
    #[inline(always)]
    pub(crate) fn run(&self, read: impl Fn(i64) -> u64, bits: impl Fn(i64) -> u64, lane: i64) -> Option<Zeros> {
        let tested = 16 - self.untested;
        let (oldest, next) = (read(lane), lane + self.next() as i64);
        if !self.may_be_run(oldest, read(next)) {
            return None;
        }
        // The 64 bits before the tested ones, and the 64 behind.
        let lanes = 64 >> self.spacing_log;
        let own = u128::from(oldest) << 64 | u128::from(bits(lane - lanes));
        let before = ((own >> self.untested) as u64).leading_zeros();
        let behind = if self.has_gaps() { bits(lane) >> 16 | bits(lane + lanes) << 48 } else { bits(next) };
        let behind = behind.trailing_zeros();
        let count = before + tested + behind;
        (count >= self.zeros).then(|| Zeros { first: i64::from(self.untested) - i64::from(before), count })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::tests::splitmix;
    extern crate std;
    use std::{vec, vec::Vec};

    /// Every run of every length at every offset is seen by the test, and measured exactly.
    #[test]
    fn no_run_slips_through() {
        let mut random = 8;
        let all = (14..=64).map(|zeros| (zeros, Windows::new(zeros)));
        for (zeros, windows) in all.chain((42..=64).map(|zeros| (zeros, Windows::gapped(zeros)))) {
            let windows = windows.unwrap();
            let spacing = 1usize << windows.spacing_log;
            for length in [zeros, zeros + 1, zeros + 7].map(|length| length.min(64) as usize) {
                for offset in 0..spacing {
                    let mut bits: Vec<bool> = (0..3000).map(|_| splitmix(&mut random) & 7 > 0).collect();
                    let first = 1500 + offset;
                    bits[first - 1] = true;
                    bits[first + length] = true;
                    bits[first..first + length].fill(false);
                    let from = |i: i64, count| {
                        let at = i as usize * spacing;
                        (0..count).fold(0, |lane, k| lane | u64::from(bits[at + k]) << k)
                    };
                    let (lane, word) = (|i: i64| from(i, 16), |i: i64| from(i, 64));
                    let count = ((bits.len() - 16) / spacing) as i64;
                    let runs: Vec<(i64, u32)> = (20..count - 24)
                        .filter(|&i| lane(i) <= u64::from(windows.most()))
                        .filter_map(|i| {
                            windows.run(lane, word, i).map(|run| (run.first + i * spacing as i64, run.count))
                        })
                        .collect();
                    assert!(!runs.is_empty(), "{zeros} zeros at {first}");
                    assert!(runs.iter().all(|&run| run == (first as i64, length as u32)), "{zeros} zeros: {runs:?}");
                }
            }
        }
        assert!(Windows::new(13).is_none() && Windows::new(65).is_none());
        assert!(Windows::gapped(41).is_none() && Windows::gapped(65).is_none());
    }

    #[test]
    fn words_and_bits() {
        for windows in [14, 18, 26].map(Windows::new).into_iter().chain([Windows::gapped(42)]).flatten() {
            let mut random = 9;
            let bits: Vec<u128> = (0..1024).map(|_| u128::from(splitmix(&mut random) & 1)).collect();
            let from = |at: usize| (0..128).fold(0, |sum, k| sum | bits[at + k] << k);
            let spacing = 1usize << windows.spacing_log;
            let mut lanes = vec![];
            for i in 0..6 {
                let word = windows.word(from(4 * i * spacing));
                lanes.extend((0..4).map(|k| word >> (16 * k) & 0xffff));
            }
            let expected = if windows.has_gaps() {
                (0..4).fold(0, |sum, k| sum | (from((3 + k) * spacing) as u64 & 0xffff) << (16 * k))
            } else {
                from(3 * spacing) as u64
            };
            assert_eq!(windows.four(|i| lanes[i as usize], 3), expected);
        }
    }
}
