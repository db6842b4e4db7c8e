//! What the comparison of the schedules prints: two kinds of tables, and objects of JSON.

use comfy_table::{CellAlignment, Table, presets};

use super::{Measured, Way};
use crate::{
    analysis::map::CycleMap,
    cmd::bench::measure::{as_text, median},
    sched::Schedule,
};

pub(super) fn table(ways: &[Way], measured: &[Measured], states: u128) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header(["schedule", "workers", "batch", "median", "Gstates/s", "speed-up", "imbalance", "cost"]);
    for (way, measured) in ways.iter().zip(measured) {
        let wall = measured.wall();
        let name = way.schedule.map_or_else(|| format!("auto ({})", measured.used), |schedule| schedule.to_string());
        table.add_row([
            name,
            way.workers.to_string(),
            way.batch.map_or("auto".into(), |batch| batch.to_string()),
            format!("{:.3} ms", wall * 1e3),
            format!("{:.2}", states as f64 / wall / 1e9),
            format!("{:.2}", median(measured.speedups.clone())),
            format!("{:.1} %", 100.0 * median(measured.imbalance.clone())),
            format!("{:.1} %", 100.0 * median(measured.cost.clone())),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}

/// A row for each register: its name, the ways it was run and their speed-ups.
pub(super) type Row = (String, Vec<Way>, Vec<f64>);

pub(super) fn side_by_side(rows: &[Row], workers: usize) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    let name = |way: &Way| way.schedule.map_or_else(|| "auto".to_owned(), |schedule| schedule.to_string());
    let of_interest = |way: &&Way| way.workers == workers && way.schedule != Some(Schedule::Sequential);
    for (register, ways, speedups) in rows {
        if table.header().is_none() {
            table.set_header(
                core::iter::once("bits, cycles".to_owned()).chain(ways.iter().filter(of_interest).map(name)),
            );
        }
        let cells = ways.iter().zip(speedups).filter(|(way, _)| of_interest(way)).map(|(_, s)| format!("{s:.2}"));
        table.add_row(core::iter::once(register.clone()).chain(cells));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}

/// A way and its medians in JSON.
#[derive(serde::Serialize)]
pub(super) struct Object {
    degree: u32,
    register: String,
    #[serde(serialize_with = "as_text")]
    cycles: u64,
    #[serde(serialize_with = "as_text")]
    longest: u64,
    kernel: &'static str,
    /// What was asked for: a schedule, or auto.
    asked: &'static str,
    schedule: &'static str,
    workers: usize,
    /// null: chosen.
    batch: Option<u64>,
    median_s: f64,
    states_per_s: f64,
    /// Against sequential in the same round.
    speedup: f64,
    imbalance: f64,
    scheduling_cost: f64,
}

impl Object {
    pub(super) fn new(map: &CycleMap, way: &Way, measured: &Measured) -> Self {
        let wall = measured.wall();
        Self {
            degree: map.register().degree(),
            register: lfsr_core::notation::Polynomial(map.register().characteristic()).to_string(),
            cycles: map.cycle_count(),
            longest: map.max_period(),
            kernel: map.plan.kernel.name(),
            asked: way.schedule.map_or("auto", Schedule::name),
            schedule: measured.used,
            workers: way.workers,
            batch: way.batch,
            median_s: wall,
            states_per_s: map.register().state_count() as f64 / wall,
            speedup: median(measured.speedups.clone()),
            imbalance: median(measured.imbalance.clone()),
            scheduling_cost: median(measured.cost.clone()),
        }
    }
}
