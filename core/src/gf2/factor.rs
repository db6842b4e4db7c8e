//! Complete factorisation in three steps: square-free part, distinct degrees, equal degrees by the trace map
//! (von zur Gathen & Gerhard, *Modern Computer Algebra*, chapter 14). No random choice: the answer and the time are fixed.

use core::{fmt, iter, slice};

use super::{degree, derivative, divrem, gcd, mul_mod, rem, square_mod, square_root};

/// No polynomial of degree <= 127 has more distinct irreducible factors: taking the smallest, 2 + 1 + 2 + 3 + 6 + 9 of degree
/// 1 to 6 use up 106, and three of degree 7 the rest.
pub const MAX_DISTINCT_FACTORS: usize = 26;

/// Irreducible factors with multiplicities, sorted by value (so by degree first).
#[derive(Clone, Copy)]
pub struct Factors {
    list: [(u128, u32); MAX_DISTINCT_FACTORS],
    len: usize,
}

impl Factors {
    const EMPTY: Self = Self { list: [(0, 0); MAX_DISTINCT_FACTORS], len: 0 };

    /// The pairs (irreducible polynomial, multiplicity >= 1), ascending.
    #[must_use]
    pub fn as_slice(&self) -> &[(u128, u32)] {
        self.list.get(..self.len).unwrap_or(&[])
    }

    /// The pairs (irreducible polynomial, multiplicity >= 1), ascending.
    pub fn iter(&self) -> iter::Copied<slice::Iter<'_, (u128, u32)>> {
        self.as_slice().iter().copied()
    }

    /// Number of distinct irreducible factors.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none, as for the polynomials 0 and 1.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Inserts in order. The bound above makes a full list impossible.
    fn insert(&mut self, factor: u128, multiplicity: u32) {
        let place = self.as_slice().partition_point(|&(other, _)| other < factor);
        if self.len < MAX_DISTINCT_FACTORS {
            self.list.copy_within(place..self.len, place + 1);
            self.list[place] = (factor, multiplicity);
            self.len += 1;
        }
    }
}

impl<'a> IntoIterator for &'a Factors {
    type Item = (u128, u32);
    type IntoIter = iter::Copied<slice::Iter<'a, (u128, u32)>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl PartialEq for Factors {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Factors {}

impl fmt::Debug for Factors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.as_slice()).finish()
    }
}

/// The irreducible factors of `c`, the factor x included; empty for 0 and 1.
///
/// Deterministic. O(n^2) word operations for distinct degrees of n = deg c <= 127.
#[must_use]
pub fn factor(c: u128) -> Factors {
    let mut found = Factors::EMPTY;
    if c == 0 {
        return found;
    }
    let zeros = c.trailing_zeros();
    if zeros > 0 {
        found.insert(2, zeros);
    }
    let mut rest = c >> zeros;
    let mut power = 1;
    while rest > 1 {
        let slope = derivative(rest);
        if slope == 0 {
            // A square. `rest` has then no odd exponent, so the root exists.
            rest = square_root(rest).unwrap_or(1);
            power *= 2;
            continue;
        }
        // The product of the primes of odd multiplicity, each once; what stays after them is a square.
        let odd = quotient(rest, gcd(rest, slope));
        for_each_prime(odd, |prime| {
            let mut multiplicity = 0;
            while let Some((shorter, 0)) = divrem(rest, prime) {
                rest = shorter;
                multiplicity += 1;
            }
            found.insert(prime, multiplicity * power);
        });
    }
    found
}

/// Whether `c` is irreducible (Rabin's test). Constants are not; x and x + 1 are. O(n) squarings modulo c.
#[must_use]
pub const fn is_irreducible(c: u128) -> bool {
    let n = match degree(c) {
        None | Some(0) => return false,
        Some(1) => return true,
        Some(n) => n,
    };
    if c & 1 == 0 {
        return false;
    }
    let mut frobenius = 2;
    let mut i = 1;
    while i <= n {
        frobenius = square_mod(frobenius, c);
        // Irreducible iff x^(2^n) = x and no factor has a degree that is a maximal proper divisor of n.
        if n.is_multiple_of(i) && i < n && is_prime(n / i) && gcd(frobenius ^ 2, c) != 1 {
            return false;
        }
        i += 1;
    }
    frobenius == 2
}

const fn is_prime(n: u32) -> bool {
    let mut d = 2;
    while d * d <= n {
        if n.is_multiple_of(d) {
            return false;
        }
        d += 1;
    }
    n >= 2
}

fn quotient(a: u128, b: u128) -> u128 {
    divrem(a, b).map_or(0, |(quotient, _)| quotient)
}

/// Calls `each` with every prime factor of a square-free polynomial with constant term 1.
fn for_each_prime(mut rest: u128, mut each: impl FnMut(u128)) {
    let mut frobenius = rem(2, rest);
    let mut d = 1;
    while let Some(n @ 1..) = degree(rest) {
        if 2 * d > n {
            each(rest);
            return;
        }
        frobenius = square_mod(frobenius, rest);
        let same_degree = gcd(frobenius ^ 2, rest);
        if same_degree != 1 {
            split(same_degree, d, &mut each);
            rest = quotient(rest, same_degree);
            frobenius = rem(frobenius, rest);
        }
        d += 1;
    }
}

