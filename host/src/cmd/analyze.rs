//! `lfsr analyze`.

mod kept;

pub(super) use kept::kernel;

use core::time::Duration;
use std::{
    io::{IsTerminal, Write},
    path::PathBuf,
    sync::Arc,
};

use clap::{Args, ValueEnum};
use lfsr_core::{kernel::Backend, register::Form};

use super::{Failure, complain, on_interrupt};
use crate::{
    answer::{Answer, Method},
    checkpoint::Shard,
    cli::{Global, Status},
    control::Control,
    error::Error,
    input::{self, Defaults, Entry, Source},
    output::Output,
    plan::{Engine, Options},
    progress::Progress,
    report::{self, Analysis, Format, Style},
    sched::{Pool, Schedule},
    size::{parse_bytes, total_memory},
    subject::Subject,
};

/// Finds every cycle of registers: period, number, and on request a leader of each.
#[derive(Debug, Args)]
pub struct Analyze {
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
    /// Who answers.
    #[arg(long, value_name = "ENGINE", default_value = "auto")]
    engine: EngineName,
    /// Answer by enumeration and, independently, by algebra; compare, exit status 1 if they differ.
    #[arg(long)]
    verify: bool,
    #[command(flatten)]
    report: ReportOptions,
}

/// What a polynomial does not say.
#[derive(Debug, Clone, Args)]
pub struct RegisterOptions {
    /// Where the XOR gates sit [default: as the catalogue says of a name, else fibonacci].
    #[arg(long, value_name = "FORM")]
    form: Option<FormName>,
    /// XNOR instead of XOR gates.
    #[arg(long)]
    xnor: bool,
}

impl RegisterOptions {
    /// For the parser.
    #[must_use]
    pub fn defaults(&self) -> Defaults {
        let form = self.form.map(|form| match form {
            FormName::Fibonacci => Form::Fibonacci,
            FormName::Galois => Form::Galois,
        });
        Defaults { form, xnor: self.xnor }
    }
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

/// How the work is shared out.
#[derive(Debug, Clone, Args)]
pub(super) struct RunOptions {
    /// Who runs which start states.
    #[arg(long, value_name = "SCHEDULE", default_value = "auto")]
    schedule: ScheduleName,
    /// How many workers [default: available cores].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=4096))]
    workers: Option<u16>,
    /// Start states in one batch: `auto` or a number.
    #[arg(long, value_name = "N", default_value = "auto", value_parser = parse_batch)]
    batch_size: Batch,
    /// Instructions of the block kernel: auto, portable, avx2, avx512.
    #[arg(long, value_name = "BACKEND", default_value = "auto", value_parser = parse_backend)]
    backend: Backend,
    /// The most memory for tables and lists, such as 2GiB [default: half of RAM].
    #[arg(long, value_name = "SIZE", value_parser = parse_bytes)]
    max_memory: Option<u64>,
}

impl RunOptions {
    /// For the engines.
    pub(super) fn options(&self, leaders: bool) -> Options {
        let defaults = Options::default();
        Options {
            schedule: self.schedule.schedule(),
            workers: self.workers.map_or(defaults.workers, usize::from),
            batch: self.batch_size.0,
            backend: self.backend,
            leaders,
            max_memory: self.max_memory.unwrap_or_else(|| total_memory() / 2),
            ..defaults
        }
    }
}

/// What is written, and where to.
#[derive(Debug, Clone, Args)]
pub(super) struct ReportOptions {
    /// List a leader (the smallest state) of every cycle.
    #[arg(long)]
    leaders: bool,
    /// List the states of every cycle; implies --leaders.
    #[arg(long)]
    sequences: bool,
    /// How results are written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Write to a file, whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl ReportOptions {
    /// Whether leaders are to be found.
    pub(super) fn wants_leaders(&self) -> bool {
        self.leaders || self.sequences
    }

    fn style(&self, global: &Global) -> Style {
        let verbosity = if global.quiet { -1 } else { i8::try_from(global.verbose).unwrap_or(i8::MAX) };
        let to_terminal = self.output.is_none() && std::io::stdout().is_terminal();
        Style { format: self.format, color: global.is_colored(to_terminal), verbosity }
    }

    /// Opens the output and writes what comes before the first analysis.
    pub(super) fn open(&self, global: &Global) -> Result<Output, Failure> {
        let mut out = Output::new(self.output.as_deref()).map_err(Failure::failed)?;
        report::begin(self.style(global), self.wants_leaders(), &mut out).map_err(|error| out.error(error))?;
        Ok(out)
    }

    /// Writes one analysis.
    pub(super) fn write(
        &self,
        global: &Global,
        source: &Source,
        subject: &Subject,
        answer: &Answer,
        control: &Control,
        out: &mut Output,
    ) -> Result<Status, Failure> {
        if self.sequences && subject.register().is_none() {
            complain(&format!("{source}: --sequences needs a degree of at most 64"));
            return Ok(Status::BadInput);
        }
        let (leaders, sequences) = (self.wants_leaders(), self.sequences);
        let analysis = Analysis { source, subject, answer, leaders, sequences, control };
        report::write(&analysis, self.style(global), out).map_err(|error| out.error(error))?;
        for difference in &answer.differences {
            complain(&format!("{source}: enumeration and algebra differ: {difference}"));
        }
        // Someone may be waiting at the other end of a pipe.
        out.flush().map_err(|error| out.error(error))?;
        Ok(if answer.differences.is_empty() { Status::Done } else { Status::No })
    }
}

/// The status of a register without an answer, which is reported.
pub(super) fn unanswered(source: &Source, error: &Error) -> Status {
    complain(&format!("{source}: {error}"));
    if matches!(error, Error::TooWide { .. }) { Status::BadInput } else { Status::Failed }
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.01..=86_400.0).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| "not a number of seconds from 0.01 to 86400".into())
}

