//! Carry-less products by PCLMULQDQ, two words at a time, and VPCLMULQDQ, eight.
#![allow(unsafe_code)]

use core::arch::x86_64::*;

use super::SHORT;

#[target_feature(enable = "pclmulqdq,sse2")]
pub(super) fn mul_word(a: u64, b: u64) -> u128 {
    wide(_mm_clmulepi64_si128::<0>(word(a), word(b)))
}

#[target_feature(enable = "pclmulqdq,sse2")]
pub(super) fn square_128(out: &mut [u64], a: &[u64]) {
    for (pair, &w) in out.chunks_exact_mut(2).zip(a) {
        let square = wide(_mm_clmulepi64_si128::<0>(word(w), word(w)));
        pair.copy_from_slice(&[square as u64, (square >> 64) as u64]);
    }
}

#[target_feature(enable = "pclmulqdq,sse2")]
pub(super) fn add_multiple_128(out: &mut [u64], a: &[u64], w: u64) {
    let w = word(w);
    let mut carry = 0;
    for (out, &a) in out.iter_mut().zip(a) {
        let product = wide(_mm_clmulepi64_si128::<0>(word(a), w));
        *out ^= product as u64 ^ carry;
        carry = (product >> 64) as u64;
    }
    if let Some(top) = out.get_mut(a.len()) {
        *top ^= carry;
    }
}

/// By diagonals of pairs of words: three accumulators a diagonal, folded in once.
#[target_feature(enable = "pclmulqdq,sse2")]
pub(super) fn mul_short_128(out: &mut [u64], a: &[u64], b: &[u64]) {
    let (mut pa, mut pb) = ([_mm_setzero_si128(); SHORT / 2], [_mm_setzero_si128(); SHORT / 2]);
    let (na, nb) = (pairs(&mut pa, a), pairs(&mut pb, b));
    let mut product = [0u64; 2 * SHORT + 2];
    for k in 0..(na + nb).saturating_sub(1) {
        let (mut low, mut middle, mut high) = (_mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128());
        for i in (k + 1).saturating_sub(nb)..na.min(k + 1) {
            let (a, b) = (pa[i], pb[k - i]);
            low = _mm_xor_si128(low, _mm_clmulepi64_si128::<0x00>(a, b));
            high = _mm_xor_si128(high, _mm_clmulepi64_si128::<0x11>(a, b));
            middle = _mm_xor_si128(middle, _mm_clmulepi64_si128::<0x01>(a, b));
            middle = _mm_xor_si128(middle, _mm_clmulepi64_si128::<0x10>(a, b));
        }
        for (offset, part) in [(0, low), (1, middle), (2, high)] {
            let part = wide(part);
            product[2 * k + offset] ^= part as u64;
            product[2 * k + offset + 1] ^= (part >> 64) as u64;
        }
    }
    let len = out.len();
    out.copy_from_slice(&product[..len]);
}

/// Splits into 128-bit lanes; the number of lanes.
#[target_feature(enable = "sse2")]
fn pairs(lanes: &mut [__m128i; SHORT / 2], words: &[u64]) -> usize {
    for (lane, pair) in lanes.iter_mut().zip(words.chunks(2)) {
        *lane = _mm_set_epi64x(pair.get(1).copied().unwrap_or(0) as i64, pair[0] as i64);
    }
    words.len().div_ceil(2)
}

#[target_feature(enable = "sse2")]
#[inline]
fn word(w: u64) -> __m128i {
    _mm_cvtsi64_si128(w as i64)
}

#[target_feature(enable = "sse2")]
#[inline]
fn wide(v: __m128i) -> u128 {
    let high = _mm_cvtsi128_si64(_mm_unpackhi_epi64(v, v)) as u64;
    u128::from(high) << 64 | u128::from(_mm_cvtsi128_si64(v) as u64)
}

