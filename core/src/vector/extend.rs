//! [`Extend`]: blocks of a sequence from those before them.

use core::cell::Cell;

use super::{
    lanes::{Block, Lanes},
    op::Op,
};

/// Computes blocks from those before them, without looking for anything in what it makes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extend<'a> {
    /// The blocks: some that are known, then those to be computed.
    pub(crate) blocks: &'a [Cell<Block>],
    /// How many are known, at least as many as the longest lag.
    pub(crate) known: usize,
    /// The lags, ascending.
    pub(crate) lags: &'a [u16],
    /// Whether ones are added to every bit.
    pub(crate) constant: bool,
}

impl Op for Extend<'_> {
    type Output = ();

    #[inline(always)]
    fn on<L: Lanes>(self) {
        let blocks = self.blocks;
        // Nothing is missing if the caller kept to the fields' documentation.
        let _ = match (self.lags.len(), self.lags.first(), self.constant) {
            (_, Some(1), _) => self.after_last::<L>(blocks),
            (2, _, false) => self.fixed::<L, 2>(blocks),
            (4, _, false) => self.fixed::<L, 4>(blocks),
            _ => self.any::<L>(blocks),
        };
    }
}

impl Extend<'_> {
    /// T lags, no constant.
    #[inline(always)]
    fn fixed<L: Lanes, const T: usize>(&self, blocks: &[Cell<Block>]) -> Option<()> {
        let fresh = blocks.get(self.known..)?;
        let mut taps = [fresh; T];
        for (tap, &lag) in taps.iter_mut().zip(self.lags) {
            *tap = blocks.get(self.known.checked_sub(lag.into())?..)?.get(..fresh.len())?;
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
        let constant = L::splat(if self.constant { u16::MAX } else { 0 });
        let mut last = L::load(blocks.get(self.known.checked_sub(1)?)?);
        for (i, to) in blocks.iter().enumerate().skip(self.known) {
            let mut sum = constant;
            for &lag in self.lags.get(1..)? {
                sum = sum.xor(L::load(blocks.get(i.checked_sub(lag.into())?)?));
            }
            last = last.xor(sum);
            last.store(to);
        }
        Some(())
    }

    /// Any number of lags, with or without a constant.
    #[inline(always)]
    fn any<L: Lanes>(&self, blocks: &[Cell<Block>]) -> Option<()> {
        let constant = L::splat(if self.constant { u16::MAX } else { 0 });
        for (i, to) in blocks.iter().enumerate().skip(self.known) {
            let mut sum = constant;
            for &lag in self.lags {
                sum = sum.xor(L::load(blocks.get(i.checked_sub(lag.into())?)?));
            }
            sum.store(to);
        }
        Some(())
    }
}
