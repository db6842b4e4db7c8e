//! The leader kernel: which states are the smallest of their cycle. Needs no memory, so it serves registers rich in short cycles.
//!
//! A state is a window of n bits of the sequence, newest bit first. If s is the smallest state of its cycle then no window a few
//! bits older is smaller: the low n-i bits of s are at least its high n-i bits, for every i. Such words are the *prenecklaces*;
//! about 2^(n+1)/n of the 2^n states are, and they can be stepped through in order (J.-P. Duval, "Génération d'une section des classes
//! de conjugaison", Theor. Comput. Sci. 60 (1988); F. Ruskey, C. Savage, T. M. Y. Wang, "Generating necklaces", J. Algorithms 13
//! (1992)). Each is then followed until a smaller state shows that it is no leader, or until it closes.
//!
//! ```text
//!      for each prenecklace s, in ascending order:
//!          follow s to the next state r <= s         (only a run of as many zeros as s begins with can bring one)
//!          r = s: the walk has closed, and s is the leader of a cycle whose period is the number of steps
//!          r < s: the cycle belongs to a smaller leader; leave it
//! ```

use core::ops::{ControlFlow, Range};

use super::{
    MONITOR_STEPS, Monitor, Run,
    word_arcs::{End, Walk},
};
use crate::leap::Leap;

/// Finds the leaders among a range of states.
#[derive(Debug, Clone, Copy)]
pub struct Leaders<'a> {
    leap: &'a Leap,
}

impl<'a> Leaders<'a> {
    /// For the sequence of `leap`; the register must not be singular (its transient states would pass for leaders of nothing).
    #[must_use]
    pub fn new(leap: &'a Leap) -> Option<Self> {
        (!leap.register().is_singular()).then_some(Self { leap })
    }

    /// Calls `found(leader, period)` for each leader in `starts`, in ascending order; a period of 0 stands for 2^64.
    ///
    /// Breaks off if the monitor or `found` say so. The states of the cycles whose leaders are in `starts` are counted by
    /// whoever adds up the periods.
    ///
    /// # Complexity
    /// Of the prenecklaces in the range, one with k leading zeros takes about 2^(k+1) steps, at most its period, 64 at a time.
    pub fn find(
        &self,
        starts: Range<u64>,
        monitor: &mut impl Monitor,
        mut found: impl FnMut(u64, u64) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let n = self.leap.degree();
        let mut next = prenecklace_at_least(n, starts.start);
        let mut unreported = 0;
        while let Some(start) = next {
            if start >= starts.end {
                break;
            }
            let steps = self.follow(start, monitor, &mut unreported)?;
            if let Some(period) = steps {
                found(start, period)?;
            }
            if unreported >= MONITOR_STEPS {
                monitor.advanced(0)?;
                unreported = 0;
            }
            next = prenecklace_after(n, start);
        }
        ControlFlow::Continue(())
    }

    /// The period of `start` if it is a leader.
    #[inline(always)]
    fn follow(&self, start: u64, monitor: &mut impl Monitor, unreported: &mut u64) -> ControlFlow<(), Option<u64>> {
        let n = self.leap.degree();
        // A state at most `start` has at least as many leading zeros.
        let run = Run::new(start.leading_zeros() - (64 - n));
        let mut walk = Walk::new(self.leap, start);
        loop {
            let (word, state) = self.leap.word(walk.state);
            let mut ends = run.ends(walk.before, word) & walk.allowed();
            while ends != 0 {
                let end = End { index: walk.index, bit: ends.trailing_zeros() };
                let (candidate, steps) = end.state(self.leap, walk.before, word);
                if candidate <= start {
                    return ControlFlow::Continue((candidate == start).then_some(steps));
                }
                ends &= ends - 1;
            }
            walk.next(word, state);
            *unreported += 64;
            if *unreported >= MONITOR_STEPS {
                monitor.advanced(0)?;
                *unreported = 0;
            }
        }
    }
}

