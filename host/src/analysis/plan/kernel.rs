//! [`Kernel`]: what runs for each start state.

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

/// The shortest runs of zeros for which the block kernel is chosen: arcs of 2^18 states on average.
pub(crate) const LEAST_BLOCK_ZEROS: u32 = 18;

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
