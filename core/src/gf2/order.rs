//! The order of x modulo a polynomial of degree <= 65, exactly.

use super::{degree, factor, is_irreducible, pow_x_mod};

/// The largest degree for which [`order`] answers: the primes of 2^d - 1 are tabulated so far.
pub const MAX_ORDER_DEGREE: u32 = 65;

/// (d, p): p divides 2^d - 1 and no smaller 2^e - 1, ascending in d. The primes of 2^d - 1 are those listed with a divisor of d.
///
/// From the Cunningham project's tables as carried by the Python package galois (MIT); products and primality are tested.
#[rustfmt::skip]
const PRIMITIVE_PRIMES: [(u8, u64); 96] = [
    (2, 3), (3, 7), (4, 5), (5, 31), (7, 127), (8, 17), (9, 73), (10, 11), (11, 23), (11, 89), (12, 13), (13, 8191),
    (14, 43), (15, 151), (16, 257), (17, 131071), (18, 19), (19, 524287), (20, 41), (21, 337), (22, 683), (23, 47),
    (23, 178481), (24, 241), (25, 601), (25, 1801), (26, 2731), (27, 262657), (28, 29), (28, 113), (29, 233),
    (29, 1103), (29, 2089), (30, 331), (31, 2147483647), (32, 65537), (33, 599479), (34, 43691), (35, 71),
    (35, 122921), (36, 37), (36, 109), (37, 223), (37, 616318177), (38, 174763), (39, 79), (39, 121369), (40, 61681),
    (41, 13367), (41, 164511353), (42, 5419), (43, 431), (43, 9719), (43, 2099863), (44, 397), (44, 2113), (45, 631),
    (45, 23311), (46, 2796203), (47, 2351), (47, 4513), (47, 13264529), (48, 97), (48, 673), (49, 4432676798593),
    (50, 251), (50, 4051), (51, 103), (51, 2143), (51, 11119), (52, 53), (52, 157), (52, 1613), (53, 6361),
    (53, 69431), (53, 20394401), (54, 87211), (55, 881), (55, 3191), (55, 201961), (56, 15790321), (57, 32377),
    (57, 1212847), (58, 59), (58, 3033169), (59, 179951), (59, 3203431780337), (60, 61), (60, 1321),
    (61, 2305843009213693951), (62, 715827883), (63, 92737), (63, 649657), (64, 641), (64, 6700417),
    (65, 145295143558111),
];

/// The distinct primes that divide 2^d - 1, not sorted; complete for 1 <= d <= 65, nothing beyond.
pub fn mersenne_primes(d: u32) -> impl Iterator<Item = u64> + Clone {
    let range = 1..=MAX_ORDER_DEGREE;
    PRIMITIVE_PRIMES
        .iter()
        .filter(move |(e, _)| range.contains(&d) && d.is_multiple_of(u32::from(*e)))
        .map(|&(_, prime)| prime)
}

/// The least N >= 1 with x^N = 1 modulo `c`; 1 for the constant 1.
///
/// `None` if c(0) = 0 (x is then no unit), or if the degree exceeds [`MAX_ORDER_DEGREE`]. Less than 2^65 always.
#[must_use]
pub fn order(c: u128) -> Option<u128> {
    if c & 1 == 0 || degree(c)? > MAX_ORDER_DEGREE {
        return None;
    }
    // Each factor has an order, since the degree and the constant term of c were looked at.
    Some(order_of_powers(factor(c).iter().filter_map(|(p, e)| Some((order_of_irreducible(p)?, e)))))
}

/// The order of x modulo a product of powers of different irreducible polynomials, of which the order of x and the exponent are given; 1 for none.
#[must_use]
pub fn order_of_powers(powers: impl IntoIterator<Item = (u128, u32)>) -> u128 {
    let both = |(order, highest), (own, e)| (lcm(order, own), core::cmp::max(highest, e));
    let (order, highest) = powers.into_iter().fold((1, 1), both);
    // Modulo p^e the order is that modulo p times the least power of two >= e.
    order * u128::from(u32::next_power_of_two(highest))
}

/// The order of x modulo an irreducible polynomial `p` other than x, of degree 1 to [`MAX_ORDER_DEGREE`]; else `None`.
///
/// The caller must ensure that p is irreducible: for another polynomial the value has no meaning.
#[must_use]
pub fn order_of_irreducible(p: u128) -> Option<u128> {
    let d = degree(p).filter(|d| (1..=MAX_ORDER_DEGREE).contains(d))?;
    if p & 1 == 0 {
        return None;
    }
    let mut order: u128 = (1 << d) - 1;
    let one = super::rem(1, p);
    for prime in mersenne_primes(d) {
        let prime = u128::from(prime);
        while order.is_multiple_of(prime) && pow_x_mod(order / prime, p) == one {
            order /= prime;
        }
    }
    Some(order)
}

