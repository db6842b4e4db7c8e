//! [`limited`]: bytes that end in an error if one item of a file is longer than any real one.
//!
//! A parser holds a whole item (a row, a command, a table of contents) before it gives it out. With a limit to what it may read for one,
//! its memory is bounded whatever the file holds: a quote that is never closed, a comment without an end, zeros for ever.

use std::{
    io::{self, BufRead, Read, Seek, SeekFrom},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

/// The longest row of a table or command of a dump, in bytes.
pub(super) const LONGEST_ITEM: usize = 1 << 20;

/// Bytes with a limit.
pub(super) struct Limited<R> {
    inner: R,
    left: Allowance,
}

/// How many bytes may still be read; the holder of the parser renews it after each item.
#[derive(Debug, Clone)]
pub(super) struct Allowance {
    left: Arc<AtomicUsize>,
    each: usize,
}

/// `inner`, of which `each` bytes may be read until [`Allowance::renew`].
pub(super) fn limited<R>(inner: R, each: usize) -> (Limited<R>, Allowance) {
    let left = Allowance { left: Arc::new(AtomicUsize::new(each)), each };
    (Limited { inner, left: left.clone() }, left)
}

impl Allowance {
    /// An item was read: the next may be as long again.
    pub(super) fn renew(&self) {
        self.left.store(self.each, Ordering::Relaxed);
    }

    /// There is no limit any more.
    #[cfg(feature = "sigrok")]
    pub(super) fn lift(&self) {
        self.left.store(usize::MAX, Ordering::Relaxed);
    }

    /// Takes up to `wanted` bytes off.
    fn take(&self, wanted: usize) -> io::Result<usize> {
        match self.left.load(Ordering::Relaxed) {
            0 => Err(io::Error::other(format!(
                "longer than {} bytes: nothing real is; is a quote or comment left open?",
                self.each
            ))),
            left => Ok(left.min(wanted)),
        }
    }

    fn spend(&self, bytes: usize) {
        let left = self.left.load(Ordering::Relaxed);
        self.left.store(left.saturating_sub(bytes), Ordering::Relaxed);
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let allowed = self.left.take(buffer.len())?;
        let count = self.inner.read(&mut buffer[..allowed])?;
        self.left.spend(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Limited<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let allowed = self.left.take(usize::MAX)?;
        let buffer = self.inner.fill_buf()?;
        Ok(&buffer[..buffer.len().min(allowed)])
    }

    fn consume(&mut self, count: usize) {
        self.left.spend(count);
        self.inner.consume(count);
    }
}

impl<R: Seek> Seek for Limited<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}
