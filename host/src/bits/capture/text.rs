//! Bits as characters: `0110`, or hexadecimal digits.

use std::io::Read;

use super::{PIECE, sampler::BitBuffer};

/// Text read a piece at a time.
pub(super) struct Text {
    reader: Box<dyn Read + Send>,
    hex: bool,
    comment: bool,
    line: u64,
    column: u64,
    /// A 0 that may begin 0x.
    zero: bool,
}

impl Text {
    pub(super) fn new(reader: Box<dyn Read + Send>, hex: bool) -> Self {
        Self { reader, hex, comment: false, line: 1, column: 0, zero: false }
    }

    pub(super) fn more(&mut self, out: &mut BitBuffer) -> Result<bool, String> {
        let mut bytes = vec![0; PIECE];
        let count = self.reader.read(&mut bytes).map_err(|error| format!("cannot read: {error}"))?;
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
                    let what = if self.hex { "a hexadecimal digit" } else { "0 or 1" };
                    return Err(format!(
                        "line {}, column {}: found {:?} where {what} should stand; for other formats use --input",
                        self.line,
                        self.column,
                        char::from(byte)
                    ));
                }
            }
            self.flush(out);
        }
        if count == 0 {
            self.flush(out);
        }
        Ok(count > 0)
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
