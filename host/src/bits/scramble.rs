//! [`Scrambler`]: data through a register, and back.
//!
//! ```text
//!   additive            y[t] = x[t] + s[t], s the sequence of the register from its seed on; the same again takes it off
//!   self-synchronising  y[t] = x[t] + sum of y[t-k] over the lags; x[t] = y[t] + sum of y[t-k] takes it off, whatever the seed, n bits on
//! ```

use core::fmt;

use lfsr_core::{bit_order::BitOrder, catalogue::Kind as EntryKind};

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
    Additive(Sequence),
    Through(Line),
}

impl Scrambler {
    /// From the contents that `signal` holds; afresh after every `frame` bits.
    #[must_use]
    pub fn new(signal: Signal, mode: Mode, way: Way, frame: Option<u64>) -> Self {
        Self { kind: Kind::new(&signal, mode, way), signal, frame, at: 0 }
    }

    /// Changes the first `count` bits of `words`, bit i of word j being number 64 j + i in time.
    ///
    /// Up to 64 bits are done at once; by a self-synchronising scrambler as many as its shortest lag has steps.
    pub fn apply(&mut self, words: &mut [u64], count: u64) {
        let mut t = 0;
        while t < count {
            if self.frame == Some(self.at) {
                self.kind = self.kind.restarted(&self.signal);
                self.at = 0;
            }
            let (word, place) = (&mut words[(t / 64) as usize], t % 64);
            let frame = self.frame.map_or(64, |frame| frame - self.at);
            let bits = self.kind.at_once().min(64 - place).min(frame).min(count - t);
            let mask = u64::MAX >> (64 - bits);
            let other = self.kind.next(*word >> place & mask, bits as u32) & mask;
            *word = *word & !(mask << place) | other << place;
            (t, self.at) = (t + bits, self.at + bits);
        }
    }
}

impl Kind {
    fn new(signal: &Signal, mode: Mode, way: Way) -> Self {
        match mode {
            Mode::Additive => Self::Additive(Sequence { bits: Box::new(signal.bits(BitOrder::Lsb)), word: 0, left: 0 }),
            Mode::SelfSynchronising => Self::Through(Line::new(signal, way)),
        }
    }

    /// As it was in the beginning.
    fn restarted(&self, signal: &Signal) -> Self {
        match self {
            Self::Additive(_) => Self::new(signal, Mode::Additive, Way::Scramble),
            Self::Through(line) => Self::new(signal, Mode::SelfSynchronising, line.way),
        }
    }

    /// The most bits that can be done at once: 1 to 64.
    fn at_once(&self) -> u64 {
        match self {
            Self::Through(line) => line.at_once,
            Self::Additive(_) => 64,
        }
    }

    /// What the next bits (1 to 64 of them) become; what is above them is of no use.
    fn next(&mut self, data: u64, bits: u32) -> u64 {
        match self {
            Self::Additive(sequence) => data ^ sequence.next(bits),
            Self::Through(line) => line.next(data, bits as usize),
        }
    }
}

/// The sequence of an additive scrambler.
#[derive(Debug)]
struct Sequence {
    bits: Box<Bits>,
    /// Its next bits, the first in bit 0, and how many.
    word: u64,
    left: u32,
}

impl Sequence {
    fn next(&mut self, bits: u32) -> u64 {
        let first = self.word;
        if bits <= self.left {
            (self.word, self.left) = (first.checked_shr(bits).unwrap_or(0), self.left - bits);
            return first;
        }
        let (mut next, had) = ([0], self.left);
        self.bits.fill(&mut next);
        let taken = bits - had;
        (self.word, self.left) = (next[0].checked_shr(taken).unwrap_or(0), 64 - taken);
        first | next[0] << had
    }
}

/// A self-synchronising register of any degree, and the scrambled bits that it holds.
#[derive(Debug)]
struct Line {
    lags: Vec<usize>,
    xnor: bool,
    way: Way,
    /// The most bits that can be done at once: scrambling, no more than the shortest lag has steps.
    at_once: u64,
    /// The last bits in the order of time, the newest at the top; 64 more than there are cells at least.
    past: Vec<u64>,
}

impl Line {
    fn new(signal: &Signal, way: Way) -> Self {
        let register = signal.register.sequence();
        let n = register.degree();
        let mut past = vec![0; n.div_ceil(64) + 1];
        let oldest = 64 * past.len() - n;
        // The cell that leaves first holds what entered n steps ago.
        for i in (0..n).filter(|&i| signal.held.coefficient(i)) {
            past[(oldest + i) / 64] |= 1 << ((oldest + i) % 64);
        }
        let shortest = register.lags().min().filter(|_| way == Way::Scramble);
        let at_once = shortest.map_or(64, |lag| lag.min(64)) as u64;
        Self { lags: register.lags().collect(), xnor: register.xnor(), way, at_once, past }
    }

