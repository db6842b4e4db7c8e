//! The field of 2^64 elements, x^64 = x^4 + x^3 + x + 1, eight at a time: the transform of `poly::fft`.
//!
//! Only for VPCLMULQDQ; elsewhere Karatsuba's products are used.

use super::Multiplier;

/// Proof that the CPU has what the functions below need.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field(());

impl Field {
    /// If [`Multiplier::Vpclmul`] is the multiplier in use.
    pub(crate) fn get() -> Option<Self> {
        (super::multiplier() == Multiplier::Vpclmul).then_some(Self(()))
    }

    /// Whatever backend is in use at the moment.
    #[cfg(test)]
    pub(crate) fn if_available() -> Option<Self> {
        Multiplier::Vpclmul.is_available().then_some(Self(()))
    }

    /// Values at the first 2^m points from coefficients in the Lin-Chung-Han basis. `block` has 2^m words, m >= 3; `twiddles`
    /// has half as many: see `poly::fft`.
    pub(crate) fn forward(self, block: &mut [u64], twiddles: &[u64]) {
        debug_assert!(block.len() >= 8 && block.len().is_power_of_two() && 2 * twiddles.len() >= block.len());
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `self` exists only if `Vpclmul` is available, that is if all features that the function enables were detected.
        unsafe {
            x86::forward(block, 0, twiddles);
        }
    }

    /// The inverse of [`Self::forward`].
    pub(crate) fn inverse(self, block: &mut [u64], twiddles: &[u64]) {
        debug_assert!(block.len() >= 8 && block.len().is_power_of_two() && 2 * twiddles.len() >= block.len());
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as in `forward`.
        unsafe {
            x86::inverse(block, 0, twiddles);
        }
    }

