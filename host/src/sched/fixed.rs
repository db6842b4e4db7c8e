//! `static`: equal contiguous shares, no communication.

use core::ops::Range;

use super::{Batch, Batches, Distributor, Lines, Work};

#[derive(Debug)]
pub(super) struct Fixed {
    work: Work,
}

impl Fixed {
    pub(super) fn new(work: Work) -> Self {
        Self { work }
    }
}

impl Distributor for Fixed {
    fn source(&self, worker: usize) -> Box<dyn Batches + '_> {
        Box::new(Share(self.work.share(worker)))
    }
}

/// One worker's share, batch by batch (so that it can be stopped).
struct Share(Range<u64>);

impl Batches for Share {
    fn next(&mut self, _: &mut dyn Lines) -> Option<Batch> {
        self.0.next().map(|batch| Batch { batches: batch..batch + 1, stolen: false })
    }
}
