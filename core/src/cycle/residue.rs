//! Where the cycles hide that a section misses: small invariant subspaces, named by the factors of c.
//!
//! A cycle misses the section S_z if its sequence has no run of z zeros: likely only if its period is not much longer than 2^z. A state's
//! minimal polynomial h divides c, its period is the order of x modulo h, and the states whose minimal polynomial divides h are the
//! sequences of the register of h itself: a smaller register, to be enumerated in full. This only says where to look first; whether
//! everything was found is decided by counting.

use crate::{
    gf2,
    register::{Form, Register},
};

/// The most divisors looked at.
const MOST_DIVISORS: u64 = 1 << 14;

/// Calls `visit` with registers of smaller degree, at most `largest`, whose cycles are cycles of `register` likely to miss the section of
/// `zeros` zeros. `register` is a non-singular Fibonacci register. The zero sequence and constant sequences may be left out.
///
/// # Complexity
/// One factorisation, then O(r) for each divisor of c, r the number of distinct factors.
pub fn likely_residue(register: &Register, zeros: u32, largest: u32, mut visit: impl FnMut(Register)) {
    let factors = gf2::factor(register.characteristic());
    let factors = factors.as_slice();
    // With XNOR the sequences obey (x+1) c; they have the full power of x+1 in their minimal polynomial.
    let whole = |p: u128| register.xnor() && p == 0b11;
    let divisors = factors
        .iter()
        .filter(|(p, _)| !whole(*p))
        .fold(1, |count: u64, (_, e)| count.saturating_mul(u64::from(*e) + 1));
    if divisors > MOST_DIVISORS {
        return;
    }
    let mut orders = [0u128; 65];
    for (order, (p, _)) in orders.iter_mut().zip(factors) {
        *order = gf2::order_of_irreducible(*p).unwrap_or(1);
    }
    let mut exponents = [0u32; 65];
    for (exponent, (p, e)) in exponents.iter_mut().zip(factors) {
        *exponent = if whole(*p) { *e } else { 0 };
    }
    let suspect = |exponents: &[u32; 65]| is_suspect(factors, &orders, exponents, register.xnor(), zeros, largest);
    for _ in 0..divisors {
        let extended = |i: usize| {
            let mut more = exponents;
            more[i] += 1;
            more[i] <= factors[i].1 && suspect(&more)
        };
        if suspect(&exponents) && !(0..factors.len()).any(extended) {
            let product = factors
                .iter()
                .zip(exponents)
                .fold(1, |h, ((p, _), e)| (0..e).fold(h, |h, _| gf2::mul(h, *p).unwrap_or(h)));
            if let Ok(part) = Register::from_characteristic(product) {
                visit(part.with_form(Form::Fibonacci).with_xnor(register.xnor()));
            }
        }
        // Count on, in the mixed radix of the multiplicities.
        for (exponent, (p, e)) in exponents.iter_mut().zip(factors).filter(|(_, (p, _))| !whole(*p)) {
            let _ = p;
            if *exponent < *e {
                *exponent += 1;
                break;
            }
            *exponent = 0;
        }
    }
}

/// Whether cycles with this minimal polynomial are expected to miss the section, and their space is small enough to search.
fn is_suspect(
    factors: &[(u128, u32)],
    orders: &[u128; 65],
    exponents: &[u32; 65],
    xnor: bool,
    zeros: u32,
    largest: u32,
) -> bool {
    let (mut degree, mut order, mut highest) = (0, 1u128, u32::from(xnor));
    for (((p, _), own), e) in factors.iter().zip(orders).zip(exponents) {
        if *e > 0 {
            degree += e * gf2::degree(*p).unwrap_or(0);
            order = order / gcd(order, *own) * own;
            highest = highest.max(e + u32::from(xnor && *p == 0b11));
        }
    }
    if degree == 0 || degree > largest {
        return false;
    }
    order = order.saturating_mul(u128::from(highest.next_power_of_two()));
    // Expected number of cycles without a run of z zeros: (2^degree / order) exp(-order / 2^(z+1)). In powers of two, roughly; a
    // few too many do no harm.
    let cycles = i64::from(degree) - i64::from(127 - order.leading_zeros());
    let misses = (order >> (zeros + 1).min(127)).min(1 << 20) as i64;
    cycles - misses - misses / 2 > -8
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;
    extern crate std;
    use std::vec::Vec;

    #[test]
    fn parts_divide_and_keep_the_constant() {
        for c in (3..1u128 << 12).step_by(2) {
            for xnor in [false, true] {
                let register = Register::from_characteristic(c).unwrap().with_xnor(xnor);
                let mut parts = Vec::new();
                likely_residue(&register, 4, 10, |part| parts.push(part));
                for part in parts {
                    assert_eq!(gf2::rem(c, part.characteristic()), 0);
                    assert!(part.degree() <= 10);
                    assert_eq!(part.xnor(), xnor);
                    let (quotient, _) = gf2::divrem(c, part.characteristic()).unwrap();
                    // Else the part's constant would vanish in c.
                    assert!(!xnor || quotient.count_ones() % 2 == 1, "{c:#x} {part:?}");
                }
            }
        }
    }
}
