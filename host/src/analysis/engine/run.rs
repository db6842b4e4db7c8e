//! [`Run`]: what an engine is given.

use std::sync::Arc;

use lfsr_core::register::Register;

use crate::{
    analysis::{
        checkpoint::{Done, Keeper},
        error::Error,
        map::CycleMap,
        plan::{Options, Plan},
    },
    sched::{Pool, control::Control},
};

/// One enumeration: the plan, who works, and what earlier sessions have done.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// What is to be done.
    pub(super) plan: &'a Plan,
    /// Who does it.
    pub(super) pool: &'a Pool,
    /// Counts progress, and stops.
    pub(super) control: &'a Arc<Control>,
    /// The work of earlier sessions.
    pub(super) done: &'a Done,
    /// Keeps the work of this session.
    pub(super) keeper: Option<&'a Arc<Keeper>>,
    /// Finds the cycles of a smaller register, as every engine may need.
    pub(super) enumerate: fn(&Run<'_>) -> Result<CycleMap, Error>,
}

/// No work of earlier sessions.
pub(super) static NOTHING: Done = Done::new();

impl Run<'_> {
    /// All cycles of a smaller register with their leaders, under the same options.
    pub(super) fn smaller(&self, register: &Register) -> Result<CycleMap, Error> {
        let options = Options { leaders: true, kernel: None, kept: false, ..self.plan.options.clone() };
        self.other(&Plan::new(register, &options)?)
    }

    /// Runs another plan in the course of this one; what it does is not kept.
    pub(super) fn other(&self, plan: &Plan) -> Result<CycleMap, Error> {
        (self.enumerate)(&Run { plan, done: &NOTHING, keeper: None, ..*self })
    }
}
