//! [`Sum`]: the checksum of a message that comes in pieces.

use lfsr_core::crc::Crc;

use super::{Checksum, swapped_bytes};

/// Bytes looked up at once.
const LANES: usize = 16;

/// A message as far as it has come.
#[derive(Debug, Clone)]
pub struct Sum {
    checksum: Checksum,
    register: Register,
    /// The beginning of a word.
    pending: Vec<u8>,
}

/// The narrowest register that serves: its tables are the smallest.
#[derive(Debug, Clone)]
enum Register {
    Narrow(Box<Crc<u32, LANES>>),
    Middle(Box<Crc<u64, LANES>>),
    Wide(Box<Crc<u128, LANES>>),
}

/// The message ends inside a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the message is no multiple of {word} bytes: {bytes} are left over")]
pub struct PartOfWord {
    /// Bytes of the last word.
    pub bytes: usize,
    /// Bytes of a word.
    pub word: usize,
}

/// Does the same for a register of any width.
macro_rules! with {
    ($register:expr, $crc:ident => $do:expr) => {
        match $register {
            Register::Narrow($crc) => $do,
            Register::Middle($crc) => $do,
            Register::Wide($crc) => $do,
        }
    };
}

impl Sum {
    /// Before the first byte.
    #[must_use]
    pub fn new(checksum: &Checksum) -> Self {
        let algorithm = checksum.algorithm;
        let narrow = || Crc::new(algorithm).map(Box::new).map(Register::Narrow);
        let middle = || Crc::new(algorithm).map(Box::new).map(Register::Middle);
        let wide = || Crc::new(algorithm).map(Box::new).map(Register::Wide);
        let register = narrow().or_else(middle).or_else(wide).expect("a width is at most 128");
        Self { checksum: *checksum, register, pending: Vec::new() }
    }

    /// Takes the next bytes.
    pub fn bytes(&mut self, mut bytes: &[u8]) {
        let word = self.checksum.word;
        if word == 1 {
            with!(&mut self.register, crc => crc.bytes(bytes));
            return;
        }
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(word - self.pending.len()));
            self.pending.extend_from_slice(now);
            bytes = later;
            if self.pending.len() == word {
                self.pending.reverse();
                with!(&mut self.register, crc => crc.bytes(&self.pending));
                self.pending.clear();
            }
        }
    }

    /// Takes the next `count` bits, at most 64, bit 0 first: a message of bits one by one.
    pub fn bits(&mut self, bits: u64, count: u32) {
        with!(&mut self.register, crc => crc.bits(bits, count));
    }

    /// The checksum.
    ///
    /// # Errors
    /// If the message ends inside a word.
    pub fn finish(&self) -> Result<u128, PartOfWord> {
        if !self.pending.is_empty() {
            return Err(PartOfWord { bytes: self.pending.len(), word: self.checksum.word });
        }
        let sum = with!(&self.register, crc => crc.checksum());
        let width = self.checksum.algorithm.width();
        Ok(if self.checksum.is_swapped { swapped_bytes(sum, width) } else { sum })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::catalogue::find, *};

    fn sum(name: &str, message: &[u8]) -> Result<u128, PartOfWord> {
        let mut sum = Sum::new(&find(name).unwrap().checksum);
        message.chunks(3).for_each(|piece| sum.bytes(piece));
        sum.finish()
    }

    /// What others have published of chips.
    #[test]
    fn units_compute_what_was_measured() {
        // A word 5 written to the unit of an STM32G4 gives 0xD0C1B610 (a question in ST's community, "CRC problem", answered there).
        assert_eq!(sum("STM32-CRC", &[5, 0, 0, 0]), Ok(0xd0c1_b610));
        assert_eq!(sum("STM32-CRC", &[5, 0, 0, 0, 0]), Err(PartOfWord { bytes: 1, word: 4 }));
        // Four zero bytes and their FCS: 2144DF1C, as 0x2144df1c is also the residue's complement.
        assert_eq!(sum("Ethernet-FCS", &[0; 4]), Ok(0x1cdf_4421));
    }

    /// Tokens of USB: address and endpoint, low bit first, and the five bits that follow, as they are sent (USB-IF, "Cyclic redundancy checks in USB").
    #[test]
    fn tokens_of_usb() {
        for (address, endpoint, sent) in [(0x15, 0xe, 0b10111), (0x3a, 0xa, 0b11100), (0x70, 0x4, 0b01110)] {
            let usb = find("CRC-5/USB").unwrap().checksum;
            let mut sum = Sum::new(&usb);
            sum.bits(address | endpoint << 7, 11);
            assert_eq!(usb.algorithm.reflected(sum.finish().unwrap()), sent, "{address:#x} {endpoint:#x}");
        }
    }

    #[test]
    fn bits_one_by_one_are_bytes() {
        let mut bits = Sum::new(&find("CRC-16/MODBUS").unwrap().checksum);
        b"123456789".iter().for_each(|byte| bits.bits(u64::from(*byte), 8));
        assert_eq!(bits.finish(), Ok(0x4b37));
    }
}
