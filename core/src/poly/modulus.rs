//! [`Modulus`]: arithmetic modulo one polynomial, with everything that can be computed once kept.

use alloc::vec::Vec;

use num_bigint::BigUint;

use super::{Poly, mul, rem, significant};
use crate::vector::clmul;

/// From this many words on, two products with Barrett's constant beat a division word by word. Measured.
const BARRETT: usize = 64;

/// A sparse modulus has at most one term per this many words, the leading one not counted, ...
const WORDS_PER_TERM: usize = 1;

/// ... and never more than this many.
const MOST_TERMS: usize = 8;

/// A polynomial to compute modulo.
///
/// Three ways to reduce: shifts for few terms (trinomials, pentanomials), a word of quotient at a time for short ones, and
/// Barrett's method (1986; exact in GF(2)\[x\]) for long ones.
#[derive(Debug, Clone)]
pub struct Modulus {
    poly: Poly,
    degree: usize,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    /// Exponents of the lower terms, all at most n - 64.
    Sparse(Vec<usize>),
    Short(rem::Aligned),
    Long(rem::Aligned, Vec<u64>),
}

/// Buffers that survive from one operation to the next.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    double: Vec<u64>,
    product: Vec<u64>,
}

impl Modulus {
    /// Precomputes; `None` for a constant polynomial. O(M(n)) time, n / 4 bytes.
    #[must_use]
    pub fn new(poly: &Poly) -> Option<Self> {
        poly.degree().filter(|degree| *degree > 0).map(|degree| Self::of_degree(poly, degree))
    }

    /// [`Modulus::new`] for a polynomial known to be of that degree, at least 1.
    pub(crate) fn of_degree(poly: &Poly, degree: usize) -> Self {
        let lower: Vec<usize> = poly.exponents().take(MOST_TERMS + 2).filter(|e| *e < degree).collect();
        let few = lower.len() <= MOST_TERMS && lower.len() <= 1 + poly.words().len() * WORDS_PER_TERM;
        let kind = if few && lower.iter().all(|e| e + 64 <= degree) {
            Kind::Sparse(lower)
        } else {
            let aligned = rem::Aligned::new(poly.words());
            if aligned.len() < BARRETT {
                Kind::Short(aligned)
            } else {
                let inverse = rem::barrett(&aligned.low);
                Kind::Long(aligned, inverse)
            }
        };
        Self { poly: poly.clone(), degree, kind }
    }

    /// The polynomial.
    #[must_use]
    pub fn poly(&self) -> &Poly {
        &self.poly
    }

    /// Its degree, at least 1.
    #[must_use]
    pub fn degree(&self) -> usize {
        self.degree
    }

    /// `a mod c`, for `a` of any degree.
    #[must_use]
    pub fn reduce(&self, a: &Poly) -> Poly {
        let mut words = a.words.clone();
        self.reduce_words(&mut words, &mut Vec::new());
        Poly { words }
    }

    /// `a b mod c`.
    #[must_use]
    pub fn mul(&self, a: &Poly, b: &Poly) -> Poly {
        let mut words = mul::mul(&a.words, &b.words);
        self.reduce_words(&mut words, &mut Vec::new());
        Poly { words }
    }

    /// `a^2 mod c`.
    #[must_use]
    pub fn square(&self, a: &Poly) -> Poly {
        self.frobenius(a, 1)
    }

    /// `a^(2^k) mod c`: `k` squarings.
    #[must_use]
    pub fn frobenius(&self, a: &Poly, k: usize) -> Poly {
        let mut a = a.clone();
        let mut scratch = Scratch::default();
        (0..k).for_each(|_| self.square_assign(&mut a, &mut scratch));
        a
    }

