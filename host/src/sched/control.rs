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
}

impl Control {
    /// Asks every run under this control to stop soon.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Whether [`Control::stop`] was called.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
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
