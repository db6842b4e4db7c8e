//! `lfsr analyze` with --checkpoint, --resume or --shard: one register, whose work outlives the process.

use core::time::Duration;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Analyze, EngineName, drawing, unanswered};
use crate::{
    answer::{Answer, Method},
    checkpoint::{Checkpoint, Head, Keeper, Shard},
    cli::{Global, Status},
    cmd::{Failure, complain},
    control::Control,
    engine,
    input::{self, Source},
    plan::{self, Engine, Kernel, Options, Plan},
    sched::Pool,
    subject::Subject,
};

impl Analyze {
    pub(super) fn run_kept(&self, global: &Global, control: &Arc<Control>) -> Result<Status, Failure> {
        if matches!(self.engine, EngineName::Walk | EngineName::Algebra) {
            return Err(Failure::bad_input("--checkpoint, --resume and --shard need --engine first-return"));
        }
        let (path, loaded) = match (&self.keep.resume, &self.keep.checkpoint) {
            (Some(path), _) => (path.clone(), Some(Checkpoint::read(path).map_err(Failure::bad_input)?)),
            (None, Some(path)) => (fresh(path)?, None),
            (None, None) => return Err(Failure::bad_input("--shard needs --checkpoint FILE")),
        };
        let (source, subject) = self.only_register(loaded.as_ref())?;
        let Some(register) = subject.register() else {
            return Ok(unanswered(&source, &crate::error::Error::TooWide { degree: subject.degree() }));
        };
        let mut options = Options { short_arcs: true, ..self.run.options(self.report.wants_leaders()) };
        let mut checkpoint = match loaded {
            Some(checkpoint) => checkpoint,
            None => {
                let plan = Plan::new(&register, &options).map_err(|error| Failure::failed(error.to_string()))?;
                Checkpoint::new(Head {
                    register,
                    section_bits: plan.kernel.section_bits(),
                    total: plan.work.total,
                    shard: self.keep.shard.unwrap_or(Shard::WHOLE),
                    elapsed: Duration::ZERO,
                })
            }
        };
        if checkpoint.head.section_bits.is_none() && options.leaders {
            return Err(Failure::bad_input(format!(
                "{source}: --leaders cannot be kept, since its list is as long as the work; leave out --leaders, or --checkpoint"
            )));
        }
        options.kernel = Some(kernel(&checkpoint));
        let shard = checkpoint.head.shard;
        checkpoint.head.register = register;
        let keeper = Arc::new(Keeper::new(&path, checkpoint));
        options.keeper = Some(Arc::clone(&keeper));
        let writing = keeper.write_every(self.keep.checkpoint_every, |error| {
            complain(&format!("{error}; going on without"));
        });
        // A place that cannot be written to is better known now than in an hour.
        keeper.write()?;

        let pool = Pool::new();
        let progress = drawing(global, &source, &subject, control);
        let status = if shard == Shard::WHOLE {
            let mut out = self.report.open(global)?;
            let method = Method::Enumerate(Engine::FirstReturn);
            let verify = self.verify || self.engine == EngineName::Auto;
            let answer = Answer::new(&subject, method, verify, &options, &pool, control);
            drop(progress);
            let status = match answer {
                Ok(answer) => self.report.write(global, &source, &subject, &answer, control, &mut out)?,
                Err(error) => unanswered(&source, &error),
            };
            out.finish()?;
            status
        } else {
            let done = engine::run_shard(&register, &options, &pool, control);
            drop(progress);
            match done {
                Ok(_) => Status::Done,
                Err(error) => unanswered(&source, &error),
            }
        };
        drop(writing);
        keeper.write()?;
        if control.is_stopped() {
            complain(&format!("interrupted; go on with: lfsr analyze --resume {}", path.display()));
            return Ok(Status::Interrupted);
        }
        if shard != Shard::WHOLE && status == Status::Done && !global.quiet {
            let done = keeper.checkpoint();
            let starts = shard.starts(done.head.total);
            complain(&format!(
                "{source}: shard {shard} is done: start states {} to {} of {}, {} states, in {}",
                starts.start,
                starts.end.max(1) - 1,
                done.head.total,
                done.states(),
                path.display()
            ));
        }
        Ok(status)
    }

    /// The register of the input, or of the checkpoint; they must be the same.
    fn only_register(&self, loaded: Option<&Checkpoint>) -> Result<(Source, Subject), Failure> {
        let given = if self.inputs.is_empty() && loaded.is_some() { None } else { Some(self.input_register()?) };
        let Some(loaded) = loaded else {
            return given.ok_or_else(|| Failure::bad_input("no register"));
        };
        let kept = Subject::from(&loaded.head.register);
        let file = self.keep.resume.as_ref().map_or_else(String::new, |path| path.display().to_string());
        match given {
            Some((_, subject)) if subject != kept => Err(Failure::bad_input(format!(
                "{file} is of another register, {kept}; leave out INPUT to go on with that"
            ))),
            Some(given) => Ok(given),
            None => Ok((Source { file, line: None }, kept)),
        }
    }

    fn input_register(&self) -> Result<(Source, Subject), Failure> {
        let [input] = match &self.inputs[..] {
            [] => ["-"],
            [input] => [input.as_str()],
            _ => return Err(Failure::bad_input("a checkpoint is of one register; give one INPUT")),
        };
        let mut entries = input::open(input, self.register.defaults()).map_err(Failure::bad_input)?;
        let first = entries.next();
        if first.is_some() && entries.next().is_some() {
            return Err(Failure::bad_input(format!("{input}: a checkpoint is of one register, and here are more")));
        }
        match first {
            Some(entry) => match entry.subject {
                Ok(subject) => Ok((entry.source, subject)),
                Err(message) => Err(Failure::bad_input(format!("{}: {message}", entry.source))),
            },
            None => Err(Failure::bad_input(format!("{input}: no register in it"))),
        }
    }
}

/// A file that does not exist yet: hours of work are not overwritten by a slip of the pen.
fn fresh(path: &Path) -> Result<PathBuf, Failure> {
    if path.exists() {
        let name = path.display();
        return Err(Failure::bad_input(format!("{name} exists; go on from it with --resume {name}, or remove it")));
    }
    Ok(path.into())
}

/// The kernel that a checkpoint was made with.
pub(in crate::cmd) fn kernel(checkpoint: &Checkpoint) -> Kernel {
    checkpoint.head.section_bits.map_or(Kernel::Leader, plan::sectioned)
}
