//! `lfsr draw workers`.

use clap::Args;

use super::{OutputArgs, PlotFormat};
use crate::{
    analysis::{
        engine::Run,
        plan::{Options, Plan, Workers},
        verify::check,
    },
    cmd::{
        failure::Failure,
        interrupt,
        options::{Global, RunOptions, SignalArgs},
        status::Status,
    },
    report::draw::workers::{MOST_WORKERS, Timelines},
    sched::{Pool, Schedule},
    terminal::progress::Progress,
};

/// Draws who worked when: an enumeration under one schedule after the other, batch by batch, and which batches were taken from other workers.
///
/// The register is enumerated once for each schedule; all of them must find what algebra finds.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  lfsr draw workers x^34+x^8+x^4+x^3+1 --workers 4\n  lfsr draw workers x^30+x^6+x^4+x+1 --schedule stealing --batch-size 16 --format csv"
)]
pub(in crate::cmd) struct WorkersCommand {
    #[command(flatten)]
    register: SignalArgs,
    #[command(flatten)]
    run: RunOptions,
    /// What is written: a picture or a table of all batches.
    #[arg(long, value_name = "FORMAT", default_value = "svg")]
    format: PlotFormat,
    #[command(flatten)]
    output: OutputArgs,
}

impl WorkersCommand {
    pub(super) fn run(self, global: &Global) -> Result<Status, Failure> {
        let name = &self.register.register;
        let signal = self.register.signal()?;
        let title = super::register::name(name, &signal);
        let register = signal.register.narrow().ok_or_else(|| {
            Failure::bad_input(format!("{name}: {} cells; up to 64 are enumerated", signal.register.degree()))
        })?;
        let asked = self.run.options(false);
        let workers = asked.workers.most();
        if workers > MOST_WORKERS && self.format == PlotFormat::Svg {
            return Err(Failure::bad_input(format!(
                "--workers {workers}: a picture has room for {MOST_WORKERS}; --format csv takes more"
            )));
        }
        let schedules: Vec<Schedule> = match asked.schedule {
            Some(Schedule::Rayon) => {
                return Err(Failure::bad_input(
                    "--schedule rayon: its batches are handed out by rayon, and not recorded",
                ));
            }
            Some(schedule) => vec![schedule],
            None => Schedule::distributing().collect(),
        };
        let (pool, control) = (Pool::new(), interrupt::control());
        // Threads that have to be made first would be seen in the first run only.
        pool.warm_up(workers)?;
        let mut runs = vec![];
        for schedule in schedules {
            let options =
                Options { schedule: Some(schedule), workers: Workers::Exactly(workers), traced: true, ..asked.clone() };
            let progress = Progress::new(
                global.progress(),
                &format!("{name}, {schedule}"),
                &control,
                register.cyclic_state_count(),
            );
            let map = Run::new(&Plan::new(&register, &options)?, &pool, &control).map();
            drop(progress);
            if control.is_stopped() {
                return Ok(Status::Interrupted);
            }
            let map = map?;
            check(&map).map_err(|reason| Failure::failed(format!("{name}, {schedule}: {reason}")))?;
            runs.push((schedule, map.stats));
        }
        let timelines = Timelines::new(runs);
        self.output.write(&match self.format {
            PlotFormat::Svg => timelines.svg(&title),
            PlotFormat::Csv => timelines.csv(),
        })
    }
}
