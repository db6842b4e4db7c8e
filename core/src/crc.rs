//! [`Crc`]: cyclic redundancy checks of any width from 1 to 128, with any parameters.
//!
//! A CRC is the remainder of the message, times x^width, modulo a generator polynomial: a Galois register that the message is added to. What
//! makes one of many algorithms of it are six parameters ([`Algorithm`]), as in Ross Williams's "A painless guide to CRC error detection
//! algorithms" (1993) and in the catalogue of CRC RevEng.
//!
//! ```
//! use lfsr_core::crc::{Algorithm, Crc};
//!
//! let modbus: Algorithm = "width=16 poly=0x8005 init=0xffff refin=true refout=true xorout=0".parse().unwrap();
//! let mut crc = Crc::<u32, 1>::new(modbus).unwrap();
//! crc.bytes(b"123456789");
//! assert_eq!(crc.checksum(), 0x4b37);
//! ```

mod algorithm;
mod text;

use core::ops::BitXor;

pub use algorithm::{Algorithm, AlgorithmError};
pub use text::TextError;

/// A register that messages are added to, W wide, with tables for `LANES` bytes at a time, 256 W each.
///
/// W is u32, u64 or u128, at least as wide as the checksum; `LANES` is 1 to 16. A device takes `Crc<u32, 1>`: 1 KiB; on a large processor 16 lanes
/// are the quickest.
#[derive(Debug, Clone)]
pub struct Crc<W, const LANES: usize> {
    algorithm: Algorithm,
    /// The generator's Galois register, shifting right: bit 0 is the next to leave. Turned as bytes are: where they are read most significant bit
    /// first the bits of each byte are reversed, so that bytes can be added as they are.
    register: W,
    /// `tables[k][b]`: the register 8 (k + 1) steps after byte b was all that it held.
    tables: [[W; 256]; LANES],
}

impl<W: Cells, const LANES: usize> Crc<W, LANES> {
    /// Before the first bit; `None` if the checksum is wider than W. O(256 LANES).
    #[must_use]
    pub fn new(algorithm: Algorithm) -> Option<Self> {
        const { assert!(LANES >= 1 && LANES <= 16) };
        if algorithm.width() > 8 * W::BYTES as u32 {
            return None;
        }
        let first = core::array::from_fn(|byte| {
            let register = (0..8).fold(turned(&algorithm, byte as u128), |register, _| step(&algorithm, register));
            W::from_u128(turned(&algorithm, register))
        });
        let mut tables = [first; LANES];
        for lane in 1..LANES {
            tables[lane] = tables[lane - 1].map(|before| before.without_bytes(1) ^ first[before.byte(0) as usize]);
        }
        let mut crc = Self { algorithm, register: W::from_u128(0), tables };
        crc.restart();
        Some(crc)
    }

    /// Which algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> &Algorithm {
        &self.algorithm
    }

    /// Begins another message.
    pub fn restart(&mut self) {
        self.set(self.algorithm.reflected(self.algorithm.init()));
    }

    /// Takes the next bytes; which of their bits comes first is a parameter (refin). O(bytes).
    pub fn bytes(&mut self, bytes: &[u8]) {
        let mut register = self.register;
        // The length of a chunk is known to the compiler, so that the loop is unrolled: a factor of six.
        let (chunks, rest) = bytes.as_chunks::<LANES>();
        for chunk in chunks {
            let mut next = register.without_bytes(LANES);
            for (i, byte) in chunk.iter().enumerate() {
                next = next ^ self.tables[LANES - 1 - i][(register.byte(i) ^ byte) as usize];
            }
            register = next;
        }
        for byte in rest {
            register = register.without_bytes(1) ^ self.tables[0][(register.byte(0) ^ byte) as usize];
        }
        self.register = register;
    }

    /// Takes the next `count` bits, at most 64, bit 0 of `bits` first; refin does not matter. O(count).
    pub fn bits(&mut self, bits: u64, count: u32) {
        let register =
            (0..count).fold(self.get(), |register, i| step(&self.algorithm, register ^ u128::from(bits >> i & 1)));
        self.set(register);
    }

    /// The checksum of the message so far.
    #[must_use]
    pub fn checksum(&self) -> u128 {
        self.algorithm.presented(self.get()) ^ self.algorithm.xorout()
    }

    /// The register, bit 0 the next to leave.
    fn get(&self) -> u128 {
        turned(&self.algorithm, self.register.to_u128())
    }

    fn set(&mut self, register: u128) {
        self.register = W::from_u128(turned(&self.algorithm, register));
    }
}

