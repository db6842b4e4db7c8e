//! The state space: every state of a small register as a graph, the cycles of a large one by length and number.

mod graph;
mod sizes;

use lfsr_core::algebra::Cycles;

pub use graph::{Graph, MOST_STATES};
pub use sizes::Sizes;

use crate::bits::signal::Signal;

/// The picture of a register's states, or where they are too many of its cycles; `None` if `cycles` does not know those.
#[must_use]
pub fn svg(signal: &Signal, cycles: impl FnOnce() -> Option<Vec<Cycles>>, name: &str) -> Option<String> {
    match Graph::new(signal) {
        Some(graph) => Some(graph.svg(name)),
        None => cycles().map(|cycles| Sizes::new(cycles).svg(name)),
    }
}
