//! [`Additive`]: a sequence added to data.

use super::Join;
use crate::stream::{Blocks, Compact, Words};

/// A sequence in words, bit i of word j being number 64 j + i in time.
pub trait Sequence: Clone {
    /// The next words.
    fn fill(&mut self, words: &mut [u64]);
}

impl Sequence for Words {
    fn fill(&mut self, words: &mut [u64]) {
        words.fill_with(|| self.next_word());
    }
}

impl Sequence for Compact {
    fn fill(&mut self, words: &mut [u64]) {
        words.fill_with(|| self.next_word());
    }
}

impl Sequence for Blocks {
    fn fill(&mut self, words: &mut [u64]) {
        Self::fill(self, words);
    }
}

/// Words of the sequence that are made at a time.
const PIECE: usize = 64;

/// Adds a sequence.
#[derive(Debug, Clone)]
pub struct Additive<S> {
    first: S,
    now: S,
    /// Its next bits, the first in bit 0, and how many: fewer than 64. Zeros are above them.
    word: u64,
    left: u32,
}

impl<S: Sequence> Additive<S> {
    /// The sequence from where it stands, and from there again in every frame.
    #[must_use]
    pub fn new(sequence: S) -> Self {
        Self { now: sequence.clone(), first: sequence, word: 0, left: 0 }
    }
}

impl<S: Sequence> Join for Additive<S> {
    fn next(&mut self, data: u64, bits: u32) -> u64 {
        let (first, had) = (self.word, self.left);
        if bits <= had {
            // There are fewer than 64.
            (self.word, self.left) = (first >> bits, had - bits);
            return data ^ first;
        }
        let mut next = [0];
        self.now.fill(&mut next);
        let taken = bits - had;
        (self.word, self.left) = (next[0].checked_shr(taken).unwrap_or(0), u64::BITS - taken);
        data ^ first ^ next[0] << had
    }

    fn words(&mut self, words: &mut [u64]) {
        let mut sequence = [0; PIECE];
        for piece in words.chunks_mut(PIECE) {
            let (sequence, _) = sequence.split_at_mut(piece.len());
            self.now.fill(sequence);
            if self.left == 0 {
                piece.iter_mut().zip(&*sequence).for_each(|(word, next)| *word ^= next);
                continue;
            }
            // Bits of the sequence are left over from a piece that did not end with a word.
            for (word, &next) in piece.iter_mut().zip(&*sequence) {
                *word ^= self.word | next << self.left;
                self.word = (next >> 1) >> (63 - self.left);
            }
        }
    }

    fn restart(&mut self) {
        self.now = self.first.clone();
        (self.word, self.left) = (0, 0);
    }
}