/// The smallest prenecklace of `n` bits (1 to 64) that is at least `word`, or `None` if `word` has more than n bits.
///
/// # Complexity
/// O(n).
#[must_use]
pub fn prenecklace_at_least(n: u32, word: u64) -> Option<u64> {
    if n == 0 || n > 64 || (n < 64 && word >> n != 0) {
        return None;
    }
    let bit = |i: u32| word >> (n - 1 - i) & 1;
    // `period`: the length of the Lyndon word that the prefix read so far repeats.
    let mut period = 1;
    for i in 1..n {
        let (own, earlier) = (bit(i), bit(i - period));
        if own > earlier {
            period = i + 1;
        } else if own < earlier {
            // No prenecklace has this prefix; the next larger one goes on repeating.
            return Some(repeat(n, word >> (n - i), i, period));
        }
    }
    Some(word)
}

/// The prenecklace after `word`, itself a prenecklace of `n` bits. O(log n).
#[inline(always)]
fn prenecklace_after(n: u32, word: u64) -> Option<u64> {
    let ones = (!word).trailing_zeros();
    if ones >= n {
        return None;
    }
    // The last 0 becomes 1: what ends there is a Lyndon word, and repeating it gives the smallest prenecklace it begins.
    let length = n - ones;
    let lyndon = word >> ones | 1;
    Some(repeat(n, lyndon, length, length))
}

/// n bits that begin with the `length` bits of `prefix` and go on with period `period` <= `length`.
#[inline(always)]
fn repeat(n: u32, prefix: u64, length: u32, period: u32) -> u64 {
    // Highest bit first, so that shifting right by a period lines up with the next copy.
    let mut word = prefix << (64 - length);
    if period < length {
        word &= !(u64::MAX >> period);
    }
    let mut filled = period;
    while filled < n {
        word |= word >> filled;
        filled *= 2;
    }
    word >> (64 - n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cycle::Budget;
    use crate::register::Register;
    extern crate std;
    use std::{vec, vec::Vec};

    fn is_prenecklace(n: u32, word: u64) -> bool {
        (1..n).all(|i| word & ((1 << (n - i)) - 1) >= word >> i)
    }

    #[test]
    fn prenecklaces_in_order() {
        for n in 1..=14 {
            let all: Vec<u64> = (0..1 << n).filter(|&w| is_prenecklace(n, w)).collect();
            let mut walked = vec![0];
            while let Some(next) = prenecklace_after(n, *walked.last().unwrap()) {
                walked.push(next);
            }
            assert_eq!(walked, all, "n = {n}");
            for word in 0..1 << n {
                let expected = all.iter().copied().find(|&w| w >= word);
                assert_eq!(prenecklace_at_least(n, word), expected, "n = {n}, {word:b}");
            }
        }
        assert_eq!(prenecklace_at_least(64, u64::MAX), Some(u64::MAX));
        assert_eq!(prenecklace_after(64, u64::MAX), None);
        assert_eq!(prenecklace_at_least(3, 8), None);
    }

    #[test]
    fn leaders_of_all_small_registers() {
        for c in (3..1u128 << 11).step_by(2) {
            for xnor in [false, true] {
                let register = Register::from_characteristic(c).unwrap().with_xnor(xnor);
                let mut expected = vec![];
                let mut seen = vec![false; 1 << register.degree()];
                for start in 0..=register.state_mask() {
                    let (mut state, mut period) = (start, 0);
                    while !seen[state as usize] {
                        seen[state as usize] = true;
                        state = register.step(state);
                        period += 1;
                    }
                    if period > 0 {
                        expected.push((start, period));
                    }
                }
                let leap = Leap::new(&register);
                let mut found = vec![];
                let all = 0..register.state_mask() + 1;
                let done = Leaders::new(&leap).unwrap().find(all, &mut Budget::new(), |leader, period| {
                    found.push((leader, period));
                    ControlFlow::Continue(())
                });
                assert!(done.is_continue());
                assert_eq!(found, expected, "{register:?}");
            }
        }
    }
}
