//! [`Wrong`]: where the wrong bits of a stream lie, in bounded memory: along the stream, and folded by words and frames.

use core::ops::Range;

use lfsr_core::check::{Burst, Detail, Details, Report, Slip};

/// Parts of the stream that are counted, at most; when it grows longer, two and two become one.
pub const MOST_PARTS: usize = 256;

/// Lengths that wrong bits are folded by unless others are asked for: words, coded words, bytes of frames.
pub const USUAL_FOLDS: [u32; 18] = [7, 8, 10, 16, 20, 32, 33, 40, 64, 66, 80, 128, 130, 188, 256, 512, 1504, 1632];

/// Standard deviations above what chance does that make a fold worth naming: with 18 folds once in fifty million streams of independent errors.
const STANDS_OUT: f64 = 6.0;

/// Wrong bits by where they lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// What is kept without places.
    pub details: Details,
    /// Wrong bits in each part of the stream.
    parts: Vec<u64>,
    /// Bits of a part.
    part_bits: u64,
    folds: Vec<Fold>,
}

/// Wrong bits by their place in a word or frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// Bits of the word.
    pub bits: u32,
    /// Wrong bits at each place.
    pub counts: Vec<u64>,
}

/// Wrong bits along a stream, part by part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// Bits of the stream.
    pub bits: u64,
    /// Bits of a part; the last may have fewer.
    pub part_bits: u64,
    /// Wrong bits in each part.
    pub counts: Vec<u64>,
}

impl Parts {
    /// Which bits a part has.
    #[must_use]
    pub fn range(&self, part: usize) -> Range<u64> {
        let from = part as u64 * self.part_bits;
        from..(from + self.part_bits).min(self.bits)
    }

    /// Whether the rate of a part says something: that of a last one with fewer bits than the others varies more.
    #[must_use]
    pub fn is_whole(&self, part: usize) -> bool {
        let range = self.range(part);
        range.end - range.start == self.part_bits || self.counts.len() == 1
    }
}

impl Default for Wrong {
    fn default() -> Self {
        Self::folded_by(&USUAL_FOLDS)
    }
}

impl Wrong {
    /// With these lengths to fold by, in bits.
    #[must_use]
    pub fn folded_by(folds: &[u32]) -> Self {
        let fold = |&bits: &u32| Fold { bits, counts: vec![0; bits as usize] };
        Self {
            details: Details::default(),
            parts: vec![0; MOST_PARTS],
            part_bits: 1,
            folds: folds.iter().map(fold).collect(),
        }
    }

    /// The wrong bits along the whole stream, which has so many bits.
    pub fn along(&mut self, bits: u64) -> Parts {
        while bits.div_ceil(self.part_bits) > MOST_PARTS as u64 {
            self.halve();
        }
        let count = bits.div_ceil(self.part_bits) as usize;
        Parts { bits, part_bits: self.part_bits, counts: self.parts[..count].to_vec() }
    }

    /// All folds.
    #[must_use]
    pub fn folds(&self) -> &[Fold] {
        &self.folds
    }

    /// The shortest fold that shows the unevenness, if it is more than chance makes (then true); else the one that chance made most uneven.
    #[must_use]
    pub fn clearest(&self) -> Option<(&Fold, bool)> {
        let stand_out = self.folds.iter().filter(|fold| fold.unevenness() > STANDS_OUT);
        let most = stand_out.clone().map(Fold::excess).fold(0.0, f64::max);
        // A bad bit of a word is one of two words, too, with as much of an excess but for chance.
        let shortest = stand_out.filter(|fold| fold.excess() >= 0.75 * most).min_by_key(|fold| fold.bits);
        let any = || self.folds.iter().max_by(|a, b| a.unevenness().total_cmp(&b.unevenness()));
        shortest.map(|fold| (fold, true)).or_else(|| any().map(|fold| (fold, false)))
    }

    /// Two parts become one.
    fn halve(&mut self) {
        for i in 0..MOST_PARTS / 2 {
            self.parts[i] = self.parts[2 * i] + self.parts[2 * i + 1];
        }
        self.parts[MOST_PARTS / 2..].fill(0);
        self.part_bits *= 2;
    }
}

