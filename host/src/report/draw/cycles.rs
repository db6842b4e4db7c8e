//! The state space: every state of a small register as a graph, the cycles of a large one by length and number.

mod graph;
mod sizes;

pub use graph::{Graph, MOST_STATES};
pub use sizes::Sizes;
