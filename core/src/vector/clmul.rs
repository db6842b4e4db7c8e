//! Carry-less products of word slices: the one place that touches PCLMULQDQ and VPCLMULQDQ.
//!
//! Word *i* holds the coefficients of x^(64 i) to x^(64 i + 63). Three operations, each in three versions (portable, `pclmul`,
//! `vpclmul`), serve all of `poly`: the product of short operands, a multiple added to a longer polynomial, the square.
//! The version is detected once and can be forced ([`set_multiplier`]), so that tests compare all of them.
#![allow(unsafe_code)]

mod field;
#[cfg(target_arch = "x86_64")]
mod pclmul;
mod portable;
#[cfg(target_arch = "x86_64")]
mod stream;
#[cfg(target_arch = "x86_64")]
mod vpclmul;

use core::{
    fmt,
    sync::atomic::{AtomicU8, Ordering},
};

pub(crate) use field::Field;

use crate::cpu;

/// Longest operand of [`mul_short`], in words.
pub(crate) const SHORT: usize = 32;

/// An implementation of the carry-less product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Multiplier {
    /// Shifts and a table of sixteen multiples; any CPU.
    Portable,
    /// PCLMULQDQ, 128 bits.
    Pclmul,
    /// VPCLMULQDQ with AVX-512F, 512 bits.
    Vpclmul,
}

impl Multiplier {
    /// All of them, from the slowest.
    pub const ALL: [Self; 3] = [Self::Portable, Self::Pclmul, Self::Vpclmul];

    /// The name, as [`cpu::hide`] takes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Pclmul => "pclmul",
            Self::Vpclmul => "vpclmul",
        }
    }

    /// Words that it takes at once: operands of a multiple of them are not filled up.
    pub(crate) const fn words(self) -> usize {
        match self {
            Self::Portable => 1,
            Self::Pclmul => 2,
            Self::Vpclmul => 8,
        }
    }

    /// Whether this CPU has it, and it was not hidden.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Self::Portable => true,
            _ if cpu::is_hidden(self.name()) => false,
            #[cfg(target_arch = "x86_64")]
            Self::Pclmul => has_pclmul::get(),
            #[cfg(target_arch = "x86_64")]
            Self::Vpclmul => has_pclmul::get() && has_vpclmul::get(),
            #[cfg(not(target_arch = "x86_64"))]
            _ => false,
        }
    }
}

impl fmt::Display for Multiplier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// 0: not yet detected; else 1 + the index in [`Multiplier::ALL`]. Only values of available multipliers are ever stored.
static CHOSEN: AtomicU8 = AtomicU8::new(0);

/// The multiplier in use: the fastest available unless [`set_multiplier`] said otherwise.
#[must_use]
#[inline]
pub fn multiplier() -> Multiplier {
    match CHOSEN.load(Ordering::Relaxed) {
        1 => Multiplier::Portable,
        2 => Multiplier::Pclmul,
        3 => Multiplier::Vpclmul,
        _ => detect(),
    }
}

/// Uses `multiplier` from now on in the whole process, or does nothing and returns `false` if this CPU lacks it.
///
/// Results never depend on it; for tests and measurements.
pub fn set_multiplier(multiplier: Multiplier) -> bool {
    let available = multiplier.is_available();
    if available {
        CHOSEN.store(multiplier as u8 + 1, Ordering::Relaxed);
    }
    available
}

#[cold]
fn detect() -> Multiplier {
    let best =
        Multiplier::ALL.into_iter().rev().find(|multiplier| multiplier.is_available()).unwrap_or(Multiplier::Portable);
    set_multiplier(best);
    best
}

/// `out = a b`. Needs `out.len() == a.len() + b.len()` and both operands at most [`SHORT`] words.
#[inline]
pub(crate) fn mul_short(out: &mut [u64], a: &[u64], b: &[u64]) {
    debug_assert!(out.len() == a.len() + b.len() && a.len() <= SHORT && b.len() <= SHORT);
    match multiplier() {
        // SAFETY: `multiplier` returns only what `is_available` has confirmed, which tests the features the function enables.
        #[cfg(target_arch = "x86_64")]
        Multiplier::Vpclmul => unsafe { vpclmul::mul_short(out, a, b) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Multiplier::Pclmul => unsafe { pclmul::mul_short(out, a, b) },
        _ => portable::mul_short(out, a, b),
    }
}

/// `out += w a`, the top word of the product included: uses the first `a.len() + 1` words of `out`, which must exist.
#[inline]
pub(crate) fn add_multiple(out: &mut [u64], a: &[u64], w: u64) {
    debug_assert!(out.len() > a.len());
    match multiplier() {
        // SAFETY: `multiplier` returns only what `is_available` has confirmed, which tests the features the function enables.
        #[cfg(target_arch = "x86_64")]
        Multiplier::Vpclmul => unsafe { vpclmul::add_multiple(out, a, w) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Multiplier::Pclmul => unsafe { pclmul::add_multiple(out, a, w) },
        _ => portable::add_multiple(out, a, w),
    }
}

/// `out = a^2`. Needs `out.len() == 2 a.len()`.
#[inline]
pub(crate) fn square(out: &mut [u64], a: &[u64]) {
    debug_assert!(out.len() == 2 * a.len());
    match multiplier() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `multiplier` returns only what `is_available` has confirmed, which tests the features the function enables.
        Multiplier::Vpclmul | Multiplier::Pclmul => unsafe { pclmul::square(out, a) },
        _ => portable::square(out, a),
    }
}

/// The product of two words.
#[inline]
pub(crate) fn mul_word(a: u64, b: u64) -> u128 {
    match multiplier() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `multiplier` returns only what `is_available` has confirmed, which tests the features the function enables.
        Multiplier::Vpclmul | Multiplier::Pclmul => unsafe { pclmul::mul_word(a, b) },
        _ => portable::mul_word(a, b),
    }
}

