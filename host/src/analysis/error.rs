//! [`Error`]: why an enumeration has no answer.

use super::plan::kernel::Kernel;
use crate::{sched::PoolError, terminal::size::Bytes};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The plan needs more memory than allowed.
    #[error("needs {} of memory, {} allowed", Bytes(*needed), Bytes(*allowed))]
    Memory {
        /// Bytes the plan needs.
        needed: u64,
        /// Bytes allowed.
        allowed: u64,
        /// The kernel that was planned.
        plan: Kernel,
        /// Whether leaders are listed.
        leaders: bool,
    },
    /// The register does not fit a word.
    #[error("degree {degree} is larger than 64, the largest that can be enumerated")]
    TooWide {
        /// Its degree.
        degree: usize,
    },
    /// The operating system refused the memory.
    #[error("cannot allocate {}: the system refused", Bytes(*bytes))]
    Allocation {
        /// Bytes asked for.
        bytes: u64,
    },
    /// A worker failed.
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// There are no start states that could be shared out.
    #[error("this register has no start states to share out")]
    NothingToShare,
    /// Stopped before there was anything to show.
    #[error("interrupted before there was an answer")]
    Interrupted,
    /// A check of the proof failed: a bug.
    #[error("internal error, please report: the proof failed: {0}")]
    Proof(String),
}
