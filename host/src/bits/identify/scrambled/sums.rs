//! [`Sums`]: sums of received bits at fixed distances; [`SumBits`]: how uneven they are.
//!
//! Of random bits such sums are random. So the counts of ones decide. Of N bits in classes of N_r each the probability that the counts are as
//! uneven as sum N_r (1 - H(p_r)) = E or more is below 2^-E times the number of their values, the product of N_r + 1 (the method of types:
//! Cover & Thomas, Elements of Information Theory, theorem 11.2.1).

use super::super::Plain;
use crate::bits::evidence::{Evidence, entropy};

/// Sums of received bits.
pub(super) struct Sums<'a> {
    words: &'a [u64],
    count: usize,
}

/// A stream of such sums: the first is that of bit `from`.
pub(super) struct SumBits {
    pub(super) words: Vec<u64>,
    pub(super) from: usize,
    pub(super) count: usize,
}

impl<'a> Sums<'a> {
    pub(super) fn new(plain: &'a Plain, most: usize) -> Self {
        let (words, count) = plain.words_of(most);
        Self { words, count }
    }

    /// Each bit and those at these lags times the stride before it.
    pub(super) fn of(&self, lags: &[u32], stride: usize) -> SumBits {
        let reach = lags.last().map_or(0, |n| *n as usize * stride);
        let count = self.count.saturating_sub(reach);
        let from = |t: usize, i: usize| word_from(self.words, t + 64 * i);
        let words = (0..count.div_ceil(64))
            .map(|i| lags.iter().fold(from(reach, i), |sum, k| sum ^ from(reach - *k as usize * stride, i)));
        let mut words: Vec<u64> = words.collect();
        clear_beyond(&mut words, count);
        SumBits { words, from: reach, count }
    }
}

impl SumBits {
    /// Bits and ones at each place.
    pub(super) fn classes(&self, period: usize) -> Vec<(usize, u64)> {
        let mut classes = vec![(0, 0); period];
        for (place, class) in classes.iter_mut().enumerate() {
            // The first sum at this place.
            let first = (place + period - self.from % period) % period;
            class.0 = self.count.saturating_sub(first).div_ceil(period);
        }
        if period.is_power_of_two() && period <= 64 {
            let mask = (0..64 / period).fold(0u64, |mask, i| mask | 1 << (i * period));
            for word in &self.words {
                for place in 0..period {
                    classes[(place + self.from) % period].1 += u64::from((word >> place & mask).count_ones());
                }
            }
        } else {
            for t in (0..self.count).filter(|t| self.words[t / 64] >> (t % 64) & 1 == 1) {
                classes[(t + self.from) % period].1 += 1;
            }
        }
        classes
    }

    /// The fraction of ones at each place.
    pub(super) fn ones(&self, period: usize) -> Vec<f64> {
        self.classes(period).into_iter().map(|(bits, ones)| ones as f64 / bits.max(1) as f64).collect()
    }

    /// How unlikely counts so uneven are by chance.
    pub(super) fn uneven(&self, period: usize) -> Evidence {
        let values: Evidence = self.classes(period).into_iter().map(|(bits, _)| (bits as f64 + 1.0).log2()).sum();
        self.unevenness(period) - values
    }

    /// The same of just these counts.
    pub(super) fn unevenness(&self, period: usize) -> Evidence {
        let of = |(bits, ones): (usize, u64)| bits as f64 * (1.0 - entropy(ones as f64 / bits.max(1) as f64));
        self.classes(period).into_iter().map(of).sum()
    }

    /// Whether these are rather sums, at those lags, of bits that are themselves uneven: then sums a difference of lags apart have a bit in
    /// common, and agree more often than others do.
    pub(super) fn is_of_sums(&self, lags: &[u32], period: usize) -> bool {
        if period > 1 {
            return false;
        }
        let bias = 1.0 - 2.0 * self.ones(1)[0];
        let terms = lags.len() as f64 + 1.0;
        let of = |k: usize| {
            let differ = Sums { words: &self.words, count: self.count }.of(&[k as u32], 1);
            1.0 - 2.0 * differ.ones(1)[0]
        };
        let mut agreement = 0.0;
        let mut pairs = 0.0;
        let mut all = vec![0];
        all.extend(lags);
        for (i, a) in all.iter().enumerate() {
            for b in &all[i + 1..] {
                agreement += of((b - a) as usize);
                pairs += 1.0;
            }
        }
        let (independent, common) = (bias * bias, bias.abs().powf(2.0 - 2.0 / terms));
        agreement / f64::max(pairs, 1.0) > (independent + common) / 2.0
    }
}

/// 64 bits from bit `t` on; zeros after the last word.
pub(super) fn word_from(words: &[u64], t: usize) -> u64 {
    let word = |at: usize| u128::from(words.get(at).copied().unwrap_or(0));
    ((word(t / 64) | word(t / 64 + 1) << 64) >> (t % 64)) as u64
}

/// No ones beyond so many bits.
pub(super) fn clear_beyond(words: &mut [u64], count: usize) {
    if let Some(last) = words.get_mut(count / 64).filter(|_| !count.is_multiple_of(64)) {
        *last &= (1 << (count % 64)) - 1;
    }
}
