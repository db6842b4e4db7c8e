//! A [`Cycle`]; how many there are of each period.

use std::collections::BTreeMap;

/// A cycle: its smallest state and its length in steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cycle {
    /// The smallest state.
    pub leader: u64,
    /// 1 to 2^64 - 1.
    pub period: u64,
}

/// period -> number of cycles.
pub type Census = BTreeMap<u64, u64>;

/// Counts `count` more cycles of a period.
pub(crate) fn add_cycles(census: &mut Census, period: u64, count: u64) {
    *census.entry(period).or_insert(0) += count;
}

/// Counts all the cycles of another census.
pub(crate) fn add_all(census: &mut Census, other: &Census) {
    for (&period, &count) in other {
        add_cycles(census, period, count);
    }
}

/// States on all these cycles.
#[must_use]
pub(crate) fn states(census: &Census) -> u128 {
    census.iter().map(|(&period, &count)| u128::from(period) * u128::from(count)).sum()
}

/// Counts cycles as they are found. Neighbours mostly have the same period: they are counted before the map is touched.
#[derive(Debug)]
pub(crate) struct Counting<'a> {
    census: &'a mut Census,
    period: u64,
    count: u64,
}

impl<'a> Counting<'a> {
    pub(crate) fn new(census: &'a mut Census) -> Self {
        Self { census, period: 0, count: 0 }
    }

    #[inline]
    pub(crate) fn add(&mut self, period: u64, count: u64) {
        if period != self.period {
            self.flush();
            self.period = period;
        }
        self.count += count;
    }

    fn flush(&mut self) {
        if self.count > 0 {
            add_cycles(self.census, self.period, self.count);
        }
        self.count = 0;
    }
}

impl Drop for Counting<'_> {
    fn drop(&mut self) {
        self.flush();
    }
}
