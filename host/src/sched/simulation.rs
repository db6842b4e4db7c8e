//! [`simulate`]: what a schedule would do with workers that this machine does not have.
//!
//! The schedules are those that run; only time is modelled. Each batch takes as long as it took when it was recorded, divided by the
//! speed of its worker. A word of shared memory belongs to the worker that used it last; another one has to fetch it, one after the other,
//! and longer from another node:
//!
//! ```text
//!      worker 0   ---start---|q|==== batch ====|q|== batch ==|
//!      worker 1   -----start------|.q|=== batch ===|q|== batch ==|        q: a use of shared memory; .: waits until the word is free
//! ```
//!
//! What is not modelled: caches and memory of the batches themselves (they use none to speak of), clocks that fall when many cores work,
//! and workers that help each other with arcs of 2^44 states and more.

use core::{cmp::Reverse, ops::Range};
use std::collections::BinaryHeap;

use super::{Batch, Lines, RunStats, Schedule, Work};

/// A worker of a simulated machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Core {
    /// Which part of the memory is near.
    pub node: usize,
    /// In terms of the core that the times were recorded on.
    pub speed: f64,
}

/// What the workers of a simulated machine are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topology {
    /// All alike, one memory.
    Even,
    /// Two nodes, each with half of the workers and of the memory.
    Nodes,
    /// Half of them are efficient cores of half the speed.
    Hybrid,
    /// Every eighth one shares its core with another program.
    Shared,
}

impl Topology {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Even, Self::Nodes, Self::Hybrid, Self::Shared];

    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Even => "even",
            Self::Nodes => "nodes",
            Self::Hybrid => "hybrid",
            Self::Shared => "shared",
        }
    }

    /// So many workers of that kind.
    #[must_use]
    pub fn cores(self, workers: usize) -> Vec<Core> {
        let core = |worker: usize| match self {
            Self::Even => Core { node: 0, speed: 1.0 },
            Self::Nodes => Core { node: 2 * worker / workers, speed: 1.0 },
            Self::Hybrid => Core { node: 0, speed: if 2 * worker < workers { 1.0 } else { 0.5 } },
            Self::Shared => Core { node: 0, speed: if worker % 8 == 7 { 0.5 } else { 1.0 } },
        };
        (0..workers).map(core).collect()
    }
}

/// What the model charges, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Costs {
    /// To start a thread, or to wake one; whoever starts them does so one after the other.
    pub start: f64,
    /// To use a word of shared memory that is one's own.
    pub own: f64,
    /// To fetch it from another core of the same node.
    pub near: f64,
    /// To fetch it from another node.
    pub far: f64,
}

impl Default for Costs {
    /// 30 us for a thread (measured on two virtual cores of AMD Zen 3: 15 to 40). Atomic operations on a word that another core has modified:
    /// 60 ns in the node, 250 ns from another one, above what T. David, R. Guerraoui, V. Trigonakis, "Everything you always wanted to
    /// know about synchronization but were afraid to ask", SOSP 2013, table 2, measured on machines of 48 to 80 cores.
    fn default() -> Self {
        Self { start: 30e-6, own: 5e-9, near: 60e-9, far: 250e-9 }
    }
}

/// What a simulated run came to, in seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Simulated {
    /// From the start to the end of the last worker.
    pub wall: f64,
    /// All workers together spent with shared memory, waiting for it included.
    pub sharing: f64,
}

/// The run that was recorded as `stats` by one worker, with these cores: its parallel phases by that schedule, what one worker did
/// between them as it was. The recorded batches, which should be of one start state each, are shared out `batch` at a time; `None` is automatic.
///
/// Takes time in proportion to the number of batches, and to the square of the number of workers.
#[must_use]
pub fn simulate(stats: &RunStats, schedule: Schedule, batch: Option<u64>, cores: &[Core], costs: &Costs) -> Simulated {
    let mut sum = Simulated::default();
    let mut alone = stats.wall.as_secs_f64();
    for number in 0..stats.phases {
        let mut spans: Vec<_> = stats.spans.iter().filter(|span| span.phase == number).collect();
        spans.sort_by_key(|span| span.starts.start);
        // Seconds from the first recorded batch to before this one.
        let mut until = vec![0.0];
        for span in &spans {
            until.push(until[until.len() - 1] + span.took.as_secs_f64());
        }
        let total = spans.len() as u64;
        alone -= until[spans.len()];
        if total == 0 {
            continue;
        }
        let batch = batch.unwrap_or_else(|| Work::automatic_batch(total, cores.len()));
        let work = Work { total, batch, workers: cores.len(), schedule, traced: false }.checked();
        let phase = phase(work, &|starts| until[starts.end as usize] - until[starts.start as usize], cores, costs);
        sum.wall += phase.wall;
        sum.sharing += phase.sharing;
    }
    // Times are read a little apart.
    sum.wall += alone.max(0.0);
    sum
}

/// One parallel phase; `takes(starts)` says how long the core of speed 1 takes.
fn phase(work: Work, takes: &dyn Fn(Range<u64>) -> f64, cores: &[Core], costs: &Costs) -> Simulated {
    let Some(distributor) = work.schedule.distributor(work) else {
        return Simulated { wall: takes(0..work.total) / cores[0].speed, sharing: 0.0 };
    };
    let mut sources: Vec<_> = (0..work.workers).map(|worker| distributor.source(worker)).collect();
    let mut memory = Memory { cores, costs, words: Vec::new(), user: 0, now: 0.0 };
    let mut sum = Simulated::default();
    // The thread that starts the others is the last to begin.
    let begins = |worker: usize| costs.start * if worker == 0 { work.workers - 1 } else { worker } as f64;
    let mut next: BinaryHeap<_> = (0..work.workers).map(|worker| Reverse((Time(begins(worker)), worker))).collect();
    while let Some(Reverse((Time(now), worker))) = next.pop() {
        (memory.user, memory.now) = (worker, now);
        let batch = sources[worker].next(&mut memory);
        sum.sharing += memory.now - now;
        match batch {
            Some(Batch { batches, .. }) => {
                let took = takes(work.starts(batches)) / cores[worker].speed;
                next.push(Reverse((Time(memory.now + took), worker)));
            }
            None => sum.wall = sum.wall.max(memory.now),
        }
    }
    sum
}

