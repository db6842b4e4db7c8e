//! Complete factorisation: square-free parts, distinct degrees, equal degrees.
//!
//! Over GF(2) a squaring is so cheap that all of x^2, x^4, x^8, ... are simply computed, without modular composition; what
//! counts is one product a degree, with the gcd taken once per block of degrees (von zur Gathen & Gerhard, *Polynomial
//! factorization over F2*, Math. Comp. 71, 2002). Equal degrees are split by the trace map (characteristic 2 has no
//! square root of 1 to use). The noise is seeded, so time and answer are always the same.

use alloc::{vec, vec::Vec};

use super::{Modulus, Poly, modulus::Scratch};
use crate::{gf2, random::SplitMix64};

impl Poly {
    /// The irreducible factors with their multiplicities, ascending; the factor x included; empty for 0 and 1.
    ///
    /// O(n M(n)) for random polynomials, with a small constant.
    #[must_use]
    pub fn factor(&self) -> Vec<(Poly, u32)> {
        let mut found = Vec::new();
        if self.is_zero() {
            return found;
        }
        let zeros = self.trailing_zeros();
        if zeros > 0 {
            found.push((Poly::x(), u32::try_from(zeros).unwrap_or(u32::MAX)));
        }
        for (part, multiplicity) in (self >> zeros).square_free_parts() {
            part.distinct_degrees(|product, degree| {
                split(product, degree, &mut |prime| found.push((prime, multiplicity)));
            });
        }
        found.sort_unstable();
        found
    }

    /// Square-free polynomials > 1, coprime to each other, whose powers multiply to this one: (part, multiplicity).
    ///
    /// Yun's algorithm for the odd multiplicities; what is left is a square. Empty for 0 and 1.
    #[must_use]
    pub fn square_free_parts(&self) -> Vec<(Poly, u32)> {
        let mut parts = Vec::new();
        let mut rest = self.clone();
        let mut scale = 1u32;
        while rest.degree() > Some(0) {
            if let Some(root) = rest.square_root() {
                rest = root;
                scale = scale.saturating_mul(2);
                continue;
            }
            // c: the rest of every prime p^e after one p is taken away if e is odd; w: those p.
            let mut c = rest.gcd(&rest.derivative());
            let mut w = quotient(&rest, &c);
            let mut multiplicity = 1u32;
            while !w.is_one() {
                let y = w.gcd(&c);
                let part = quotient(&w, &y);
                if !part.is_one() {
                    parts.push((part, multiplicity.saturating_mul(scale)));
                }
                c = quotient(&c, &y);
                w = y;
                multiplicity += 1;
            }
            rest = c;
        }
        parts
    }

    /// For a square-free polynomial with constant term 1: calls `each` with the product of all its irreducible factors of one
    /// degree and that degree, ascending.
    fn distinct_degrees(&self, mut each: impl FnMut(Poly, usize)) {
        let mut rest = self.clone();
        let mut scratch = Scratch::default();
        let mut frobenius = Poly::x();
        let mut done = 0;
        while let Some(n @ 1..) = rest.degree() {
            if 2 * (done + 1) > n {
                return each(rest, n);
            }
            let Some(modulus) = Modulus::new(&rest) else { return };
            frobenius = modulus.reduce(&frobenius);
            // Small degrees are likely and leave a shorter rest: begin with short blocks.
            let block = (1 + done / 2).min(1 + n.isqrt()).min(n / 2 - done);
            let mut differences = Vec::with_capacity(block);
            let mut product = Poly::one();
            for _ in 0..block {
                modulus.square_assign(&mut frobenius, &mut scratch);
                let difference = &frobenius + &Poly::x();
                product = modulus.mul(&product, &difference);
                differences.push(difference);
            }
            let mut common = if product.is_zero() { rest.clone() } else { product.gcd(&rest) };
            if !common.is_one() {
                rest = quotient(&rest, &common);
            }
            for (degree, difference) in (done + 1..).zip(differences) {
                match common.degree() {
                    None | Some(0) => break,
                    // Two factors of this degree or more would be longer.
                    Some(n) if n < 2 * degree => {
                        each(core::mem::take(&mut common), n);
                        break;
                    }
                    Some(_) => {}
                }
                let same = difference.gcd(&common);
                if !same.is_one() {
                    common = quotient(&common, &same);
                    each(same, degree);
                }
            }
            done += block;
        }
    }
}

/// Splits a product of distinct irreducible polynomials of degree `d` and hands out each.
fn split(product: Poly, d: usize, each: &mut impl FnMut(Poly)) {
    let mut pending = vec![product];
    let mut noise = SplitMix64(0x9e37_79b9_7f4a_7c15);
    while let Some(part) = pending.pop() {
        let n = part.degree().unwrap_or(0);
        if n <= d {
            each(part);
            continue;
        }
        if let Some(bits) = part.to_u128() {
            gf2::factor(bits).iter().for_each(|(prime, _)| each(Poly::from_u128(prime)));
            continue;
        }
        let Some(modulus) = Modulus::new(&part) else { continue };
        loop {
            // The trace of a random element is 0 modulo half of the factors.
            let trace = trace(&random(n, &mut noise), d, &modulus);
            let divisor = trace.gcd(&part);
            if divisor.degree().is_some_and(|degree| 0 < degree && degree < n) {
                pending.push(quotient(&part, &divisor));
                pending.push(divisor);
                break;
            }
        }
    }
}

