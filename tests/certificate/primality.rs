//! Whether a natural number is prime.
//!
//! Mersenne numbers are decided by the test of Lucas and Lehmer, which is a proof. All others by the test of Baillie, Pomerance, Selfridge
//! and Wagstaff ("Lucas pseudoprimes", Mathematics of Computation 35, 1980; the form of Baillie, Fiori and Wagstaff, "Strengthening the
//! Baillie-PSW primality test", same journal 90, 2021): a strong test to base 2 and a strong Lucas test. It is a proof below 2^64, and no
//! composite number of any size is known to pass it. Base 2 alone would not do: every divisor of 2^d - 1 whose prime factors all have the
//! order d passes that, and such divisors are what a false certificate would offer.

use super::integer::Integer;

/// Primes that are tried as divisors first.
const SMALL: u32 = 1000;

pub(super) fn is_prime(n: &Integer) -> bool {
    let two = Integer::small(2);
    if *n < two {
        return false;
    }
    for divisor in (2..SMALL).map(Integer::small) {
        if divisor.times(&divisor) > *n {
            return true;
        }
        if n.divided(&divisor).1.is_zero() {
            return *n == divisor;
        }
    }
    if *n == Integer::mersenne(n.bits()) {
        return is_mersenne_prime(n);
    }
    is_strong_probable_prime(n, &two) && is_strong_lucas_probable_prime(n)
}

/// Lucas-Lehmer: for an odd prime p, 2^p - 1 is prime if and only if it divides s of p - 1, where s(1) = 4 and s(i+1) = s(i)^2 - 2.
/// (If p is not prime, neither is the number; its divisors then show, or the test fails.)
fn is_mersenne_prime(n: &Integer) -> bool {
    let p = n.bits();
    if (2..p).take_while(|d| d * d <= p).any(|d| p.is_multiple_of(d)) {
        return false;
    }
    let two = Integer::small(2);
    let s = (2..p).fold(Integer::small(4), |s, _| s.times(&s).low_plus_high(p).modulo(n).minus(&two, n));
    s.is_zero()
}

/// n = 1 + odd 2^twos: base^odd is 1, or one of its squares before the last is -1.
fn is_strong_probable_prime(n: &Integer, base: &Integer) -> bool {
    let mut less = n.clone();
    less.subtract(&Integer::one());
    let twos = less.trailing_zeros();
    let mut power = Integer::one();
    for i in (twos..less.bits()).rev() {
        power = power.times(&power).modulo(n);
        if less.bit(i) {
            power = power.times(base).modulo(n);
        }
    }
    if power.is_one() || power == less {
        return true;
    }
    (1..twos).any(|_| {
        power = power.times(&power).modulo(n);
        power == less
    })
}

/// With Selfridge's parameters: D the first of 5, -7, 9, -11, ... of which n is no quadratic residue, P = 1, Q = (1 - D) / 4. With
/// n = odd 2^twos - 1: U(odd) = 0, or V(odd 2^r) = 0 for an r < twos.
fn is_strong_lucas_probable_prime(n: &Integer) -> bool {
    // Of a square every D is a residue.
    if n.is_square() {
        return false;
    }
    let mut d = 5i64;
    loop {
        match jacobi(d, n) {
            -1 => break,
            // A common divisor, and n has none so small.
            0 => return false,
            _ => d = if d > 0 { -d - 2 } else { 2 - d },
        }
    }
    let d_mod = Integer::signed(d, n);
    let q = Integer::signed((1 - d) / 4, n);
    let mut more = n.clone();
    more.add(&Integer::one());
    let twos = more.trailing_zeros();
    // U(k), V(k), Q^k for the leading bits k of odd, from k = 1 on.
    let (mut u, mut v, mut power) = (Integer::one(), Integer::one(), q.clone());
    let twice = |u: &mut Integer, v: &mut Integer, power: &mut Integer| {
        *u = u.times(v).modulo(n);
        *v = v.times(v).modulo(n).minus(power, n).minus(power, n);
        *power = power.times(power).modulo(n);
    };
    for i in (twos..more.bits() - 1).rev() {
        twice(&mut u, &mut v, &mut power);
        if more.bit(i) {
            let next = u.plus(&v, n).half(n);
            v = d_mod.times(&u).modulo(n).plus(&v, n).half(n);
            u = next;
            power = power.times(&q).modulo(n);
        }
    }
    if u.is_zero() {
        return true;
    }
    (0..twos).any(|_| {
        let found = v.is_zero();
        twice(&mut u, &mut v, &mut power);
        found
    })
}

/// The Jacobi symbol (a/n) of an odd a and an odd n.
fn jacobi(a: i64, n: &Integer) -> i32 {
    let m = u32::try_from(a.unsigned_abs()).unwrap_or(u32::MAX);
    let n_mod_4 = n.low() % 4;
    let mut sign = if a < 0 && n_mod_4 == 3 { -1 } else { 1 };
    if m % 4 == 3 && n_mod_4 == 3 {
        sign = -sign;
    }
    // (n/m) by the usual algorithm.
    let (mut top, mut bottom) = (n.divided(&Integer::small(m)).1.low(), m);
    while top != 0 {
        while top.is_multiple_of(2) {
            top /= 2;
            if matches!(bottom % 8, 3 | 5) {
                sign = -sign;
            }
        }
        core::mem::swap(&mut top, &mut bottom);
        if top % 4 == 3 && bottom % 4 == 3 {
            sign = -sign;
        }
        top %= bottom;
    }
    if bottom == 1 { sign } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_trial_division_says() {
        let by_division = |n: u32| n >= 2 && (2..).take_while(|d| d * d <= n).all(|d| !n.is_multiple_of(d));
        for n in (0..20_000).chain(3_999_000..4_001_000) {
            assert_eq!(is_prime(&Integer::small(n)), by_division(n), "{n}");
        }
    }

    /// Numbers that pass one half of the test, from the On-Line Encyclopedia of Integer Sequences: A001262 (strong, base 2), A217255
    /// (strong Lucas), A014233 (strong to the first bases).
    #[test]
    fn pseudoprimes_of_either_half_are_composite() {
        let number = |text: &str| Integer::from_decimal(text).unwrap();
        for text in ["1082401", "1530787", "3215031751", "341550071728321", "3317044064679887385961981"] {
            assert!(is_strong_probable_prime(&number(text), &Integer::small(2)), "{text}");
            assert!(!is_prime(&number(text)), "{text}");
        }
        for text in ["5459", "5777", "10877", "16109", "18971", "22499", "24569", "25199", "40309", "58519"] {
            assert!(is_strong_lucas_probable_prime(&number(text)), "{text}");
            assert!(!is_prime(&number(text)), "{text}");
        }
    }

    /// All that 2^d - 1 offers to a forger: itself, where d is prime. Each passes the test to base 2.
    #[test]
    fn composite_mersenne_numbers_are_composite() {
        let prime = [2, 3, 5, 7, 13, 17, 19, 31, 61, 89, 107, 127, 521, 607, 1279];
        for d in (2..=700).chain([1277, 1279]) {
            let m = Integer::mersenne(d);
            assert_eq!(is_prime(&m), prime.contains(&d), "2^{d}-1");
            if d > 10 && (2..d).all(|q| !d.is_multiple_of(q)) && d < 200 {
                assert!(is_strong_probable_prime(&m, &Integer::small(2)), "2^{d}-1");
                assert_eq!(is_strong_lucas_probable_prime(&m), prime.contains(&d), "2^{d}-1");
            }
        }
    }
}
