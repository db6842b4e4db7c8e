//! [`Timelines`]: who worked when, under one schedule after the other, on one scale of time.

use core::fmt::Write as _;

use super::{
    axes::{Axes, round_marks},
    svg::Svg,
};
use crate::{
    report::text::Time,
    sched::{RunStats, Schedule, Span},
};

/// The most workers that a picture has rows for.
pub const MOST_WORKERS: usize = 128;

/// Traced runs of the same work.
#[derive(Debug, Clone, PartialEq)]
pub struct Timelines {
    runs: Vec<(Schedule, RunStats)>,
}

/// What a worker did without a visible break, from when to when, in units of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bar {
    from: f64,
    to: f64,
    stolen: bool,
}

/// Breaks that are less wide than this are not seen.
const SEEN: f64 = 0.4;

impl Timelines {
    /// Of runs whose batches were recorded.
    #[must_use]
    pub fn new(runs: Vec<(Schedule, RunStats)>) -> Self {
        Self { runs }
    }

    /// What they say, in a line.
    #[must_use]
    pub fn verdict(&self) -> String {
        let shortest = self.runs.iter().min_by(|(_, one), (_, other)| one.wall.cmp(&other.wall));
        let Some((schedule, stats)) = shortest else { return "no run".into() };
        let workers = stats.workers.len();
        format!(
            "{} states, {workers} {}; {schedule}{}, {}",
            stats.states(),
            if workers == 1 { "worker" } else { "workers" },
            if self.runs.len() == 1 { "" } else { " took least" },
            Time(stats.wall)
        )
    }

    /// `schedule,worker,phase,first,end,begun_us,took_us,stolen`, in the order of time; `first` and `end` number start states of the section.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text = "schedule,worker,phase,first,end,begun_us,took_us,stolen\n".to_owned();
        for (schedule, stats) in &self.runs {
            let mut spans: Vec<&Span> = stats.spans.iter().collect();
            spans.sort_by_key(|span| (span.begun, span.worker));
            for span in spans {
                let us = |time: core::time::Duration| time.as_secs_f64() * 1e6;
                let Span { worker, phase, starts, stolen, .. } = span;
                let _ = writeln!(
                    text,
                    "{schedule},{worker},{phase},{},{},{:.3},{:.3},{stolen}",
                    starts.start,
                    starts.end,
                    us(span.begun),
                    us(span.took)
                );
            }
        }
        text
    }

    /// The picture: a row for each worker, filled where it worked.
    #[must_use]
    pub fn svg(&self, name: &str) -> String {
        let rows = self.runs.iter().map(|(_, stats)| stats.workers.len()).max().unwrap_or(1).max(1);
        let row = (240 / rows as i32).clamp(2, 16);
        let panel = 26 + row * rows as i32;
        let top = 66;
        let bottom = top + self.runs.len() as i32 * (panel + 10);
        let mut svg = Svg::plot(&format!("Workers at {name}"), &self.verdict(), bottom + 44);
        legend(&mut svg);
        let longest = self.runs.iter().map(|(_, stats)| stats.wall.as_secs_f64()).fold(1e-9, f64::max);
        let (unit, second) = unit(longest);
        let axes = Axes { left: 40, right: 624, top, bottom };
        axes.across(&mut svg, round_marks(longest * second));
        axes.named(&mut svg, unit, "");
        for (i, (schedule, stats)) in self.runs.iter().enumerate() {
            let above = top + i as i32 * (panel + 10);
            svg.text(axes.left, above + 16, "small ink", &told(*schedule, stats));
            let end = axes.x(stats.wall.as_secs_f64() / longest);
            for worker in 0..stats.workers.len() {
                let y = above + 22 + row * worker as i32;
                if row >= 8 {
                    svg.text(axes.left - 6, y + row - 4, "end small soft", &worker.to_string());
                }
                svg.put(format_args!("<path class=\"grid\" d=\"M{} {}H{end}\"/>", axes.left, y + row - 1));
                let bars = bars(stats, worker, f64::from(axes.right - axes.left) / longest);
                for (class, stolen) in [("bar", false), ("mark", true)] {
                    let of_kind = bars.iter().filter(|bar| bar.stolen == stolen);
                    let path: String = of_kind.map(|bar| bar.path(axes.left, y, row - i32::from(row > 3))).collect();
                    if !path.is_empty() {
                        svg.put(format_args!("<path class=\"{class}\" d=\"{path}\"/>"));
                    }
                }
            }
            let foot = above + 22 + row * stats.workers.len() as i32;
            svg.put(format_args!("<path class=\"line\" d=\"M{end} {}V{foot}\"/>", above + 20));
        }
        svg.finish(
            "For each schedule a row for each worker, filled where it worked on a batch, in another colour where the batch was taken from \
             another worker; a line at the end of the run.",
        )
    }
}

impl Bar {
    /// A rectangle; a narrow light line parts it from the next one where there is room.
    fn path(&self, left: i32, y: i32, height: i32) -> String {
        let width = self.to - self.from;
        let width = if width > 4.0 { width - 0.6 } else { width.max(SEEN) };
        format!("M{:.1} {y}h{width:.1}v{height}h-{width:.1}z", f64::from(left) + self.from)
    }

    /// Whether nobody could tell where one ends and the other begins.
    fn joins(&self, next: &Self) -> bool {
        let is_narrow = self.to - self.from < 4.0 || next.to - next.from < 4.0;
        is_narrow && self.stolen == next.stolen && next.from - self.to < SEEN
    }
}

