//! Options that say how an enumeration runs.

use core::time::Duration;

use clap::{
    Args, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use lfsr_core::vector::Backend;

use crate::{
    analysis::{
        Engine, Method,
        plan::{Options, Workers},
    },
    sched::Schedule,
    terminal::size::{parse_bytes, total_memory},
};

/// How the work is shared out.
#[derive(Debug, Clone, Args)]
pub(crate) struct RunOptions {
    /// Who runs which start states.
    #[arg(long, value_name = "SCHEDULE", default_value = "auto", value_parser = schedules())]
    schedule: Choice,
    /// How many workers [default: as many of the available cores as the work repays].
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
    /// Whether nothing was said.
    pub(crate) fn is_default(&self) -> bool {
        let Self { schedule, workers, batch_size, backend, max_memory } = self;
        let is_said = schedule.0.is_some() || workers.is_some() || batch_size.0.is_some() || max_memory.is_some();
        !is_said && *backend == Backend::detect()
    }

    /// For the engines.
    pub(crate) fn options(&self, leaders: bool) -> Options {
        let defaults = Options::default();
        Options {
            schedule: self.schedule.0,
            workers: self.workers.map_or(defaults.workers, |workers| Workers::Exactly(workers.into())),
            batch: self.batch_size.0,
            backend: self.backend,
            leaders,
            max_memory: self.max_memory.unwrap_or_else(|| total_memory() / 2),
            ..defaults
        }
    }
}

/// The engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EngineName {
    /// Algebra, and enumeration too where it takes a fraction of a second or leaders need it.
    Auto,
    /// Factors and orders alone; any degree.
    Algebra,
    /// Arcs between the states of a section, 64 to 512 states at a time, in parallel.
    FirstReturn,
    /// A visited bitmap and single steps: the slow reference.
    Walk,
}

impl EngineName {
    /// As it is typed; nothing if it need not be.
    pub(crate) fn typed(self) -> Option<String> {
        let name = self.to_possible_value().filter(|_| self != Self::Auto)?;
        Some(format!("--engine {}", name.get_name()))
    }

    /// For an answer.
    pub(crate) fn method(self) -> Method {
        match self {
            Self::Auto => Method::Auto,
            Self::Algebra => Method::Algebra,
            Self::FirstReturn => Method::Enumerate(Engine::FirstReturn),
            Self::Walk => Method::Enumerate(Engine::Walk),
        }
    }
}

/// A time such as that between two writes.
pub(crate) fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.01..=86_400.0).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| "not a number of seconds from 0.01 to 86400".into())
}

/// Start states in one batch; `None` is automatic.
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

/// A schedule; `None` is automatic.
#[derive(Debug, Clone, Copy)]
struct Choice(Option<Schedule>);

/// `auto` and the schedules that the library has.
fn schedules() -> impl TypedValueParser<Value = Choice> {
    let known = Schedule::ALL.into_iter().map(|schedule| PossibleValue::new(schedule.name()).help(schedule.help()));
    let auto = PossibleValue::new("auto").help("Chosen by size, workers and kernel; the output says which and why");
    PossibleValuesParser::new(core::iter::once(auto).chain(known)).map(|name| Choice(Schedule::by_name(&name)))
}