    /// a\[i\] <- a\[i\] b\[i\]; the length is a multiple of 8.
    pub(crate) fn pointwise(self, a: &mut [u64], b: &[u64]) {
        debug_assert!(a.len() == b.len() && a.len().is_multiple_of(8));
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as in `forward`.
        unsafe {
            x86::pointwise(a, b);
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use core::arch::x86_64::*;

    use super::super::x86::{load, store};

    #[target_feature(enable = "pclmulqdq,sse2,avx512f,vpclmulqdq")]
    #[inline]
    fn mul(a: __m512i, b: __m512i) -> __m512i {
        let even = _mm512_clmulepi64_epi128::<0x00>(a, b);
        let odd = _mm512_clmulepi64_epi128::<0x11>(a, b);
        let (low, high) = (_mm512_unpacklo_epi64(even, odd), _mm512_unpackhi_epi64(even, odd));
        // high x^64 = high + high x + high x^3 + high x^4; what leaves the word at the top is folded in the same way, and is
        // so short that nothing leaves a second time.
        let over = _mm512_xor_si512(
            _mm512_xor_si512(_mm512_srli_epi64::<63>(high), _mm512_srli_epi64::<61>(high)),
            _mm512_srli_epi64::<60>(high),
        );
        let high = _mm512_xor_si512(high, over);
        let fold = _mm512_xor_si512(_mm512_slli_epi64::<1>(high), _mm512_slli_epi64::<3>(high));
        let fold = _mm512_xor_si512(fold, _mm512_slli_epi64::<4>(high));
        _mm512_xor_si512(_mm512_xor_si512(low, high), fold)
    }

    #[target_feature(enable = "pclmulqdq,sse2,avx512f,vpclmulqdq")]
    pub(super) fn pointwise(a: &mut [u64], b: &[u64]) {
        for (a, b) in a.as_chunks_mut::<8>().0.iter_mut().zip(b.as_chunks::<8>().0) {
            let product = mul(load(a), load(b));
            store(a, product);
        }
    }

    /// Block number `j` of its level.
    #[target_feature(enable = "pclmulqdq,sse2,avx512f,vpclmulqdq")]
    pub(super) fn forward(block: &mut [u64], j: usize, twiddles: &[u64]) {
        if let [first] = block.as_chunks_mut::<8>().0 {
            return leaf_forward(first, j, twiddles);
        }
        let half = block.len() / 2;
        let (low, high) = block.split_at_mut(half);
        let factor = _mm512_set1_epi64(twiddles[j] as i64);
        for (u, v) in low.as_chunks_mut::<8>().0.iter_mut().zip(high.as_chunks_mut::<8>().0) {
            let odd = load(v);
            let even = _mm512_xor_si512(load(u), mul(odd, factor));
            store(u, even);
            store(v, _mm512_xor_si512(even, odd));
        }
        forward(low, 2 * j, twiddles);
        forward(high, 2 * j + 1, twiddles);
    }

    #[target_feature(enable = "pclmulqdq,sse2,avx512f,vpclmulqdq")]
    pub(super) fn inverse(block: &mut [u64], j: usize, twiddles: &[u64]) {
        if let [first] = block.as_chunks_mut::<8>().0 {
            return leaf_inverse(first, j, twiddles);
        }
        let half = block.len() / 2;
        let (low, high) = block.split_at_mut(half);
        inverse(low, 2 * j, twiddles);
        inverse(high, 2 * j + 1, twiddles);
        let factor = _mm512_set1_epi64(twiddles[j] as i64);
        for (u, v) in low.as_chunks_mut::<8>().0.iter_mut().zip(high.as_chunks_mut::<8>().0) {
            let even = load(u);
            let odd = _mm512_xor_si512(even, load(v));
            store(u, _mm512_xor_si512(even, mul(odd, factor)));
            store(v, odd);
        }
    }

    /// For halves of 4, 2 and 1 words: where the even and where the odd partner of each word is, and which words are odd ones.
    const PARTNERS: [([i64; 8], [i64; 8], u8); 3] = [
        ([0, 1, 2, 3, 0, 1, 2, 3], [4, 5, 6, 7, 4, 5, 6, 7], 0b1111_0000),
        ([0, 1, 0, 1, 4, 5, 4, 5], [2, 3, 2, 3, 6, 7, 6, 7], 0b1100_1100),
        ([0, 0, 2, 2, 4, 4, 6, 6], [1, 1, 3, 3, 5, 5, 7, 7], 0b1010_1010),
    ];

    #[target_feature(enable = "avx512f")]
    #[inline]
    fn vector(words: [i64; 8]) -> __m512i {
        let [a, b, c, d, e, f, g, h] = words;
        _mm512_setr_epi64(a, b, c, d, e, f, g, h)
    }

    /// The factors of the blocks that word 0 to 7 is in, at level 0, 1, 2 of a leaf.
    #[target_feature(enable = "avx512f")]
    #[inline]
    fn factors(level: usize, j: usize, twiddles: &[u64]) -> __m512i {
        let at = |i: usize| twiddles[i] as i64;
        match level {
            0 => _mm512_set1_epi64(at(j)),
            1 => {
                let (a, b) = (at(2 * j), at(2 * j + 1));
                vector([a, a, a, a, b, b, b, b])
            }
            _ => {
                let (a, b, c, d) = (at(4 * j), at(4 * j + 1), at(4 * j + 2), at(4 * j + 3));
                vector([a, a, b, b, c, c, d, d])
            }
        }
    }

    /// Three levels within one vector: (u, v) -> (u + c v, u + (c + 1) v).
    #[target_feature(enable = "pclmulqdq,sse2,avx512f,vpclmulqdq")]
    #[inline]
    fn leaf_forward(block: &mut [u64; 8], j: usize, twiddles: &[u64]) {
        let mut words = load(block);
        for (level, (even, odd, odd_lanes)) in PARTNERS.into_iter().enumerate() {
            let u = _mm512_permutexvar_epi64(vector(even), words);
            let v = _mm512_permutexvar_epi64(vector(odd), words);
            let product = mul(v, factors(level, j, twiddles));
            words = _mm512_xor_si512(u, product);
            words = _mm512_mask_xor_epi64(words, odd_lanes, words, v);
        }
        store(block, words);
    }

    /// (u, v) -> (u + c (u + v), u + v).
    #[target_feature(enable = "pclmulqdq,sse2,avx512f,vpclmulqdq")]
    #[inline]
    fn leaf_inverse(block: &mut [u64; 8], j: usize, twiddles: &[u64]) {
        let mut words = load(block);
        for (level, (even, odd, odd_lanes)) in PARTNERS.into_iter().enumerate().rev() {
            let u = _mm512_permutexvar_epi64(vector(even), words);
            let v = _mm512_permutexvar_epi64(vector(odd), words);
            let sum = _mm512_xor_si512(u, v);
            let product = mul(sum, factors(level, j, twiddles));
            words = _mm512_mask_blend_epi64(odd_lanes, _mm512_xor_si512(u, product), sum);
        }
        store(block, words);
    }
}
