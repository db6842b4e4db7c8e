//! [`Runs`]: how often each length of a run of equal bits comes, beside what random bits have.

use core::fmt::Write as _;

use super::{
    axes::{Axes, round_marks},
    svg::Svg,
};

/// Runs that are told apart; longer ones are counted with the longest.
const LONGEST: usize = 64;

/// Runs of zeros and of ones by their length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runs {
    bits: u64,
    /// `counts[bit][length - 1]`.
    counts: [[u64; LONGEST]; 2],
    /// The longest run of each.
    longest: [u64; 2],
    /// The run under way: its bit and length.
    current: Option<(bool, u64)>,
}

impl Default for Runs {
    fn default() -> Self {
        Self { bits: 0, counts: [[0; LONGEST]; 2], longest: [0; 2], current: None }
    }
}

impl Runs {
    /// Counts the next bits of words whose bit 0 is first.
    pub fn push(&mut self, words: &[u64], bits: u64) {
        for (i, &word) in words.iter().enumerate() {
            let mut left = bits.saturating_sub(64 * i as u64).min(64) as u32;
            let mut rest = word;
            while left > 0 {
                let bit = rest & 1 == 1;
                let length = (if bit { rest.trailing_ones() } else { rest.trailing_zeros() }).min(left);
                self.more(bit, length.into());
                left -= length;
                rest = rest.checked_shr(length).unwrap_or(0);
            }
        }
        self.bits += bits.min(64 * words.len() as u64);
    }

    fn more(&mut self, bit: bool, length: u64) {
        match &mut self.current {
            Some((now, so_far)) if *now == bit => *so_far += length,
            _ => {
                self.finish();
                self.current = Some((bit, length));
            }
        }
    }

    /// The last run is over. The runs at both ends may be parts of longer ones, and are counted as they are.
    pub fn finish(&mut self) {
        if let Some((bit, length)) = self.current.take() {
            self.counts[usize::from(bit)][(length.min(LONGEST as u64) - 1) as usize] += 1;
            self.longest[usize::from(bit)] = self.longest[usize::from(bit)].max(length);
        }
    }

    /// How many runs there are.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().flatten().sum()
    }

    /// What it says, in a line. Of n random bits n + 1 times a half are beginnings of runs, give or take half the root of n.
    #[must_use]
    pub fn verdict(&self) -> String {
        let [zeros, ones] = self.longest;
        format!(
            "{} bits in {} runs, random bits have about {}; the longest are {zeros} zeros and {ones} ones",
            self.bits,
            self.total(),
            self.bits.div_ceil(2)
        )
    }

    /// Of each bit's runs of that length in as many random bits.
    fn expected(&self, length: usize) -> f64 {
        let exponent = if length == LONGEST { length } else { length + 1 };
        self.bits as f64 * 0.5f64.powi(exponent as i32 + 1)
    }

    /// `length,zeros,ones,random`; the last length is all runs that are at least that long.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text = "length,zeros,ones,random\n".to_owned();
        for length in 1..=self.shown() {
            let [zeros, ones] = self.counts.map(|counts| counts[length - 1]);
            let _ = writeln!(text, "{length},{zeros},{ones},{:.3}", self.expected(length));
        }
        text
    }

    /// Lengths up to the longest.
    fn shown(&self) -> usize {
        self.counts
            .iter()
            .filter_map(|counts| counts.iter().rposition(|count| *count > 0))
            .max()
            .map_or(1, |last| last + 1)
    }

    /// The picture: both kinds beside each other, on a logarithmic scale.
    #[must_use]
    pub fn svg(&self, name: &str) -> String {
        let title = format!("Runs of {name}");
        let told = self.verdict();
        let mut svg = Svg::plot(&title, &told, 400);
        let axes = Axes { left: 64, right: 616, top: 84, bottom: 348 };
        let shown = self.shown().max(8);
        let most = self.counts.iter().flatten().copied().max().unwrap_or(1).max(self.expected(1) as u64).max(10);
        let decades = (most as f64).log10().ceil().max(1.0);
        // A single run is to be seen: the scale begins at a half.
        let share = |count: f64| ((count.log10() + 0.301) / (decades + 0.301)).max(0.0);
        axes.up(
            &mut svg,
            (0..=decades as u32).map(|power| (share(10f64.powi(power as i32)), 10u64.pow(power.min(19)).to_string())),
        );
        let marks = round_marks(shown as f64).into_iter().skip(1);
        axes.across(&mut svg, marks.map(|(place, text)| (place - 0.5 / shown as f64, text)));
        axes.named(
            &mut svg,
            if shown == LONGEST { "length of a run; the last one is 64 and more" } else { "length of a run" },
            "number of runs",
        );
        for (bit, class) in [(0, "point"), (1, "mark")] {
            let slot = 1.0 / shown as f64;
            for (i, &count) in self.counts[bit].iter().take(shown).enumerate().filter(|(_, count)| **count > 0) {
                let left = axes.x(slot * (i as f64 + 0.1 + 0.4 * bit as f64));
                let right = axes.x(slot * (i as f64 + 0.5 + 0.4 * bit as f64));
                let top = axes.y(share(count as f64));
                let of = if bit == 0 { "zeros" } else { "ones" };
                svg.put(format_args!(
                    "<rect class=\"{class}\" x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\"><title>{} {of}: {count} runs</title></rect>",
                    (right - left).max(1),
                    (axes.bottom - top).max(1),
                    i + 1
                ));
            }
        }
        let ideal: Vec<String> = (1..=shown)
            .map(|length| (length, self.expected(length)))
            .filter(|(_, expected)| *expected >= 0.5)
            .map(|(length, expected)| {
                format!("{} {}", axes.x((length as f64 - 0.5) / shown as f64), axes.y(share(expected)))
            })
            .collect();
        if !ideal.is_empty() {
            svg.put(format_args!("<path class=\"line\" stroke-dasharray=\"5 4\" d=\"M{}\"/>", ideal.join("L")));
        }
        svg.text(axes.right, axes.top - 8, "end small ink", "blue: zeros; orange: ones; dashed: random bits");
        svg.finish(&told)
    }
}

