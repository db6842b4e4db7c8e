//! Four words at a time: VPCLMULQDQ with AVX2, as CPUs without AVX-512 have it.
#![allow(unsafe_code)]

use core::arch::x86_64::*;

use super::transform;

transform!(
    "pclmulqdq,sse2,avx2,vpclmulqdq",
    4,
    __m256i,
    _mm256_clmulepi64_epi128,
    _mm256_unpacklo_epi64,
    _mm256_unpackhi_epi64,
    _mm256_srli_epi64,
    _mm256_slli_epi64,
    _mm256_xor_si256
);

/// The even and the odd partners for halves of two words: words 0 1 0 1 and 2 3 2 3; for halves of one: 0 0 2 2 and 1 1 3 3.
const PAIRS: [i32; 2] = [0b01_00_01_00, 0b11_10_11_10];
const SINGLES: [i32; 2] = [0b10_10_00_00, 0b11_11_01_01];

/// The odd words of either, as 32-bit parts.
const ODD_PAIRS: i32 = 0b1111_0000;
const ODD_SINGLES: i32 = 0b1100_1100;

/// Two levels within one vector: (u, v) -> (u + c v, u + (c + 1) v).
#[target_feature(enable = "pclmulqdq,sse2,avx2,vpclmulqdq")]
#[inline]
fn leaf_forward(block: &mut [u64; 4], j: usize, twiddles: &[u64]) {
    let words = load(block);
    let zero = _mm256_setzero_si256();
    let (u, v) = (_mm256_permute4x64_epi64::<{ PAIRS[0] }>(words), _mm256_permute4x64_epi64::<{ PAIRS[1] }>(words));
    let words = _mm256_xor_si256(u, mul(v, set1(twiddles[j])));
    let words = _mm256_xor_si256(words, _mm256_blend_epi32::<ODD_PAIRS>(zero, v));
    let (u, v) = (_mm256_permute4x64_epi64::<{ SINGLES[0] }>(words), _mm256_permute4x64_epi64::<{ SINGLES[1] }>(words));
    let words = _mm256_xor_si256(u, mul(v, two(twiddles[2 * j], twiddles[2 * j + 1])));
    store(block, _mm256_xor_si256(words, _mm256_blend_epi32::<ODD_SINGLES>(zero, v)));
}

/// (u, v) -> (u + c (u + v), u + v).
#[target_feature(enable = "pclmulqdq,sse2,avx2,vpclmulqdq")]
#[inline]
fn leaf_inverse(block: &mut [u64; 4], j: usize, twiddles: &[u64]) {
    let words = load(block);
    let (u, v) = (_mm256_permute4x64_epi64::<{ SINGLES[0] }>(words), _mm256_permute4x64_epi64::<{ SINGLES[1] }>(words));
    let sum = _mm256_xor_si256(u, v);
    let even = _mm256_xor_si256(u, mul(sum, two(twiddles[2 * j], twiddles[2 * j + 1])));
    let words = _mm256_blend_epi32::<ODD_SINGLES>(even, sum);
    let (u, v) = (_mm256_permute4x64_epi64::<{ PAIRS[0] }>(words), _mm256_permute4x64_epi64::<{ PAIRS[1] }>(words));
    let sum = _mm256_xor_si256(u, v);
    let even = _mm256_xor_si256(u, mul(sum, set1(twiddles[j])));
    store(block, _mm256_blend_epi32::<ODD_PAIRS>(even, sum));
}

#[target_feature(enable = "avx2")]
#[inline]
fn set1(word: u64) -> __m256i {
    _mm256_set1_epi64x(word as i64)
}

/// One word in the lower half, another in the upper one.
#[target_feature(enable = "avx2")]
#[inline]
fn two(low: u64, high: u64) -> __m256i {
    _mm256_setr_epi64x(low as i64, low as i64, high as i64, high as i64)
}

#[target_feature(enable = "avx2")]
#[inline]
fn load(words: &[u64; 4]) -> __m256i {
    // SAFETY: the reference is valid for 32 bytes, and the load needs no alignment.
    unsafe { _mm256_loadu_si256(words.as_ptr().cast()) }
}

#[target_feature(enable = "avx2")]
#[inline]
fn store(words: &mut [u64; 4], v: __m256i) {
    // SAFETY: the reference is valid for writes of 32 bytes, and the store needs no alignment.
    unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), v) }
}