/// Splits a product of distinct irreducible polynomials of degree `d`.
///
/// For two different factors some power of x has different traces (the trace form is not degenerate), and Tr(a^2) = Tr(a), so
/// trying x, x^3, x^5, ... separates all.
fn split(product: u128, d: u32, each: &mut impl FnMut(u128)) {
    let mut parts = [0; MAX_DISTINCT_FACTORS];
    parts[0] = product;
    let mut len = 1;
    let mut exponent = 1;
    let n = degree(product).unwrap_or(0);
    while exponent < n && (len as u32) * d < n {
        let trace = trace(super::pow_x_mod(u128::from(exponent), product), d, product);
        let parts_before = len;
        for i in 0..parts_before {
            let part = parts[i];
            let divisor = gcd(trace, part);
            if divisor != 1 && divisor != part && len < MAX_DISTINCT_FACTORS {
                parts[i] = divisor;
                parts[len] = quotient(part, divisor);
                len += 1;
            }
        }
        exponent += 2;
    }
    parts[..len].iter().for_each(|&part| each(part));
}

/// a + a^2 + a^4 + ... (`d` terms) modulo `c`.
fn trace(a: u128, d: u32, c: u128) -> u128 {
    let (mut sum, mut conjugate) = (a, a);
    for _ in 1..d {
        conjugate = mul_mod(conjugate, conjugate, c);
        sum ^= conjugate;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::super::tests::xorshift;
    use super::*;

    fn product(factors: &Factors) -> u128 {
        factors
            .iter()
            .fold(1, |product, (p, e)| (0..e).fold(product, |product, _| super::super::mul(product, p).expect("fits")))
    }

    #[test]
    fn every_polynomial_of_degree_up_to_12() {
        // The sieve: a polynomial is irreducible iff no smaller one divides it.
        let mut irreducible = [false; 1 << 13];
        for c in 2..1u128 << 13 {
            let n = degree(c).unwrap();
            irreducible[c as usize] =
                (2..1u128 << (n / 2 + 1)).all(|p| !irreducible[p as usize] || divrem(c, p).unwrap().1 != 0);
            assert_eq!(is_irreducible(c), irreducible[c as usize], "{c:#b}");
        }
        for c in 1..1u128 << 13 {
            let factors = factor(c);
            assert_eq!(product(&factors), c, "{c:#b}");
            assert!(factors.iter().all(|(p, e)| e > 0 && irreducible[p as usize]), "{c:#b}");
            assert!(factors.as_slice().is_sorted_by(|a, b| a.0 < b.0), "{c:#b}");
        }
    }

    #[test]
    fn random_products_and_powers_up_to_degree_127() {
        let mut seed = 0x9e37_79b9_7f4a_7c15;
        for round in 0..400 {
            let mut c = 1u128;
            while let Some(n @ ..=120) = degree(c) {
                let bits = 1 + xorshift(&mut seed) as u32 % (127 - n).min(30);
                let part = u128::from(xorshift(&mut seed)) & ((1 << bits) - 1) | 1 << bits;
                for _ in 0..1 + round % 4 {
                    c = super::super::mul(c, part).unwrap_or(c);
                }
            }
            let factors = factor(c);
            assert_eq!(product(&factors), c);
            assert!(factors.iter().all(|(p, _)| is_irreducible(p)), "{c:#x}");
        }
    }

    #[test]
    fn many_factors_of_one_degree() {
        // x^(2^6) + x is the product of all polynomials of degree 1, 2, 3 and 6.
        assert_eq!(factor(1 << 64 | 2).len(), 2 + 1 + 2 + 9);
        // The bound is reached: all of degree 1 to 6, and three of degree 7.
        let mut product = 1;
        let mut count = 0;
        for p in (2..1u128 << 8).filter(|&p| is_irreducible(p)) {
            if let Some(larger) = super::super::mul(product, p) {
                product = larger;
                count += 1;
            }
        }
        assert_eq!((count, factor(product).len()), (MAX_DISTINCT_FACTORS, MAX_DISTINCT_FACTORS));
    }

    #[test]
    fn edges() {
        assert!(factor(0).is_empty() && factor(1).is_empty());
        assert_eq!(factor(1 << 127).as_slice(), [(2, 127)]);
        assert!(!is_irreducible(0) && !is_irreducible(1) && is_irreducible(2) && is_irreducible(3));
        assert_eq!(factor(1 << 127 | 3).as_slice(), [(1 << 127 | 3, 1)]);
        let factors = factor(u128::MAX);
        assert_eq!(product(&factors), u128::MAX);
        // 2^128 - 1 in x: (x+1)^127.
        assert_eq!(factors.as_slice(), [(3, 127)]);
    }
}
