//! [`Certificate`]: why a polynomial is primitive or not, in numbers that a second program can check.

use alloc::vec::Vec;

use super::{BigUint, mersenne_factors, power_of_two};
use crate::poly::{Modulus, Poly};

/// A claim about a polynomial, with what proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// c(x), of degree n >= 1.
    pub characteristic: Poly,
    /// The proof.
    pub proof: Proof,
}

/// What proves or disproves that a polynomial c of degree n is primitive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// It is. x^(2^n - 1) = 1 modulo c, and for each prime factor q of 2^n - 1 the residue x^((2^n - 1) / q) is not 1. So x has
    /// the order 2^n - 1, its powers are all non-zero residues, each of them has an inverse, and c is irreducible too.
    Primitive {
        /// All primes of 2^n - 1, ascending.
        primes: Vec<PrimeFactor>,
    },
    /// It is not: c is the product of these, with multiplicities.
    Reducible {
        /// Irreducible polynomials, ascending.
        factors: Vec<(Poly, u32)>,
    },
    /// It is not: x^((2^n - 1) / `prime`) = 1.
    ShortPeriod {
        /// A prime factor of 2^n - 1.
        prime: BigUint,
    },
    /// It is not: c = x, modulo which x is no unit.
    Singular,
    /// Nothing speaks against it, and it is irreducible; but 2^n - 1 has a cofactor of unknown factors.
    Unknown {
        /// The known primes.
        primes: Vec<PrimeFactor>,
        /// What is left of 2^n - 1.
        cofactor: BigUint,
    },
}

/// A prime factor of 2^n - 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrimeFactor {
    /// q.
    pub prime: BigUint,
    /// How often it divides 2^n - 1.
    pub multiplicity: u32,
    /// x^((2^n - 1) / q) modulo c: not 1.
    pub residue: Poly,
}

impl Certificate {
    /// For `characteristic`; `None` for a constant.
    ///
    /// n squarings modulo c for each prime factor of 2^n - 1.
    #[must_use]
    pub fn new(characteristic: &Poly) -> Option<Self> {
        let modulus = Modulus::new(characteristic)?;
        Some(Self { characteristic: characteristic.clone(), proof: proof(characteristic, &modulus) })
    }

    /// What it proves; `None` if it proves nothing.
    #[must_use]
    pub fn is_primitive(&self) -> Option<bool> {
        match self.proof {
            Proof::Primitive { .. } => Some(true),
            Proof::Reducible { .. } | Proof::ShortPeriod { .. } | Proof::Singular => Some(false),
            Proof::Unknown { .. } => None,
        }
    }
}

fn proof(c: &Poly, modulus: &Modulus) -> Proof {
    let n = modulus.degree();
    if *c == Poly::x() {
        return Proof::Singular;
    }
    if !c.is_irreducible() {
        return Proof::Reducible { factors: c.factor() };
    }
    let full = power_of_two(n) - 1u32;
    let known = mersenne_factors(n);
    let mut primes = Vec::with_capacity(known.primes.len());
    for prime in &known.primes {
        let residue = modulus.pow_x(&(&full / prime));
        if residue.is_one() {
            return Proof::ShortPeriod { prime: prime.clone() };
        }
        let mut rest = &full / prime;
        let mut multiplicity = 1;
        while &rest % prime == BigUint::ZERO {
            rest /= prime;
            multiplicity += 1;
        }
        primes.push(PrimeFactor { prime: prime.clone(), multiplicity, residue });
    }
    if known.is_complete() { Proof::Primitive { primes } } else { Proof::Unknown { primes, cofactor: known.cofactor } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algebra::is_primitive;

    #[test]
    fn claims_what_the_test_says() {
        for bits in 2..1u128 << 11 {
            let c = Poly::from_u128(bits);
            let certificate = Certificate::new(&c).unwrap();
            assert_eq!(certificate.is_primitive(), is_primitive(&c), "{c}");
            match certificate.proof {
                Proof::Primitive { primes } => {
                    let n = c.degree().unwrap();
                    let product: BigUint = primes.iter().map(|p| p.prime.pow(p.multiplicity)).product();
                    assert_eq!(product + 1u32, power_of_two(n));
                    assert!(primes.iter().all(|p| !p.residue.is_one()));
                }
                Proof::Reducible { factors } => {
                    let product = factors.iter().fold(Poly::one(), |product, (p, m)| &product * &p.pow(*m));
                    assert_eq!(product, c);
                }
                Proof::ShortPeriod { prime } => {
                    let exponent = (power_of_two(c.degree().unwrap()) - 1u32) / prime;
                    assert!(Modulus::new(&c).unwrap().pow_x(&exponent).is_one());
                }
                Proof::Singular => assert_eq!(c, Poly::x()),
                Proof::Unknown { .. } => panic!("all of 2^n - 1 is known there"),
            }
        }
        assert_eq!(Certificate::new(&Poly::one()), None);
    }
}
