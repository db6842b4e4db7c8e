//! The order of x: exact where 2^d - 1 is factored, else bounded from both sides by what is proven.

use core::fmt;

use super::{BigUint, MersenneFactors, lcm, mersenne_factors, power_of_two};
use crate::poly::{Modulus, Poly};

/// What is proven about a multiplicative order: it is a multiple of one number and divides another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    multiple_of: BigUint,
    divides: BigUint,
}

impl Order {
    /// Known exactly.
    fn known(value: BigUint) -> Self {
        Self { multiple_of: value.clone(), divides: value }
    }

    /// The order, if it is proven.
    #[must_use]
    pub fn exact(&self) -> Option<&BigUint> {
        (self.multiple_of == self.divides).then_some(&self.multiple_of)
    }

    /// A number that divides the order.
    #[must_use]
    pub fn multiple_of(&self) -> &BigUint {
        &self.multiple_of
    }

    /// A number that the order divides: x to this power is 1.
    #[must_use]
    pub fn divides(&self) -> &BigUint {
        &self.divides
    }

    /// 1.
    pub(super) fn one() -> Self {
        Self::known(BigUint::from(1u32))
    }

    /// Of the product of two coprime polynomials.
    pub(super) fn lcm(&self, other: &Self) -> Self {
        Self { multiple_of: lcm(&self.multiple_of, &other.multiple_of), divides: lcm(&self.divides, &other.divides) }
    }

    /// Of a power, whose order is 2^k times this one.
    pub(super) fn doubled(&self, k: u32) -> Self {
        Self { multiple_of: &self.multiple_of << k, divides: &self.divides << k }
    }
}

/// The number if it is exact, else both bounds.
impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.exact() {
            Some(order) => write!(f, "{order}"),
            None => write!(f, "a multiple of {} that divides {}", self.multiple_of, self.divides),
        }
    }
}

/// The order of x modulo an irreducible polynomial other than x, or `None` for x and for constants.
///
/// Starts from 2^d - 1 and takes out each known prime as long as the power of x stays 1. If 2^d - 1 has a cofactor of unknown
/// factors, the answer is exact only if the order has no part in it. Irreducibility is the caller's to know.
#[must_use]
pub fn order_of_irreducible(p: &Poly) -> Option<Order> {
    let modulus = Modulus::new(&p.cheaper_side()).filter(|_| p.coefficient(0))?;
    if modulus.degree() == 1 {
        return Some(Order::one());
    }
    let factors = mersenne_factors(modulus.degree());
    let mut known = power_of_two(modulus.degree()) - 1u32;
    for prime in &factors.primes {
        while &known % prime == BigUint::ZERO {
            let smaller = &known / prime;
            if !modulus.pow_x(&smaller).is_one() {
                break;
            }
            known = smaller;
        }
    }
    if factors.is_complete() {
        return Some(Order::known(known));
    }
    let without = &known / &factors.cofactor;
    if modulus.pow_x(&without).is_one() {
        return Some(Order::known(without));
    }
    Some(
        small_order(&modulus)
            .map_or(Order { multiple_of: without, divides: known }, |order| Order::known(order.into())),
    )
}

/// Orders up to this are looked for one by one.
const MOST_SMALL: u64 = 1 << 20;

/// The order of x, if it is small: a number that divides 2^d - 1, which a few multiplications tell, and for which the power of x is 1. The
/// smallest such is the order itself. At most 2^20 times log d multiplications of words.
fn small_order(modulus: &Modulus) -> Option<u64> {
    let d = modulus.degree() as u64;
    let divides = |m: u64| {
        let mut power = 1;
        for bit in (0..u64::BITS - d.leading_zeros()).rev() {
            power = power * power % m;
            if d >> bit & 1 == 1 {
                power = power * 2 % m;
            }
        }
        power == 1
    };
    // The order of 2 modulo the order of x is d.
    (d + 1..=MOST_SMALL).filter(|m| m % 2 == 1 && divides(*m)).find(|m| modulus.pow_x(&(*m).into()).is_one())
}

