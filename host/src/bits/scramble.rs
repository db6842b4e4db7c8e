//! [`Scrambler`]: data through a register, and back.
//!
//! ```text
//!   additive            y[t] = x[t] + s[t], s the sequence of the register from its seed on; the same again takes it off
//!   self-synchronising  y[t] = x[t] + sum of y[t-k] over the lags; x[t] = y[t] + sum of y[t-k] takes it off, whatever the seed, n bits on
//! ```

use core::fmt;

use lfsr_core::{
    bit_order::BitOrder,
    catalogue::Kind as EntryKind,
    register::{Register, Shift},
};

use super::signal::{Bits, Signal};

/// How data and register are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The sequence is added.
    Additive,
    /// The data go through the register.
    SelfSynchronising,
}

impl Mode {
    /// What the catalogue calls scramblers of this mode.
    #[must_use]
    pub const fn kind(self) -> EntryKind {
        match self {
            Self::Additive => EntryKind::Additive,
            Self::SelfSynchronising => EntryKind::Multiplicative,
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
pub enum Way {
    /// On.
    Scramble,
    /// Off.
    Descramble,
}

/// Scrambles or descrambles bits, a piece at a time.
#[derive(Debug)]
pub struct Scrambler {
    kind: Kind,
    signal: Signal,
    /// Bits after which the register starts afresh.
    frame: Option<u64>,
    /// Bits of this frame so far.
    at: u64,
}

#[derive(Debug)]
enum Kind {
    Additive {
        sequence: Box<Bits>,
        /// Its next bits, the first in bit 0, and how many.
        word: u64,
        left: u32,
    },
    Through {
        register: Register,
        way: Way,
        /// Bit k-1: the scrambled bit k steps ago.
        past: u64,
    },
}

impl Scrambler {
    /// From the contents that `signal` holds; afresh after every `frame` bits. `None` if the mode is self-synchronising and the
    /// register has more than 64 cells.
    #[must_use]
    pub fn new(signal: Signal, mode: Mode, way: Way, frame: Option<u64>) -> Option<Self> {
        let kind = Kind::new(&signal, mode, way)?;
        Some(Self { kind, signal, frame, at: 0 })
    }

    /// Changes the first `count` bits of `words`, bit i of word j being number 64 j + i in time.
    pub fn apply(&mut self, words: &mut [u64], count: u64) {
        for t in 0..count as usize {
            if self.frame == Some(self.at) {
                self.kind.restart(&self.signal);
                self.at = 0;
            }
            self.at += 1;
            let (word, place) = (&mut words[t / 64], t % 64);
            let bit = self.kind.next(*word >> place & 1);
            *word = *word & !(1 << place) | bit << place;
        }
    }
}

impl Kind {
    fn new(signal: &Signal, mode: Mode, way: Way) -> Option<Self> {
        let mut kind = match mode {
            Mode::Additive => Self::Additive { sequence: Box::new(signal.bits(BitOrder::Lsb)), word: 0, left: 0 },
            Mode::SelfSynchronising => Self::Through { register: signal.register.narrow()?.sequence(), way, past: 0 },
        };
        kind.restart(signal);
        Some(kind)
    }

    fn restart(&mut self, signal: &Signal) {
        match self {
            Self::Additive { sequence, left, .. } => (**sequence, *left) = (signal.bits(BitOrder::Lsb), 0),
            Self::Through { register, past, .. } => {
                // What entered k steps ago is k cells from where bits enter.
                *past = Shift::Left.turn(signal.held.to_u128().unwrap_or(0) as u64, register.degree());
            }
        }
    }

    fn next(&mut self, bit: u64) -> u64 {
        match self {
            Self::Additive { sequence, word, left } => {
                if *left == 0 {
                    let mut next = [0];
                    sequence.fill(&mut next);
                    (*word, *left) = (next[0], 64);
                }
                let own = *word & 1;
                *word >>= 1;
                *left -= 1;
                bit ^ own
            }
            Self::Through { register, way, past } => {
                let sum = register.lags().fold(u64::from(register.xnor()), |sum, k| sum ^ *past >> (k - 1) & 1);
                let other = bit ^ sum;
                *past = *past << 1 | if *way == Way::Scramble { other } else { bit };
                other
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use lfsr_core::catalogue::{ENTRIES, Kind as EntryKind};

    use super::*;

    fn data(count: usize) -> Vec<u64> {
        (0..count as u64).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ i << 40).collect()
    }

    /// There and back is nothing, for every entry, mode and frame, and in pieces.
    #[test]
    fn there_and_back() {
        for entry in ENTRIES.iter().filter(|entry| entry.kind != EntryKind::Crc) {
            for (mode, frame) in [
                (Mode::Additive, None),
                (Mode::Additive, Some(100)),
                (Mode::SelfSynchronising, None),
                (Mode::SelfSynchronising, Some(333)),
            ] {
                let through = |way, words: &mut [u64]| {
                    let signal = entry.name.parse::<Signal>().unwrap();
                    let mut scrambler = Scrambler::new(signal, mode, way, frame).unwrap();
                    let (first, rest) = words.split_at_mut(3);
                    scrambler.apply(first, 192);
                    scrambler.apply(rest, 64 * rest.len() as u64);
                };
                let mut words = data(40);
                through(Way::Scramble, &mut words);
                assert_ne!(words, data(40), "{}", entry.name);
                through(Way::Descramble, &mut words);
                assert_eq!(words, data(40), "{}, {mode:?}, {frame:?}", entry.name);
            }
        }
    }

    /// By the definitions, and with another seed the data are right from bit n on.
    #[test]
    fn as_defined() {
        let signal = "x^17+x^12+1".parse::<Signal>().unwrap();
        let bit = |words: &[u64], t: usize| words[t / 64] >> (t % 64) & 1;
        let (x, mut y) = (data(20), data(20));
        let zero = Signal { held: lfsr_core::poly::Poly::zero(), ..signal.clone() };
        Scrambler::new(zero, Mode::SelfSynchronising, Way::Scramble, None).unwrap().apply(&mut y, 1280);
        for t in 0..1280 {
            let past = |k: usize| if t >= k { bit(&y, t - k) } else { 0 };
            assert_eq!(bit(&y, t), bit(&x, t) ^ past(12) ^ past(17), "bit {t}");
        }
        let mut back = y.clone();
        Scrambler::new(signal, Mode::SelfSynchronising, Way::Descramble, None).unwrap().apply(&mut back, 1280);
        assert!((17..1280).all(|t| bit(&back, t) == bit(&x, t)) && (0..17).any(|t| bit(&back, t) != bit(&x, t)));

        let signal = "802.11".parse::<Signal>().unwrap();
        let mut zeros = vec![0; 20];
        Scrambler::new(signal.clone(), Mode::Additive, Way::Scramble, None).unwrap().apply(&mut zeros, 1280);
        let mut expected = vec![0; 20];
        signal.bits(BitOrder::Lsb).fill(&mut expected);
        assert_eq!(zeros, expected);
    }
}
