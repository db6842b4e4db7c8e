//! [`Control`]: progress counter and stop flag.

use core::{
    fmt,
    ops::ControlFlow,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};
use std::sync::OnceLock;

use lfsr_core::cycle::Monitor;

/// Shared by whoever waits for a run and whoever does it.
///
/// All accesses are relaxed: the values only count and nudge, results travel by other ways.
#[derive(Default)]
pub struct Control {
    stop: AtomicBool,
    steps: AtomicU64,
    /// How many steps may be done; 0: any number.
    budget: u64,
    watcher: OnceLock<Watcher>,
}

/// Called with the number of steps done.
type Watcher = Box<dyn Fn(u64) + Send + Sync>;

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
        let before = self.steps.fetch_add(steps, Ordering::Relaxed);
        if let Some(watcher) = self.watcher.get() {
            watcher(before + steps);
        }
    }

    /// From now on whoever does steps calls `watcher` each time, with the number of steps done: for progress where there is no other
    /// thread to look. The first watcher stays.
    pub fn watch(&self, watcher: impl Fn(u64) + Send + Sync + 'static) {
        let _ = self.watcher.set(Box::new(watcher));
    }

    /// Steps done since the last [`Control::restart`], a little behind.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_stopped = self.stop.load(Ordering::Relaxed);
        f.debug_struct("Control").field("stop", &is_stopped).field("steps", &self.steps()).finish_non_exhaustive()
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
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn a_budget_stops_a_run() {
        let control = Control::with_budget(100);
        assert!((&mut &control).advanced(100).is_continue());
        assert!((&mut &control).advanced(1).is_break() && control.is_stopped());
        assert!((&mut &Control::default()).advanced(u64::MAX / 2).is_continue());
    }

    #[test]
    fn a_watcher_is_told_of_every_step() {
        let (control, told) = (Control::default(), Arc::new(Mutex::new(Vec::new())));
        let seen = Arc::clone(&told);
        control.add(1);
        control.watch(move |steps| seen.lock().unwrap().push(steps));
        control.watch(|_| panic!("the first one stays"));
        control.add(2);
        let _ = (&mut &control).advanced(40);
        assert_eq!(*told.lock().unwrap(), [3, 43]);
    }
}
