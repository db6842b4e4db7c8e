//! `lfsr cluster work`.

use core::time::Duration;
use std::{env, path::PathBuf};

use clap::Args;

use crate::{
    analysis::{
        Error,
        cluster::{Job, Outcome, WorkError, Worker},
    },
    cmd::{
        failure::{Failure, complain},
        interrupt,
        options::{Global, RunOptions, parse_seconds},
        status::Status,
    },
    sched::Pool,
};

/// Does units of the job of a folder; what the scripts of the other commands call.
///
/// Without --first and --step: all units, beginning with those of this rank if an MPI or Slurm says which that is; then whatever nobody is at.
/// Exit status 3 if a unit could not be done: run it again, and it goes on from its file.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  lfsr cluster work run48\n  lfsr cluster work run48 --first 7 --step 64")]
pub(in crate::cmd) struct Work {
    /// The folder of the job.
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// The first unit, from 1.
    #[arg(long, value_name = "UNIT", requires = "step", value_parser = clap::value_parser!(u32).range(1..))]
    first: Option<u32>,
    /// Then every so many-th, to the last.
    #[arg(long, value_name = "N", requires = "first", value_parser = clap::value_parser!(u32).range(1..))]
    step: Option<u32>,
    /// Also units that were begun five times without coming any further.
    #[arg(long)]
    again: bool,
    /// Seconds between two writes of a unit's file.
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = parse_seconds)]
    checkpoint_every: Duration,
    #[command(flatten)]
    run: RunOptions,
}

impl Work {
    /// Does the units.
    ///
    /// # Errors
    /// If the folder has no job.
    pub(super) fn run(self, global: &Global) -> Result<Status, Failure> {
        let job = Job::open(&self.folder)?;
        let control = interrupt::control();
        let worker = Worker {
            job: &job,
            options: self.run.options(false),
            every: self.checkpoint_every,
            pool: Pool::new(),
            control,
        };
        let numbers: Vec<u32> = match (self.first, self.step) {
            (Some(first), Some(step)) => (first..=job.units).step_by(step as usize).collect(),
            _ => by_rank(job.units, rank(|name| env::var(name).ok())),
        };
        if let Some(first) = self.first.filter(|&first| first > job.units) {
            return Err(Failure::bad_input(format!("--first {first}: the job has {} units", job.units)));
        }
        let only_own = self.first.is_some();
        let (mut status, mut done) = (Status::Done, 0u32);
        for number in numbers {
            let unit = job.unit(number);
            if self.again {
                unit.forgive();
            }
            match worker.unit(&unit, |message| complain(&message)) {
                Ok(Outcome::Done) => done += 1,
                // Others do it, unless it was meant for nobody else.
                Ok(Outcome::Taken) if !only_own => {}
                Ok(Outcome::Taken) => {
                    complain(&format!("unit {number}: another process is at it"));
                    status = Status::Failed;
                }
                Ok(Outcome::GivenUp) => {
                    complain(&format!(
                        "unit {number}: begun five times without coming any further; --again tries once more"
                    ));
                    status = Status::Failed;
                }
                Ok(Outcome::Stopped) => {
                    complain(&format!("unit {number}: interrupted; what is done is kept"));
                    return Ok(Status::Interrupted);
                }
                Err(error) => {
                    complain(&format!("unit {number}: {error}"));
                    // Another unit may do better; a table that does not fit will not fit for the next one.
                    if matches!(error, WorkError::Enumeration(Error::Memory { .. })) {
                        return Ok(Status::Failed);
                    }
                    status = Status::Failed;
                }
            }
        }
        if !global.quiet {
            complain(&format!("units done: {done}"));
        }
        Ok(status)
    }
}

/// Which of how many processes this is, as the engine that started it says: Open MPI, MPICH and its kin, Slurm.
fn rank(variable: impl Fn(&str) -> Option<String>) -> (u32, u32) {
    let number = |name: &str| variable(name).and_then(|text| text.parse::<u32>().ok());
    [
        ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
        ("PMI_RANK", "PMI_SIZE"),
        ("MV2_COMM_WORLD_RANK", "MV2_COMM_WORLD_SIZE"),
        ("SLURM_PROCID", "SLURM_NTASKS"),
    ]
    .into_iter()
    .find_map(|(rank, size)| Some((number(rank)?, number(size)?)).filter(|(rank, size)| rank < size))
    .unwrap_or((0, 1))
}

/// All units: those of this rank first, then those of the next, and so on.
fn by_rank(units: u32, (rank, size): (u32, u32)) -> Vec<u32> {
    (0..size).flat_map(|next| ((rank + next) % size + 1..=units).step_by(size as usize)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rank_begins_with_its_own_and_leaves_nothing_out() {
        assert_eq!(by_rank(5, (0, 1)), [1, 2, 3, 4, 5]);
        assert_eq!(by_rank(7, (1, 3)), [2, 5, 3, 6, 1, 4, 7]);
        for size in 1..9 {
            for rank in 0..size {
                let mut all = by_rank(6, (rank, size));
                all.sort_unstable();
                assert_eq!(all, [1, 2, 3, 4, 5, 6], "{rank} of {size}");
            }
        }
    }

    #[test]
    fn ranks_are_told_by_the_environment() {
        let told = |all: &[(&str, &str)]| {
            rank(|name| all.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(told(&[]), (0, 1));
        assert_eq!(
            told(&[
                ("OMPI_COMM_WORLD_RANK", "3"),
                ("OMPI_COMM_WORLD_SIZE", "8"),
                ("SLURM_PROCID", "0"),
                ("SLURM_NTASKS", "1")
            ]),
            (3, 8)
        );
        assert_eq!(told(&[("SLURM_PROCID", "2"), ("SLURM_NTASKS", "4")]), (2, 4));
        assert_eq!(told(&[("PMI_RANK", "9"), ("PMI_SIZE", "4")]), (0, 1), "nonsense is not believed");
    }
}
