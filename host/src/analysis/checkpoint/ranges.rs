//! Sets of start states.

use core::ops::Range;
use std::collections::BTreeMap;

/// Disjoint ranges that do not touch, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ranges(BTreeMap<u64, u64>);

impl Ranges {
    /// None.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Adds a range; what is in already stays.
    pub fn insert(&mut self, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        let (mut start, mut end) = (range.start, range.end);
        while let Some((&other_start, &other_end)) = self.0.range(..=end).next_back().filter(|(_, e)| **e >= start) {
            start = start.min(other_start);
            end = end.max(other_end);
            self.0.remove(&other_start);
        }
        self.0.insert(start, end);
    }

    /// The ranges, ascending.
    pub fn iter(&self) -> impl Iterator<Item = Range<u64>> + '_ {
        self.0.iter().map(|(&start, &end)| start..end)
    }

    /// What of `range` is not in here, to be numbered from 0.
    #[must_use]
    pub fn missing(&self, range: Range<u64>) -> Pending {
        let mut pending = Pending::default();
        let mut start = range.start;
        for done in self.iter() {
            pending.push(start..done.start.min(range.end));
            start = start.max(done.end);
        }
        pending.push(start..range.end);
        pending
    }
}

/// Start states numbered without gaps, as schedulers want them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pending {
    /// (number of the first, the start states), both ascending.
    pieces: Vec<(u64, Range<u64>)>,
}

impl Pending {
    fn push(&mut self, range: Range<u64>) {
        if !range.is_empty() {
            self.pieces.push((self.len(), range));
        }
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.pieces.last().map_or(0, |(number, range)| number + (range.end - range.start))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The start states with these numbers.
    pub fn starts(&self, numbers: Range<u64>) -> impl Iterator<Item = Range<u64>> + '_ {
        let first = self.pieces.partition_point(|(number, range)| number + (range.end - range.start) <= numbers.start);
        self.pieces[first..].iter().take_while(move |(number, _)| *number < numbers.end).map(move |(number, range)| {
            let from = range.start + numbers.start.saturating_sub(*number);
            from..range.end.min(range.start + (numbers.end - number))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_sets_of_numbers() {
        let mut random = 1u64;
        let mut next = |below: u64| {
            random = random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (random >> 33) % below
        };
        for _ in 0..500 {
            let mut ranges = Ranges::default();
            let mut set = [false; 64];
            for _ in 0..next(8) {
                let start = next(64);
                let end = start + next(65 - start);
                ranges.insert(start..end);
                set[start as usize..end as usize].fill(true);
            }
            let listed: Vec<u64> = ranges.iter().flatten().collect();
            let expected: Vec<u64> = (0..64).filter(|i| set[*i as usize]).collect();
            assert_eq!(listed, expected);
            assert!(ranges.iter().zip(ranges.iter().skip(1)).all(|(a, b)| a.end < b.start), "merged: {ranges:?}");

            let start = next(64);
            let end = start + next(65 - start);
            let pending = ranges.missing(start..end);
            let expected: Vec<u64> = (start..end).filter(|i| !set[*i as usize]).collect();
            assert_eq!(pending.len(), expected.len() as u64);
            assert_eq!(pending.starts(0..pending.len()).flatten().collect::<Vec<_>>(), expected);
            if !pending.is_empty() {
                let from = next(pending.len());
                let to = from + next(pending.len() - from + 1);
                let found: Vec<u64> = pending.starts(from..to).flatten().collect();
                assert_eq!(found, expected[from as usize..to as usize]);
            }
        }
    }
}
