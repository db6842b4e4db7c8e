//! [`Format`]: one way in which bits are written in a file; [`CaptureOptions`] asks for one, a [`Reader`] takes them out.
//!
//! A format is a file of this folder with its [`Format`], and a line in [`super::FORMATS`].

use std::io::Read;

use super::{error::Problem, sampler::BitBuffer};
use crate::bits::reading::Reading;

/// Where received bits are and how they are written.
#[derive(Debug, Clone, Default)]
pub struct CaptureOptions {
    /// The file; `-` is standard input.
    pub file: String,
    /// How the bits are written; `None`: by name and content.
    pub format: Option<&'static Format>,
    /// Which signal: a name, or the number of a column or channel from 1 on; `None`: the only one.
    pub signal: Option<String>,
    /// Take a bit at each edge of this signal: NAME, NAME:rising or NAME:falling.
    pub clock: Option<String>,
    /// Bits per second: bits are counted from transition to transition.
    pub rate: Option<f64>,
}

/// One way in which bits are written.
pub struct Format {
    /// What it is called.
    pub name: &'static str,
    /// What it is, in a line.
    pub help: &'static str,
    /// Whether it has signals that are sampled, by a clock or a rate.
    pub is_sampled: bool,
    /// The ways to take its bits: first the one it stands for, then others that are worth trying.
    pub(super) readings: &'static [Reading],
    /// How sure a name and the first bytes make one that a file is of this format: 0 is not at all.
    pub(super) sniff: fn(&Head<'_>) -> u8,
    /// Begins to read.
    pub(super) open: Open,
}

impl core::fmt::Debug for Format {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Format {
    /// Names are different.
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// Begins to read a capture.
pub(super) type Open = fn(Bytes, &CaptureOptions) -> Result<Box<dyn Reader>, Problem>;

/// The bytes of a capture.
pub(super) type Bytes = Box<dyn Read + Send>;

/// A capture being read.
pub(super) trait Reader: Send {
    /// Adds some of the next bits, and stops soon after `out` is full; false at the end.
    fn more(&mut self, out: &mut BitBuffer) -> Result<bool, Problem>;

    /// The ways to take the bits, where the file says more than its format.
    fn readings(&self) -> Option<Vec<Reading>> {
        None
    }
}

/// What is known of a file before it is read.
pub(super) struct Head<'a> {
    /// Its name, in small letters.
    pub(super) name: String,
    /// Its first bytes.
    pub(super) bytes: &'a [u8],
}

impl Head<'_> {
    /// Whether the name ends so.
    pub(super) fn ends(&self, ending: &str) -> bool {
        self.name.ends_with(ending)
    }

    /// Whether it is text, and not empty.
    pub(super) fn is_text(&self) -> bool {
        !self.bytes.is_empty() && self.bytes.iter().all(|b| b.is_ascii_graphic() || b.is_ascii_whitespace())
    }

    /// The first line.
    pub(super) fn first_line(&self) -> &[u8] {
        self.bytes.split(|&b| b == b'\n').next().unwrap_or(&[])
    }

    /// Whether every character outside comments is one of these or a blank.
    pub(super) fn is_made_of(&self, allowed: impl Fn(u8) -> bool) -> bool {
        self.bytes.split(|&b| b == b'\n').all(|line| {
            let line = line.split(|&b| b == b'#').next().unwrap_or(&[]);
            line.iter().all(|&b| b.is_ascii_whitespace() || allowed(b))
        })
    }
}
