//! [`Unit`]: one shard of a job, its file, and how far it has come.

use std::{fs, io, path::PathBuf};

use super::job::Job;
use crate::analysis::checkpoint::{Checkpoint, Guard, Problem, ReadError, beside};

/// A unit that was begun so often, and came no further, is given up.
pub(crate) const ATTEMPTS: usize = 5;

/// One shard of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// From 1.
    pub number: u32,
    /// Its checkpoint.
    pub path: PathBuf,
}

/// How far a unit has come.
#[derive(Debug)]
#[non_exhaustive]
pub enum UnitState {
    /// Nobody has begun it.
    Waiting,
    /// A process is at it.
    Running,
    /// It was begun, and nobody is at it.
    Lost,
    /// It has every start state of its shard.
    Done {
        /// What it took in all sessions.
        elapsed: core::time::Duration,
        /// How many states its arcs have.
        states: u128,
    },
    /// It was begun so often without coming any further that it is left alone.
    GivenUp,
    /// Its file cannot be used.
    Damaged(ReadError),
}

impl Unit {
    /// What the file has; `None` without one.
    ///
    /// # Errors
    /// If it is no checkpoint of this unit.
    pub fn read(&self, job: &Job) -> Result<Option<Checkpoint>, ReadError> {
        let refused = |problem| ReadError { file: self.path.display().to_string(), problem };
        let checkpoint = match Checkpoint::read(&self.path) {
            Ok(checkpoint) => checkpoint,
            Err(ReadError { problem: Problem::Open(error), .. }) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let head = job.head(self);
        let (kept, expected) = (&checkpoint.head, &head);
        if (kept.register, kept.section_bits, kept.total, kept.shard)
            != (expected.register, expected.section_bits, expected.total, expected.shard)
        {
            return Err(refused(Problem::Contradiction(format!("not of unit {} of this job", self.number))));
        }
        Ok(Some(checkpoint))
    }

    /// How far it has come.
    #[must_use]
    pub fn state(&self, job: &Job) -> UnitState {
        match self.read(job) {
            Err(error) => UnitState::Damaged(error),
            Ok(Some(checkpoint)) if is_done(&checkpoint) => {
                UnitState::Done { elapsed: checkpoint.head.elapsed, states: checkpoint.done.states() }
            }
            Ok(_) if Guard::is_held(&self.path) => UnitState::Running,
            Ok(kept) if self.attempts() > 0 || kept.is_some() => {
                if self.is_given_up() {
                    UnitState::GivenUp
                } else {
                    UnitState::Lost
                }
            }
            Ok(_) => UnitState::Waiting,
        }
    }

    /// Whether it was begun so often without coming any further that it is left alone.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        self.attempts() >= ATTEMPTS
    }

    /// How often it was begun since it came any further.
    fn attempts(&self) -> usize {
        fs::read_to_string(self.notes()).map_or(0, |text| {
            let last = text.lines().last().map(str::to_owned);
            text.lines().rev().take_while(|line| Some(*line) == last.as_deref()).count()
        })
    }

    /// Notes that it is begun, with `starts` start states done.
    pub(super) fn begin(&self, starts: u64) -> io::Result<()> {
        let mut text = fs::read_to_string(self.notes()).unwrap_or_default();
        text.push_str(&format!("{starts}\n"));
        fs::write(self.notes(), text)
    }

