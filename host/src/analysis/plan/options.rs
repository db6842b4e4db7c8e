//! [`Options`]: what a user may decide of an enumeration.

use lfsr_core::vector::Backend;

use super::kernel::Kernel;
use crate::{sched::Schedule, terminal::size::total_memory};

/// What a user may decide; `None` is automatic.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Which engine enumerates.
    pub engine: Engine,
    /// Which schedule.
    pub schedule: Option<Schedule>,
    /// How many workers; at least 1.
    pub workers: usize,
    /// Start states in one batch.
    pub batch: Option<u64>,
    /// Which backend of the block kernel.
    pub backend: Backend,
    /// Whether every leader is wanted.
    pub leaders: bool,
    /// The most memory tables may take, in bytes.
    pub max_memory: u64,
    /// Forces a kernel and section instead of the planned ones.
    pub kernel: Option<Kernel>,
    /// Whether the work is kept in checkpoints: then arcs are of at most about 2^33 states, so that little is lost between two writes,
    /// and kernels whose work cannot be kept are left out.
    pub kept: bool,
    /// How many shards there will be: the section has at least so many starts, if it can.
    pub shards: u32,
}

impl Default for Options {
    /// First return, everything automatic, half of the memory.
    fn default() -> Self {
        Self {
            engine: Engine::FirstReturn,
            schedule: None,
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            batch: None,
            backend: Backend::detect(),
            leaders: false,
            max_memory: total_memory() / 2,
            kernel: None,
            kept: false,
            shards: 1,
        }
    }
}

/// The enumerating engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A visited bitmap and single steps: slow, obviously right.
    Walk,
    /// Arcs between the states of a section; cycles that miss it by their leaders.
    FirstReturn,
}

impl Engine {
    /// The name used on the command line and in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Walk => "walk",
            Self::FirstReturn => "first-return",
        }
    }
}
