//! The stream kernel on AVX2 (two registers a block) and AVX-512 (one).
#![allow(unsafe_code)]

use core::{arch::x86_64::*, cell::Cell};

use super::lanes::{Block, Chunk, Extend, Lanes};

/// Makes a proof type: detection and `target_feature` come from one list, so they cannot drift apart.
macro_rules! backend {
    ($proof:ident, $lanes:ty, $module:ident, $doc:literal, $($feature:tt),+) => {
        cpufeatures::new!($module, $($feature),+);

        #[doc = $doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) struct $proof(());

        impl $proof {
            /// The proof, if this CPU (and its operating system) has every feature of the list.
            pub(super) fn detect() -> Option<Self> {
                $module::get().then_some(Self(()))
            }

            /// [`Chunk::run`] with these instructions.
            pub(super) fn run(self, chunk: &Chunk<'_>, blocks: &[Cell<Block>]) -> Option<usize> {
                $(#[target_feature(enable = $feature)])+
                fn enabled(chunk: &Chunk<'_>, blocks: &[Cell<Block>]) -> Option<usize> {
                    chunk.run::<$lanes>(blocks)
                }
                // SAFETY: `self` exists only if `detect` saw every feature that `enabled` enables.
                unsafe { enabled(chunk, blocks) }
            }

            /// [`Extend::run`] with these instructions.
            pub(super) fn extend(self, extend: &Extend<'_>, blocks: &[Cell<Block>]) {
                $(#[target_feature(enable = $feature)])+
                fn enabled(extend: &Extend<'_>, blocks: &[Cell<Block>]) {
                    extend.run::<$lanes>(blocks);
                }
                // SAFETY: `self` exists only if `detect` saw every feature that `enabled` enables.
                unsafe { enabled(extend, blocks) }
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
    #[inline(always)]
    fn load(from: &Cell<Block>) -> Self {
        // SAFETY: reached only from `Avx512`'s entries, so AVX-512 F is there; a `Block` is 64 readable bytes, aligned to 64.
        Self(unsafe { _mm512_load_si512(from.as_ptr().cast()) })
    }

    #[inline(always)]
    fn store(self, to: &Cell<Block>) {
        // SAFETY: as in `load`; the cell may be written through a shared reference and is not shared with another thread.
        unsafe { _mm512_store_si512(to.as_ptr().cast(), self.0) }
    }

    #[inline(always)]
    fn splat(word: u64) -> Self {
        // SAFETY: reached only from `Avx512`'s entries, so AVX-512 F is there.
        Self(unsafe { _mm512_set1_epi64(word as i64) })
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: reached only from `Avx512`'s entries, so AVX-512 F is there.
        Self(unsafe { _mm512_xor_si512(self.0, other.0) })
    }

    #[inline(always)]
    fn flags<const LANE: u32>(self) -> Self {
        self
    }

    #[inline(always)]
    fn fold<const LANE: u32>(self, other: Self) -> Self {
        // SAFETY: reached only from `Avx512`'s entries, so AVX-512 BW is there.
        Self(unsafe { if LANE == 8 { _mm512_min_epu8(self.0, other.0) } else { _mm512_min_epu16(self.0, other.0) } })
    }

    #[inline(always)]
    fn any_zero<const LANE: u32>(self) -> bool {
        // SAFETY: reached only from `Avx512`'s entries, so AVX-512 BW is there.
        unsafe {
            if LANE == 8 {
                _mm512_testn_epi8_mask(self.0, self.0) != 0
            } else {
                _mm512_testn_epi16_mask(self.0, self.0) != 0
            }
        }
    }
}

/// One block in two AVX2 registers. Private to this file: only the entries of [`Avx2`] make one.
#[derive(Clone, Copy)]
struct Ymm(__m256i, __m256i);

impl Lanes for Ymm {
    #[inline(always)]
    fn load(from: &Cell<Block>) -> Self {
        let at: *const __m256i = from.as_ptr().cast();
        // SAFETY: reached only from `Avx2`'s entries, so AVX2 is there; a `Block` is 64 readable bytes, aligned to 64.
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
    fn splat(word: u64) -> Self {
        // SAFETY: reached only from `Avx2`'s entries, so AVX2 is there.
        let all = unsafe { _mm256_set1_epi64x(word as i64) };
        Self(all, all)
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: reached only from `Avx2`'s entries, so AVX2 is there.
        unsafe { Self(_mm256_xor_si256(self.0, other.0), _mm256_xor_si256(self.1, other.1)) }
    }

    #[inline(always)]
    fn flags<const LANE: u32>(self) -> Self {
        self
    }

    #[inline(always)]
    fn fold<const LANE: u32>(self, other: Self) -> Self {
        // SAFETY: reached only from `Avx2`'s entries, so AVX2 is there.
        unsafe {
            if LANE == 8 {
                Self(_mm256_min_epu8(self.0, other.0), _mm256_min_epu8(self.1, other.1))
            } else {
                Self(_mm256_min_epu16(self.0, other.0), _mm256_min_epu16(self.1, other.1))
            }
        }
    }

    #[inline(always)]
    fn any_zero<const LANE: u32>(self) -> bool {
        // SAFETY: reached only from `Avx2`'s entries, so AVX2 is there.
        unsafe {
            let zero = _mm256_setzero_si256();
            let hit = if LANE == 8 {
                _mm256_cmpeq_epi8(_mm256_min_epu8(self.0, self.1), zero)
            } else {
                _mm256_cmpeq_epi16(_mm256_min_epu16(self.0, self.1), zero)
            };
            _mm256_movemask_epi8(hit) != 0
        }
    }
}