    /// Takes back the last note: it was ended in good order, or is done.
    pub(super) fn ended(&self) {
        let text = fs::read_to_string(self.notes()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let kept = &lines[..lines.len().saturating_sub(1)];
        // A note too many costs one of five attempts.
        let _ = if kept.is_empty() {
            fs::remove_file(self.notes())
        } else {
            fs::write(self.notes(), kept.join("\n") + "\n")
        };
    }

    /// Begins anew after it was given up.
    pub fn forgive(&self) {
        // Without notes there is nothing to forgive.
        let _ = fs::remove_file(self.notes());
    }

    /// Puts a file that cannot be used aside, under a name of its own; where it is now.
    pub(super) fn set_aside(&self) -> io::Result<PathBuf> {
        let aside = (1..).map(|number| self.path.with_extension(format!("damaged-{number}")));
        let free = aside.take(1000).find(|path| !path.exists()).unwrap_or_else(|| self.path.with_extension("damaged"));
        fs::rename(&self.path, &free)?;
        Ok(free)
    }

    /// The file of attempts.
    fn notes(&self) -> PathBuf {
        beside(&self.path, "attempts")
    }
}

/// Whether every start state of its shard is done.
pub(super) fn is_done(checkpoint: &Checkpoint) -> bool {
    let head = &checkpoint.head;
    checkpoint.starts().missing(head.shard.starts(head.total)).is_empty()
}

#[cfg(test)]
mod tests {
    use super::{
        super::work::{Outcome, Worker},
        *,
    };
    use crate::{
        analysis::plan::{Options, Workers},
        sched::{Control, Pool},
    };
    use core::time::Duration;
    use std::{path::Path, sync::Arc};

    fn job(folder: &Path) -> Job {
        let register = lfsr_core::notation::parse("x^23+x^5+1").unwrap();
        Job::begin(folder, &register, 4, &Options { workers: Workers::Exactly(1), ..Options::default() }).unwrap()
    }

    fn work(job: &Job, unit: &Unit) -> Outcome {
        let options = Options { workers: Workers::Exactly(1), ..Options::default() };
        let (pool, control) = (Pool::new(), Arc::new(Control::default()));
        let worker = Worker { job, options, every: Duration::from_secs(60), pool, control };
        worker.unit(unit, |_| ()).unwrap()
    }

    #[test]
    fn a_unit_that_comes_no_further_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let job = job(folder.path());
        let unit = job.unit(2);
        assert!(matches!(unit.state(&job), UnitState::Waiting));
        for attempt in 1..=ATTEMPTS {
            // One that came further in between begins anew.
            if attempt == 3 {
                unit.begin(7).unwrap();
                unit.ended();
            }
            unit.begin(0).unwrap();
            assert_eq!(unit.is_given_up(), attempt == ATTEMPTS, "{attempt}");
        }
        assert!(matches!(unit.state(&job), UnitState::GivenUp));
        assert!(matches!(work(&job, &unit), Outcome::GivenUp));
        unit.begin(1).unwrap();
        assert!(!unit.is_given_up() && matches!(unit.state(&job), UnitState::Lost));
        unit.forgive();
        assert!(matches!(work(&job, &unit), Outcome::Done));
        assert!(matches!(unit.state(&job), UnitState::Done { .. }));
        assert_eq!(unit.attempts(), 0);
    }

    #[test]
    fn files_of_other_units_and_damaged_ones_are_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let job = job(folder.path());
        let (first, second) = (job.unit(1), job.unit(2));
        assert!(matches!(work(&job, &first), Outcome::Done));
        fs::copy(&first.path, &second.path).unwrap();
        let UnitState::Damaged(error) = second.state(&job) else { panic!("a copy of another unit") };
        assert!(error.to_string().contains("not of unit 2 of this job"), "{error}");
        assert!(matches!(work(&job, &second), Outcome::Done));
        assert!(matches!(second.state(&job), UnitState::Done { .. }));
        assert!(folder.path().join("unit-2.damaged-1").exists());
    }

    #[test]
    fn two_do_not_work_on_one() {
        let folder = tempfile::tempdir().unwrap();
        let job = job(folder.path());
        let unit = job.unit(3);
        let guard = Guard::new(&unit.path).unwrap();
        assert!(matches!(unit.state(&job), UnitState::Running));
        assert!(matches!(work(&job, &unit), Outcome::Taken));
        drop(guard);
        assert!(matches!(work(&job, &unit), Outcome::Done));
    }
}
