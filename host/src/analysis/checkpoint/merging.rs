//! [`Merging`]: the shards of one enumeration put together, one after the other.

use core::{ops::Range, time::Duration};

use std::collections::BTreeMap;

use super::{Arcs, Checkpoint, Head, MergeError, Shard, Tally};
use crate::analysis::census::add_all;

/// Shards put together so far, read one after the other. It never holds more than one whole enumeration and one file: what is there twice must be
/// equal, and is held once.
#[derive(Debug, Default)]
pub struct Merging {
    merged: Option<Checkpoint>,
    /// The first file.
    first: String,
    /// Start states and the files they are from, in order.
    owners: Vec<(Range<u64>, String)>,
    /// Without a section: the files and what they count.
    tallies: Vec<(String, Tally)>,
    /// First start -> end and steps of the arcs from there on.
    records: BTreeMap<u64, Vec<[u64; 2]>>,
}

impl Merging {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a shard, read from `file`.
    ///
    /// # Errors
    /// If it belongs to another enumeration than the first, or says of a start state something else than another file.
    pub fn add(&mut self, file: &str, part: Checkpoint) -> Result<(), MergeError> {
        if self.merged.is_none() {
            self.first = file.to_owned();
        }
        let whole = Head { shard: Shard::WHOLE, elapsed: Duration::ZERO, ..part.head.clone() };
        let merged = self.merged.get_or_insert_with(|| Checkpoint::new(whole));
        let (file, first) = (file.to_owned(), self.first.clone());
        if part.head.register != merged.head.register {
            let (register, expected) = (part.head.register, merged.head.register);
            return Err(MergeError::OtherRegister { file, first, register, expected });
        }
        if (part.head.section_bits, part.head.total) != (merged.head.section_bits, merged.head.total) {
            return Err(MergeError::OtherSection { file, first });
        }
        merged.head.elapsed += part.head.elapsed;
        if merged.head.section_bits.is_none() {
            let tally = part.done.leaders;
            if let Some((other, same)) = self.tallies.iter().find(|(_, other)| other.done == tally.done) {
                let start = tally.done.iter().next().map_or(0, |range| range.start);
                let unequal = MergeError::Unequal { file, other: other.clone(), start };
                return if same.census == tally.census { Ok(()) } else { Err(unequal) };
            }
            for range in tally.done.iter() {
                let at = self.owners.partition_point(|(owned, _)| owned.end <= range.start);
                if let Some((owned, other)) = self.owners.get(at)
                    && owned.start < range.end
                {
                    // Cycles are counted for a whole file: what of them is there twice cannot be told.
                    let (first, last) = (range.start.max(owned.start), range.end.min(owned.end) - 1);
                    return Err(MergeError::Twice { file, other: other.clone(), first, last });
                }
                self.owners.insert(at, (range, file.clone()));
            }
            tally.done.iter().for_each(|range| merged.done.leaders.done.insert(range));
            add_all(&mut merged.done.leaders.census, &tally.census);
            self.tallies.push((file, tally));
            return Ok(());
        }
        part.done.arcs.into_iter().try_for_each(|arcs| self.add_arcs(&file, arcs))
    }

    /// Adds neighbouring arcs; those that are there already must be the same.
    fn add_arcs(&mut self, file: &str, arcs: Arcs) -> Result<(), MergeError> {
        let end = arcs.first + arcs.records.len() as u64;
        let mut fresh = arcs.first;
        let mut pieces = vec![];
        let from = self.owners.partition_point(|(owned, _)| owned.end <= arcs.first);
        for (owned, other) in self.owners[from..].iter().take_while(|(owned, _)| owned.start < end) {
            for start in owned.start.max(arcs.first)..owned.end.min(end) {
                if self.record(start) != Some(arcs.records[(start - arcs.first) as usize]) {
                    return Err(MergeError::Unequal { file: file.to_owned(), other: other.clone(), start });
                }
            }
            pieces.push(fresh..owned.start.max(fresh));
            fresh = owned.end.min(end);
        }
        pieces.push(fresh..end);
        for piece in pieces.into_iter().filter(|piece| !piece.is_empty()) {
            let of = (piece.start - arcs.first) as usize..(piece.end - arcs.first) as usize;
            let at = self.owners.partition_point(|(owned, _)| owned.end <= piece.start);
            self.records.insert(piece.start, arcs.records[of].to_vec());
            self.owners.insert(at, (piece, file.to_owned()));
        }
        Ok(())
    }

