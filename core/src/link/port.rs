//! Frames over [`embedded_io`] streams.

use core::fmt;

use embedded_io::{Read, ReadReady, Write};

use super::{Decoder, Frame, FrameError, MAX_ENCODED, Message, encode};

/// The receiving half.
#[derive(Debug)]
pub struct Receiver<R> {
    stream: R,
    decoder: Decoder,
    chunk: [u8; 32],
    /// The part of `chunk` not looked at yet.
    unread: (usize, usize),
}

impl<R: Read> Receiver<R> {
    /// Frames from `stream`.
    pub const fn new(stream: R) -> Self {
        Self { stream, decoder: Decoder::new(), chunk: [0; 32], unread: (0, 0) }
    }

    /// Waits for the next frame, sound or not.
    ///
    /// # Errors
    /// [`RecvError::Frame`] for a frame that had to be dropped (go on), [`RecvError::Closed`] at the end of the stream, and the
    /// stream's own errors, time-outs among them.
    pub fn receive(&mut self) -> Result<Frame, RecvError<R::Error>> {
        loop {
            if let Some(found) = self.drain() {
                return found.map_err(RecvError::Frame);
            }
            self.fill()?;
        }
    }

    /// The underlying stream.
    pub fn stream_mut(&mut self) -> &mut R {
        &mut self.stream
    }

    fn drain(&mut self) -> Option<Result<Frame, FrameError>> {
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

impl<R: Read + ReadReady> Receiver<R> {
    /// The next frame if it is there already, without waiting.
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    pub fn poll(&mut self) -> Result<Option<Frame>, RecvError<R::Error>> {
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

    /// Sends one frame and flushes.
    ///
    /// # Errors
    /// Those of the stream.
    pub fn send(&mut self, request: u32, part: u32, message: &Message) -> Result<(), SendError<W::Error>> {
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
