//! The prime factors of 2^d - 1, as far as they are known here.
//!
//! Line d of `mersenne.txt` has, in hexadecimal, the known primes that divide 2^d - 1 and no smaller 2^e - 1; the primes of
//! 2^d - 1 are those on the lines of its divisors. A `*` at the end of a line stands for the largest of them, where all are
//! known: it is [`primitive_part`] divided by the others, and written out such primes would be more than half of the table.
//!
//! The facts are those of the Cunningham project's tables as carried by the database of the Python package galois (MIT):
//! every d to 1200, even d to 1300. Exponents of Mersenne primes (GIMPS) are added: 1279, and those beyond the table.
//! Products and primality are checked in the tests.

use alloc::{vec, vec::Vec};

use super::{BigUint, power_of_two};
use crate::poly::prime_divisors;

/// The largest d with a line in the table.
pub const TABLE_END: usize = 1300;

const TABLE: &str = include_str!("mersenne.txt");

/// Where each line of [`TABLE`] begins; the last entry is its length.
static LINES: [u32; TABLE_END + 1] = lines();

/// p with 2^p - 1 prime, beyond the table and up to the largest known in 2024.
const MERSENNE_EXPONENTS: [usize; 37] = [
    2203, 2281, 3217, 4253, 4423, 9689, 9941, 11213, 19937, 21701, 23209, 44497, 86243, 110503, 132049, 216091, 756839,
    859433, 1257787, 1398269, 2976221, 3021377, 6972593, 13466917, 20996011, 24036583, 25964951, 30402457, 32582657,
    37156667, 42643801, 43112609, 57885161, 74207281, 77232917, 82589933, 136279841,
];

const fn lines() -> [u32; TABLE_END + 1] {
    let text = TABLE.as_bytes();
    let mut starts = [text.len() as u32; TABLE_END + 1];
    let (mut i, mut line) = (0, 1);
    starts[0] = 0;
    while i < text.len() && line < starts.len() {
        if text[i] == b'\n' {
            starts[line] = i as u32 + 1;
            line += 1;
        }
        i += 1;
    }
    starts
}

/// What is known of the factors of 2^d - 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MersenneFactors {
    /// d.
    pub degree: usize,
    /// Distinct primes that divide 2^d - 1, ascending: all of them if the cofactor is 1.
    pub primes: Vec<BigUint>,
    /// 2^d - 1 without the listed primes: 1, or a number whose factors are not known here (it may be prime).
    pub cofactor: BigUint,
}

impl MersenneFactors {
    /// Whether the list of primes is complete.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.cofactor == BigUint::from(1u32)
    }
}

/// Whether 2^p - 1 is known here to be prime.
#[must_use]
pub fn is_mersenne_exponent(p: usize) -> bool {
    if p > TABLE_END {
        return MERSENNE_EXPONENTS.binary_search(&p).is_ok();
    }
    // 2^p - 1 is prime iff it is the one prime on its line.
    new_primes(p).first().is_some_and(|first| *first == power_of_two(p) - 1u32)
}

/// The known prime factors of 2^d - 1; none for d = 0.
///
/// A few divisions of integers of d bits for each divisor of d; a millisecond for d = 10,000.
#[must_use]
pub fn mersenne_factors(d: usize) -> MersenneFactors {
    let one = BigUint::from(1u32);
    let mut cofactor = if d == 0 { one } else { power_of_two(d) - one };
    let mut primes: Vec<BigUint> = Vec::new();
    let divisors = (1..=d.isqrt()).filter(|e| d.is_multiple_of(*e)).flat_map(|e| [e, d / e]);
    for e in divisors.filter(|e| *e * *e != d || *e != 1) {
        if e > TABLE_END && is_mersenne_exponent(e) {
            primes.push(power_of_two(e) - 1u32);
        }
        primes.extend(new_primes(e));
    }
    primes.sort_unstable();
    primes.dedup();
    for prime in &primes {
        while &cofactor % prime == BigUint::ZERO {
            cofactor /= prime;
        }
    }
    MersenneFactors { degree: d, primes, cofactor }
}

/// The known primes that divide 2^d - 1 and no smaller 2^e - 1, ascending.
fn new_primes(d: usize) -> Vec<BigUint> {
    let mut primes: Vec<BigUint> = line(d).filter_map(parse).collect();
    if line(d).last() == Some("*") {
        primes.push(primes.iter().fold(primitive_part(d), |rest, prime| rest / prime));
    }
    primes
}

/// The largest divisor of 2^d - 1 that has no prime in common with a smaller 2^e - 1.
///
/// The d-th cyclotomic polynomial at 2 is the product of (2^(d/k) - 1)^mu(k) over the divisors k of d. At most one prime of it divides a smaller
/// 2^e - 1 too. That prime divides d, and the product only once.
fn primitive_part(d: usize) -> BigUint {
    let one = BigUint::from(1u32);
    let (mut over, mut under) = (vec![d], vec![]);
    for prime in prime_divisors(d) {
        let divided = |exponents: &[usize]| exponents.iter().map(|e| e / prime).collect::<Vec<_>>();
        let (more_over, more_under) = (divided(&under), divided(&over));
        over.extend(more_over);
        under.extend(more_under);
    }
    let product = |exponents: &[usize]| exponents.iter().map(|e| power_of_two(*e) - &one).product::<BigUint>();
    let cyclotomic = product(&over) / product(&under);
    let older = prime_divisors(d).map(BigUint::from).find(|prime| &cyclotomic % prime == BigUint::ZERO);
    cyclotomic / older.unwrap_or(one)
}

/// The words on line d, counted from 1.
fn line(d: usize) -> impl Iterator<Item = &'static str> {
    let bounds = d.checked_sub(1).and_then(|i| Some(*LINES.get(i)? as usize..*LINES.get(d)? as usize));
    bounds.and_then(|range| TABLE.get(range)).unwrap_or("").split_ascii_whitespace()
}

