//! Finding the cycles of a register's state space: the kernels that run one start state, and know no thread.
//!
//! Three ideas serve all of them. A *section* is the set of states below 2^(n-z), those whose z newest bits are zero; an *arc* is the
//! walk from one section state to the next. Arcs of different starts never meet, so they can be walked in parallel, and joining them
//! end to start gives every cycle that meets the section ([`WordArcs`], [`BlockArcs`]). x^4+x+1 has one cycle besides that of state 0;
//! two zeros make a section of four states:
//!
//! ```text
//!      1 -> 8 -> 4 -> 2 -> 9 -> 12 -> 6 -> 11 -> 5 -> 10 -> 13 -> 14 -> 15 -> 7 -> 3 -> 1
//!      |              |                                                            |    |
//!      |-- 3 steps -->|------------------------- 11 steps ------------------------>|-1->|
//!
//!      join: 1 -> 2 -> 3 -> 1, a cycle of period 3 + 11 + 1 = 15
//! ```
//!
//! A *leader* is the smallest state of its cycle: a walk that comes by no smaller state before it closes has found a cycle that no other
//! walk will ([`Leaders`]). A *coset* is a set of states that a smaller register cannot tell apart: what one period of that
//! register does to it is an affine map of few bits ([`CosetMap`]).
//!
//! # Examples
//! The arcs drawn above:
//!
//! ```
//! use lfsr_core::{cycle::WordArcs, leap::Leap, register::Register};
//!
//! let leap = Leap::new(&Register::from_characteristic(0b1_0011)?);
//! let arcs = [1, 2, 3].map(|start| WordArcs::new(&leap, 2).arc(start, &mut ()).expect("nothing stops the walk"));
//! assert_eq!(arcs.map(|arc| (arc.end, arc.steps)), [(2, 3), (3, 11), (1, 1)]);
//! # Ok::<(), lfsr_core::register::RegisterError>(())
//! ```

mod affine;
mod block_arcs;
mod brent;
mod coset;
mod leader;
mod residue;
mod runs;
mod word_arcs;

use core::ops::ControlFlow;

pub use affine::{AffineMap, Ladder};
pub use block_arcs::{BlockArcs, BlockBuffer, MIN_BLOCK_ZEROS};
pub use brent::brent;
pub use coset::{CosetMap, Lift, MOST_COSET_BITS, Quotient};
pub use leader::{Leaders, prenecklace_at_least};
pub use residue::likely_residue;
pub use runs::Run;
pub use word_arcs::WordArcs;

/// The tail and the cycle that a state runs into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Orbit {
    /// mu: steps before the first state that is visited again; 0 unless the register is singular.
    pub preperiod: u64,
    /// lambda: the length of the cycle.
    pub period: u64,
}

/// Told of progress, asked whether to go on: how a caller counts, shows and stops long walks.
pub trait Monitor {
    /// Called with the number of steps since the last call: every few hundred thousand steps by the word kernel, every few million by the block
    /// kernel, which are all done within a millisecond.
    fn advanced(&mut self, steps: u64) -> ControlFlow<()>;
}

/// Never stops.
impl Monitor for () {
    fn advanced(&mut self, _: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// How many steps a kernel makes at most before it calls its monitor.
const MONITOR_STEPS: u64 = 1 << 18;

/// A monitor for tests, so that a kernel that is broken ends as a failed test: stops each walk after about 2^34 steps.
#[cfg(test)]
#[derive(Debug)]
struct Budget(u64);

#[cfg(test)]
impl Budget {
    const fn new() -> Self {
        Self(1 << 34)
    }
}

#[cfg(test)]
impl Monitor for Budget {
    fn advanced(&mut self, steps: u64) -> ControlFlow<()> {
        self.0 = self.0.saturating_sub(steps);
        if self.0 == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// The definition: remember when each state was first met.
#[cfg(test)]
fn naive_orbit(register: &crate::register::Register, start: u64) -> Orbit {
    let mut met = [None; 1 << 8];
    let (mut state, mut t) = (start, 0);
    loop {
        if let Some(first) = met[state as usize] {
            return Orbit { preperiod: first, period: t - first };
        }
        met[state as usize] = Some(t);
        state = register.step(state);
        t += 1;
    }
}
