//! [`Worker`]: does what is left of a unit.

use core::time::Duration;
use std::{io, path::PathBuf, sync::Arc};

use super::{
    job::Job,
    unit::{Unit, is_done},
};
use crate::{
    analysis::{
        Run,
        checkpoint::{Checkpoint, Guard, GuardError, Keeper},
        error::Error,
        plan::{Options, Plan},
    },
    sched::{Control, Pool},
    terminal::output::WriteError,
};

/// How often, and how long apart, a unit is asked for whose lock is held: whoever looks at the state of a unit holds it for a moment.
const TRIES: (u32, Duration) = (5, Duration::from_millis(50));

/// What became of a unit.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// It is done.
    Done,
    /// Another process is at it.
    Taken,
    /// It was begun so often without coming any further that it is left alone.
    GivenUp,
    /// The run is to stop; what was done is kept.
    Stopped,
}

/// Why a unit was not done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkError {
    /// Its file cannot be locked.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// Its file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A file that cannot be used cannot be put aside.
    #[error("{}: cannot be put aside: {source}", path.display())]
    Aside {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The enumeration failed.
    #[error(transparent)]
    Enumeration(#[from] Error),
    /// There can be no thread that writes.
    #[error("cannot start a thread: {0}")]
    Thread(io::Error),
}

/// Who does units of a job.
#[derive(Debug)]
pub struct Worker<'a> {
    /// Of which job.
    pub job: &'a Job,
    /// How an enumeration runs.
    pub options: Options,
    /// How often a unit's file is written.
    pub every: Duration,
    /// The threads.
    pub pool: Pool,
    /// Counts progress, and stops.
    pub control: Arc<Control>,
}

impl Worker<'_> {
    /// Does what is left of `unit`, writing it down every so often. `told` hears of what is amiss and can be gone on from.
    ///
    /// # Errors
    /// If it could not be done; what was done is kept.
    pub fn unit(&self, unit: &Unit, told: impl Fn(String) + Clone + Send + 'static) -> Result<Outcome, WorkError> {
        // A unit that is done takes no lock.
        if unit.read(self.job).is_ok_and(|kept| kept.is_some_and(|kept| is_done(&kept))) {
            return Ok(Outcome::Done);
        }
        let Some(_guard) = guard(unit)? else { return Ok(Outcome::Taken) };
        let checkpoint = match unit.read(self.job) {
            Ok(kept) => kept.unwrap_or_else(|| Checkpoint::new(self.job.head(unit))),
            Err(error) => {
                told(set_aside(unit, &error)?);
                Checkpoint::new(self.job.head(unit))
            }
        };
        if is_done(&checkpoint) {
            return Ok(Outcome::Done);
        }
        if unit.is_given_up() {
            return Ok(Outcome::GivenUp);
        }
        let noted = unit.begin(checkpoint.starts().iter().map(|starts| starts.end - starts.start).sum());
        if let Err(error) = noted {
            told(format!("{}: cannot note the attempt: {error}", unit.path.display()));
        }
        let plan = Plan::resume(&checkpoint.head, &Options { kept: true, ..self.options.clone() })?;
        let (shard, done) = (checkpoint.head.shard, checkpoint.done.clone());
        let keeper = Arc::new(Keeper::new(&unit.path, checkpoint));
        // A place that cannot be written to is better known now than in an hour.
        keeper.write()?;
        let tell = told.clone();
        let writing = keeper.write_every(self.every, move |error| tell(format!("{error}; going on without")));
        let writing = writing.map_err(WorkError::Thread)?;
        let result = Run::new(&plan, &self.pool, &self.control).after(&done).kept_by(&keeper).shard(shard);
        drop(writing);
        if let Err(error) = result {
            // What the file has was wrong, or what was computed: neither is to be gone on from.
            if matches!(error, Error::Proof(_)) {
                told(set_aside(unit, &error)?);
            }
            return Err(error.into());
        }
        keeper.write()?;
        unit.ended();
        Ok(if self.control.is_stopped() { Outcome::Stopped } else { Outcome::Done })
    }
}

/// The right to work on it; `None` if another process has it.
fn guard(unit: &Unit) -> Result<Option<Guard>, GuardError> {
    for _ in 0..TRIES.0 {
        match Guard::new(&unit.path) {
            Err(GuardError::InUse(_)) => std::thread::sleep(TRIES.1),
            other => return other.map(Some),
        }
    }
    Ok(None)
}

fn set_aside(unit: &Unit, error: &dyn core::fmt::Display) -> Result<String, WorkError> {
    let path = unit.path.clone();
    let aside = unit.set_aside().map_err(|source| WorkError::Aside { path, source })?;
    Ok(format!("{error}; put aside as {}, the unit begins anew", aside.display()))
}
