//! [`Reference`]: our own copy of the sequence, to compare with.

use crate::{
    kernel::Backend,
    order::BitOrder,
    register::Register,
    stream::{Blocks, Style, Words, force_ones},
};

/// A sequence that can be started anywhere and compared with words.
pub trait Reference {
    /// From `state` of a Fibonacci register on, forced ones included if `zero_limit` > 0 and the reference can do that.
    fn start(register: &Register, state: u64, style: Style, zero_limit: u8) -> Self;

    /// The next word.
    fn next_word(&mut self) -> u64;

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

/// The widest backend of this CPU.
impl Reference for Blocks {
    fn start(register: &Register, state: u64, style: Style, _: u8) -> Self {
        Self::new(register, state, style, Backend::detect())
    }

    fn next_word(&mut self) -> u64 {
        Self::next_word(self)
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
        let word = self.style.order.word(force_ones(self.next[0], self.next[1], self.limit));
        word ^ if self.style.inverted { u64::MAX } else { 0 }
    }

    fn advance(&mut self) {
        self.next = [self.next[1], self.words.next_word()];
    }
}

impl Reference for Limited {
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
