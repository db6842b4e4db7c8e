//! [`Plan`]: which kernel, which section, which schedule, how much memory, decided before anything runs.
//!
//! The order of x modulo c steers the choice. It proves nothing: a bad hint costs time, the answer is decided by counting.

pub(crate) mod quotient;

use std::sync::Arc;

use lfsr_core::{cycle::MIN_STREAM_ZEROS, cyclic::CyclicPart, gf2, kernel::Backend, register::Register};

use crate::{
    checkpoint::Keeper,
    error::Error,
    sched::{Schedule, Work},
};

/// Bytes the first-return table needs for each section state.
pub const TABLE_ENTRY: u64 = 16;

/// The largest section that is chosen without need: 2^22 states, 64 MiB.
const MOST_SECTION_BITS: u32 = 22;

/// A section of 2^10 states: enough starts for many workers, few enough to join in no time.
const USUAL_SECTION_BITS: u32 = 10;

/// Zeros of a section whose arcs are short enough to be lost: 2^33 states, a fraction of a second.
const KEPT_ZEROS: u32 = 33;
/// The shortest runs of zeros for which the block kernel is chosen: arcs of 2^18 states on average.
const LEAST_BLOCK_ZEROS: u32 = 18;

/// Below this degree every kernel is done in a few milliseconds.
const LEAST_COSET_DEGREE: u32 = 23;

/// Below this many states the work is done before a second worker is awake (2^21 states take about 0.1 ms).
const SEQUENTIAL_STATES: u128 = 1 << 21;

/// What a user may decide; `None` is `auto`.
#[derive(Debug, Clone)]
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
    /// Arcs of at most about 2^33 states, so that little is lost between checkpoints.
    pub short_arcs: bool,
    /// Goes on from a checkpoint, and keeps it up to date.
    pub keeper: Option<Arc<Keeper>>,
}

impl Default for Options {
    /// First return, everything `auto`, half of the memory.
    fn default() -> Self {
        Self {
            engine: Engine::FirstReturn,
            schedule: None,
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            batch: None,
            backend: Backend::detect(),
            leaders: false,
            max_memory: crate::size::total_memory() / 2,
            kernel: None,
            short_arcs: false,
            keeper: None,
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

/// How a register will be enumerated.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The kernel.
    pub kernel: Kernel,
    /// Who does what.
    pub work: Work,
    /// Why this schedule.
    pub why: String,
    /// Bytes of tables and lists.
    pub memory: u64,
    /// Of the coset kernel: roughly how many seconds of CPU time it takes.
    pub seconds: Option<f64>,
}

/// What runs for each start state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// The walk engine.
    Bitmap,
    /// First return, 64 steps at a time; the number of zeros z.
    Word(u32),
    /// First return, 128 to 512 steps at a time; z.
    Block(u32),
    /// Leaders by prenecklaces, no table.
    Leader,
    /// The return maps of cosets over the cycles of the register of this divisor of c.
    Coset(u32),
}

impl Kernel {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bitmap => "bitmap",
            Self::Word(_) => "word",
            Self::Block(_) => "block",
            Self::Leader => "leader",
            Self::Coset(_) => "coset",
        }
    }

    /// z, if there is a section.
    #[must_use]
    pub const fn section_bits(self) -> Option<u32> {
        match self {
            Self::Word(z) | Self::Block(z) => Some(z),
            Self::Bitmap | Self::Leader | Self::Coset(_) => None,
        }
    }
}

