//! [`Table`]: the first-return map of a section, filled by many workers, joined by one.

use core::sync::atomic::{AtomicU64, Ordering};

use bitvec::{bitvec, order::Lsb0};
use lfsr_core::record::Record;

use crate::{checkpoint::Arcs, error::Error};

/// One entry for each section state: where its arc ends, and after how many steps (0: not filled).
#[derive(Debug)]
pub(super) struct Table {
    entries: Vec<[AtomicU64; 2]>,
}

/// A cycle of the first-return map.
#[derive(Debug, PartialEq)]
pub(super) struct Joined {
    /// The smallest section state.
    pub(super) first: u64,
    /// All return times along it.
    pub(super) period: u64,
}

impl Table {
    pub(super) fn new(section: u64) -> Result<Self, Error> {
        let mut entries = Vec::new();
        let refused = |_| Error::Allocation { bytes: section.saturating_mul(16) };
        entries.try_reserve_exact(section as usize).map_err(refused)?;
        entries.resize_with(section as usize, Default::default);
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

    fn get(&self, start: u64) -> Option<(u64, u64)> {
        let [end, steps] = self.entries.get(start as usize)?;
        Some((end.load(Ordering::Relaxed), steps.load(Ordering::Relaxed)))
    }

    /// Calls `found(cycle, states)` for each cycle of the map, by its smallest state; `states` are its section states in order.
    ///
    /// With `partial`, entries may be missing, and chains that run into them are left out.
    ///
    /// # Errors
    /// If the entries are not a permutation of the section: an end met twice, outside the section, or an entry missing.
    pub(super) fn join(
        &self,
        partial: bool,
        mut found: impl FnMut(Joined, &mut dyn Iterator<Item = u64>),
    ) -> Result<(), Error> {
        let section = self.entries.len() as u64;
        let mut seen = bitvec![u64, Lsb0; 0; section as usize];
        for first in 0..section {
            if seen[first as usize] {
                continue;
            }
            let (mut at, mut period) = (first, 0u64);
            let closed = loop {
                let Some((end, steps)) = self.get(at) else {
                    return Err(Error::Proof(format!("an arc ends outside the section, at {at:#x}")));
                };
                if seen.replace(at as usize, true) {
                    if partial {
                        break false;
                    }
                    return Err(Error::Proof(format!("two arcs end at {at:#x}")));
                }
                if steps == 0 {
                    if partial {
                        break false;
                    }
                    return Err(Error::Proof(format!("no arc starts at {at:#x}")));
                }
                period = match period.checked_add(steps) {
                    Some(sum) => sum,
                    None => return Err(Error::Proof(format!("the cycle of {first:#x} is longer than 2^64 - 1"))),
                };
                at = end;
                if at == first {
                    break true;
                }
            };
            if closed {
                let mut next = Some(first);
                let mut states = core::iter::from_fn(|| {
                    let now = next?;
                    next = self.get(now).map(|(end, _)| end).filter(|&end| end != first);
                    Some(now)
                });
                found(Joined { first, period }, &mut states);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
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
}
