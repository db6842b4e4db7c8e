//! The portable lanes: eight 64-bit words. The compiler makes what vectors it can of them.

use core::cell::Cell;

use super::lanes::{Block, Lanes};

/// One block as eight words.
#[derive(Clone, Copy)]
pub(super) struct Words([u64; 8]);

const LOW_BYTES: u64 = 0x0101_0101_0101_0101;
const LOW_HALVES: u64 = 0x0001_0001_0001_0001;

impl Words {
    #[inline(always)]
    fn map2(self, other: Self, f: impl Fn(u64, u64) -> u64) -> Self {
        let mut words = self.0;
        for (word, other) in words.iter_mut().zip(other.0) {
            *word = f(*word, other);
        }
        Self(words)
    }
}

/// A fold of these is the OR of "has a zero lane" flags, after A. Mycroft's test `(v - 1) & !v & high bits`: set somewhere in the
/// word if and only if a lane is zero.
impl Lanes for Words {
    #[inline(always)]
    fn load(from: &Cell<Block>) -> Self {
        Self(from.get().0)
    }

    #[inline(always)]
    fn store(self, to: &Cell<Block>) {
        to.set(Block(self.0));
    }

    #[inline(always)]
    fn splat(word: u64) -> Self {
        Self([word; 8])
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        self.map2(other, |a, b| a ^ b)
    }

    #[inline(always)]
    fn flags<const LANE: u32>(self) -> Self {
        let low = if LANE == 8 { LOW_BYTES } else { LOW_HALVES };
        self.map2(self, |a, _| a.wrapping_sub(low) & !a)
    }

    #[inline(always)]
    fn fold<const LANE: u32>(self, other: Self) -> Self {
        self.map2(other, |a, b| a | b)
    }

    #[inline(always)]
    fn any_zero<const LANE: u32>(self) -> bool {
        let high = if LANE == 8 { LOW_BYTES << 7 } else { LOW_HALVES << 15 };
        self.0.into_iter().fold(0, |all, word| all | word) & high != 0
    }
}
