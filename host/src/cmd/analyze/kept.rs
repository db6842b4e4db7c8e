//! `lfsr analyze` with --checkpoint, --resume or --shard: one register, whose work outlives the process.

use core::time::Duration;
use std::{path::Path, sync::Arc};

use lfsr_core::register::{AnyRegister, Register, Shift};

use super::{Analyze, EngineName};
use crate::{
    analysis::{
        Answer, Error, Options, Plan, Run,
        checkpoint::{Checkpoint, Guard, Head, Keeper, Shard},
    },
    cmd::{
        failure::{Failure, complain, explained},
        interrupt,
        options::Global,
        reporter::{progress, unanswered},
        status::Status,
    },
    input::{self, Entry, Origin},
    sched::Pool,
};

/// The one register of such a run.
pub(super) struct Given {
    pub(super) source: Origin,
    pub(super) register: AnyRegister,
    pub(super) shift: Shift,
}

impl Analyze {
    pub(super) fn run_kept(&self, global: &Global) -> Result<Status, Failure> {
        if matches!(self.engine, EngineName::Walk | EngineName::Algebra) {
            return Err(Failure::bad_input("--checkpoint, --resume and --shard need --engine first-return"));
        }
        let path = match (&self.keep.resume, &self.keep.checkpoint) {
            (Some(path), _) | (None, Some(path)) => path,
            (None, None) => return Err(Failure::bad_input("--shard needs --checkpoint FILE")),
        };
        if self.keep.resume.is_none() {
            fresh(path)?;
        }
        // Before the file is read: what another process adds to it must not be lost.
        let _guard = Guard::new(path)?;
        let loaded = self.keep.resume.as_ref().map(|path| Checkpoint::read(path)).transpose()?;
        if let (Some(loaded), Some(shard)) = (&loaded, self.keep.shard)
            && loaded.head.shard != shard
        {
            let kept = loaded.head.shard;
            return Err(Failure::bad_input(format!(
                "--shard {shard}: {} is of shard {kept}; leave out --shard to go on with that",
                path.display()
            )));
        }
        let given = self.only_register(loaded.as_ref())?;
        let Given { source, register, .. } = &given;
        let Some(register) = register.narrow() else {
            return Ok(unanswered(source, &Error::TooWide { degree: register.degree() }));
        };
        let shards = self.keep.shard.map_or(1, |shard| shard.count);
        let options = Options { kept: true, shards, ..self.run.options(self.report.wants_leaders()) };
        let (plan, checkpoint) = match loaded {
            Some(checkpoint) => (Plan::resume(&checkpoint.head, &options)?, checkpoint),
            None => self.begin(&register, &options)?,
        };
        if plan.kernel.section_bits().is_none() && options.leaders {
            return Err(Failure::bad_input(format!(
                "{source}: --leaders cannot be kept, since its list is as long as the work; leave out --leaders, or --checkpoint"
            )));
        }
        self.enumerate(&plan, path, checkpoint, &given, global)
    }

