//! [`Plan`]: which kernel, which section, which schedule, how much memory, decided before anything runs.
//!
//! The order of x modulo c steers the choice. It proves nothing: a bad hint costs time, the answer is decided by counting.

mod choose;
pub(super) mod kernel;
mod options;
mod period;
mod quotient;
mod schedule;

use lfsr_core::{cycle::MIN_BLOCK_ZEROS, cyclic::CyclicPart, register::Register};

pub use kernel::Kernel;
pub use options::{Engine, Options};
pub(crate) use {kernel::leader_batch, period::longest_period, quotient::MOST_STEPPED_BITS};

use crate::{
    analysis::{checkpoint::Head, error::Error},
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
        let kernel = match (options.engine, options.kernel) {
            (Engine::Walk, _) => Kernel::Bitmap,
            (Engine::FirstReturn, Some(Kernel::Word(z) | Kernel::Block(z))) if z > n => kernel::sectioned(n),
            (Engine::FirstReturn, Some(Kernel::Block(z))) if z < MIN_BLOCK_ZEROS => Kernel::Word(z),
            (Engine::FirstReturn, Some(kernel)) => kernel,
            (Engine::FirstReturn, None) => {
                let kernel = choose::choose(n, order, options);
                sequence.and_then(|sequence| quotient::quicker(&sequence, kernel, options)).unwrap_or(kernel)
            }
        };
        let memory = memory(kernel, register, sequence.as_ref(), options);
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
        let (schedule, why) = schedule::schedule(kernel, n, options);
        let total = kernel.starts(n);
        let batch = options.batch.unwrap_or_else(|| match kernel {
            // The starts with most leading zeros take longest, and lie together.
            Kernel::Leader => leader_batch(total),
            _ if schedule == Schedule::Sequential => (total / 16).max(1),
            _ => Work::automatic_batch(total, options.workers),
        });
        let work = Work { total, batch, workers: options.workers, schedule };
        Ok(Self { register: *register, sequence, kernel, work, why, memory, seconds, options: options.clone() })
    }

    /// The plan of the enumeration that a checkpoint has begun.
    ///
    /// # Errors
    /// As [`Plan::new`].
    pub fn resume(head: &Head, options: &Options) -> Result<Self, Error> {
        let kernel = head.section_bits.map_or(Kernel::Leader, kernel::sectioned);
        Self::new(&head.register, &Options { kernel: Some(kernel), kept: true, ..options.clone() })
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

/// Bytes of tables and lists; `u64::MAX` if they are more.
fn memory(kernel: Kernel, register: &Register, sequence: Option<&Register>, options: &Options) -> u64 {
    let tables = kernel.table_bytes(register, sequence, options.workers);
    // At least states / longest period cycles, each 16 bytes.
    let states = 1u128 << sequence.map_or(0, Register::degree);
    let longest = sequence.and_then(longest_period).unwrap_or(1).max(1);
    let listed = if options.leaders { 16 * (states / longest) } else { 0 };
    u64::try_from(tables + listed).unwrap_or(u64::MAX)
}
