//! The residue: cycles that miss the section, looked for where algebra expects them.
//!
//! A cycle misses the section if its sequence has no run of z zeros. Such cycles are short, or lie in a small subspace: that of a divisor
//! of c whose order is small, say. If they do not, a section of fewer zeros meets them. A hint that is wrong costs time, no truth: all states
//! are counted at the end.

use std::collections::HashSet;

use lfsr_core::{
    cycle::{AffineMap, Ladder, Run as ZeroRun, likely_residue},
    cyclic::widened,
    leap::Leap,
};

use super::{closing::closes, found::Found, leader::leader, run::Run};
use crate::analysis::{
    error::Error,
    map::Cycle,
    plan::{Options, Plan, longest_period, sectioned},
};

/// The most cycles of a subspace that are held to be looked at one by one.
const MOST_HELD: u128 = 1 << 21;

/// By how many zeros the second section is shorter: a cycle that missed the first by bad luck, with a chance of e^-m, misses this one with
/// e^-16m.
const SHORTER: u32 = 4;

/// Sections of fewer zeros than this are not worth a table.
const LEAST_ZEROS: u32 = 6;

/// Cycles that miss the section, each once.
pub(super) struct Likely {
    /// The cycles.
    pub(super) found: Found,
    /// Their smallest windows, for the check.
    windows: Vec<Cycle>,
}

impl Likely {
    /// What was found, if its states are all that are missing and each cycle closes after its period; `None` if there are others.
    ///
    /// # Errors
    /// If a cycle does not close.
    pub(super) fn all_of(self, missing: u128, ladder: &Ladder<Vec<AffineMap>>) -> Result<Option<Found>, Error> {
        if self.found.states() != missing {
            return Ok(None);
        }
        self.windows.iter().try_for_each(|&cycle| closes(ladder, cycle))?;
        Ok(Some(self.found))
    }
}

/// The cycles that have no run of z zeros, as far as they lie in subspaces that algebra expects them in.
///
/// Each subspace is the state space of a smaller register, whose cycles are found the same way; in all they hold fewer states than
/// the register itself.
pub(super) fn in_likely_places(run: &Run<'_>, leap: &Leap) -> Result<Likely, Error> {
    let (sequence, zeros) = (*leap.register(), run.plan.zeros());
    let mut places = Places::new(run, leap);
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

/// The cycles that have no run of z zeros, among all those that a section of fewer zeros finds; `None` if such a section is not worth while.
pub(super) fn in_a_shorter_section(run: &Run<'_>, leap: &Leap) -> Result<Option<Likely>, Error> {
    let (sequence, options) = (*leap.register(), &run.plan.options);
    let zeros = run.plan.zeros().saturating_sub(SHORTER);
    let order = longest_period(&sequence).unwrap_or(1);
    if zeros < LEAST_ZEROS || sequence.state_count() / order > MOST_HELD || run.control.is_stopped() {
        return Ok(None);
    }
    let options = Options { leaders: true, kernel: Some(sectioned(zeros)), kept: false, ..options.clone() };
    // Its table may be too large.
    let Ok(plan) = Plan::new(&sequence, &options) else { return Ok(None) };
    let map = run.other(&plan)?;
    let mut places = Places::new(run, leap);
    map.leaders.iter().flatten().for_each(|cycle| places.offer(cycle.leader, cycle.period));
    Ok(Some(places.likely))
}

/// Gathers the cycles.
struct Places<'a> {
    likely: Likely,
    /// Smallest windows of those found.
    known: HashSet<u64>,
    run: &'a Run<'a>,
    leap: &'a Leap,
}

impl<'a> Places<'a> {
    fn new(run: &'a Run<'a>, leap: &'a Leap) -> Self {
        let likely = Likely { found: Found::default(), windows: vec![] };
        Self { likely, known: HashSet::new(), run, leap }
    }

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

#[cfg(test)]
mod tests {
    use lfsr_core::{gf2, leap::Leap, notation::parse, register::Register};

    use super::*;
    use crate::{
        analysis::plan::{Kernel, Workers},
        sched::{Control, Pool},
    };

    fn likely(cycles: &[(u64, u64)]) -> Likely {
        let mut found = Found::default();
        cycles.iter().for_each(|&(_, period)| found.add(period, 1));
        Likely { found, windows: cycles.iter().map(|&(leader, period)| Cycle { leader, period }).collect() }
    }

