//! [`Found`]: what an engine found; [`finish`]: the one place where it is counted and becomes a [`CycleMap`].

use super::run::Run;
use crate::{
    analysis::{
        census::{Census, add_all, add_cycles, states},
        error::Error,
        map::{Cycle, CycleMap},
        plan::{LISTED_BYTES, Plan},
    },
    sched::RunStats,
};

/// Cycles found, and what was checked on the way.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// period -> number of cycles.
    pub(super) census: Census,
    /// Of the register, not the sequence; empty unless asked for.
    pub(super) leaders: Vec<Cycle>,
    /// States of these cycles that were found outside the section.
    pub(super) residue: u128,
    /// States visited on the way, if they are more than those of the cycles.
    pub(super) visited: u128,
    /// What the workers did.
    pub(super) stats: RunStats,
    /// Start states in one batch, if other than planned.
    pub(super) batch: Option<u64>,
    /// The checks that what is here has passed, one line each.
    pub(super) proof: Vec<String>,
}

impl Found {
    /// States on these cycles.
    pub(super) fn states(&self) -> u128 {
        states(&self.census)
    }

    /// Counts cycles of one period.
    pub(super) fn add(&mut self, period: u64, count: u64) {
        add_cycles(&mut self.census, period, count);
    }

    /// A list with room for all leaders of the register, so that it never grows; none if they were not asked for.
    pub(super) fn room(plan: &Plan) -> Result<Vec<Cycle>, Error> {
        let mut leaders = Vec::new();
        let count = usize::try_from(plan.listed).unwrap_or(usize::MAX);
        let refused = |_| Error::Allocation { bytes: plan.listed.saturating_mul(LISTED_BYTES) };
        leaders.try_reserve_exact(count).map_err(refused)?;
        Ok(leaders)
    }

    /// Takes over the leaders of another list, without a copy of the longer one.
    pub(super) fn add_leaders(&mut self, mut other: Vec<Cycle>) {
        if other.capacity() > self.leaders.capacity() {
            core::mem::swap(&mut self.leaders, &mut other);
        }
        self.leaders.append(&mut other);
    }

    /// Takes over the cycles of `other`.
    pub(super) fn add_all(&mut self, other: &Census) {
        add_all(&mut self.census, other);
    }
}

/// Counts the states of all cycles: if the run was not stopped they must be all cyclic states, whatever engine found them.
pub(super) fn finish(run: &Run<'_>, found: Found) -> Result<CycleMap, Error> {
    let plan = run.plan;
    let (covered, all) = (found.states(), plan.register.cyclic_state_count());
    let partial = found.stats.stopped;
    let mut proof = found.proof;
    if covered == all {
        proof.push(format!("the periods sum to all {covered} cyclic states"));
    } else if !partial {
        return Err(Error::Proof(format!("{covered} of {all} cyclic states found")));
    }
    let mut leaders = found.leaders;
    leaders.sort_unstable();
    Ok(CycleMap {
        plan: plan.clone(),
        census: found.census,
        leaders: plan.options.leaders.then_some(leaders),
        covered,
        visited: found.visited.max(covered),
        partial,
        stats: found.stats,
        batch: found.batch.unwrap_or(plan.work.batch),
        residue: found.residue,
        proof,
    })
}
