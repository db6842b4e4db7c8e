//! From one form to the other: the register with the same output, and the state with the same output.
//!
//! Both forms of one polynomial obey the same recurrence. With f the feedback polynomial (constant term 1), Y(x) = y\[0\] + y\[1\] x + ...
//! the output and S(x) the Galois state, one step gives x S' = S + y\[0\] f. Hence S = f Y modulo x^n, and Y modulo x^n, the next n output
//! bits, is the Fibonacci state.

use super::{Form, Register};

impl Register {
    /// The Fibonacci register that produces the same set of output sequences.
    ///
    /// A Galois register puts out the sequences of its recurrence; its XNOR variant their complements, which obey the recurrence
    /// complemented if the number of lags is even and the plain one if it is odd.
    #[must_use]
    pub const fn sequence(&self) -> Self {
        match self.form() {
            Form::Fibonacci => *self,
            Form::Galois => {
                let even = self.taps().count_ones() & 1 == 0;
                self.with_form(Form::Fibonacci).with_xnor(self.xnor() && even)
            }
        }
    }

    /// The state of this register that puts out the bits of `window` (bit j = output j steps from now) next. O(lags).
    ///
    /// For the Fibonacci form the window is the state. For the Galois form, bit j of the state is
    /// `w[j] ^ XOR w[j-k]` over the lags k <= j: the product of the window and the feedback polynomial modulo x^n.
    #[must_use]
    pub fn state_from_output(&self, window: u64) -> u64 {
        match self.form() {
            Form::Fibonacci => window,
            Form::Galois => {
                let flip = if self.xnor() { self.state_mask() } else { 0 };
                let window = window ^ flip;
                let product = self.lags().filter(|&k| k < self.degree()).fold(window, |sum, k| sum ^ window << k);
                product & self.state_mask() ^ flip
            }
        }
    }

    /// The next n output bits of `state`: the inverse of [`Register::state_from_output`]. O(n).
    #[must_use]
    pub fn output_from_state(&self, state: u64) -> u64 {
        match self.form() {
            Form::Fibonacci => state,
            Form::Galois => {
                let mut state = state;
                let mut window = 0;
                for j in 0..self.degree() {
                    window |= self.output(state) << j;
                    state = self.step(state);
                }
                window
            }
        }
    }

    /// The state of the register of that `form` whose output is that of `state` here.
    ///
    /// `None` where the outputs of the two forms differ for good: with XNOR gates and an odd number of lags (see
    /// [`Register::sequence`]).
    #[must_use]
    pub fn state_in(&self, form: Form, state: u64) -> Option<u64> {
        let other = self.with_form(form);
        (other.sequence() == self.sequence()).then(|| other.state_from_output(self.output_from_state(state)))
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::vec::Vec;

    use super::*;
    use crate::register::tests::{registers_of_every_degree, splitmix};

    fn output(register: &Register, mut state: u64, len: u32) -> u64 {
        (0..len).fold(0, |bits, t| {
            let bit = register.output(state);
            state = register.step(state);
            bits | bit << t
        })
    }

    #[test]
    fn forms_put_out_the_same_sequence() {
        let mut random = 2;
        for register in registers_of_every_degree() {
            let sequence = register.sequence();
            for _ in 0..4 {
                let window = splitmix(&mut random) & register.state_mask();
                let (mut own, mut other) = (register.state_from_output(window), window);
                assert_eq!(register.output_from_state(own), window, "{register:?}");
                for t in 0..200 {
                    assert_eq!(register.output(own), sequence.output(other), "{register:?} bit {t}");
                    own = register.step(own);
                    other = sequence.step(other);
                }
            }
        }
    }

    #[test]
    fn the_output_is_the_same_for_every_small_register() {
        for c in 2..1u128 << 8 {
            for xnor in [false, true] {
                let fibonacci = Register::from_characteristic(c).unwrap().with_xnor(xnor);
                let galois = fibonacci.with_form(Form::Galois);
                let len = 3 * fibonacci.degree();
                let mut outputs = Vec::new();
                for state in 0..=fibonacci.state_mask() {
                    let bits = output(&fibonacci, state, len);
                    outputs.push(bits);
                    let Some(other) = fibonacci.state_in(Form::Galois, state) else { continue };
                    assert_eq!(output(&galois, other, len), bits, "{fibonacci:?} {state:#x}");
                    assert_eq!(galois.state_in(Form::Fibonacci, other), Some(state));
                }
                // A refusal is right: no Galois state has the output of any Fibonacci state.
                if fibonacci.state_in(Form::Galois, 0).is_none() {
                    let mut galois = (0..=galois.state_mask()).map(|state| output(&galois, state, len));
                    assert!(galois.all(|bits| !outputs.contains(&bits)), "{fibonacci:?}");
                }
            }
        }
    }
}