/// The batches of a worker in the order of time; those that are not told apart are one.
fn bars(stats: &RunStats, worker: usize, scale: f64) -> Vec<Bar> {
    let mut spans: Vec<&Span> = stats.spans.iter().filter(|span| span.worker == worker).collect();
    spans.sort_by_key(|span| span.begun);
    let mut bars: Vec<Bar> = vec![];
    for span in spans {
        let from = span.begun.as_secs_f64() * scale;
        let next = Bar { from, to: from + span.took.as_secs_f64() * scale, stolen: span.stolen };
        match bars.last_mut() {
            Some(bar) if bar.joins(&next) => bar.to = next.to,
            _ => bars.push(next),
        }
    }
    bars
}

/// A schedule and its run in a line.
fn told(schedule: Schedule, stats: &RunStats) -> String {
    let sum = |of: fn(&crate::sched::WorkerStats) -> u64| stats.workers.iter().map(of).sum::<u64>();
    let steals = sum(|worker| worker.steals);
    let taken = if steals > 0 { format!(", {steals} taken from others") } else { String::new() };
    format!(
        "{schedule}: {}; {} batches{taken}; busiest worker {:.1} % above the mean; {:.1} % idle",
        Time(stats.wall),
        sum(|worker| worker.batches),
        100.0 * stats.imbalance_busy(),
        100.0 * stats.scheduling_cost()
    )
}

/// What time is shown in, and how many of it are a second.
fn unit(longest: f64) -> (&'static str, f64) {
    match longest {
        longest if longest >= 5.0 => ("seconds", 1.0),
        longest if longest >= 5e-3 => ("milliseconds", 1e3),
        _ => ("microseconds", 1e6),
    }
}

fn legend(svg: &mut Svg) {
    for (x, class, text) in [(424, "bar", "own batches"), (516, "mark", "taken from others")] {
        svg.put(format_args!("<rect class=\"{class}\" x=\"{x}\" y=\"15\" width=\"10\" height=\"10\"/>"));
        svg.text(x + 14, 24, "small ink", text);
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;
    use crate::{
        analysis::{Options, enumerate, plan::Workers},
        sched::{Control, Pool, WorkerStats},
    };

    fn span(worker: usize, begun: u64, took: u64, stolen: bool) -> Span {
        let time = Duration::from_micros;
        Span { phase: 0, worker, starts: begun..begun + 1, begun: time(begun), took: time(took), stolen }
    }

    /// The rectangles of the picture are where and as long as the batches were.
    #[test]
    fn marks_are_the_batches() {
        let spans =
            vec![span(1, 500, 400, true), span(0, 0, 1000, false), span(1, 100, 100, false), span(1, 201, 99, false)];
        let workers = vec![WorkerStats { batches: 1, ..WorkerStats::default() }, WorkerStats::default()];
        let stats = RunStats { workers, wall: Duration::from_micros(1000), spans, phases: 1, ..RunStats::default() };
        let scale = 584.0 / 1e-3;
        let expected = [
            Bar { from: 58.4, to: 116.8, stolen: false },
            Bar { from: 117.384, to: 175.2, stolen: false },
            Bar { from: 292.0, to: 525.6, stolen: true },
        ];
        let found = bars(&stats, 1, scale);
        assert_eq!(found.len(), 3, "{found:?}");
        for (found, expected) in found.iter().zip(&expected) {
            assert!((found.from - expected.from).abs() < 1e-6 && (found.to - expected.to).abs() < 1e-6, "{found:?}");
            assert_eq!(found.stolen, expected.stolen);
        }
        let svg = Timelines::new(vec![(Schedule::Stealing, stats)]).svg("x");
        assert!(svg.contains("<path class=\"mark\" d=\"M332.0 104h233.0v15h-233.0z\"/>"), "{svg}");
        assert_eq!(svg.matches("class=\"bar\" d=").count(), 2, "one of each worker: {svg}");
    }

    /// Batches too narrow to be seen are one mark, so that a picture stays small however many there are.
    #[test]
    fn a_million_batches_are_few_marks() {
        let spans = (0..200_000).map(|i| span(0, 5 * i, 5, i % 50_000 == 49_999)).collect();
        let workers = vec![WorkerStats::default()];
        let stats = RunStats { workers, wall: Duration::from_secs(1), spans, phases: 1, ..RunStats::default() };
        assert_eq!(bars(&stats, 0, 584.0).len(), 8);
        assert!(Timelines::new(vec![(Schedule::Static, stats)]).svg("x").len() < 5000);
    }

    /// Every start state is in one batch of each schedule.
    #[test]
    fn tables_hold_every_start_once() {
        let register = lfsr_core::notation::parse("x^24+x^7+x^2+x+1").unwrap();
        let mut runs = vec![];
        for schedule in Schedule::distributing() {
            let options =
                Options { schedule: Some(schedule), workers: Workers::Exactly(3), traced: true, ..Options::default() };
            let map = enumerate(&register, &options, Pool::global(), &Control::default().into()).unwrap();
            runs.push((schedule, map.stats));
        }
        let csv = Timelines::new(runs).csv();
        for schedule in Schedule::distributing() {
            let mut parts: Vec<(u64, u64, u64)> = csv
                .lines()
                .filter_map(|line| line.strip_prefix(&format!("{schedule},")))
                .map(|line| {
                    let fields: Vec<&str> = line.split(',').collect();
                    let number = |i: usize| fields[i].parse::<u64>().unwrap();
                    (number(1), number(2), number(3))
                })
                .collect();
            parts.sort_unstable();
            assert!(!parts.is_empty() && parts[0].1 == 0, "{schedule}: {csv}");
            for pair in parts.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
                assert_eq!(pair[0].2, pair[1].1, "{schedule}: a gap or an overlap");
            }
        }
    }
}