/// The words of shared memory: who had each last, and when that was done.
struct Memory<'a> {
    cores: &'a [Core],
    costs: &'a Costs,
    words: Vec<Option<(usize, f64)>>,
    user: usize,
    now: f64,
}

impl Lines for Memory<'_> {
    fn used(&mut self, line: usize) {
        if self.words.len() <= line {
            self.words.resize(line + 1, None);
        }
        let (from, free) = self.words[line].unwrap_or((self.user, 0.0));
        let takes = if from == self.user {
            self.costs.own
        } else if self.cores[from].node == self.cores[self.user].node {
            self.costs.near
        } else {
            self.costs.far
        };
        self.now = self.now.max(free) + takes;
        self.words[line] = Some((self.user, self.now));
    }
}

/// Seconds, in order.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Time(f64);

impl Eq for Time {}

impl PartialOrd for Time {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Time {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;
    use crate::sched::Span;

    const FREE: Costs = Costs { start: 0.0, own: 0.0, near: 0.0, far: 0.0 };

    /// A recorded run with these batches, in microseconds, and as much before them that one worker does alone.
    fn recorded(batches: &[u64], alone: u64) -> RunStats {
        let span = |(i, &us): (usize, &u64)| Span {
            phase: 0,
            worker: 0,
            starts: i as u64..i as u64 + 1,
            begun: Duration::ZERO,
            took: Duration::from_micros(us),
            stolen: false,
        };
        RunStats {
            wall: Duration::from_micros(alone + batches.iter().sum::<u64>()),
            phases: 1,
            spans: batches.iter().enumerate().map(span).collect(),
            ..RunStats::default()
        }
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn equal_batches_on_equal_cores_take_an_equal_part() {
        let stats = recorded(&[10; 1000], 500);
        for schedule in Schedule::distributing() {
            for (workers, micros) in [(1, 10_500.0), (2, 5_500.0), (10, 1_500.0)] {
                let simulated = simulate(&stats, schedule, Some(1), &Topology::Even.cores(workers), &FREE);
                assert!(near(simulated.wall, micros * 1e-6), "{schedule}, {workers}: {}", simulated.wall);
            }
        }
    }

    /// What is given away in advance waits for the slow cores: half of the work at half of the speed. The others end together.
    #[test]
    fn slow_cores_get_less_where_batches_are_pulled() {
        let stats = recorded(&[10; 1200], 0);
        let cores = Topology::Hybrid.cores(4);
        let wall = |schedule| simulate(&stats, schedule, Some(1), &cores, &FREE).wall * 1e6;
        assert!(near(wall(Schedule::Static), 6000.0));
        // Speeds of 1, 1, 0.5, 0.5: the whole in a third of its time.
        for schedule in [Schedule::Dynamic, Schedule::Stealing] {
            assert!((4000.0..4100.0).contains(&wall(schedule)), "{schedule}: {}", wall(schedule));
        }
        // Three quarters of the share of a slow core are 225 batches of 20 us.
        assert!((4500.0..4600.0).contains(&wall(Schedule::Hybrid)), "{}", wall(Schedule::Hybrid));
    }

    /// Pulls come one after the other: the queue is the limit where batches are shorter than it takes all workers to use it.
    #[test]
    fn a_word_that_all_use_is_passed_from_one_to_the_next() {
        let stats = recorded(&[1; 4000], 0);
        let cores = Topology::Even.cores(50);
        let costs = Costs { near: 1e-6, ..FREE };
        // The last of them are pulled one by one, the first up to eight at once.
        let wall = simulate(&stats, Schedule::Dynamic, Some(1), &cores, &costs).wall;
        assert!(wall > 500e-6, "at least one use for eight batches: {wall}");
        let two_nodes = simulate(
            &stats,
            Schedule::Dynamic,
            Some(1),
            &Topology::Nodes.cores(50),
            &Costs { far: 1e-6, near: 0.0, ..FREE },
        );
        assert!(two_nodes.wall < wall && two_nodes.sharing > 0.0);
    }

    /// Threads are started one after the other, and the one that starts them comes last.
    #[test]
    fn starting_costs_what_it_costs() {
        let stats = recorded(&[100; 4], 0);
        let costs = Costs { start: 10e-6, ..FREE };
        let wall = simulate(&stats, Schedule::Static, Some(1), &Topology::Even.cores(4), &costs).wall;
        assert!(near(wall, 130e-6), "{wall}");
        let one = simulate(&stats, Schedule::Sequential, None, &Topology::Even.cores(4), &costs).wall;
        assert!(near(one, 400e-6), "{one}");
    }

    #[test]
    fn phases_follow_each_other() {
        let mut stats = recorded(&[10; 100], 100);
        stats.add(&recorded(&[20; 100], 50));
        let wall = simulate(&stats, Schedule::Dynamic, Some(1), &Topology::Even.cores(2), &FREE).wall;
        assert!(near(wall, (500.0 + 1000.0 + 150.0) * 1e-6), "{wall}");
    }
}
