//! The residue: cycles that miss the section, looked for where algebra expects them.
//!
//! A cycle misses the section if its sequence has no run of z zeros. Such cycles are short, or lie in a small subspace: that of a divisor
//! of c whose order is small, say. A hint that is wrong costs time, no truth: all states are counted at the end.

use std::collections::HashSet;

use lfsr_core::{
    cycle::{AffineMap, Ladder, Run as ZeroRun, likely_residue},
    cyclic::widened,
    leap::Leap,
};

use super::{found::Found, leader::leader, run::Run};
use crate::analysis::{error::Error, map::Cycle, plan::longest_period};

/// The most cycles of a subspace that are held to be looked at one by one.
const MOST_HELD: u128 = 1 << 21;

/// Cycles that miss the section, each once.
pub(super) struct Likely {
    /// The cycles.
    pub(super) found: Found,
    /// Their smallest windows, for the check.
    windows: Vec<Cycle>,
}

impl Likely {
    /// Every cycle closes after its period.
    pub(super) fn check(&self, ladder: &Ladder<Vec<AffineMap>>) -> Result<(), Error> {
        for cycle in &self.windows {
            if ladder.jump(cycle.leader, cycle.period) != Some(cycle.leader) {
                return Err(Error::Proof(format!("{:#x} does not return after {} steps", cycle.leader, cycle.period)));
            }
        }
        Ok(())
    }
}

/// The cycles that have no run of z zeros, as far as they lie in subspaces that algebra expects them in.
///
/// Each subspace is the state space of a smaller register, whose cycles are found the same way; in all they hold fewer states than
/// the register itself.
pub(super) fn in_likely_places(run: &Run<'_>, leap: &Leap) -> Result<Likely, Error> {
    let (sequence, zeros) = (*leap.register(), run.plan.zeros());
    let likely = Likely { found: Found::default(), windows: vec![] };
    let mut places = Places { likely, known: HashSet::new(), run, leap };
    for constant in [0, sequence.state_mask()] {
        if sequence.step(constant) == constant {
            places.offer(constant, 1);
        }
    }
    let mut smaller = Vec::new();
    let mut budget = 1u128 << sequence.degree();
    likely_residue(&sequence, zeros, sequence.degree() - 1, |small| {
        let states = small.state_count();
        let order = longest_period(&small).unwrap_or(1);
        if states <= budget && states / order <= MOST_HELD {
            budget -= states;
            smaller.push(small);
        }
    });
    for small in smaller {
        if run.control.is_stopped() {
            break;
        }
        let map = run.smaller(&small)?;
        for cycle in map.leaders.iter().flatten() {
            // The sequence of the small register, read through the window of the large one.
            places.offer(widened(&small, cycle.leader, sequence.degree() - small.degree()), cycle.period);
        }
    }
    Ok(places.likely)
}

/// Gathers the cycles.
struct Places<'a> {
    likely: Likely,
    /// Smallest windows of those found.
    known: HashSet<u64>,
    run: &'a Run<'a>,
    leap: &'a Leap,
}

impl Places<'_> {
    /// Takes the cycle whose smallest window is `window`, if it misses the section and is new.
    fn offer(&mut self, window: u64, period: u64) {
        let plan = self.run.plan;
        if meets_section(self.leap, window, period, plan.zeros()) || !self.known.insert(window) {
            return;
        }
        self.likely.found.add(period, 1);
        self.likely.windows.push(Cycle { leader: window, period });
        if plan.options.leaders {
            let leader = leader(plan, window, period, self.run.control);
            self.likely.found.leaders.push(Cycle { leader, period });
        }
    }
}

/// Whether a run of `zeros` zeros occurs on the cycle of `window`.
fn meets_section(leap: &Leap, window: u64, period: u64, zeros: u32) -> bool {
    let run = ZeroRun::new(zeros);
    let (mut state, mut before) = (window, u64::MAX);
    // The bits of one period and a run beyond it.
    for _ in 0..(period.saturating_add(u64::from(zeros))).div_ceil(64) {
        let (word, next) = leap.word(state);
        if run.ends(before, word) != 0 {
            return true;
        }
        (before, state) = (word, next);
    }
    false
}
