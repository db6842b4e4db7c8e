//! The enumerating engines: a [`Plan`] in, a proven [`CycleMap`] out.
//!
//! Each engine returns what it found; `found::finish` counts the states and decides whether that is everything.

mod closing;
mod cosets;
mod first_return;
mod found;
mod leader;
mod leaders;
mod listing;
mod residue;
mod run;
mod table;
mod walk;

use std::{
    io,
    sync::{Arc, mpsc::sync_channel},
};

use lfsr_core::register::Register;

pub use run::Run;

use crate::{
    analysis::{
        checkpoint::{Done, Keeper, Shard},
        error::Error,
        map::{Cycle, CycleMap},
        plan::{Kernel, Options, Plan},
    },
    sched::{Pool, RunStats, control::Control},
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
/// use lfsr_host::{analysis::{Options, enumerate}, sched::{Control, Pool}};
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
    Run::new(&Plan::new(register, options)?, pool, control).map()
}

impl<'a> Run<'a> {
    /// The enumeration of that plan, from the beginning.
    #[must_use]
    pub fn new(plan: &'a Plan, pool: &'a Pool, control: &'a Arc<Control>) -> Self {
        Self { plan, pool, control, done: &run::NOTHING, keeper: None, enumerate: run_engine }
    }

    /// Goes on from the work of earlier sessions.
    #[must_use]
    pub fn after(self, done: &'a Done) -> Self {
        Self { done, ..self }
    }

    /// Keeps the work, so that another session can go on.
    #[must_use]
    pub fn kept_by(self, keeper: &'a Arc<Keeper>) -> Self {
        Self { keeper: Some(keeper), ..self }
    }

    /// Finds every cycle.
    ///
    /// # Errors
    /// As [`enumerate`].
    pub fn map(&self) -> Result<CycleMap, Error> {
        self.control.restart();
        run_engine(self)
    }

    /// Calls `each` for every cycle, leaders of Fibonacci registers without XNOR in ascending order, and keeps none: for lists that do not fit into memory.
    /// Takes as long as the leader kernel does, one to two nanoseconds for each state.
    ///
    /// # Errors
    /// Those of `each`, which end the run; those of [`enumerate`], as I/O errors.
    pub fn for_each_leader(&self, each: &mut dyn FnMut(Cycle) -> io::Result<()>) -> io::Result<CycleMap> {
        let Some(sequence) = &self.plan.sequence else {
            return Err(io::Error::other("a register that forgets everything has one cycle"));
        };
        self.control.restart();
        let (to, from) = sync_channel(LISTS_UNDER_WAY);
        std::thread::scope(|scope| {
            let finding =
                scope.spawn(|| leaders::pass(self, sequence, to).and_then(|found| found::finish(self, found)));
            // When the list of a failed write is dropped, so is the receiver, which ends the run.
            let written = from.into_iter().flatten().try_for_each(each);
            let map =
                finding.join().map_err(|_| io::Error::other("internal error, please report: a worker panicked"))?;
            written.and_then(|()| map.map_err(io::Error::other))
        })
    }

    /// Does the start states of one shard, and joins nothing.
    ///
    /// # Errors
    /// As [`enumerate`]; also for registers that have nothing to share out.
    pub fn shard(&self, shard: Shard) -> Result<RunStats, Error> {
        self.control.restart();
        let starts = shard.starts(self.plan.work.total);
        match (self.plan.kernel, self.plan.sequence) {
            (Kernel::Word(_) | Kernel::Block(_), Some(sequence)) => {
                first_return::run_arcs(self, &sequence, starts).map(|(_, stats)| stats)
            }
            (Kernel::Leader, Some(sequence)) => leaders::find(self, &sequence, starts).map(|found| found.stats),
            _ => Err(Error::NothingToShare),
        }
    }
}

/// Lists of leaders between the workers and whoever writes them.
const LISTS_UNDER_WAY: usize = 4;

/// States that the planned kernel visits in a second on one core of this machine, measured for a moment; `None` for kernels whose starts differ
/// too much in cost.
#[must_use]
pub fn rate(plan: &Plan) -> Option<f64> {
    match (plan.kernel, &plan.sequence) {
        (Kernel::Word(_) | Kernel::Block(_), Some(sequence)) => first_return::rate(plan, sequence),
        _ => None,
    }
}

/// Runs the engine of the planned kernel. Counting does not start afresh: this is also for the parts of a larger register.
fn run_engine(run: &Run<'_>) -> Result<CycleMap, Error> {
    let found = match (run.plan.kernel, &run.plan.sequence) {
        (Kernel::Bitmap, _) => walk::find(run)?,
        (_, None) => leader::fixed_only(run),
        (Kernel::Word(_) | Kernel::Block(_), Some(sequence)) => first_return::find(run, sequence)?,
        (Kernel::Leader, Some(sequence)) => leaders::find(run, sequence, 0..run.plan.work.total)?,
        (Kernel::Coset(divisor), Some(sequence)) => cosets::find(run, sequence, divisor)?,
    };
    found::finish(run, found)
}

#[cfg(test)]
mod tests;
