//! [`Scrambler`]: data through a register, and back, 64 bits at a time.
//!
//! ```text
//!   additive            y[t] = x[t] + s[t], s the sequence of the register from its seed on; the same again takes it off
//!   self-synchronising  y[t] = x[t] + sum of y[t-k] over the lags; x[t] = y[t] + sum of y[t-k] takes it off, whatever the seed, n bits on
//! ```
//!
//! What joins data and register is a [`Join`]: [`Additive`] over a sequence, [`Through`] for a register of up to 64 cells, [`LongThrough`] for any
//! (feature `alloc`). A [`Scrambler`] walks over the data and starts it afresh after every frame.
//!
//! ```
//! use lfsr_core::{
//!     bit_order::BitOrder,
//!     catalogue,
//!     scramble::{Additive, Scrambler},
//!     stream::{Style, Words},
//! };
//!
//! // BLE's whitening of channel 37, one packet after the other.
//! let entry = catalogue::find("BLE").unwrap();
//! let whitening = Words::new(&entry.register(), entry.state_of(0x40 | 37), Style::default());
//! let mut packet = *b"hello";
//! let mut scrambler = Scrambler::new(Additive::new(whitening), Some(8 * 5));
//! scrambler.apply_bytes(&mut packet, BitOrder::Lsb);
//! assert_ne!(&packet, b"hello");
//! // The next frame starts from the same seed: this takes it off.
//! scrambler.apply_bytes(&mut packet, BitOrder::Lsb);
//! assert_eq!(&packet, b"hello");
//! ```

mod additive;
mod frame;
mod iess308;
#[cfg(feature = "alloc")]
mod long;
mod solve;
#[cfg(test)]
mod tests;
mod through;

use core::fmt;

pub use additive::{Additive, Sequence};
pub use frame::Frame;
pub use iess308::Iess308;
#[cfg(feature = "alloc")]
pub use long::LongThrough;
pub use through::Through;

use crate::{bit_order::BitOrder, catalogue::Kind};
use frame::Part;

/// How data and register are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Mode {
    /// The sequence is added.
    Additive,
    /// The data go through the register.
    SelfSynchronising,
}

impl Mode {
    /// What the catalogue calls scramblers of this mode.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Additive => Kind::Additive,
            Self::SelfSynchronising => Kind::Multiplicative,
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Additive => "additive",
            Self::SelfSynchronising => "self-synchronising",
        })
    }
}

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Way {
    /// On.
    Scramble,
    /// Off.
    Descramble,
}

/// What joins data and a register.
pub trait Join {
    /// What the next bits, 1 to 64 of them, become: bit i is number i in time. What is above them is ignored, and means nothing in the answer.
    fn next(&mut self, data: u64, bits: u32) -> u64;

    /// Whole words.
    fn words(&mut self, words: &mut [u64]) {
        for word in words {
            *word = self.next(*word, u64::BITS);
        }
    }

    /// As it was before the first bit.
    fn restart(&mut self);
}

/// Scrambles or descrambles a stream, a piece at a time, and starts afresh after every frame.
#[derive(Debug, Clone)]
pub struct Scrambler<J> {
    join: J,
    frame: Frame,
    /// Bits of this frame so far.
    at: u64,
}

impl<J: Join> Scrambler<J> {
    /// From the beginning of a frame on.
    #[must_use]
    pub fn new(join: J, frame: impl Into<Frame>) -> Self {
        Self { join, frame: frame.into(), at: 0 }
    }

    /// Changes the first `count` bits of `words` (all, if there are fewer), bit i of word j being number 64 j + i in time.
    ///
    /// # Complexity
    /// O(1) for each word and lag, wherever the frames end.
    pub fn apply(&mut self, words: &mut [u64], count: u64) {
        let count = count.min(64 * words.len() as u64);
        let mut t = 0;
        while t < count {
            let (part, left) = match self.frame.part(self.at) {
                // A frame of no bits is none.
                (_, 0) if self.at == 0 => (Part::Scrambled, u64::MAX),
                (_, 0) => {
                    if self.frame.restarts_after().is_some() {
                        self.join.restart();
                    }
                    self.at = 0;
                    continue;
                }
                other => other,
            };
            let left = left.min(count - t);
            let done = match part {
                Part::Scrambled => self.join(words, t, left),
                _ => left.min(64),
            };
            match part {
                Part::Complemented => write(words, t, !read(words, t), done as u32),
                Part::Stepped => {
                    self.join.next(0, done as u32);
                }
                Part::Held | Part::Scrambled => {}
            }
            (t, self.at) = (t + done, self.at + done);
        }
    }

    /// Changes some of the next `left` bits from bit `t` on; how many.
    fn join(&mut self, words: &mut [u64], t: u64, left: u64) -> u64 {
        let whole = (left / 64) as usize;
        if whole == 0 {
            let changed = self.join.next(read(words, t), left as u32);
            write(words, t, changed, left as u32);
            return left;
        }
        let from = (t / 64) as usize;
        if let Some(whole) = words.get_mut(from..from + whole).filter(|_| t.is_multiple_of(64)) {
            self.join.words(whole);
            return 64 * whole.len() as u64;
        }
        let mut piece = [0; PIECE];
        let (piece, _) = piece.split_at_mut(whole.min(PIECE));
        (t..).step_by(64).zip(&mut *piece).for_each(|(t, word)| *word = read(words, t));
        self.join.words(piece);
        (t..).step_by(64).zip(&*piece).for_each(|(t, word)| write(words, t, *word, 64));
        64 * piece.len() as u64
    }

    /// Changes whole bytes, which come first to last, each in that order.
    pub fn apply_bytes(&mut self, bytes: &mut [u8], order: BitOrder) {
        for piece in bytes.chunks_mut(8) {
            let mut word = [0; 8];
            for (to, from) in word.iter_mut().zip(&*piece) {
                *to = *from;
            }
            let mut words = [order.word(u64::from_le_bytes(word))];
            self.apply(&mut words, 8 * piece.len() as u64);
            let [word] = words.map(|word| order.word(word).to_le_bytes());
            for (to, from) in piece.iter_mut().zip(word) {
                *to = from;
            }
        }
    }
}

/// Words that are changed at a time where they do not begin where the words of the data do.
const PIECE: usize = 64;

/// 64 bits from bit `t` on; zeros after the last word.
fn read(words: &[u64], t: u64) -> u64 {
    let (at, shift) = ((t / 64) as usize, t % 64);
    let word = |at: usize| words.get(at).copied().unwrap_or(0);
    word(at) >> shift | word(at + 1) << 1 << (63 - shift)
}

/// Puts that many bits, 1 to 64, to bit `t` and those after it.
fn write(words: &mut [u64], t: u64, bits: u64, count: u32) {
    let (at, shift) = ((t / 64) as usize, t % 64);
    let mask = u64::MAX >> (64 - count);
    let mut put = |at: usize, mask: u64, bits: u64| {
        if let Some(word) = words.get_mut(at) {
            *word = *word & !mask | bits & mask;
        }
    };
    put(at, mask << shift, bits << shift);
    put(at + 1, mask >> 1 >> (63 - shift), bits >> 1 >> (63 - shift));
}
