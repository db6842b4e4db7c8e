//! Candidates for irreducible and primitive polynomials: in ascending order, of a given weight, or at random.

use alloc::{vec, vec::Vec};

use super::{BigUint, mersenne_factors, power_of_two};
use crate::poly::Poly;

/// Polynomials of one degree with constant term 1, ascending as binary numbers: x^n + 1 first.
///
/// Those of even weight are left out, because x + 1 divides them; x + 1 itself is there.
///
/// ```
/// use lfsr_core::algebra::{Candidates, is_primitive};
///
/// let first = Candidates::new(16).find(|c| is_primitive(c) == Some(true)).unwrap();
/// assert_eq!(first.to_string(), "x^16+x^5+x^3+x^2+1");
/// let trinomials = Candidates::of_weight(15, 3).filter(|c| is_primitive(c) == Some(true));
/// assert_eq!(trinomials.count(), 6);
/// ```
#[derive(Debug, Clone)]
pub struct Candidates {
    degree: usize,
    inner: Inner,
    done: bool,
}

/// The terms between the first and the last.
#[derive(Debug, Clone)]
enum Inner {
    /// Any: a counter of n - 1 bits, without its last bit where that only makes the weight odd.
    All(Vec<u64>),
    /// Exponents, ascending.
    Weight(Vec<usize>),
}

impl Candidates {
    /// All of degree `degree`; none of degree 0.
    #[must_use]
    pub fn new(degree: usize) -> Self {
        Self { degree, inner: Inner::All(vec![0; degree / 64 + 1]), done: degree == 0 }
    }

    /// Those with `weight` terms, the first and the last among them. None if `weight` is even, unless it is x + 1.
    #[must_use]
    pub fn of_weight(degree: usize, weight: usize) -> Self {
        let possible = if weight == 2 { degree == 1 } else { weight % 2 == 1 && weight >= 3 && weight <= degree + 1 };
        let exponents = (1..weight.saturating_sub(1).min(degree + 1)).collect();
        Self { degree, inner: Inner::Weight(exponents), done: !possible }
    }

    /// Goes on to the next; false if there is none.
    fn advance(&mut self) -> bool {
        match &mut self.inner {
            Inner::All(counter) => {
                // Bits 1 and up of the polynomial, all but the lowest of them free.
                let carry = counter.iter_mut().try_for_each(|word| {
                    *word = word.wrapping_add(1);
                    if *word == 0 { Ok(()) } else { Err(()) }
                });
                let free = self.degree.saturating_sub(2);
                carry.is_err() && counter[free / 64] >> (free % 64) == 0
            }
            Inner::Weight(exponents) => {
                // The next combination in colexicographic order, which is the order of the binary numbers.
                for i in 0..exponents.len() {
                    let limit = exponents.get(i + 1).copied().unwrap_or(self.degree);
                    if exponents[i] + 1 < limit {
                        exponents[i] += 1;
                        for (j, exponent) in exponents[..i].iter_mut().enumerate() {
                            *exponent = j + 1;
                        }
                        return true;
                    }
                }
                false
            }
        }
    }

    fn poly(&self) -> Poly {
        let ends = [0, self.degree];
        match &self.inner {
            Inner::Weight(exponents) => Poly::from_exponents(exponents.iter().copied().chain(ends)),
            Inner::All(counter) => {
                let middle = &Poly::from_words(counter.clone()) << 2;
                let odd = self.degree > 1 && middle.weight().is_multiple_of(2);
                &(&middle + &Poly::from_exponents(ends)) + &if odd { Poly::x() } else { Poly::zero() }
            }
        }
    }
}

impl Iterator for Candidates {
    type Item = Poly;

    fn next(&mut self) -> Option<Poly> {
        if self.done {
            return None;
        }
        let poly = self.poly();
        self.done = !self.advance();
        Some(poly)
    }
}