impl Fold {
    /// How far Pearson's chi-squared of the counts is above what independent errors have, in standard deviations of a normal distribution (E. B. Wilson,
    /// M. M. Hilferty, The distribution of chi-square, 1931). 0 where a place has less than five errors on average: few errors fill few places
    /// whatever they are.
    #[must_use]
    pub fn unevenness(&self) -> f64 {
        let free = f64::from(self.bits) - 1.0;
        if self.bits < 2 || self.average() < 5.0 {
            return 0.0;
        }
        let spread = 2.0 / (9.0 * free);
        (((self.excess() + free) / free).cbrt() - (1.0 - spread)) / spread.sqrt()
    }

    /// Pearson's chi-squared of the counts less what it is on average for independent errors.
    fn excess(&self) -> f64 {
        let expected = self.average();
        let chi_squared: f64 = self.counts.iter().map(|&count| (count as f64 - expected).powi(2) / expected).sum();
        chi_squared - (f64::from(self.bits) - 1.0)
    }

    fn average(&self) -> f64 {
        self.counts.iter().sum::<u64>() as f64 / f64::from(self.bits)
    }

    /// The place with most errors, and how many.
    #[must_use]
    pub fn most(&self) -> (usize, u64) {
        let places = self.counts.iter().copied().enumerate();
        places.fold((0, 0), |most, next| if next.1 > most.1 { next } else { most })
    }
}

/// The report with the usual details only.
#[must_use]
pub fn usual<D: Detailed>(report: &Report<D>) -> Report {
    report.detailed(report.details.usual().clone())
}

/// Details of a check, with the usual ones among them.
pub trait Detailed: Detail {
    /// The usual ones.
    fn usual(&self) -> &Details;
}

impl Detailed for Details {
    fn usual(&self) -> &Details {
        self
    }
}

impl Detailed for Wrong {
    fn usual(&self) -> &Details {
        &self.details
    }
}

impl Detail for Wrong {
    fn lock(&mut self, at: u64, state: impl FnOnce() -> u64) {
        self.details.lock(at, state);
    }

    fn slip(&mut self, slip: Slip) {
        self.details.slip(slip);
    }

    fn burst(&mut self, burst: Burst) {
        self.details.burst(burst);
    }

    fn gap(&mut self, bits: u64) {
        self.details.gap(bits);
    }

    fn error(&mut self, at: u64) {
        while at / self.part_bits >= MOST_PARTS as u64 {
            self.halve();
        }
        self.parts[(at / self.part_bits) as usize] += 1;
        for fold in &mut self.folds {
            fold.counts[(at % u64::from(fold.bits)) as usize] += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_hold_every_error_however_long_the_stream() {
        let mut wrong = Wrong::default();
        let places: Vec<u64> = (0..4000u64).map(|i| i * i * 7 + i % 3).collect();
        places.iter().for_each(|&at| wrong.error(at));
        let bits = places.last().expect("some") + 1;
        let Parts { part_bits: size, counts: parts, .. } = wrong.along(bits);
        assert!(parts.len() as u64 * size >= bits && parts.len() > MOST_PARTS / 2);
        for (i, &count) in parts.iter().enumerate() {
            let part = i as u64 * size..(i as u64 + 1) * size;
            assert_eq!(count, places.iter().filter(|at| part.contains(at)).count() as u64, "{part:?}");
        }
        for fold in wrong.folds() {
            for (place, &count) in fold.counts.iter().enumerate() {
                let here = |at: &&u64| **at % u64::from(fold.bits) == place as u64;
                assert_eq!(count, places.iter().filter(here).count() as u64);
            }
        }
    }

    #[test]
    fn a_bad_bit_of_a_word_stands_out_and_chance_does_not() {
        let mut random = lfsr_core::random::SplitMix64(11);
        let mut chance = Wrong::default();
        (0..20_000).for_each(|_| chance.error(random.next_word() % 100_000_000));
        assert!(!chance.clearest().expect("folds").1);
        // Every tenth error at bit 13 of words of 40 bits.
        let mut bad = Wrong::default();
        for i in 0..4000 {
            let at = random.next_word() % 100_000_000;
            bad.error(if i % 10 == 0 { at / 40 * 40 + 13 } else { at });
        }
        let (fold, stands_out) = bad.clearest().expect("folds");
        assert!(stands_out && fold.bits == 40 && fold.most().0 == 13, "{fold:?}");
        assert_eq!(Wrong::default().clearest().map(|(_, stands_out)| stands_out), Some(false));
    }
}
