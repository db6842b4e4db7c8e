//! Checksums of messages: which there are ([`catalogue`]), computing them ([`Sum`]), turning one into another ([`compare`]), what they find
//! ([`distance`]).
//!
//! ```
//! use lfsr_host::bits::checksum::{Sum, catalogue};
//!
//! let zlib = catalogue::find("zlib").unwrap();
//! let mut sum = Sum::new(&zlib.checksum);
//! sum.bytes(b"123456789");
//! assert_eq!(sum.finish(), Ok(0xcbf4_3926));
//! ```

pub mod catalogue;
pub mod compare;
pub mod distance;
mod sum;

use lfsr_core::crc::Algorithm;

pub use sum::{PartOfWord, Sum};

/// A CRC, and how a chip takes the data and shows the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checksum {
    /// The parameters.
    pub algorithm: Algorithm,
    /// Bytes of the words that are taken at once, the last byte of each first: 1, 2, 4 or 8. 1 takes bytes as they come.
    pub word: usize,
    /// Whether the bytes of the result are swapped.
    pub is_swapped: bool,
}

impl Checksum {
    /// The algorithm alone.
    #[must_use]
    pub const fn of(algorithm: Algorithm) -> Self {
        Self { algorithm, word: 1, is_swapped: false }
    }

    /// Little-endian words of so many bytes, whose highest byte is taken first.
    #[must_use]
    pub const fn by_words(self, word: usize) -> Self {
        Self { word, ..self }
    }

    /// With the bytes of the result swapped; its width is a multiple of 8.
    #[must_use]
    pub const fn swapped(self) -> Self {
        Self { is_swapped: true, ..self }
    }

    /// The bytes that follow the message, so that whoever checks it reads message and checksum as one: the lowest first if the result is
    /// reversed. `None` if the checksum is not of whole bytes.
    #[must_use]
    pub fn appended(&self, checksum: u128) -> Option<Vec<u8>> {
        let width = self.algorithm.width();
        let bytes = width.is_multiple_of(8).then_some(width as usize / 8)?;
        let mut appended = checksum.to_le_bytes()[..bytes].to_vec();
        if self.algorithm.refout() == self.is_swapped {
            appended.reverse();
        }
        Some(appended)
    }
}

/// A value with its bytes in the other order.
fn swapped_bytes(value: u128, width: u32) -> u128 {
    value.swap_bytes() >> (128 - width)
}