/// A candidate drawn uniformly from those of `degree` and, if given, `weight`; `None` if there is none.
///
/// `random` gives 64 independent random bits a call.
pub fn random_candidate(degree: usize, weight: Option<usize>, mut random: impl FnMut() -> u64) -> Option<Poly> {
    let mut candidates = weight.map_or_else(|| Candidates::new(degree), |w| Candidates::of_weight(degree, w));
    if candidates.done {
        return None;
    }
    match &mut candidates.inner {
        Inner::All(counter) => {
            let free = degree.saturating_sub(2);
            for word in counter.iter_mut() {
                *word = random();
            }
            counter.truncate(free / 64 + 1);
            counter[free / 64] &= (1 << (free % 64)) - 1;
        }
        Inner::Weight(exponents) => {
            // Floyd (Bentley, Programming Pearls: a sample of brilliance, CACM 1987): a uniform set of k of 1..n.
            let k = exponents.len();
            let mut chosen: Vec<usize> = Vec::with_capacity(k);
            for top in degree - k..degree {
                let pick = 1 + below(top as u64, &mut random) as usize;
                let pick = if chosen.contains(&pick) { top } else { pick };
                chosen.push(pick);
            }
            *exponents = chosen;
        }
    }
    Some(candidates.poly())
}

/// Uniform below `bound`, by rejection.
fn below(bound: u64, random: &mut impl FnMut() -> u64) -> u64 {
    loop {
        let draw = random();
        if draw < u64::MAX - u64::MAX % bound {
            return draw % bound;
        }
    }
}

/// How many primitive polynomials of degree n there are: phi(2^n - 1) / n. `None` if the factors of 2^n - 1 are not all known.
#[must_use]
pub fn primitive_count(n: usize) -> Option<BigUint> {
    let factors = mersenne_factors(n);
    if n == 0 || !factors.is_complete() {
        return None;
    }
    let full = power_of_two(n) - 1u32;
    Some(factors.primes.iter().fold(full, |rest, prime| rest / prime * (prime - 1u32)) / n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{algebra::is_primitive, poly::tests::Noise};

    #[test]
    fn every_candidate_once_in_order() {
        for n in 1..=12usize {
            let all: Vec<u128> = Candidates::new(n).map(|c| c.to_u128().unwrap()).collect();
            let expected: Vec<u128> =
                (1u128 << n..2 << n).filter(|c| c & 1 == 1 && (c.count_ones() % 2 == 1 || n == 1)).collect();
            assert_eq!(all, expected, "{n}");
            for weight in 0..=n + 3 {
                let found: Vec<u128> = Candidates::of_weight(n, weight).map(|c| c.to_u128().unwrap()).collect();
                let expected: Vec<u128> = all.iter().copied().filter(|c| c.count_ones() as usize == weight).collect();
                assert_eq!(found, expected, "{n} {weight}");
            }
        }
        assert_eq!(Candidates::new(0).next(), None);
        // Across words.
        assert!(Candidates::new(200).take(1000).all(|c| c.degree() == Some(200) && c.weight() % 2 == 1));
        assert_eq!(Candidates::of_weight(130, 129).count(), 129 * 128 / 2);
    }

    #[test]
    fn as_many_primitive_ones_as_there_should_be() {
        for n in 1..=14 {
            let found = Candidates::new(n).filter(|c| is_primitive(c) == Some(true)).count();
            assert_eq!(Some(found.into()), primitive_count(n), "{n}");
        }
        // OEIS A011260.
        assert_eq!(primitive_count(32), Some(67_108_864u32.into()));
        assert_eq!(primitive_count(1201), None);
    }

    #[test]
    fn random_ones_are_of_every_kind() {
        let mut noise = Noise(7);
        for (n, weight) in [(1, None), (2, None), (7, None), (7, Some(3)), (7, Some(5)), (7, Some(7)), (1, Some(2))] {
            let all: Vec<Poly> = weight.map_or_else(|| Candidates::new(n), |w| Candidates::of_weight(n, w)).collect();
            let mut counts = vec![0u32; all.len()];
            for _ in 0..200 * all.len() {
                let c = random_candidate(n, weight, || noise.word()).unwrap();
                counts[all.iter().position(|p| *p == c).expect("one of the candidates")] += 1;
            }
            assert!(counts.iter().all(|count| (120..300).contains(count)), "{n} {weight:?} {counts:?}");
        }
        for n in [63, 64, 65, 66, 67, 128, 129, 130, 131] {
            let c = random_candidate(n, None, || noise.word()).unwrap();
            assert!(c.degree() == Some(n) && c.coefficient(0) && c.weight() % 2 == 1, "{n}");
            assert_eq!(random_candidate(n, Some(5), || noise.word()).unwrap().weight(), 5);
        }
        assert_eq!(random_candidate(8, Some(4), || 0), None);
    }
}
