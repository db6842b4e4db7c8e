//! [`Live`]: what a terminal shows while bits come in: redrawn in place, and gone at the end.

use core::time::Duration;
use std::{collections::VecDeque, io::IsTerminal, time::Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lfsr_core::check::Report;

use super::DRAW;
use crate::{cmd::options::Global, report::live};

/// The time that is called now.
const RECENT: Duration = Duration::from_secs(5);

/// Draws on standard error, if that is a terminal.
#[derive(Debug)]
pub(super) struct Live {
    bar: Option<ProgressBar>,
    begun: Instant,
    drawn: Instant,
    /// Bits and errors of all lanes together, at times of the last few seconds.
    before: VecDeque<(Instant, live::Sum)>,
}

impl Live {
    /// Nothing is drawn where the user wants none, or cannot see it.
    pub(super) fn new(global: &Global) -> Self {
        let is_wanted = std::io::stderr().is_terminal() && !global.quiet && !global.no_progress;
        let bar = is_wanted.then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.with_style(ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_spinner()))
        });
        let now = Instant::now();
        Self { bar, begun: now, drawn: now, before: VecDeque::new() }
    }

    /// Draws where the lanes stand, if it is time.
    pub(super) fn show(&mut self, lanes: &[&Report]) {
        let Some(bar) = &self.bar else { return };
        if self.drawn.elapsed() < DRAW {
            return;
        }
        self.drawn = Instant::now();
        let now = live::Sum::of(lanes);
        while self.before.len() > 1 && self.before.front().is_some_and(|(at, _)| at.elapsed() > RECENT) {
            self.before.pop_front();
        }
        let before =
            self.before.front().map_or((self.begun.elapsed(), live::Sum::default()), |(at, sum)| (at.elapsed(), *sum));
        self.before.push_back((self.drawn, now));
        bar.set_message(live::text(self.begun.elapsed(), lanes, now, before));
        bar.tick();
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
