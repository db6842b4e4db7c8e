//! The leader of a register's own cycle, from a cycle of its sequence; and the register that has no sequence.

use lfsr_core::register::{Form, Register};

use super::{found::Found, run::Run};
use crate::{
    analysis::{map::Cycle, plan::Plan},
    sched::{RunStats, WorkerStats, control::Control},
};

/// The leader of the cycle of the register whose sequence has `window` as its smallest window. Galois: steps once round the cycle.
pub(super) fn leader(plan: &Plan, window: u64, period: u64, control: &Control) -> u64 {
    let state = plan.part().state(window);
    match plan.register.form() {
        Form::Fibonacci => state,
        Form::Galois => smallest_state(&plan.register, state, period, control),
    }
}

/// The smallest state on the cycle of `state`, by single steps.
pub(super) fn smallest_state(register: &Register, state: u64, period: u64, control: &Control) -> u64 {
    let (mut smallest, mut now) = (state, state);
    for i in 1..period {
        now = register.step(now);
        smallest = smallest.min(now);
        if i % (1 << 24) == 0 && control.is_stopped() {
            break;
        }
    }
    smallest
}

/// A register that forgets everything: one fixed state.
pub(super) fn fixed_only(run: &Run<'_>) -> Found {
    let worker = WorkerStats { batches: 1, states: 1, ..WorkerStats::default() };
    let mut found = Found {
        stats: RunStats { workers: vec![worker], ..RunStats::default() },
        proof: vec!["c = x^n: every state reaches the fixed one within n steps".into()],
        ..Found::default()
    };
    found.add(1, 1);
    if run.plan.options.leaders {
        found.leaders.push(Cycle { leader: run.plan.part().fixed_state(), period: 1 });
    }
    found
}
