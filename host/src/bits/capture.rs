//! [`Capture`]: received bits out of raw files, text, tables and the files of logic analysers, a piece at a time.

mod choice;
mod error;
mod format;
mod limit;
mod lines;
mod radix;
mod raw;
mod sampler;
mod table;
mod text;
mod vcd;
#[cfg(feature = "sigrok")]
mod zipped;

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

pub use error::{CaptureError, Problem};
use format::{Bytes, Head, Reader};
pub use format::{CaptureOptions, Format};
use sampler::BitBuffer;
pub use sampler::Sampling;

use super::reading::Reading;

/// Bytes read at a time.
const PIECE: usize = 1 << 17;

/// Bytes that are looked at to tell the format.
const HEAD: usize = 4096;

/// Every format.
pub static FORMATS: &[&Format] = &[
    &raw::MSB,
    &raw::LSB,
    &text::ASCII,
    &text::HEX,
    &text::HEX_LSB,
    &table::CSV,
    &vcd::FORMAT,
    #[cfg(feature = "sigrok")]
    &zipped::FORMAT,
    &table::SALEAE,
];

impl Format {
    /// The format of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<&'static Self> {
        FORMATS.iter().copied().find(|format| format.name == name)
    }

    /// The format that a file most likely has; `None` if it may be bytes of anything.
    fn guess(head: &Head<'_>) -> Option<&'static Self> {
        let scores = FORMATS.iter().copied().map(|format| ((format.sniff)(head), format));
        scores.filter(|(score, _)| *score > 0).max_by_key(|(score, _)| *score).map(|(_, format)| format)
    }
}

/// Received bits.
pub struct Capture {
    name: String,
    /// The ways to take the bits of the words that [`Capture::read`] gives: first that of the format, then others worth trying.
    pub readings: Vec<Reading>,
    /// Whether somebody said what the format is, so that the first reading should be right.
    pub is_said: bool,
    reader: Box<dyn Reader>,
    buffer: BitBuffer,
    done: bool,
}

impl core::fmt::Debug for Capture {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Capture").field("name", &self.name).field("readings", &self.readings).finish_non_exhaustive()
    }
}

impl Capture {
    /// The readings to choose from: the first alone if somebody said what the format is.
    #[must_use]
    pub fn worth_trying(&self) -> &[Reading] {
        if self.is_said { &self.readings[..1] } else { &self.readings }
    }

    /// Opens the file and finds out its format.
    ///
    /// # Errors
    /// If it cannot be read, is not of its format, or has not the signals asked for.
    pub fn open(options: &CaptureOptions) -> Result<Self, CaptureError> {
        let name = if options.file == "-" { "standard input".to_owned() } else { options.file.clone() };
        Self::open_named(&name, options).map_err(|problem| CaptureError { file: name, problem })
    }

    /// The same, of bytes that come from elsewhere. A sigrok session is always read from the file that `options` name.
    ///
    /// # Errors
    /// As [`Capture::open`].
    pub fn from_reader(bytes: Box<dyn Read + Send>, options: &CaptureOptions) -> Result<Self, CaptureError> {
        let name = options.file.clone();
        Self::of(&name, bytes, options).map_err(|problem| CaptureError { file: name, problem })
    }

    fn open_named(name: &str, options: &CaptureOptions) -> Result<Self, Problem> {
        let bytes: Bytes = if options.file == "-" {
            Box::new(io::stdin())
        } else {
            let path = Path::new(&options.file);
            if path.is_dir() {
                return Err(Problem::Directory);
            }
            Box::new(File::open(path).map_err(Problem::Open)?)
        };
        Self::of(name, bytes, options)
    }

    fn of(name: &str, mut reader: Bytes, options: &CaptureOptions) -> Result<Self, Problem> {
        let mut head = Vec::new();
        let format = match options.format {
            Some(format) => Some(format),
            None => {
                reader.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(Problem::Read)?;
                Format::guess(&Head { name: options.file.to_ascii_lowercase(), bytes: &head })
            }
        };
        // Bytes that may be anything are raw, in whichever order.
        let format = format.unwrap_or(&raw::MSB);

        let sampled = options.signal.is_some() || options.clock.is_some() || options.rate.is_some();
        if sampled && !format.is_sampled {
            return Err(Problem::NoSignals);
        }
        let bytes = Box::new(io::Cursor::new(head).chain(reader));
        let reader = (format.open)(bytes, options)?;
        let readings = reader.readings().unwrap_or_else(|| format.readings.to_vec());
        let (is_said, buffer) = (options.format.is_some(), BitBuffer::default());
        Ok(Self { name: name.to_owned(), readings, is_said, reader, buffer, done: false })
    }

    /// The name for messages.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn error(&self, problem: Problem) -> CaptureError {
        CaptureError { file: self.name.clone(), problem }
    }

    /// Replaces `words` by the next ones; returns the number of bits in them: 0 at the end, and no multiple of 64 only right before.
    ///
    /// # Errors
    /// If it cannot be read on, or is not of its format there.
    pub fn read(&mut self, words: &mut Vec<u64>) -> Result<u64, CaptureError> {
        words.clear();
        while !self.done && !self.buffer.has_word() {
            let more = self.reader.more(&mut self.buffer);
            self.done = !more.map_err(|problem| self.error(problem))?;
        }
        Ok(self.buffer.take(words, self.done))
    }

    /// Everything up to `most` bits; bit i of word j is number 64 j + i, as they came: a [`Reading`] puts them into the order of time.
    ///
    /// # Errors
    /// Those of [`Capture::read`].
    pub fn read_all(&mut self, most: u64) -> Result<(Vec<u64>, u64), CaptureError> {
        let (mut all, mut piece, mut bits) = (Vec::new(), Vec::new(), 0);
        while bits < most {
            let now = self.read(&mut piece)?;
            if now == 0 {
                break;
            }
            let bytes = 8 * (all.len() + piece.len()) as u64;
            all.try_reserve(piece.len()).map_err(|_| self.error(Problem::Memory(bytes)))?;
            all.extend_from_slice(&piece);
            bits += now;
        }
        let bits = bits.min(most);
        all.truncate(bits.div_ceil(64) as usize);
        if !bits.is_multiple_of(64)
            && let Some(last) = all.last_mut()
        {
            *last &= (1 << (bits % 64)) - 1;
        }
        Ok((all, bits))
    }
}

#[cfg(test)]
mod tests;
