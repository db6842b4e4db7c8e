//! The stream kernel, written once over a lane trait.
//!
//! Over GF(2), c(x)^B = c(x^B) for B a power of two: s\[t + nB\] = sum c_j s\[t + jB\]. With B = 512 a whole block of the sequence is the
//! XOR of one earlier block for each lag. A return is a run of z zeros; with z >= 15 it contains an aligned zero byte, with
//! z >= 31 an aligned zero 16-bit lane, so the blocks are folded by unsigned minimum and one test serves a group of eight.

use core::cell::Cell;

/// Bits, that is states, in one block.
pub(crate) const BLOCK_BITS: u64 = 512;

/// Blocks that share one test.
pub(crate) const GROUP: usize = 8;

/// 512 consecutive bits of the sequence, the oldest in bit 0 of word 0.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Block(pub(crate) [u64; 8]);

/// One block in registers, however many that takes.
///
/// Implementations are `#[inline(always)]` and carry no `target_feature` of their own: they take on that of the entry they end up in.
pub(crate) trait Lanes: Copy {
    fn load(from: &Cell<Block>) -> Self;
    fn store(self, to: &Cell<Block>);
    fn splat(word: u64) -> Self;
    fn xor(self, other: Self) -> Self;
    /// What to fold: smaller or equal lanes win, so that a zero lane survives. LANE is 8 or 16 bits.
    fn fold<const LANE: u32>(self, other: Self) -> Self;
    /// Turns a block into what `fold` takes.
    fn flags<const LANE: u32>(self) -> Self;
    /// Whether any lane that was folded in was zero. May be true where none was, never false where one was.
    fn any_zero<const LANE: u32>(self) -> bool;
}

/// The recurrence alone, without looking for anything in what it makes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extend<'a> {
    /// n: the blocks that the recurrence reads back.
    pub(crate) degree: usize,
    /// The lags, at most n.
    pub(crate) lags: &'a [u32],
    /// Added to every bit.
    pub(crate) constant: bool,
}

impl Extend<'_> {
    /// Computes the blocks from number n on from the n before them.
    #[inline(always)]
    pub(crate) fn run<L: Lanes>(&self, blocks: &[Cell<Block>]) {
        // Nothing is missing if the caller kept to the fields' documentation.
        let _ = match (self.lags.len(), self.lags.first(), self.constant) {
            (_, Some(1), _) => self.after_last::<L>(blocks),
            (2, _, false) => self.fixed::<L, 2>(blocks),
            (4, _, false) => self.fixed::<L, 4>(blocks),
            _ => self.any::<L>(blocks),
        };
    }

    /// T lags, no constant.
    #[inline(always)]
    fn fixed<L: Lanes, const T: usize>(&self, blocks: &[Cell<Block>]) -> Option<()> {
        let fresh = blocks.get(self.degree..)?;
        let mut taps = [fresh; T];
        for (tap, &lag) in taps.iter_mut().zip(self.lags) {
            *tap = blocks.get(self.degree.checked_sub(lag as usize)?..)?.get(..fresh.len())?;
        }
        for (i, to) in fresh.iter().enumerate() {
            let mut sum = L::load(&taps[0][i]);
            for tap in &taps[1..] {
                sum = sum.xor(L::load(&tap[i]));
            }
            sum.store(to);
        }
        Some(())
    }

    /// The first lag is 1: the block just made is kept in registers, since storing and loading it again takes many times as long.
    #[inline(always)]
    fn after_last<L: Lanes>(&self, blocks: &[Cell<Block>]) -> Option<()> {
        let constant = L::splat(if self.constant { u64::MAX } else { 0 });
        let mut last = L::load(blocks.get(self.degree.checked_sub(1)?)?);
        for (i, to) in blocks.iter().enumerate().skip(self.degree) {
            let mut sum = constant;
            for &lag in self.lags.get(1..)? {
                sum = sum.xor(L::load(blocks.get(i.checked_sub(lag as usize)?)?));
            }
            last = last.xor(sum);
            last.store(to);
        }
        Some(())
    }

    /// Any number of lags, with or without a constant.
    #[inline(always)]
    fn any<L: Lanes>(&self, blocks: &[Cell<Block>]) -> Option<()> {
        let constant = L::splat(if self.constant { u64::MAX } else { 0 });
        for (i, to) in blocks.iter().enumerate().skip(self.degree) {
            let mut sum = constant;
            for &lag in self.lags {
                sum = sum.xor(L::load(blocks.get(i.checked_sub(lag as usize)?)?));
            }
            sum.store(to);
        }
        Some(())
    }
}

/// A chunk of the stream kernel: everything but the blocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chunk<'a> {
    /// n: the blocks that the recurrence reads back.
    pub(crate) degree: usize,
    /// The lags in ascending order, the last is n.
    pub(crate) lags: &'a [u32],
    /// Added to every bit (XNOR with an even number of lags).
    pub(crate) constant: bool,
    /// z, at least 15.
    pub(crate) zeros: u32,
}

