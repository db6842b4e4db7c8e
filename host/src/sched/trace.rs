//! [`Span`]: one batch of a traced run, who ran it and when.

use core::{ops::Range, time::Duration};

/// Batches of a worker that are recorded; later ones are only counted.
pub(super) const MOST: usize = 1 << 20;

/// One batch of a traced run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Which of the parallel phases of a run, from 0.
    pub phase: u32,
    /// Who ran it.
    pub worker: usize,
    /// Which start states.
    pub starts: Range<u64>,
    /// When it was begun, from the start of the run.
    pub begun: Duration,
    /// How long it took.
    pub took: Duration,
    /// Whether it was taken from another worker.
    pub stolen: bool,
}

impl Span {
    /// The same in a run that had so many phases, and took so long, before.
    pub(super) fn after(&self, phases: u32, wall: Duration) -> Self {
        Self { phase: self.phase + phases, begun: self.begun + wall, ..self.clone() }
    }
}