    /// End and steps of the arc from `start`, if it is there.
    fn record(&self, start: u64) -> Option<[u64; 2]> {
        let (first, records) = self.records.range(..=start).next_back()?;
        records.get((start - first) as usize).copied()
    }

    /// The whole.
    ///
    /// # Errors
    /// If there is nothing, or start states are missing.
    pub fn finish(self) -> Result<Checkpoint, MergeError> {
        let mut merged = self.merged.ok_or(MergeError::Nothing)?;
        let total = merged.head.total;
        let mut end = 0;
        let starts = self.owners.iter().map(|(range, _)| (range.start, range.end));
        for (start, range_end) in starts.chain(core::iter::once((total, total))) {
            if start > end {
                return Err(MergeError::Missing { first: end, last: start - 1, total });
            }
            end = range_end;
        }
        merged.done.arcs = self.records.into_iter().map(|(first, records)| Arcs { first, records }).collect();
        Ok(merged)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Done, *};

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

    fn merge(parts: Vec<(String, Checkpoint)>) -> Result<Checkpoint, MergeError> {
        let mut merging = Merging::new();
        for (file, part) in parts {
            merging.add(&file, part)?;
        }
        merging.finish()
    }

    /// Without a section a file counts cycles, and nothing tells which of them are from which start.
    #[test]
    fn counts_are_merged_if_they_are_of_the_same_starts_or_of_others() {
        let tally = |index, count, cycles| {
            let (name, mut part) = part(index, count);
            part.head.section_bits = None;
            let mut leaders = Tally::default();
            leaders.done.insert(part.head.shard.starts(1024));
            leaders.census.insert(7, cycles);
            part.done = Done { leaders, ..Done::new() };
            (name, part)
        };
        let merged = merge(vec![tally(2, 2, 5), tally(1, 2, 3), tally(1, 2, 3)]).unwrap();
        assert_eq!(merged.done.leaders.census.into_iter().collect::<Vec<_>>(), [(7, 8)]);
        let error = |parts| merge(parts).unwrap_err();
        let unequal = |start| MergeError::Unequal { file: "part2".into(), other: "part2".into(), start };
        assert_eq!(error(vec![tally(2, 2, 5), tally(2, 2, 6)]), unequal(512));
        assert!(matches!(error(vec![tally(1, 2, 5), tally(2, 3, 5)]), MergeError::Twice { first: 341, .. }));
    }

    #[test]
    fn only_what_belongs_together_and_is_whole_is_merged() {
        let merged = merge(vec![part(3, 3), part(1, 3), part(2, 3)]).unwrap();
        assert!(merged.starts().iter().eq(core::iter::once(0..1024)));
        assert_eq!((merged.done.states(), merged.head.elapsed), (1024, Duration::from_secs(3)));
        let error = |parts| merge(parts).unwrap_err();
        assert_eq!(error(vec![]), MergeError::Nothing);
        let missing = |first, last| MergeError::Missing { first, last, total: 1024 };
        assert_eq!(error(vec![part(1, 3), part(3, 3)]), missing(341, 681));
        assert_eq!(error(vec![part(2, 2)]), missing(0, 511));
        assert_eq!(error(vec![part(1, 2)]), missing(512, 1023));
        // What is there twice must be equal.
        let twice = merge(vec![part(1, 2), part(2, 3), part(2, 2), part(1, 1), part(2, 2)]).unwrap();
        assert_eq!(twice.done.arcs.iter().map(|arcs| arcs.records.len()).sum::<usize>(), 1024);
        assert!(twice.starts().iter().eq(core::iter::once(0..1024)));
        let mut wrong = part(2, 3);
        wrong.1.done.arcs[0].records[100][0] ^= 1;
        let unequal =
            |file: &str, other: &str| MergeError::Unequal { file: file.into(), other: other.into(), start: 441 };
        assert_eq!(error(vec![part(1, 2), wrong.clone()]), unequal("part2", "part1"));
        assert_eq!(error(vec![wrong, part(1, 1)]), unequal("part1", "part2"));
        let mut other = part(2, 2);
        other.1.head.register = other.1.head.register.with_xnor(true);
        assert!(matches!(error(vec![part(1, 2), other]), MergeError::OtherRegister { file, .. } if file == "part2"));
        let mut other = part(2, 2);
        other.1.head.section_bits = Some(6);
        assert!(matches!(error(vec![part(1, 2), other]), MergeError::OtherSection { first, .. } if first == "part1"));
    }
}