/// a + a^2 + a^4 + ..., `d` terms.
fn trace(a: &Poly, d: usize, modulus: &Modulus) -> Poly {
    let mut scratch = Scratch::default();
    let (mut sum, mut conjugate) = (a.clone(), a.clone());
    for _ in 1..d {
        modulus.square_assign(&mut conjugate, &mut scratch);
        sum += &conjugate;
    }
    sum
}

/// Of degree < n.
fn random(n: usize, noise: &mut SplitMix64) -> Poly {
    // A linear generator would stay in a subspace of dimension 64, and might never split some product.
    let words = (0..n.div_ceil(64)).map(|_| noise.next_word());
    Poly::from_words(words.collect()).low(n)
}

/// Where the division is known to leave nothing.
fn quotient(a: &Poly, b: &Poly) -> Poly {
    a.divrem(b).map_or_else(Poly::zero, |(quotient, _)| quotient)
}

/// The primes that divide `n`, ascending.
pub(crate) fn prime_divisors(n: usize) -> impl Iterator<Item = usize> {
    let (mut rest, mut p) = (n, 2);
    core::iter::from_fn(move || {
        while rest > 1 {
            if p > rest / p {
                p = rest;
            }
            if rest.is_multiple_of(p) {
                while rest.is_multiple_of(p) {
                    rest /= p;
                }
                return Some(p);
            }
            p += 1;
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::{super::tests::Noise, *};

    fn check(c: &Poly) -> Vec<(Poly, u32)> {
        let factors = c.factor();
        let product = factors.iter().fold(Poly::one(), |product, (p, e)| &product * &p.pow(*e));
        assert!(product == *c, "{c}");
        assert!(factors.iter().all(|(p, e)| *e > 0 && p.is_irreducible()), "{c}");
        assert!(factors.is_sorted_by(|a, b| a.0 < b.0));
        factors
    }

    #[test]
    fn agrees_with_the_fixed_width_factorisation() {
        for bits in 0..1u128 << 12 {
            let expected: Vec<_> = gf2::factor(bits).iter().map(|(p, e)| (Poly::from_u128(p), e)).collect();
            assert_eq!(Poly::from_u128(bits).factor(), expected, "{bits:#b}");
        }
        let mut noise = Noise(51);
        for degree in 60..128 {
            let a = noise.poly(degree);
            let expected: Vec<_> =
                gf2::factor(a.to_u128().unwrap()).iter().map(|(p, e)| (Poly::from_u128(p), e)).collect();
            assert_eq!(a.factor(), expected, "{a}");
        }
    }

    #[test]
    fn random_polynomials_products_and_powers() {
        let mut noise = Noise(53);
        for degree in [128, 129, 200, 333, 500, 900, 1279] {
            check(&noise.poly(degree));
            check(&(&noise.poly(degree).pow(3) * &noise.poly(70).pow(4)));
        }
        for _ in 0..30 {
            let mut product = Poly::monomial((noise.word() % 9) as usize);
            for _ in 0..6 {
                let degree = 1 + noise.word() % 60;
                let e = 1 + noise.word() % 9;
                product = &product * &noise.poly(degree as usize).pow(e as u32);
            }
            check(&product);
        }
    }

    #[test]
    fn many_factors_of_one_degree() {
        // x^(2^10) + x: all irreducible polynomials of degree 1, 2, 5, 10.
        assert_eq!(check(&Poly::from_exponents([1024, 1])).len(), 2 + 1 + 6 + 99);
        assert_eq!(check(&Poly::from_exponents([4095, 0])).len(), check(&Poly::from_exponents([4096, 1])).len() - 1);
    }

    #[test]
    fn special_forms() {
        assert_eq!(Poly::from_exponents([4096, 0]).factor(), [(Poly::from_u128(3), 4096)]);
        assert_eq!(Poly::from_exponents(0..=4095).factor(), [(Poly::from_u128(3), 4095)]);
        assert_eq!(Poly::monomial(4097).factor(), [(Poly::x(), 4097)]);
        assert!(Poly::zero().factor().is_empty() && Poly::one().factor().is_empty());
        let trinomial = Poly::from_exponents([1279, 216, 0]);
        assert_eq!(trinomial.factor(), [(trinomial, 1)]);
    }

    #[test]
    fn prime_divisors_of_small_numbers() {
        assert_eq!(prime_divisors(1).count() + prime_divisors(0).count(), 0);
        assert!(prime_divisors(360).eq([2, 3, 5]) && prime_divisors(97).eq([97]) && prime_divisors(1 << 20).eq([2]));
        assert!(prime_divisors(2 * 9689).eq([2, 9689]) && prime_divisors(49).eq([7]));
    }
}
