//! The portable lanes: eight 64-bit words. The compiler makes what vectors it can of them.

use core::cell::Cell;

use crate::vector::{
    lanes::{Block, Lanes},
    op::{Instructions, Op},
};

/// What every CPU has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Any;

impl Instructions for Any {
    fn detect() -> Option<Self> {
        Some(Self)
    }

    #[inline(always)]
    fn apply<O: Op>(self, op: O) -> O::Output {
        op.on::<Words>()
    }
}

/// One block as eight words.
#[derive(Clone, Copy)]
struct Words([u64; 8]);

const LOW: u64 = 0x0001_0001_0001_0001;
const HIGH: u64 = LOW << 15;

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
    const TOGETHER: usize = 2;

    #[inline(always)]
    fn load(from: &Cell<Block>) -> Self {
        Self(from.get().0)
    }

    #[inline(always)]
    fn store(self, to: &Cell<Block>) {
        to.set(Block(self.0));
    }

    #[inline(always)]
    fn splat(lane: u16) -> Self {
        Self([u64::from(lane) * LOW; 8])
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        self.map2(other, |a, b| a ^ b)
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        self.map2(other, |a, b| a & b)
    }

    #[inline(always)]
    fn flags(self, most: Self) -> Self {
        self.map2(most, |v, most| {
            let v = v & !most;
            v.wrapping_sub(LOW) & !v
        })
    }

    #[inline(always)]
    fn fold(self, other: Self) -> Self {
        self.map2(other, |a, b| a | b)
    }

    #[inline(always)]
    fn any(self, _: Self) -> bool {
        self.0.into_iter().fold(0, |all, word| all | word) & HIGH != 0
    }

    #[inline(always)]
    fn which(self, most: Self) -> u32 {
        let mut which = 0;
        for (i, (v, most)) in self.0.into_iter().zip(most.0).enumerate() {
            // Exact, without borrows from lane to lane: the high bit stays clear only where all bits are.
            let v = v & !most;
            let zero = !((v & !HIGH).wrapping_add(!HIGH) | v) & HIGH;
            // Bits 15, 31, 47, 63 come together in the top four.
            which |=
                ((zero >> 15).wrapping_mul(1 << 48 | 1 << 33 | 1 << 18 | 1 << 3) >> 48 & 15) as u32 * (1 << (4 * i));
        }
        which
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::tests::splitmix;

    #[test]
    fn which_lanes() {
        let mut random = 7;
        for low in 0..8 {
            let most = Words::splat((1 << low) - 1);
            for _ in 0..1000 {
                let mut words = [0; 8];
                for word in &mut words {
                    // Lanes that are often small, zero, or just above.
                    let (a, b) = (splitmix(&mut random), splitmix(&mut random));
                    *word = a & (b & LOW).wrapping_mul(0xffff) | b >> 3 & 0x0180_0180_0180_0180;
                }
                let lane = |i: usize| words[i / 4] >> (16 * (i % 4)) & 0xffff;
                let expected = (0..32).filter(|&i| lane(i) < 1 << low).fold(0, |all, i| all | 1 << i);
                assert_eq!(Words(words).which(most), expected, "{words:x?}");
                assert_eq!(Words(words).flags(most).any(most), expected != 0);
            }
        }
    }
}
