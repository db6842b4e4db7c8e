//! [`Encoding`]: how bits are written.

use std::io::{self, Write};

use clap::ValueEnum;
use lfsr_core::bit_order::BitOrder;

use crate::bits::reading::Reading;

/// How bits are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Encoding {
    /// Eight bits a byte, the first in bit 7; the last byte is filled up with zeros.
    RawMsb,
    /// Eight bits a byte, the first in bit 0.
    RawLsb,
    /// 0 and 1, 64 on a line.
    Ascii,
    /// Hexadecimal digits, the first bit the highest of a digit, 64 on a line.
    Hex,
    /// Hexadecimal bytes, the first bit the lowest of each; the last byte is filled up with zeros.
    HexLsb,
}

impl Encoding {
    /// That of what is read so.
    pub(crate) fn as_read(reading: Reading) -> Self {
        match reading.order {
            Some(BitOrder::Msb) => Self::RawMsb,
            Some(BitOrder::Lsb) => Self::RawLsb,
            None => Self::Ascii,
        }
    }

    /// How the bytes of the words that [`Encoder::write`] takes are filled.
    pub(crate) fn order(self) -> BitOrder {
        match self {
            Self::RawLsb | Self::HexLsb => BitOrder::Lsb,
            Self::RawMsb | Self::Ascii | Self::Hex => BitOrder::Msb,
        }
    }
}

/// Digits on a line.
const LINE: usize = 64;

/// Writes bits a piece at a time.
#[derive(Debug)]
pub(crate) struct Encoder {
    encoding: Encoding,
    /// Digits on the line so far.
    column: usize,
    /// The words as bytes; kept, since pieces are alike.
    bytes: Vec<u8>,
}

impl Encoder {
    /// In that encoding.
    pub(crate) fn new(encoding: Encoding) -> Self {
        Self { encoding, column: 0, bytes: Vec::new() }
    }

    /// Writes `count` bits of words in the order of the encoding; a piece that is not the last has whole words.
    pub(crate) fn write(&mut self, words: &[u64], count: u64, out: &mut impl Write) -> io::Result<()> {
        let mut kept = core::mem::take(&mut self.bytes);
        kept.resize(8 * words.len(), 0);
        for (to, word) in kept.as_chunks_mut::<8>().0.iter_mut().zip(words) {
            *to = word.to_le_bytes();
        }
        let bytes = &kept[..count.div_ceil(8) as usize];
        let hex = |at: usize| b"0123456789abcdef"[usize::from(bytes[at / 2] >> (4 - at % 2 * 4) & 15)];
        let written = match self.encoding {
            Encoding::RawMsb | Encoding::RawLsb => out.write_all(bytes),
            Encoding::Ascii => self.lines(count as usize, |at| b'0' + (bytes[at / 8] >> (7 - at % 8) & 1), out),
            Encoding::Hex => self.lines(count.div_ceil(4) as usize, hex, out),
            Encoding::HexLsb => self.lines(2 * bytes.len(), hex, out),
        };
        self.bytes = kept;
        written
    }

    fn lines(&mut self, digits: usize, digit: impl Fn(usize) -> u8, out: &mut impl Write) -> io::Result<()> {
        let mut text = Vec::with_capacity(digits + digits / LINE + 1);
        for at in 0..digits {
            text.push(digit(at));
            self.column += 1;
            if self.column == LINE {
                text.push(b'\n');
                self.column = 0;
            }
        }
        out.write_all(&text)
    }

    /// Ends the last line.
    pub(crate) fn finish(self, out: &mut impl Write) -> io::Result<()> {
        if self.column > 0 { out.write_all(b"\n") } else { Ok(()) }
    }
}