/// What a register is kept in.
pub trait Cells: Copy + BitXor<Output = Self> + private::Sealed {
    /// How many bytes it has.
    const BYTES: usize;
    /// The low bits.
    fn from_u128(value: u128) -> Self;
    /// The same, wider.
    fn to_u128(self) -> u128;
    /// Byte i; 0 beyond the last.
    fn byte(self, i: usize) -> u8;
    /// Without its lowest bytes, the others moved down.
    #[must_use]
    fn without_bytes(self, count: usize) -> Self;
}

mod private {
    pub trait Sealed {}
}

macro_rules! cells {
    ($($word:ty)*) => {$(
        impl private::Sealed for $word {}

        impl Cells for $word {
            const BYTES: usize = size_of::<$word>();

            fn from_u128(value: u128) -> Self {
                value as Self
            }

            fn to_u128(self) -> u128 {
                self.into()
            }

            #[inline(always)]
            fn byte(self, i: usize) -> u8 {
                if i < Self::BYTES { (self >> (8 * i)) as u8 } else { 0 }
            }

            #[inline(always)]
            fn without_bytes(self, count: usize) -> Self {
                if count < Self::BYTES { self >> (8 * count) } else { 0 }
            }
        }
    )*};
}

cells!(u32 u64 u128);

/// A step of the Galois register without input.
const fn step(algorithm: &Algorithm, register: u128) -> u128 {
    register >> 1 ^ (algorithm.reflected(algorithm.poly()) & (register & 1).wrapping_neg())
}

