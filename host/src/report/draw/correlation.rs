//! [`Correlation`]: how alike a stream is to itself, or to another one, at every shift.

use core::fmt::Write as _;

use super::{
    axes::{Axes, round_marks},
    svg::Svg,
};

/// The most bits: the time grows with the square of their number, to a second or two.
pub const MOST_BITS: u64 = 1 << 17;

/// Equal bits less different ones at each shift, the streams taken as periods that come again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correlation {
    values: Vec<i64>,
    is_own: bool,
}

impl Correlation {
    /// Of the first `bits` bits of words whose bit 0 is first, at most [`MOST_BITS`], with as many of `other`, or with themselves. O(bits^2 / 64).
    #[must_use]
    pub fn new(words: &[u64], other: Option<&[u64]>, bits: u64) -> Self {
        let bits = bits.min(MOST_BITS);
        // The second stream twice, so that each shift is one stretch of it.
        let second = other.unwrap_or(words);
        let twice = bits_of(second, bits).chain(bits_of(second, bits)).collect::<Vec<bool>>();
        let twice = packed(&twice);
        let first = packed(&bits_of(words, bits).collect::<Vec<bool>>());
        let last = (bits % 64) as u32;
        let at_shift = |shift: u64| {
            let mut different = 0u64;
            for (i, &word) in first.iter().enumerate() {
                let (at, by) = ((shift as usize / 64) + i, shift % 64);
                let next = twice.get(at + 1).copied().unwrap_or(0);
                let shifted = twice[at] >> by | next.checked_shl(64 - by as u32).unwrap_or(0);
                let mask = if last != 0 && i + 1 == first.len() { (1 << last) - 1 } else { u64::MAX };
                different += u64::from(((word ^ shifted) & mask).count_ones());
            }
            bits as i64 - 2 * different as i64
        };
        Self { values: (0..bits).map(at_shift).collect(), is_own: other.is_none() }
    }

    /// Equal bits less different ones at each shift: bit t of the first stream against bit t + shift of the second.
    #[must_use]
    pub fn values(&self) -> &[i64] {
        &self.values
    }

    /// What it says, in a line.
    #[must_use]
    pub fn verdict(&self) -> String {
        let bits = self.values.len();
        let from = usize::from(self.is_own);
        let others = self.values.iter().enumerate().skip(from);
        let Some((shift, value)) = others.max_by_key(|(_, value)| value.unsigned_abs()) else {
            return format!("{bits} bits");
        };
        let rest = &self.values[from..];
        if self.is_own && rest.iter().all(|other| other == &rest[0]) {
            return format!(
                "{bits} bits; {} at every shift but 0: two-valued, as a period of a maximal-length sequence has it",
                rest[0]
            );
        }
        let what = if self.is_own { "besides shift 0 the largest is" } else { "the largest is" };
        format!(
            "{bits} bits; {what} {value} at shift {shift}, {:.1} times the root of their number",
            value.unsigned_abs() as f64 / (bits as f64).sqrt()
        )
    }

    /// `shift,correlation`.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text = "shift,correlation\n".to_owned();
        for (shift, value) in self.values.iter().enumerate() {
            let _ = writeln!(text, "{shift},{value}");
        }
        text
    }

    /// The picture: a line from 0 to the value at each shift; where shifts are closer than lines, from the smallest to the largest.
    #[must_use]
    pub fn svg(&self, name: &str) -> String {
        let title = format!(
            "{} of {name}",
            if self.is_own { "Periodic autocorrelation" } else { "Periodic cross-correlation" }
        );
        let told = self.verdict();
        let mut svg = Svg::plot(&title, &told, 400);
        let axes = Axes { left: 64, right: 616, top: 84, bottom: 348 };
        let bits = self.values.len().max(1);
        let least = self.values.iter().copied().min().unwrap_or(0).min(0) as f64 / bits as f64;
        let low = if least < -0.25 { -1.0 } else { -0.25 };
        let share = |value: i64| (value as f64 / bits as f64 - low) / (1.0 - low);
        let marks = [-1.0, -0.5, 0.0, 0.5, 1.0].into_iter().filter(|mark| *mark >= low);
        axes.up(&mut svg, marks.map(|mark| ((mark - low) / (1.0 - low), format!("{mark}"))));
        axes.across(&mut svg, round_marks(bits as f64));
        axes.named(&mut svg, "shift in bits", "equal bits less different ones, as a share of all");
        let columns = (axes.right - axes.left) as usize;
        let group = bits.div_ceil(columns);
        let mut path = String::new();
        for (i, values) in self.values.chunks(group).enumerate() {
            let x = axes.x((i * group) as f64 / bits as f64);
            let (low, high) = values.iter().fold((0, 0), |(low, high), &value| (value.min(low), value.max(high)));
            let _ = write!(path, "M{x} {}V{}", axes.y(share(low)), axes.y(share(high)));
        }
        svg.put(format_args!("<path class=\"data\" d=\"{path}\"/>"));
        svg.finish(&told)
    }
}

fn bits_of(words: &[u64], bits: u64) -> impl Iterator<Item = bool> {
    (0..bits).map(|t| words.get(t as usize / 64).is_some_and(|word| word >> (t % 64) & 1 == 1))
}

fn packed(bits: &[bool]) -> Vec<u64> {
    bits.chunks(64)
        .map(|chunk| chunk.iter().enumerate().fold(0, |word, (i, &bit)| word | u64::from(bit) << i))
        .collect()
}

#[cfg(test)]
mod tests {
    use lfsr_core::{bit_order::BitOrder, random::SplitMix64};

    use super::*;
    use crate::bits::{code, signal::Signal};

    fn sequence(name: &str) -> Vec<u64> {
        let mut words = vec![0; 64];
        let signal: Signal =
            code::named(name).map_or_else(|| name.parse().expect("a name"), |code| code.expect("a code"));
        signal.bits(BitOrder::Lsb).fill(&mut words);
        words
    }

    #[test]
    fn as_bit_by_bit_at_every_length() {
        let mut random = SplitMix64(9);
        let words: Vec<u64> = (0..8).map(|_| random.next_word()).collect();
        let other: Vec<u64> = (0..8).map(|_| random.next_word()).collect();
        for bits in [1, 2, 31, 63, 64, 65, 127, 128, 129, 500] {
            for second in [None, Some(&other[..])] {
                let found = Correlation::new(&words, second, bits);
                let bit = |words: &[u64], t: u64| words[t as usize / 64] >> (t % 64) & 1;
                for shift in 0..bits {
                    let equal = |t: &u64| bit(&words, *t) == bit(second.unwrap_or(&words), (t + shift) % bits);
                    let equal = (0..bits).filter(equal).count() as i64;
                    assert_eq!(found.values()[shift as usize], 2 * equal - bits as i64, "{bits} {shift}");
                }
            }
        }
    }

    #[test]
    fn a_maximal_length_sequence_is_two_valued_and_gold_codes_are_three_valued() {
        let own = Correlation::new(&sequence("PRBS9"), None, 511);
        assert_eq!(own.values()[0], 511);
        assert!(own.values()[1..].iter().all(|value| *value == -1), "Golomb's second postulate");
        assert!(own.verdict().contains("-1 at every shift but 0"));
        // Two C/A codes: -65, -1 and 63 only (R. Gold, 1967).
        let two = Correlation::new(&sequence("GPS-CA:1"), Some(&sequence("GPS-CA:19")), 1023);
        let mut values = two.values().to_vec();
        values.sort_unstable();
        values.dedup();
        assert_eq!(values, [-65, -1, 63]);
        assert!(two.svg("two").contains("Periodic cross-correlation"));
    }
}
