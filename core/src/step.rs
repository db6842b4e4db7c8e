//! [`Stepper`]: single steps of a sequence, with all that a step needs at hand; for cores without 128-bit anything.

use crate::register::Register;

/// Steps of a Fibonacci register: about 15 instructions on a 32-bit core.
#[derive(Debug, Clone, Copy)]
pub struct Stepper {
    taps: u64,
    /// The place of the newest bit.
    top: u32,
    xnor: bool,
}

impl Stepper {
    /// For the states of [`Register::sequence`].
    #[must_use]
    pub const fn new(register: &Register) -> Self {
        let register = register.sequence();
        Self { taps: register.taps(), top: register.degree() - 1, xnor: register.xnor() }
    }

    /// The same with plain feedback: the map of the difference of two states.
    #[must_use]
    pub(crate) const fn linear(self) -> Self {
        Self { xnor: false, ..self }
    }

    /// [`Register::step`].
    #[must_use]
    #[inline]
    pub const fn step(&self, state: u64) -> u64 {
        let feedback = parity(state & self.taps) ^ self.xnor as u64;
        // A shift of 64 bits takes a small core a call.
        let bit = (feedback as u32) << (self.top & 31);
        state >> 1 | if self.top < 32 { bit as u64 } else { (bit as u64) << 32 }
    }

    /// [`Register::step_back`] of a register that is not singular.
    #[must_use]
    #[inline]
    pub const fn step_back(&self, state: u64) -> u64 {
        // All taps but bit 0 are now one place lower.
        let top = 1 << self.top;
        let rest = parity(state & (self.taps >> 1 | top)) ^ self.xnor as u64;
        (state & (top - 1)) << 1 | rest
    }
}

/// Folded: small cores have no instruction that counts ones.
#[inline(always)]
const fn parity(bits: u64) -> u64 {
    let mut rest = bits as u32 ^ (bits >> 32) as u32;
    rest ^= rest >> 16;
    rest ^= rest >> 8;
    rest ^= rest >> 4;
    // The parities of 0 to 15.
    (0x6996 >> (rest & 15) & 1) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::tests::{registers_of_every_degree, splitmix};

    #[test]
    fn steps_are_those_of_the_register() {
        let mut random = 31;
        for register in registers_of_every_degree() {
            let (sequence, stepper) = (register.sequence(), Stepper::new(&register));
            for _ in 0..8 {
                let state = splitmix(&mut random) & register.state_mask();
                assert_eq!(stepper.step(state), sequence.step(state), "{register:?}");
                if let Some(before) = sequence.step_back(state) {
                    assert_eq!(stepper.step_back(state), before, "{register:?}");
                }
            }
        }
    }
}
