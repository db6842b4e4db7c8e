//! [`Compact`]: the sequence in 32-bit words, for a core with such registers and little memory.

use super::Style;
use crate::{recurrence::adds_ones, register::Register, step::Stepper};

/// The sequence of a register in 64-bit words, from a ring of 32-bit words: 280 bytes of memory.
///
/// The identity of [`super::Words`] with B = 32: s\[t + 32n\] = sum c_j s\[t + 32j\].
#[derive(Debug, Clone)]
pub struct Compact {
    /// The last 64 words; the next one goes to `at`, in place of the one 64 before it.
    ring: [u32; RING],
    at: usize,
    /// Words in the ring that were not given out yet.
    fresh: usize,
    /// Bit k-1: lag k.
    lags: u64,
    /// The lags, if there are two and neither is 1; else zeros.
    pair: [u8; 2],
    /// Added to every word.
    constant: u32,
}

const RING: usize = 64;

impl Compact {
    /// All zeros.
    pub(crate) const EMPTY: Self = Self { ring: [0; RING], at: 0, fresh: 0, lags: 0, pair: [0; 2], constant: 0 };

    /// Begins with the output of `state`, a state of `register` in its own form.
    ///
    /// # Complexity
    /// 32 n single steps, once; then two loads and XORs for each lag and 64 bits.
    #[must_use]
    pub fn new(register: &Register, state: u64, style: Style) -> Self {
        let mut new = Self::EMPTY;
        new.restart(register, state, style);
        new
    }

    /// [`Compact::new`] in place.
    pub fn restart(&mut self, register: &Register, state: u64, style: Style) {
        let mut state = register.output_from_state(state & register.state_mask());
        let sequence = register.sequence();
        let stepper = Stepper::new(&sequence);
        self.lags = sequence.galois_mask();
        let mut lags = sequence.lags();
        self.pair = match [lags.next(), lags.next(), lags.next()] {
            [Some(one), Some(two), None] if one > 1 && two > 1 => [one as u8, two as u8],
            _ => [0; 2],
        };
        // Complementing the sequence adds one more.
        let ones = adds_ones(sequence.xnor() != style.inverted, self.lags.count_ones() as usize);
        self.constant = if ones { u32::MAX } else { 0 };
        // Words are given out in pairs.
        let degree = sequence.degree() as usize;
        self.at = 0;
        self.fresh = degree + degree % 2;
        for slot in self.ring.iter_mut().take(self.fresh) {
            let mut word = 0;
            for bit in 0..u32::BITS {
                word |= (state as u32 & 1) << bit;
                state = stepper.step(state);
            }
            *slot = style.word(word.into()) as u32;
        }
    }

    /// The next 64 bits.
    #[inline]
    pub fn next_word(&mut self) -> u64 {
        let at = self.at;
        let (mut low, mut high);
        if self.fresh > 0 {
            self.fresh -= 2;
            (low, high) = (self.slot(at), self.slot(at + 1));
        } else {
            (low, high) = (self.constant, self.constant);
            for (half, lags) in [self.lags as u32, (self.lags >> 32) as u32].into_iter().enumerate() {
                let mut rest = lags;
                while rest != 0 {
                    let lag = 32 * half + rest.trailing_zeros() as usize + 1;
                    rest &= rest - 1;
                    let from = at.wrapping_sub(lag);
                    low ^= self.slot(from);
                    high ^= self.slot(from.wrapping_add(1));
                }
            }
            if self.lags & 1 == 1 {
                // Lag 1 of the second word is the first one, not what was there before.
                high ^= self.slot(at) ^ low;
            }
            self.ring[at % RING] = low;
            self.ring[(at + 1) % RING] = high;
        }
        self.at = (at + 2) % RING;
        u64::from(high) << 32 | u64::from(low)
    }

    /// How many of the words are the next ones, from the first on; moves behind them. About 40 instructions a word with two lags.
    pub(crate) fn skip_equal(&mut self, words: &[u64]) -> usize {
        let [first, second] = self.pair;
        if first == 0 || self.fresh > 0 {
            for (i, &word) in words.iter().enumerate() {
                if self.next_word() != word {
                    self.unread();
                    return i;
                }
            }
            return words.len();
        }
        let (first, second) = (usize::from(first), usize::from(second));
        let (constant, ring, mut at) = (self.constant, &mut self.ring, self.at);
        let mut equal = 0;
        for word in words {
            // Words come in pairs: `at` is even.
            let place = at % RING;
            let (one, two) = (place.wrapping_sub(first), place.wrapping_sub(second));
            let low = constant ^ ring[one % RING] ^ ring[two % RING];
            let high = constant ^ ring[one.wrapping_add(1) % RING] ^ ring[two.wrapping_add(1) % RING];
            if (low ^ *word as u32) | (high ^ (*word >> 32) as u32) != 0 {
                break;
            }
            ring[place] = low;
            ring[place | 1] = high;
            at = place + 2;
            equal += 1;
        }
        self.at = at % RING;
        equal
    }

    /// Takes the last word back: it comes again. Only once between two words.
    pub(crate) fn unread(&mut self) {
        self.at = self.at.wrapping_sub(2) % RING;
        self.fresh += 2;
    }

    #[inline(always)]
    fn slot(&self, at: usize) -> u32 {
        self.ring[at % RING]
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{naive, styles},
        *,
    };
    use crate::register::tests::{registers_of_every_degree, splitmix};

    #[test]
    fn compact_words_are_the_single_steps() {
        let mut random = 4;
        for register in registers_of_every_degree() {
            for style in styles() {
                let mut state = splitmix(&mut random) & register.state_mask();
                let mut words = Compact::new(&register, state, style);
                for i in 0..150 {
                    let expected = naive(&register, &mut state, style);
                    if splitmix(&mut random) & 3 == 0 {
                        assert_eq!(words.next_word(), expected, "{register:?} {style:?} {i}");
                        words.unread();
                    }
                    assert_eq!(words.next_word(), expected, "{register:?} {style:?} {i}");
                }
            }
        }
    }
}
