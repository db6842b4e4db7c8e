//! [`schedule`]: which schedule, and why.

use super::{kernel::Kernel, options::Options};
use crate::sched::Schedule;

/// Below this many states the work is done before a second worker is awake (2^21 states take about 0.1 ms).
const SEQUENTIAL_STATES: u128 = 1 << 21;

/// The schedule for 2^n states, and the reason in words.
pub(super) fn schedule(kernel: Kernel, n: u32, options: &Options) -> (Schedule, String) {
    if kernel == Kernel::Bitmap {
        return (Schedule::Sequential, "the walk engine is the sequential reference".into());
    }
    if let Some(schedule) = options.schedule {
        return (schedule, "as asked".into());
    }
    if options.workers == 1 {
        return (Schedule::Sequential, "one worker".into());
    }
    if 1u128 << n <= SEQUENTIAL_STATES {
        return (Schedule::Sequential, format!("2^{n} states are done before a second worker is awake"));
    }
    match kernel {
        Kernel::Leader => (Schedule::Dynamic, "start states differ widely in cost".into()),
        // Measured: never behind the others by more than noise, and ahead of them with more workers than cores.
        _ => (Schedule::Dynamic, "one queue keeps all busy to the end, and costs nothing at this size".into()),
    }
}
