//! The first-return kernel, a word of the sequence at a time: short arcs at any number of taps.

use super::{MONITOR_STEPS, Monitor, Run};
use crate::{leap::Leap, record::Record};

/// Follows section states to the next section state.
///
/// The section S_z holds the states whose z newest bits are zero: s < 2^(n-z). The first-return map of a permutation is again a
/// permutation; its cycles are the cycles that meet the section, and the steps along one add up to its period. (M. Kac, "On the
/// notion of recurrence in discrete stochastic processes", Bull. AMS 53 (1947): the mean return time is 2^z.)
#[derive(Debug, Clone, Copy)]
pub struct WordArcs<'a> {
    leap: &'a Leap,
    run: Run,
}

/// The state of a walk between two words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Walk {
    /// The Fibonacci state whose bits begin the next word.
    pub(super) state: u64,
    /// The word before it; ones where unknown.
    pub(super) before: u64,
    /// Bits of the next word at which a return may end.
    allowed: u64,
    /// Index of the next word.
    pub(super) index: u64,
}

impl<'a> WordArcs<'a> {
    /// For the section of `zeros` zeros, 0 to n (larger values count as n).
    #[must_use]
    pub fn new(leap: &'a Leap, zeros: u32) -> Self {
        Self { leap, run: Run::new(zeros.min(leap.degree())) }
    }

    /// The arc that begins at the Fibonacci state `start`, or `None` if the monitor stopped it.
    ///
    /// If the register is singular or `start` is not a section state, the walk ends at the first section state after `start`.
    /// It goes on for ever if there is none: start only from states that lie on a cycle with the section.
    ///
    /// # Complexity
    /// One look-up of the leap table and O(log zeros) operations for each 64 steps.
    pub fn arc(&self, start: u64, monitor: &mut impl Monitor) -> Option<Record> {
        let mut walk = Walk::new(self.leap, start);
        let mut unreported = 0;
        loop {
            let (word, state) = self.leap.word(walk.state);
            if let Some(end) = self.end(&walk, word) {
                let (end, steps) = end.state(self.leap, walk.before, word);
                return Some(Record { start, end, steps });
            }
            walk.next(word, state);
            unreported += u64::from(crate::leap::LEAP);
            if unreported >= MONITOR_STEPS {
                if monitor.advanced(unreported).is_break() {
                    return None;
                }
                unreported = 0;
            }
        }
    }

    /// Where the first return in `word`, the next of `walk`, ends.
    #[inline(always)]
    pub(super) fn end(&self, walk: &Walk, word: u64) -> Option<End> {
        let ends = self.run.ends(walk.before, word) & walk.allowed;
        (ends != 0).then(|| End { index: walk.index, bit: ends.trailing_zeros() })
    }
}

impl Walk {
    pub(super) fn new(leap: &Leap, start: u64) -> Self {
        // Bit e of the sequence is the newest bit of the state e - n + 1 steps on: the first step brings bit n.
        let allowed = if leap.degree() == 64 { 0 } else { u64::MAX << leap.degree() };
        Self { state: start, before: u64::MAX, allowed, index: 0 }
    }

    #[inline(always)]
    pub(super) fn allowed(&self) -> u64 {
        self.allowed
    }

    /// Goes on to the next word: `word` was this one, `state` follows it.
    #[inline(always)]
    pub(super) fn next(&mut self, word: u64, state: u64) {
        *self = Self { state, before: word, allowed: u64::MAX, index: self.index.wrapping_add(1) };
    }
}

/// A bit of the sequence at which a return ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    pub(super) index: u64,
    pub(super) bit: u32,
}

impl End {
    /// The state whose newest bit this is, and how many steps after the start it comes.
    #[inline(always)]
    pub(super) fn state(self, leap: &Leap, before: u64, word: u64) -> (u64, u64) {
        let n = leap.degree();
        let steps = self.index.wrapping_mul(64).wrapping_add(u64::from(self.bit)).wrapping_sub(u64::from(n) - 1);
        let both = u128::from(word) << 64 | u128::from(before);
        let state = (both >> (65 + self.bit - n)) as u64 & leap.register().state_mask();
        (state, steps)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::cycle::Budget;
    use crate::register::{Register, tests::registers_of_every_degree};

    /// The definition: single steps until the state is below 2^(n-z).
    pub(in crate::cycle) fn naive_arc(register: &Register, zeros: u32, start: u64) -> Record {
        let (mut end, mut steps) = (start, 0);
        loop {
            end = register.step(end);
            steps += 1;
            if u128::from(end) < register.state_count() >> zeros {
                return Record { start, end, steps };
            }
        }
    }

    #[test]
    fn every_arc_of_small_registers() {
        for c in (3..1u128 << 10).step_by(2) {
            for xnor in [false, true] {
                let register = Register::from_characteristic(c).unwrap().with_xnor(xnor);
                let leap = Leap::new(&register);
                for zeros in 0..=register.degree() {
                    let first_return = WordArcs::new(&leap, zeros);
                    for start in 0..(register.state_mask() + 1) >> zeros {
                        let arc = first_return.arc(start, &mut Budget::new()).unwrap();
                        assert_eq!(arc, naive_arc(&register, zeros, start), "{register:?} z = {zeros}");
                    }
                }
            }
        }
    }

    #[test]
    fn short_arcs_of_every_degree() {
        for register in registers_of_every_degree().filter(|r| !r.is_singular()) {
            let register = register.sequence();
            let leap = Leap::new(&register);
            for zeros in [0, 1, 2, 7, 13].into_iter().filter(|&z| z <= register.degree()) {
                let first_return = WordArcs::new(&leap, zeros);
                // Not zero: with few taps the zero state of a wide register may leave and come back very late.
                let last = (register.state_mask() >> zeros).max(1);
                for start in [1, last / 3, last / 2 + 1, last] {
                    if register.state_mask() >> zeros < start {
                        continue;
                    }
                    let arc = first_return.arc(start, &mut Budget::new()).unwrap();
                    assert_eq!(arc, naive_arc(&register, zeros, start), "{register:?} z = {zeros}");
                }
            }
        }
    }
}
