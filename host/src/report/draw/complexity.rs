//! [`Profile`]: how the shortest register grows as bits come in.
//!
//! The linear complexity of random bits stays close to half of their number; of a register's bits it stops at the register's cells.

use core::fmt::Write as _;

use lfsr_core::massey::Massey;

use super::{
    axes::{Axes, round_marks},
    svg::Svg,
};
use crate::bits::reading::Reading;

/// The most bits of a profile: the time grows with the square of their number, to some seconds.
pub const MOST_BITS: u64 = 65_534;

/// Bits of a profile, if nothing else is said.
pub const USUAL_BITS: u64 = 4096;

/// After which bits the complexity changes, and to what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Bits that were looked at.
    pub bits: u64,
    /// (after so many bits, so many cells), ascending.
    pub steps: Vec<(u64, u32)>,
}

impl Profile {
    /// Of the first `bits` bits of words whose bit 0 is first; [`MOST_BITS`] at most.
    #[must_use]
    pub fn new(words: &[u64], bits: u64) -> Self {
        let bits = bits.min(MOST_BITS).min(64 * words.len() as u64);
        let mut massey = Box::new(Massey::<512>::new());
        let mut steps = vec![];
        for t in 0..bits {
            let before = massey.complexity();
            massey.push(words[t as usize / 64] >> (t % 64) & 1 == 1);
            if massey.complexity() != before {
                steps.push((t + 1, massey.complexity()));
            }
        }
        Self { bits, steps }
    }

    /// Of bits as they came: in whichever of these readings the shortest register makes them.
    #[must_use]
    pub fn simplest(readings: &[Reading], words: &[u64], bits: u64) -> Self {
        let profiles = readings.iter().map(|reading| Self::new(&reading.in_time(words, bits), bits));
        profiles.min_by_key(Self::complexity).unwrap_or_else(|| Self::new(words, bits))
    }

    /// The complexity of all bits.
    #[must_use]
    pub fn complexity(&self) -> u32 {
        self.steps.last().map_or(0, |(_, cells)| *cells)
    }

    /// What it means.
    #[must_use]
    pub fn verdict(&self) -> String {
        let (bits, cells) = (self.bits, u64::from(self.complexity()));
        let last = self.steps.last().map_or(0, |(after, _)| *after);
        if cells == 0 {
            format!("all {bits} bits are 0: a register of no cells")
        } else if bits >= 2 * cells + 64 {
            format!("a register of {cells} cells makes all {bits} bits; bits {} to {bits} only confirm it", last + 1)
        } else {
            format!(
                "{cells} cells for {bits} bits: no shorter register than for random bits, unless more bits show one"
            )
        }
    }

    /// `bits,complexity,half`, a row for each change.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text = "bits,complexity,half\n".to_owned();
        let end =
            (self.steps.last().map(|(after, _)| *after) != Some(self.bits)).then(|| (self.bits, self.complexity()));
        for (bits, cells) in self.steps.iter().copied().chain(end) {
            let _ = writeln!(text, "{bits},{cells},{}", bits as f64 / 2.0);
        }
        text
    }

    /// The picture: complexity against bits, with the line of half as many.
    #[must_use]
    pub fn svg(&self, name: &str) -> String {
        let title = format!("Linear complexity of {name}");
        let told = self.verdict();
        let mut svg = Svg::plot(&title, &told, 400);
        let axes = Axes { left: 56, right: 616, top: 76, bottom: 352 };
        // The highest that is to be seen is the line of half.
        let most = self.bits.max(2);
        let x = |bits: u64| axes.x(bits as f64 / most as f64);
        let y = |cells: f64| axes.y(cells / (most as f64 / 2.0));
        axes.across(&mut svg, round_marks(most as f64));
        axes.up(&mut svg, round_marks(most as f64 / 2.0));
        axes.named(&mut svg, "bits", "cells of the shortest register");
        svg.put(format_args!(
            "<path class=\"other\" stroke-dasharray=\"5 4\" d=\"M{} {}L{} {}\"/>",
            axes.left,
            axes.bottom,
            axes.right,
            y(most as f64 / 2.0)
        ));
        svg.text(x(most * 3 / 5) - 10, y(most as f64 * 0.3), "end small mark", "half of the bits, as of random ones");
        let mut path = format!("M{} {}", axes.left, axes.bottom);
        for (after, cells) in &self.steps {
            let _ = write!(path, "H{}V{}", x(*after), y(f64::from(*cells)));
        }
        svg.put(format_args!("<path class=\"data\" d=\"{path}H{}\"/>", x(self.bits)));
        svg.finish(&told)
    }
}

#[cfg(test)]
mod tests {
    use lfsr_core::{bit_order::BitOrder, random::SplitMix64};

    use super::*;
    use crate::bits::signal::Signal;

    /// Bytes may be read from either end: the end is the one with the shorter register.
    #[test]
    fn bytes_are_read_from_the_better_end() {
        let mut words = vec![0; 40];
        "PRBS15".parse::<Signal>().expect("a name").bits(BitOrder::Msb).fill(&mut words);
        let profile = Profile::simplest(&[Reading::LSB, Reading::MSB], &words, 2560);
        assert_eq!(profile.complexity(), 16, "15 cells, sent complemented");
        assert!(Profile::new(&words, 2560).complexity() > 100);
    }

    #[test]
    fn a_register_stops_at_its_cells_and_noise_does_not() {
        let mut words = vec![0; 100];
        let signal = "PRBS23".parse::<Signal>().expect("a name");
        // Sent complemented: one cell more.
        signal.bits(BitOrder::Lsb).fill(&mut words);
        let profile = Profile::new(&words, 6400);
        assert_eq!(profile.complexity(), 24);
        assert!(profile.verdict().starts_with("a register of 24 cells makes all 6400 bits"));
        // Each change is a jump to n + 1 - L (Massey), against the shortest register of those bits.
        let mut random = SplitMix64(7);
        let noise: Vec<u64> = (0..32).map(|_| random.next_word()).collect();
        let profile = Profile::new(&noise, 2000);
        for &(after, cells) in &profile.steps {
            let shortest = lfsr_core::poly::Poly::shortest_register(&noise, after as usize);
            assert_eq!(shortest.degree(), Some(cells as usize), "{after}");
        }
        assert!(profile.complexity().abs_diff(1000) < 12);
        assert!(profile.verdict().contains("no shorter register"));
        assert_eq!(
            profile.csv().lines().count(),
            profile.steps.len() + 1 + usize::from(profile.steps.last().map(|(after, _)| *after) != Some(2000))
        );
    }
}
