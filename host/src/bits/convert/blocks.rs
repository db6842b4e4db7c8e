//! [`Blocks`]: bits of blocks in another order.

use super::{Packer, Step, each};
use crate::bits::capture::CaptureError;

/// Blocks whose bits change places. A block that is not whole at the end comes as it is.
pub(super) struct Blocks {
    /// For each bit that comes out the number of the one in the block.
    places: Vec<u32>,
    width: usize,
    block: Vec<bool>,
}

impl Blocks {
    /// The last bit of each block first.
    pub(super) fn reversed(width: u32) -> Self {
        Self::new(width, (0..width).rev())
    }

    /// The last byte of each word of so many bytes first, the bits of each byte in their order.
    pub(super) fn swapped(bytes: u32) -> Self {
        Self::new(8 * bytes, (0..bytes).rev().flat_map(|byte| 8 * byte..8 * byte + 8))
    }

    /// Of each byte the last two bits: a level of PAM4 in Gray code becomes the two bits it stands for.
    pub(super) fn last_two() -> Self {
        Self::new(8, 6..8)
    }

    fn new(width: u32, places: impl Iterator<Item = u32>) -> Self {
        Self { places: places.collect(), width: width as usize, block: Vec::new() }
    }
}

impl Step for Blocks {
    fn take(&mut self, words: &[u64], count: u64, out: &mut Packer) -> Result<(), CaptureError> {
        each(words, count, |word, count| {
            for t in 0..count {
                self.block.push(word >> t & 1 == 1);
                if self.block.len() == self.width {
                    self.places.iter().for_each(|&place| out.put(self.block[place as usize].into(), 1));
                    self.block.clear();
                }
            }
        });
        Ok(())
    }

    fn end(&mut self, out: &mut Packer) {
        if self.places.len() == self.width {
            self.block.iter().for_each(|&bit| out.put(bit.into(), 1));
        }
        self.block.clear();
    }
}
