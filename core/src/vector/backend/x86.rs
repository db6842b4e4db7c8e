//! Lanes on AVX2 (two registers a block) and AVX-512 (one).
#![allow(unsafe_code)]

use core::{arch::x86_64::*, cell::Cell};

use crate::vector::{
    lanes::{Block, Lanes},
    op::{Instructions, Op},
};

/// Makes a proof type: detection and `target_feature` come from one list, so they cannot drift apart.
macro_rules! backend {
    ($proof:ident, $lanes:ty, $module:ident, $doc:literal, $($feature:tt),+) => {
        cpufeatures::new!($module, $($feature),+);

        #[doc = $doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) struct $proof(());

        impl Instructions for $proof {
            fn detect() -> Option<Self> {
                $module::get().then_some(Self(()))
            }

            #[inline(always)]
            fn apply<O: Op>(self, op: O) -> O::Output {
                $(#[target_feature(enable = $feature)])+
                fn enabled<O: Op>(op: O) -> O::Output {
                    op.on::<$lanes>()
                }
                // SAFETY: `self` exists only if `detect` saw every feature that `enabled` enables.
                unsafe { enabled(op) }
            }
        }
    };
}

backend!(Avx2, Ymm, cpu_avx2, "Proof of AVX2.", "avx2");
backend!(Avx512, Zmm, cpu_avx512, "Proof of AVX-512 F, BW and VL.", "avx512f", "avx512bw", "avx512vl");

/// One block in one AVX-512 register. Private to this file: only the entries of [`Avx512`] make one.
#[derive(Clone, Copy)]
struct Zmm(__m512i);

impl Lanes for Zmm {
    const TOGETHER: usize = 8;

    #[inline(always)]
    fn load(from: &Cell<Block>) -> Self {
        // SAFETY: reached only from `Avx512`, so AVX-512 F is there; a `Block` is 64 readable bytes, aligned to 64.
        Self(unsafe { _mm512_load_si512(from.as_ptr().cast()) })
    }

    #[inline(always)]
    fn store(self, to: &Cell<Block>) {
        // SAFETY: as in `load`; the cell may be written through a shared reference and is not shared with another thread.
        unsafe { _mm512_store_si512(to.as_ptr().cast(), self.0) }
    }

    #[inline(always)]
    fn splat(lane: u16) -> Self {
        // SAFETY: reached only from `Avx512`, so AVX-512 F is there.
        Self(unsafe { _mm512_set1_epi16(lane as i16) })
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: reached only from `Avx512`, so AVX-512 F is there.
        Self(unsafe { _mm512_xor_si512(self.0, other.0) })
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: reached only from `Avx512`, so AVX-512 F is there.
        Self(unsafe { _mm512_and_si512(self.0, other.0) })
    }

    #[inline(always)]
    fn flags(self, _: Self) -> Self {
        self
    }

    /// The smaller lanes: one that is at most `most` leaves one that is.
    #[inline(always)]
    fn fold(self, other: Self) -> Self {
        // SAFETY: reached only from `Avx512`, so AVX-512 BW is there.
        Self(unsafe { _mm512_min_epu16(self.0, other.0) })
    }

    #[inline(always)]
    fn any(self, most: Self) -> bool {
        self.which(most) != 0
    }

    #[inline(always)]
    fn which(self, most: Self) -> u32 {
        // SAFETY: reached only from `Avx512`, so AVX-512 BW is there.
        unsafe { _mm512_cmple_epu16_mask(self.0, most.0) }
    }
}

/// One block in two AVX2 registers. Private to this file: only the entries of [`Avx2`] make one.
#[derive(Clone, Copy)]
struct Ymm(__m256i, __m256i);

impl Lanes for Ymm {
    const TOGETHER: usize = 4;

    #[inline(always)]
    fn load(from: &Cell<Block>) -> Self {
        let at: *const __m256i = from.as_ptr().cast();
        // SAFETY: reached only from `Avx2`, so AVX2 is there; a `Block` is 64 readable bytes, aligned to 64.
        unsafe { Self(_mm256_load_si256(at), _mm256_load_si256(at.add(1))) }
    }

    #[inline(always)]
    fn store(self, to: &Cell<Block>) {
        let at: *mut __m256i = to.as_ptr().cast();
        // SAFETY: as in `load`; the cell may be written through a shared reference and is not shared with another thread.
        unsafe {
            _mm256_store_si256(at, self.0);
            _mm256_store_si256(at.add(1), self.1);
        }
    }

    #[inline(always)]
    fn splat(lane: u16) -> Self {
        // SAFETY: reached only from `Avx2`, so AVX2 is there.
        let all = unsafe { _mm256_set1_epi16(lane as i16) };
        Self(all, all)
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: reached only from `Avx2`, so AVX2 is there.
        unsafe { Self(_mm256_xor_si256(self.0, other.0), _mm256_xor_si256(self.1, other.1)) }
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: reached only from `Avx2`, so AVX2 is there.
        unsafe { Self(_mm256_and_si256(self.0, other.0), _mm256_and_si256(self.1, other.1)) }
    }

    #[inline(always)]
    fn flags(self, _: Self) -> Self {
        self
    }

    /// The smaller lanes: one that is at most `most` leaves one that is.
    #[inline(always)]
    fn fold(self, other: Self) -> Self {
        // SAFETY: reached only from `Avx2`, so AVX2 is there.
        unsafe { Self(_mm256_min_epu16(self.0, other.0), _mm256_min_epu16(self.1, other.1)) }
    }

    #[inline(always)]
    fn any(self, most: Self) -> bool {
        // SAFETY: reached only from `Avx2`, so AVX2 is there.
        unsafe {
            let least = _mm256_min_epu16(self.0, self.1);
            // a <= b is min(a, b) = a.
            _mm256_movemask_epi8(_mm256_cmpeq_epi16(_mm256_min_epu16(least, most.0), least)) != 0
        }
    }

    #[inline(always)]
    fn which(self, most: Self) -> u32 {
        // SAFETY: reached only from `Avx2`, so AVX2 is there.
        unsafe {
            let low = _mm256_cmpeq_epi16(_mm256_min_epu16(self.0, most.0), self.0);
            let high = _mm256_cmpeq_epi16(_mm256_min_epu16(self.1, most.0), self.1);
            // Packing works on halves of the registers: the quarters come out in the order 0, 2, 1, 3.
            _mm256_movemask_epi8(_mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi16(low, high))) as u32
        }
    }
}