    /// `x^n mod c`. One squaring and one shift for each bit of `n`.
    #[must_use]
    pub fn pow_x(&self, n: &BigUint) -> Poly {
        // As long as the exponent stays below the degree, x^e is its own remainder.
        let bits = n.bits();
        let head = self.degree.ilog2().min(16).min(u32::try_from(bits).unwrap_or(u32::MAX));
        let start = (n >> (bits - u64::from(head))).to_u64_digits().first().copied().unwrap_or(0);
        let mut power = self.reduce(&Poly::monomial(start as usize));
        let mut scratch = Scratch::default();
        for bit in (0..bits - u64::from(head)).rev() {
            self.square_assign(&mut power, &mut scratch);
            if n.bit(bit) {
                self.mul_x_assign(&mut power);
            }
        }
        power
    }

    /// `a^n mod c`, by repeated squaring.
    #[must_use]
    pub fn pow(&self, a: &Poly, n: &BigUint) -> Poly {
        let a = self.reduce(a);
        let mut power = Poly::one();
        for bit in (0..n.bits()).rev() {
            power = self.square(&power);
            if n.bit(bit) {
                power = self.mul(&power, &a);
            }
        }
        power
    }

    /// The inverse of `a` modulo c, or `None` if they have a common factor.
    #[must_use]
    pub fn inverse(&self, a: &Poly) -> Option<Poly> {
        let (gcd, factor) = self.poly.half_extended_gcd(&self.reduce(a));
        gcd.is_one().then(|| self.reduce(&factor))
    }

    pub(super) fn square_assign(&self, a: &mut Poly, scratch: &mut Scratch) {
        scratch.double.resize(2 * a.words.len(), 0);
        clmul::square(&mut scratch.double, &a.words);
        self.reduce_words(&mut scratch.double, &mut scratch.product);
        core::mem::swap(&mut a.words, &mut scratch.double);
    }

    fn mul_x_assign(&self, a: &mut Poly) {
        let mut carry = 0;
        for word in &mut a.words {
            (*word, carry) = (*word << 1 | carry, *word >> 63);
        }
        if carry != 0 {
            a.words.push(carry);
        }
        if a.coefficient(self.degree) {
            *a += &self.poly;
        }
    }

    /// Leaves the remainder without zeros at the end.
    fn reduce_words(&self, a: &mut Vec<u64>, scratch: &mut Vec<u64>) {
        let len = significant(a);
        a.truncate(len);
        if a.len() >= self.poly.words.len() {
            match &self.kind {
                Kind::Sparse(exponents) => reduce_sparse(a, self.degree, exponents),
                Kind::Short(aligned) => {
                    shift_up(a, aligned.shift);
                    aligned.reduce(a, |_, _| {});
                    a.truncate(aligned.len());
                    shift_down(a, aligned.shift);
                }
                Kind::Long(aligned, inverse) => {
                    let m = aligned.len();
                    shift_up(a, aligned.shift);
                    while a.len() > m {
                        // The topmost words, at most 2 m of them.
                        let at = a.len().saturating_sub(2 * m);
                        let mut top = a.split_off(at);
                        rem::barrett_reduce(&mut top, &aligned.low, inverse, scratch);
                        a.append(&mut top);
                    }
                    shift_down(a, aligned.shift);
                }
            }
        }
        let len = significant(a);
        a.truncate(len);
    }
}

/// x^n = sum of x^e, with every e at most n - 64: a word at a time from the top; what it adds lies below.
fn reduce_sparse(a: &mut Vec<u64>, n: usize, exponents: &[usize]) {
    let (first, bit) = (n / 64, n % 64);
    for i in (first..a.len()).rev() {
        // The part of word i at or above x^n.
        let keep = if i == first { (1u64 << bit) - 1 } else { 0 };
        let top = a[i] & !keep;
        if top == 0 {
            continue;
        }
        a[i] &= keep;
        for e in exponents {
            // x^(64 i) top -> x^(64 i - n + e) top; where that is negative, `top` has as many zeros at its end.
            match (64 * i + e).checked_sub(n) {
                Some(place) => {
                    a[place / 64] ^= top << (place % 64);
                    if !place.is_multiple_of(64) {
                        a[place / 64 + 1] ^= top >> (64 - place % 64);
                    }
                }
                None => a[0] ^= top >> (n - e - 64 * i),
            }
        }
    }
    a.truncate(first + 1);
}

