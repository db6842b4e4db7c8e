//! GF(2)\[x\] up to degree 127 in one `u128`: no allocation, so a device has it too.
//!
//! Bit *i* of the integer is the coefficient of x^i; 0 is the zero polynomial, 1 the constant. Addition is `^`. Every function
//! is total: arguments outside a stated range give the stated value and never panic. Polynomials of any degree are
//! `poly::Poly` (feature `alloc`).
//!
//! ```
//! use lfsr_core::gf2;
//!
//! // x^4 + x^3 + x + 1 = (x + 1)^2 (x^2 + x + 1), and x has order 6 modulo it.
//! let factors = gf2::factor(0b1_1011);
//! assert_eq!(factors.as_slice(), [(0b11, 2), (0b111, 1)]);
//! assert_eq!(gf2::order(0b1_1011), Some(6));
//! ```

mod factor;
mod order;

pub use factor::{Factors, MAX_DISTINCT_FACTORS, factor, is_irreducible};
pub use order::{MAX_ORDER_DEGREE, is_primitive, mersenne_primes, order, order_of_irreducible, order_of_powers};

/// The degree, or `None` for the zero polynomial.
#[must_use]
pub const fn degree(a: u128) -> Option<u32> {
    a.checked_ilog2()
}

/// Quotient and remainder of `a / b`, or `None` if `b` is zero. At most 128 steps.
#[must_use]
pub const fn divrem(a: u128, b: u128) -> Option<(u128, u128)> {
    let Some(low) = degree(b) else { return None };
    let (mut quotient, mut rest) = (0, a);
    while let Some(high) = degree(rest) {
        if high < low {
            break;
        }
        quotient |= 1 << (high - low);
        rest ^= b << (high - low);
    }
    Some((quotient, rest))
}

/// The remainder of `a / c`; `a` itself if `c` is zero.
#[must_use]
pub const fn rem(a: u128, c: u128) -> u128 {
    match divrem(a, c) {
        Some((_, rest)) => rest,
        None => a,
    }
}

/// The product of two polynomials, or `None` if its degree exceeds 127.
#[must_use]
pub const fn mul(a: u128, b: u128) -> Option<u128> {
    match (degree(a), degree(b)) {
        (Some(p), Some(q)) if p + q > 127 => return None,
        (Some(_), Some(_)) => {}
        _ => return Some(0),
    }
    let (mut product, mut rest) = (0, b);
    while rest != 0 {
        product ^= a << rest.trailing_zeros();
        rest &= rest - 1;
    }
    Some(product)
}

/// `a b mod c`; 0 if `c` is zero. One shift and addition for each bit of `b`.
#[must_use]
pub const fn mul_mod(a: u128, b: u128, c: u128) -> u128 {
    let Some(top) = degree(c) else { return 0 };
    if top == 0 {
        return 0;
    }
    let (a, b) = (rem(a, c), rem(b, c));
    let Some(last) = degree(b) else { return 0 };
    // Horner in x; the intermediate degree never exceeds top <= 127.
    let mut product = a;
    let mut bit = last;
    while bit > 0 {
        bit -= 1;
        product <<= 1;
        product ^= c & (product >> top & 1).wrapping_neg();
        product ^= a & (b >> bit & 1).wrapping_neg();
    }
    product
}

/// `a^2 mod c`; 0 if `c` is zero.
#[must_use]
pub const fn square_mod(a: u128, c: u128) -> u128 {
    mul_mod(a, a, c)
}

/// `x^n mod c`; 0 if `c` is zero. Squares at most 127 times, whatever `n`.
#[must_use]
pub const fn pow_x_mod(n: u128, c: u128) -> u128 {
    let Some(top) = degree(c) else { return 0 };
    let mut power = rem(1, c);
    if top == 0 {
        return 0;
    }
    let mut bit = u128::BITS - n.leading_zeros();
    while bit > 0 {
        bit -= 1;
        power = mul_mod(power, power, c);
        if n >> bit & 1 == 1 {
            power <<= 1;
            power ^= c & (power >> top & 1).wrapping_neg();
        }
    }
    power
}

