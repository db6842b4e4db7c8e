//! `lfsr bench schedules --simulate`: one worker's batches, recorded, and how long other numbers of workers would take with them.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use lfsr_core::register::Register;

use super::{REGISTERS, Schedules};
use crate::{
    analysis::{
        engine::enumerate,
        map::CycleMap,
        plan::{Kernel, Options, Plan, Workers},
    },
    cmd::{
        bench::measure::{Line, check, machine, say},
        failure::Failure,
    },
    report::TextOrJson,
    sched::{
        Pool, RunStats, Schedule,
        control::Control,
        simulation::{Costs, Topology, simulate},
    },
    terminal::output::Output,
};

/// What the model charges.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Costs in the model of --simulate")]
pub(super) struct CostOptions {
    /// To start or wake a thread, in microseconds.
    #[arg(long, value_name = "US", default_value = "30", value_parser = cost, requires = "simulate")]
    start_us: f64,
    /// To fetch a word of memory from another core, in nanoseconds.
    #[arg(long, value_name = "NS", default_value = "60", value_parser = cost, requires = "simulate")]
    near_ns: f64,
    /// To fetch it from a core of another node, in nanoseconds.
    #[arg(long, value_name = "NS", default_value = "250", value_parser = cost, requires = "simulate")]
    far_ns: f64,
}

fn cost(text: &str) -> Result<f64, String> {
    let cost = text.parse().ok().filter(|cost| (0.0..=1e6).contains(cost));
    cost.ok_or_else(|| "not a number from 0 to 1000000".into())
}

/// A section and the run of one worker that recorded it.
type Recorded = BTreeMap<Option<u32>, RunStats>;

impl Schedules {
    /// Prints the speed-ups that the model gives.
    pub(super) fn simulate(&self, out: &mut Output, pool: &Pool) -> Result<(), Failure> {
        let machine = format!("simulated; batches recorded on {}", machine());
        if self.format == TextOrJson::Text {
            say(out, &machine)?;
        }
        for (degree, c) in REGISTERS {
            if !self.degrees.contains(&degree) {
                continue;
            }
            let register = Register::from_characteristic(c).map_err(|error| Failure::failed(error.to_string()))?;
            let name = lfsr_core::notation::Polynomial(c).to_string();
            let mut recorded = Recorded::new();
            for topology in Topology::ALL {
                let rows = self.rows(&register, topology, pool, &mut recorded)?;
                if self.format == TextOrJson::Text {
                    let title =
                        format!("\n{degree} bits, {name}; {} cores; speed-up against one worker", topology.name());
                    say(out, &title)?;
                    say(out, &table(&rows))?;
                    continue;
                }
                for row in rows {
                    let row = Object { degree, register: &name, topology: topology.name(), row };
                    Line { schema: "lfsr.bench-simulation/1", machine: &machine, row }.say(out)?;
                }
            }
        }
        Ok(())
    }

    fn rows(
        &self,
        register: &Register,
        topology: Topology,
        pool: &Pool,
        recorded: &mut Recorded,
    ) -> Result<Vec<Row>, Failure> {
        let costs = self.costs.costs();
        let alone = self.record(register, Workers::Exactly(1), pool, recorded)?.1.wall.as_secs_f64();
        let mut rows = Vec::new();
        for &offered in &self.workers {
            let asked = core::iter::once(None).chain(Schedule::distributing().map(Some));
            for schedule in asked {
                let offered = usize::from(offered);
                let workers = if schedule.is_some() { Workers::Exactly(offered) } else { Workers::UpTo(offered) };
                let (plan, stats) = self.record(register, workers, pool, recorded)?;
                // What is chosen is given the first workers of the machine.
                let cores = &topology.cores(offered)[..plan.work.workers];
                let used = schedule.unwrap_or(plan.work.schedule);
                let simulated = simulate(stats, used, None, cores, &costs);
                rows.push(Row {
                    asked: schedule.map_or("auto", Schedule::name),
                    schedule: used.name(),
                    offered,
                    workers: if used == Schedule::Sequential { 1 } else { cores.len() },
                    section_bits: plan.kernel.section_bits(),
                    wall_s: simulated.wall,
                    sharing_s: simulated.sharing,
                    speedup: alone / simulated.wall,
                });
            }
        }
        Ok(rows)
    }

    /// The plan for so many workers, and the median run of one worker who follows it; its answer is compared with algebra.
    fn record<'a>(
        &self,
        register: &Register,
        workers: Workers,
        pool: &Pool,
        recorded: &'a mut Recorded,
    ) -> Result<(Plan, &'a RunStats), Failure> {
        let plan = Plan::new(register, &Options { workers, ..Options::default() })?;
        let stats = match recorded.entry(plan.kernel.section_bits()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(self.median_run(register, plan.kernel, pool)?),
        };
        Ok((plan, stats))
    }

    fn median_run(&self, register: &Register, kernel: Kernel, pool: &Pool) -> Result<RunStats, Failure> {
        let options = Options {
            workers: Workers::Exactly(1),
            schedule: Some(Schedule::Sequential),
            kernel: Some(kernel),
            batch: Some(1),
            traced: true,
            ..Options::default()
        };
        let one = |_| -> Result<RunStats, Failure> {
            let map: CycleMap = enumerate(register, &options, pool, &Arc::new(Control::default()))?;
            check(register, &map)?;
            Ok(map.stats)
        };
        let mut runs = (0..self.runs).map(one).collect::<Result<Vec<_>, _>>()?;
        runs.sort_by_key(|stats| stats.wall);
        Ok(runs.swap_remove(runs.len() / 2))
    }
}

impl CostOptions {
    fn costs(self) -> Costs {
        Costs { start: self.start_us * 1e-6, near: self.near_ns * 1e-9, far: self.far_ns * 1e-9, ..Costs::default() }
    }
}

/// One simulated run.
#[derive(Debug, serde::Serialize)]
struct Row {
    /// A schedule, or auto.
    asked: &'static str,
    schedule: &'static str,
    /// Workers that the machine has, and those that were used.
    offered: usize,
    workers: usize,
    section_bits: Option<u32>,
    wall_s: f64,
    /// Time of all workers at shared memory.
    sharing_s: f64,
    speedup: f64,
}

/// The same in JSON.
#[derive(serde::Serialize)]
struct Object<'a> {
    degree: u32,
    register: &'a str,
    topology: &'static str,
    #[serde(flatten)]
    row: Row,
}

/// A line for each number of workers.
fn table(rows: &[Row]) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    let asked = core::iter::once("auto").chain(Schedule::distributing().map(Schedule::name));
    table.set_header(["workers", "auto takes"].into_iter().chain(asked));
    for row in rows.chunks(1 + Schedule::distributing().count()) {
        let auto = format!("{}, {}", row[0].workers, row[0].schedule);
        let speedups = row.iter().map(|row| format!("{:.2}", row.speedup));
        table.add_row([row[0].offered.to_string(), auto].into_iter().chain(speedups));
    }
    for column in table.column_iter_mut() {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}
