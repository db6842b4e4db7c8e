//! [`Words`]: a network as operations on machine words: shifts, masks, XOR.
//!
//! Each block of a matrix, a word of the output by a word of an input, is taken apart into diagonals (the word shifted and masked), columns (a mask,
//! if one bit is set) and rows (the parity of some bits), the cheapest for what they cover first. A Fibonacci step is one diagonal and one row, a
//! Galois step one diagonal and one column, and many steps of a sequence with few taps are a few diagonals.

use super::{
    Design, Kind,
    network::{Named, Network},
};

/// A network on words of `bits` bits.
#[derive(Debug, Clone)]
pub(super) struct Words {
    /// 32 or 64.
    pub(super) bits: usize,
    /// How many steps.
    pub(super) steps: usize,
    /// The outputs, each with its words.
    pub(super) outputs: Vec<Named<Vec<Word>>>,
}

/// A sum of terms, and a constant.
#[derive(Debug, Clone, Default)]
pub(super) struct Word {
    pub(super) terms: Vec<Term>,
    pub(super) constant: u64,
}

/// Word `word` of an input, and what is made of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Term {
    pub(super) input: &'static str,
    pub(super) word: usize,
    pub(super) part: Part,
}

/// What is made of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Shifted right; then only these bits, if not all of them.
    Right(usize, Option<u64>),
    /// Shifted left; then only these bits, if not all of them.
    Left(usize, Option<u64>),
    /// These bits, if that bit is set.
    Column(usize, u64),
    /// That bit, if the parity of these is odd.
    Row(usize, u64),
}

impl Part {
    /// Operations, roughly.
    const fn cost(self) -> usize {
        match self {
            Self::Right(0, None) | Self::Left(0, None) => 1,
            Self::Right(_, None) | Self::Left(_, None) => 2,
            Self::Right(..) | Self::Left(..) => 3,
            Self::Column(..) => 5,
            Self::Row(..) => 14,
        }
    }

    /// Its value, for a word.
    #[cfg(test)]
    pub(super) fn of(self, word: u64) -> u64 {
        match self {
            Self::Right(by, mask) => word >> by & mask.unwrap_or(u64::MAX),
            Self::Left(by, mask) => word << by & mask.unwrap_or(u64::MAX),
            Self::Column(bit, mask) => {
                if word >> bit & 1 == 1 {
                    mask
                } else {
                    0
                }
            }
            Self::Row(bit, mask) => u64::from((word & mask).count_ones() % 2) << bit,
        }
    }
}

/// Operations of a step function, at most: beyond, it loops over fewer bits at a time.
const MOST_COST: usize = 500;

impl Words {
    /// The network of a design; of fewer steps, which divide its width, if that takes fewer operations for all of them.
    pub(super) fn new(design: &Design) -> Self {
        let (n, width) = (design.cells(), design.width);
        let is_small = n <= 64 && width <= 64;
        let bits = word_bits(design);
        let fits = |steps: &usize| width.is_multiple_of(*steps) && (is_small || 64 % steps == 0);
        let all = (1..=width.min(64)).rev().filter(fits).map(|steps| Self::at_once(design, steps, bits));
        // The function is called width / steps times, with something for the loop each time.
        let cost = |words: &Self| (words.cost() + if words.steps == width { 0 } else { 4 }) * (width / words.steps);
        let mut best: Option<Self> = None;
        for words in all {
            let is_better = best.as_ref().is_none_or(|best| cost(&words) < cost(best) || best.cost() > MOST_COST);
            if is_better {
                best = Some(words);
            }
        }
        best.unwrap_or_else(|| Self::at_once(design, width, bits))
    }

    /// A single step of the sequence.
    pub(super) fn single(design: &Design) -> Self {
        Self::at_once(design, 1, word_bits(design))
    }

    /// So many steps at once. Where slips are looked for is done by single steps: no network of its own.
    fn at_once(design: &Design, steps: usize, bits: usize) -> Self {
        let mut design = Design { width: steps, ..design.clone() };
        if let Kind::Checker(checker) = &mut design.kind {
            checker.slips = 0;
        }
        Self::of(&Network::new(&design), steps, bits)
    }

    fn of(network: &Network, steps: usize, bits: usize) -> Self {
        let outputs = network.outputs.iter().map(|output| {
            let words = output.bits.chunks(bits).map(|rows| {
                let constant = rows.iter().enumerate().map(|(i, sum)| u64::from(sum.one) << i).sum();
                let mut terms = vec![];
                let mut first = 0;
                for input in &network.inputs {
                    for word in 0..input.bits.div_ceil(bits) {
                        let columns = first + word * bits..first + input.bits.min((word + 1) * bits);
                        let block = rows.iter().map(|sum| {
                            sum.terms()
                                .filter(|column| columns.contains(column))
                                .map(|column| 1u64 << (column - columns.start))
                                .sum()
                        });
                        let parts = cover(block.collect(), columns.len());
                        terms.extend(parts.into_iter().map(|part| Term { input: input.name, word, part }));
                    }
                    first += input.bits;
                }
                Word { terms, constant }
            });
            Named { name: output.name, bits: words.collect() }
        });
        Self { bits, steps, outputs: outputs.collect() }
    }

