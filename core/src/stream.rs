//! The output sequence of a register, a word or a block at a time.
//!
//! Over GF(2), c(x)^B = c(x^B) for B a power of two, so s\[t + nB\] = sum c_j s\[t + jB\]: with B = 64 a whole word of the sequence is
//! the XOR of one earlier word for each lag, whatever the order of the bits in it; with B = 512 a whole vector. [`Compact`]
//! needs a quarter of a kilobyte and suits a 32-bit core, [`Words`] half a kilobyte, [`Blocks`] 28 KiB and runs on vectors, [`LongWords`]
//! takes any degree (feature `alloc`).
//!
//! ```
//! use lfsr_core::{catalogue, stream::{Style, Words}};
//!
//! let pcie = catalogue::find("PCIe-Gen1").unwrap();
//! let mut words = Words::new(&pcie.register(), pcie.start(), Style::default());
//! assert_eq!(words.next_word().to_le_bytes(), [0xff, 0x17, 0xc0, 0x14, 0xb2, 0xe7, 0x02, 0x82]);
//! ```

mod blocks;
mod compact;
#[cfg(feature = "alloc")]
mod long;

pub use blocks::Blocks;
pub use compact::Compact;
#[cfg(feature = "alloc")]
pub use long::LongWords;

use crate::{
    bit_order::BitOrder,
    recurrence::adds_ones,
    register::{MAX_DEGREE, Register},
};

/// How a sequence is put into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Style {
    /// Which bit of each byte is the first; bytes fill a word from its low end.
    pub order: BitOrder,
    /// Complemented.
    pub inverted: bool,
}

impl Style {
    /// Bit i of a word is number i in time, as it is: what all counting is done in.
    pub const PLAIN: Self = Self { order: BitOrder::Lsb, inverted: false };

    /// A word in this style from a plain one, and back.
    pub(crate) const fn word(self, word: u64) -> u64 {
        self.order.word(word) ^ if self.inverted { u64::MAX } else { 0 }
    }
}

/// Bit 0 first, not complemented.
impl Default for Style {
    fn default() -> Self {
        Self::PLAIN
    }
}

/// The recurrence between words or blocks.
#[derive(Debug, Clone, Copy)]
struct Recurrence {
    degree: usize,
    lags: [u8; MAX_DEGREE as usize],
    count: usize,
    /// Added to every bit.
    constant: bool,
}

impl Recurrence {
    fn new(register: &Register, inverted: bool) -> Self {
        let register = register.sequence();
        let mut lags = [0; MAX_DEGREE as usize];
        let mut count = 0;
        for (to, lag) in lags.iter_mut().zip(register.lags()) {
            *to = lag as u8;
            count += 1;
        }
        // Complementing the sequence adds one more.
        let constant = adds_ones(register.xnor() != inverted, count);
        Self { degree: register.degree() as usize, lags, count, constant }
    }

    fn lags(&self) -> &[u8] {
        self.lags.get(..self.count).unwrap_or(&[])
    }
}

/// The sequence of a register in 64-bit words, without tables or vectors: some 600 bytes of memory.
#[derive(Debug, Clone)]
pub struct Words {
    /// The last n words; the oldest is at `at`.
    ring: [u64; MAX_DEGREE as usize],
    at: usize,
    /// How many of the words in the ring were not given out yet.
    fresh: usize,
    recurrence: Recurrence,
}

impl Words {
    /// Begins with the output of `state`, a state of `register` in its own form.
    ///
    /// # Complexity
    /// 64 n single steps, once; then one XOR for each lag and word.
    #[must_use]
    pub fn new(register: &Register, state: u64, style: Style) -> Self {
        let mut state = register.output_from_state(state & register.state_mask());
        let sequence = register.sequence();
        let recurrence = Recurrence::new(register, style.inverted);
        let mut ring = [0; MAX_DEGREE as usize];
        for slot in ring.iter_mut().take(recurrence.degree) {
            let mut word = 0;
            for bit in 0..u64::BITS {
                word |= (state & 1) << bit;
                state = sequence.step(state);
            }
            *slot = style.word(word);
        }
        Self { ring, at: 0, fresh: recurrence.degree, recurrence }
    }

