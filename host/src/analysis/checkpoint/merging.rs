//! [`Merging`]: the shards of one enumeration put together, one after the other.

use core::{ops::Range, time::Duration};

use super::{Checkpoint, Head, MergeError, Shard};
use crate::analysis::census::add_all;

/// Shards put together so far. It never holds more than one whole enumeration: what is there twice is refused at once.
#[derive(Debug, Default)]
pub struct Merging {
    merged: Option<Checkpoint>,
    /// The first file.
    first: String,
    /// Start states and the files they are from, in order.
    owners: Vec<(Range<u64>, String)>,
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
    /// If it belongs to another enumeration than the first, or has start states that are there already.
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
        for range in part.starts().iter() {
            let at = self.owners.partition_point(|(owned, _)| owned.end <= range.start);
            if let Some((owned, other)) = self.owners.get(at)
                && owned.start < range.end
            {
                let (first, last) = (range.start.max(owned.start), range.end.min(owned.end) - 1);
                return Err(MergeError::Twice { file, other: other.clone(), first, last });
            }
            self.owners.insert(at, (range, file.clone()));
        }
        merged.head.elapsed += part.head.elapsed;
        merged.done.arcs.extend(part.done.arcs);
        if merged.head.section_bits.is_none() {
            part.done.leaders.done.iter().for_each(|range| merged.done.leaders.done.insert(range));
            add_all(&mut merged.done.leaders.census, &part.done.leaders.census);
        }
        Ok(())
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
        merged.done.arcs.sort_by_key(|arcs| arcs.first);
        Ok(merged)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Arcs, Done},
        *,
    };

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
        let (file, other) = ("part2".to_owned(), "part1".to_owned());
        assert_eq!(error(vec![part(1, 2), part(2, 3)]), MergeError::Twice { file, other, first: 341, last: 511 });
        assert!(matches!(
            error(vec![part(1, 2), part(2, 2), part(3, 3)]),
            MergeError::Twice { first: 682, last: 1023, .. }
        ));
        let mut other = part(2, 2);
        other.1.head.register = other.1.head.register.with_xnor(true);
        assert!(matches!(error(vec![part(1, 2), other]), MergeError::OtherRegister { file, .. } if file == "part2"));
        let mut other = part(2, 2);
        other.1.head.section_bits = Some(6);
        assert!(matches!(error(vec![part(1, 2), other]), MergeError::OtherSection { first, .. } if first == "part1"));
    }
}
