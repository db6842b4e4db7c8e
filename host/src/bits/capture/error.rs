//! [`CaptureError`]: why a capture gives no bits.

use core::fmt;
use std::io;

use super::lines::WIDEST;

/// Characters of a file's content that a message repeats at most.
const SHOWN: usize = 40;

/// Why a capture gives no bits, or no more of them.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct CaptureError {
    /// Which capture.
    pub file: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a capture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// A folder where a file should be.
    #[error("is a directory; give a file of bits")]
    Directory,
    /// The file cannot be opened.
    #[error("cannot open: {0}")]
    Open(io::Error),
    /// The file cannot be read on.
    #[error("cannot read: {0}")]
    Read(io::Error),
    /// So many bytes are more memory than the system gives.
    #[error("{0} bytes of memory are needed, and the system refused")]
    Memory(u64),
    /// The format is read from the end of the file, and a pipe has none.
    #[error("a sigrok session cannot be read from a pipe; give the file")]
    Pipe,
    /// A signal, clock or rate was asked for, and the format has no signals.
    #[error("only CSV, VCD, sigrok and Saleae files have signals, clocks and rates")]
    NoSignals,
    /// The signal that was asked for is not there.
    #[error("no {what} {wanted}; there are {known}")]
    NoSuchSignal {
        /// Column, channel or signal.
        what: &'static str,
        /// What was asked for.
        wanted: String,
        /// Those there are, the first of them at least.
        known: String,
    },
    /// More than one signal has the name that was asked for.
    #[error("several {what}s {wanted}; give the whole name or the number of one; there are {known}")]
    Ambiguous {
        /// Column, channel or signal.
        what: &'static str,
        /// What was asked for.
        wanted: String,
        /// Those there are, the first of them at least.
        known: String,
    },
    /// There is more than one signal, and none was asked for.
    #[error("several {what}s: {known}")]
    NoChoice {
        /// Column, channel or signal.
        what: &'static str,
        /// Those there are, the first of them at least.
        known: String,
    },
    /// A clock of more than one line.
    #[error("the clock has {0} lines; one is needed")]
    WideClock(usize),
    /// What stands in a column is not 0 or 1.
    #[error("line {line}, column {column}: found {found} where 0 or 1 should stand")]
    NotABit {
        /// From 1.
        line: u64,
        /// From 1: of cells.
        column: u64,
        /// What stands there, shortened.
        found: String,
    },
    /// The signal that was asked for is a bus of too many lines.
    #[error("{what} {wanted} has more than the {WIDEST} lines that are read")]
    TooWide {
        /// Column, channel or signal.
        what: &'static str,
        /// What was asked for.
        wanted: String,
    },
    /// There is no signal at all.
    #[error("no {0} of at most {WIDEST} lines")]
    Empty(&'static str),
    /// Values change at any time, and neither clock nor rate says when to take bits.
    #[error("{0}: a clock or a rate must say when to take bits")]
    NoSampling(&'static str),
    /// A rate was asked for, and there are no times.
    #[error("a rate needs times: {0}")]
    NoTimes(&'static str),
    /// There are fewer samples than bits.
    #[error("{rate} bits a second are more than the {samples} samples a second of the recording")]
    TooFast {
        /// Bits a second that were asked for.
        rate: f64,
        /// Samples a second.
        samples: f64,
    },
    /// So long a silence that the rate must be wrong.
    #[error("{bits:.0} bits without a transition at {time} s; is the rate right?")]
    Silence {
        /// How many bits that would be.
        bits: f64,
        /// Where it ends, in seconds.
        time: f64,
    },
    /// Something stands where something else should.
    #[error("line {line}, column {column}: found {found} where {wanted} should stand")]
    Syntax {
        /// From 1.
        line: u64,
        /// From 1: of characters, in a table of cells.
        column: u64,
        /// What stands there, shortened.
        found: String,
        /// What should.
        wanted: &'static str,
    },
    /// The file is not of its format.
    #[error("{place}: {what}")]
    Malformed {
        /// A line, or a part of an archive.
        place: String,
        /// What is wrong there.
        what: String,
    },
}

impl Problem {
    /// That `what` is wrong at `place`.
    pub(super) fn at(place: impl fmt::Display, what: impl fmt::Display) -> Self {
        Self::Malformed { place: place.to_string(), what: what.to_string() }
    }
}

/// A word of a file for a message: quoted, control characters escaped, never more than a few of its characters.
pub(super) fn quoted(text: &str) -> String {
    let mut characters = text.chars();
    let short: String = characters.by_ref().take(SHOWN).collect();
    if characters.next().is_none() { format!("{short:?}") } else { format!("{short:?}...") }
}
