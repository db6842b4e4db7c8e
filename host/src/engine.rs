//! The enumerating engines: a register in, a proven [`CycleMap`] out.

mod cosets;
mod first_return;
mod leaders;
mod table;
mod walk;

use std::sync::Arc;

use lfsr_core::{cyclic::CyclicPart, register::Register};

use crate::{
    control::Control,
    error::Error,
    map::CycleMap,
    plan::{Kernel, Options, Plan},
    sched::{Pool, RunStats},
};

/// Finds every cycle of `register`.
///
/// The answer does not depend on schedule, workers, batch size or backend. If `control` stops the run, what was found by then comes back,
/// marked partial.
///
/// # Errors
/// If the plan needs too much memory, a worker failed, or a check of the proof failed.
///
/// # Example
///
/// ```
/// use lfsr_core::notation::parse;
/// use lfsr_host::{control::Control, engine::enumerate, plan::Options, sched::Pool};
///
/// let nes = parse("x^15+x^9+1").unwrap();
/// let map = enumerate(&nes, &Options::default(), Pool::global(), &Control::default().into()).unwrap();
/// assert_eq!(map.census.into_iter().collect::<Vec<_>>(), [(1, 1), (31, 1), (93, 352)]);
/// ```
pub fn enumerate(
    register: &Register,
    options: &Options,
    pool: &Pool,
    control: &Arc<Control>,
) -> Result<CycleMap, Error> {
    control.restart();
    run(register, options, pool, control)
}

/// Does the start states of one shard, into the keeper of `options`, and joins nothing.
///
/// # Errors
/// As [`enumerate`]; also without a keeper, and for registers that have nothing to share out.
pub fn run_shard(
    register: &Register,
    options: &Options,
    pool: &Pool,
    control: &Arc<Control>,
) -> Result<RunStats, Error> {
    control.restart();
    let plan = Plan::new(register, options)?;
    let Some(keeper) = &options.keeper else { return Err(Error::NothingToShare) };
    let shard = keeper.head().shard.starts(plan.work.total);
    let part = CyclicPart::new(register);
    match (plan.kernel, part.sequence()) {
        (Kernel::Word(_) | Kernel::Block(_), Some(sequence)) => {
            first_return::run_arcs(&sequence, options, &plan, pool, control, shard).map(|(_, stats)| stats)
        }
        (Kernel::Leader, Some(_)) => {
            let found = leaders::find(register, options, &plan, pool, control, &part, shard)?;
            found.stats.ok_or(Error::NothingToShare)
        }
        _ => Err(Error::NothingToShare),
    }
}

/// [`enumerate`] without starting to count afresh: also for the parts of a larger register.
fn run(register: &Register, options: &Options, pool: &Pool, control: &Arc<Control>) -> Result<CycleMap, Error> {
    let plan = Plan::new(register, options)?;
    match plan.kernel {
        Kernel::Bitmap => walk::enumerate(register, options, &plan, control),
        Kernel::Word(_) | Kernel::Block(_) => first_return::enumerate(register, options, &plan, pool, control),
        Kernel::Leader => leaders::enumerate(register, options, &plan, pool, control),
        Kernel::Coset(divisor) => cosets::enumerate(register, divisor, options, &plan, pool, control),
    }
}

#[cfg(test)]
mod tests;
