//! Irreducibility: a quick look for small factors, then Rabin's test.

use super::{Modulus, Poly, factor::prime_divisors, modulus::Scratch};

/// Degrees whose factors are looked for first: a random polynomial passes with probability about 0.56 / 24.
const SMALL: usize = 24;

impl Poly {
    /// Whether this is irreducible. Constants are not; x and x + 1 are.
    ///
    /// Rabin (1980): f of degree n is irreducible iff x^(2^n) = x modulo f, and gcd(x^(2^(n/p)) - x, f) = 1 for every prime p
    /// that divides n. n squarings modulo f, each linear for a sparse f.
    #[must_use]
    pub fn is_irreducible(&self) -> bool {
        let Some(n) = self.degree().filter(|n| *n > 0) else { return false };
        if n == 1 {
            return true;
        }
        if !self.coefficient(0) || !self.evaluate(true) {
            return false;
        }
        if let Some(bits) = self.to_u128() {
            return crate::gf2::is_irreducible(bits);
        }
        let side = self.cheaper_side();
        let Some(modulus) = Modulus::new(&side) else { return false };
        let maximal: alloc::vec::Vec<usize> = prime_divisors(n).map(|p| n / p).collect();
        let mut scratch = Scratch::default();
        let mut frobenius = Poly::x();
        let mut product = Poly::one();
        for i in 1..=n {
            modulus.square_assign(&mut frobenius, &mut scratch);
            if i <= SMALL {
                product = modulus.mul(&product, &(&frobenius + &Poly::x()));
            }
            if i == SMALL && !product.gcd(&side).is_one() {
                return false;
            }
            if maximal.contains(&i) && !(&frobenius + &Poly::x()).gcd(&side).is_one() {
                return false;
            }
        }
        frobenius == Poly::x()
    }

    /// This polynomial or its reciprocal, whichever has its terms farther below the leading one, which makes a sparse modulus
    /// cheaper. Both are irreducible or not, and x has the same order modulo both. Needs a constant term.
    pub(crate) fn cheaper_side(&self) -> Self {
        let second = |p: &Self| p.exponents().rev().nth(1);
        let reciprocal = self.reciprocal();
        if second(&reciprocal) < second(self) { reciprocal } else { self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::Noise;
    use super::*;

    #[test]
    fn agrees_with_the_fixed_width_test() {
        let mut noise = Noise(41);
        for bits in 0..1u128 << 11 {
            assert_eq!(Poly::from_u128(bits).is_irreducible(), crate::gf2::is_irreducible(bits), "{bits:#b}");
        }
        for _ in 0..50 {
            let a = noise.poly(150);
            assert!(!(&a * &noise.poly(200)).is_irreducible());
        }
    }

    #[test]
    fn known_trinomials() {
        // x^127+x+1 (Zierler), x^521+x^32+1, x^1279+x^216+1, x^2281+x^715+1: exponents of Mersenne primes.
        for (n, k) in [(127, 1), (521, 32), (1279, 216), (2281, 715)] {
            let trinomial = Poly::from_exponents([n, k, 0]);
            assert!(trinomial.is_irreducible(), "{n} {k}");
            assert!(trinomial.reciprocal().is_irreducible());
            assert!(!Poly::from_exponents([n, k, 0, n - 1, 2]).is_irreducible() || n == 0);
        }
        // All ones of degree p - 1 is irreducible iff 2 generates the units modulo p.
        for (p, expected) in
            [(131, true), (139, true), (163, true), (151, false), (157, false), (1019, true), (1021, false)]
        {
            assert_eq!(Poly::from_exponents(0..p).is_irreducible(), expected, "{p}");
        }
    }
}
