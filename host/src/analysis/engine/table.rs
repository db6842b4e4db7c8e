//! [`Table`]: the first-return map of a section, filled by many workers, joined by one.

use core::sync::atomic::{AtomicU64, Ordering};

use lfsr_core::record::Record;

use crate::analysis::{checkpoint::Arcs, error::Error};

mod chains;

/// One entry for each section state: where its arc ends, and after how many steps (0: not filled).
#[derive(Debug)]
pub(super) struct Table {
    entries: Vec<[AtomicU64; 2]>,
}

/// A cycle of the first-return map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Joined {
    /// The smallest section state.
    pub(super) first: u64,
    /// All return times along it.
    pub(super) period: u64,
}

impl Table {
    pub(super) fn new(section: u64) -> Result<Self, Error> {
        let mut entries = Vec::new();
        let refused = || Error::Allocation { bytes: section.saturating_mul(16) };
        let count = usize::try_from(section).map_err(|_| refused())?;
        entries.try_reserve_exact(count).map_err(|_| refused())?;
        entries.resize_with(count, Default::default);
        Ok(Self { entries })
    }

    /// Stores a record; false if its start has one already, or is no section state.
    pub(super) fn store(&self, record: Record) -> bool {
        let Some([end, steps]) = self.entries.get(record.start as usize) else { return false };
        end.store(record.end, Ordering::Relaxed);
        // Release: whoever lists the table meanwhile sees the end if it sees the steps.
        steps.swap(record.steps, Ordering::Release) == 0
    }

    /// The entries that are filled by now.
    pub(super) fn filled(&self) -> Vec<Arcs> {
        let mut all: Vec<Arcs> = Vec::new();
        let mut last_filled = false;
        for (start, [end, steps]) in self.entries.iter().enumerate() {
            let steps = steps.load(Ordering::Acquire);
            if steps != 0 {
                if !last_filled {
                    all.push(Arcs { first: start as u64, records: vec![] });
                }
                if let Some(arcs) = all.last_mut() {
                    arcs.records.push([end.load(Ordering::Relaxed), steps]);
                }
            }
            last_filled = steps != 0;
        }
        all
    }

    /// How many entries are filled by now.
    pub(super) fn len(&self) -> usize {
        self.entries.iter().filter(|[_, steps]| steps.load(Ordering::Acquire) != 0).count()
    }

    /// States on the arcs that are filled.
    pub(super) fn states(&self) -> u128 {
        self.entries.iter().map(|[_, steps]| u128::from(steps.load(Ordering::Acquire))).sum()
    }

    fn get(&self, start: u64) -> Option<(u64, u64)> {
        let [end, steps] = self.entries.get(start as usize)?;
        Some((end.load(Ordering::Relaxed), steps.load(Ordering::Relaxed)))
    }

