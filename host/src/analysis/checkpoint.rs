//! [`Checkpoint`]: how far an enumeration has come, so that another process, or another machine, can go on or join it.

mod error;
mod file;
mod guard;
mod keeper;
mod merging;
mod ranges;
mod sealed;

use core::{fmt, ops::Range, str::FromStr, time::Duration};

use lfsr_core::{cyclic::CyclicPart, register::Register};

use super::census::{Census, states};

pub use error::{MergeError, Problem, ReadError};
pub(in crate::analysis) use guard::beside;
pub use guard::{Guard, GuardError};
pub use keeper::{Keeper, Writing};
pub use merging::Merging;
pub use ranges::{Pending, Ranges};

/// An enumeration and what is done of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    /// Of what.
    pub head: Head,
    /// What is done.
    pub done: Done,
}

/// What is done of an enumeration.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Done {
    /// Arcs of the section, in order of their starts; none without a section.
    pub arcs: Vec<Arcs>,
    /// Cycles found by leaders: all of them without a section, else those that miss it.
    pub leaders: Tally,
}

/// Which enumeration: files that differ in it do not belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// The register.
    pub register: Register,
    /// z; `None` if cycles are found by their leaders alone.
    pub section_bits: Option<u32>,
    /// How many start states there are in all.
    pub total: u64,
    /// Which of them are meant to be done here.
    pub shard: Shard,
    /// Time spent so far.
    pub elapsed: Duration,
}

impl Head {
    /// How many start states a register has with a section of so many zeros, or without one; `None` if it has no such section.
    #[must_use]
    pub fn total_of(register: &Register, section_bits: Option<u32>) -> Option<u64> {
        let n = CyclicPart::new(register).sequence().map_or(0, |sequence| sequence.degree());
        match section_bits {
            Some(zeros) => 1u64.checked_shl(n.checked_sub(zeros)?),
            None => Some(1 << n.saturating_sub(1)),
        }
    }
}

/// Neighbouring arcs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arcs {
    /// The first start.
    pub first: u64,
    /// End and steps of the arc of each start.
    pub records: Vec<[u64; 2]>,
}

/// Cycles counted by leaders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// The starts that are done.
    pub done: Ranges,
    /// period -> number of cycles found there.
    pub census: Census,
}

/// One of several nearly equal ranges of the start states; written 2/5, from 1/5 to 5/5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// From 1.
    pub index: u32,
    /// How many.
    pub count: u32,
}

impl Shard {
    /// All start states.
    pub const WHOLE: Self = Self { index: 1, count: 1 };

    /// Its start states, of `total`.
    #[must_use]
    pub fn starts(self, total: u64) -> Range<u64> {
        let cut = |i: u32| (u128::from(total) * u128::from(i) / u128::from(self.count)) as u64;
        cut(self.index - 1)..cut(self.index)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

/// A text that is no shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not I/N with 1 <= I <= N, such as 2/5")]
pub struct ShardError;

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let parsed = text.split_once('/').and_then(|(i, n)| Some((i.trim().parse().ok()?, n.trim().parse().ok()?)));
        match parsed {
            Some((index @ 1.., count)) if index <= count => Ok(Self { index, count }),
            _ => Err(ShardError),
        }
    }
}

impl Done {
    /// Nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { arcs: Vec::new(), leaders: Tally { done: Ranges::new(), census: Census::new() } }
    }

    /// The starts whose arcs are done.
    #[must_use]
    pub fn arc_starts(&self) -> Ranges {
        let mut starts = Ranges::new();
        for arcs in &self.arcs {
            starts.insert(arcs.first..arcs.first + arcs.records.len() as u64);
        }
        starts
    }

    /// The states covered.
    #[must_use]
    pub fn states(&self) -> u128 {
        let arcs = self.arcs.iter().flat_map(|arcs| &arcs.records).map(|[_, steps]| u128::from(*steps));
        arcs.sum::<u128>() + states(&self.leaders.census)
    }
}

impl Checkpoint {
    /// Nothing done yet.
    #[must_use]
    pub fn new(head: Head) -> Self {
        Self { head, done: Done::new() }
    }

    /// The starts that are done.
    #[must_use]
    pub fn starts(&self) -> Ranges {
        if self.head.section_bits.is_none() { self.done.leaders.done.clone() } else { self.done.arc_starts() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_cut_everything_once() {
        for total in [0u64, 1, 2, 1023, 1024, u64::MAX] {
            for count in [1, 2, 3, 7, 1000] {
                let mut end = 0;
                for index in 1..=count {
                    let starts = Shard { index, count }.starts(total);
                    assert_eq!(starts.start, end);
                    end = starts.end;
                }
                assert_eq!(end, total);
            }
        }
        assert_eq!("2/5".parse(), Ok(Shard { index: 2, count: 5 }));
        for wrong in ["", "2", "0/5", "6/5", "a/b", "1/0", "-1/2", "1/2/3"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
