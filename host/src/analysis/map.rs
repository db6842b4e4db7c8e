//! [`CycleMap`]: the cycles of a register, and how they were found.

use lfsr_core::register::Register;

pub use super::census::Cycle;
use super::{census::Census, plan::Plan};
use crate::sched::RunStats;

/// The cycles of a register's state space.
#[derive(Debug, Clone, PartialEq)]
pub struct CycleMap {
    /// Of which register, and how it was run.
    pub plan: Plan,
    /// period -> number of cycles.
    pub census: Census,
    /// Every cycle, by leader, if they were asked for.
    pub leaders: Option<Vec<Cycle>>,
    /// States on cycles found.
    pub covered: u128,
    /// States visited: of a run that was stopped also those on arcs that are not joined to a whole cycle.
    pub visited: u128,
    /// Whether the run was stopped before the end.
    pub partial: bool,
    /// What the workers did.
    pub stats: RunStats,
    /// Start states in one batch.
    pub batch: u64,
    /// States found outside the section.
    pub residue: u128,
    /// The checks that were passed, one line each; of a partial run those that hold for what was done.
    pub proof: Vec<String>,
}

impl CycleMap {
    /// Of which register.
    #[must_use]
    pub fn register(&self) -> &Register {
        &self.plan.register
    }

    /// Whether every cyclic state is accounted for.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.covered == self.register().cyclic_state_count()
    }

    /// The number of cycles found.
    #[must_use]
    pub fn cycle_count(&self) -> u64 {
        self.census.values().sum()
    }

    /// The longest period found; 0 if nothing was.
    #[must_use]
    pub fn max_period(&self) -> u64 {
        self.census.last_key_value().map_or(0, |(&period, _)| period)
    }

    /// Whether one cycle holds all states but the lock-up state: 2^n - 1 (degree 1: the two fixed states do not count).
    #[must_use]
    pub fn is_maximal_length(&self) -> bool {
        let all = self.register().state_count() - 1;
        self.is_complete() && !self.register().is_singular() && u128::from(self.max_period()) == all
    }
}
