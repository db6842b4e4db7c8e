//! [`Kernel`]: what runs for each start state, and all that a plan has to know of it. A kernel is a variant here, and an engine.

use lfsr_core::{cycle::Quotient, gf2, register::Register};

use super::period::longest_period;

/// Bytes the first-return table needs for each section state.
pub(crate) const TABLE_ENTRY: u64 = 16;

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

    /// How many start states there are for a sequence of degree n.
    pub(crate) fn starts(self, n: u32) -> u64 {
        match self {
            Self::Word(z) | Self::Block(z) => 1u64.checked_shl(n - z).unwrap_or(u64::MAX),
            // A state whose newest bit is 1 is smallest only if all its bits are 1; that one is looked at apart.
            Self::Leader => 1 << n.saturating_sub(1),
            // Counted when it runs.
            Self::Bitmap | Self::Coset(_) => 1,
        }
    }

    /// Bytes of its tables. `sequence` is the non-singular register with the same cycles.
    pub(crate) fn table_bytes(self, register: &Register, sequence: Option<&Register>, workers: usize) -> u128 {
        let n = sequence.map_or(0, Register::degree);
        match self {
            // Two bitmaps, to find the cyclic states of a singular register.
            Self::Bitmap => (register.state_count() / 8) * if register.is_singular() { 2 } else { 1 },
            Self::Word(z) | Self::Block(z) => u128::from(TABLE_ENTRY) << (n - z),
            Self::Leader => 0,
            // A bit for each state of the smaller register and 80 bytes for each cycle (it, its class, its group); for each worker a bit
            // for each state of a coset.
            Self::Coset(divisor) => {
                let bits = gf2::degree(divisor.into()).unwrap_or(0);
                let base = sequence.and_then(|sequence| Quotient::new(sequence, divisor.into()));
                let longest = base.and_then(|quotient| longest_period(quotient.base())).unwrap_or(1).max(1);
                let cycles = (1u128 << bits) / longest;
                (1 << bits >> 3) + 80 * cycles + (((1u128 << n) >> bits >> 3) + 8) * workers as u128
            }
        }
    }

    /// Seconds of CPU time for 2^n states, roughly. Measured; that of the coset kernel is estimated apart, for each divisor.
    pub(crate) fn seconds(self, n: u32) -> f64 {
        let states = 2f64.powi(n as i32);
        match self {
            Self::Block(_) => states / 1e11,
            Self::Word(zeros) => states / 5e9 + 1e-7 * 2f64.powi((n - zeros) as i32),
            Self::Leader | Self::Bitmap | Self::Coset(_) => states / 1.5e9,
        }
    }

    /// Registers up to this degree take it a fraction of a second; `None`: an estimate says.
    pub(crate) const fn quick_degree(self) -> Option<u32> {
        match self {
            // 2^32 states: a quarter of a second on one core.
            Self::Word(_) | Self::Block(_) => Some(32),
            Self::Leader | Self::Bitmap => Some(22),
            Self::Coset(_) => None,
        }
    }
}

/// The shortest runs of zeros for which the block kernel is chosen: arcs of 2^18 states on average.
pub(crate) const LEAST_BLOCK_ZEROS: u32 = 18;

/// From so many zeros on arcs are so long that workers walk them in pieces of 2^36 states, and help each other: long against what it costs to begin
/// a piece, short against what a user notices.
pub(crate) const LONG_ARC_ZEROS: u32 = 36;

/// The kernel for a section of that many zeros.
pub(crate) fn sectioned(zeros: u32) -> Kernel {
    // Shorter arcs are over before the first blocks are filled.
    if zeros >= LEAST_BLOCK_ZEROS { Kernel::Block(zeros) } else { Kernel::Word(zeros) }
}

/// A batch of the leader kernel: fine, since the starts with most leading zeros take longest and lie together; but large enough to repay
/// a claim.
pub(crate) fn leader_batch(total: u64) -> u64 {
    (total >> 16).max((total / 64).clamp(1, 512))
}
