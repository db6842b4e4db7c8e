//! `lfsr bench schedules`: every schedule and number of workers on registers from 12 to 30 bits, answers asserted.

mod simulated;
mod tables;

use core::time::Duration;
use std::{sync::Arc, time::Instant};

use clap::Args;
use lfsr_core::register::Register;

use self::tables::{Object, side_by_side, table};
use super::measure::{Line, check, machine, median, say};
use crate::{
    analysis::{
        engine::enumerate,
        map::CycleMap,
        plan::{Options, Workers},
    },
    cmd::{failure::Failure, options::Global, status::Status},
    report::TextOrJson,
    sched::{Pool, Schedule, control::Control},
    terminal::{
        output::Output,
        size::{Bytes, peak_memory},
    },
};

/// Compares the schedules: speed against sequential, imbalance, cost of scheduling, memory.
///
/// Runs are interleaved, so that a change of the machine's speed hits all alike; medians are shown. Every map is compared with the one
/// algebra gives, and the command fails if one differs.
#[derive(Debug, Args)]
pub(crate) struct Schedules {
    /// Degrees to measure; 34, 38 and 44 too, of which 44 takes half a minute of CPU time a run.
    #[arg(long, value_delimiter = ',', value_name = "N,...", default_value = "12,14,16,18,20,24,28,30",
          value_parser = clap::value_parser!(u32).range(2..=44))]
    degrees: Vec<u32>,
    /// Numbers of workers [default: 1,2,4,8; with --simulate 2 to 256].
    #[arg(long, value_delimiter = ',', value_name = "N,...",
          value_parser = clap::value_parser!(u16).range(1..=1024))]
    workers: Vec<u16>,
    /// Instead of measuring so many workers: record one worker's batches, and compute how long others would take.
    ///
    /// The schedules are the real ones; a model stands for the machine: all workers alike (even), two memories (nodes), half of the cores at half
    /// the speed (hybrid), every eighth core shared with another program (shared).
    #[arg(long)]
    simulate: bool,
    #[command(flatten)]
    costs: simulated::CostOptions,
    /// Counted runs of each combination (after one that is not).
    #[arg(long, value_name = "N", default_value = "7", value_parser = clap::value_parser!(u16).range(1..=1000))]
    runs: u16,
    /// Only the sweep over batch sizes, or no sweep.
    #[arg(long, value_name = "WHICH", default_value = "both")]
    tables: Tables,
    /// Only the speed-ups of all registers side by side, which otherwise come at the end.
    #[arg(long)]
    summary: bool,
    /// How the result is written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Tables {
    /// Schedules, then batch sizes.
    Both,
    /// Only the schedules.
    Schedules,
    /// Only the batch sizes.
    Batches,
}

/// How long idle threads look for more work before they sleep, and a little more.
const SETTLE: Duration = Duration::from_millis(1);

/// Batch sizes of the sweep; 0 is auto.
const BATCHES: [u64; 5] = [100, 200, 500, 1000, 0];

/// (degree, characteristic polynomial): one long cycle, then many cycles, for each degree.
///
/// 12, 14 and 16 bits are the predecessor's profiling registers (its long one of 16 bits has four cycles); the others are primitive
/// polynomials with few and low terms, and reducible ones with hundreds to thousands of cycles.
const REGISTERS: [(u32, u128); 22] = [
    (12, 0x1053),
    (12, 0x1065),
    (14, 0x402b),
    (14, 0x4441),
    (16, 0x1_0009),
    (16, 0x1_0003),
    (18, 1 << 18 | 1 << 7 | 1),
    (18, 1 << 18 | 1 << 8 | 1),
    (20, 1 << 20 | 1 << 3 | 1),
    (20, 1 << 20 | 1 << 11 | 1 << 1 | 1),
    (24, 1 << 24 | 1 << 7 | 1 << 2 | 1 << 1 | 1),
    (24, 1 << 24 | 1 << 9 | 1 << 1 | 1),
    (28, 1 << 28 | 1 << 3 | 1),
    (28, 1 << 28 | 1 << 11 | 1 << 1 | 1),
    (30, 1 << 30 | 1 << 6 | 1 << 4 | 1 << 1 | 1),
    (30, 1 << 30 | 1 << 11 | 1 << 1 | 1),
    (34, 1 << 34 | 1 << 8 | 1 << 4 | 1 << 3 | 1),
    (34, 1 << 34 | 1),
    (38, 1 << 38 | 1 << 6 | 1 << 5 | 1 << 1 | 1),
    (38, 1 << 38 | 1),
    (44, 1 << 44 | 1 << 6 | 1 << 5 | 1 << 2 | 1),
    (44, 1 << 44 | 1),
];

