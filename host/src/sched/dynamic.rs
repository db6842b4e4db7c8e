//! `dynamic`: one shared queue; each pull takes several batches while much is left, one by one near the end.

use core::ops::Range;

use crossbeam_utils::CachePadded;

use super::{Batch, Batches, Distributor, Lines, Work, cursor::Queue};

/// The most batches taken at one pull.
const MOST: u64 = 8;

#[derive(Debug)]
pub(super) struct Dynamic {
    queue: CachePadded<Queue>,
    workers: u64,
}

impl Dynamic {
    pub(super) fn new(work: Work) -> Self {
        Self { queue: CachePadded::new(Queue::new(work.batches())), workers: work.workers as u64 }
    }
}

impl Distributor for Dynamic {
    fn source(&self, _: usize) -> Box<dyn Batches + '_> {
        Box::new(Pull { from: self, held: 0..0 })
    }
}

/// What a worker has pulled and not begun.
struct Pull<'a> {
    from: &'a Dynamic,
    held: Range<u64>,
}

impl Batches for Pull<'_> {
    fn next(&mut self, lines: &mut dyn Lines) -> Option<Batch> {
        if self.held.is_empty() {
            lines.used(0);
            // Guided self-scheduling (C. D. Polychronopoulos, D. J. Kuck, IEEE Trans. Computers C-36 (1987)), capped.
            self.held = self.from.queue.take(|left| (left / (4 * self.from.workers)).min(MOST))?;
        }
        self.held.next().map(|batch| Batch { batches: batch..batch + 1, stolen: false })
    }
}
