//! [`Windows`]: how a stretch of the sequence is laid out in lanes, so that a run of zeros cannot slip through.
//!
//! Lane i holds the 16 bits of the sequence from bit D i on; D, the spacing, is 4, 8 or 16 and the lanes overlap if it is less than 16.
//! A run of z zeros from bit a on clears the w newest bits of lane i if a <= D i + 16 - w and D i + 15 <= a + z - 1. Some i is like that
//! if w <= z - D + 1. So "a lane is less than 2^(16-w)" with w = min(16, z - D + 1) is the one test, for 32 D states at a time; the wider
//! the spacing, the longer must be the runs for the test to be rarely true by chance.

use super::lanes::LANES;

/// The fewest newest bits that a test may look at; fewer are zero too often by chance.
const LEAST_TESTED: u32 = 11;

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
        if zeros > 64 {
            return None;
        }
        let spacing_log = (2..=4).rev().find(|log| zeros >= (1 << log) + LEAST_TESTED - 1)?;
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

    /// How many bits of the sequence, that is states, a block stands for: 32 D.
    pub(crate) fn block_bits(&self) -> u64 {
        (LANES as u64) << self.spacing_log
    }

    /// The four lanes that begin with the first bit of `bits`.
    pub(crate) fn word(&self, bits: u64) -> u64 {
        (0..4).fold(0, |word, i| word | (bits >> (i << self.spacing_log) & 0xffff) << (16 * i))
    }

    /// The 64 bits that begin with lane number `lane`; bit 0 is the oldest. `read` gives the lanes by number.
    #[inline(always)]
    pub(crate) fn bits(&self, read: impl Fn(i64) -> u64, lane: i64) -> u64 {
        let stride = 16 >> self.spacing_log;
        (0..4).fold(0, |bits, i| bits | read(lane + i * stride) << (16 * i))
    }

    /// The run to which a lane of at most [`Windows::most`] belongs, if it has at least z zeros.
    #[inline(always)]
    pub(crate) fn run(&self, read: impl Fn(i64) -> u64, lane: i64) -> Option<Zeros> {
        let stride = 16 >> self.spacing_log;
        let tested = 16 - self.untested;
        let (oldest, behind) = (read(lane), read(lane + stride));
        if oldest != 0 && behind != 0 && oldest.leading_zeros() - 48 + behind.trailing_zeros() < self.zeros {
            // By far the most: the run ends in this lane to one side, and in the next to the other.
            return None;
        }
        // The 64 bits before the tested ones, and the 64 behind.
        let own = u128::from(oldest) << 64 | u128::from(self.bits(&read, lane - 4 * stride));
        let before = ((own >> self.untested) as u64).leading_zeros();
        let behind = self.bits(&read, lane + stride).trailing_zeros();
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
        for zeros in 14..=64 {
            let windows = Windows::new(zeros).unwrap();
            let spacing = 1usize << windows.spacing_log;
            for length in [zeros, zeros + 1, zeros + 7].map(|length| length.min(64) as usize) {
                for offset in 0..spacing {
                    let mut bits: Vec<bool> = (0..2000).map(|_| splitmix(&mut random) & 7 > 0).collect();
                    let first = 1000 + offset;
                    bits[first - 1] = true;
                    bits[first + length] = true;
                    bits[first..first + length].fill(false);
                    let lane = |i: i64| {
                        let at = i as usize * spacing;
                        (0..16).fold(0, |lane, k| lane | u64::from(bits[at + k]) << k)
                    };
                    let count = ((bits.len() - 16) / spacing) as i64;
                    let runs: Vec<(i64, u32)> = (20..count - 24)
                        .filter(|&i| lane(i) <= u64::from(windows.most()))
                        .filter_map(|i| windows.run(lane, i).map(|run| (run.first + i * spacing as i64, run.count)))
                        .collect();
                    assert!(!runs.is_empty(), "{zeros} zeros at {first}");
                    assert!(runs.iter().all(|&run| run == (first as i64, length as u32)), "{zeros} zeros: {runs:?}");
                }
            }
        }
        assert!(Windows::new(13).is_none() && Windows::new(65).is_none());
    }

    #[test]
    fn words_and_bits() {
        for zeros in [14, 18, 26] {
            let windows = Windows::new(zeros).unwrap();
            let mut random = 9;
            let stream: u128 = u128::from(splitmix(&mut random)) << 64 | u128::from(splitmix(&mut random));
            let mut lanes = vec![];
            for i in 0..8 {
                let word = windows.word(stream.checked_shr(i * (4 << windows.spacing_log)).unwrap_or(0) as u64);
                lanes.extend((0..4).map(|k| word >> (16 * k) & 0xffff));
            }
            assert_eq!(windows.bits(|i| lanes[i as usize], 3), (stream >> (3 << windows.spacing_log)) as u64);
        }
    }
}
