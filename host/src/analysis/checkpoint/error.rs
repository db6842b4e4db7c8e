//! Why a checkpoint cannot be read, or checkpoints cannot be merged.

use std::io;

use lfsr_core::register::Register;

/// Why a file is no checkpoint.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct ReadError {
    /// Which file.
    pub file: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a checkpoint.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The file cannot be opened.
    #[error("cannot open: {0}")]
    Open(io::Error),
    /// The file cannot be read.
    #[error("cannot read: {0}")]
    Read(#[from] io::Error),
    /// Longer than any checkpoint.
    #[error("too long for a checkpoint")]
    TooLong,
    /// Another kind of file.
    #[error("not a checkpoint of lfsr")]
    Foreign,
    /// Of another version.
    #[error("a checkpoint of another version of lfsr; start afresh")]
    OtherVersion,
    /// Its checksum is wrong.
    #[error("truncated or altered: its checksum is wrong; start afresh, or take an older copy")]
    Damaged,
    /// Its checksum is right, and yet it contradicts itself.
    #[error("{0}")]
    Contradiction(String),
}

impl From<&str> for Problem {
    fn from(what: &str) -> Self {
        Self::Contradiction(what.to_owned())
    }
}

/// Why checkpoints cannot be merged.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// There are none.
    #[error("nothing to merge")]
    Nothing,
    /// One is of another register than the first.
    #[error("{file} is of {register}, {first} of {expected}")]
    OtherRegister {
        /// Which file.
        file: String,
        /// The first file.
        first: String,
        /// Of the file.
        register: Register,
        /// Of the first file.
        expected: Register,
    },
    /// One has another section than the first.
    #[error("{file} has another section than {first}")]
    OtherSection {
        /// Which file.
        file: String,
        /// The first file.
        first: String,
    },
    /// Two have the same start states.
    #[error("{file} and {other} both have start states {first} to {last}")]
    Twice {
        /// One file.
        file: String,
        /// Another.
        other: String,
        /// The first such start state.
        first: u64,
        /// The last one in a row.
        last: u64,
    },
    /// Two say something else of the same start state.
    #[error("{file} and {other} contradict each other: the arc from start state {start} is not the same")]
    Unequal {
        /// One file.
        file: String,
        /// Another.
        other: String,
        /// The first such start state.
        start: u64,
    },
    /// Some start states are in no file.
    #[error("start states {first} to {last} of {total} are in no file")]
    Missing {
        /// The first such start state.
        first: u64,
        /// The last one in a row.
        last: u64,
        /// How many start states there are.
        total: u64,
    },
}
