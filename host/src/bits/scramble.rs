//! [`Scrambler`]: core's scramblers for a [`Signal`], whatever its degree.

use std::sync::Arc;

use lfsr_core::{
    bit_order::BitOrder,
    scramble::{self, Additive, Iess308, Join, LongThrough, Sequence, Through},
};

pub use lfsr_core::scramble::{Frame, Mode, Way};

use super::signal::{Bits, Signal};

/// Scrambles or descrambles bits, a piece at a time.
#[derive(Debug)]
pub struct Scrambler(scramble::Scrambler<Joined>);

impl Scrambler {
    /// From the contents that `signal` holds.
    #[must_use]
    pub fn new(signal: &Signal, mode: Mode, way: Way, frame: impl Into<Frame>) -> Self {
        let frame = frame.into();
        let held = || signal.held.to_u128().unwrap_or(0) as u64;
        let join = match (mode, signal.register.narrow()) {
            (Mode::Additive, _) => Joined::Additive(Additive::new(Source::new(signal, frame))),
            (Mode::SelfSynchronising, Some(register)) => Joined::Through(Through::new(&register, held(), way)),
            (Mode::SelfSynchronising, None) => Joined::Long(LongThrough::new(&signal.register, &signal.held, way)),
        };
        Self(scramble::Scrambler::new(join, frame))
    }

    /// That of IESS-308, which is no register alone.
    #[must_use]
    pub fn iess308(way: Way, frame: impl Into<Frame>) -> Self {
        Self(scramble::Scrambler::new(Joined::Iess308(Iess308::new(way)), frame))
    }

    /// Changes the first `count` bits of `words`, bit i of word j being number 64 j + i in time.
    pub fn apply(&mut self, words: &mut [u64], count: u64) {
        self.0.apply(words, count);
    }
}

#[derive(Debug)]
enum Joined {
    Additive(Additive<Source>),
    Through(Through),
    Long(LongThrough),
    Iess308(Iess308),
}

impl Join for Joined {
    fn next(&mut self, data: u64, bits: u32) -> u64 {
        match self {
            Self::Additive(join) => join.next(data, bits),
            Self::Through(join) => join.next(data, bits),
            Self::Long(join) => join.next(data, bits),
            Self::Iess308(join) => join.next(data, bits),
        }
    }

    fn words(&mut self, words: &mut [u64]) {
        match self {
            Self::Additive(join) => join.words(words),
            Self::Through(join) => join.words(words),
            Self::Long(join) => join.words(words),
            Self::Iess308(join) => join.words(words),
        }
    }

    fn restart(&mut self) {
        match self {
            Self::Additive(join) => join.restart(),
            Self::Through(join) => join.restart(),
            Self::Long(join) => join.restart(),
            Self::Iess308(join) => join.restart(),
        }
    }
}

/// Frames of up to so many bits are kept: a sequence takes as long to begin as it takes to make some thousands of its bits.
const KEPT: u64 = 1 << 20;

/// The sequence of an additive scrambler.
#[derive(Debug, Clone)]
enum Source {
    Bits(Bits),
    Frame { words: Arc<[u64]>, at: usize },
}

impl Source {
    fn new(signal: &Signal, frame: Frame) -> Self {
        let mut bits = signal.bits(BitOrder::Lsb);
        match frame.restarts_after().filter(|bits| *bits <= KEPT) {
            None => Self::Bits(bits),
            Some(count) => {
                let mut words = vec![0; count.div_ceil(64) as usize];
                bits.fill(&mut words);
                Self::Frame { words: words.into(), at: 0 }
            }
        }
    }
}

impl Sequence for Source {
    fn fill(&mut self, words: &mut [u64]) {
        match self {
            Self::Bits(bits) => bits.fill(words),
            Self::Frame { words: kept, at } => {
                let end = *at + words.len();
                words.copy_from_slice(&kept[*at..end]);
                *at = end;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use lfsr_core::{
        catalogue::{ENTRIES, Kind},
        poly::Poly,
    };

    use super::*;

    fn data(count: usize) -> Vec<u64> {
        (0..count as u64).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ i << 40).collect()
    }

    /// There and back is nothing, for every entry, mode and frame, and in pieces.
    #[test]
    fn there_and_back() {
        for entry in ENTRIES.iter().filter(|entry| entry.kind != Kind::Crc) {
            for (mode, frame) in [
                (Mode::Additive, None),
                (Mode::Additive, Some(100)),
                (Mode::Additive, Some(KEPT + 1)),
                (Mode::SelfSynchronising, None),
                (Mode::SelfSynchronising, Some(333)),
            ] {
                let through = |way, words: &mut [u64]| {
                    let signal = entry.name.parse::<Signal>().unwrap();
                    let mut scrambler = Scrambler::new(&signal, mode, way, frame);
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

    /// With another seed the data are right from bit n on, in a register of any degree.
    #[test]
    fn the_seed_is_of_no_matter_n_bits_on() {
        let bit = |words: &[u64], t: usize| words[t / 64] >> (t % 64) & 1;
        for (text, n) in [("x^17+x^12+1", 17), ("x^521+x^32+1", 521)] {
            let signal = text.parse::<Signal>().unwrap();
            let (x, mut y) = (data(20), data(20));
            let zero = Signal { held: Poly::zero(), ..signal.clone() };
            Scrambler::new(&zero, Mode::SelfSynchronising, Way::Scramble, None).apply(&mut y, 1280);
            Scrambler::new(&signal, Mode::SelfSynchronising, Way::Descramble, None).apply(&mut y, 1280);
            assert!((n..1280).all(|t| bit(&y, t) == bit(&x, t)) && (0..n).any(|t| bit(&y, t) != bit(&x, t)), "{text}");
        }
    }

    /// Every frame begins as the first one does, whether it is kept or made once more.
    #[test]
    fn frames_begin_alike() {
        let signal = "802.11".parse::<Signal>().unwrap();
        for frame in [65, 4096, KEPT, KEPT + 1, KEPT + 64] {
            let mut words = vec![0; (2 * frame).div_ceil(64) as usize];
            Scrambler::new(&signal, Mode::Additive, Way::Scramble, Some(frame)).apply(&mut words, 2 * frame);
            let bit = |t: u64| words[(t / 64) as usize] >> (t % 64) & 1;
            assert!((0..frame).all(|t| bit(t) == bit(frame + t)), "{frame}");
            let mut expected = vec![0; frame as usize / 64];
            signal.bits(BitOrder::Lsb).fill(&mut expected);
            assert_eq!(words[..expected.len()], expected, "{frame}");
        }
    }
}
