//! `lfsr analyze`.

mod certified;
mod kept;

use core::time::Duration;
use std::path::{Path, PathBuf};

use clap::Args;
use lfsr_core::register::Shift;

use super::{
    failure::{Failure, complain, explained, note_terminal},
    interrupt,
    options::{EngineName, Global, RegisterOptions, RunOptions, parse_seconds},
    print::{short, write},
    reporter::{ReportOptions, progress},
    status::Status,
};
use crate::{
    analysis::{Answer, Question, checkpoint::Shard},
    bits::signal::Signal,
    input::{self, Defaults, Entry, Origin},
    report::draw::cycles,
    sched::Pool,
};

/// Finds every cycle of registers: period, number, and on request a leader of each.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  lfsr analyze x^16+x^14+x^13+x^11+1\n  lfsr analyze taps:8,6,5,4 --form galois --leaders --shift left\n  echo 1,0,0,1 | lfsr analyze - --format csv"
)]
pub(super) struct Analyze {
    /// CSV files of registers, `-` for standard input, or REGISTERs.
    ///
    /// A CSV file has one register a line: c_0,...,c_{n-1} of the characteristic polynomial, each 0 or 1. `#` starts a comment. A line may
    /// also hold any other notation, and after a semicolon the words fibonacci, galois, xnor.
    ///
    /// [default: standard input; with --resume the register of the checkpoint]
    #[arg(value_name = "INPUT")]
    inputs: Vec<String>,
    #[command(flatten)]
    register: RegisterOptions,
    #[command(flatten)]
    run: RunOptions,
    #[command(flatten)]
    keep: KeepOptions,
    /// How cycles are found.
    #[arg(long, value_name = "ENGINE", default_value = "auto")]
    engine: EngineName,
    /// Answer by enumeration and, independently, by algebra; compare, exit status 1 if they differ.
    #[arg(long)]
    verify: bool,
    /// Write all that the proof rests on (section, ends and lengths of all arcs, cycles beside the section) to FILE, for a program with arithmetic of
    /// its own, `verify-certificate`. Of one register; enumerates.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["checkpoint", "resume", "shard"])]
    certificate: Option<PathBuf>,
    /// Also draw the cycles, as `lfsr draw cycles` does, into this file (SVG). Of one register.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["checkpoint", "resume", "shard", "certificate"])]
    plot: Option<PathBuf>,
    #[command(flatten)]
    report: ReportOptions,
}

/// Work that is kept: against the end of the process, and for other machines.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Long runs")]
struct KeepOptions {
    /// Write the work done to FILE every few seconds, so that --resume can go on after a kill or a power cut.
    #[arg(long, value_name = "FILE", conflicts_with = "resume")]
    checkpoint: Option<PathBuf>,
    /// Go on from FILE, and keep it up to date.
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
    /// Seconds between two writes of the checkpoint.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = parse_seconds)]
    checkpoint_every: Duration,
    /// Do only the I-th of N parts of the work; --checkpoint says where to, `lfsr merge` joins the files of all parts.
    #[arg(long, value_name = "I/N", requires = "checkpoint")]
    shard: Option<Shard>,
}

/// Lines of a file that are complained about one by one.
const MOST_BAD_LINES: u64 = 20;

impl Analyze {
    /// What the texts may leave open.
    fn defaults(&self) -> Defaults {
        Defaults { shift: self.report.shift(), ..self.register.defaults() }
    }

    /// Analyses every register of every input, in order.
    ///
    /// # Errors
    /// If results cannot be written; bad rows and failed registers are reported in passing and change the exit status.
    pub(super) fn run(mut self, global: &Global) -> Result<Status, Failure> {
        let control = interrupt::control();
        if self.keep.checkpoint.is_some() || self.keep.resume.is_some() {
            return self.run_kept(global);
        }
        if let Some(path) = &self.certificate {
            if matches!(self.engine, EngineName::Walk | EngineName::Algebra) {
                return Err(Failure::bad_input("--certificate needs --engine first-return"));
            }
            return self.run_certified(path, global);
        }
        if self.inputs.is_empty() {
            self.inputs.push("-".into());
        }
        let question = Question {
            method: self.engine.method(),
            verify: self.verify,
            options: self.run.options(self.report.wants_leaders()),
        };

        // Inputs are opened before the output is touched: bad input leaves an old result alone.
        let mut opened = Vec::new();
        for input in &self.inputs {
            let entries = input::open(input, self.defaults());
            opened.push((input, entries.map_err(|error| Failure::bad_input(format!("{input}: {error}")))?));
        }
        let mut reporter = self.report.open(global, &control)?;
        let mut status = Status::Done;
        let (pool, mut plotted) = (Pool::new(), false);
        for (input, entries) in opened {
            if *input == "-" {
                note_terminal("registers");
            }
            let (mut any, mut bad) = (false, 0);
            for Entry { source, register, shift } in entries {
                any = true;
                let register = match register {
                    Ok(register) => register,
                    Err(error) => {
                        bad += 1;
                        if bad <= MOST_BAD_LINES {
                            complain(&format!("{source}: {}", explained(&error)));
                        }
                        reporter.write_failure(&source, &error.to_string())?;
                        status = status.max(Status::BadInput);
                        continue;
                    }
                };
                let states = register.narrow().map_or(0, |register| register.cyclic_state_count());
                let progress = progress(global, &source, states, &control);
                let answer = Answer::new(&register, &question, &pool, &control);
                drop(progress);
                if let (Some(path), Ok(answer)) = (&self.plot, &answer) {
                    if plotted {
                        return Err(Failure::bad_input(format!(
                            "{source}: --plot is of one register, and this is the second"
                        )));
                    }
                    plotted = true;
                    plot(path, &source, shift, answer)?;
                }
                status = status.max(reporter.write(&source, shift, answer)?);
                if control.is_stopped() {
                    break;
                }
            }
            if bad > MOST_BAD_LINES {
                complain(&format!("{input}: {} more lines are no registers", bad - MOST_BAD_LINES));
            }
            if !any {
                complain(&format!("{input}: no register in it; write one a line, such as 1,0,0,1"));
                status = status.max(Status::BadInput);
            }
            if control.is_stopped() {
                status = Status::Interrupted;
                break;
            }
        }
        reporter.finish()?;
        Ok(status)
    }
}

/// Draws the states, or where they are too many the cycles by length and number.
fn plot(path: &Path, source: &Origin, shift: Shift, answer: &Answer) -> Result<(), Failure> {
    let name = short(&source.to_string());
    let signal = Signal::plain(answer.structure.register(), shift);
    let Some(svg) = cycles::svg(&signal, || answer.cycles(), &name) else {
        complain(&format!("{source}: --plot: the cycles are not known"));
        return Ok(());
    };
    write(Some(path), svg.as_bytes())?;
    Ok(())
}