#[derive(Debug, Clone, Copy)]
struct Batch(Option<u64>);

fn parse_batch(text: &str) -> Result<Batch, String> {
    if text == "auto" {
        return Ok(Batch(None));
    }
    match text.parse() {
        Ok(0) | Err(_) => Err("neither `auto` nor a number of at least 1".into()),
        Ok(batch) => Ok(Batch(Some(batch))),
    }
}

fn parse_backend(name: &str) -> Result<Backend, String> {
    if name == "auto" {
        return Ok(Backend::detect());
    }
    Backend::by_name(name).ok_or_else(|| {
        if Backend::NAMES.contains(&name) {
            format!("this CPU lacks the instructions; it has {}", names(Backend::available()))
        } else {
            format!("no such backend; this CPU has {}", names(Backend::available()))
        }
    })
}

fn names(backends: impl Iterator<Item = Backend>) -> String {
    backends.map(Backend::name).collect::<Vec<_>>().join(", ")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormName {
    Fibonacci,
    Galois,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EngineName {
    /// Algebra, and enumeration too where it takes a fraction of a second or leaders need it.
    Auto,
    /// Factors and orders alone; any degree.
    Algebra,
    /// Arcs between the states of a section, 64 to 512 states at a time, in parallel.
    FirstReturn,
    /// A visited bitmap and single steps: the slow reference.
    Walk,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ScheduleName {
    /// Chosen by size, workers and kernel; the output says which and why.
    Auto,
    /// One worker.
    Sequential,
    /// Equal contiguous shares, no communication.
    Static,
    /// One shared queue.
    Dynamic,
    /// A deque for each worker; idle ones take from random others.
    Stealing,
    /// A static share first, then the tails of the others.
    Hybrid,
    /// The same batches through rayon.
    Rayon,
}

impl ScheduleName {
    fn schedule(self) -> Option<Schedule> {
        Some(match self {
            Self::Auto => return None,
            Self::Sequential => Schedule::Sequential,
            Self::Static => Schedule::Static,
            Self::Dynamic => Schedule::Dynamic,
            Self::Stealing => Schedule::Stealing,
            Self::Hybrid => Schedule::Hybrid,
            Self::Rayon => Schedule::Rayon,
        })
    }
}

impl Analyze {
    /// Analyses every register of every input, in order.
    ///
    /// # Errors
    /// If results cannot be written; bad rows and failed registers are reported in passing and change the exit status.
    pub fn run(mut self, global: &Global) -> Result<Status, Failure> {
        let control = Arc::new(Control::default());
        on_interrupt(&control);
        if self.keep.checkpoint.is_some() || self.keep.resume.is_some() {
            return self.run_kept(global, &control);
        }
        if self.inputs.is_empty() {
            self.inputs.push("-".into());
        }
        let options = self.run.options(self.report.wants_leaders());
        let method = match self.engine {
            EngineName::Auto => Method::Auto,
            EngineName::Algebra => Method::Algebra,
            EngineName::FirstReturn => Method::Enumerate(Engine::FirstReturn),
            EngineName::Walk => Method::Enumerate(Engine::Walk),
        };

        // Inputs are opened before the output is touched: bad input leaves an old result alone.
        let mut entries = Vec::new();
        for input in &self.inputs {
            entries.push((input, input::open(input, self.register.defaults()).map_err(Failure::bad_input)?));
        }
        let mut out = self.report.open(global)?;
        let mut status = Status::Done;
        let pool = Pool::new();
        for (input, registers) in entries {
            let mut any = false;
            for Entry { source, subject } in registers {
                any = true;
                let subject = match subject {
                    Ok(subject) => subject,
                    Err(message) => {
                        complain(&format!("{source}: {message}"));
                        status = status.max(Status::BadInput);
                        continue;
                    }
                };
                let drawing = drawing(global, &source, &subject, &control);
                let answer = Answer::new(&subject, method, self.verify, &options, &pool, &control);
                drop(drawing);
                status = status.max(match answer {
                    Ok(answer) => self.report.write(global, &source, &subject, &answer, &control, &mut out)?,
                    Err(error) => unanswered(&source, &error),
                });
                if control.is_stopped() {
                    break;
                }
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
        out.finish()?;
        Ok(status)
    }
}

/// Shows progress while it lives.
pub(super) fn drawing(global: &Global, source: &Source, subject: &Subject, control: &Arc<Control>) -> Progress {
    let total = subject.register().map_or(0, |register| register.cyclic_state_count());
    Progress::new(!global.quiet && !global.no_progress, &source.to_string(), control, total)
}