    /// Calls `found(cycle, states)` for each cycle of the map, by its smallest state; `states` are its section states in order.
    ///
    /// With `partial`, entries may be missing, and chains that run into them are left out. Takes one bit a section state and three
    /// words a cycle.
    ///
    /// # Errors
    /// If the entries are not a permutation of the section: an end met twice, outside the section, or an entry missing.
    pub(super) fn join(
        &self,
        partial: bool,
        mut found: impl FnMut(Joined, &mut dyn Iterator<Item = u64>),
    ) -> Result<(), Error> {
        for Joined { first, period } in chains::cycles(self, partial)? {
            let mut next = Some(first);
            let mut states = core::iter::from_fn(|| {
                let now = next?;
                next = self.get(now).map(|(end, _)| end).filter(|&end| end != first);
                Some(now)
            });
            found(Joined { first, period }, &mut states);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rand_pcg::{Pcg64, rand_core::Rng};

    use super::*;

    fn table(ends: &[u64], steps: &[u64]) -> Table {
        let table = Table::new(ends.len() as u64).unwrap();
        for (start, (&end, &steps)) in ends.iter().zip(steps).enumerate() {
            assert!(table.store(Record { start: start as u64, end, steps }));
        }
        table
    }

    fn cycles(table: &Table, partial: bool) -> Result<Vec<(u64, u64, Vec<u64>)>, Error> {
        let mut all = vec![];
        table.join(partial, |cycle, states| all.push((cycle.first, cycle.period, states.collect())))?;
        Ok(all)
    }

    #[test]
    fn permutations_are_joined() {
        let table = table(&[2, 1, 3, 0], &[10, 5, 20, 30]);
        assert_eq!(cycles(&table, false).unwrap(), [(0, 60, vec![0, 2, 3]), (1, 5, vec![1])]);
        assert!(!table.store(Record { start: 1, end: 1, steps: 5 }), "a start reported twice");
        assert!(!table.store(Record { start: 4, end: 1, steps: 5 }), "a start outside the section");
    }

    #[test]
    fn what_is_filled_is_listed() {
        let table = Table::new(6).unwrap();
        assert_eq!(table.filled(), []);
        for start in [1, 2, 4] {
            table.store(Record { start, end: 10 + start, steps: 20 + start });
        }
        let arcs = |first, records: &[[u64; 2]]| Arcs { first, records: records.to_vec() };
        assert_eq!(table.filled(), [arcs(1, &[[11, 21], [12, 22]]), arcs(4, &[[14, 24]])]);
    }

    /// Each way in which records can fail to be a permutation is caught.
    #[test]
    fn anything_else_is_refused() {
        let message = |ends: &[u64], steps: &[u64]| cycles(&table(ends, steps), false).unwrap_err().to_string();
        assert!(message(&[1, 1], &[3, 3]).contains("two arcs end at 0x1"));
        assert!(message(&[1, 2], &[3, 3]).contains("outside the section"));
        assert!(message(&[1, 0], &[3, 0]).contains("no arc starts at 0x1"));
        assert!(message(&[1, 0], &[u64::MAX, 3]).contains("longer than"));
        assert_eq!(cycles(&table(&[1, 0, 2], &[3, 0, 7]), true).unwrap(), [(2, 7, vec![2])]);
    }

    /// A permutation of `size` states with cycles of all lengths.
    fn permutation(rng: &mut Pcg64, size: u64) -> Vec<u64> {
        let mut ends: Vec<u64> = (0..size).collect();
        for last in (1..size).rev() {
            ends.swap(last as usize, (rng.next_u64() % (last + 1)) as usize);
        }
        ends
    }

    /// One chain after the other, against many at once: same cycles; with entries missing, those that do not need them.
    #[test]
    fn many_chains_or_one() {
        let mut rng = Pcg64::new(21, 21);
        for size in (1..60).chain([1000, 5000]) {
            for damage in [0, 1, 3, 40] {
                let ends = permutation(&mut rng, size);
                let mut steps: Vec<u64> = (0..size).map(|_| 1 + rng.next_u64() % 1000).collect();
                for _ in 0..damage {
                    steps[(rng.next_u64() % size) as usize] = 0;
                }
                let mut expected = vec![];
                let mut seen = vec![false; size as usize];
                for first in 0..size {
                    let (mut at, mut states) = (first, vec![]);
                    while !seen[at as usize] {
                        seen[at as usize] = true;
                        states.push(at);
                        at = ends[at as usize];
                    }
                    let times = states.iter().map(|&s| steps[s as usize]);
                    if !states.is_empty() && times.clone().all(|t| t > 0) {
                        expected.push((first, times.sum(), states));
                    }
                }
                let table = table(&ends, &steps);
                assert_eq!(cycles(&table, damage > 0).unwrap(), expected, "{size} states, {damage} missing");
                // One end twice.
                let (one, other) = (rng.next_u64() % size, rng.next_u64() % size);
                if one != other {
                    table.entries[one as usize][0].store(ends[other as usize], Ordering::Relaxed);
                    assert!(cycles(&table, false).is_err(), "{size} states, one end twice");
                }
            }
        }
    }
}
