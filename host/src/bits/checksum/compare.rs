//! [`compare`]: which changes of data and result turn one checksum into another.
//!
//! Both feed a register with the bits of the message in some order. If the registers have the same generator, then the one sees what the other
//! sees once the data are rearranged (and it starts from the same contents), and its result differs in the order of its bits and by a constant.
//!
//! ```text
//!   data -> [ bytes of words swapped ] -> [ bits of bytes reversed ] -> A -> [ reversed ] -> [ bytes swapped ] -> [ + constant ] = B(data)
//! ```

use core::fmt;

use super::{Checksum, swapped_bytes};

/// What turns a first checksum into a second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// Of the bytes of the data, in this order.
    pub data: Vec<DataStep>,
    /// Where the first starts otherwise.
    pub start: Option<Start>,
    /// Of the result, in this order.
    pub result: Vec<ResultStep>,
}

/// A change of the data; each is its own inverse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataStep {
    /// The bytes of each word of so many.
    SwapBytes(usize),
    /// The bits of each word of so many bytes; 1: of each byte.
    ReverseBits(usize),
}

/// The second starts from other contents of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The contents to start the first from.
    pub init: u128,
    /// Or what to add to the first bytes of its data, changed as above, if there are so many.
    pub mask: Vec<u8>,
}

/// A change of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultStep {
    /// Of all its bits.
    Reverse,
    /// Of its bytes.
    SwapBytes,
    /// The value is added.
    Xor(u128),
}

/// Why there is no translation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untranslatable {
    /// They have different widths.
    Widths,
    /// They have different generators.
    Generators {
        /// One is the other with its bits reversed: perhaps it was written in the other order.
        is_reversed: bool,
    },
}

/// What turns checksum `a` of any data into checksum `b`.
///
/// # Errors
/// If their registers differ: then no rearrangement of data and result does.
pub fn compare(a: &Checksum, b: &Checksum) -> Result<Translation, Untranslatable> {
    let (one, other) = (&a.algorithm, &b.algorithm);
    if one.width() != other.width() {
        return Err(Untranslatable::Widths);
    }
    if one.poly() != other.poly() {
        let is_reversed = one.reflected(one.poly()) == other.poly();
        return Err(Untranslatable::Generators { is_reversed });
    }
    let is_reversed = one.refin() != other.refin();
    let data = match (is_reversed, a.word, b.word) {
        (false, x, y) if x == y => vec![],
        (true, x, y) if x == y => vec![DataStep::ReverseBits(1)],
        (false, x, 1) | (false, 1, x) => vec![DataStep::SwapBytes(x)],
        (true, x, 1) | (true, 1, x) => vec![DataStep::ReverseBits(x)],
        (false, x, y) => vec![DataStep::SwapBytes(y), DataStep::SwapBytes(x)],
        (true, x, y) => vec![DataStep::SwapBytes(y), DataStep::ReverseBits(x)],
    };
    let differs = one.init() ^ other.init();
    let start = (differs != 0).then(|| Start { init: other.init(), mask: mask(a, differs) });
    let (turns, swaps) = (one.refout() != other.refout(), a.is_swapped != b.is_swapped);
    let mut constant = other.xorout() ^ if turns { one.reflected(one.xorout()) } else { one.xorout() };
    if b.is_swapped {
        constant = swapped_bytes(constant, other.width());
    }
    let result = [
        turns.then_some(ResultStep::Reverse),
        swaps.then_some(ResultStep::SwapBytes),
        (constant != 0).then_some(ResultStep::Xor(constant)),
    ];
    Ok(Translation { data, start, result: result.into_iter().flatten().collect() })
}

/// The first bytes of the data of `checksum` whose bits meet the bits of `contents`, as the register is fed: whole words.
fn mask(checksum: &Checksum, contents: u128) -> Vec<u8> {
    let (algorithm, word) = (&checksum.algorithm, checksum.word);
    let width = algorithm.width() as usize;
    let mut mask = vec![0u8; width.div_ceil(8).next_multiple_of(word)];
    for i in (0..width).filter(|i| contents >> (width - 1 - i) & 1 == 1) {
        mask[i / 8] |= if algorithm.refin() { 1 << (i % 8) } else { 0x80 >> (i % 8) };
    }
    mask.chunks_mut(word).for_each(<[u8]>::reverse);
    mask
}

impl Translation {
    /// Whether nothing has to be done: the two are one.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.data.is_empty() && self.start.is_none() && self.result.is_empty()
    }

    /// The data to give to the first checksum; the start is made up for in the data. `None` if they are too short for that, or not of whole
    /// words.
    #[must_use]
    pub fn data(&self, data: &[u8]) -> Option<Vec<u8>> {
        let mut changed = data.to_vec();
        for step in &self.data {
            let (DataStep::SwapBytes(word) | DataStep::ReverseBits(word)) = *step;
            if !changed.len().is_multiple_of(word) {
                return None;
            }
            changed.chunks_mut(word).for_each(<[u8]>::reverse);
            if matches!(step, DataStep::ReverseBits(_)) {
                changed.iter_mut().for_each(|byte| *byte = byte.reverse_bits());
            }
        }
        if let Some(Start { mask, .. }) = &self.start {
            changed.get_mut(..mask.len())?.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
        }
        Some(changed)
    }

    /// What the second checksum is, if the first, of `width` bits, is `result`.
    #[must_use]
    pub fn result(&self, result: u128, width: u32) -> u128 {
        self.result.iter().fold(result, |result, step| match step {
            ResultStep::Reverse => result.reverse_bits() >> (128 - width),
            ResultStep::SwapBytes => swapped_bytes(result, width),
            ResultStep::Xor(value) => result ^ value,
        })
    }
}

