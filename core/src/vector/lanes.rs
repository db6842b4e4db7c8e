//! [`Block`] and [`Lanes`]: 32 lanes of 16 bits, in memory and in registers.

use core::cell::Cell;

/// Lanes in one block.
pub(crate) const LANES: usize = 32;

/// 32 lanes of 16 bits of the sequence, see [`super::Windows`]: lane i is bits 16 (i mod 4) and up of word i / 4.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Block(pub(crate) [u64; 8]);

/// One block in registers, however many that takes.
///
/// Implementations are `#[inline(always)]` and carry no `target_feature` of their own: they take on that of the entry they end up in.
pub(crate) trait Lanes: Copy {
    /// How many blocks fit into registers as running sums: 1, 2, 4 or 8.
    const TOGETHER: usize;

    fn load(from: &Cell<Block>) -> Self;
    fn store(self, to: &Cell<Block>);
    /// Every lane `lane`.
    fn splat(lane: u16) -> Self;
    fn xor(self, other: Self) -> Self;
    fn and(self, other: Self) -> Self;
    /// What to fold: a lane with no bit outside `most` = 2^k - 1 survives folding.
    fn flags(self, most: Self) -> Self;
    /// Folds two sets of flags.
    fn fold(self, other: Self) -> Self;
    /// Whether any lane that was folded in has no bit outside `most`. Never false where one has none.
    fn any(self, most: Self) -> bool;
    /// Bit i: lane i of a block (not of flags) has no bit outside `most`. Exact.
    fn which(self, most: Self) -> u32;
}