    /// x^15+x^9+1 has cycles of 1, 31 and 93 states. What is said of those that miss a section must be all of them, and true.
    #[test]
    fn only_the_whole_truth_is_accepted() {
        let register = parse("x^15+x^9+1").unwrap().sequence();
        let ladder = Ladder::new(&register, vec![AffineMap::step_of(&register); 16]);
        let period = |state| {
            (1..)
                .scan(state, |s, t| {
                    *s = register.step(*s);
                    Some((*s, t))
                })
                .find(|&(s, _)| s == state)
                .unwrap()
                .1
        };
        let short = (1..1 << 15).find(|&state| period(state) == 31).unwrap();
        let long = (1..1 << 15).find(|&state| period(state) == 93).unwrap();
        let said =
            |cycles: &[(u64, u64)], missing| likely(cycles).all_of(missing, &ladder).map(|found| found.is_some()).ok();
        assert_eq!(said(&[(0, 1), (short, 31), (long, 93)], 125), Some(true));
        assert_eq!(said(&[(0, 1), (short, 31)], 125), Some(false), "a cycle left out");
        assert_eq!(said(&[(0, 1), (short, 31), (short, 31), (long, 93)], 125), Some(false), "a cycle twice");
        assert_eq!(said(&[(0, 1), (short, 31), (short, 93)], 125), Some(true), "a multiple of the period closes, too");
        assert_eq!(said(&[(0, 1), (long, 31), (long, 93)], 125), None, "a period that is too short");
        assert_eq!(said(&[(0, 1), (short, 30), (long, 94)], 125), None, "two lengths that are off, and add up");
    }

    /// Cycles of nearly the same length as those that meet the section miss it by bad luck: no subspace holds them, a shorter section meets them.
    #[test]
    fn bad_luck_is_mended_by_a_shorter_section() {
        // Irreducible, with 15 cycles of (2^24 - 1) / 15 states.
        let orders = (1u128 << 24..).filter(|&c| gf2::is_irreducible(c));
        for c in orders.filter(|&c| gf2::order(c) == Some(((1 << 24) - 1) / 15)).take(3) {
            let register = Register::from_characteristic(c).unwrap();
            let options =
                Options { kernel: Some(Kernel::Word(19)), workers: Workers::Exactly(1), ..Options::default() };
            let plan = Plan::new(&register, &options).unwrap();
            let control = std::sync::Arc::new(Control::default());
            let run = Run::new(&plan, Pool::global(), &control);
            let map = run.map().unwrap();
            assert_eq!(map.census.into_iter().collect::<Vec<_>>(), [(1, 1), (((1 << 24) - 1) / 15, 15)], "{c:#x}");
            assert!(map.residue > 1 << 20, "{c:#x}: nothing was missed");
            let leap = Leap::new(&plan.sequence.unwrap());
            let ladder = Ladder::new(&register, vec![AffineMap::step_of(&register); 26]);
            let hinted = in_likely_places(&run, &leap).unwrap().all_of(map.residue, &ladder).unwrap();
            assert!(hinted.is_none(), "{c:#x}");
            let found = in_a_shorter_section(&run, &leap).unwrap().unwrap().all_of(map.residue, &ladder).unwrap();
            assert_eq!(found.unwrap().states(), map.residue);
        }
    }

    /// The hints are worth having: they find the residue without a look at every state.
    #[test]
    fn the_residue_lies_where_algebra_expects_it() {
        for text in ["char:x^22+x^7+x^5+1", "char:x^20+x^6+x^3+1", "char:x^19+x^4+x+1"] {
            let register = parse(text).unwrap();
            let options = Options { kernel: Some(Kernel::Word(8)), workers: Workers::Exactly(1), ..Options::default() };
            let plan = Plan::new(&register, &options).unwrap();
            let control = std::sync::Arc::new(Control::default());
            let run = Run::new(&plan, Pool::global(), &control);
            let leap = Leap::new(&plan.sequence.unwrap());
            let found = in_likely_places(&run, &leap).unwrap().found;
            let map = run.map().unwrap();
            assert_eq!((map.residue, map.residue > 0), (found.states(), true), "{text}");
        }
    }
}
