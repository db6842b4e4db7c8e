//! [`Field`]: one way to take the bits of a frame: those of the message, then those of the checksum.

use lfsr_core::{crc::Algorithm, poly::Poly};

use super::{Frame, Frames, NARROWEST, WIDEST};

/// How the bits of a frame are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Bits of the checksum; `None` where message and checksum are taken alike, so that it does not matter.
    pub width: Option<usize>,
    /// Of the bytes of the message the lowest bit comes first.
    pub refin: bool,
    /// The checksum is reversed.
    pub refout: bool,
    /// Of the checksum the lowest byte comes first.
    pub is_lowest_first: bool,
}

impl Field {
    /// The ways that are worth trying, the usual ones first.
    pub(super) fn all(frames: &Frames) -> Vec<Self> {
        let said = frames.check();
        let alike = |reflected| Self { width: said, refin: reflected, refout: reflected, is_lowest_first: reflected };
        let widths = NARROWEST..=WIDEST;
        let mut all = vec![alike(false)];
        if !frames.are_bytes {
            // Bits stand in the order in which they are sent; only the checksum may be turned round.
            let turned = widths.filter(|width| said.is_none_or(|said| said == *width));
            all.extend(turned.map(|width| Self { width: Some(width), refout: true, ..alike(false) }));
            return all;
        }
        all.push(alike(true));
        for width in widths.filter(|width| width % 8 == 0 && said.is_none_or(|said| said == *width)) {
            for refin in [true, false] {
                for (refout, is_lowest_first) in [(refin, !refin), (!refin, !refin), (!refin, refin)] {
                    // A single byte has no order.
                    if width > 8 || is_lowest_first == refin && refout != refin {
                        all.push(Self { width: Some(width), refin, refout, is_lowest_first });
                    }
                }
            }
        }
        all
    }

    /// The frame as a polynomial, and its bits; `None` if it is too short.
    pub(super) fn polynomial(&self, frame: &Frame) -> Option<(Poly, usize)> {
        let count = frame.bits.len();
        let check = self.width.unwrap_or(0);
        if count <= check.max(NARROWEST) {
            return None;
        }
        let (message, checksum) = frame.bits.split_at(count - check);
        let mut bits = self.message(message);
        bits.extend(self.checksum(checksum));
        bits.reverse();
        let words = bits.chunks(64).map(|chunk| chunk.iter().rev().fold(0, |word, &bit| word << 1 | u64::from(bit)));
        Some((Poly::from_words(words.collect()), count))
    }

    fn message(&self, bits: &[bool]) -> Vec<bool> {
        if self.refin { bits.chunks(8).flat_map(|byte| byte.iter().rev().copied()).collect() } else { bits.to_vec() }
    }

    /// The checksum as the register had it, the highest power first.
    fn checksum(&self, bits: &[bool]) -> Vec<bool> {
        let mut number = match self.is_lowest_first {
            true => bits.chunks(8).rev().flatten().copied().collect(),
            false => bits.to_vec(),
        };
        if self.refout {
            number.reverse();
        }
        number
    }

    /// Whether that algorithm takes bits so. Of bits one by one there is no saying how bytes are read and numbers shown.
    pub(super) fn is_of(&self, algorithm: &Algorithm, are_bytes: bool) -> bool {
        !are_bytes || (algorithm.refin(), algorithm.refout()) == (self.refin, self.refout)
    }

    /// The contents before the first bit, and what is added before the register is shown.
    pub(super) fn unknowns_of(&self, algorithm: &Algorithm) -> [u128; 2] {
        let xorout = algorithm.xorout();
        [algorithm.init(), if algorithm.refout() { algorithm.reflected(xorout) } else { xorout }]
    }

    /// The other way round.
    pub(super) fn algorithm(&self, width: u32, generator: u128, [init, added]: [u128; 2]) -> Option<Algorithm> {
        let plain = Algorithm::new(width, generator ^ 1 << width).ok()?.with_reflection(self.refin, self.refout);
        plain.with_init(init).and_then(|a| a.with_xorout(if self.refout { a.reflected(added) } else { added })).ok()
    }
}
