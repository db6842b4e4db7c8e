//! Bits as characters: `0110`, or hexadecimal digits.

use super::{
    PIECE,
    error::Problem,
    format::{Bytes, Format, Reader},
    sampler::BitBuffer,
};
use crate::bits::reading::Reading;

pub(super) static ASCII: Format = Format {
    name: "ascii",
    help: "Characters 0 and 1; blanks, commas and _ are skipped, # starts a comment",
    is_sampled: false,
    readings: &[Reading::IN_TIME, Reading::highest_first(8).reversed()],
    sniff: |head| if head.is_text() && head.is_made_of(|b| matches!(b, b'0' | b'1' | b'_' | b',')) { 5 } else { 0 },
    open: |bytes, _| Ok(Box::new(Text::new(bytes, Digits::Binary))),
};

pub(super) static HEX: Format = Format {
    name: "hex",
    help: "Hexadecimal digits, the first bit the highest of each",
    is_sampled: false,
    readings: &[
        Reading::highest_first(8),
        Reading::highest_first(8).reversed(),
        Reading::highest_first(16).swapped(16),
        Reading::highest_first(32).swapped(32),
        Reading::highest_first(16).swapped(16).reversed(),
        Reading::highest_first(32).swapped(32).reversed(),
    ],
    sniff: |head| {
        let is_digit = |b: u8| b.is_ascii_hexdigit() || matches!(b, b'_' | b'x' | b'X');
        if head.is_text() && head.is_made_of(is_digit) { 4 } else { 0 }
    },
    open: |bytes, _| Ok(Box::new(Text::new(bytes, Digits::Hex))),
};

pub(super) static HEX_LSB: Format = Format {
    name: "hex-lsb",
    help: "Hexadecimal bytes, two digits each, the first bit the lowest of each",
    is_sampled: false,
    readings: &[Reading::LSB],
    // As much hex as the other, which is tried both ways.
    sniff: |_| 0,
    open: |bytes, _| Ok(Box::new(Text::new(bytes, Digits::HexLsb))),
};

/// What characters stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Digits {
    Binary,
    Hex,
    /// Two digits make a byte.
    HexLsb,
}

/// Text read a piece at a time.
struct Text {
    reader: Bytes,
    digits: Digits,
    comment: bool,
    line: u64,
    column: u64,
    /// A 0 that may begin 0x.
    zero: bool,
    /// The first digit of a byte of two.
    high: Option<u32>,
}

impl Text {
    fn new(reader: Bytes, digits: Digits) -> Self {
        Self { reader, digits, comment: false, line: 1, column: 0, zero: false, high: None }
    }

    /// A 0 waits: it may begin `0x`.
    fn digit(&mut self, byte: u8, out: &mut BitBuffer) {
        self.flush(out);
        if byte == b'0' {
            self.zero = true;
            return;
        }
        self.value(char::from(byte).to_digit(16).unwrap_or(0), out);
    }

    fn flush(&mut self, out: &mut BitBuffer) {
        if core::mem::take(&mut self.zero) {
            self.value(0, out);
        }
    }

    fn value(&mut self, value: u32, out: &mut BitBuffer) {
        match (self.digits, self.high.take()) {
            (Digits::HexLsb, None) => self.high = Some(value),
            (_, Some(high)) => (0..8).for_each(|bit| out.push((high << 4 | value) >> bit & 1 == 1)),
            (_, None) => (0..4).rev().for_each(|bit| out.push(value >> bit & 1 == 1)),
        }
    }

    fn error(&self, found: String, wanted: &'static str) -> Problem {
        Problem::Syntax { line: self.line, column: self.column, found, wanted }
    }
}

impl Reader for Text {
    fn more(&mut self, out: &mut BitBuffer) -> Result<bool, Problem> {
        let mut bytes = vec![0; PIECE];
        let count = self.reader.read(&mut bytes).map_err(Problem::Read)?;
        let hex = self.digits != Digits::Binary;
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
                b'0' | b'1' if !hex => out.push(byte == b'1'),
                b'x' | b'X' if hex && self.zero => {
                    // The 0 before it was no digit.
                    self.zero = false;
                    continue;
                }
                _ if hex && byte.is_ascii_hexdigit() => {
                    self.digit(byte, out);
                    continue;
                }
                _ => {
                    let wanted = if hex { "a hexadecimal digit" } else { "0 or 1" };
                    return Err(self.error(format!("{:?}", char::from(byte)), wanted));
                }
            }
            self.flush(out);
        }
        if count == 0 {
            self.flush(out);
            if self.high.is_some() {
                return Err(self.error("the end".into(), "the second digit of a byte"));
            }
        }
        Ok(count > 0)
    }
}
