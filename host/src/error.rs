//! [`Error`]: what can go wrong in the library, each with its exit status.

use crate::sched::PoolError;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The plan needs more memory than allowed.
    #[error("needs {} of memory, {} allowed; {remedy}", crate::size::Bytes(*needed), crate::size::Bytes(*allowed))]
    Memory {
        /// Bytes the plan needs.
        needed: u64,
        /// Bytes allowed.
        allowed: u64,
        /// What to do.
        remedy: &'static str,
    },
    /// The register does not fit a word.
    #[error("degree {degree} is larger than 64, the largest that can be enumerated; use --engine algebra")]
    TooWide {
        /// Its degree.
        degree: usize,
    },
    /// The operating system refused the memory.
    #[error("cannot allocate {}: the system refused; lower --max-memory", crate::size::Bytes(*bytes))]
    Allocation {
        /// Bytes asked for.
        bytes: u64,
    },
    /// A worker failed.
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// There are no start states that could be shared out.
    #[error("this register has no start states to share out; analyse it without --shard")]
    NothingToShare,
    /// Stopped before there was anything to show.
    #[error("interrupted before there was an answer")]
    Interrupted,
    /// A check of the proof failed: a bug.
    #[error("internal error, please report: the proof failed: {0}")]
    Proof(String),
}
