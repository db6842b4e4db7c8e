//! [`Unit`]: what a scheduler hands out and a kernel runs.

use core::ops::Range;

/// A contiguous range of start states of one section; made on demand, never listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "link", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Unit {
    /// The first start state.
    pub first: u64,
    /// How many start states.
    pub count: u64,
}

impl Unit {
    /// The start states of this unit.
    #[must_use]
    pub const fn starts(&self) -> Range<u64> {
        self.first..self.first.saturating_add(self.count)
    }
}