    /// Does what is not done yet, writing it down every so often.
    fn enumerate(
        &self,
        plan: &Plan,
        path: &Path,
        checkpoint: Checkpoint,
        given: &Given,
        global: &Global,
    ) -> Result<Status, Failure> {
        let Given { source, shift, .. } = given;
        let control = &interrupt::control();
        let shard = checkpoint.head.shard;
        let done = checkpoint.done.clone();
        let keeper = Arc::new(Keeper::new(path, checkpoint));
        let writing = keeper.write_every(self.keep.checkpoint_every, |error| {
            complain(&format!("{error}; going on without"));
        });
        let writing = writing.map_err(|error| Failure::no_thread(&error))?;
        // A place that cannot be written to is better known now than in an hour.
        keeper.write()?;

        let pool = Pool::new();
        let run = Run::new(plan, &pool, control).after(&done).kept_by(&keeper);
        let progress = progress(global, source, plan.register.cyclic_state_count(), control);
        let status = if shard == Shard::WHOLE {
            let mut reporter = self.report.open(global, control)?;
            let verify = self.verify || self.engine == EngineName::Auto;
            let answer = run.map().and_then(|map| Answer::of_map(map, verify, control));
            drop(progress);
            let status = reporter.write(source, *shift, answer)?;
            reporter.finish()?;
            status
        } else {
            let done = run.shard(shard);
            drop(progress);
            done.map_or_else(|error| unanswered(source, &error), |_| Status::Done)
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
                done.done.states(),
                path.display()
            ));
        }
        Ok(status)
    }

    /// The plan of a fresh enumeration, and its empty checkpoint.
    fn begin(&self, register: &Register, options: &Options) -> Result<(Plan, Checkpoint), Failure> {
        let plan = Plan::new(register, options)?;
        let head = Head {
            register: *register,
            section_bits: plan.kernel.section_bits(),
            total: plan.work.total,
            shard: self.keep.shard.unwrap_or(Shard::WHOLE),
            elapsed: Duration::ZERO,
        };
        Ok((plan, Checkpoint::new(head)))
    }

    /// The register of the input, or of the checkpoint; they must be the same.
    fn only_register(&self, loaded: Option<&Checkpoint>) -> Result<Given, Failure> {
        let given = if self.inputs.is_empty() && loaded.is_some() { None } else { Some(self.input_register()?) };
        let Some(loaded) = loaded else {
            return given.ok_or_else(|| Failure::bad_input("no register"));
        };
        let kept = AnyRegister::from(loaded.head.register);
        let file = self.keep.resume.as_ref().map_or_else(String::new, |path| path.display().to_string());
        match given {
            Some(Given { register, .. }) if register != kept => Err(Failure::bad_input(format!(
                "{file} is of another register, {kept}: {}; leave out INPUT to go on with that",
                difference(&register, &kept)
            ))),
            Some(given) => Ok(given),
            None => Ok(Given {
                source: Origin { file, line: None },
                register: kept,
                shift: self.report.shift().unwrap_or_default(),
            }),
        }
    }

    pub(super) fn input_register(&self) -> Result<Given, Failure> {
        let [input] = match &self.inputs[..] {
            [] => ["-"],
            [input] => [input.as_str()],
            _ => return Err(Failure::bad_input("a checkpoint or certificate is of one register; give one INPUT")),
        };
        let mut entries =
            input::open(input, self.defaults()).map_err(|error| Failure::bad_input(format!("{input}: {error}")))?;
        let first = entries.next();
        if first.is_some() && entries.next().is_some() {
            return Err(Failure::bad_input(format!(
                "{input}: a checkpoint or certificate is of one register, and here are more"
            )));
        }
        match first {
            Some(Entry { source, register: Ok(register), shift }) => Ok(Given { source, register, shift }),
            Some(Entry { source, register: Err(error), .. }) => {
                Err(Failure::bad_input(format!("{source}: {}", explained(&error))))
            }
            None => Err(Failure::bad_input(format!("{input}: no register in it"))),
        }
    }
}

/// In what one register is not the other.
fn difference(given: &AnyRegister, kept: &AnyRegister) -> String {
    let feedback = |register: &AnyRegister| if register.xnor() { "XNOR" } else { "XOR" };
    let mut all = Vec::new();
    if given.characteristic() != kept.characteristic() {
        all.push("the polynomials differ".to_owned());
    }
    if given.form() != kept.form() {
        all.push(format!("that is in {} form, this in {} form", kept.form(), given.form()));
    }
    if given.xnor() != kept.xnor() {
        all.push(format!("that has {} feedback, this {}", feedback(kept), feedback(given)));
    }
    all.join("; ")
}

/// A file that does not exist yet: hours of work are not overwritten by a slip of the pen.
fn fresh(path: &Path) -> Result<(), Failure> {
    if path.exists() {
        let name = path.display();
        return Err(Failure::bad_input(format!("{name} exists; go on from it with --resume {name}, or remove it")));
    }
    Ok(())
}
