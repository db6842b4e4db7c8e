//! `lfsr analyze --certificate`: one register, enumerated, with all that the proof rests on in a file.

use core::time::Duration;
use std::{path::Path, sync::Arc};

use lfsr_core::{cyclic::CyclicPart, register::Register};

use super::{Analyze, kept::Given};
use crate::{
    analysis::{
        Answer, Engine, Error, Kernel, Method, Options, Plan, Question, Run,
        checkpoint::{Checkpoint, Head, Keeper, Shard},
        map::CycleMap,
    },
    cmd::{
        failure::{Failure, complain},
        interrupt,
        options::Global,
        reporter::{progress, unanswered},
        status::Status,
    },
    report::map_certificate::MapCertificate,
    sched::{Control, Pool},
    terminal::output::Output,
};

impl Analyze {
    /// Enumerates, writes the certificate, reports.
    pub(super) fn run_certified(&self, path: &Path, global: &Global) -> Result<Status, Failure> {
        let control = interrupt::control();
        let Given { source, register, shift } = self.input_register()?;
        let Some(register) = register.narrow() else {
            return Ok(unanswered(&source, &Error::TooWide { degree: register.degree() }));
        };
        let Some(sequence) = CyclicPart::new(&register).sequence() else {
            return Err(Failure::bad_input(format!("{source}: forgets everything, so there is nothing to certify")));
        };
        let options = Options { leaders: true, kept: true, ..self.run.options(true) };
        let plan = plan(&source.to_string(), &sequence, &options)?;
        let mut reporter = self.report.open(global, &control)?;
        let pool = Pool::new();
        let showing = progress(global, &source, register.cyclic_state_count(), &control);
        let (map, checkpoint) = match certified(&plan, path, &pool, &control) {
            Ok(found) => found,
            Err(error) => return Ok(unanswered(&source, &error)),
        };
        if map.partial {
            complain(&format!("{source}: not finished, so there is no certificate"));
        } else {
            write(&source.to_string(), &map, &checkpoint, path)?;
        }
        let answer = if register == sequence && !self.report.wants_leaders() {
            Answer::of_map(CycleMap { leaders: None, ..map }, true, &control)
        } else {
            // The certificate is of its sequence; what is asked for is of the register itself.
            let options = self.run.options(self.report.wants_leaders());
            let question = Question { method: Method::Enumerate(Engine::FirstReturn), verify: true, options };
            Answer::new(&register.into(), &question, &pool, &control)
        };
        drop(showing);
        let status = reporter.write(&source, shift, answer)?;
        reporter.finish()?;
        Ok(if control.is_stopped() { Status::Interrupted } else { status })
    }
}

/// The plan with a section, chosen or forced.
fn plan(source: &str, sequence: &Register, options: &Options) -> Result<Plan, Failure> {
    let plan = Plan::new(sequence, options)?;
    if plan.kernel.section_bits().is_some() {
        return Ok(plan);
    }
    let n = sequence.degree();
    if n > MOST_FORCED {
        return Err(Failure::bad_input(format!(
            "{source}: is rich in short cycles, and is enumerated without a section, so that there are no arcs to certify"
        )));
    }
    Ok(Plan::new(sequence, &Options { kernel: Some(Kernel::Word(n / 2)), ..options.clone() })?)
}

/// The widest register for which a section is forced that would not be chosen.
const MOST_FORCED: u32 = 24;

/// The map, and its arcs.
fn certified(plan: &Plan, path: &Path, pool: &Pool, control: &Arc<Control>) -> Result<(CycleMap, Checkpoint), Error> {
    let head = Head {
        register: plan.register,
        section_bits: plan.kernel.section_bits(),
        total: plan.work.total,
        shard: Shard::WHOLE,
        elapsed: Duration::ZERO,
    };
    // It gathers the arcs, and is never asked to write.
    let keeper = Arc::new(Keeper::new(path, Checkpoint::new(head)));
    let map = Run::new(plan, pool, control).kept_by(&keeper).map()?;
    Ok((map, keeper.checkpoint()))
}

fn write(source: &str, map: &CycleMap, checkpoint: &Checkpoint, path: &Path) -> Result<(), Failure> {
    let (sequence, zeros) = (&map.plan.register, map.plan.zeros());
    let section = (u128::from(sequence.state_mask()) + 1) >> zeros;
    // A cycle meets the section if its smallest state does.
    let mut residue = map.leaders.clone().unwrap_or_default();
    residue.retain(|cycle| u128::from(cycle.leader) >= section);
    let arcs = &checkpoint.done.arcs;
    let certificate = MapCertificate { source, sequence, zeros, arcs, residue: &residue, census: &map.census };
    let mut out = Output::new(Some(path))?;
    certificate.write(&mut out).map_err(|error| out.error(error))?;
    Ok(out.finish()?)
}