fn shift_up(a: &mut Vec<u64>, k: usize) {
    if k > 0 {
        let mut carry = 0;
        for word in a.iter_mut() {
            (*word, carry) = (*word << k | carry, *word >> (64 - k));
        }
        if carry != 0 {
            a.push(carry);
        }
    }
}

fn shift_down(a: &mut [u64], k: usize) {
    if k > 0 {
        let mut carry = 0;
        for word in a.iter_mut().rev() {
            (*word, carry) = (*word >> k | carry, *word << (64 - k));
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::{super::tests::Noise, *};

    #[test]
    fn every_way_to_reduce_agrees_with_division() {
        let mut noise = Noise(21);
        let mut moduli =
            vec![Poly::x(), Poly::from_u128(3), Poly::from_u128(7), Poly::monomial(64), Poly::monomial(100)];
        for n in [1, 2, 63, 64, 65, 127, 128, 129, 500, 64 * BARRETT - 1, 64 * BARRETT, 64 * BARRETT + 1, 9000] {
            moduli.push(noise.poly(n));
            for middle in [1, n / 2, n.saturating_sub(65), n.saturating_sub(64), n.saturating_sub(63), n - 1] {
                moduli.push(Poly::from_exponents([n, middle, 0]));
                moduli.push(Poly::from_exponents([n, middle]));
            }
        }
        for c in moduli.iter().filter(|c| c.degree() > Some(0)) {
            let modulus = Modulus::new(c).unwrap();
            let n = c.degree().unwrap();
            for degree in [0, n - 1, n, n + 1, 2 * n, 2 * n + 63, 5 * n] {
                let a = noise.poly(degree);
                assert!(modulus.reduce(&a) == a.rem(c).unwrap(), "degree {degree} modulo {n}: {:?}", modulus.kind);
                assert!(modulus.square(&a) == a.square().rem(c).unwrap());
                let b = noise.poly(degree);
                assert!(modulus.mul(&a, &b) == (&a * &b).rem(c).unwrap());
            }
        }
        assert!(Modulus::new(&Poly::one()).is_none() && Modulus::new(&Poly::zero()).is_none());
    }

    #[test]
    fn powers_of_x() {
        let mut noise = Noise(23);
        for degree in [1, 2, 5, 63, 64, 65, 130, 300] {
            let c = noise.poly(degree);
            let modulus = Modulus::new(&c).unwrap();
            let mut expected = modulus.reduce(&Poly::one());
            for n in 0..400u32 {
                assert_eq!(modulus.pow_x(&n.into()), expected, "x^{n} mod {c}");
                expected = modulus.reduce(&(&expected << 1));
            }
            let (p, q) = (BigUint::from(3u32).pow(150), BigUint::from(7u32).pow(90));
            let product = modulus.mul(&modulus.pow_x(&p), &modulus.pow_x(&q));
            assert_eq!(modulus.pow_x(&(&p + &q)), product);
            assert_eq!(modulus.pow(&modulus.pow_x(&p), &q), modulus.pow_x(&(&p * &q)));
        }
    }

    #[test]
    fn inverses() {
        let mut noise = Noise(25);
        for degree in [1, 2, 64, 200, 3000] {
            let c = &noise.poly(degree) + &Poly::from_u128(u128::from(degree > 200));
            let Some(modulus) = Modulus::new(&c) else { continue };
            for _ in 0..20 {
                let a = noise.poly(degree + 3);
                let one = modulus.reduce(&Poly::one());
                match modulus.inverse(&a) {
                    Some(inverse) => assert_eq!(modulus.mul(&a, &inverse), one),
                    None => assert!(!a.gcd(&c).is_one()),
                }
            }
        }
    }
}