/// Eight words a vector. Even and odd words of `a` give two products each; the odd ones sit one word higher, so they are
/// moved up by a word, the last of a vector into the next.
#[target_feature(enable = "pclmulqdq,sse2,avx512f,vpclmulqdq")]
pub(super) fn add_multiple_512(out: &mut [u64], a: &[u64], w: u64) {
    let factor = _mm512_set1_epi64(w as i64);
    let mut carry = _mm512_setzero_si512();
    let whole = a.len() & !7;
    for (out, a) in out.as_chunks_mut::<8>().0.iter_mut().zip(a.as_chunks::<8>().0) {
        let a = load(a);
        let even = _mm512_clmulepi64_epi128::<0x00>(a, factor);
        let odd = _mm512_clmulepi64_epi128::<0x01>(a, factor);
        let sum = _mm512_xor_si512(even, _mm512_alignr_epi64::<7>(odd, carry));
        store(out, _mm512_xor_si512(load(out), sum));
        carry = odd;
    }
    let carry = if whole == 0 { 0 } else { spill(carry)[7] };
    if let (Some(out), Some(a)) = (out.get_mut(whole..), a.get(whole..)) {
        if let Some(first) = out.first_mut() {
            *first ^= carry;
        }
        add_multiple_128(out, a, w);
    }
}

/// By diagonals of 8-word blocks. For one pair of blocks the product at word offset s is even(a) b\[s\] + odd(a) b\[s-1\],
/// nine vectors, which are summed over the diagonal before they are moved into place.
#[target_feature(enable = "pclmulqdq,sse2,avx512f,vpclmulqdq")]
pub(super) fn mul_short_512(out: &mut [u64], a: &[u64], b: &[u64]) {
    if a.len() + b.len() <= 8 {
        return mul_short_128(out, a, b);
    }
    let (mut wa, mut wb) = ([0; SHORT], [0; SHORT]);
    wa[..a.len()].copy_from_slice(a);
    wb[..b.len()].copy_from_slice(b);
    let (na, nb) = (a.len().div_ceil(8), b.len().div_ceil(8));
    let (va, vb) = (wa.as_chunks::<8>().0, wb.as_chunks::<8>().0);
    let mut high = _mm512_setzero_si512();
    let mut product = [[0u64; 8]; 2 * SHORT / 8];
    for k in 0..(na + nb).saturating_sub(1) {
        let mut sums = [_mm512_setzero_si512(); 9];
        for i in (k + 1).saturating_sub(nb)..na.min(k + 1) {
            let (a, b) = (load(&va[i]), &vb[k - i]);
            for s in 0..8 {
                let b = _mm512_set1_epi64(b[s] as i64);
                sums[s] = _mm512_xor_si512(sums[s], _mm512_clmulepi64_epi128::<0x00>(a, b));
                sums[s + 1] = _mm512_xor_si512(sums[s + 1], _mm512_clmulepi64_epi128::<0x01>(a, b));
            }
        }
        let zero = _mm512_setzero_si512();
        let mut low = _mm512_xor_si512(high, sums[0]);
        high = sums[8];
        macro_rules! place {
            ($($s:literal $back:literal),*) => {$(
                low = _mm512_xor_si512(low, _mm512_alignr_epi64::<$back>(sums[$s], zero));
                high = _mm512_xor_si512(high, _mm512_alignr_epi64::<$back>(zero, sums[$s]));
            )*};
        }
        place!(1 7, 2 6, 3 5, 4 4, 5 3, 6 2, 7 1);
        store(&mut product[k], low);
    }
    if na > 0 && nb > 0 {
        store(&mut product[na + nb - 1], high);
    }
    let len = out.len();
    out.copy_from_slice(&product.as_flattened()[..len]);
}

#[target_feature(enable = "avx512f")]
#[inline]
pub(super) fn load(words: &[u64; 8]) -> __m512i {
    // SAFETY: the reference is valid for 64 bytes, and the load needs no alignment.
    unsafe { _mm512_loadu_si512(words.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f")]
#[inline]
pub(super) fn store(words: &mut [u64; 8], v: __m512i) {
    // SAFETY: the reference is valid for writes of 64 bytes, and the store needs no alignment.
    unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), v) }
}

#[target_feature(enable = "avx512f")]
#[inline]
fn spill(v: __m512i) -> [u64; 8] {
    let mut words = [0; 8];
    store(&mut words, v);
    words
}
