//! Two words at a time: PCLMULQDQ.
#![allow(unsafe_code)]

use core::arch::x86_64::*;

use super::{
    super::super::pclmul::{load_pair as load, store_pair as store},
    transform,
};

transform!(
    "pclmulqdq,sse2",
    2,
    __m128i,
    _mm_clmulepi64_si128,
    _mm_unpacklo_epi64,
    _mm_unpackhi_epi64,
    _mm_srli_epi64,
    _mm_slli_epi64,
    _mm_xor_si128
);

/// One level within a vector: (u, v) -> (u + c v, u + (c + 1) v).
#[target_feature(enable = "pclmulqdq,sse2")]
#[inline]
fn leaf_forward(block: &mut [u64; 2], j: usize, twiddles: &[u64]) {
    let words = load(block);
    let (u, v) = (_mm_unpacklo_epi64(words, words), _mm_unpackhi_epi64(words, words));
    let words = _mm_xor_si128(u, mul(v, set1(twiddles[j])));
    store(block, _mm_xor_si128(words, _mm_slli_si128::<8>(v)));
}

/// (u, v) -> (u + c (u + v), u + v).
#[target_feature(enable = "pclmulqdq,sse2")]
#[inline]
fn leaf_inverse(block: &mut [u64; 2], j: usize, twiddles: &[u64]) {
    let words = load(block);
    let (u, v) = (_mm_unpacklo_epi64(words, words), _mm_unpackhi_epi64(words, words));
    let sum = _mm_xor_si128(u, v);
    let even = _mm_xor_si128(u, mul(sum, set1(twiddles[j])));
    store(block, _mm_unpacklo_epi64(even, sum));
}

#[target_feature(enable = "sse2")]
#[inline]
fn set1(word: u64) -> __m128i {
    _mm_set1_epi64x(word as i64)
}