/// A register as it is kept, and back: the bits of each byte reversed, if bytes are read most significant bit first.
const fn turned(algorithm: &Algorithm, register: u128) -> u128 {
    if algorithm.refin() { register } else { register.reverse_bits().swap_bytes() }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::vec::Vec;

    use super::*;
    use crate::{
        notation::parse,
        random::SplitMix64,
        register::{Form, Register},
    };

    /// The definition: long division of the message, first the initial contents added to its first bits, then `width` zeros appended.
    fn by_division(algorithm: &Algorithm, message: &[bool]) -> u128 {
        let width = algorithm.width() as usize;
        let top = |value: u128, i: usize| i < width && value >> (width - 1 - i) & 1 == 1;
        let mut bits: Vec<bool> = message.to_vec();
        bits.resize(message.len() + width, false);
        for (i, bit) in bits.iter_mut().enumerate().take(width) {
            *bit ^= top(algorithm.init(), i);
        }
        for i in 0..message.len() {
            if bits[i] {
                bits[i] = false;
                (0..width).for_each(|j| bits[i + 1 + j] ^= top(algorithm.poly(), j));
            }
        }
        let remainder = bits[message.len()..].iter().fold(0, |sum, bit| sum << 1 | u128::from(*bit));
        (if algorithm.refout() { algorithm.reflected(remainder) } else { remainder }) ^ algorithm.xorout()
    }

    fn random(source: &mut SplitMix64, width: u32) -> Algorithm {
        let mask = u128::MAX >> (128 - width);
        let mut word = || (u128::from(source.next_word()) << 64 | u128::from(source.next_word())) & mask;
        let (poly, init, xorout) = (word() | 1, word(), word());
        Algorithm::new(width, poly)
            .unwrap()
            .with_init(init)
            .unwrap()
            .with_xorout(xorout)
            .unwrap()
            .with_reflection(word() & 1 == 1, word() & 1 == 1)
    }

    /// Every width, bytes at once, in pieces of any length, and bit by bit, with few lanes and many, against long division.
    #[test]
    fn every_width_agrees_with_division() {
        let mut source = SplitMix64(7);
        for width in 1..=128 {
            for _ in 0..4 {
                let algorithm = random(&mut source, width);
                let message: Vec<u8> = (0..source.next_word() % 70).map(|_| source.next_word() as u8).collect();
                let order = |byte: u8, i: u32| byte >> (if algorithm.refin() { i } else { 7 - i }) & 1 == 1;
                let bits: Vec<bool> = message.iter().flat_map(|byte| (0..8).map(move |i| order(*byte, i))).collect();
                let expected = by_division(&algorithm, &bits);
                let cut = source.next_word() as usize % (message.len() + 1);
                let sums = [
                    sum::<u128, 1>(algorithm, &message, cut),
                    sum::<u128, 16>(algorithm, &message, cut),
                    sum::<u64, 8>(algorithm, &message, cut),
                    sum::<u64, 16>(algorithm, &message, cut),
                    sum::<u32, 1>(algorithm, &message, cut),
                    sum::<u32, 3>(algorithm, &message, cut),
                    sum::<u32, 16>(algorithm, &message, cut),
                ];
                let narrow = |most| Some(expected).filter(|_| width <= most);
                let expected_sums = [128, 128, 64, 64, 32, 32, 32].map(narrow);
                assert_eq!(sums, expected_sums, "{algorithm} of {message:x?}");
                let mut crc = Crc::<u128, 1>::new(algorithm).unwrap();
                bits.iter().for_each(|bit| crc.bits(u64::from(*bit), 1));
                assert_eq!(crc.checksum(), expected, "{algorithm} bit by bit");
                crc.restart();
                for piece in bits.chunks(41) {
                    crc.bits(piece.iter().rev().fold(0, |word, bit| word << 1 | u64::from(*bit)), piece.len() as u32);
                }
                assert_eq!(crc.checksum(), expected, "{algorithm} in pieces");
            }
        }
    }

    fn sum<W: Cells, const LANES: usize>(algorithm: Algorithm, message: &[u8], cut: usize) -> Option<u128> {
        let mut crc = Crc::<W, LANES>::new(algorithm)?;
        crc.bytes(&message[..cut]);
        crc.bytes(&message[cut..]);
        Some(crc.checksum())
    }

    /// Without a message the register runs freely: it is the Galois register of the generator.
    #[test]
    fn it_is_a_galois_register() {
        for (text, poly) in [("normal:0x1021/16", 0x1021), ("normal:0x8005/16", 0x8005)] {
            let register = parse(text).unwrap().with_form(Form::Galois);
            let mut crc = Crc::<u32, 1>::new(Algorithm::new(16, poly).unwrap()).unwrap();
            crc.bits(0b1011, 4);
            for _ in 0..100 {
                let state = crc.get() as u64;
                crc.bits(0, 1);
                assert_eq!(crc.get() as u64, Register::step(&register, state), "{text} {state:#x}");
            }
        }
    }

    #[test]
    fn the_residue_is_what_good_messages_leave() {
        let mut source = SplitMix64(11);
        for width in [1, 3, 7, 8, 12, 16, 31, 32, 64, 82, 128] {
            let algorithm = random(&mut source, width);
            let algorithm = algorithm.with_reflection(algorithm.refin(), algorithm.refin());
            let mut crc = Crc::<u128, 1>::new(algorithm).unwrap();
            crc.bytes(b"any message");
            let sum = crc.checksum();
            // The checksum follows bit by bit, its most significant first; reflected: least first.
            for i in 0..width {
                let bit = if algorithm.refout() { sum >> i } else { sum >> (width - 1 - i) };
                crc.bits(bit as u64 & 1, 1);
            }
            assert_eq!(crc.checksum() ^ algorithm.xorout(), algorithm.residue(), "{algorithm}");
        }
    }
}
