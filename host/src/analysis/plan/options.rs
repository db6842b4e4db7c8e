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
    /// How many workers.
    pub workers: Workers,
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
    /// Whether each batch is recorded.
    pub traced: bool,
}

impl Default for Options {
    /// First return, everything automatic, half of the memory.
    fn default() -> Self {
        Self {
            engine: Engine::FirstReturn,
            schedule: None,
            workers: Workers::default(),
            batch: None,
            backend: Backend::detect(),
            leaders: false,
            max_memory: total_memory() / 2,
            kernel: None,
            kept: false,
            shards: 1,
            traced: false,
        }
    }
}

/// How many workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workers {
    /// As many as the work repays, but no more than these.
    UpTo(usize),
    /// These, at least 1.
    Exactly(usize),
}

impl Workers {
    /// As many as there can be.
    #[must_use]
    pub fn most(self) -> usize {
        let (Self::UpTo(most) | Self::Exactly(most)) = self;
        most.max(1)
    }
}

impl Default for Workers {
    /// Up to as many as there are processors for this process: those of its affinity, and no more than its control group may use.
    fn default() -> Self {
        Self::UpTo(std::thread::available_parallelism().map_or(1, usize::from))
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
