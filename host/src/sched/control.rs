//! [`Control`]: progress counter and stop flag.

use core::{
    ops::ControlFlow,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

use lfsr_core::cycle::Monitor;

/// Shared by whoever waits for a run and whoever does it.
///
/// All accesses are relaxed: the values only count and nudge, results travel by other ways.
#[derive(Debug, Default)]
pub struct Control {
    stop: AtomicBool,
    steps: AtomicU64,
    /// How many steps may be done; 0: any number.
    budget: u64,
}

impl Control {
    /// Stops by itself once so many steps are done, or a little more.
    #[must_use]
    pub fn with_budget(steps: u64) -> Self {
        Self { budget: steps.max(1), ..Self::default() }
    }

    /// Asks every run under this control to stop soon.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Whether [`Control::stop`] was called.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.budget > 0 && self.steps() > self.budget
    }

    /// Starts counting afresh.
    pub fn restart(&self) {
        self.steps.store(0, Ordering::Relaxed);
    }

    /// Adds to the number of steps done.
    pub fn add(&self, steps: u64) {
        self.steps.fetch_add(steps, Ordering::Relaxed);
    }

    /// Steps done since the last [`Control::restart`], a little behind.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps.load(Ordering::Relaxed)
    }
}

impl Monitor for &Control {
    fn advanced(&mut self, steps: u64) -> ControlFlow<()> {
        self.add(steps);
        if self.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_stops_a_run() {
        let control = Control::with_budget(100);
        assert!((&mut &control).advanced(100).is_continue());
        assert!((&mut &control).advanced(1).is_break() && control.is_stopped());
        assert!((&mut &Control::default()).advanced(u64::MAX / 2).is_continue());
    }
}