    /// Scrambling, no lag is shorter than there are bits: all that the sums need is there.
    fn next(&mut self, data: u64, bits: usize) -> u64 {
        match self.way {
            Way::Scramble => {
                let line = data ^ self.sum(0);
                self.push(line, bits);
                line
            }
            Way::Descramble => {
                self.push(data, bits);
                data ^ self.sum(bits)
            }
        }
    }

    /// The sums of the bits from `back` bits before the end on.
    fn sum(&self, back: usize) -> u64 {
        let end = 64 * self.past.len();
        let from = |lag: usize| {
            let (word, shift) = ((end - back - lag) / 64, (end - back - lag) % 64);
            let above = self.past.get(word + 1).copied().unwrap_or(0);
            self.past[word] >> shift | (above << 1) << (63 - shift)
        };
        self.lags.iter().fold(if self.xnor { u64::MAX } else { 0 }, |sum, &lag| sum ^ from(lag))
    }

    /// So many bits more; those above them count for nothing.
    fn push(&mut self, line: u64, bits: usize) {
        let last = self.past.len() - 1;
        if bits == 64 {
            self.past.copy_within(1.., 0);
            self.past[last] = line;
            return;
        }
        for i in 0..last {
            self.past[i] = self.past[i] >> bits | self.past[i + 1] << (64 - bits);
        }
        self.past[last] = self.past[last] >> bits | line << (64 - bits);
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
                    let mut scrambler = Scrambler::new(signal, mode, way, frame);
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
        Scrambler::new(zero, Mode::SelfSynchronising, Way::Scramble, None).apply(&mut y, 1280);
        for t in 0..1280 {
            let past = |k: usize| if t >= k { bit(&y, t - k) } else { 0 };
            assert_eq!(bit(&y, t), bit(&x, t) ^ past(12) ^ past(17), "bit {t}");
        }
        let mut back = y.clone();
        Scrambler::new(signal, Mode::SelfSynchronising, Way::Descramble, None).apply(&mut back, 1280);
        assert!((17..1280).all(|t| bit(&back, t) == bit(&x, t)) && (0..17).any(|t| bit(&back, t) != bit(&x, t)));
    }

    /// Of any degree and with any lags, in pieces of any size and frames: bit by bit as it is written down at the top.
    #[test]
    fn of_any_degree_as_defined() {
        let bit = |words: &[u64], t: usize| words[t / 64] >> (t % 64) & 1;
        for name in
            ["x+1", "x^2+x+1", "x^64+x^4+x^3+x+1", "x^65+x^18+1", "x^130+x^127+1 xnor", "x^521+x^32+1", "x^200+x+1"]
        {
            let mut signal = name.replace(" xnor", "").parse::<Signal>().unwrap();
            if name.ends_with("xnor") {
                signal.register = signal.register.with_xnor(true);
            }
            let n = signal.register.degree();
            signal.held = lfsr_core::poly::Poly::from_exponents((0..n).filter(|i| i * i % 3 == 1));
            let xnor = u64::from(signal.register.xnor());
            for frame in [None, Some(1), Some(77), Some(700)] {
                let (x, mut y) = (data(30), data(30));
                let mut scrambler = Scrambler::new(signal.clone(), Mode::SelfSynchronising, Way::Scramble, frame);
                let (first, rest) = y.split_at_mut(7);
                scrambler.apply(first, 448);
                scrambler.apply(rest, 1400);
                for t in 0..1848 {
                    let begin = frame.map_or(0, |frame| t - t % frame as usize);
                    let past = |k: usize| match t.checked_sub(k).filter(|&s| s >= begin) {
                        Some(s) => bit(&y, s),
                        None => u64::from(signal.held.coefficient(n + t - begin - k)),
                    };
                    let sum = signal.register.sequence().lags().fold(xnor, |sum, k| sum ^ past(k));
                    assert_eq!(bit(&y, t), bit(&x, t) ^ sum, "{name}, {frame:?}, bit {t}");
                }
                assert_eq!(
                    y[29],
                    x[29] & u64::MAX << (1848 % 64) | y[29] & !(u64::MAX << (1848 % 64)),
                    "the rest stays"
                );
                Scrambler::new(signal.clone(), Mode::SelfSynchronising, Way::Descramble, frame).apply(&mut y, 1848);
                assert_eq!(y, x, "{name}, {frame:?}");
            }
        }
    }

    #[test]
    fn additive_ones_add_the_sequence() {
        let signal = "802.11".parse::<Signal>().unwrap();
        let mut zeros = vec![0; 20];
        Scrambler::new(signal.clone(), Mode::Additive, Way::Scramble, None).apply(&mut zeros, 1280);
        let mut expected = vec![0; 20];
        signal.bits(BitOrder::Lsb).fill(&mut expected);
        assert_eq!(zeros, expected);
    }
}