impl Plan {
    /// The plan for `register`.
    ///
    /// # Errors
    /// If it needs more memory than allowed, or the engine cannot hold the register.
    pub fn new(register: &Register, options: &Options) -> Result<Self, Error> {
        let sequence = CyclicPart::new(register).sequence();
        let n = sequence.map_or(0, |sequence| sequence.degree());
        let order = sequence.and_then(|sequence| longest_period(&sequence));
        let kernel = match (options.engine, options.kernel) {
            (Engine::Walk, _) => Kernel::Bitmap,
            (Engine::FirstReturn, Some(Kernel::Word(z) | Kernel::Block(z))) if z > n => sectioned(n),
            (Engine::FirstReturn, Some(Kernel::Block(z))) if z < MIN_STREAM_ZEROS => Kernel::Word(z),
            (Engine::FirstReturn, Some(kernel)) => kernel,
            (Engine::FirstReturn, None) => {
                let kernel = choose(n, order, options);
                sequence.and_then(|sequence| quicker_by_cosets(&sequence, kernel, options)).unwrap_or(kernel)
            }
        };
        let total = match kernel {
            Kernel::Bitmap => 1,
            Kernel::Word(z) | Kernel::Block(z) => 1u64.checked_shl(n - z).unwrap_or(u64::MAX),
            // A state whose newest bit is 1 is smallest only if all its bits are 1; that one is looked at apart.
            Kernel::Leader => 1 << n.saturating_sub(1),
            // Counted when it runs.
            Kernel::Coset(_) => 1,
        };
        let seconds = match (kernel, sequence) {
            (Kernel::Coset(divisor), Some(sequence)) => quotient::seconds(&sequence, divisor, options),
            _ => None,
        };
        let memory = memory(register, kernel, n, order, options);
        if memory > options.max_memory {
            return Err(Error::Memory { needed: memory, allowed: options.max_memory, remedy: remedy(kernel, options) });
        }
        let (schedule, why) = schedule(kernel, n, options);
        let batch = options.batch.unwrap_or_else(|| match kernel {
            // The starts with most leading zeros take longest, and lie together.
            Kernel::Leader => leader_batch(total),
            _ if schedule == Schedule::Sequential => (total / 16).max(1),
            _ => Work::automatic_batch(total, options.workers),
        });
        Ok(Self { kernel, work: Work { total, batch, workers: options.workers, schedule }, why, memory, seconds })
    }
}

/// The kernel that walks through every state: what is planned unless the coset kernel is quicker.
#[must_use]
pub fn walking(register: &Register, options: &Options) -> Kernel {
    let sequence = CyclicPart::new(register).sequence();
    let order = sequence.and_then(|sequence| longest_period(&sequence));
    choose(sequence.map_or(0, |sequence| sequence.degree()), order, options)
}

/// The longest period of a sequence register: the order of x modulo its recurrence.
pub(crate) fn longest_period(sequence: &Register) -> Option<u128> {
    let c = sequence.characteristic();
    gf2::order(if sequence.xnor() { c ^ c << 1 } else { c })
}

/// A batch of the leader kernel: fine, since the starts with most leading zeros take longest and lie together; but worth its pull.
pub(crate) fn leader_batch(total: u64) -> u64 {
    (total >> 16).max((total / 64).clamp(1, 512))
}

pub(crate) fn sectioned(zeros: u32) -> Kernel {
    // Shorter arcs are over before the first blocks are filled.
    if zeros >= LEAST_BLOCK_ZEROS { Kernel::Block(zeros) } else { Kernel::Word(zeros) }
}

/// A section that nearly every cycle meets, if its table is small; else leaders one by one.
fn choose(n: u32, order: Option<u128>, options: &Options) -> Kernel {
    let order_bits = order.map_or(n, |order| 127 - order.leading_zeros().min(127));
    let usual = match n {
        // Runs of 26 zeros and more are found 512 states at a time, and the more zeros the fewer false alarms: worth a smaller section.
        32.. => (n - USUAL_SECTION_BITS).max((n - 4).min(28)),
        27.. => (n - USUAL_SECTION_BITS).max(20),
        23.. => LEAST_BLOCK_ZEROS,
        _ => n.saturating_sub(USUAL_SECTION_BITS.min(n / 2 + 2)),
    };
    let most = if options.short_arcs { KEPT_ZEROS.max(n.saturating_sub(MOST_SECTION_BITS)) } else { n };
    let usual = usual.min(most);
    // Of 2^(n-m) cycles of length p >= 2^m, a part exp(-p / 2^(z+1)) misses the section: make that less than one in a thousand.
    let missing = 0.7 * f64::from(n - order_bits.min(n)) + 7.0;
    let margin = 1 + missing.log2().ceil() as u32;
    let zeros = usual.min(order_bits.saturating_sub(margin));
    let section_bits = n - zeros;
    let affordable = section_bits < 60 && TABLE_ENTRY << section_bits <= options.max_memory;
    if section_bits <= MOST_SECTION_BITS && affordable && (zeros >= 4 || n <= 12) {
        sectioned(zeros)
    } else {
        Kernel::Leader
    }
}

