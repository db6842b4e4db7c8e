//! [`Shift`]: which way a register is drawn to shift, and so which end of a state is which.

use core::fmt;

#[cfg(feature = "alloc")]
use crate::poly::Poly;

/// Which way a register shifts. Here all shift right; the states of one that shifts left have their bits in the opposite order.
///
/// ```text
///              right (here)                           left
///   feedback -> n-1 ... 2 1 0 -> output    output <- n-1 ... 2 1 0 <- feedback
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Shift {
    /// The least significant bit leaves, the feedback enters at bit n-1: as in [`Register`](super::Register).
    #[default]
    Right,
    /// The most significant bit leaves, the feedback enters at bit 0.
    Left,
}

impl Shift {
    /// The state here of a register of that degree (1 to 64) that shifts so and holds `state`; and back, since it is its own inverse.
    /// Bits beyond the degree are dropped.
    ///
    /// ```
    /// use lfsr_core::register::Shift;
    ///
    /// assert_eq!(Shift::Left.turn(0b000_0010, 7), 0b010_0000);
    /// assert_eq!(Shift::Right.turn(0b000_0010, 7), 0b000_0010);
    /// ```
    #[must_use]
    pub const fn turn(self, state: u64, degree: u32) -> u64 {
        match self {
            Self::Right => state & u64::MAX >> (64 - degree),
            Self::Left => state.reverse_bits() >> (64 - degree),
        }
    }

    /// The same for states of any degree.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn turn_poly(self, state: &Poly, degree: usize) -> Poly {
        match self {
            Self::Right => state.low(degree),
            Self::Left => Poly::from_exponents(state.exponents().filter(|&k| k < degree).map(|k| degree - 1 - k)),
        }
    }
}

impl fmt::Display for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Right => "right",
            Self::Left => "left",
        })
    }
}

#[cfg(all(test, feature = "alloc"))]
mod tests {
    use super::*;
    use crate::register::tests::{registers_of_every_degree, splitmix};

    /// A left-shifting register written as hardware is: `l <= {l[n-2:0], feedback}`, or the mask added where a 1 leaves.
    #[test]
    fn a_register_that_shifts_left_is_this_one_turned() {
        let mut random = 7;
        for register in registers_of_every_degree() {
            let n = register.degree();
            let all = register.state_mask();
            let flip = if register.xnor() { all } else { 0 };
            let stages = register.lags().fold(0, |mask, k| mask | 1u64 << (k - 1));
            let mask = Shift::Left.turn(stages, n);
            let mut left = splitmix(&mut random) & all;
            let mut right = Shift::Left.turn(left, n);
            for _ in 0..100 {
                assert_eq!(left >> (n - 1), register.output(right), "{register:?}");
                left = match register.form() {
                    crate::Form::Fibonacci => {
                        let sum = (left & stages).count_ones() as u64 & 1 ^ u64::from(register.xnor());
                        (left << 1 | sum) & all
                    }
                    crate::Form::Galois => {
                        let plain = left ^ flip;
                        let leaves = plain >> (n - 1) & 1;
                        ((plain << 1 ^ leaves.wrapping_neg() & mask) & all) ^ flip
                    }
                };
                right = register.step(right);
                assert_eq!(Shift::Left.turn(right, n), left, "{register:?}");
                let poly = |state: u64| Poly::from_u128(state.into());
                assert_eq!(Shift::Left.turn_poly(&poly(right), n as usize), poly(left));
            }
        }
    }
}
