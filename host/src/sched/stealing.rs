//! `stealing`: a deque for each worker; ranges are split as they are worked on, and a worker that runs dry robs random others.
//!
//! The deques are crossbeam's: D. Chase, Y. Lev, "Dynamic circular work-stealing deque", SPAA 2005.

use core::{
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
};
use std::sync::{Mutex, PoisonError};

use crossbeam_deque::{Steal, Stealer, Worker};
use crossbeam_utils::{Backoff, CachePadded};

use super::{Batch, Batches, Distributor, Lines, Work};

/// Seeds the choice of victims: the order in which a worker tries the others is the same in every run.
const SEED: u64 = 0x1f5b_0001;

#[derive(Debug)]
pub(super) struct Stealing {
    /// Each taken by its worker when that begins.
    deques: Vec<Mutex<Option<Worker<Range<u64>>>>>,
    stealers: Vec<Stealer<Range<u64>>>,
    /// Batches that no worker has begun.
    left: CachePadded<AtomicU64>,
}

impl Stealing {
    pub(super) fn new(work: Work) -> Self {
        let deques: Vec<_> = (0..work.workers).map(|_| Worker::new_lifo()).collect();
        let stealers = deques.iter().map(Worker::stealer).collect();
        for (worker, deque) in deques.iter().enumerate() {
            let share = work.share(worker);
            if !share.is_empty() {
                deque.push(share);
            }
        }
        let deques = deques.into_iter().map(|deque| Mutex::new(Some(deque))).collect();
        Self { deques, stealers, left: CachePadded::new(AtomicU64::new(work.batches())) }
    }
}

impl Distributor for Stealing {
    fn source(&self, worker: usize) -> Box<dyn Batches + '_> {
        let own = self.deques[worker].lock().unwrap_or_else(PoisonError::into_inner).take();
        Box::new(Robber {
            from: self,
            own: own.unwrap_or_else(Worker::new_lifo),
            worker,
            random: SEED.wrapping_add(worker as u64),
        })
    }
}

struct Robber<'a> {
    from: &'a Stealing,
    own: Worker<Range<u64>>,
    worker: usize,
    random: u64,
}

impl Batches for Robber<'_> {
    fn next(&mut self, lines: &mut dyn Lines) -> Option<Batch> {
        let backoff = Backoff::new();
        loop {
            lines.used(self.worker);
            if let Some(range) = self.own.pop() {
                return Some(self.begin(range, false, lines));
            }
            // Relaxed: only says whether to go on looking. It reaches 0 when the last batch has been begun; until then a range may
            // be in the hands of a worker that is about to push half of it back.
            lines.used(self.from.stealers.len());
            if self.from.left.load(Ordering::Relaxed) == 0 {
                return None;
            }
            if let Some(range) = self.rob(lines) {
                return Some(self.begin(range, true, lines));
            }
            backoff.snooze();
        }
    }
}

impl Robber<'_> {
    /// Begins the first batch of a range; the rest goes back in halves, so that the largest part is the oldest, which thieves take.
    fn begin(&self, mut range: Range<u64>, stolen: bool, lines: &mut dyn Lines) -> Batch {
        while range.end - range.start > 1 {
            let middle = range.start + (range.end - range.start) / 2;
            self.own.push(middle..range.end);
            range.end = middle;
        }
        lines.used(self.from.stealers.len());
        self.from.left.fetch_sub(1, Ordering::Relaxed);
        Batch { batches: range, stolen }
    }

    /// Tries every other worker once, from a random one on.
    fn rob(&mut self, lines: &mut dyn Lines) -> Option<Range<u64>> {
        let count = self.from.stealers.len();
        let first = self.random() as usize % count;
        (0..count).map(|i| (first + i) % count).filter(|&victim| victim != self.worker).find_map(|victim| {
            lines.used(victim);
            loop {
                match self.from.stealers[victim].steal() {
                    Steal::Success(range) => return Some(range),
                    Steal::Empty => return None,
                    Steal::Retry => {}
                }
            }
        })
    }

    /// G. Marsaglia's xorshift64.
    fn random(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random
    }
}
