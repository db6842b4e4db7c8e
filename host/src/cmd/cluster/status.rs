//! `lfsr cluster status`.

use core::time::Duration;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::{
    analysis::cluster::{Job, UnitState},
    cmd::{failure::Failure, print::print, status::Status},
    report::{TextOrJson, plan::Long},
};

/// Says how far the job of a folder is: done, running, lost, given up, time left.
///
/// Exit status 0 if all units are done, 1 if not yet.
#[derive(Debug, Args)]
#[command(name = "status", after_long_help = "Example:\n  lfsr cluster status run48")]
pub(in crate::cmd) struct StatusCommand {
    /// The folder of the job.
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// How the result is written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

#[derive(Debug, Default, Serialize)]
struct Count {
    schema: &'static str,
    register: String,
    units: u32,
    done: u32,
    running: u32,
    lost: u32,
    waiting: u32,
    /// Numbers of units.
    given_up: Vec<u32>,
    /// Numbers of units.
    damaged: Vec<u32>,
    states: String,
    cpu_seconds: f64,
    /// Of what is left, with as many processes as now; null: none is running, or none is done.
    seconds_left: Option<f64>,
}

impl StatusCommand {
    /// Looks at every file.
    ///
    /// # Errors
    /// If the folder has no job.
    pub(super) fn run(self) -> Result<Status, Failure> {
        let job = Job::open(&self.folder)?;
        let (count, notes) = count(&job);
        let status = if count.done == count.units { Status::Done } else { Status::No };
        let text = match self.format {
            TextOrJson::Json => serde_json::to_string(&count).unwrap_or_default() + "\n",
            TextOrJson::Text => text(&count) + &notes.concat(),
        };
        print(text.as_bytes())?;
        Ok(status)
    }
}

fn count(job: &Job) -> (Count, Vec<String>) {
    let (mut time, mut states) = (Duration::ZERO, 0);
    let mut count = Count {
        schema: "lfsr.cluster-status/1",
        units: job.units,
        register: job.register.to_string(),
        ..Count::default()
    };
    let mut notes = vec![];
    for unit in job.all() {
        match unit.state(job) {
            UnitState::Done { elapsed, states: more } => {
                count.done += 1;
                time += elapsed;
                states += more;
            }
            UnitState::Running => count.running += 1,
            UnitState::Waiting => count.waiting += 1,
            UnitState::GivenUp => {
                count.given_up.push(unit.number);
                notes.push(format!("  unit {}: begun five times without coming any further\n", unit.number));
            }
            UnitState::Damaged(error) => {
                count.damaged.push(unit.number);
                notes.push(format!("  unit {}: {error}\n", unit.number));
            }
            UnitState::Lost => count.lost += 1,
        }
    }
    (count.states, count.cpu_seconds) = (states.to_string(), time.as_secs_f64());
    if count.done > 0 && count.running > 0 {
        // A process that is at its unit has half of it behind it, on average.
        let left = f64::from(job.units - count.done) - f64::from(count.running) / 2.0;
        count.seconds_left = Some(time.as_secs_f64() / f64::from(count.done) * left / f64::from(count.running));
    }
    (count, notes)
}

fn text(count: &Count) -> String {
    let Count { register, units, done, running, lost, waiting, given_up, damaged, cpu_seconds, seconds_left, .. } =
        count;
    let mut parts = vec![format!("{done} of {units} units done"), format!("{running} running")];
    let others = [
        (*lost, "lost"),
        (*waiting, "waiting"),
        (given_up.len() as u32, "given up"),
        (damaged.len() as u32, "damaged"),
    ];
    parts.extend(others.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}")));
    let left = match seconds_left {
        _ if done == units => "; join them with lfsr merge".to_owned(),
        Some(seconds) => format!("; {} left", Long(*seconds)),
        None => String::new(),
    };
    format!("{register}\n  {}; {} so far{left}\n", parts.join(", "), Long(*cpu_seconds))
}
