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
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr()).with_message(label);
            let template = "{msg} {wide_bar} {percent}% {human_pos} states, {per_sec}, {eta} left";
            bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
            let bar = bar.with_elapsed(begun.elapsed());
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(Duration::from_millis(100)) {
                bar.set_position(control.steps().min(total));
            }
            bar.finish_and_clear();
        };
        // Without a thread there is no progress to see; the work goes on.
        Self { drawing: Builder::new().name("progress".into()).spawn(drawing).ok().map(|handle| (stop, handle)) }
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