/// One way to run.
#[derive(Debug, Clone, Copy)]
struct Way {
    /// `None` is auto.
    schedule: Option<Schedule>,
    workers: usize,
    batch: Option<u64>,
}

/// What its runs gave.
#[derive(Debug, Default)]
struct Measured {
    walls: Vec<Duration>,
    /// Ratio to the sequential run of the same round.
    speedups: Vec<f64>,
    imbalance: Vec<f64>,
    cost: Vec<f64>,
    used: &'static str,
}

impl Measured {
    /// The median, in seconds.
    fn wall(&self) -> f64 {
        median(self.walls.iter().map(Duration::as_secs_f64).collect())
    }
}

impl Schedules {
    /// Prints the tables.
    ///
    /// # Errors
    /// If an answer is wrong, a run fails or the output cannot be written.
    pub(crate) fn run(mut self, _: &Global) -> Result<Status, Failure> {
        let mut out = Output::new(None)?;
        if self.workers.is_empty() {
            self.workers = if self.simulate { vec![2, 4, 8, 16, 32, 64, 128, 256] } else { vec![1, 2, 4, 8] };
        }
        if let Some(other) = self.degrees.iter().find(|degree| !REGISTERS.iter().any(|(d, _)| d == *degree)) {
            return Err(Failure::bad_input(format!("--degrees {other}: choose from 12,14,16,18,20,24,28,30,34,38,44")));
        }
        let pool = Pool::new();
        if self.simulate {
            self.simulate(&mut out, &pool)?;
            return out.finish().map(|()| Status::Done).map_err(Failure::from);
        }
        let mut summary = Vec::new();
        let (machine, is_text) = (machine(), self.format == TextOrJson::Text);
        if is_text {
            say(&mut out, &machine)?;
        }
        for (degree, c) in REGISTERS {
            if !self.degrees.contains(&degree) {
                continue;
            }
            let register = Register::from_characteristic(c).map_err(|error| Failure::failed(error.to_string()))?;
            let mut sections: Vec<(&str, Vec<Way>)> = Vec::new();
            if self.tables != Tables::Batches {
                sections.push(("schedules", self.schedule_ways()));
            }
            if self.tables != Tables::Schedules {
                sections.push(("batch sizes", batch_ways()));
            }
            for (title, ways) in sections {
                let (map, measured) = self.measure(&register, &ways, &pool)?;
                let cycles = map.cycle_count();
                if !is_text {
                    for (way, measured) in ways.iter().zip(&measured) {
                        let row = Object::new(&map, way, measured);
                        Line { schema: "lfsr.bench-schedules/1", machine: &machine, row }.say(&mut out)?;
                    }
                    continue;
                }
                if title == "schedules" {
                    let speedups = measured.iter().map(|m| median(m.speedups.clone())).collect();
                    summary.push((format!("{degree}, {cycles}"), ways.clone(), speedups));
                }
                if self.summary {
                    continue;
                }
                let kernel = map.plan.kernel.name();
                say(
                    &mut out,
                    &format!(
                        "\n{degree} bits, {register}, {cycles} cycles, longest {}; {kernel} kernel; {title}",
                        map.max_period(),
                        register = lfsr_core::notation::Polynomial(c),
                    ),
                )?;
                say(&mut out, &table(&ways, &measured, map.register().state_count()))?;
            }
            if let Some(peak) = peak_memory().filter(|_| is_text && !self.summary) {
                say(&mut out, &format!("peak resident size so far: {}", Bytes(peak)))?;
            }
        }
        for &workers in self.workers.iter().filter(|_| !summary.is_empty()) {
            say(&mut out, &format!("\nspeed-up against sequential, {workers} workers"))?;
            say(&mut out, &side_by_side(&summary, workers.into()))?;
        }
        if let Some(peak) = peak_memory().filter(|_| is_text) {
            say(&mut out, &format!("peak resident size: {}", Bytes(peak)))?;
        }
        out.finish()?;
        Ok(Status::Done)
    }

