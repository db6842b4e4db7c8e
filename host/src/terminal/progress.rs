//! Progress on standard error, only if it is a terminal and only for work that takes long.

use core::time::Duration;
use std::{
    io::IsTerminal,
    sync::{
        Arc,
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    thread::{Builder, JoinHandle},
    time::Instant,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::sched::control::Control;

/// Nothing is shown before this time.
const PATIENCE: Duration = Duration::from_millis(500);

/// Draws until dropped.
#[derive(Debug)]
pub struct Progress {
    drawing: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Shows the steps of `control` against `total`, if `wanted` and standard error is a terminal.
    #[must_use]
    pub fn new(wanted: bool, label: &str, control: &Arc<Control>, total: u128) -> Self {
        if !wanted || !std::io::stderr().is_terminal() {
            return Self { drawing: None };
        }
        let (stop, stopped) = channel::<()>();
        let (control, label) = (Arc::clone(control), label.to_owned());
        let total = u64::try_from(total).unwrap_or(u64::MAX);
        let drawing = move || {
            let begun = Instant::now();
            let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(PATIENCE) else { return };
            let bar = ProgressBar::with_draw_target(Some(SCALE), ProgressDrawTarget::stderr());
            // On a narrow terminal the bar goes first; what moves stays.
            let style = ProgressStyle::with_template("{msg} {wide_bar} {prefix}");
            let bar =
                bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())).with_prefix(shortened(&label));
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(Duration::from_millis(100)) {
                let done = control.steps().min(total);
                bar.set_position((done as f64 / total as f64 * SCALE as f64) as u64);
                bar.set_message(line(done, total, begun.elapsed()));
            }
            bar.finish_and_clear();
        };
        // Without a thread there is no progress to see; the work goes on.
        Self { drawing: Builder::new().name("progress".into()).spawn(drawing).ok().map(|handle| (stop, handle)) }
    }
}

/// Steps of the bar.
const SCALE: u64 = 10_000;

/// Letters of the register shown.
const LABEL: usize = 24;

/// How far, how fast, and how long still: ` 2.25 %, 797 G states/s, 15 min left`.
fn line(done: u64, total: u64, elapsed: Duration) -> String {
    let share = 100.0 * done as f64 / total as f64;
    let rate = done as f64 / elapsed.as_secs_f64();
    if done == 0 {
        return format!("{share:5.2} %");
    }
    let left = (total - done) as f64 / rate;
    let (left, unit) = [(86_400.0, "days"), (3600.0, "h"), (60.0, "min")]
        .into_iter()
        .find(|(length, _)| left >= 2.0 * length)
        .map_or((left, "s"), |(length, unit)| (left / length, unit));
    format!("{share:5.2} %, {} states/s, {left:.0} {unit} left", metric(rate))
}

/// Three digits and a letter: `797 G`.
pub(crate) fn metric(number: f64) -> String {
    let (scaled, letter) = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]
        .into_iter()
        .find(|(size, _)| number >= *size)
        .map_or((number, ""), |(size, letter)| (number / size, letter));
    let digits = if scaled < 10.0 { 2 } else { usize::from(scaled < 100.0) };
    format!("{scaled:.digits$} {letter}").trim_end().to_owned()
}

fn shortened(label: &str) -> String {
    match label.char_indices().nth(LABEL) {
        Some((end, _)) => format!("{}...", &label[..end]),
        None => label.to_owned(),
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((stop, handle)) = self.drawing.take() {
            drop(stop);
            // A thread that only draws has nothing to report.
            let _ = handle.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_a_person_wants_to_know() {
        let seconds = Duration::from_secs;
        assert_eq!(line(0, 1 << 48, seconds(1)), " 0.00 %");
        assert_eq!(line(6_333_186_975_989, 1 << 48, seconds(8)), " 2.25 %, 792 G states/s, 6 min left");
        assert_eq!(line(1 << 63, u64::MAX, seconds(100_000)), "50.00 %, 92.2 T states/s, 28 h left");
        assert_eq!(line(999, 1000, seconds(1)), "99.90 %, 999 states/s, 0 s left");
        assert_eq!(metric(1234.0), "1.23 k");
        assert_eq!(shortened(&"é".repeat(40)), "é".repeat(24) + "...");
    }
}
