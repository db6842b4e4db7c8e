//! [`Plan`]: which kernel, which section, which schedule, how much memory, decided before anything runs.
//!
//! The order of x modulo c steers the choice. It proves nothing: a bad hint costs time, the answer is decided by counting.

mod choose;
pub(super) mod kernel;
mod options;
mod period;
mod quotient;
mod schedule;

use lfsr_core::{
    cycle::MIN_BLOCK_ZEROS,
    cyclic::CyclicPart,
    register::{AnyRegister, Register},
};

pub use kernel::Kernel;
pub use options::{Engine, Options, Workers};
pub(crate) use {
    kernel::{LONG_ARC_ZEROS, leader_batch, sectioned},
    period::longest_period,
    quotient::{MOST_STEPPED_BITS, has_images},
};

use crate::{
    analysis::{census::Cycle, checkpoint::Head, error::Error},
    sched::{Schedule, Work},
};

/// How one register will be enumerated: made once, and all that an engine has to know.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The register.
    pub register: Register,
    /// The non-singular Fibonacci register with the same cycles; `None` if a single fixed state is all there is.
    pub sequence: Option<Register>,
    /// What runs for each start state.
    pub kernel: Kernel,
    /// Who does what.
    pub work: Work,
    /// Why this schedule.
    pub why: String,
    /// Bytes of tables and lists.
    pub memory: u64,
    /// How many cycles are listed: all of them, if leaders were asked for.
    pub listed: u64,
    /// Of the coset kernel: roughly how many seconds of CPU time it takes.
    pub seconds: Option<f64>,
    /// What the user decided.
    pub options: Options,
}

impl Plan {
    /// The plan for `register`.
    ///
    /// # Errors
    /// If it needs more memory than allowed.
    pub fn new(register: &Register, options: &Options) -> Result<Self, Error> {
        let sequence = CyclicPart::new(register).sequence();
        let n = sequence.map_or(0, |sequence| sequence.degree());
        let order = sequence.and_then(|sequence| longest_period(&sequence));
        // Of tables and list; `u64::MAX` if they are more.
        let bytes = |kernel: Kernel, listed: u64| {
            let tables = kernel.table_bytes(register, sequence.as_ref(), options.workers.most());
            u64::try_from(tables + u128::from(LISTED_BYTES) * u128::from(listed)).unwrap_or(u64::MAX)
        };
        let kernel = match (options.engine, options.kernel) {
            (Engine::Walk, _) => Kernel::Bitmap,
            (Engine::FirstReturn, Some(Kernel::Word(z) | Kernel::Block(z))) if z > n => kernel::sectioned(n),
            (Engine::FirstReturn, Some(Kernel::Block(z))) if z < MIN_BLOCK_ZEROS => Kernel::Word(z),
            (Engine::FirstReturn, Some(kernel)) => kernel,
            (Engine::FirstReturn, None) => {
                let kernel = choose::choose(n, order, options);
                let quicker = sequence.and_then(|sequence| quotient::quicker(&sequence, kernel, options));
                // What is quicker is no help if it does not fit.
                let fits = |kernel: &Kernel| bytes(*kernel, 0) <= options.max_memory;
                quicker.filter(fits).or_else(|| Some(kernel).filter(fits)).unwrap_or(Kernel::Leader)
            }
        };
        let listed = if options.leaders { cycle_count(register, order) } else { 0 };
        let memory = bytes(kernel, listed);
        if memory > options.max_memory {
            return Err(Error::Memory {
                needed: memory,
                allowed: options.max_memory,
                plan: kernel,
                leaders: options.leaders,
            });
        }
        let seconds = match (kernel, sequence) {
            (Kernel::Coset(divisor), Some(sequence)) => quotient::seconds(&sequence, divisor, options),
            _ => None,
        };
        let workers = schedule::workers(options.workers, seconds.unwrap_or_else(|| kernel.seconds(n)));
        let (schedule, why) = schedule::schedule(kernel, n, workers, options);
        let total = kernel.starts(n);
        let batch = options.batch.unwrap_or_else(|| match kernel {
            // The starts with most leading zeros take longest, and lie together.
            Kernel::Leader => leader_batch(total),
            Kernel::Block(LONG_ARC_ZEROS..) => 1,
            _ if schedule == Schedule::Sequential => (total / 16).max(1),
            _ => Work::automatic_batch(total, workers),
        });
        let work = Work { total, batch, workers, schedule, traced: options.traced };
        Ok(Self { register: *register, sequence, kernel, work, why, memory, listed, seconds, options: options.clone() })
    }

    /// The plan of the enumeration that a checkpoint has begun.
    ///
    /// # Errors
    /// As [`Plan::new`].
    pub fn resume(head: &Head, options: &Options) -> Result<Self, Error> {
        let kernel = head.section_bits.map_or(Kernel::Leader, kernel::sectioned);
        Self::new(&head.register, &Options { kernel: Some(kernel), kept: true, ..options.clone() })
    }

    /// The plan for [`Run::for_each_leader`](crate::analysis::Run::for_each_leader).
    ///
    /// # Errors
    /// As [`Plan::new`].
    pub fn passing(register: &Register, options: &Options) -> Result<Self, Error> {
        // Workers wait for those who have the windows before theirs, so that all must begin in order.
        let schedule = options.schedule.map(|asked| match asked {
            Schedule::Sequential => asked,
            _ => Schedule::Dynamic,
        });
        let options = Options { kernel: Some(Kernel::Leader), leaders: false, schedule, ..options.clone() };
        Self::new(register, &options)
    }

    /// The plan that walks through every state, even where the coset kernel is quicker.
    ///
    /// # Errors
    /// As [`Plan::new`].
    pub fn walking(register: &Register, options: &Options) -> Result<Self, Error> {
        let sequence = CyclicPart::new(register).sequence();
        let order = sequence.and_then(|sequence| longest_period(&sequence));
        let kernel = choose::choose(sequence.map_or(0, |sequence| sequence.degree()), order, options);
        Self::new(register, &Options { kernel: Some(kernel), ..options.clone() })
    }

    /// What remains of the register after its transient states have died out.
    #[must_use]
    pub fn part(&self) -> CyclicPart {
        CyclicPart::new(&self.register)
    }

    /// z, the zeros of the section; 0 without one.
    #[must_use]
    pub fn zeros(&self) -> u32 {
        self.kernel.section_bits().unwrap_or(0)
    }

    /// The name of the backend that runs.
    #[must_use]
    pub fn backend(&self) -> &'static str {
        if matches!(self.kernel, Kernel::Block(_)) { self.options.backend.name() } else { "portable" }
    }
}

/// Bytes of a cycle in the list.
pub(crate) const LISTED_BYTES: u64 = size_of::<Cycle>() as u64;

/// How many cycles a register has: as algebra says, or at least as many as the longest period allows.
fn cycle_count(register: &Register, longest: Option<u128>) -> u64 {
    let structure = AnyRegister::from(*register).structure();
    let exact = structure.cycles().ok().and_then(|cycles| {
        cycles.iter().try_fold(0u64, |sum, cycles| sum.checked_add(u64::try_from(&cycles.count).ok()?))
    });
    exact.unwrap_or_else(|| {
        let least = register.cyclic_state_count() / longest.unwrap_or(1).max(1);
        u64::try_from(least).unwrap_or(u64::MAX)
    })
}