#[cfg(test)]
mod tests {
    use lfsr_core::{bit_order::BitOrder, random::SplitMix64};

    use super::*;
    use crate::bits::signal::Signal;

    /// Bit by bit.
    fn naive(words: &[u64], bits: u64) -> Vec<(bool, u64)> {
        let mut runs: Vec<(bool, u64)> = vec![];
        for t in 0..bits {
            let bit = words[t as usize / 64] >> (t % 64) & 1 == 1;
            match runs.last_mut() {
                Some((last, length)) if *last == bit => *length += 1,
                _ => runs.push((bit, 1)),
            }
        }
        runs
    }

    #[test]
    fn runs_are_those_seen_bit_by_bit() {
        let mut random = SplitMix64(5);
        for bits in [1, 2, 63, 64, 65, 1000, 6400] {
            let mut words: Vec<u64> = (0..100).map(|_| random.next_word() & random.next_word()).collect();
            words[3..9].fill(u64::MAX);
            words[20..23].fill(0);
            let (mut runs, mut left) = (Runs::default(), bits);
            // In pieces of whole words.
            for piece in words.chunks(7) {
                let now = left.min(64 * piece.len() as u64);
                runs.push(piece, now);
                left -= now;
            }
            runs.finish();
            let expected = naive(&words, bits);
            assert_eq!(runs.total(), expected.len() as u64);
            for (bit, length) in expected.iter().copied() {
                let same = |run: &&(bool, u64)| run.0 == bit && run.1.min(LONGEST as u64) == length.min(LONGEST as u64);
                let count = expected.iter().filter(same).count() as u64;
                assert_eq!(runs.counts[usize::from(bit)][(length.min(LONGEST as u64) - 1) as usize], count);
            }
            let longest = |of: bool| expected.iter().filter(|run| run.0 == of).map(|run| run.1).max().unwrap_or(0);
            assert_eq!(runs.longest, [longest(false), longest(true)]);
        }
    }

    /// A period of a maximal-length sequence of n cells has 2^(n-2-L) runs of each kind of L < n - 1 bits, one of n - 1 zeros, one of n ones (Golomb).
    #[test]
    fn a_period_of_a_maximal_length_sequence() {
        let signal = "PRBS11".parse::<Signal>().expect("a name");
        let mut words = vec![0; 64];
        signal.bits(BitOrder::Lsb).fill(&mut words);
        // From the beginning of a run on, so that none is cut.
        let bits = naive(&words, 4096);
        let from: u64 = bits.iter().take_while(|(_, length)| *length < 11).map(|(_, length)| length).sum();
        let period: Vec<u64> = (0..32)
            .map(|i| {
                (0..64).fold(0, |word, j| {
                    let t = from + 64 * i + j;
                    word | (words[t as usize / 64] >> (t % 64) & 1) << j
                })
            })
            .collect();
        let mut runs = Runs::default();
        runs.push(&period, 2047);
        runs.finish();
        for length in 1..10 {
            assert_eq!(runs.counts.map(|counts| counts[length - 1]), [1 << (9 - length); 2], "{length}");
        }
        assert_eq!((runs.counts[0][9], runs.counts[1][10], runs.total()), (1, 1, 1024));
        let svg = runs.svg("PRBS11");
        assert_eq!(svg.matches("<rect").count() - 1, 20, "a bar for each length that there is");
    }

    #[test]
    fn no_bits_are_no_runs() {
        let mut runs = Runs::default();
        runs.finish();
        assert!(runs.svg("nothing").contains("0 bits in 0 runs") && !runs.svg("nothing").contains("NaN"));
    }
}
