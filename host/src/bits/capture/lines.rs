//! Text whose lines have a largest length: parsers of lines and words then need bounded memory, whatever they are given.

use std::io::{self, Read};

/// Bytes of the longest line.
const LONGEST: usize = 1 << 20;

/// Passes bytes on; fails at a line that is too long.
struct Bounded {
    inner: Box<dyn Read + Send>,
    line: u64,
    length: usize,
}

/// `reader`, failing at a line longer than a megabyte.
pub(super) fn bounded(reader: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
    Box::new(Bounded { inner: reader, line: 1, length: 0 })
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        for piece in buffer[..count].split_inclusive(|&byte| byte == b'\n') {
            self.length += piece.len();
            if self.length > LONGEST {
                return Err(io::Error::other(format!(
                    "line {} is longer than {LONGEST} bytes: no such text",
                    self.line
                )));
            }
            if piece.ends_with(b"\n") {
                (self.length, self.line) = (0, self.line + 1);
            }
        }
        Ok(count)
    }
}
