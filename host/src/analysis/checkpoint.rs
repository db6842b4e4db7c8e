//! [`Checkpoint`]: how far an enumeration has come, so that another process, or another machine, can go on or join it.

mod file;
mod keeper;
mod ranges;

use core::{fmt, ops::Range, str::FromStr, time::Duration};
use std::collections::BTreeMap;

use lfsr_core::register::Register;

pub use keeper::{Keeper, Writing};
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
    pub census: BTreeMap<u64, u64>,
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

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.split_once('/').and_then(|(i, n)| Some((i.trim().parse().ok()?, n.trim().parse().ok()?)));
        match parsed {
            Some((index @ 1.., count)) if index <= count => Ok(Self { index, count }),
            _ => Err("not I/N with 1 <= I <= N, such as 2/5".into()),
        }
    }
}

impl Done {
    /// Nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { arcs: Vec::new(), leaders: Tally { done: Ranges::new(), census: BTreeMap::new() } }
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
        let cycles = self.leaders.census.iter().map(|(&period, &count)| u128::from(period) * u128::from(count));
        arcs.chain(cycles).sum()
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

    /// Joins the shards of one enumeration. Each comes with the name of its file.
    ///
    /// # Errors
    /// If they belong to different enumerations, overlap, or leave starts out; the message names files and remedy.
    pub fn merge(parts: Vec<(String, Self)>) -> Result<Self, String> {
        let Some((first_name, first)) = parts.first() else { return Err("nothing to merge".into()) };
        let (first_name, head) = (first_name.clone(), first.head.clone());
        let mut merged = Self::new(Head { shard: Shard::WHOLE, elapsed: Duration::ZERO, ..head.clone() });
        let mut owners: Vec<(Range<u64>, String)> = Vec::new();
        for (name, part) in parts {
            if part.head.register != head.register {
                let (this, first) = (part.head.register, head.register);
                return Err(format!("{name} is of {this}, {first_name} of {first}"));
            }
            if (part.head.section_bits, part.head.total) != (head.section_bits, head.total) {
                return Err(format!(
                    "{name} has another section than {first_name}: run all shards with the same version and --max-memory"
                ));
            }
            for range in part.starts().iter() {
                owners.push((range, name.clone()));
            }
            merged.head.elapsed += part.head.elapsed;
            merged.done.arcs.extend(part.done.arcs);
            if head.section_bits.is_none() {
                part.done.leaders.done.iter().for_each(|range| merged.done.leaders.done.insert(range));
                for (period, count) in part.done.leaders.census {
                    *merged.done.leaders.census.entry(period).or_insert(0) += count;
                }
            }
        }
        owners.sort_by_key(|(range, _)| range.start);
        let mut end = 0;
        let mut last = "";
        for (range, name) in &owners {
            if range.start > end {
                return Err(gap(end..range.start, head.total));
            }
            if range.start < end {
                return Err(format!(
                    "{name} and {last} both have start states {} to {}",
                    range.start,
                    range.end.min(end) - 1
                ));
            }
            (end, last) = (range.end, name);
        }
        if end < head.total {
            return Err(gap(end..head.total, head.total));
        }
        merged.done.arcs.sort_by_key(|arcs| arcs.first);
        Ok(merged)
    }
}

fn gap(missing: Range<u64>, total: u64) -> String {
    format!(
        "start states {} to {} of {total} are in no file: run the missing --shard, or end it with --resume",
        missing.start,
        missing.end - 1
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(index: u32, count: u32) -> (String, Checkpoint) {
        let register = lfsr_core::notation::parse("x^15+x^14+1").unwrap();
        let shard = Shard { index, count };
        let head = Head { register, section_bits: Some(5), total: 1024, shard, elapsed: Duration::from_secs(1) };
        let starts = shard.starts(1024);
        let records = starts.clone().map(|start| [start, 1]).collect();
        (
            format!("part{index}"),
            Checkpoint { head, done: Done { arcs: vec![Arcs { first: starts.start, records }], ..Done::new() } },
        )
    }

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

    #[test]
    fn only_what_belongs_together_and_is_whole_is_merged() {
        let merged = Checkpoint::merge(vec![part(3, 3), part(1, 3), part(2, 3)]).unwrap();
        assert!(merged.starts().iter().eq(core::iter::once(0..1024)));
        assert_eq!((merged.done.states(), merged.head.elapsed), (1024, Duration::from_secs(3)));
        let error = |parts| Checkpoint::merge(parts).unwrap_err();
        assert!(error(vec![]).contains("nothing"));
        assert!(error(vec![part(1, 3), part(3, 3)]).contains("341 to 681 of 1024 are in no file"));
        assert!(error(vec![part(2, 2)]).contains("0 to 511"));
        assert!(error(vec![part(1, 2)]).contains("512 to 1023"));
        assert!(
            error(vec![part(1, 2), part(2, 2), part(2, 3)])
                .contains("part2 and part2 both have start states 512 to 681")
                || error(vec![part(1, 2), part(2, 2), part(2, 3)]).contains("both have")
        );
        let mut other = part(2, 2);
        other.1.head.register = other.1.head.register.with_xnor(true);
        assert!(error(vec![part(1, 2), other]).contains("part2 is of"));
        let mut other = part(2, 2);
        other.1.head.section_bits = Some(6);
        assert!(error(vec![part(1, 2), other]).contains("another section"));
    }
}
