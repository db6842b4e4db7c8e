//! [`Status`]: how the program ends.

use std::process::ExitCode;

/// Exit status of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Status {
    /// Done.
    Done = 0,
    /// The answer is "no".
    No = 1,
    /// Bad usage or input.
    BadInput = 2,
    /// A resource or device failed.
    Failed = 3,
    /// Interrupted; partial results are written, marked as partial.
    Interrupted = 130,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}
