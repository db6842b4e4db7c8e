//! Frames: COBS, CRC, version and numbers around a [`Message`].

use core::{fmt, marker::PhantomData};

use heapless::Vec;

use super::{
    Message, VERSION,
    codec::{CRC, CRC_LEN, Content, Fields, Payload, Stuffed},
};

/// The most bytes in a frame before stuffing, CRC included.
pub const MAX_FRAME: usize = 160;

/// The most bytes in a frame with a command.
pub const MAX_COMMAND: usize = 64;

/// The most bytes on the wire for one frame: stuffing adds one byte per 254 begun, and there is a zero at each end.
pub const MAX_ENCODED: usize = MAX_FRAME + MAX_FRAME.div_ceil(254) + 2;

/// A message with its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame<M = Message> {
    /// The number of the command this is or belongs to; 0: none.
    pub request: u32,
    /// The place among the replies to that command.
    pub part: u32,
    /// The content.
    pub message: M,
}

/// Writes the frame of a [`Message`] or [`MessageRef`](super::MessageRef), with the zeros at both ends, and returns the bytes used.
///
/// # Errors
/// [`FrameError::TooLong`] if `buffer` is shorter than the frame; [`MAX_ENCODED`] bytes are always enough.
pub fn encode<'a>(
    buffer: &'a mut [u8],
    request: u32,
    part: u32,
    message: &impl Payload,
) -> Result<&'a mut [u8], FrameError> {
    let mut stuffed = Stuffed::new(buffer);
    stuffed.byte(VERSION);
    stuffed.number(request.into());
    stuffed.number(part.into());
    message.write(&mut stuffed);
    stuffed.finish().ok_or(FrameError::TooLong)
}

/// Takes the stream a byte at a time and gives back the frames in it, with at most `N` bytes each before stuffing.
#[derive(Debug)]
pub struct Decoder<M = Message, const N: usize = MAX_FRAME> {
    /// Kept from the end of a frame to the beginning of the next.
    frame: Vec<u8, N>,
    /// Where the content begins in a frame that was sound.
    content_from: u8,
    /// Bytes still to come in the current COBS block.
    left: u8,
    /// Whether a zero belongs after the current block, should another one follow.
    zero_due: bool,
    /// Whether anything came since the last zero.
    begun: bool,
    /// The frame grew beyond `N`: skip to its end.
    too_long: bool,
    content: PhantomData<fn() -> M>,
}

impl Decoder {
    /// A decoder of [`Message`]s at the beginning of a stream.
    #[must_use]
    pub const fn new() -> Self {
        Self::of()
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl<M: Content, const N: usize> Decoder<M, N> {
    /// A decoder of any content at the beginning of a stream.
    #[must_use]
    pub const fn of() -> Self {
        Self {
            frame: Vec::new(),
            content_from: 0,
            left: 0,
            zero_due: false,
            begun: false,
            too_long: false,
            content: PhantomData,
        }
    }

    /// Takes one byte. `None`: nothing ended here. After a frame or an error the next one may follow at once. O(1), or the
    /// length of the frame at its end.
    pub fn push(&mut self, byte: u8) -> Option<Result<Frame<M>, FrameError>> {
        if byte == 0 {
            let found = self.begun.then(|| self.finish());
            self.begun = false;
            return found;
        }
        if !self.begun {
            self.reset();
            self.begun = true;
        }
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

    /// The content of the last frame, which was sound, read as something else; only before the next byte.
    #[must_use]
    pub fn reread<T: Content>(&self) -> Option<T> {
        let end = self.frame.len().checked_sub(CRC_LEN)?;
        T::read(self.frame.get(self.content_from.into()..end)?)
    }

    fn finish(&mut self) -> Result<Frame<M>, FrameError> {
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
        let mut fields = Fields::new(body);
        let (request, part, content) = (fields.u32(), fields.u32(), fields.bytes);
        if fields.bad {
            return Err(FrameError::Content(0));
        }
        self.content_from = (1 + body.len() - content.len()) as u8;
        match M::read(content) {
            Some(message) => Ok(Frame { request, part, message }),
            None => Err(FrameError::Content(request)),
        }
    }
}

/// Why a frame was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum FrameError {
    /// It is longer than [`MAX_FRAME`] ([`MAX_COMMAND`] on a device), or than the buffer it was to be written to.
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
            Self::TooLong => f.write_str("a frame is too long"),
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