impl fmt::Display for DataStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SwapBytes(word) => write!(f, "swap the bytes of each {}-bit word of the data", 8 * word),
            Self::ReverseBits(1) => write!(f, "reverse the bits of each byte of the data"),
            Self::ReverseBits(word) => write!(f, "reverse the bits of each {}-bit word of the data", 8 * word),
        }
    }
}

impl fmt::Display for ResultStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reverse => write!(f, "reverse the bits of the result"),
            Self::SwapBytes => write!(f, "swap the bytes of the result"),
            Self::Xor(value) => write!(f, "XOR the result with {value:#x}"),
        }
    }
}

impl fmt::Display for Untranslatable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Widths => write!(f, "the widths differ"),
            Self::Generators { is_reversed: false } => write!(f, "the generators differ"),
            Self::Generators { is_reversed: true } => write!(
                f,
                "the generators differ, but each is the other with its bits reversed: if both were meant to be the same, one is written in the other order"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bits::checksum::{
        Sum,
        catalogue::{all, find},
    };

    fn sum(checksum: &Checksum, message: &[u8]) -> u128 {
        let mut sum = Sum::new(checksum);
        sum.bytes(message);
        sum.finish().unwrap()
    }

    /// Every pair that has a translation: it holds for random messages; every pair without differs in width or generator.
    #[test]
    fn every_pair_is_translated_or_differs_in_its_register() {
        let mut random = lfsr_core::random::SplitMix64(1);
        let mut translated = 0;
        // Units that are not in the catalogue, too: words of 2 and 8 bytes.
        let other = |word| find("CRC-32").unwrap().checksum.by_words(word);
        let checksums: Vec<Checksum> =
            all().map(|entry| entry.checksum).chain([other(2), other(8).swapped()]).collect();
        for a in &checksums {
            for b in &checksums {
                let translation = match compare(a, b) {
                    Ok(translation) => translation,
                    Err(why) => {
                        let (one, other) = (a.algorithm, b.algorithm);
                        assert_eq!(why == Untranslatable::Widths, one.width() != other.width());
                        assert!((one.width(), one.poly()) != (other.width(), other.poly()));
                        continue;
                    }
                };
                translated += 1;
                assert_eq!(translation.is_none(), a == b);
                for words in [2, 3, 9] {
                    let message: Vec<u8> = (0..8 * words).map(|_| random.next_word() as u8).collect();
                    let changed = translation.data(&message).unwrap();
                    let width = a.algorithm.width();
                    assert_eq!(
                        translation.result(sum(a, &changed), width),
                        sum(b, &message),
                        "{a:?} {b:?} {translation:?}"
                    );
                    // Or with the start set instead of added.
                    if let Some(Start { init, .. }) = translation.start {
                        let started = Checksum { algorithm: a.algorithm.with_init(init).unwrap(), ..*a };
                        let changed = Translation { start: None, ..translation.clone() }.data(&message).unwrap();
                        assert_eq!(translation.result(sum(&started, &changed), width), sum(b, &message));
                    }
                }
            }
        }
        assert!(translated > 500, "{translated}");
    }

    /// What users of the STM32's unit found (ST's community, "Use of STM32L1xxxx CRC module for the computation of several CRC standards").
    #[test]
    fn the_stm32_unit_against_four_algorithms() {
        let steps = |name: &str| {
            let Translation { data, start, result } =
                compare(&find("STM32-CRC").unwrap().checksum, &find(name).unwrap().checksum).unwrap();
            assert_eq!(start, None);
            (data, result)
        };
        let (reversed, swapped) = (vec![DataStep::ReverseBits(4)], vec![DataStep::SwapBytes(4)]);
        let (turned, complemented) = (ResultStep::Reverse, ResultStep::Xor(0xffff_ffff));
        assert_eq!(steps("CRC-32/ISO-HDLC"), (reversed.clone(), vec![turned, complemented]));
        assert_eq!(steps("CRC-32/JAMCRC"), (reversed, vec![turned]));
        assert_eq!(steps("CRC-32/BZIP2"), (swapped.clone(), vec![complemented]));
        assert_eq!(steps("CRC-32/MPEG-2"), (swapped, vec![]));
    }

    #[test]
    fn what_cannot_be_translated() {
        let of = |name: &str| find(name).unwrap().checksum;
        assert_eq!(compare(&of("CRC-32"), &of("CRC-16")), Err(Untranslatable::Widths));
        assert_eq!(compare(&of("CRC-32"), &of("CRC-32C")), Err(Untranslatable::Generators { is_reversed: false }));
        let backwards: lfsr_core::crc::Algorithm = "width=16 poly=0xa001 init=0xffff".parse().unwrap();
        let said = compare(&of("CRC-16/MODBUS"), &Checksum::of(backwards));
        assert_eq!(said, Err(Untranslatable::Generators { is_reversed: true }));
        // Too short for a start that is made up for in the data, or not of whole words.
        let start = compare(&of("CRC-16/XMODEM"), &of("CRC-16/IBM-3740")).unwrap();
        assert_eq!((start.data(&[1]), start.data(&[1, 2])), (None, Some(vec![0xfe, 0xfd])));
        assert_eq!(compare(&of("STM32-CRC"), &of("CRC-32/MPEG-2")).unwrap().data(&[1; 5]), None);
    }
}
