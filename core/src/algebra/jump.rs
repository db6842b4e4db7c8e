//! [`jump`]: the state any number of steps away.

use super::{BigUint, linear::Orbit};
use crate::{poly::Poly, register::Form};

/// The state `steps` steps after `state` (before it, if `back`), for a register of any degree, form and feedback.
///
/// `None` for a constant `c`, or a step back in a singular register, where a state has two predecessors or none.
///
/// # Complexity
/// One squaring modulo c for each bit of `steps` and three products: O(M(n) log steps).
#[must_use]
pub fn jump(c: &Poly, form: Form, xnor: bool, state: &Poly, steps: &BigUint, back: bool) -> Option<Poly> {
    let orbit = Orbit::new(c, form, xnor)?;
    let residue = orbit.residue(state);
    let mut power = orbit.modulus.pow_x(steps);
    if back && *steps != BigUint::ZERO {
        power = orbit.modulus.inverse(&power)?;
    }
    Some(orbit.state(&orbit.modulus.mul(&residue, &power)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::tests::{registers_of_every_degree, splitmix};

    #[test]
    fn jumps_are_steps() {
        let mut random = 31;
        for register in registers_of_every_degree() {
            let c = Poly::from_u128(register.characteristic());
            let start = splitmix(&mut random) & register.state_mask();
            let far = |state: u64, steps: u64, back| {
                jump(&c, register.form(), register.xnor(), &Poly::from_u128(state.into()), &steps.into(), back)
            };
            let mut state = start;
            for steps in 0..70u64 {
                assert_eq!(far(start, steps, false).unwrap().to_u128(), Some(state.into()), "{register:?} {steps}");
                let back = far(state, steps, true);
                assert_eq!(back.is_some(), !register.is_singular() || steps == 0, "{register:?}");
                if let Some(back) = back {
                    assert_eq!(back.to_u128(), Some(start.into()), "{register:?} -{steps}");
                }
                state = register.step(state);
            }
        }
    }

    #[test]
    fn a_thousand_digits_there_and_back() {
        let steps = BigUint::parse_bytes(alloc::string::String::from("7").repeat(1000).as_bytes(), 10).unwrap();
        let c = Poly::from_exponents([1279, 216, 0]);
        let state = Poly::from_exponents([0, 77, 1278]);
        for (form, xnor) in [(Form::Fibonacci, false), (Form::Galois, true), (Form::Fibonacci, true)] {
            let there = jump(&c, form, xnor, &state, &steps, false).unwrap();
            assert_ne!(there, state);
            assert_eq!(jump(&c, form, xnor, &there, &steps, true).unwrap(), state);
        }
        assert_eq!(jump(&Poly::one(), Form::Galois, false, &Poly::one(), &steps, false), None);
    }
}
