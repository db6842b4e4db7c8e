//! Frames over [`embedded_io`] streams.

use core::fmt;

use embedded_io::{Read, ReadReady, Write};

use super::{
    CommandKind, Content, Decoder, Frame, FrameError, MAX_COMMAND, MAX_ENCODED, MAX_FRAME, Message, Payload, encode,
};

/// The receiving half: frames with content `M` of at most `N` bytes, read from the stream up to `C` bytes at a time.
#[derive(Debug)]
pub struct Receiver<R, M = Message, const N: usize = MAX_FRAME, const C: usize = 32> {
    stream: R,
    decoder: Decoder<M, N>,
    chunk: [u8; C],
    /// The part of `chunk` not looked at yet.
    unread: (usize, usize),
}

/// The receiving half of a device, whose stream has a queue of its own. Commands wait in it until they are [read](Receiver::reread).
pub type CommandReceiver<R> = Receiver<R, CommandKind, MAX_COMMAND, 8>;

impl<R: Read> Receiver<R> {
    /// [`Message`]s from `stream`.
    pub const fn new(stream: R) -> Self {
        Self::of(stream)
    }
}

impl<R: Read, M: Content, const N: usize, const C: usize> Receiver<R, M, N, C> {
    /// Frames with any content from `stream`.
    pub const fn of(stream: R) -> Self {
        Self { stream, decoder: Decoder::of(), chunk: [0; C], unread: (0, 0) }
    }

    /// Waits for the next frame, sound or not.
    ///
    /// # Errors
    /// [`RecvError::Frame`] for a frame that had to be dropped (go on), [`RecvError::Closed`] at the end of the stream, and the
    /// stream's own errors, time-outs among them.
    pub fn receive(&mut self) -> Result<Frame<M>, RecvError<R::Error>> {
        loop {
            if let Some(found) = self.drain() {
                return found.map_err(RecvError::Frame);
            }
            self.fill()?;
        }
    }

    /// The content of the frame received last, if it was sound, read as something else.
    #[must_use]
    pub fn reread<T: Content>(&self) -> Option<T> {
        self.decoder.reread()
    }

    /// The underlying stream.
    pub fn stream_mut(&mut self) -> &mut R {
        &mut self.stream
    }

    fn drain(&mut self) -> Option<Result<Frame<M>, FrameError>> {
        let (from, to) = self.unread;
        for (at, &byte) in self.chunk.iter().enumerate().take(to).skip(from) {
            if let Some(found) = self.decoder.push(byte) {
                self.unread = (at + 1, to);
                return Some(found);
            }
        }
        self.unread = (0, 0);
        None
    }

    fn fill(&mut self) -> Result<(), RecvError<R::Error>> {
        match self.stream.read(&mut self.chunk).map_err(RecvError::Stream)? {
            0 => Err(RecvError::Closed),
            count => {
                self.unread = (0, count);
                Ok(())
            }
        }
    }
}

impl<R: Read + ReadReady, M: Content, const N: usize, const C: usize> Receiver<R, M, N, C> {
    /// The next frame if it is there already, without waiting.
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    pub fn poll(&mut self) -> Result<Option<Frame<M>>, RecvError<R::Error>> {
        loop {
            if let Some(found) = self.drain() {
                return found.map(Some).map_err(RecvError::Frame);
            }
            if !self.stream.read_ready().map_err(RecvError::Stream)? {
                return Ok(None);
            }
            self.fill()?;
        }
    }
}

/// The sending half.
#[derive(Debug)]
pub struct Sender<W> {
    stream: W,
    buffer: [u8; MAX_ENCODED],
}

impl<W: Write> Sender<W> {
    /// Frames to `stream`.
    pub const fn new(stream: W) -> Self {
        Self { stream, buffer: [0; MAX_ENCODED] }
    }

    /// Sends one frame, of a [`Message`] or [`MessageRef`](super::MessageRef), and flushes.
    ///
    /// # Errors
    /// Those of the stream.
    pub fn send(&mut self, request: u32, part: u32, message: &impl Payload) -> Result<(), SendError<W::Error>> {
        let frame = encode(&mut self.buffer, request, part, message).map_err(SendError::Frame)?;
        self.stream.write_all(frame).map_err(SendError::Stream)?;
        self.stream.flush().map_err(SendError::Stream)
    }
}

/// Why no frame came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecvError<E> {
    /// A frame came and had to be dropped.
    Frame(FrameError),
    /// The stream is at its end.
    Closed,
    /// The stream failed or timed out.
    Stream(E),
}

impl<E: fmt::Debug> fmt::Display for RecvError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(error) => error.fmt(f),
            Self::Closed => f.write_str("the other end closed the link"),
            Self::Stream(error) => write!(f, "the link failed: {error:?}"),
        }
    }
}

impl<E: fmt::Debug> core::error::Error for RecvError<E> {}

/// Why a frame could not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendError<E> {
    /// The message does not fit a frame.
    Frame(FrameError),
    /// The stream failed.
    Stream(E),
}

impl<E: fmt::Debug> fmt::Display for SendError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(error) => error.fmt(f),
            Self::Stream(error) => write!(f, "the link failed: {error:?}"),
        }
    }
}

impl<E: fmt::Debug> core::error::Error for SendError<E> {}