/// `a^n mod c`; 0 if `c` is zero.
#[must_use]
pub const fn pow_mod(a: u128, n: u128, c: u128) -> u128 {
    let a = rem(a, c);
    let mut power = match degree(c) {
        Some(1..) => 1,
        _ => return 0,
    };
    let mut bit = u128::BITS - n.leading_zeros();
    while bit > 0 {
        bit -= 1;
        power = mul_mod(power, power, c);
        if n >> bit & 1 == 1 {
            power = mul_mod(power, a, c);
        }
    }
    power
}

/// The greatest common divisor; `gcd(a, 0)` is `a`.
#[must_use]
pub const fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, rem(a, b));
    }
    a
}

/// The derivative: the odd coefficients, one place lower.
#[must_use]
pub const fn derivative(a: u128) -> u128 {
    a >> 1 & ODD_PLACES_LOWERED
}

/// The polynomial with square `a`, or `None` if `a` has an odd exponent.
#[must_use]
pub const fn square_root(a: u128) -> Option<u128> {
    if a & !ODD_PLACES_LOWERED != 0 {
        return None;
    }
    let (mut root, mut bit) = (0, 0);
    while bit < 64 {
        root |= (a >> (2 * bit) & 1) << bit;
        bit += 1;
    }
    Some(root)
}

/// Bits 0, 2, 4, ...
const ODD_PLACES_LOWERED: u128 = u128::MAX / 3;

#[cfg(test)]
mod tests {
    use super::*;

    /// Schoolbook, a bit at a time, by the definition.
    fn naive_mul(a: u128, b: u128) -> u128 {
        (0..128).filter(|i| b >> i & 1 == 1).fold(0, |sum, i| sum ^ a << i)
    }

    pub(super) fn xorshift(seed: &mut u64) -> u64 {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        *seed
    }

    #[test]
    fn division_and_multiplication_agree() {
        for a in 0..128 {
            for b in 1..64 {
                let (quotient, rest) = divrem(a, b).unwrap();
                assert_eq!(naive_mul(quotient, b) ^ rest, a);
                assert!(degree(rest) < degree(b));
                assert_eq!(mul(a, b), Some(naive_mul(a, b)));
                for c in 1..32 {
                    assert_eq!(mul_mod(a, b, c), rem(naive_mul(a, b), c), "{a} {b} {c}");
                }
            }
        }
    }

    #[test]
    fn powers_agree_with_repeated_multiplication() {
        for c in 1..200 {
            let mut power = rem(1, c);
            for n in 0..70 {
                assert_eq!(pow_x_mod(n, c), power, "x^{n} mod {c:#b}");
                assert_eq!(pow_mod(2, n, c), power);
                power = rem(naive_mul(power, 2), c);
            }
        }
    }

    #[test]
    fn the_widest_moduli() {
        let mut seed = 0x1234_5678_9abc_def1;
        for _ in 0..200 {
            let mut wide = || u128::from(xorshift(&mut seed)) << 64 | u128::from(xorshift(&mut seed));
            let (a, b, c) = (wide(), wide(), wide() | 1 << 127);
            let (p, q) = (a >> 64, b >> 64);
            assert_eq!(mul_mod(p, q, c), rem(naive_mul(p, q), c));
            // Distributivity where the product does not fit.
            assert_eq!(mul_mod(a, b, c) ^ mul_mod(a, p, c), mul_mod(a, b ^ p, c));
            assert_eq!(mul_mod(a, b, c), mul_mod(b, a, c));
            assert_eq!(pow_x_mod(127, c), rem(1 << 127, c));
        }
    }

    #[test]
    fn edges_give_the_stated_values() {
        assert_eq!(divrem(5, 0), None);
        assert_eq!(mul_mod(5, 3, 0), 0);
        assert_eq!(mul_mod(5, 3, 1), 0);
        assert_eq!(pow_x_mod(5, 0), 0);
        assert_eq!(pow_x_mod(0, 1), 0);
        assert_eq!(pow_mod(3, 0, 7), 1);
        assert_eq!(pow_x_mod(u128::MAX, u128::MAX) >> 127, 0);
        assert_eq!(gcd(0, 0), 0);
        assert_eq!(gcd(0b110, 0), 0b110);
        assert_eq!(mul(1 << 127, 2), None);
        assert_eq!(mul(1 << 127, 0), Some(0));
        assert_eq!(square_root(0b101), Some(0b11));
        assert_eq!(square_root(0b111), None);
    }
}