    fn schedule_ways(&self) -> Vec<Way> {
        let mut ways = vec![Way { schedule: Some(Schedule::Sequential), workers: 1, batch: None }];
        let parallel = Schedule::ALL.into_iter().filter(|&s| s != Schedule::Sequential).map(Some);
        for schedule in core::iter::once(None).chain(parallel) {
            for &workers in &self.workers {
                ways.push(Way { schedule, workers: workers.into(), batch: None });
            }
        }
        ways
    }

    /// Runs all ways in turn, several times over.
    fn measure(&self, register: &Register, ways: &[Way], pool: &Pool) -> Result<(CycleMap, Vec<Measured>), Failure> {
        let mut measured: Vec<Measured> = ways.iter().map(|_| Measured::default()).collect();
        let mut last = None;
        for round in 0..=usize::from(self.runs) {
            let mut walls = vec![Duration::ZERO; ways.len()];
            // Each round begins elsewhere, so that no way always follows the same one.
            for i in (0..ways.len()).map(|i| (i + 5 * round) % ways.len()) {
                let (way, measured) = (&ways[i], &mut measured[i]);
                let auto = way.schedule.is_none();
                let workers = if auto { Workers::UpTo(way.workers) } else { Workers::Exactly(way.workers) };
                let options = Options { schedule: way.schedule, workers, batch: way.batch, ..Options::default() };
                let control = Arc::new(Control::default());
                // Let the threads of the run before find rest, without going to sleep ourselves: on some machines that costs a
                // millisecond at the next start.
                let settled = Instant::now();
                while settled.elapsed() < SETTLE {
                    std::thread::yield_now();
                }
                pool.warm_up(way.workers)?;
                let begun = Instant::now();
                let map = enumerate(register, &options, pool, &control)?;
                walls[i] = begun.elapsed();
                if last.as_ref().is_some_and(|last: &CycleMap| last.census != map.census) {
                    return Err(Failure::failed(format!("{register:?}: the answer depends on the run")));
                }
                if round == 0 {
                    check(register, &map)?;
                    measured.used = map.plan.work.schedule.name();
                } else {
                    measured.imbalance.push(map.stats.imbalance_states());
                    measured.cost.push(map.stats.scheduling_cost());
                }
                last = Some(map);
            }
            for (wall, measured) in walls.iter().zip(&mut measured).filter(|_| round > 0) {
                measured.walls.push(*wall);
                measured.speedups.push(walls[0].as_secs_f64() / wall.as_secs_f64());
            }
        }
        let map = last.ok_or_else(|| Failure::bad_input("nothing to measure"))?;
        Ok((map, measured))
    }
}

fn batch_ways() -> Vec<Way> {
    let mut ways = vec![Way { schedule: Some(Schedule::Sequential), workers: 1, batch: None }];
    for schedule in [Schedule::Dynamic, Schedule::Stealing, Schedule::Hybrid] {
        for batch in BATCHES {
            ways.push(Way { schedule: Some(schedule), workers: 2, batch: (batch > 0).then_some(batch) });
        }
    }
    ways
}
