//! [`Recurrence`]: from which earlier blocks a block is computed.

use crate::{recurrence::adds_ones, register::Register};

/// The most blocks that a recurrence reads back.
pub(crate) const MOST_BLOCKS: usize = 512;

/// Blocks computed together, and tested by one branch. No lag is shorter, so they do not depend on each other.
pub(crate) const GROUP: usize = 8;

/// A recurrence of a register's sequence, for blocks of it: block t is the XOR of the blocks t - lag (and of ones, if there is a constant).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recurrence {
    /// Whose.
    register: Register,
    lags: [u16; 64],
    count: usize,
    constant: bool,
}

impl Recurrence {
    /// The recurrence of the polynomial itself. `sequence` is a non-singular Fibonacci register.
    #[must_use]
    pub fn plain(sequence: &Register) -> Self {
        Self::of(sequence).spread()
    }

    /// The recurrence of `sequence`, a non-singular Fibonacci register: see [`crate::recurrence`].
    pub(crate) fn of(sequence: &Register) -> Self {
        let mut recurrence = Self { register: *sequence, lags: [0; 64], count: 0, constant: false };
        for (to, lag) in recurrence.lags.iter_mut().zip(sequence.lags()) {
            *to = lag as u16;
            recurrence.count += 1;
        }
        recurrence.constant = adds_ones(sequence.xnor(), recurrence.count);
        recurrence
    }

    /// The same for blocks of blocks, as few as make every lag at least [`GROUP`]: at most 8 n blocks are read back.
    pub(crate) fn spread(mut self) -> Self {
        while self.lags().first().is_some_and(|&lag| usize::from(lag) < GROUP) {
            for lag in &mut self.lags[..self.count] {
                *lag *= 2;
            }
        }
        self
    }

    /// Other lags for the same sequence, of a multiple of its polynomial without a constant.
    #[cfg(feature = "alloc")]
    pub(super) fn replaced(mut self, lags: &[u16]) -> Self {
        self.count = 0;
        for (to, &lag) in self.lags.iter_mut().zip(lags) {
            *to = lag;
            self.count += 1;
        }
        self.constant = false;
        self
    }

    /// The register it is a recurrence of.
    #[must_use]
    pub const fn register(&self) -> &Register {
        &self.register
    }

    /// How many blocks are read for each block computed.
    #[must_use]
    pub const fn lag_count(&self) -> usize {
        self.count
    }

    /// Ascending.
    pub(crate) fn lags(&self) -> &[u16] {
        &self.lags[..self.count]
    }

    /// Whether ones are added.
    pub(crate) fn constant(&self) -> bool {
        self.constant
    }

    /// How many blocks it reads back: the longest lag.
    pub(crate) fn reach(&self) -> usize {
        self.lags().last().map_or(0, |&lag| lag.into())
    }
}
