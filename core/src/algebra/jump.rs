//! [`AnyRegister::jump`]: the state any number of steps away.

use super::{BigUint, residues::Residues};
use crate::{poly::Poly, register::AnyRegister};

/// Which way a jump goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The way the register steps.
    Forward,
    /// Against it.
    Back,
}

impl AnyRegister {
    /// The state `steps` steps after `state`, or before it.
    ///
    /// `None` for a step back in a singular register, where a state has two predecessors or none.
    ///
    /// # Complexity
    /// One squaring modulo c for each bit of `steps` and three products: O(M(n) log steps).
    #[must_use]
    pub fn jump(&self, state: &Poly, steps: &BigUint, direction: Direction) -> Option<Poly> {
        let residues = Residues::new(self);
        let mut power = residues.modulus.pow_x(steps);
        if direction == Direction::Back && *steps != BigUint::ZERO {
            power = residues.modulus.inverse(&power)?;
        }
        Some(residues.state(&residues.modulus.mul(&residues.of(state), &power)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::{
        Form,
        tests::{registers_of_every_degree, splitmix},
    };

    #[test]
    fn jumps_are_steps() {
        let mut random = 31;
        for register in registers_of_every_degree() {
            let any = AnyRegister::from(register);
            let start = splitmix(&mut random) & register.state_mask();
            let far =
                |state: u64, steps: u64, direction| any.jump(&Poly::from_u128(state.into()), &steps.into(), direction);
            let mut state = start;
            for steps in 0..70u64 {
                assert_eq!(
                    far(start, steps, Direction::Forward).unwrap().to_u128(),
                    Some(state.into()),
                    "{register:?} {steps}"
                );
                let back = far(state, steps, Direction::Back);
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
            let register = AnyRegister::from_characteristic(c.clone()).unwrap().with_form(form).with_xnor(xnor);
            let there = register.jump(&state, &steps, Direction::Forward).unwrap();
            assert_ne!(there, state);
            assert_eq!(register.jump(&there, &steps, Direction::Back).unwrap(), state);
        }
    }
}
