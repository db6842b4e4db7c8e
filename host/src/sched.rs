//! Who runs which start states, when: one worker loop, and one question to the schedule, "what is my next batch".
//!
//! Nothing here knows of registers: a job takes a range of start states and returns how many states it covered.

pub mod clock;
pub mod control;
mod cursor;
mod dynamic;
mod fixed;
mod hybrid;
mod pool;
mod rayon;
pub mod simulation;
mod stealing;
mod trace;

use core::{
    ops::{ControlFlow, Range},
    sync::atomic,
    time::Duration,
};
use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

pub use control::Control;
pub use pool::{Pool, PoolError};
pub use trace::Span;

/// Writes the table of schedules: for each its name, what it is, and who hands out its batches.
macro_rules! schedules {
    ($($kind:ident, $name:literal, $help:literal, $distributor:expr;)+) => {
        /// How the work is shared out.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Schedule {
            $(#[doc = $help] $kind,)+
        }

        impl Schedule {
            /// Every schedule.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$kind),+];

            /// The name used on the command line and in reports.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }

            /// What it is, in a line.
            #[must_use]
            pub const fn help(self) -> &'static str {
                match self {
                    $(Self::$kind => $help,)+
                }
            }

            /// Who hands out that work; `None` if no distributor of ours does.
            fn distributor(self, work: Work) -> Option<Arc<dyn Distributor>> {
                let of: fn(Work) -> Option<Arc<dyn Distributor>> = match self {
                    $(Self::$kind => $distributor,)+
                };
                of(work)
            }
        }
    };
}

// A schedule is a `Distributor` in a file of its own, and a line here.
schedules! {
    Sequential, "sequential", "One worker", |_| None;
    Static, "static", "Equal contiguous shares, no communication", |work| Some(Arc::new(fixed::Fixed::new(work)));
    Dynamic, "dynamic", "One shared queue", |work| Some(Arc::new(dynamic::Dynamic::new(work)));
    Stealing, "stealing", "A deque for each worker; idle ones take from random others",
        |work| Some(Arc::new(stealing::Stealing::new(work)));
    Hybrid, "hybrid", "A static share first, then the tails of the others",
        |work| Some(Arc::new(hybrid::Hybrid::new(work)));
    Rayon, "rayon", "The same batches through rayon", |_| None;
}

impl Schedule {
    /// Those whose batches a distributor of ours hands out: they can be simulated.
    pub fn distributing() -> impl Iterator<Item = Self> {
        let nothing = |schedule| Work { total: 0, batch: 1, workers: 1, schedule, traced: false };
        Self::ALL.into_iter().filter(move |&schedule| schedule.distributor(nothing(schedule)).is_some())
    }

    /// The schedule of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|schedule| schedule.name() == name)
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What to share out, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// How many start states there are; a job is given parts of `0..total`.
    pub total: u64,
    /// Start states in one batch.
    pub batch: u64,
    /// How many workers, at least 1.
    pub workers: usize,
    /// Who gets which.
    pub schedule: Schedule,
    /// Whether each batch is recorded, with its worker and time (not by `rayon`).
    pub traced: bool,
}

impl Work {
    /// The largest number of batches: packed ranges hold two 32-bit numbers.
    const MAX_BATCHES: u64 = u32::MAX as u64;

    /// A batch size for which each worker gets about 64 batches: small enough for the tails, large against the cost of a pull.
    #[must_use]
    pub const fn automatic_batch(total: u64, workers: usize) -> u64 {
        let batch = total / (workers as u64 * 64);
        if batch == 0 { 1 } else { batch }
    }

    /// The same with at least one worker and a batch size that keeps the number of batches in range.
    fn checked(self) -> Self {
        let least = self.total.div_ceil(Self::MAX_BATCHES).max(1);
        let workers = if self.schedule == Schedule::Sequential { 1 } else { self.workers.max(1) };
        Self { batch: self.batch.clamp(least, self.total.max(least)), workers, ..self }
    }