    /// The next 64 bits.
    #[inline]
    pub fn next_word(&mut self) -> u64 {
        let n = self.recurrence.degree;
        let at = self.at;
        let mut word;
        if self.fresh > 0 {
            self.fresh -= 1;
            word = self.ring.get(at).copied().unwrap_or(0);
        } else {
            word = if self.recurrence.constant { u64::MAX } else { 0 };
            for &lag in self.recurrence.lags() {
                // Word i is at i mod n, so the one `lag` before it is at i - lag mod n.
                let lag = usize::from(lag);
                let from = if at >= lag { at - lag } else { at + n - lag };
                word ^= self.ring.get(from).copied().unwrap_or(0);
            }
            if let Some(slot) = self.ring.get_mut(at) {
                *slot = word;
            }
        }
        self.at = if at + 1 == n { 0 } else { at + 1 };
        word
    }
}

impl Words {
    /// Takes the last word back: it comes again. Only once between two words.
    pub(crate) fn unread(&mut self) {
        self.at = if self.at == 0 { self.recurrence.degree - 1 } else { self.at - 1 };
        self.fresh += 1;
    }
}

/// QRSS: the bits of `word`, each 1 if the `limit` bits after it are all 0; bit i is number i in time, `next` follows. `limit` <= 64.
#[must_use]
pub fn force_ones(word: u64, next: u64, limit: u8) -> u64 {
    if limit == 0 {
        return word;
    }
    let zeros = !(u128::from(word) | u128::from(next) << 64);
    let mut runs = u128::MAX;
    for k in 1..=limit.min(64) {
        runs &= zeros >> k;
    }
    word | runs as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::tests::{registers_of_every_degree, splitmix};

    /// The definition.
    pub(super) fn naive(register: &Register, state: &mut u64, style: Style) -> u64 {
        let mut bytes = [0u8; 8];
        for byte in &mut bytes {
            for bit in 0..8 {
                let out = register.output(*state) as u8 ^ u8::from(style.inverted);
                *byte |= out << if style.order == BitOrder::Lsb { bit } else { 7 - bit };
                *state = register.step(*state);
            }
        }
        u64::from_le_bytes(bytes)
    }

    pub(super) fn styles() -> impl Iterator<Item = Style> {
        [BitOrder::Msb, BitOrder::Lsb]
            .into_iter()
            .flat_map(|order| [false, true].map(|inverted| Style { order, inverted }))
    }

    #[test]
    fn words_are_the_single_steps() {
        let mut random = 3;
        for register in registers_of_every_degree() {
            for style in styles() {
                let mut state = splitmix(&mut random) & register.state_mask();
                let mut words = Words::new(&register, state, style);
                for i in 0..150 {
                    assert_eq!(words.next_word(), naive(&register, &mut state, style), "{register:?} {style:?} {i}");
                }
            }
        }
    }

    #[test]
    fn qrss_has_no_15_zeros_and_one_period() {
        let entry = crate::catalogue::find("QRSS").unwrap();
        let mut words = Words::new(&entry.register(), entry.start(), Style::PLAIN);
        let (mut run, mut ones, mut forced) = (0, 0u64, 0);
        let mut word = words.next_word();
        for i in 0..1u64 << 20 {
            let next = words.next_word();
            let out = force_ones(word, next, entry.zero_limit);
            assert_eq!(out & word, word);
            forced += (out ^ word).count_ones();
            for bit in 0..64 {
                let bit = out >> bit & 1;
                ones += bit;
                run = if bit == 1 { 0 } else { run + 1 };
                assert!(run <= 14, "word {i}");
            }
            word = next;
        }
        // Sixty-four periods and a little: 2^6 windows of 14 zeros in a period, less those that follow a 1 anyway.
        assert!(ones > 0 && (64 * 28..64 * 36).contains(&forced), "{forced}");
    }
}
