//! [`schedule`]: which schedule, and why; [`workers`]: how many of them.

use super::{
    kernel::Kernel,
    options::{Options, Workers},
};
use crate::sched::Schedule;

/// Below this many states the work is done before a second worker is awake (2^21 states take about 0.1 ms).
const SEQUENTIAL_STATES: u128 = 1 << 21;

/// Seconds to start one more worker. Measured: 15 to 40 us, one after the other.
const START: f64 = 30e-6;

/// How many workers do `seconds` of work the soonest. w of them take seconds / w + w * START, which is least for w = sqrt(seconds / START); a thread
/// is counted twice here, since the estimates of seconds are two to four times too high.
pub(super) fn workers(asked: Workers, seconds: f64) -> usize {
    match asked {
        Workers::Exactly(workers) => workers.max(1),
        Workers::UpTo(most) => ((seconds / (2.0 * START)).sqrt().ceil() as usize).clamp(1, most.max(1)),
    }
}

/// The schedule for 2^n states, and the reason in words.
pub(super) fn schedule(kernel: Kernel, n: u32, workers: usize, options: &Options) -> (Schedule, String) {
    if kernel == Kernel::Bitmap {
        return (Schedule::Sequential, "the walk engine is the sequential reference".into());
    }
    if let Some(schedule) = options.schedule {
        return (schedule, "as asked".into());
    }
    if workers == 1 {
        let why = if options.workers.most() == 1 { "one worker" } else { "done before a second worker is awake" };
        return (Schedule::Sequential, why.into());
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

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;
    use crate::sched::{
        RunStats, Span,
        simulation::{Costs, Topology, simulate},
    };

    #[test]
    fn as_many_workers_as_the_work_repays() {
        assert_eq!(workers(Workers::UpTo(64), 10e-6), 1, "done before another one is there");
        assert_eq!(workers(Workers::UpTo(64), 200e-6), 2);
        assert_eq!(workers(Workers::UpTo(64), 1.0), 64);
        assert_eq!(workers(Workers::UpTo(256), 10e-3), 13);
        assert_eq!(workers(Workers::Exactly(64), 10e-6), 64, "what is asked for is done");
        assert_eq!(workers(Workers::UpTo(0), 1.0), 1);
    }

    /// A run by one worker whose batches differ as arcs do, exponentially; of so many seconds in all.
    fn arcs(count: u64, seconds: f64) -> RunStats {
        let mut random = 0x9e37_79b9_7f4a_7c15u64;
        let mut exponential = || {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            -((random >> 11) as f64 / (1u64 << 53) as f64).max(1e-12).ln()
        };
        let lengths: Vec<f64> = (0..count).map(|_| exponential()).collect();
        let sum: f64 = lengths.iter().sum();
        let span = |(i, length): (usize, &f64)| Span {
            phase: 0,
            worker: 0,
            starts: i as u64..i as u64 + 1,
            begun: Duration::ZERO,
            took: Duration::from_secs_f64(length / sum * seconds),
            stolen: false,
        };
        RunStats {
            wall: Duration::from_secs_f64(seconds),
            phases: 1,
            spans: lengths.iter().enumerate().map(span).collect(),
            ..RunStats::default()
        }
    }

    /// On every kind of simulated machine, from 2 to 256 workers, `auto` is never slower than one worker, and seldom far behind the best
    /// number of workers under the best schedule.
    #[test]
    fn auto_does_well_on_machines_that_are_not_at_hand() {
        let costs = Costs::default();
        for (count, seconds) in [(64, 1e-4), (256, 1e-3), (1024, 0.02), (4096, 0.3), (8192, 3.0)] {
            let stats = arcs(count, seconds);
            for topology in Topology::ALL {
                for offered in [2, 4, 8, 16, 32, 64, 128, 256] {
                    let cores = topology.cores(offered);
                    let wall =
                        |schedule, workers: usize| simulate(&stats, schedule, None, &cores[..workers], &costs).wall;
                    let taken = workers(Workers::UpTo(offered), seconds);
                    let auto = wall(if taken == 1 { Schedule::Sequential } else { Schedule::Dynamic }, taken);
                    let powers = (0..=offered.ilog2()).map(|log| 1 << log);
                    let best = powers
                        .flat_map(|workers| Schedule::distributing().map(move |schedule| (schedule, workers)))
                        .map(|(schedule, workers)| wall(schedule, workers))
                        .fold(f64::MAX, f64::min);
                    let what = format!("{seconds} s, {} {offered}: {taken} take {auto}, best {best}", topology.name());
                    assert!(auto <= seconds * 1.001, "{what}");
                    assert!(auto <= 1.6 * best, "{what}");
                }
            }
        }
    }
}
