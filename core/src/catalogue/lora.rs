//! LoRa's whitening, as the sequence of one register.
//!
//! A register of 8 cells is added to each byte of a payload, before it is coded, and then steps once. So each place of the bytes has a sequence of
//! c(x) = x^8+x^4+x^3+x^2+1, and all bits together one of c(x)^8 = c(x^8). (Semtech AN1200.18 as gr-lora_sdr has it, lib/tables.h.)

use super::Code;
use crate::register::Register;

/// c(x)^8.
const CHARACTERISTIC: u128 = 1 << 64 | 1 << 32 | 1 << 24 | 1 << 16 | 1;

/// The first bytes, the highest bit of each first.
const BEGINS: [u8; 8] = [0xff, 0xfe, 0xfc, 0xf8, 0xf0, 0xe1, 0xc2, 0x85];

/// The whitening of a payload from its first byte on, the highest bit of each byte first: 255 bytes.
#[must_use]
pub const fn lora_whitening() -> Code {
    let Ok(register) = Register::from_characteristic(CHARACTERISTIC) else { unreachable!() };
    // The first bit in bit 0.
    Code { register, state: u64::from_be_bytes(BEGINS).reverse_bits() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        bit_order::BitOrder,
        gf2,
        stream::{Style, Words},
    };

    /// The first 48 of the 255 bytes of gr-lora_sdr, lib/tables.h.
    const PRINTED: [u8; 48] = [
        0xFF, 0xFE, 0xFC, 0xF8, 0xF0, 0xE1, 0xC2, 0x85, 0x0B, 0x17, 0x2F, 0x5E, 0xBC, 0x78, 0xF1, 0xE3, 0xC6, 0x8D,
        0x1A, 0x34, 0x68, 0xD0, 0xA0, 0x40, 0x80, 0x01, 0x02, 0x04, 0x08, 0x11, 0x23, 0x47, 0x8E, 0x1C, 0x38, 0x71,
        0xE2, 0xC4, 0x89, 0x12, 0x25, 0x4B, 0x97, 0x2E, 0x5C, 0xB8, 0x70, 0xE0,
    ];

    #[test]
    fn bytes_of_the_table_and_the_register_of_8_cells() {
        let Code { register, state } = lora_whitening();
        let mut words = Words::new(&register, state, Style { order: BitOrder::Msb, inverted: false });
        let mut cells = 0xffu8;
        for word in 0..100 {
            for (i, byte) in words.next_word().to_le_bytes().into_iter().enumerate() {
                assert_eq!(byte, cells);
                assert!(PRINTED.get(8 * word + i).is_none_or(|printed| *printed == byte));
                cells = cells << 1 | (cells >> 7 ^ cells >> 5 ^ cells >> 4 ^ cells >> 3) & 1;
            }
        }
        let square = |c: u128| gf2::mul(c, c).unwrap();
        assert_eq!(CHARACTERISTIC, square(square(square(0b1_0001_1101))));
    }
}
