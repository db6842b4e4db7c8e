//! [`Recurrence`]: from which earlier blocks a block is computed.

use crate::register::Register;

/// The most blocks that a recurrence reads back.
pub(crate) const MOST_BLOCKS: usize = 512;

/// Blocks computed together, and tested by one branch. No lag is shorter, so they do not depend on each other.
pub(crate) const GROUP: usize = 8;

/// Block t is the XOR of blocks t - lag (and of ones, if `constant`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Recurrence {
    lags: [u16; 64],
    count: usize,
    constant: bool,
}

impl Recurrence {
    /// The recurrence of `sequence`, a non-singular Fibonacci register, for blocks (or words, or lanes): c(x)^B = c(x^B) over GF(2),
    /// B a power of two, so the lags in blocks of B bits are those in bits.
    ///
    /// c(E) s = 1 (E the shift) gives c(E)^B s = c(1)^(B-1): an XNOR's constant survives only if the number of lags is even.
    pub(crate) fn of(sequence: &Register) -> Self {
        let mut recurrence = Self { lags: [0; 64], count: 0, constant: false };
        for (to, lag) in recurrence.lags.iter_mut().zip(sequence.lags()) {
            *to = lag as u16;
            recurrence.count += 1;
        }
        recurrence.constant = sequence.xnor() && recurrence.count % 2 == 0;
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
