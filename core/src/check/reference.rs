//! [`Reference`]: our own copy of the sequence, to compare with.

use crate::{
    bit_order::BitOrder,
    register::Register,
    stream::{Blocks, Compact, Style, Words, force_ones},
    vector::Backend,
};

/// A sequence that can be started anywhere and compared with words.
pub trait Reference {
    /// Whether it can force ones before long runs of zeros; if not, it ignores the limit.
    const FORCES_ONES: bool = false;

    /// From `state` of a Fibonacci register on, forced ones included if `zero_limit` > 0.
    fn start(register: &Register, state: u64, style: Style, zero_limit: u8) -> Self;

    /// The same in place.
    fn restart(&mut self, register: &Register, state: u64, style: Style, zero_limit: u8)
    where
        Self: Sized,
    {
        *self = Self::start(register, state, style, zero_limit);
    }

    /// The next word.
    fn next_word(&mut self) -> u64;

    /// The next 64 bits, bit 0 first, not complemented and without forced ones, of a reference started in this style; they come again.
    /// Not before the first [`Reference::next_word`], nor twice.
    fn peek_plain(&mut self, style: Style) -> u64;

    /// How many of the `received` words are equal to ours, from the first on; moves behind them.
    fn skip_equal(&mut self, received: &[u64]) -> usize;
}

impl Reference for Words {
    fn start(register: &Register, state: u64, style: Style, _: u8) -> Self {
        Self::new(register, state, style)
    }

    fn next_word(&mut self) -> u64 {
        Self::next_word(self)
    }

    fn peek_plain(&mut self, style: Style) -> u64 {
        let word = Self::next_word(self);
        self.unread();
        style.word(word)
    }

    fn skip_equal(&mut self, received: &[u64]) -> usize {
        for (i, &word) in received.iter().enumerate() {
            if Self::next_word(self) != word {
                self.unread();
                return i;
            }
        }
        received.len()
    }
}

impl Reference for Compact {
    fn start(register: &Register, state: u64, style: Style, _: u8) -> Self {
        Self::new(register, state, style)
    }

    fn restart(&mut self, register: &Register, state: u64, style: Style, _: u8) {
        Self::restart(self, register, state, style);
    }

    fn next_word(&mut self) -> u64 {
        Self::next_word(self)
    }

    fn peek_plain(&mut self, style: Style) -> u64 {
        let word = Self::next_word(self);
        self.unread();
        style.word(word)
    }

    fn skip_equal(&mut self, received: &[u64]) -> usize {
        Self::skip_equal(self, received)
    }
}

/// The widest backend of this CPU.
impl Reference for Blocks {
    fn start(register: &Register, state: u64, style: Style, _: u8) -> Self {
        Self::new(register, state, style, Backend::detect())
    }

    fn next_word(&mut self) -> u64 {
        Self::next_word(self)
    }

    fn peek_plain(&mut self, style: Style) -> u64 {
        let word = Self::next_word(self);
        self.unread();
        style.word(word)
    }

    fn skip_equal(&mut self, received: &[u64]) -> usize {
        Self::skip_equal(self, received)
    }
}

/// A sequence with ones forced before long runs of zeros (QRSS).
#[derive(Debug, Clone)]
pub struct Limited {
    words: Words,
    limit: u8,
    style: Style,
    /// The word to be given out next, and the one after it, without forced ones.
    next: [u64; 2],
}

impl Limited {
    fn peek(&self) -> u64 {
        self.style.word(force_ones(self.next[0], self.next[1], self.limit))
    }

    fn advance(&mut self) {
        self.next = [self.next[1], self.words.next_word()];
    }
}

impl Reference for Limited {
    const FORCES_ONES: bool = true;

    fn start(register: &Register, state: u64, style: Style, limit: u8) -> Self {
        let mut words = Words::new(register, state, Style { order: BitOrder::Lsb, inverted: false });
        let next = [words.next_word(), words.next_word()];
        Self { words, limit, style, next }
    }

    fn next_word(&mut self) -> u64 {
        let word = self.peek();
        self.advance();
        word
    }

    fn peek_plain(&mut self, _: Style) -> u64 {
        self.next[0]
    }

    fn skip_equal(&mut self, received: &[u64]) -> usize {
        for (i, &word) in received.iter().enumerate() {
            if self.peek() != word {
                return i;
            }
            self.advance();
        }
        received.len()
    }
}
