//! [`InputError`]: why there is no register.

use std::io;

use lfsr_core::notation::{ParseError, Problem};

use super::similar::{did_you_mean, similar};

/// Bytes of the longest line that is read: half a million coefficients.
pub(crate) const LONGEST_LINE: usize = 1 << 20;

/// Why there is no register; columns count characters from 1, as an editor does.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// A folder where a file should be.
    #[error("is a directory; give a CSV file or a register")]
    Directory,
    /// A file that cannot be opened.
    #[error("cannot open: {0}")]
    Open(io::Error),
    /// A file that can be opened but not read.
    #[error("cannot read: {0}")]
    Read(io::Error),
    /// What looks like the name of a file, and is none.
    #[error("no such file")]
    NoSuchFile,
    /// A line of more than 1 MiB.
    #[error("line longer than {LONGEST_LINE} bytes; give a register of such a degree by its exponents")]
    LongLine,
    /// A file of bytes, not of text.
    #[error("is no text")]
    Binary,
    /// A text of another encoding.
    #[error("is in UTF-16; save it as UTF-8")]
    Utf16,
    /// A byte that is no UTF-8.
    #[error("column {column}: found byte {byte:#04x}, which is no text")]
    NotText {
        /// Where.
        column: usize,
        /// Which.
        byte: u8,
    },
    /// A list of taps, in its usual order, that is no register.
    #[error("{list}: {problem}")]
    Taps {
        /// The list.
        list: String,
        /// What is wrong with it.
        problem: Problem,
    },
    /// A word that is no name of the catalogue.
    #[error("column {column}: {}{}", Problem::UnknownName, did_you_mean(similar))]
    UnknownName {
        /// Where.
        column: usize,
        /// Names that are nearly so.
        similar: Vec<&'static str>,
    },
    /// A text that is no register.
    #[error("column {column}: {problem}")]
    Syntax {
        /// Where.
        column: usize,
        /// What is wrong there.
        problem: Problem,
    },
}

impl InputError {
    /// The error of a parser that was given `text`.
    pub(crate) fn syntax(text: &str, error: &ParseError) -> Self {
        let column = text.get(..error.at).map_or(error.at, |before| before.chars().count()) + 1;
        if error.problem == Problem::UnknownName {
            let name = text.get(error.at..).unwrap_or_default().split(';').next().unwrap_or_default();
            return Self::UnknownName { column, similar: similar(name) };
        }
        Self::Syntax { column, problem: error.problem }
    }
}
