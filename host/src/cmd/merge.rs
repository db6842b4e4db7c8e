//! `lfsr merge`.

use std::{path::PathBuf, sync::Arc};

use clap::Args;

use super::{
    Failure,
    analyze::{ReportOptions, RunOptions, drawing, kernel, unanswered},
    on_interrupt,
};
use crate::{
    answer::{Answer, Method},
    checkpoint::{Checkpoint, Keeper},
    cli::{Global, Status},
    control::Control,
    input::Source,
    plan::{Engine, Options},
    sched::Pool,
    subject::Subject,
};

/// Joins the shards of one register to the map of all its cycles.
///
/// The files come from `lfsr analyze REGISTER --shard I/N --checkpoint FILE`, run anywhere. Together they must have every start state once:
/// what is missing, there twice, or of another register is refused with the names of the files.
#[derive(Debug, Args)]
pub struct Merge {
    /// The checkpoints of all shards, in any order.
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
    pub fn run(self, global: &Global) -> Result<Status, Failure> {
        let control = Arc::new(Control::default());
        on_interrupt(&control);
        let read = |path: &PathBuf| Ok((path.display().to_string(), Checkpoint::read(path)?));
        let parts: Result<Vec<_>, String> = self.files.iter().map(read).collect();
        let merged = parts.and_then(Checkpoint::merge).map_err(Failure::bad_input)?;
        if merged.head.section_bits.is_none() && self.report.wants_leaders() {
            return Err(Failure::bad_input(
                "shards of a register rich in short cycles have no leaders; leave out --leaders",
            ));
        }
        let subject = Subject::from(&merged.head.register);
        let source = Source { file: "merged".into(), line: None };
        let mut options = Options {
            short_arcs: true,
            kernel: Some(kernel(&merged)),
            ..self.run.options(self.report.wants_leaders())
        };
        // Nothing is written there: what is merged can be merged again.
        options.keeper = Some(Arc::new(Keeper::new(&PathBuf::new(), merged)));
        let mut out = self.report.open(global)?;
        let progress = drawing(global, &source, &subject, &control);
        let answer =
            Answer::new(&subject, Method::Enumerate(Engine::FirstReturn), true, &options, &Pool::new(), &control);
        drop(progress);
        let status = match answer {
            Ok(answer) => self.report.write(global, &source, &subject, &answer, &control, &mut out)?,
            Err(error) => unanswered(&source, &error),
        };
        out.finish()?;
        Ok(if control.is_stopped() { Status::Interrupted } else { status })
    }
}