/// 1 + p as a power series, p without a constant term and of degree 63 at most, for streams whose bit t is the coefficient of x^t.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OnePlus {
    /// p.
    pub(crate) p: u64,
    /// 1 / (1 + p) modulo x^64.
    pub(crate) inverse: u64,
    /// Added to every word of the stream before it is divided, or after it was multiplied.
    pub(crate) constant: u64,
}

/// Divides a stream, `past` being the last word of the quotient so far, and returns the last word now; `None`, and nothing is done, without
/// instructions for it: shifts are faster than products then.
#[inline]
pub(crate) fn divide_stream(by: OnePlus, past: u64, words: &mut [u64]) -> Option<u64> {
    match multiplier() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `multiplier` returns only what `is_available` has confirmed, which tests the features the function enables.
        Multiplier::Vpclmul | Multiplier::Pclmul => Some(unsafe { stream::divide(by, past, words) }),
        _ => None,
    }
}

/// Multiplies a stream, `past` being its last word so far, and returns its last word now; `None` as [`divide_stream`].
#[inline]
pub(crate) fn multiply_stream(by: OnePlus, past: u64, words: &mut [u64]) -> Option<u64> {
    match multiplier() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `multiplier` returns only what `is_available` has confirmed, which tests the features the function enables.
        Multiplier::Vpclmul | Multiplier::Pclmul => Some(unsafe { stream::multiply(by, past, words) }),
        _ => None,
    }
}

// What is detected here is what the functions of `pclmul` and `vpclmul` enable.
#[cfg(target_arch = "x86_64")]
cpufeatures::new!(has_pclmul, "pclmulqdq", "sse2");
#[cfg(target_arch = "x86_64")]
cpufeatures::new!(has_vpclmul, "avx512f", "vpclmulqdq");

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
    fn run(multiplier: Multiplier, a: &[u64], b: &[u64]) -> [Vec<u64>; 3] {
        let mut product = vec![!0; a.len() + b.len()];
        let mut square = vec![!0; 2 * a.len()];
        let mut multiple = words(&mut 77, a.len() + 2);
        let w = b.first().copied().unwrap_or(0);
        assert!(multiplier.is_available());
        match multiplier {
            Multiplier::Portable => {
                portable::mul_short(&mut product, a, b);
                portable::square(&mut square, a);
                portable::add_multiple(&mut multiple, a, w);
            }
            #[cfg(target_arch = "x86_64")]
            // SAFETY: availability was asserted above.
            Multiplier::Pclmul => unsafe {
                pclmul::mul_short(&mut product, a, b);
                pclmul::square(&mut square, a);
                pclmul::add_multiple(&mut multiple, a, w);
            },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: availability was asserted above.
            Multiplier::Vpclmul => unsafe {
                vpclmul::mul_short(&mut product, a, b);
                pclmul::square(&mut square, a);
                vpclmul::add_multiple(&mut multiple, a, w);
            },
            #[cfg(not(target_arch = "x86_64"))]
            _ => unreachable!("not available"),
        }
        [product, square, multiple]
    }

    #[test]
    #[expect(clippy::print_stderr, reason = "a run must say what it exercised")]
    fn every_multiplier_at_every_length() {
        let exercised: Vec<_> = Multiplier::ALL.into_iter().filter(|b| b.is_available()).collect();
        eprintln!("carry-less multiply: multipliers exercised: {exercised:?}");
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
                for &multiplier in &exercised {
                    assert_eq!(
                        run(multiplier, &a, &b),
                        [product.clone(), naive(&a, &a), multiple.clone()],
                        "{multiplier} {na} {nb}"
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
    fn a_multiplier_that_is_missing_is_refused() {
        for candidate in Multiplier::ALL {
            assert!(candidate.is_available() || !set_multiplier(candidate));
        }
        assert!(multiplier().is_available());
    }
}
