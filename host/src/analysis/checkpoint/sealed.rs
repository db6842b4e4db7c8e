//! [`Sealed`]: bytes that end in their checksum, read as a stream.

use std::io::{self, Read};

use super::error::Problem;

/// The checksum of a checkpoint: CRC-32C (iSCSI).
pub(super) const CRC: crc::Crc<u32> = crc::Crc::<u32>::new(&crc::CRC_32_ISCSI);

/// Bytes read at a time.
const PIECE: usize = 1 << 16;

/// Content followed by the four bytes of its checksum; gives out the content.
pub(super) struct Sealed<R> {
    inner: R,
    digest: crc::Digest<'static, u32>,
    /// Read, and not yet given out; the last four bytes of it may be the checksum.
    buffer: Vec<u8>,
    at: usize,
    /// Bytes that may still be read.
    left: u64,
}

/// The table of [`CRC`] lives as long as the program.
static TABLE: crc::Crc<u32> = CRC;

impl<R: Read> Sealed<R> {
    /// `inner`, of which at most `longest` bytes are read.
    pub(super) fn new(inner: R, longest: u64) -> Self {
        Self { inner, digest: TABLE.digest(), buffer: Vec::new(), at: 0, left: longest }
    }

    /// Reads on until there are more than four bytes, or no more come; whether there are.
    fn fill(&mut self) -> Result<bool, Problem> {
        while self.buffer.len() - self.at <= 4 {
            self.buffer.drain(..self.at);
            self.at = 0;
            let held = self.buffer.len();
            self.buffer.resize(held + PIECE, 0);
            let read = self.inner.read(&mut self.buffer[held..]);
            self.buffer.truncate(held + *read.as_ref().unwrap_or(&0));
            match read {
                Ok(0) => return Ok(false),
                Ok(count) => self.left = self.left.checked_sub(count as u64).ok_or(Problem::TooLong)?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Problem::Read(error)),
            }
        }
        Ok(true)
    }

    /// The next bytes of the content, at most `most`; none at its end.
    fn next(&mut self, most: usize) -> Result<&[u8], Problem> {
        let count = if self.fill()? { (self.buffer.len() - 4 - self.at).min(most) } else { 0 };
        let bytes = &self.buffer[self.at..self.at + count];
        self.digest.update(bytes);
        self.at += count;
        Ok(bytes)
    }

    /// Fills `out`.
    pub(super) fn exactly(&mut self, out: &mut [u8]) -> Result<(), Problem> {
        let mut rest = out;
        while !rest.is_empty() {
            let bytes = self.next(rest.len())?;
            if bytes.is_empty() {
                return Err("it ends too early".into());
            }
            let (now, later) = rest.split_at_mut(bytes.len());
            now.copy_from_slice(bytes);
            rest = later;
        }
        Ok(())
    }

    /// Whether there is more content.
    pub(super) fn has_more(&mut self) -> Result<bool, Problem> {
        self.fill()
    }

    /// Reads the rest, whatever it is, and tells whether the checksum is right.
    pub(super) fn verify(mut self) -> Result<(), Problem> {
        while !self.next(PIECE)?.is_empty() {}
        let checksum = self.buffer[self.at..].first_chunk::<4>().ok_or(Problem::Damaged)?;
        if self.digest.finalize() == u32::from_le_bytes(*checksum) { Ok(()) } else { Err(Problem::Damaged) }
    }
}