    fn batches(&self) -> u64 {
        self.total.div_ceil(self.batch)
    }

    fn starts(&self, batches: Range<u64>) -> Range<u64> {
        batches.start * self.batch..(batches.end.saturating_mul(self.batch)).min(self.total)
    }

    /// The batches of worker `w` if all get equal contiguous shares.
    fn share(&self, worker: usize) -> Range<u64> {
        let cut = |w: usize| (u128::from(self.batches()) * w as u128 / self.workers as u128) as u64;
        cut(worker)..cut(worker + 1)
    }
}

/// Hands out every batch exactly once.
trait Distributor: Send + Sync {
    /// The source of one worker; called once for each.
    fn source(&self, worker: usize) -> Box<dyn Batches + '_>;
}

/// Where one worker's batches come from.
trait Batches {
    /// The next batch, or `None` when this worker is done. `lines` is told of each word in shared memory that was used on the way.
    fn next(&mut self, lines: &mut dyn Lines) -> Option<Batch>;
}

/// What watches the words of shared memory that workers take turns at: nobody in a run, a model of their cost in a simulation.
trait Lines {
    /// The worker reads and writes this word; every distributor numbers its own.
    fn used(&mut self, line: usize);
}

impl Lines for () {
    fn used(&mut self, _: usize) {}
}

/// A batch, or several taken at one pull: numbers of batches.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Batch {
    batches: Range<u64>,
    stolen: bool,
}

/// What one worker did.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct WorkerStats {
    /// Pulls that brought work.
    pub batches: u64,
    /// Pulls that took it from another worker.
    pub steals: u64,
    /// States covered.
    pub states: u64,
    /// Time spent in jobs.
    pub busy: Duration,
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunStats {
    /// One entry a worker.
    pub workers: Vec<WorkerStats>,
    /// From the start of the run to the end of its last worker, and what one worker did alone before and after.
    pub wall: Duration,
    /// Whether the job asked to stop before everything was done.
    pub stopped: bool,
    /// How many parallel phases there were.
    pub phases: u32,
    /// Every batch, if the work was traced; no more than 2^20 of a worker.
    pub spans: Vec<Span>,
}

impl RunStats {
    /// States covered by all workers.
    #[must_use]
    pub fn states(&self) -> u128 {
        self.workers.iter().map(|w| u128::from(w.states)).sum()
    }

    /// (max - mean) / mean of the states of the workers; 0 if there are none.
    #[must_use]
    pub fn imbalance_states(&self) -> f64 {
        imbalance(self.workers.iter().map(|w| w.states as f64))
    }

    /// (max - mean) / mean of the busy times of the workers; 0 if they are all 0.
    #[must_use]
    pub fn imbalance_busy(&self) -> f64 {
        imbalance(self.workers.iter().map(|w| w.busy.as_secs_f64()))
    }

