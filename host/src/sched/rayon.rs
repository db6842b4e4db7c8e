//! `rayon`: the same batches through rayon's own scheduler, independent of ours.

use core::ops::ControlFlow;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use ::rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::{
    Job, Pool, PoolError, RunStats, Work, WorkerStats,
    pool::{Stop, panic_message},
};

pub(super) fn run(pool: &Pool, work: Work, job: Arc<Job>) -> Result<RunStats, PoolError> {
    let start = Instant::now();
    let threads = pool.rayon(work.workers)?;
    let stats: Vec<_> = (0..work.workers).map(|_| Mutex::new(WorkerStats::default())).collect();
    let stop = Stop::default();
    let one = |batch: u64| {
        if stop.is_set() {
            return Err(());
        }
        let worker = ::rayon::current_thread_index().unwrap_or(0);
        let begun = Instant::now();
        let result = job(worker, work.starts(batch..batch + 1));
        // One thread a slot: never contended.
        let mut own = stats[worker].lock().unwrap_or_else(PoisonError::into_inner);
        own.batches += 1;
        own.busy += begun.elapsed();
        match result {
            ControlFlow::Continue(states) => own.states += states,
            ControlFlow::Break(()) => stop.set(),
        }
        Ok(())
    };
    // The error only says that the run was stopped, which `stop` tells too.
    let all = || threads.install(|| (0..work.batches()).into_par_iter().try_for_each(one).is_ok());
    let _finished: bool = catch_unwind(AssertUnwindSafe(all))
        .map_err(|panic| PoolError::Panicked { worker: 0, message: panic_message(&*panic) })?;
    let workers = stats.into_iter().map(|own| own.into_inner().unwrap_or_else(PoisonError::into_inner)).collect();
    Ok(RunStats { workers, wall: start.elapsed(), stopped: stop.is_set(), phases: 1, spans: Vec::new() })
}
