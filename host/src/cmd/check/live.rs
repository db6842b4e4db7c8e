//! [`Live`]: what a terminal shows while bits come in: redrawn in place, and gone at the end.

use core::time::Duration;
use std::{collections::VecDeque, io::IsTerminal, time::Instant};

use lfsr_core::check::Report;

use super::DRAW;
use crate::{cmd::options::Global, report::live, terminal::bar::Bar};

/// The time that is called now.
const RECENT: Duration = Duration::from_secs(5);

/// Draws on standard error, if that is a terminal.
#[derive(Debug)]
pub(super) struct Live {
    bar: Option<Bar>,
    begun: Instant,
    drawn: Instant,
    /// Bits and errors of all lanes together, at times of the last few seconds.
    before: VecDeque<(Instant, live::Sum)>,
}

impl Live {
    /// Nothing is drawn where the user wants none, or cannot see it.
    pub(super) fn new(global: &Global) -> Self {
        let is_wanted = std::io::stderr().is_terminal() && !global.quiet && !global.no_progress;
        let bar = is_wanted.then(Bar::message);
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
        bar.say(live::text(self.begun.elapsed(), lanes, now, before));
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.clear();
        }
    }
}