/// The coset kernel, if it is well ahead of `kernel`; all else being equal the others, which walk through every state, are the more
/// convincing. It has no leaders to offer, and is not kept in checkpoints.
fn quicker_by_cosets(sequence: &Register, kernel: Kernel, options: &Options) -> Option<Kernel> {
    if sequence.degree() < LEAST_COSET_DEGREE || options.leaders || options.short_arcs || options.keeper.is_some() {
        return None;
    }
    let (divisor, seconds) = quotient::best(sequence, options)?;
    // What the block kernel takes is known well; the others may leave many cycles to be found one by one.
    let ahead = if matches!(kernel, Kernel::Block(_)) { 4.0 } else { 2.0 };
    (ahead * seconds < seconds_by(kernel, sequence.degree())).then_some(Kernel::Coset(divisor))
}

/// What the other kernels take, roughly. Measured.
fn seconds_by(kernel: Kernel, n: u32) -> f64 {
    let states = 2f64.powi(n as i32);
    match kernel {
        Kernel::Block(_) => states / 1e11,
        Kernel::Word(zeros) => states / 5e9 + 1e-7 * 2f64.powi((n - zeros) as i32),
        Kernel::Leader | Kernel::Bitmap | Kernel::Coset(_) => states / 1.5e9,
    }
}

fn longest_base(register: &Register, divisor: u32) -> Option<u128> {
    let sequence = CyclicPart::new(register).sequence()?;
    longest_period(lfsr_core::cycle::Quotient::new(&sequence, divisor.into())?.base())
}

fn memory(register: &Register, kernel: Kernel, n: u32, order: Option<u128>, options: &Options) -> u64 {
    let table: u128 = match kernel {
        // Two bitmaps, to find the cyclic states of a singular register.
        Kernel::Bitmap => (register.state_count() / 8) * if register.is_singular() { 2 } else { 1 },
        Kernel::Word(z) | Kernel::Block(z) => u128::from(TABLE_ENTRY) << (n - z),
        Kernel::Leader => 0,
        // A bit for each state of the smaller register and 16 bytes for each cycle; for each worker a bit for each state of a coset.
        Kernel::Coset(divisor) => {
            let bits = gf2::degree(divisor.into()).unwrap_or(0);
            let cycles = (1u128 << bits) / longest_base(register, divisor).unwrap_or(1).max(1);
            (1 << bits >> 3) + 32 * cycles + (((1u128 << n) >> bits >> 3) + 8) * options.workers as u128
        }
    };
    // At least states / longest period cycles, each 16 bytes.
    let listed = if options.leaders { 16 * ((1u128 << n) / order.unwrap_or(1).max(1)) } else { 0 };
    u64::try_from(table + listed).unwrap_or(u64::MAX)
}

fn remedy(kernel: Kernel, options: &Options) -> &'static str {
    match kernel {
        Kernel::Bitmap => "use --engine first-return or raise --max-memory",
        _ if options.leaders => "leave out --leaders or raise --max-memory",
        _ => "raise --max-memory",
    }
}

fn schedule(kernel: Kernel, n: u32, options: &Options) -> (Schedule, String) {
    if kernel == Kernel::Bitmap {
        return (Schedule::Sequential, "the walk engine is the sequential reference".into());
    }
    if let Some(schedule) = options.schedule {
        return (schedule, "as asked".into());
    }
    if options.workers == 1 {
        return (Schedule::Sequential, "one worker".into());
    }
    if 1u128 << n <= SEQUENTIAL_STATES {
        return (Schedule::Sequential, format!("2^{n} states are done before a second worker is awake"));
    }
    match kernel {
        Kernel::Leader => (Schedule::Dynamic, "start states differ widely in cost".into()),
        // Measured: never behind the others by more than noise, and ahead of them with more workers than cores.
        _ => (Schedule::Dynamic, "one queue keeps all busy to the end, and costs nothing at this size".into()),
    }
}
