//! [`Massey`]: the shortest register that puts out given bits, in bounded memory.
//!
//! Massey's algorithm (IEEE Trans. Inf. Theory 15, 1969) over GF(2), word-parallel: W words for each of three polynomials and a window
//! of the last bits. `Poly::shortest_register` (feature `alloc`) is the sub-quadratic one for long streams.
//!
//! ```
//! use lfsr_core::massey::Massey;
//!
//! let mut massey = Massey::<1>::new();
//! for bit in [1, 0, 0, 1, 1, 0, 1, 0, 1, 1] {
//!     massey.push(bit == 1);
//! }
//! // y[t] = y[t-3] + y[t-4]
//! assert_eq!((massey.complexity(), massey.feedback()), (4, [0b1_1001].as_slice()));
//! ```

/// Finds the shortest register of up to 64 W - 1 cells.
#[derive(Debug, Clone)]
pub struct Massey<const W: usize> {
    /// Feedback polynomial: bit k set for lag k, and bit 0.
    feedback: [u64; W],
    /// The one before the last change of length, times x for each bit since.
    before: [u64; W],
    /// Bit k is the bit k steps ago.
    window: [u64; W],
    complexity: u32,
    seen: u64,
}

impl<const W: usize> Default for Massey<W> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const W: usize> Massey<W> {
    /// No bits yet: the register of no cells.
    #[must_use]
    pub const fn new() -> Self {
        let mut one = [0; W];
        if W > 0 {
            one[0] = 1;
        }
        Self { feedback: one, before: one, window: [0; W], complexity: 0, seen: 0 }
    }

    /// Takes the next bit; false if the register would not fit any more (nothing changes then). O(W).
    pub fn push(&mut self, bit: bool) -> bool {
        let mut window = self.window;
        shift(&mut window);
        if let Some(low) = window.first_mut() {
            *low |= u64::from(bit);
        }
        let sum = self.feedback.iter().zip(&window).fold(0, |sum, (a, b)| sum ^ (a & b));
        let is_wrong = sum.count_ones() % 2 == 1;
        let grown = self.seen + 1 - u64::from(self.complexity);
        let grows = is_wrong && 2 * u64::from(self.complexity) <= self.seen;
        if grows && grown > 64 * W as u64 - 1 {
            return false;
        }
        self.window = window;
        let mut before = self.before;
        shift(&mut before);
        if is_wrong {
            let feedback = self.feedback;
            self.feedback.iter_mut().zip(&before).for_each(|(to, from)| *to ^= from);
            if grows {
                self.complexity = grown as u32;
                before = feedback;
            }
        }
        self.before = before;
        self.seen += 1;
        true
    }

    /// The number of cells of the shortest register for all bits so far.
    #[must_use]
    pub const fn complexity(&self) -> u32 {
        self.complexity
    }

    /// Bits so far. The register is the only one of its length if there are at least twice as many as cells.
    #[must_use]
    pub const fn seen(&self) -> u64 {
        self.seen
    }

    /// Its feedback polynomial: bit k % 64 of word k / 64 set for each lag k, and bit 0. Its degree may be less than the number of
    /// cells: the register is then singular.
    #[must_use]
    pub const fn feedback(&self) -> &[u64] {
        &self.feedback
    }
}

/// Times x.
fn shift<const W: usize>(words: &mut [u64; W]) {
    let mut carry = 0;
    for word in words {
        (*word, carry) = (*word << 1 | carry, *word >> 63);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::tests::{registers_of_every_degree, splitmix};

    #[test]
    fn finds_registers_from_twice_as_many_bits() {
        let mut random = 51;
        for register in registers_of_every_degree().filter(|r| !r.xnor()) {
            let mut state = splitmix(&mut random) & register.state_mask();
            let mut massey = Massey::<2>::new();
            for _ in 0..2 * register.degree() {
                assert!(massey.push(register.output(state) == 1));
                state = register.step(state);
            }
            // Shorter if the state lies in a subspace.
            let found = massey.complexity();
            assert!(found <= register.degree());
            if crate::gf2::is_irreducible(register.characteristic()) && found > 0 {
                assert_eq!(found, register.degree());
                let feedback = u128::from(massey.feedback()[0]) | u128::from(massey.feedback()[1]) << 64;
                assert_eq!(feedback, register.feedback(), "{register:?}");
            }
            // And it goes on to predict.
            for _ in 0..300 {
                massey.push(register.output(state) == 1);
                state = register.step(state);
            }
            assert_eq!(massey.complexity(), found);
        }
    }

    #[test]
    fn refuses_what_does_not_fit() {
        let mut massey = Massey::<1>::new();
        // 63 zeros and a one need 64 cells.
        (0..63).for_each(|_| assert!(massey.push(false)));
        assert!(!massey.push(true));
        assert_eq!((massey.complexity(), massey.seen()), (0, 63));
        assert!(massey.push(false));
    }
}