/// Whether `c` is primitive: irreducible with x of order 2^n - 1. `None` if the degree exceeds [`MAX_ORDER_DEGREE`].
///
/// x + 1 is primitive (order 1 = 2^1 - 1), x is not.
#[must_use]
pub fn is_primitive(c: u128) -> Option<bool> {
    let Some(n @ 1..) = degree(c) else { return Some(false) };
    if n > MAX_ORDER_DEGREE {
        return None;
    }
    let full: u128 = (1 << n) - 1;
    let one = super::rem(1, c);
    Some(
        c & 1 == 1
            && is_irreducible(c)
            && mersenne_primes(n).all(|prime| pow_x_mod(full / u128::from(prime), c) != one),
    )
}

/// The least common multiple; 0 if it does not fit, or one of the two is 0.
const fn lcm(a: u128, b: u128) -> u128 {
    let (mut p, mut q) = (a, b);
    while q != 0 {
        (p, q) = (q, p % q);
    }
    if p == 0 {
        return 0;
    }
    match (a / p).checked_mul(b) {
        Some(lcm) => lcm,
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_prime(n: u64) -> bool {
        // Deterministic Miller-Rabin for 64 bits: the first twelve primes are enough.
        let mul = |a: u64, b: u64| (u128::from(a) * u128::from(b) % u128::from(n)) as u64;
        let pow = |base: u64, mut e: u64| {
            let (mut power, mut square) = (1, base % n);
            while e > 0 {
                if e & 1 == 1 {
                    power = mul(power, square);
                }
                square = mul(square, square);
                e >>= 1;
            }
            power
        };
        let twos = (n - 1).trailing_zeros();
        [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37].iter().all(|&witness| {
            if n.is_multiple_of(witness) {
                return n == witness;
            }
            let mut power = pow(witness, (n - 1) >> twos);
            if power == 1 || power == n - 1 {
                return true;
            }
            (1..twos).any(|_| {
                power = mul(power, power);
                power == n - 1
            })
        })
    }

    #[test]
    fn the_table_is_complete_and_prime() {
        assert!(PRIMITIVE_PRIMES.is_sorted());
        assert!(PRIMITIVE_PRIMES.iter().all(|&(_, p)| is_prime(p)));
        for d in 1..=MAX_ORDER_DEGREE {
            let mut rest: u128 = (1 << d) - 1;
            for p in mersenne_primes(d) {
                assert_eq!(rest % u128::from(p), 0, "{d}");
                while rest.is_multiple_of(u128::from(p)) {
                    rest /= u128::from(p);
                }
            }
            assert_eq!(rest, 1, "2^{d}-1");
        }
        assert_eq!(mersenne_primes(0).count() + mersenne_primes(66).count(), 0);
    }

    #[test]
    fn orders_of_degree_up_to_11_by_counting() {
        for c in 1..1u128 << 12 {
            if c & 1 == 0 {
                assert_eq!(order(c), None);
                continue;
            }
            let one = super::super::rem(1, c);
            let (mut n, mut power) = (1, super::super::rem(2, c));
            while power != one {
                power = super::super::rem(power << 1, c);
                n += 1;
            }
            assert_eq!(order(c), Some(n), "{c:#b}");
            let d = degree(c).unwrap();
            let primitive = d > 0 && is_irreducible(c) && n == (1 << d) - 1;
            assert_eq!(is_primitive(c), Some(primitive), "{c:#b}");
        }
    }

    #[test]
    fn wide_ones() {
        assert_eq!(is_primitive(1 << 64 | 0x1b), Some(true));
        assert_eq!(order(1 << 64 | 0x1b), Some(u128::from(u64::MAX)));
        // x^65 + x^18 + 1 (XAPP052).
        assert_eq!(is_primitive(1 << 65 | 1 << 18 | 1), Some(true));
        assert_eq!(order(1 << 64 | 1), Some(64));
        assert_eq!(order(1 << 65 | 1), Some(65));
        assert_eq!(order((1 << 65) - 1), Some(65));
        assert_eq!((order(1 << 66 | 1), is_primitive(1 << 66 | 1)), (None, None));
        assert_eq!((order(0), order(1), order(2), order(3)), (None, Some(1), None, Some(1)));
        assert_eq!((is_primitive(0), is_primitive(2), is_primitive(3)), (Some(false), Some(false), Some(true)));
    }
}
