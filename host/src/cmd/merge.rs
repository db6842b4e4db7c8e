//! `lfsr merge`.

use std::path::PathBuf;

use clap::Args;

use super::{
    failure::Failure,
    interrupt,
    options::{Global, RunOptions},
    reporter::{ReportOptions, progress},
    status::Status,
};
use crate::{
    analysis::{
        Answer, Plan, Run,
        checkpoint::{Checkpoint, Merging},
        cluster::Job,
    },
    input::Origin,
    sched::Pool,
};

/// Joins the shards of one register to the map of all its cycles.
///
/// The files come from `lfsr analyze REGISTER --shard I/N --checkpoint FILE`, run anywhere. Together they must have every start state once:
/// what is missing, there twice, or of another register is refused with the names of the files.
#[derive(Debug, Args)]
pub(super) struct Merge {
    /// The checkpoints of all shards, in any order; or the folder of a job of `lfsr cluster`.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    run: RunOptions,
    #[command(flatten)]
    report: ReportOptions,
}

impl Merge {
    /// Joins and reports.
    ///
    /// # Errors
    /// If the files do not belong together, or the result cannot be written.
    pub(super) fn run(self, global: &Global) -> Result<Status, Failure> {
        let control = interrupt::control();
        let mut merging = Merging::new();
        for path in files(&self.files)? {
            merging.add(&path.display().to_string(), Checkpoint::read(&path)?)?;
        }
        let merged = merging.finish()?;
        if merged.head.section_bits.is_none() && self.report.wants_leaders() {
            return Err(Failure::bad_input(
                "shards of a register rich in short cycles have no leaders; leave out --leaders",
            ));
        }
        let source = Origin { file: "merged".into(), line: None };
        let plan = Plan::resume(&merged.head, &self.run.options(self.report.wants_leaders()));
        let mut reporter = self.report.open(global, &control)?;
        let progress = progress(global, &source, merged.head.register.cyclic_state_count(), &control);
        let pool = Pool::new();
        let map = plan.and_then(|plan| Run::new(&plan, &pool, &control).after(&merged.done).map());
        let answer = map.and_then(|map| Answer::of_map(map, true, &control));
        drop(progress);
        let status = reporter.write(&source, self.report.shift().unwrap_or_default(), answer)?;
        reporter.finish()?;
        Ok(if control.is_stopped() { Status::Interrupted } else { status })
    }
}

/// The files, with those of the units where a folder is named.
fn files(named: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut all = vec![];
    for path in named {
        if !path.is_dir() {
            all.push(path.clone());
            continue;
        }
        let job = Job::open(path)?;
        if let Some(unit) = job.all().find(|unit| !unit.path.exists()) {
            let (unit, folder) = (unit.number, path.display());
            return Err(Failure::bad_input(format!(
                "unit {unit} of {} is not begun; do it with: lfsr cluster work {folder}",
                job.units
            )));
        }
        all.extend(job.all().map(|unit| unit.path));
    }
    Ok(all)
}
