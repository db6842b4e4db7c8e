//! Carry-less products by VPCLMULQDQ, eight words at a time.
#![allow(unsafe_code)]

use core::arch::x86_64::*;

use super::{SHORT, pclmul};

/// Eight words a vector. Even and odd words of `a` give two products each; the odd ones sit one word higher, so they are
/// moved up by a word, the last of a vector into the next.
#[target_feature(enable = "pclmulqdq,sse2,avx512f,vpclmulqdq")]
pub(super) fn add_multiple(out: &mut [u64], a: &[u64], w: u64) {
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
        pclmul::add_multiple(out, a, w);
    }
}

/// By diagonals of 8-word blocks. For one pair of blocks the product at word offset s is even(a) b\[s\] + odd(a) b\[s-1\],
/// nine vectors, which are summed over the diagonal before they are moved into place.
#[target_feature(enable = "pclmulqdq,sse2,avx512f,vpclmulqdq")]
pub(super) fn mul_short(out: &mut [u64], a: &[u64], b: &[u64]) {
    if a.len() + b.len() <= 8 {
        return pclmul::mul_short(out, a, b);
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
