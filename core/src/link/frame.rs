//! Frames: COBS, CRC, version and numbers around a [`Message`].

use core::fmt;

use crc::{CRC_32_ISCSI, Crc, Digest, NoTable};
use heapless::Vec;
use postcard::ser_flavors::{Cobs, Flavor, Slice};
use serde::{Deserialize, Serialize};

use super::{Message, VERSION};

/// The most bytes in a frame before stuffing, CRC included.
pub const MAX_FRAME: usize = 260;

/// The most bytes on the wire for one frame: stuffing adds one byte per 254 begun, and there is a zero at each end.
pub const MAX_ENCODED: usize = MAX_FRAME + MAX_FRAME.div_ceil(254) + 2;

/// Without a table: 1 KiB of flash is worth more than the time, which the wire takes anyway.
static CRC: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISCSI);
const CRC_LEN: usize = 4;

/// A message with its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The number of the command this is or belongs to; 0: none.
    pub request: u32,
    /// The place among the replies to that command.
    pub part: u32,
    /// The content.
    pub message: Message,
}

/// What stands before the CRC, in this order.
#[derive(Serialize)]
struct BodyRef<'a>(u8, u32, u32, &'a Message);

/// The same without the version, which is looked at first.
#[derive(Deserialize)]
struct Body(u32, u32, Message);

/// Writes the frame, with the zeros at both ends, and returns the bytes used.
///
/// # Errors
/// [`FrameError::TooLong`] if `buffer` is shorter than the frame; [`MAX_ENCODED`] bytes are always enough.
pub fn encode<'a>(
    buffer: &'a mut [u8],
    request: u32,
    part: u32,
    message: &Message,
) -> Result<&'a mut [u8], FrameError> {
    let Some((lead, rest)) = buffer.split_first_mut() else {
        return Err(FrameError::TooLong);
    };
    *lead = 0;
    let stuffed = Cobs::try_new(Slice::new(rest)).map_err(|_| FrameError::TooLong)?;
    let body = BodyRef(VERSION, request, part, message);
    let checked = Checked { inner: stuffed, digest: CRC.digest() };
    let length = 1 + postcard::serialize_with_flavor(&body, checked).map_err(|_| FrameError::TooLong)?.len();
    buffer.get_mut(..length).ok_or(FrameError::TooLong)
}

/// Appends the CRC of what passes through.
struct Checked<F> {
    inner: F,
    digest: Digest<'static, u32, NoTable>,
}

impl<F: Flavor> Flavor for Checked<F> {
    type Output = F::Output;

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.digest.update(&[byte]);
        self.inner.try_push(byte)
    }

    fn finalize(mut self) -> postcard::Result<Self::Output> {
        for byte in self.digest.finalize().to_le_bytes() {
            self.inner.try_push(byte)?;
        }
        self.inner.finalize()
    }
}

/// Takes the stream a byte at a time and gives back the frames in it.
#[derive(Debug, Default)]
pub struct Decoder {
    frame: Vec<u8, MAX_FRAME>,
    /// Bytes still to come in the current COBS block.
    left: u8,
    /// Whether a zero belongs after the current block, should another one follow.
    zero_due: bool,
    /// Whether anything came since the last zero.
    begun: bool,
    /// The frame grew beyond [`MAX_FRAME`]: skip to its end.
    too_long: bool,
}

impl Decoder {
    /// A decoder at the beginning of a stream.
    #[must_use]
    pub const fn new() -> Self {
        Self { frame: Vec::new(), left: 0, zero_due: false, begun: false, too_long: false }
    }

    /// Takes one byte. `None`: nothing ended here. After a frame or an error the next one may follow at once. O(1), or the
    /// length of the frame at its end.
    pub fn push(&mut self, byte: u8) -> Option<Result<Frame, FrameError>> {
        if byte == 0 {
            let found = self.begun.then(|| self.finish());
            self.reset();
            return found;
        }
        self.begun = true;
        if self.left > 0 {
            self.left -= 1;
            self.keep(byte);
        } else {
            if self.zero_due {
                self.keep(0);
            }
            self.left = byte - 1;
            self.zero_due = byte != u8::MAX;
        }
        None
    }

    /// Forgets a frame begun.
    pub fn reset(&mut self) {
        self.frame.clear();
        (self.left, self.zero_due, self.begun, self.too_long) = (0, false, false, false);
    }

    fn keep(&mut self, byte: u8) {
        self.too_long |= self.frame.push(byte).is_err();
    }

    fn finish(&self) -> Result<Frame, FrameError> {
        if self.too_long {
            return Err(FrameError::TooLong);
        }
        if self.left > 0 {
            return Err(FrameError::Truncated);
        }
        let Some((body, crc)) = self.frame.split_last_chunk::<CRC_LEN>() else {
            return Err(FrameError::Truncated);
        };
        if CRC.checksum(body) != u32::from_le_bytes(*crc) {
            return Err(FrameError::Checksum);
        }
        let Some((&version, body)) = body.split_first() else {
            return Err(FrameError::Truncated);
        };
        if version != VERSION {
            return Err(FrameError::Version(version));
        }
        match postcard::take_from_bytes::<Body>(body) {
            Ok((Body(request, part, message), [])) => Ok(Frame { request, part, message }),
            _ => Err(FrameError::Content(postcard::take_from_bytes::<u32>(body).map_or(0, |(request, _)| request))),
        }
    }
}

/// Why a frame was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum FrameError {
    /// It is longer than [`MAX_FRAME`], or than the buffer it was to be written to.
    TooLong,
    /// It ends before its end.
    Truncated,
    /// The CRC does not match.
    Checksum,
    /// It is sound but of this other version of the protocol.
    Version(u8),
    /// It is sound but its content cannot be read: a message not known here, a register that is none. Its request number.
    Content(u32),
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "a frame is longer than {MAX_FRAME} bytes"),
            Self::Truncated => f.write_str("a frame is truncated"),
            Self::Checksum => f.write_str("the check sum of a frame is wrong"),
            Self::Version(version) => write!(f, "a frame is of version {version}, this is version {VERSION}"),
            Self::Content(request) => write!(f, "the content of a frame (request {request}) cannot be read"),
        }
    }
}

impl core::error::Error for FrameError {}

#[cfg(test)]
mod tests;
