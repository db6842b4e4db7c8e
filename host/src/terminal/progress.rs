//! Progress on standard error: a bar on a terminal for work that takes long, or lines for a program that reads them.

use core::time::Duration;
use std::{
    io::{IsTerminal, Write},
    sync::{
        Arc, Mutex,
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    thread::{Builder, JoinHandle},
    time::Instant,
};

use super::bar::Bar;
use crate::sched::control::Control;

/// Nothing is shown before this time.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often it is shown.
const OFTEN: Duration = Duration::from_millis(100);

/// Draws until dropped.
#[derive(Debug)]
pub struct Progress {
    drawing: Option<(Sender<()>, JoinHandle<()>)>,
}

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Showing {
    /// Not at all.
    Nothing,
    /// A bar, if standard error is a terminal.
    Bar,
    /// Lines `progress: 6 of 32`, in states, for a program that reads them.
    Lines,
}

impl Progress {
    /// Shows the steps of `control` against `total`.
    #[must_use]
    pub fn new(showing: Showing, label: &str, control: &Arc<Control>, total: u128) -> Self {
        let total = u64::try_from(total).unwrap_or(u64::MAX);
        match showing {
            Showing::Bar if std::io::stderr().is_terminal() => Self { drawing: draw(label, control, total) },
            Showing::Lines => {
                write_lines(control, total);
                Self { drawing: None }
            }
            _ => Self { drawing: None },
        }
    }
}

/// A thread that draws. Without one there is no progress to see; the work goes on.
fn draw(label: &str, control: &Arc<Control>, total: u64) -> Option<(Sender<()>, JoinHandle<()>)> {
    let (stop, stopped) = channel::<()>();
    let (control, label) = (Arc::clone(control), shortened(label));
    let drawing = move || {
        let begun = Instant::now();
        let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(PATIENCE) else { return };
        let bar = Bar::labelled(label);
        while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(OFTEN) {
            let done = control.steps().min(total);
            bar.draw(done as f64 / total as f64, line(done, total, begun.elapsed()));
        }
        bar.clear();
    };
    Builder::new().name("progress".into()).spawn(drawing).ok().map(|handle| (stop, handle))
}

/// Whoever works writes, since where these lines are read there may be no threads: in a browser.
fn write_lines(control: &Control, total: u64) {
    let said = Mutex::new(Instant::now());
    control.watch(move |steps| {
        // Whoever finds it taken leaves it to the other.
        let Ok(mut said) = said.try_lock() else { return };
        if said.elapsed() >= OFTEN {
            *said = Instant::now();
            // Progress that nobody takes is no error.
            let _ = writeln!(std::io::stderr(), "progress: {} of {total}", steps.min(total));
        }
    });
}

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
