//! Lanes on NEON (four registers a block), which every AArch64 CPU that this is compiled for has.
#![allow(unsafe_code)]

use core::{arch::aarch64::*, cell::Cell};

use crate::vector::{
    lanes::{Block, Lanes},
    op::{Instructions, Op},
};

/// NEON is part of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Neon;

impl Instructions for Neon {
    fn detect() -> Option<Self> {
        Some(Self)
    }

    #[inline(always)]
    fn apply<O: Op>(self, op: O) -> O::Output {
        op.on::<Quads>()
    }
}

/// One block in four registers.
#[derive(Clone, Copy)]
struct Quads([uint16x8_t; 4]);

impl Quads {
    /// One result from each pair of registers.
    #[inline(always)]
    fn zip(self, other: Self, with: impl Fn(uint16x8_t, uint16x8_t) -> uint16x8_t) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        Self([with(a, e), with(b, f), with(c, g), with(d, h)])
    }
}

impl Lanes for Quads {
    const TOGETHER: usize = 4;

    #[inline(always)]
    fn load(from: &Cell<Block>) -> Self {
        let at: *const u16 = from.as_ptr().cast();
        // SAFETY: this file is compiled only where NEON is part of the target; a `Block` is 64 readable bytes.
        unsafe { Self([vld1q_u16(at), vld1q_u16(at.add(8)), vld1q_u16(at.add(16)), vld1q_u16(at.add(24))]) }
    }

    #[inline(always)]
    fn store(self, to: &Cell<Block>) {
        let at: *mut u16 = to.as_ptr().cast();
        // SAFETY: as in `load`; the cell may be written through a shared reference and is not shared with another thread.
        unsafe {
            vst1q_u16(at, self.0[0]);
            vst1q_u16(at.add(8), self.0[1]);
            vst1q_u16(at.add(16), self.0[2]);
            vst1q_u16(at.add(24), self.0[3]);
        }
    }

    #[inline(always)]
    fn splat(lane: u16) -> Self {
        // SAFETY: NEON is part of the target.
        Self([unsafe { vdupq_n_u16(lane) }; 4])
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: NEON is part of the target.
        self.zip(other, |a, b| unsafe { veorq_u16(a, b) })
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: NEON is part of the target.
        self.zip(other, |a, b| unsafe { vandq_u16(a, b) })
    }

    #[inline(always)]
    fn flags(self, _: Self) -> Self {
        self
    }

    /// The smaller lanes: one that is at most `most` leaves one that is.
    #[inline(always)]
    fn fold(self, other: Self) -> Self {
        // SAFETY: NEON is part of the target.
        self.zip(other, |a, b| unsafe { vminq_u16(a, b) })
    }

    #[inline(always)]
    fn any(self, most: Self) -> bool {
        let [a, b, c, d] = self.0;
        // SAFETY: NEON is part of the target.
        unsafe { vminvq_u16(vminq_u16(vminq_u16(a, b), vminq_u16(c, d))) <= vgetq_lane_u16::<0>(most.0[0]) }
    }

    #[inline(always)]
    fn which(self, most: Self) -> u32 {
        let weights: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
        let [a, b, c, d] = self.0;
        let most = most.0[0];
        // SAFETY: NEON is part of the target; `weights` is 16 readable bytes.
        unsafe {
            let weights = vld1q_u8(weights.as_ptr());
            // A byte of ones for each lane that is at most `most`; then one bit of it, and eight bytes summed to one.
            let bits = |low, high| {
                let bytes = vcombine_u8(vmovn_u16(vcleq_u16(low, most)), vmovn_u16(vcleq_u16(high, most)));
                let bits = vandq_u8(bytes, weights);
                u32::from(vaddv_u8(vget_low_u8(bits))) | u32::from(vaddv_u8(vget_high_u8(bits))) << 8
            };
            bits(a, b) | bits(c, d) << 16
        }
    }
}
