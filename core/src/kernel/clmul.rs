//! Carry-less products of word slices: the one place that touches PCLMULQDQ and VPCLMULQDQ.
//!
//! Word *i* holds the coefficients of x^(64 i) to x^(64 i + 63). Three operations, each in three versions (portable, `pclmul`,
//! `vpclmul`), serve all of `poly`: the product of short operands, a multiple added to a longer polynomial, the square.
//! The version is detected once and can be forced ([`set_backend`]), so that tests compare all of them.
#![allow(unsafe_code)]

mod field;

use core::{
    fmt,
    sync::atomic::{AtomicU8, Ordering},
};

pub(crate) use field::Field;

/// Longest operand of [`mul_short`], in words.
pub(crate) const SHORT: usize = 32;

/// An implementation of the carry-less product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backend {
    /// Shifts and a table of sixteen multiples; any CPU.
    Portable,
    /// PCLMULQDQ, 128 bits.
    Pclmul,
    /// VPCLMULQDQ with AVX-512F, 512 bits.
    Vpclmul,
}

impl Backend {
    /// All of them, from the slowest.
    pub const ALL: [Self; 3] = [Self::Portable, Self::Pclmul, Self::Vpclmul];

    /// Whether this CPU has it.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Self::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Self::Pclmul => pclmul::get(),
            #[cfg(target_arch = "x86_64")]
            Self::Vpclmul => pclmul::get() && vpclmul::get(),
            #[cfg(not(target_arch = "x86_64"))]
            _ => false,
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Portable => "portable",
            Self::Pclmul => "pclmul",
            Self::Vpclmul => "vpclmul",
        })
    }
}

/// 0: not yet detected; else 1 + the index in [`Backend::ALL`]. Only values of available backends are ever stored.
static CHOSEN: AtomicU8 = AtomicU8::new(0);

/// The backend in use: the fastest available unless [`set_backend`] said otherwise.
#[must_use]
#[inline]
pub fn backend() -> Backend {
    match CHOSEN.load(Ordering::Relaxed) {
        1 => Backend::Portable,
        2 => Backend::Pclmul,
        3 => Backend::Vpclmul,
        _ => detect(),
    }
}

/// Uses `backend` from now on in the whole process, or does nothing and returns `false` if this CPU lacks it.
///
/// Results never depend on it; for tests and measurements.
pub fn set_backend(backend: Backend) -> bool {
    let available = backend.is_available();
    if available {
        CHOSEN.store(backend as u8 + 1, Ordering::Relaxed);
    }
    available
}

#[cold]
fn detect() -> Backend {
    let best = Backend::ALL.into_iter().rev().find(|backend| backend.is_available()).unwrap_or(Backend::Portable);
    set_backend(best);
    best
}

/// `out = a b`. Needs `out.len() == a.len() + b.len()` and both operands at most [`SHORT`] words.
#[inline]
pub(crate) fn mul_short(out: &mut [u64], a: &[u64], b: &[u64]) {
    debug_assert!(out.len() == a.len() + b.len() && a.len() <= SHORT && b.len() <= SHORT);
    match backend() {
        // SAFETY: `backend` returns only what `is_available` has confirmed, which tests the features the function enables.
        #[cfg(target_arch = "x86_64")]
        Backend::Vpclmul => unsafe { x86::mul_short_512(out, a, b) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Backend::Pclmul => unsafe { x86::mul_short_128(out, a, b) },
        _ => portable::mul_short(out, a, b),
    }
}

/// `out += w a`, the top word of the product included: uses the first `a.len() + 1` words of `out`, which must exist.
#[inline]
pub(crate) fn add_multiple(out: &mut [u64], a: &[u64], w: u64) {
    debug_assert!(out.len() > a.len());
    match backend() {
        // SAFETY: `backend` returns only what `is_available` has confirmed, which tests the features the function enables.
        #[cfg(target_arch = "x86_64")]
        Backend::Vpclmul => unsafe { x86::add_multiple_512(out, a, w) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Backend::Pclmul => unsafe { x86::add_multiple_128(out, a, w) },
        _ => portable::add_multiple(out, a, w),
    }
}

/// `out = a^2`. Needs `out.len() == 2 a.len()`.
#[inline]
pub(crate) fn square(out: &mut [u64], a: &[u64]) {
    debug_assert!(out.len() == 2 * a.len());
    match backend() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `backend` returns only what `is_available` has confirmed, which tests the features the function enables.
        Backend::Vpclmul | Backend::Pclmul => unsafe { x86::square_128(out, a) },
        _ => portable::square(out, a),
    }
}

/// The product of two words.
#[inline]
pub(crate) fn mul_word(a: u64, b: u64) -> u128 {
    match backend() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `backend` returns only what `is_available` has confirmed, which tests the features the function enables.
        Backend::Vpclmul | Backend::Pclmul => unsafe { x86::mul_word(a, b) },
        _ => portable::mul_word(a, b),
    }
}

/// Any CPU.
mod portable {
    pub(super) fn mul_word(a: u64, b: u64) -> u128 {
        multiply(&multiples(a), b)
    }

    pub(super) fn mul_short(out: &mut [u64], a: &[u64], b: &[u64]) {
        out.fill(0);
        for (i, &w) in b.iter().enumerate() {
            if let Some(out) = out.get_mut(i..) {
                add_multiple(out, a, w);
            }
        }
    }

    pub(super) fn add_multiple(out: &mut [u64], a: &[u64], w: u64) {
        if w == 0 {
            return;
        }
        let table = multiples(w);
        let mut carry = 0;
        for (out, &a) in out.iter_mut().zip(a) {
            let product = multiply(&table, a);
            *out ^= product as u64 ^ carry;
            carry = (product >> 64) as u64;
        }
        if let Some(top) = out.get_mut(a.len()) {
            *top ^= carry;
        }
    }

