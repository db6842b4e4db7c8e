//! [`Pairs`]: how two bits of a sequence become one of the four levels of PAM4.
//!
//! All 24 ways to number the four levels are affine: an invertible matrix of two rows and columns over GF(2), and what is added. So a pair (a, b) as
//! received, a the higher bit of the level, becomes the pair of the sequence by a few operations for a whole word. (IEEE Std 802.3, 120.5.7, for the
//! Gray code: 00, 01, 11, 10 are the levels 0, 1, 2, 3.)

use core::fmt;

/// From the pairs received to those of the sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pairs {
    /// Rows for the first and the second bit of the sequence: bit 1 takes the higher bit of the level, bit 0 the lower.
    rows: [u8; 2],
    /// Added to the two.
    added: [bool; 2],
}

/// The first bits of all pairs.
const FIRST: u64 = 0x5555_5555_5555_5555;

impl Pairs {
    /// Gray code.
    pub const GRAY: Self = Self { rows: [0b10, 0b11], added: [false; 2] };

    /// All ways, the usual ones first: Gray code, plain numbers, then with swapped bits, inverted levels, and others.
    pub fn all() -> impl Iterator<Item = Self> {
        let mut all: Vec<Self> = Vec::new();
        for rows in [[0b10, 0b11], [0b10, 0b01]] {
            for is_swapped in [false, true] {
                for is_inverted in [false, true] {
                    all.push(Self { rows, added: [false; 2] }.wired(is_swapped, is_inverted));
                }
            }
        }
        for first in 1..4 {
            for second in (1..4).filter(|second| *second != first) {
                for added in [[false, false], [true, true], [false, true], [true, false]] {
                    let one = Self { rows: [first, second], added };
                    if !all.contains(&one) {
                        all.push(one);
                    }
                }
            }
        }
        all.into_iter()
    }

    /// The same where the two bits of a level are swapped on their way, or the levels turned upside down.
    fn wired(self, is_swapped: bool, is_inverted: bool) -> Self {
        let turn = |row: u8| if is_swapped { row >> 1 | row << 1 & 2 } else { row };
        // Both bits of the level are complemented.
        let ones = |row: u8| is_inverted && row.count_ones() == 1;
        let [first, second] = self.rows;
        let added = [self.added[0] != ones(first), self.added[1] != ones(second)];
        Self { rows: [turn(first), turn(second)], added }
    }

    /// A word of the sequence from one as received; bit 0 is the first in time, the higher bit of a level.
    #[must_use]
    pub fn word(self, word: u64) -> u64 {
        let (high, low) = (word & FIRST, word >> 1 & FIRST);
        let row = |row: u8, added: bool| {
            let both = if row & 2 != 0 { high } else { 0 } ^ if row & 1 != 0 { low } else { 0 };
            both ^ if added { FIRST } else { 0 }
        };
        row(self.rows[0], self.added[0]) | row(self.rows[1], self.added[1]) << 1
    }

    /// The level, 0 to 3, of each pair of the sequence: 00, 01, 10, 11.
    #[must_use]
    pub fn levels(self) -> [u8; 4] {
        let mut levels = [0; 4];
        for level in 0..4u8 {
            let received = u64::from(level >> 1 | level << 1 & 2);
            let pair = self.word(received);
            levels[((pair & 1) << 1 | pair >> 1 & 1) as usize] = level;
        }
        levels
    }
}

impl fmt::Display for Pairs {
    /// `Gray`, `Gray, bits of each level swapped`, or the levels of 00, 01, 10 and 11.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = [("Gray", Self::GRAY), ("plain", Self { rows: [0b10, 0b01], added: [false; 2] })];
        for (name, pairs) in plain {
            for (is_swapped, is_inverted) in [(false, false), (true, false), (false, true), (true, true)] {
                if pairs.wired(is_swapped, is_inverted) == *self {
                    let swapped = if is_swapped { ", bits of each level swapped" } else { "" };
                    let inverted = if is_inverted { ", levels inverted" } else { "" };
                    return write!(f, "{name}{swapped}{inverted}");
                }
            }
        }
        let [a, b, c, d] = self.levels();
        write!(f, "levels {a}, {b}, {c}, {d} for 00, 01, 10, 11")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// All permutations of four levels, each once; the sequence comes out as it was.
    #[test]
    fn every_numbering_of_the_levels_is_there() {
        let all: Vec<Pairs> = Pairs::all().collect();
        assert_eq!(all.iter().map(|pairs| pairs.levels()).collect::<BTreeSet<_>>().len(), 24);
        assert_eq!(all.len(), 24);
        let sequence = 0x1234_5678_9abc_def0u64;
        for pairs in all {
            let levels = pairs.levels();
            let sent = (0..32).fold(0u64, |sent, i| {
                let (first, second) = (sequence >> (2 * i) & 1, sequence >> (2 * i + 1) & 1);
                let level = u64::from(levels[(first << 1 | second) as usize]);
                sent | (level >> 1 | level << 1 & 2) << (2 * i)
            });
            assert_eq!(pairs.word(sent), sequence, "{pairs}");
        }
    }

    #[test]
    fn usual_ones_have_names() {
        let names: Vec<String> = Pairs::all().take(8).map(|pairs| pairs.to_string()).collect();
        assert_eq!(names[0], "Gray");
        assert_eq!(names[3], "Gray, bits of each level swapped, levels inverted");
        assert_eq!(names[4], "plain");
        assert_eq!(Pairs::GRAY.levels(), [0, 1, 3, 2]);
        assert!(Pairs::all().skip(8).all(|pairs| pairs.to_string().starts_with("levels ")));
    }
}
