//! [`Design`]: what is to be written.

use lfsr_core::{
    algebra::{BigUint, Direction},
    crc::Algorithm,
    poly::Poly,
    register::AnyRegister,
};

use crate::bits::{
    scramble::{Mode, Way},
    signal::Signal,
};

/// A register, what it is to do, and how many bits at each clock.
#[derive(Debug, Clone)]
pub struct Design {
    /// The register, its contents after a reset, its polarity.
    pub signal: Signal,
    /// What it does.
    pub kind: Kind,
    /// Bits at each clock, 1 to 1024.
    pub width: usize,
    /// The name of the module.
    pub name: String,
    /// Whether the reset works without a clock.
    pub asynchronous: bool,
    /// The command that makes it again.
    pub command: String,
}

/// What is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The sequence of a register.
    Generator,
    /// Data with a sequence added, or through a register.
    Scrambler(Mode, Way),
    /// Received bits against the sequence of a register.
    Checker(Checker),
    /// The checksum of a message.
    Crc(CrcUnit),
    /// So many states, again and again.
    Counter(Counter),
}

/// The thresholds of a checker in hardware: those of core's, in whole clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checker {
    /// Bits that must obey the recurrence, after those that fill the register, before it locks.
    pub lock_bits: usize,
    /// Bits of its counters: 8 to 64.
    pub counter: usize,
    /// The most bits of a slip that is looked for; 0: none is.
    pub slips: usize,
}

/// What a checker is built of: all that follows from its thresholds and its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// Clocks until the register holds received bits only.
    pub(super) fill: usize,
    /// Clocks until it locks, those included.
    pub(super) lock: usize,
    /// Clocks of a block.
    pub(super) group: usize,
    /// Blocks of the window.
    pub(super) blocks: usize,
    /// The lock is lost if more bits of the window are wrong.
    pub(super) limit: usize,
}

/// A checksum as hardware.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrcUnit {
    /// Its parameters.
    pub algorithm: Algorithm,
    /// Its name, or its parameters.
    pub title: String,
    /// Whether the last word of a message may have fewer bytes.
    pub keep: bool,
    /// Whether the first byte of a word is the highest.
    pub high_first: bool,
}

/// A counter whose states are those of a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counter {
    /// How many states.
    pub count: BigUint,
    /// The last one, bit 0 leaving first.
    pub last: Poly,
    /// Whether the register goes from the last to the first by itself.
    pub closes: bool,
}

/// The most bits at a clock.
pub const MOST_WIDTH: usize = 1024;

/// The most cells.
pub const MOST_CELLS: usize = 1024;

/// Why there is no hardware for a design.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DesignError {
    /// The sequence is no sum of state bits.
    #[error(
        "this sequence has a 1 forced into long runs of zeros, which is no network of XOR gates; export another register"
    )]
    ForcesOnes,
    /// Too many cells.
    #[error("{0} cells are more than {MOST_CELLS}, the most that are exported")]
    TooWide(usize),
    /// There is nothing to lock to.
    #[error("its sequence ends in nothing but one bit for ever: there is nothing that a checker could lock to")]
    NoSequence,
    /// Bytes of a word that is not made of them.
    #[error("--width {0}: only words of 16 bits and more, in whole bytes, can have some bytes only")]
    NoBytes(usize),
    /// A checksum that does not fit a word.
    #[error("{0} bits; in C and Rust a checksum has up to 64")]
    WideChecksum(usize),
    /// Not a way to go through bytes.
    #[error(
        "--width {0}: in C and Rust a CRC takes a bit (1, no table), half a byte (4, 16 entries), or 1 to 16 bytes at once (8, 16, ... 128: 256 entries for each)"
    )]
    NoTables(usize),
    /// Hardware only.
    #[error("bytes of a word are for hardware: in C and Rust a message has any number of bytes")]
    WordsOfSoftware,
    /// More than a word at a call.
    #[error("--width {0}: in C and Rust a checker takes up to 64 bits at a call")]
    WideChecker(usize),
    /// A counter steps once at a clock.
    #[error("--width {0}: a counter takes one step at a clock")]
    WideCounter(usize),
}

/// Why there is no counter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CounterError {
    /// It is on no cycle.
    #[error("the contents that it starts from never come again; --seed S says others")]
    Transient,
    /// How long the cycle is could not be found.
    #[error("{0}")]
    Unknown(String),
    /// Too many or too few.
    #[error("{count} states cannot be counted: the cycle of the contents that it starts from has {period}")]
    Count {
        /// As many were asked for.
        count: BigUint,
        /// As many are there.
        period: BigUint,
    },
}