    pub(super) fn square(out: &mut [u64], a: &[u64]) {
        for (pair, &word) in out.chunks_exact_mut(2).zip(a) {
            pair.copy_from_slice(&[spread(word as u32), spread((word >> 32) as u32)]);
        }
    }

    /// w times every polynomial of degree < 4.
    fn multiples(w: u64) -> [u128; 16] {
        let mut table = [0; 16];
        for i in 1..16 {
            table[i] = (table[i >> 1] << 1) ^ (u128::from(w) * (i as u128 & 1));
        }
        table
    }

    fn multiply(table: &[u128; 16], a: u64) -> u128 {
        (0..16).rev().fold(0, |sum, nibble| sum << 4 ^ table[(a >> (4 * nibble) & 15) as usize])
    }

    /// Puts a zero after every bit.
    fn spread(half: u32) -> u64 {
        let mut x = u64::from(half);
        x = (x | x << 16) & 0x0000_ffff_0000_ffff;
        x = (x | x << 8) & 0x00ff_00ff_00ff_00ff;
        x = (x | x << 4) & 0x0f0f_0f0f_0f0f_0f0f;
        x = (x | x << 2) & 0x3333_3333_3333_3333;
        (x | x << 1) & 0x5555_5555_5555_5555
    }
}

// What is detected here is what the functions of `x86` enable.
#[cfg(target_arch = "x86_64")]
cpufeatures::new!(pclmul, "pclmulqdq", "sse2");
#[cfg(target_arch = "x86_64")]
cpufeatures::new!(vpclmul, "avx512f", "vpclmulqdq");

/// Eight words or two words at a time.
#[cfg(target_arch = "x86_64")]
mod x86 {
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
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::{eprintln, vec, vec::Vec};

    use super::*;

    /// A bit at a time, by the definition.
    fn naive(a: &[u64], b: &[u64]) -> Vec<u64> {
        let mut out = vec![0; a.len() + b.len()];
        for i in (0..64 * a.len()).filter(|i| a[i / 64] >> (i % 64) & 1 == 1) {
            for j in (0..64 * b.len()).filter(|j| b[j / 64] >> (j % 64) & 1 == 1) {
                out[(i + j) / 64] ^= 1 << ((i + j) % 64);
            }
        }
        out
    }

    fn words(seed: &mut u64, len: usize) -> Vec<u64> {
        (0..len)
            .map(|_| {
                *seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                *seed ^ *seed >> 29
            })
            .collect()
    }

    /// One version, called directly: the process-wide choice would race with other tests.
    fn run(backend: Backend, a: &[u64], b: &[u64]) -> [Vec<u64>; 3] {
        let mut product = vec![!0; a.len() + b.len()];
        let mut square = vec![!0; 2 * a.len()];
        let mut multiple = words(&mut 77, a.len() + 2);
        let w = b.first().copied().unwrap_or(0);
        assert!(backend.is_available());
        match backend {
            Backend::Portable => {
                portable::mul_short(&mut product, a, b);
                portable::square(&mut square, a);
                portable::add_multiple(&mut multiple, a, w);
            }
            #[cfg(target_arch = "x86_64")]
            // SAFETY: availability was asserted above.
            Backend::Pclmul => unsafe {
                x86::mul_short_128(&mut product, a, b);
                x86::square_128(&mut square, a);
                x86::add_multiple_128(&mut multiple, a, w);
            },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: availability was asserted above.
            Backend::Vpclmul => unsafe {
                x86::mul_short_512(&mut product, a, b);
                x86::square_128(&mut square, a);
                x86::add_multiple_512(&mut multiple, a, w);
            },
            #[cfg(not(target_arch = "x86_64"))]
            _ => unreachable!("not available"),
        }
        [product, square, multiple]
    }

    #[test]
    #[expect(clippy::print_stderr, reason = "a run must say what it exercised")]
    fn every_backend_at_every_length() {
        let exercised: Vec<_> = Backend::ALL.into_iter().filter(|b| b.is_available()).collect();
        eprintln!("carry-less multiply: backends exercised: {exercised:?}");
        let mut seed = 3;
        let lengths = if cfg!(miri) { 5 } else { SHORT };
        for na in 0..=lengths {
            for nb in (0..=lengths).filter(|nb| na + nb < 20 || (na * 7 + nb) % 5 == 0 || na == *nb) {
                let (a, b) = (words(&mut seed, na), words(&mut seed, nb));
                let product = naive(&a, &b);
                let mut multiple = words(&mut 77, na + 2);
                for (out, w) in multiple.iter_mut().zip(naive(&a, b.get(..1).unwrap_or(&[]))) {
                    *out ^= w;
                }
                for &backend in &exercised {
                    assert_eq!(
                        run(backend, &a, &b),
                        [product.clone(), naive(&a, &a), multiple.clone()],
                        "{backend} {na} {nb}"
                    );
                }
            }
        }
    }

    #[test]
    fn extreme_words() {
        for a in [0, 1, !0, 1 << 63] {
            for b in [0, 1, !0, 1 << 63, 0xdead_beef] {
                let product = naive(&[a], &[b]);
                let product = u128::from(product[1]) << 64 | u128::from(product[0]);
                assert_eq!(mul_word(a, b), product);
                assert_eq!(portable::mul_word(a, b), product);
            }
        }
    }

    #[test]
    fn a_backend_that_is_missing_is_refused() {
        for candidate in Backend::ALL {
            assert!(candidate.is_available() || !set_backend(candidate));
        }
        assert!(backend().is_available());
    }
}
