//! Bits as characters: `0110`, or hexadecimal digits.

use lfsr_core::bit_order::BitOrder;

use super::{
    PIECE,
    error::Problem,
    format::{Bytes, Format, Reader},
    sampler::BitBuffer,
};

pub(super) static ASCII: Format = Format {
    name: "ascii",
    help: "Characters 0 and 1; blanks, commas and _ are skipped, # starts a comment",
    is_sampled: false,
    order: BitOrder::Lsb,
    sniff: |head| if head.is_text() && head.is_made_of(|b| matches!(b, b'0' | b'1' | b'_' | b',')) { 5 } else { 0 },
    open: |bytes, _| Ok(Box::new(Text::new(bytes, false))),
};

pub(super) static HEX: Format = Format {
    name: "hex",
    help: "Hexadecimal digits, the first bit the highest of each",
    is_sampled: false,
    order: BitOrder::Lsb,
    sniff: |head| {
        let is_digit = |b: u8| b.is_ascii_hexdigit() || matches!(b, b'_' | b'x' | b'X');
        if head.is_text() && head.is_made_of(is_digit) { 4 } else { 0 }
    },
    open: |bytes, _| Ok(Box::new(Text::new(bytes, true))),
};

/// Text read a piece at a time.
struct Text {
    reader: Bytes,
    hex: bool,
    comment: bool,
    line: u64,
    column: u64,
    /// A 0 that may begin 0x.
    zero: bool,
}

impl Text {
    fn new(reader: Bytes, hex: bool) -> Self {
        Self { reader, hex, comment: false, line: 1, column: 0, zero: false }
    }

    /// A 0 waits: it may begin `0x`.
    fn digit(&mut self, byte: u8, out: &mut BitBuffer) {
        self.flush(out);
        if byte == b'0' {
            self.zero = true;
            return;
        }
        let value = char::from(byte).to_digit(16).unwrap_or(0);
        (0..4).rev().for_each(|bit| out.push(value >> bit & 1 == 1));
    }

    fn flush(&mut self, out: &mut BitBuffer) {
        if core::mem::take(&mut self.zero) {
            out.push_run(false, 4);
        }
    }
}

impl Reader for Text {
    fn more(&mut self, out: &mut BitBuffer) -> Result<bool, Problem> {
        let mut bytes = vec![0; PIECE];
        let count = self.reader.read(&mut bytes).map_err(Problem::Read)?;
        for &byte in &bytes[..count] {
            self.column += 1;
            match byte {
                b'\n' => {
                    (self.line, self.column, self.comment) = (self.line + 1, 0, false);
                }
                _ if self.comment => {}
                b'#' => self.comment = true,
                b'_' | b',' => {}
                _ if byte.is_ascii_whitespace() => {}
                b'0' | b'1' if !self.hex => out.push(byte == b'1'),
                b'x' | b'X' if self.hex && self.zero => {
                    // The 0 before it was no digit.
                    self.zero = false;
                    continue;
                }
                _ if self.hex && byte.is_ascii_hexdigit() => {
                    self.digit(byte, out);
                    continue;
                }
                _ => {
                    return Err(Problem::Syntax {
                        line: self.line,
                        column: self.column,
                        found: format!("{:?}", char::from(byte)),
                        wanted: if self.hex { "a hexadecimal digit" } else { "0 or 1" },
                    });
                }
            }
            self.flush(out);
        }
        if count == 0 {
            self.flush(out);
        }
        Ok(count > 0)
    }
}
