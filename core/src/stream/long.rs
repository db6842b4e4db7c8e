//! [`LongWords`]: the sequence of a register of any degree.

use alloc::{vec, vec::Vec};

use crate::{poly::Poly, recurrence::adds_ones, register::AnyRegister};

/// The sequence of a register of any degree in 64-bit words: 8 n bytes of memory.
#[derive(Debug, Clone)]
pub struct LongWords {
    /// The last n words; the oldest is at `at`.
    ring: Vec<u64>,
    at: usize,
    fresh: usize,
    lags: Vec<usize>,
    constant: bool,
}

impl AnyRegister {
    /// The sequence in 64-bit words, beginning with the output of `state`: see [`LongWords::new`].
    #[must_use]
    pub fn words(&self, state: &Poly) -> LongWords {
        LongWords::new(self, state)
    }
}

impl LongWords {
    /// Begins with the output of `state`, a state of `register`.
    ///
    /// # Complexity
    /// 6 n words for each lag, once; then one XOR for each lag and word. Galois states take a division of power series.
    #[must_use]
    pub fn new(register: &AnyRegister, state: &Poly) -> Self {
        let n = register.degree();
        let lags: Vec<usize> = register.lags().collect();
        let window = register.output_from_state(state);
        let constant = register.sequence().xnor();
        let ring = first_words(&lags, n, constant, &window);
        Self { ring, at: 0, fresh: n, constant: adds_ones(constant, lags.len()), lags }
    }

    /// The next 64 bits, the first in bit 0.
    pub fn next_word(&mut self) -> u64 {
        let n = self.ring.len();
        let at = self.at;
        if self.fresh > 0 {
            self.fresh -= 1;
        } else {
            let mut word = if self.constant { u64::MAX } else { 0 };
            for &lag in &self.lags {
                word ^= self.ring[if at >= lag { at - lag } else { at + n - lag }];
            }
            self.ring[at] = word;
        }
        self.at = if at + 1 == n { 0 } else { at + 1 };
        self.ring[at]
    }
}

/// The first 64 n bits: with B n of them known, the next B n come in pieces of B bits; B = 1, 2, ..., 32.
fn first_words(lags: &[usize], n: usize, xnor: bool, window: &Poly) -> Vec<u64> {
    let mut words = vec![0; n];
    for (to, from) in words.iter_mut().zip(window.words()) {
        *to = *from;
    }
    for level in 0..6 {
        let bits = 1 << level;
        let mask = (1u64 << bits) - 1;
        let ones = if level == 0 { xnor } else { adds_ones(xnor, lags.len()) };
        let constant = if ones { mask } else { 0 };
        for piece in n..2 * n {
            let mut sum = constant;
            for &lag in lags {
                let from = (piece - lag) << level;
                sum ^= words[from / 64] >> (from % 64) & mask;
            }
            let to = piece << level;
            words[to / 64] |= sum << (to % 64);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        register::tests::{registers_of_every_degree, splitmix},
        stream::{Style, Words},
    };

    #[test]
    fn equals_the_fixed_width_one() {
        let mut random = 13;
        for register in registers_of_every_degree() {
            let state = splitmix(&mut random) & register.state_mask();
            let mut words = Words::new(&register, state, Style::PLAIN);
            let mut long = AnyRegister::from(register).words(&Poly::from_u128(state.into()));
            for i in 0..150 {
                assert_eq!(long.next_word(), words.next_word(), "{register:?} word {i}");
            }
        }
    }

    #[test]
    fn degree_1279_obeys_its_recurrence() {
        let register = AnyRegister::from_characteristic(Poly::from_exponents([1279, 216, 0])).unwrap();
        let mut long = register.words(&Poly::from_exponents([0, 5, 1278]));
        let words: Vec<u64> = (0..2000).map(|_| long.next_word()).collect();
        let bit = |t: usize| words[t / 64] >> (t % 64) & 1;
        for t in 0..120_000 {
            assert_eq!(bit(t + 1279), bit(t + 216) ^ bit(t), "{t}");
        }
    }
}