    /// 1 - busy / (workers x wall): the part of the workers' time not spent in jobs.
    #[must_use]
    pub fn scheduling_cost(&self) -> f64 {
        let busy: f64 = self.workers.iter().map(|w| w.busy.as_secs_f64()).sum();
        let all = self.workers.len() as f64 * self.wall.as_secs_f64();
        if all > 0.0 { (1.0 - busy / all).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// Adds time that the first worker was busy while the others waited.
    pub fn add_alone(&mut self, time: Duration) {
        if let Some(first) = self.workers.first_mut() {
            first.busy += time;
        }
        self.wall += time;
    }

    /// Adds a later run of the same workers.
    pub fn add(&mut self, later: &Self) {
        if self.workers.len() < later.workers.len() {
            self.workers.resize(later.workers.len(), WorkerStats::default());
        }
        for (sum, more) in self.workers.iter_mut().zip(&later.workers) {
            sum.batches += more.batches;
            sum.steals += more.steals;
            sum.states += more.states;
            sum.busy += more.busy;
        }
        let (phases, wall) = (self.phases, self.wall);
        self.spans.extend(later.spans.iter().map(|span| span.after(phases, wall)));
        self.phases += later.phases;
        self.wall += later.wall;
        self.stopped |= later.stopped;
    }
}

fn imbalance(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let count = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / count;
    let max = values.fold(0.0, f64::max);
    if mean > 0.0 { (max - mean) / mean } else { 0.0 }
}

/// A job: (worker, start states) -> states covered, or a break to stop the whole run.
pub type Job = dyn Fn(usize, Range<u64>) -> ControlFlow<(), u64> + Send + Sync;

/// Runs `job` on every start state of `work`, once each, and waits for the end.
///
/// After a job asked to stop, no worker pulls again.
///
/// # Errors
/// If a worker panicked or threads could not be made; the other workers are waited for first.
pub fn run(pool: &Pool, work: Work, job: Arc<Job>) -> Result<RunStats, PoolError> {
    let work = work.checked();
    match work.schedule.distributor(work) {
        Some(distributor) => distribute(pool, work, distributor, job),
        None if work.schedule == Schedule::Rayon => rayon::run(pool, work, job),
        None => Ok(sequential(&work, &*job)),
    }
}

/// One worker, this thread, without a pool.
fn sequential(work: &Work, job: &Job) -> RunStats {
    let start = Instant::now();
    let stop = pool::Stop::default();
    let fixed = fixed::Fixed::new(*work);
    let (stats, spans) = worker_loop(0, work, fixed.source(0), &stop, job, start);
    RunStats { workers: vec![stats], wall: start.elapsed(), stopped: stop.is_set(), phases: 1, spans }
}

fn distribute(
    pool: &Pool,
    work: Work,
    distributor: Arc<dyn Distributor>,
    job: Arc<Job>,
) -> Result<RunStats, PoolError> {
    let start = Instant::now();
    let stats = Arc::new(Mutex::new((vec![WorkerStats::default(); work.workers], Vec::new())));
    let stop = Arc::new(pool::Stop::default());
    let (all, stopping) = (Arc::clone(&stats), Arc::clone(&stop));
    pool.run(
        work.workers,
        Arc::new(move |worker| {
            // A job that panics ends its worker; the others must not wait for batches that it held.
            let _guard = stopping.on_panic();
            let (own, mut spans) = worker_loop(worker, &work, distributor.source(worker), &stopping, &*job, start);
            let mut all = lock(&all);
            all.0[worker] = own;
            all.1.append(&mut spans);
        }),
    )?;
    let (workers, spans) = core::mem::take(&mut *lock(&stats));
    Ok(RunStats { workers, wall: start.elapsed(), stopped: stop.is_set(), phases: 1, spans })
}

/// The worker loop of every schedule but rayon's; `start` is when the run began.
fn worker_loop(
    worker: usize,
    work: &Work,
    mut source: Box<dyn Batches + '_>,
    stop: &pool::Stop,
    job: &Job,
    start: Instant,
) -> (WorkerStats, Vec<Span>) {
    let (mut stats, mut spans) = (WorkerStats::default(), Vec::new());
    while !stop.is_set()
        && let Some(Batch { batches, stolen }) = source.next(&mut ())
    {
        stats.batches += 1;
        stats.steals += u64::from(stolen);
        let (starts, begun) = (work.starts(batches), Instant::now());
        match job(worker, starts.clone()) {
            ControlFlow::Continue(states) => stats.states += states,
            ControlFlow::Break(()) => stop.set(),
        }
        let took = begun.elapsed();
        stats.busy += took;
        if work.traced && spans.len() < trace::MOST {
            spans.push(Span { phase: 0, worker, starts, begun: begun - start, took, stolen });
        }
    }
    (stats, spans)
}

/// For what no panic leaves half done.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