impl Chunk<'_> {
    /// Computes the blocks from number n on from the n before them and returns the bit at which the first run of `zeros` zeros in them
    /// is complete, counted from the start of `blocks`; what lies behind that bit is then undefined.
    ///
    /// The last block computed is not searched: it is the first one searched by the next call, after the caller moved the last n
    /// blocks to the front. No run may be complete before the last 512 bits of the given n blocks.
    #[inline(always)]
    pub(crate) fn run<L: Lanes>(&self, blocks: &[Cell<Block>]) -> Option<usize> {
        match (self.lags.len(), self.constant, self.zeros >= 31) {
            (2, false, true) => self.fixed::<L, 2, 16>(blocks),
            (2, false, false) => self.fixed::<L, 2, 8>(blocks),
            (4, false, true) => self.fixed::<L, 4, 16>(blocks),
            (4, false, false) => self.fixed::<L, 4, 8>(blocks),
            (_, _, true) => self.any::<L, 16>(blocks),
            (_, _, false) => self.any::<L, 8>(blocks),
        }
    }

    /// T lags, no constant.
    #[inline(always)]
    fn fixed<L: Lanes, const T: usize, const LANE: u32>(&self, blocks: &[Cell<Block>]) -> Option<usize> {
        let (fresh, _) = blocks.get(self.degree..)?.as_chunks::<GROUP>();
        let mut taps = [fresh; T];
        for (tap, &lag) in taps.iter_mut().zip(self.lags) {
            *tap = blocks.get(self.degree.checked_sub(lag as usize)?..)?.as_chunks::<GROUP>().0.get(..fresh.len())?;
        }
        let mut last = L::load(blocks.get(self.degree.checked_sub(1)?)?);
        for (g, group) in fresh.iter().enumerate() {
            let mut folded = last.flags::<LANE>();
            for (k, to) in group.iter().enumerate() {
                let mut sum = L::load(&taps[0][g][k]);
                for tap in &taps[1..] {
                    sum = sum.xor(L::load(&tap[g][k]));
                }
                sum.store(to);
                if k + 1 < GROUP {
                    folded = folded.fold::<LANE>(sum.flags::<LANE>());
                } else {
                    last = sum;
                }
            }
            if folded.any_zero::<LANE>()
                && let Some(end) = self.search::<LANE>(blocks, self.degree + g * GROUP - 1)
            {
                return Some(end);
            }
        }
        None
    }

    /// Any number of lags, with or without a constant.
    #[inline(always)]
    fn any<L: Lanes, const LANE: u32>(&self, blocks: &[Cell<Block>]) -> Option<usize> {
        let (fresh, _) = blocks.get(self.degree..)?.as_chunks::<GROUP>();
        let constant = L::splat(if self.constant { u64::MAX } else { 0 });
        let mut last = L::load(blocks.get(self.degree.checked_sub(1)?)?);
        for (g, group) in fresh.iter().enumerate() {
            let at = self.degree + g * GROUP;
            let mut folded = last.flags::<LANE>();
            for (k, to) in group.iter().enumerate() {
                let mut sum = constant;
                for &lag in self.lags {
                    sum = sum.xor(L::load(blocks.get((at + k).checked_sub(lag as usize)?)?));
                }
                sum.store(to);
                if k + 1 < GROUP {
                    folded = folded.fold::<LANE>(sum.flags::<LANE>());
                } else {
                    last = sum;
                }
            }
            if folded.any_zero::<LANE>()
                && let Some(end) = self.search::<LANE>(blocks, at - 1)
            {
                return Some(end);
            }
        }
        None
    }

    /// The first bit at which a run of `zeros` zeros is complete, looking at the zero lanes of the eight blocks from `first` on.
    ///
    /// Each zero lane is extended to both sides: the last lane inside the run leaves at most LANE-1 zeros behind it, so one lane of
    /// look-ahead decides. The block behind the group is computed already.
    #[cold]
    #[inline(never)]
    fn search<const LANE: u32>(&self, blocks: &[Cell<Block>], first: usize) -> Option<usize> {
        let word = |i: usize| blocks.get(i / 8).map_or(u64::MAX, |block| block.get().0[i % 8]);
        let mask = u64::MAX >> (64 - LANE);
        for at in first * 8..(first + GROUP) * 8 {
            let own = word(at);
            for shift in (0..64).step_by(LANE as usize) {
                if own >> shift & mask != 0 {
                    continue;
                }
                let below = if at == 0 { u64::MAX } else { word(at - 1) };
                let before = if shift == 0 { below } else { own << (64 - shift) | below >> shift };
                let missing = self.zeros.saturating_sub(LANE + before.leading_zeros());
                if missing >= LANE {
                    continue;
                }
                let behind = if shift + LANE == 64 { word(at + 1) } else { own >> (shift + LANE) };
                if behind.trailing_zeros() < missing {
                    continue;
                }
                let early = (LANE + before.leading_zeros()).saturating_sub(self.zeros);
                let end = at * 64 + (shift + LANE - 1 + missing) as usize;
                return Some(end - early.min(LANE - 1) as usize);
            }
        }
        None
    }
}