    /// Operations of all outputs.
    fn cost(&self) -> usize {
        let words = self.outputs.iter().flat_map(|output| &output.bits);
        words.map(|word| word.terms.iter().map(|term| term.part.cost()).sum::<usize>()).sum()
    }

    /// The words of an output.
    pub(super) fn output(&self, name: &str) -> &[Word] {
        self.outputs.iter().find(|output| output.name == name).map_or(&[], |output| &output.bits)
    }
}

/// Bits of the words that a design takes: 32 or 64.
pub(super) fn word_bits(design: &Design) -> usize {
    if design.cells() <= 32 && design.width <= 32 { 32 } else { 64 }
}

/// A block of up to 64 rows, bit i of each the column i, as parts that have each 1 of it once.
fn cover(mut rows: Vec<u64>, columns: usize) -> Vec<Part> {
    let mut parts = vec![];
    let all = |count: usize| if count == 0 { 0 } else { u64::MAX >> (64 - count) };
    let height = rows.len();
    while rows.iter().any(|row| *row != 0) {
        let mut best: Option<(usize, Part)> = None;
        let mut offer = |ones: u32, part: Part| {
            let is_better = best.is_none_or(|(most, other)| ones as usize * other.cost() > most * part.cost());
            if ones > 0 && is_better {
                best = Some((ones as usize, part));
            }
        };
        for by in 0..columns {
            let mask = (0..height.min(columns - by)).map(|i| (rows[i] >> (i + by) & 1) << i).sum::<u64>();
            // What is above the input's last bit is zero.
            let is_whole = mask == all(columns) >> by;
            offer(mask.count_ones(), Part::Right(by, (!is_whole).then_some(mask)));
        }
        for by in 1..height {
            let mask = (by..height.min(columns + by)).map(|i| (rows[i] >> (i - by) & 1) << i).sum::<u64>();
            let is_whole =
                height == 64 && mask == all(columns) << by || mask == all(columns) << by && columns + by <= height;
            offer(mask.count_ones(), Part::Left(by, (!is_whole).then_some(mask)));
        }
        for column in 0..columns {
            let mask = (0..height).map(|i| (rows[i] >> column & 1) << i).sum::<u64>();
            offer(mask.count_ones(), Part::Column(column, mask));
        }
        for (i, row) in rows.iter().enumerate() {
            offer(row.count_ones(), Part::Row(i, *row));
        }
        let Some((_, part)) = best else { break };
        for (i, row) in rows.iter_mut().enumerate() {
            *row &= !match part {
                Part::Right(by, mask) => (mask.unwrap_or(u64::MAX) >> i & 1).checked_shl((i + by) as u32).unwrap_or(0),
                Part::Left(by, mask) if i >= by => (mask.unwrap_or(u64::MAX) >> i & 1) << (i - by),
                Part::Left(..) => 0,
                Part::Column(column, _) => 1 << column,
                Part::Row(at, mask) => {
                    if at == i {
                        mask
                    } else {
                        0
                    }
                }
            };
        }
        parts.push(part);
    }
    parts
}

#[cfg(test)]
mod tests {
    use lfsr_core::random::SplitMix64;

    use super::*;

    /// Any matrix, by its columns.
    #[test]
    fn parts_make_the_matrix() {
        let mut random = SplitMix64(7);
        for round in 0..2000 {
            let (height, columns) = (1 + random.next_word() as usize % 64, 1 + random.next_word() as usize % 64);
            let row = |random: &mut SplitMix64| {
                let word = (0..round % 5).fold(random.next_word(), |word, _| word & random.next_word());
                word & u64::MAX >> (64 - columns)
            };
            let rows: Vec<u64> = (0..height).map(|_| row(&mut random)).collect();
            let parts = cover(rows.clone(), columns);
            for column in 0..columns {
                let expected: u64 = (0..height).map(|i| (rows[i] >> column & 1) << i).sum();
                let value = parts.iter().fold(0, |sum, part| sum ^ part.of(1 << column));
                let written = value & u64::MAX >> (64 - height);
                assert_eq!(value, written, "{rows:x?} {columns}: beyond the last row");
                assert_eq!(value, expected, "{rows:x?} {columns}: column {column}");
            }
        }
    }

    /// One step of a Fibonacci and of a Galois register, and 64 bits of a sequence, take few operations.
    #[test]
    fn steps_are_cheap() {
        let cost = |text: &str, form, width| {
            let mut signal: crate::bits::signal::Signal = text.parse().unwrap();
            signal.register = signal.register.with_form(form);
            let design = Design {
                signal,
                kind: super::super::Kind::Generator,
                width,
                name: String::new(),
                asynchronous: false,
                command: String::new(),
            };
            Words::new(&design).cost()
        };
        use lfsr_core::register::Form::{Fibonacci, Galois};
        assert!(cost("x^31+x^3+1", Fibonacci, 1) <= 12);
        assert!(cost("x^32+x^22+x^2+x+1", Galois, 1) <= 12);
        assert!(cost("char:x^31+x^3+1", Fibonacci, 31) <= 20);
    }
}