impl Design {
    /// Cells of the register.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.signal.register.degree()
    }

    /// Data bits that go in at a clock.
    #[must_use]
    pub fn data(&self) -> usize {
        if matches!(self.kind, Kind::Generator | Kind::Counter(_)) { 0 } else { self.width }
    }

    /// What it is, in a few words.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.kind {
            Kind::Generator => "generator".into(),
            Kind::Scrambler(mode, Way::Scramble) => format!("{mode} scrambler"),
            Kind::Scrambler(mode, Way::Descramble) => format!("{mode} descrambler"),
            Kind::Checker(Checker { slips: 0, .. }) => "self-synchronising checker".into(),
            Kind::Checker(Checker { slips, .. }) => {
                format!("self-synchronising checker that finds slips of up to {slips} bits")
            }
            Kind::Crc(_) => "CRC".into(),
            Kind::Counter(counter) => format!("counter of {} states", counter.count),
        }
    }

    /// Whether the flip-flops hold the complement of the contents: it is what a complemented sequence is made of, and no inverter stands behind them.
    pub(super) fn holds_inverse(&self) -> bool {
        self.signal.inverted && self.kind == Kind::Generator
    }

    /// What is no hardware is refused.
    ///
    /// # Errors
    /// If it is not.
    pub fn check(&self) -> Result<(), DesignError> {
        let n = self.cells();
        match &self.kind {
            Kind::Generator | Kind::Scrambler(Mode::Additive, _) | Kind::Checker(_) if self.signal.zero_limit > 0 => {
                Err(DesignError::ForcesOnes)
            }
            Kind::Crc(unit) if unit.keep && (self.width < 16 || !self.width.is_multiple_of(8)) => {
                Err(DesignError::NoBytes(self.width))
            }
            Kind::Counter(_) if self.width != 1 => Err(DesignError::WideCounter(self.width)),
            _ if n > MOST_CELLS => Err(DesignError::TooWide(n)),
            _ => Ok(()),
        }
    }
}

impl CrcUnit {
    /// The contents before a message, as they are written.
    #[must_use]
    pub fn start(&self) -> u128 {
        self.turned(self.algorithm.init())
    }

    /// Contents as init is given, from those as they are written; or the other way.
    pub(super) fn turned(&self, value: u128) -> u128 {
        if self.algorithm.refout() { self.algorithm.reflected(value) } else { value }
    }
}

impl Counter {
    /// Of so many states from the signal's first on, or of all of its cycle.
    ///
    /// # Errors
    /// If the start never comes again, its period is out of reach or has fewer states.
    pub fn new(signal: &Signal, count: Option<u64>) -> Result<Self, CounterError> {
        let start = signal.start();
        let index = signal.register.index(&start, &start);
        let found = index.map_err(|error| CounterError::Unknown(error.to_string()))?;
        let period = found.and_then(|found| found.period).ok_or(CounterError::Transient)?;
        let count = count.map_or_else(|| period.clone(), BigUint::from);
        if count < 2u32.into() || count > period {
            return Err(CounterError::Count { count, period });
        }
        let last = signal.register.jump(&start, &(&count - 1u32), Direction::Forward).unwrap_or_default();
        Ok(Self { last, closes: count == period, count })
    }
}

impl Checker {
    /// Bits of the size of a slip, in two's complement.
    pub(super) fn slip_bits(&self) -> usize {
        (usize::BITS - self.slips.leading_zeros()) as usize + 1
    }

    /// What it is built of, for a register of `n` cells and a width.
    ///
    /// Core's checker looks at 512 bits in words of 64. Here the words are blocks of as many clocks as have 64 bits, and the window has as many blocks
    /// as come nearest to 512, at least four: then a slip is still in the window when the lock is lost for it, and nothing after it counts. Of both
    /// 154 bits in 512 may be wrong.
    pub(super) fn window(&self, n: usize, width: usize) -> Window {
        let group = 64usize.div_ceil(width);
        let blocks = ((512 + group * width / 2) / (group * width)).max(4);
        let fill = n.div_ceil(width);
        Window {
            fill,
            lock: fill + self.lock_bits.div_ceil(width),
            group,
            blocks,
            limit: blocks * group * width * 154 / 512,
        }
    }
}

impl Window {
    /// Bits of a block.
    pub(super) fn block(&self, width: usize) -> usize {
        self.group * width
    }

    /// Bits of the window.
    pub(super) fn span(&self, width: usize) -> usize {
        self.blocks * self.block(width)
    }
}

/// The register that a checker compares with: Fibonacci, without what dies out. `None` if nothing is left.
#[must_use]
pub fn checked(register: &AnyRegister) -> Option<AnyRegister> {
    let sequence = register.sequence();
    let c = sequence.characteristic();
    let own = AnyRegister::from_characteristic(c >> c.trailing_zeros()).ok()?;
    Some(own.with_xnor(sequence.xnor()))
}