/// Whether `c` is primitive: irreducible, with x of order 2^n - 1. x + 1 is, x is not.
///
/// `None` if nothing disproves it and the factors of 2^n - 1 are not all known.
#[must_use]
pub fn is_primitive(c: &Poly) -> Option<bool> {
    if !c.coefficient(0) || !c.is_irreducible() {
        return Some(false);
    }
    let Some(modulus) = Modulus::new(&c.cheaper_side()) else { return Some(false) };
    let factors = mersenne_factors(modulus.degree());
    let full = power_of_two(modulus.degree()) - 1u32;
    if factors.primes.iter().any(|prime| *prime != full && modulus.pow_x(&(&full / prime)).is_one()) {
        return Some(false);
    }
    decided(&modulus, &factors)
}

/// With all known primes tried: the rest can only disprove it.
fn decided(modulus: &Modulus, factors: &MersenneFactors) -> Option<bool> {
    if factors.is_complete() {
        return Some(true);
    }
    let without = (power_of_two(modulus.degree()) - 1u32) / &factors.cofactor;
    if modulus.pow_x(&without).is_one() { Some(false) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gf2;

    #[test]
    fn agrees_with_the_fixed_width_order() {
        for bits in (3..1u128 << 11).step_by(2) {
            let c = Poly::from_u128(bits);
            assert_eq!(is_primitive(&c), gf2::is_primitive(bits), "{c}");
            if gf2::is_irreducible(bits) {
                let order = gf2::order(bits).unwrap();
                assert_eq!(order_of_irreducible(&c).unwrap().exact(), Some(&order.into()), "{c}");
            }
        }
        assert_eq!((is_primitive(&Poly::x()), is_primitive(&Poly::one())), (Some(false), Some(false)));
        assert_eq!((order_of_irreducible(&Poly::x()), order_of_irreducible(&Poly::zero())), (None, None));
    }

    #[test]
    fn all_ones_have_the_order_of_their_length() {
        for n in [131usize, 139, 163, 1019, 1187] {
            let order = order_of_irreducible(&Poly::from_exponents(0..n)).unwrap();
            assert_eq!(order.exact(), Some(&n.into()), "{n}");
        }
    }

    /// 2^1786 - 1 and others like it are not factored; what is small is found all the same.
    #[test]
    fn small_orders_need_no_factors() {
        for n in [1787usize, 2029, 5003] {
            let factors = Poly::from_exponents([0, n]).factor();
            for (p, _) in factors {
                let order = order_of_irreducible(&p).unwrap();
                let expected = if p.degree() == Some(1) { 1 } else { n };
                assert_eq!(order.exact(), Some(&expected.into()), "a factor of x^{n}+1");
            }
        }
    }

    #[test]
    fn published_ones() {
        // XAPP052's row 168 and 127; x^1279 + x^216 + 1 (Mersenne exponent); x^521 + x^32 + 1.
        for exponents in [&[168, 166, 153, 151, 0][..], &[127, 126, 0], &[1279, 216, 0], &[521, 32, 0]] {
            assert_eq!(is_primitive(&Poly::from_exponents(exponents.iter().copied())), Some(true), "{exponents:?}");
        }
        assert_eq!(is_primitive(&Poly::from_exponents([102, 101, 36, 35, 0])), Some(false));
    }

    #[test]
    fn where_the_factors_are_unknown_the_answer_is_a_pair_of_bounds() {
        // 2^1201 - 1 is not in the table.
        let c = (1..).map(|k| Poly::from_exponents([1201, k, 0])).take(1200).find(Poly::is_irreducible);
        if let Some(c) = c {
            let order = order_of_irreducible(&c).unwrap();
            assert_eq!((order.exact(), is_primitive(&c)), (None, None));
            assert_eq!(order.divides(), &(power_of_two(1201) - 1u32));
            assert_eq!(order.divides() % order.multiple_of(), BigUint::ZERO);
        }
    }
}
