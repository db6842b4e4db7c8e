//! The state of the other form that produces the same output.
//!
//! Both forms of one polynomial obey the same recurrence. With f the feedback polynomial (the reciprocal of c, constant term 1),
//! Y(x) = y\[0\] + y\[1\] x + ... the output and S(x) the Galois state, a step says x S' = S + y\[0\] f, hence S = f Y modulo
//! x^n; and Y modulo x^n is the Fibonacci state.

use crate::{
    poly::{Poly, power_series_inverse},
    register::Register,
};

/// The Galois state whose output is that of the Fibonacci `state`, for the characteristic polynomial `c` without complement.
///
/// Bits of `state` at or above deg c are ignored. O(M(n)).
#[must_use]
pub fn fibonacci_to_galois(c: &Poly, state: &Poly) -> Poly {
    let n = c.degree().unwrap_or(0);
    (&state.low(n) * &feedback(c)).low(n)
}

/// The Fibonacci state whose output is that of the Galois `state`, for the characteristic polynomial `c` without complement.
///
/// Bits of `state` at or above deg c are ignored. O(M(n)).
#[must_use]
pub fn galois_to_fibonacci(c: &Poly, state: &Poly) -> Poly {
    let n = c.degree().unwrap_or(0);
    (&state.low(n) * &power_series_inverse(&feedback(c), n)).low(n)
}

/// 1 + the sum of x^k over the lags.
fn feedback(c: &Poly) -> Poly {
    c.reciprocal()
}

/// [`fibonacci_to_galois`] in words: for a state of `register` taken in its Fibonacci form, that of its Galois form.
///
/// `None` where complemented feedback makes the outputs of the two forms differ for good: an XNOR register with an odd number of
/// lags. (A Galois register with XNOR gates complements the output; that satisfies the complemented recurrence only if the
/// number of lags is even.)
#[must_use]
pub fn fibonacci_to_galois_word(register: &Register, state: u64) -> Option<u64> {
    let mask = register.state_mask();
    let flip = flip(register)?;
    let feedback = register.feedback() as u64;
    let (mut sum, mut rest) = (0, (state ^ flip) & mask);
    while rest != 0 {
        sum ^= feedback << rest.trailing_zeros();
        rest &= rest - 1;
    }
    Some(sum & mask ^ flip)
}

/// [`galois_to_fibonacci`] in words: the inverse of [`fibonacci_to_galois_word`], `None` in the same cases.
#[must_use]
pub fn galois_to_fibonacci_word(register: &Register, state: u64) -> Option<u64> {
    let mask = register.state_mask();
    let flip = flip(register)?;
    let feedback = register.feedback() as u64;
    // Division of power series, from the constant term up.
    let (mut quotient, mut rest) = (0, (state ^ flip) & mask);
    while rest != 0 {
        let bit = rest.trailing_zeros();
        quotient |= 1 << bit;
        rest = (rest ^ feedback << bit) & mask;
    }
    Some(quotient ^ flip)
}

fn flip(register: &Register) -> Option<u64> {
    match register.xnor() {
        false => Some(0),
        true => register.lags().count().is_multiple_of(2).then(|| register.state_mask()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::Form;

    fn output(register: &Register, mut state: u64, len: u32) -> u64 {
        (0..len).fold(0, |bits, t| {
            let bit = register.output(state);
            state = register.step(state);
            bits | bit << t
        })
    }

    #[test]
    fn the_output_is_the_same_for_every_small_register() {
        for c in 2..1u128 << 8 {
            for xnor in [false, true] {
                let fibonacci = Register::from_characteristic(c).unwrap().with_xnor(xnor);
                let galois = fibonacci.with_form(Form::Galois);
                let len = 3 * fibonacci.degree();
                let mut outputs = alloc::vec::Vec::new();
                for state in 0..=fibonacci.state_mask() {
                    let bits = output(&fibonacci, state, len);
                    outputs.push(bits);
                    let Some(other) = fibonacci_to_galois_word(&fibonacci, state) else { continue };
                    assert_eq!(output(&galois, other, len), bits, "{fibonacci:?} {state:#x}");
                    assert_eq!(galois_to_fibonacci_word(&fibonacci, other), Some(state));
                    if !xnor {
                        let (c, state, other) =
                            (c.into(), Poly::from_u128(state.into()), Poly::from_u128(other.into()));
                        assert_eq!(fibonacci_to_galois(&c, &state), other);
                        assert_eq!(galois_to_fibonacci(&c, &other), state);
                    }
                }
                // A refusal is right: no Galois state has the output of any Fibonacci state.
                if fibonacci_to_galois_word(&fibonacci, 0).is_none() {
                    let mut galois = (0..=galois.state_mask()).map(|state| output(&galois, state, len));
                    assert!(galois.all(|bits| !outputs.contains(&bits)), "{fibonacci:?}");
                }
            }
        }
    }

    #[test]
    fn degree_64_and_beyond() {
        let register = Register::from_characteristic(1 << 64 | 0x1b).unwrap();
        let state = 0x0123_4567_89ab_cdef;
        let galois = fibonacci_to_galois_word(&register, state).unwrap();
        assert_eq!(output(&register, state, 64), output(&register.with_form(Form::Galois), galois, 64));
        assert_eq!(galois_to_fibonacci_word(&register, galois), Some(state));
        let c = Poly::from_exponents([1279, 216, 0]);
        let state = Poly::from_exponents([1278, 700, 3]);
        assert_eq!(galois_to_fibonacci(&c, &fibonacci_to_galois(&c, &state)), state);
    }
}
