//! [`Blocks`]: the sequence in vectors of 512 bits.

use core::{cell::Cell, fmt};

use super::{Recurrence, Style, Words};
use crate::{
    register::Register,
    vector::{Backend, Block, Extend},
};

/// Blocks computed at a time: with the 64 before them 28 KiB, to stay in the first-level cache.
const CHUNK: usize = 384;

/// Words in a block.
const WORDS: usize = 8;

/// The sequence of a register, computed in vectors: 28 KiB of memory.
#[derive(Clone)]
pub struct Blocks {
    blocks: [Block; 64 + CHUNK],
    /// The next word to be given out, counted from the start of `blocks`, and where they end.
    at: usize,
    end: usize,
    lags: [u16; 64],
    recurrence: Recurrence,
    backend: Backend,
}

impl Blocks {
    /// Begins with the output of `state`, a state of `register` in its own form.
    ///
    /// # Complexity
    /// 64 n single steps and 7 n words, once; then for 512 bits one load and XOR for each lag and one store.
    #[must_use]
    pub fn new(register: &Register, state: u64, style: Style, backend: Backend) -> Self {
        let recurrence = Recurrence::new(register, style.inverted);
        let mut words = Words::new(register, state, style);
        let mut blocks = [Block([0; WORDS]); 64 + CHUNK];
        for word in blocks.iter_mut().take(recurrence.degree).flat_map(|block| &mut block.0) {
            *word = words.next_word();
        }
        let mut lags = [0; 64];
        for (to, &lag) in lags.iter_mut().zip(recurrence.lags()) {
            *to = lag.into();
        }
        Self { blocks, at: 0, end: recurrence.degree * WORDS, lags, recurrence, backend }
    }

    /// The next words of the sequence.
    pub fn fill(&mut self, out: &mut [u64]) {
        let mut rest = out;
        while !rest.is_empty() {
            let ready = self.ready();
            let count = (ready.end - ready.start).min(rest.len());
            let (now, later) = rest.split_at_mut(count);
            let mut from = ready.start;
            // Whole blocks, once the position is at the start of one.
            let (head, body) = now.split_at_mut(((WORDS - from % WORDS) % WORDS).min(count));
            for word in head {
                *word = self.word(from);
                from += 1;
            }
            let (body, tail) = body.as_chunks_mut::<WORDS>();
            for (to, block) in body.iter_mut().zip(self.blocks.get(from / WORDS..).unwrap_or(&[])) {
                *to = block.0;
            }
            from += body.len() * WORDS;
            for word in tail {
                *word = self.word(from);
                from += 1;
            }
            self.at += count;
            rest = later;
        }
    }

    /// How many of the `received` words equal the sequence, from the first on; the position moves behind them.
    pub fn skip_equal(&mut self, received: &[u64]) -> usize {
        let mut equal = 0;
        while let Some(rest) = received.get(equal..).filter(|rest| !rest.is_empty()) {
            let ready = self.ready();
            let limit = (ready.end - ready.start).min(rest.len());
            let mut done = 0;
            while done < limit {
                let at = self.at + done;
                if at.is_multiple_of(WORDS)
                    && let Some((ours, theirs)) = self.group(at, rest, done, limit)
                    && same(ours, theirs)
                {
                    done += WORDS * GROUP;
                } else if rest.get(done) == Some(&self.word(at)) {
                    done += 1;
                } else {
                    self.at = at;
                    return equal + done;
                }
            }
            self.at += done;
            equal += done;
        }
        equal
    }

    /// The next word.
    pub fn next_word(&mut self) -> u64 {
        let at = self.ready().start;
        self.at += 1;
        self.word(at)
    }

    /// Takes the last word back: it comes again. Only once between two words.
    pub(crate) fn unread(&mut self) {
        self.at -= 1;
    }

