//! `hybrid`: three quarters of each share without any communication, then the last quarter, of which others may take the tail.

use core::ops::Range;

use crossbeam_utils::{Backoff, CachePadded};

use super::{Batch, Batches, Distributor, Lines, Work, cursor::TwoEnded};

#[derive(Debug)]
pub(super) struct Hybrid {
    shares: Vec<Range<u64>>,
    tails: Vec<CachePadded<TwoEnded>>,
}

impl Hybrid {
    pub(super) fn new(work: Work) -> Self {
        let (mut shares, mut tails) = (Vec::new(), Vec::new());
        for worker in 0..work.workers {
            let share = work.share(worker);
            let cut = share.end - (share.end - share.start).div_ceil(4);
            shares.push(share.start..cut);
            // `Work::checked` keeps the number of batches below 2^32.
            tails.push(CachePadded::new(TwoEnded::new(cut as u32..share.end as u32)));
        }
        Self { shares, tails }
    }
}

impl Distributor for Hybrid {
    fn source(&self, worker: usize) -> Box<dyn Batches + '_> {
        Box::new(Tail { from: self, share: self.shares[worker].clone(), taken: 0..0, worker })
    }
}

struct Tail<'a> {
    from: &'a Hybrid,
    share: Range<u64>,
    /// Taken from another worker, not begun.
    taken: Range<u32>,
    worker: usize,
}

impl Batches for Tail<'_> {
    fn next(&mut self, lines: &mut dyn Lines) -> Option<Batch> {
        let one = |batch: u64, stolen| Some(Batch { batches: batch..batch + 1, stolen });
        if let Some(batch) = self.share.next() {
            return one(batch, false);
        }
        lines.used(self.worker);
        if let Some(batch) = self.from.tails[self.worker].take_front() {
            return one(batch.into(), false);
        }
        if let Some(batch) = self.taken.next() {
            return one(batch.into(), true);
        }
        // The neighbours in turn; nothing is ever put back, so an empty round means that all is begun.
        let count = self.from.tails.len();
        let victims = (1..count).map(|i| (self.worker + i) % count);
        for victim in victims {
            lines.used(victim);
            if let Some(mut taken) = self.from.tails[victim].take_back() {
                let batch = taken.next()?;
                self.taken = taken;
                return one(batch.into(), true);
            }
            Backoff::new().spin();
        }
        None
    }
}
