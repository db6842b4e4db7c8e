//! The commands. Only this and `report` print.
#![allow(clippy::print_stderr, reason = "errors of the command line go to standard error, here and nowhere else")]

pub mod analyze;
pub mod bench;
pub mod catalogue;
pub mod check;
pub mod completions;
pub mod explain;
pub mod generate;
pub mod identify;
pub mod jump;
pub mod man;
pub mod merge;
pub mod primitive;
pub mod table_check;

use std::sync::Arc;

use crate::{cli::Status, control::Control, error::Error, output::WriteError, sched::PoolError};

/// Why a command ended early: one line and an exit status.
#[derive(Debug)]
pub struct Failure {
    status: Status,
    /// `None` if there is nothing to say.
    message: Option<String>,
}

impl Failure {
    /// Bad usage or input.
    #[must_use]
    pub fn bad_input(message: impl Into<String>) -> Self {
        Self { status: Status::BadInput, message: Some(message.into()) }
    }

    /// A resource failed.
    #[must_use]
    pub fn failed(message: impl Into<String>) -> Self {
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
            // As `yes | head`: who reads us decides when it is enough.
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
        Self::failed(error.to_string())
    }
}

/// One line on standard error.
fn complain(message: &str) {
    // `eprintln` panics if standard error is closed; there is then nobody to tell.
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "lfsr: {message}");
}

/// The first Ctrl-C asks to stop, the second does not wait.
#[allow(clippy::exit, reason = "the second Ctrl-C is a wish to leave at once")]
fn on_interrupt(control: &Arc<Control>) {
    let control = Arc::clone(control);
    // Fails only if a handler is set already, as in a test that runs two commands.
    let _ = ctrlc::set_handler(move || {
        if control.is_stopped() {
            std::process::exit(Status::Interrupted as i32);
        }
        control.stop();
    });
}
