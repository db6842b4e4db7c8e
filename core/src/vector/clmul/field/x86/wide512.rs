//! Eight words at a time: VPCLMULQDQ with AVX-512.
#![allow(unsafe_code)]

use core::arch::x86_64::*;

use super::{
    super::super::vpclmul::{load, store},
    transform,
};

transform!(
    "pclmulqdq,sse2,avx512f,vpclmulqdq",
    8,
    __m512i,
    _mm512_clmulepi64_epi128,
    _mm512_unpacklo_epi64,
    _mm512_unpackhi_epi64,
    _mm512_srli_epi64,
    _mm512_slli_epi64,
    _mm512_xor_si512
);

#[target_feature(enable = "avx512f")]
#[inline]
fn set1(word: u64) -> __m512i {
    _mm512_set1_epi64(word as i64)
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
