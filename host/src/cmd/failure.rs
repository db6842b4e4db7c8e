//! [`Failure`]: why a command ended early, in one line.
#![allow(clippy::print_stderr, reason = "errors of the command line go to standard error, here and nowhere else")]

use lfsr_core::notation::Problem;

use super::status::Status;
use crate::{
    analysis::{Error, Kernel},
    input::InputError,
    sched::PoolError,
    terminal::output::WriteError,
};

/// Why a command ended early: one line and an exit status.
#[derive(Debug)]
pub(super) struct Failure {
    status: Status,
    /// `None` if there is nothing to say.
    message: Option<String>,
}

impl Failure {
    /// Bad usage or input.
    #[must_use]
    pub(super) fn bad_input(message: impl Into<String>) -> Self {
        Self { status: Status::BadInput, message: Some(message.into()) }
    }

    /// A resource failed.
    #[must_use]
    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self { status: Status::Failed, message: Some(message.into()) }
    }

    /// Prints the line.
    pub(crate) fn report(self) -> Status {
        if let Some(message) = &self.message {
            complain(message);
        }
        self.status
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        match error {
            // As in `yes | head`: a closed pipe is not an error.
            WriteError::ReaderGone => Self { status: Status::Done, message: None },
            WriteError::Failed(message) => Self::failed(message),
        }
    }
}

impl From<PoolError> for Failure {
    fn from(error: PoolError) -> Self {
        Self::failed(error.to_string())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let message = with_remedy(&error);
        match error {
            Error::TooWide { .. } => Self::bad_input(message),
            _ => Self::failed(message),
        }
    }
}

/// The error of an enumeration, and the option that helps.
pub(crate) fn with_remedy(error: &Error) -> String {
    let remedy = match error {
        Error::Memory { plan: Kernel::Bitmap, .. } => "; use --engine first-return or raise --max-memory",
        Error::Memory { leaders: true, .. } => "; leave out --leaders or raise --max-memory",
        Error::Memory { .. } => "; raise --max-memory",
        Error::Allocation { .. } => "; lower --max-memory",
        Error::TooWide { .. } => "; use --engine algebra",
        Error::NothingToShare => "; analyse it without --shard",
        _ => "",
    };
    format!("{error}{remedy}")
}

/// The error of an input, and the command that helps.
pub(crate) fn explained(error: &InputError) -> String {
    let remedy = match error {
        InputError::Syntax { problem: Problem::UnknownName, .. } => " (`lfsr catalogue` lists them)",
        _ => "",
    };
    format!("{error}{remedy}")
}

/// One line on standard error.
pub(crate) fn complain(message: &str) {
    // `eprintln` panics if standard error is closed; there is then nobody to tell.
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "lfsr: {message}");
}