fn parse(hex: &str) -> Option<BigUint> {
    BigUint::parse_bytes(hex.as_bytes(), 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Miller-Rabin for a fixed set of bases.
    fn is_probable_prime(n: &BigUint) -> bool {
        let one = BigUint::from(1u32);
        if *n < BigUint::from(4u32) {
            return *n > one;
        }
        let less = n - &one;
        let twos = less.trailing_zeros().unwrap_or(0);
        let odd = &less >> twos;
        [2u32, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37].iter().all(|base| {
            let base = BigUint::from(*base) % n;
            if base == BigUint::ZERO {
                return true;
            }
            let mut power = base.modpow(&odd, n);
            if power == one || power == less {
                return true;
            }
            (1..twos).any(|_| {
                power = &power * &power % n;
                power == less
            })
        })
    }

    #[test]
    fn every_line_is_of_primes_of_that_order() {
        assert_eq!(TABLE.lines().count(), TABLE_END);
        let one = BigUint::from(1u32);
        let two = BigUint::from(2u32);
        for d in 1..=TABLE_END {
            assert!(line(d).all(|word| word == "*" || parse(word).is_some()), "{d}");
            for prime in new_primes(d) {
                assert_eq!(two.modpow(&d.into(), &prime), one, "{d}");
                for q in prime_divisors(d) {
                    assert_ne!(two.modpow(&(d / q).into(), &prime), one, "{d}");
                }
            }
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "4,200 primes of up to 1279 bits")]
    fn every_number_listed_is_prime() {
        let bits = |prime: &BigUint| prime.bits();
        let mut count = 0;
        for d in 1..=TABLE_END {
            for prime in new_primes(d) {
                // Beyond 64 bits the fixed bases prove nothing, but no composite is known to pass them by chance.
                assert!(is_probable_prime(&prime), "line {d}: {} bits", bits(&prime));
                count += 1;
            }
        }
        assert_eq!(count, 4200);
    }

    #[test]
    fn primitive_parts() {
        // d = 6: 63 = 3 * 3 * 7, all of them older; 20: the cyclotomic polynomial gives 205, and 5 is older.
        let parts: Vec<BigUint> = [1, 2, 3, 4, 5, 6, 11, 12, 20, 364].map(primitive_part).into();
        let squared = (power_of_two(364) - 1u32) % (1093u32 * 1093);
        assert_eq!(parts[..9], [1u32, 3, 7, 5, 31, 1, 2047, 13, 41].map(BigUint::from));
        assert!(squared == BigUint::ZERO && &parts[9] % (1093u32 * 1093) == BigUint::ZERO);
        // Together they are all of 2^d - 1, but for the primes of d.
        for d in 1..=200 {
            let mut rest = power_of_two(d) - 1u32;
            for e in (1..=d).filter(|e| d.is_multiple_of(*e)) {
                let part = primitive_part(e);
                assert_eq!(&rest % &part, BigUint::ZERO, "{d}, {e}");
                rest /= part;
            }
            for prime in prime_divisors(d).map(BigUint::from) {
                while &rest % &prime == BigUint::ZERO {
                    rest /= &prime;
                }
            }
            assert_eq!(rest, BigUint::from(1u32), "{d}");
        }
    }

    #[test]
    fn products() {
        let mut complete = 0;
        for d in 1..=TABLE_END {
            let factors = mersenne_factors(d);
            let mut rest = power_of_two(d) - 1u32;
            for prime in &factors.primes {
                assert_eq!(&rest % prime, BigUint::ZERO, "{d}");
                while &rest % prime == BigUint::ZERO {
                    rest /= prime;
                }
            }
            assert_eq!(rest, factors.cofactor);
            assert!(factors.primes.is_sorted());
            if d <= 672 {
                assert!(factors.is_complete(), "{d}");
            }
            complete += usize::from(factors.is_complete());
            // What is left is not a prime that was forgotten.
            if !factors.is_complete() && d % 37 == 0 {
                assert!(!is_probable_prime(&factors.cofactor), "{d}");
            }
        }
        assert_eq!(complete, 1300 - 128 - 49, "128 are not complete, 49 odd ones above 1200 are not there");
    }

    #[test]
    fn mersenne_primes() {
        // Lucas-Lehmer for those that take no time.
        for p in MERSENNE_EXPONENTS.into_iter().filter(|p| *p < if cfg!(miri) { 0 } else { 4000 }) {
            let modulus = power_of_two(p) - 1u32;
            let mut s = BigUint::from(4u32);
            for _ in 2..p {
                s = (&s * &s + &modulus - 2u32) % &modulus;
            }
            assert_eq!(s, BigUint::ZERO, "{p}");
        }
        let small: Vec<usize> = (1..=TABLE_END).filter(|p| is_mersenne_exponent(*p)).collect();
        assert_eq!(small, [2, 3, 5, 7, 13, 17, 19, 31, 61, 89, 107, 127, 521, 607, 1279]);
        assert!(mersenne_factors(9689).is_complete() && mersenne_factors(1279).is_complete());
        assert!(MERSENNE_EXPONENTS.is_sorted());
    }

    #[test]
    fn edges() {
        assert_eq!(mersenne_factors(0).primes.len() + mersenne_factors(1).primes.len(), 0);
        assert!(mersenne_factors(0).is_complete() && mersenne_factors(1).is_complete());
        assert!(!mersenne_factors(1201).is_complete());
        // Of a composite exponent beyond the table the known parts are still found.
        let factors = mersenne_factors(4406);
        assert!(factors.primes.contains(&(power_of_two(2203) - 1u32)) && !factors.is_complete());
    }
}
