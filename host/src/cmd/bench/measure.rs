//! What the tables have in common: a timed run, its answer checked, medians, the machine.

use core::time::Duration;
use std::{io::Write, sync::Arc};

use lfsr_core::{register::Register, vector::Backend};

use crate::{
    analysis::{CycleMap, Kernel, Options, Workers, enumerate, verify},
    cmd::failure::Failure,
    sched::{Control, Pool, Schedule, clock::thread_cpu_time},
    terminal::output::Output,
};

/// One enumeration on this thread, and the CPU time it took.
pub(super) fn timed(
    register: &Register,
    backend: Backend,
    kernel: Option<Kernel>,
    pool: &Pool,
) -> Result<(CycleMap, Duration), Failure> {
    let options = Options {
        schedule: Some(Schedule::Sequential),
        workers: Workers::Exactly(1),
        backend,
        kernel,
        leaders: false,
        ..Options::default()
    };
    let begun = thread_cpu_time();
    let map = enumerate(register, &options, pool, &Arc::new(Control::default()))?;
    Ok((map, thread_cpu_time().saturating_sub(begun)))
}

pub(super) fn say(out: &mut Output, text: &str) -> Result<(), Failure> {
    writeln!(out, "{text}").and_then(|()| out.flush()).map_err(|error| Failure::from(out.error(error)))
}

/// A row of results as one line of JSON, with what it was measured on.
#[derive(serde::Serialize)]
pub(super) struct Line<'a, Row> {
    pub(super) schema: &'static str,
    pub(super) machine: &'a str,
    #[serde(flatten)]
    pub(super) row: Row,
}

impl<Row: serde::Serialize> Line<'_, Row> {
    pub(super) fn say(&self, out: &mut Output) -> Result<(), Failure> {
        let line = serde_json::to_string(self).map_err(|error| Failure::failed(error.to_string()))?;
        say(out, &line)
    }
}

/// A number of states in JSON: as text, like all numbers that may be large.
pub(super) fn as_text<S: serde::Serializer>(number: &impl core::fmt::Display, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(number)
}

/// The answer against algebra, and the proof of completeness.
pub(super) fn check(register: &Register, map: &CycleMap) -> Result<(), Failure> {
    verify::check(map).map_err(|reason| Failure::failed(format!("{register:?}: {reason}")))
}

/// What the figures were measured on.
pub(super) fn machine() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':').map(|(_, name)| name.trim().to_owned()));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("unknown").to_owned();
    format!(
        "{}, {cores} cores, load {load} at the start; backend {}; lfsr {}",
        model.unwrap_or_else(|| "unknown CPU".into()),
        lfsr_core::vector::Backend::detect(),
        env!("CARGO_PKG_VERSION")
    )
}

pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