    /// A group of blocks and the received words that go with it, if both are whole.
    #[inline(always)]
    fn group<'a>(
        &'a self,
        at: usize,
        rest: &'a [u64],
        done: usize,
        limit: usize,
    ) -> Option<(&'a [Block; GROUP], &'a [[u64; WORDS]; GROUP])> {
        let ours = self.blocks.get(at / WORDS..)?.first_chunk::<GROUP>()?;
        let theirs = rest.get(done..limit)?.as_chunks::<WORDS>().0.first_chunk::<GROUP>()?;
        Some((ours, theirs))
    }

    #[inline(always)]
    fn word(&self, at: usize) -> u64 {
        self.blocks.get(at / WORDS).map_or(0, |block| block.0[at % WORDS])
    }

    /// The words that are there, at least one of them.
    #[inline(always)]
    fn ready(&mut self) -> core::ops::Range<usize> {
        if self.at == self.end {
            self.extend();
        }
        self.at..self.end
    }

    #[cold]
    fn extend(&mut self) {
        let n = self.recurrence.degree;
        if self.end > n * WORDS {
            // At first the n blocks are there already.
            self.blocks.copy_within(CHUNK..CHUNK + n, 0);
        }
        let lags = self.lags.get(..self.recurrence.count).unwrap_or(&[]);
        if let Some(blocks) = self.blocks.get_mut(..n + CHUNK) {
            let blocks = Cell::from_mut(blocks).as_slice_of_cells();
            self.backend.apply(Extend { blocks, known: n, lags, constant: self.recurrence.constant });
        }
        self.at = n * WORDS;
        self.end = (n + CHUNK) * WORDS;
    }
}

/// Blocks that are compared before one branch.
const GROUP: usize = 8;

#[inline(always)]
fn same(ours: &[Block; GROUP], theirs: &[[u64; WORDS]; GROUP]) -> bool {
    let mut differ = [0u64; WORDS];
    for (ours, theirs) in ours.iter().zip(theirs) {
        for ((differ, ours), theirs) in differ.iter_mut().zip(&ours.0).zip(theirs) {
            *differ |= ours ^ theirs;
        }
    }
    differ == [0; WORDS]
}

impl fmt::Debug for Blocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blocks").field("degree", &self.recurrence.degree).field("backend", &self.backend).finish()
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::{vec, vec::Vec};

    use super::{
        super::tests::{naive, styles},
        *,
    };
    use crate::register::tests::{registers_of_every_degree, splitmix};

    #[test]
    fn blocks_are_the_words() {
        let mut random = 9;
        for backend in Backend::available() {
            for register in registers_of_every_degree() {
                let style = styles().nth(splitmix(&mut random) as usize % 4).unwrap();
                let state = splitmix(&mut random) & register.state_mask();
                let mut words = Words::new(&register, state, style);
                let mut blocks = Blocks::new(&register, state, style, backend);
                let mut done = 0;
                while done < 7000 {
                    let mut out = vec![0; (splitmix(&mut random) % 1500) as usize];
                    blocks.fill(&mut out);
                    let expected: Vec<u64> = out.iter().map(|_| words.next_word()).collect();
                    assert_eq!(out, expected, "{register:?} {style:?} {backend}");
                    done += out.len();
                }
                assert_eq!(blocks.next_word(), words.next_word());
            }
        }
    }

    #[test]
    fn differences_are_found_where_they_are() {
        let register = crate::notation::parse("x^31+x^28+1").unwrap();
        let mut random = 11;
        for backend in Backend::available() {
            let mut received = vec![0; 20_000];
            Blocks::new(&register, 1, Style::PLAIN, backend).fill(&mut received);
            let mut first = 1;
            assert_eq!(received[0], naive(&register, &mut first, Style::PLAIN));
            for _ in 0..200 {
                let at = (splitmix(&mut random) % 20_000) as usize;
                received[at] ^= 1 << (at % 64);
                let mut blocks = Blocks::new(&register, 1, Style::PLAIN, backend);
                assert_eq!(blocks.skip_equal(&received), at);
                received[at] ^= 1 << (at % 64);
                assert_eq!(blocks.next_word(), received[at]);
                assert_eq!(blocks.skip_equal(&received[at + 1..]), 20_000 - at - 1);
            }
        }
    }
}
