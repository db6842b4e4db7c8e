//! What an enumeration will take, before anything runs: text and JSON, schema `lfsr.plan/1`.

use std::fmt;

use serde::Serialize;

use crate::{
    analysis::Plan,
    terminal::{progress::metric, size::Bytes},
};

/// Bytes of a checkpoint besides its arcs, about.
const FILE_HEAD: u64 = 256;

/// Bytes of an arc in a checkpoint.
const FILE_ARC: u64 = 16;

/// A plan, and what was measured.
#[derive(Debug)]
pub struct Forecast<'a> {
    /// What the user calls the register.
    pub source: &'a str,
    /// The plan.
    pub plan: &'a Plan,
    /// States a second of one core, if it was measured.
    pub rate: Option<f64>,
    /// How many units the work is to be cut into.
    pub units: u32,
}

#[derive(Serialize)]
struct Object {
    schema: &'static str,
    register: String,
    degree: u32,
    kernel: &'static str,
    backend: &'static str,
    section_zeros: Option<u32>,
    starts: String,
    schedule: String,
    workers: usize,
    memory_bytes: String,
    states: String,
    /// null: not measured, since start states differ too much in cost.
    states_per_second: Option<f64>,
    cpu_seconds: f64,
    units: u32,
    starts_per_unit: String,
    cpu_seconds_per_unit: f64,
    file_bytes: String,
}

impl Forecast<'_> {
    /// CPU seconds of all the work.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        if self.plan.sequence.is_none() {
            return 0.0;
        }
        let states = self.plan.register.cyclic_state_count() as f64;
        let estimated = self.plan.kernel.seconds(self.plan.sequence.map_or(0, |sequence| sequence.degree()));
        self.plan.seconds.or_else(|| self.rate.map(|rate| states / rate)).unwrap_or(estimated)
    }

    fn starts_per_unit(&self) -> u64 {
        self.plan.work.total.div_ceil(self.units.into())
    }

    /// Bytes of the file of one unit.
    fn file_bytes(&self) -> u64 {
        let arcs = if self.plan.kernel.section_bits().is_some() { self.starts_per_unit() } else { 0 };
        FILE_HEAD + FILE_ARC.saturating_mul(arcs)
    }

    /// One line of JSON.
    #[must_use]
    pub fn json(&self) -> String {
        let plan = self.plan;
        let seconds = self.seconds();
        let object = Object {
            schema: "lfsr.plan/1",
            register: plan.register.to_string(),
            degree: plan.register.degree(),
            kernel: plan.kernel.name(),
            backend: plan.backend(),
            section_zeros: plan.kernel.section_bits(),
            starts: plan.work.total.to_string(),
            schedule: plan.work.schedule.to_string(),
            workers: plan.work.workers,
            memory_bytes: plan.memory.to_string(),
            states: plan.register.cyclic_state_count().to_string(),
            states_per_second: self.rate,
            cpu_seconds: seconds,
            units: self.units,
            starts_per_unit: self.starts_per_unit().to_string(),
            cpu_seconds_per_unit: seconds / f64::from(self.units),
            file_bytes: self.file_bytes().to_string(),
        };
        serde_json::to_string(&object).unwrap_or_default()
    }

    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        let plan = self.plan;
        let mut lines = vec![format!("{}: {} states on cycles", self.source, plan.register.cyclic_state_count())];
        lines.push(match plan.kernel.section_bits() {
            Some(zeros) => format!(
                "kernel    {} ({}), section of {zeros} zeros: {} arcs of 2^{zeros} states on average",
                plan.kernel.name(),
                plan.backend(),
                plan.work.total
            ),
            None => format!("kernel    {}", plan.kernel.name()),
        });
        lines.push(format!("schedule  {}, {} workers: {}", plan.work.schedule, plan.work.workers, plan.why));
        lines.push(format!("memory    {} of tables and lists", Bytes(plan.memory)));
        let workers = plan.work.workers.max(1);
        let (seconds, measured) =
            (self.seconds(), |rate| format!("{} states/s of one core, just measured", metric(rate)));
        lines.push(format!(
            "time      {} of CPU, {} with {workers} workers: {}",
            Long(seconds),
            Long(seconds / workers as f64),
            self.rate.map_or_else(|| "a rough estimate".to_owned(), measured)
        ));
        if self.units > 1 {
            let each = Long(seconds / f64::from(self.units));
            lines.push(format!(
                "units     {} of {} start states, {each} of CPU each",
                self.units,
                self.starts_per_unit()
            ));
        }
        let all = self.file_bytes().saturating_mul(self.units.into());
        lines.push(format!("files     {} each, {} in all", Bytes(self.file_bytes()), Bytes(all)));
        lines.join("\n  ") + "\n"
    }
}

/// A time of any length, in the unit that suits it.
pub(crate) struct Long(pub(crate) f64);

impl fmt::Display for Long {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            seconds if seconds < 1.0 => write!(f, "{:.0} ms", seconds * 1e3),
            seconds if seconds < 120.0 => write!(f, "{seconds:.1} s"),
            seconds if seconds < 7200.0 => write!(f, "{:.0} min", seconds / 60.0),
            seconds if seconds < 172_800.0 => write!(f, "{:.1} h", seconds / 3600.0),
            seconds if seconds < 63_072_000.0 => write!(f, "{:.1} days", seconds / 86_400.0),
            seconds => write!(f, "{:.0} years", seconds / 31_557_600.0),
        }
    }
}
