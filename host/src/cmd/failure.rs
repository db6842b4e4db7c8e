//! [`Failure`]: why a command ended early, in one line.
#![allow(clippy::print_stderr, reason = "errors of the command line go to standard error, here and nowhere else")]

use std::io::{self, IsTerminal};

use super::status::Status;
use crate::{
    analysis::{
        Error, Kernel,
        checkpoint::{GuardError, MergeError, ReadError},
        cluster::JobError,
    },
    bits::{
        bert::BertError,
        capture::{CaptureError, Problem},
    },
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

    /// The system refused a thread.
    #[must_use]
    pub(super) fn no_thread(error: &io::Error) -> Self {
        Self::failed(format!("cannot start a thread: {error}; see `ulimit -u` and `ulimit -v`"))
    }

    /// The same with more to say.
    #[must_use]
    pub(super) fn noting(self, more: &str) -> Self {
        Self { message: self.message.map(|message| message + more), ..self }
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
            error => Self::failed(error.to_string()),
        }
    }
}

impl From<PoolError> for Failure {
    fn from(error: PoolError) -> Self {
        Self::failed(format!("{error}{}", for_pool(&error)))
    }
}

fn for_pool(error: &PoolError) -> &'static str {
    if matches!(error, PoolError::Spawn { .. }) {
        "; try fewer --workers, or see `ulimit -u` and `ulimit -v`"
    } else {
        ""
    }
}

impl From<CaptureError> for Failure {
    fn from(error: CaptureError) -> Self {
        let remedy = match &error.problem {
            Problem::NoSignals => "; say which it is with --input",
            Problem::NoChoice { .. } => "; choose one with --signal",
            Problem::NoSampling(_) | Problem::NoTimes(_) => "; give --clock NAME or --rate HZ",
            Problem::Silence { .. } | Problem::TooFast { .. } => "; see --rate",
            Problem::NotABit { .. } => "; of a bus name the lines, as in --signal 'NAME[7:0]'",
            Problem::Syntax { .. } => "; for other formats use --input",
            _ => "",
        };
        Self::bad_input(format!("{error}{remedy}"))
    }
}

impl From<BertError> for Failure {
    fn from(error: BertError) -> Self {
        match error {
            BertError::Capture(error) => error.into(),
            BertError::Thread(error) => Self::no_thread(&error),
            error => Self::bad_input(error.to_string()),
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Self::bad_input(error.to_string())
    }
}

impl From<GuardError> for Failure {
    fn from(error: GuardError) -> Self {
        match error {
            GuardError::InUse(_) => Self::bad_input(error.to_string()),
            error => Self::failed(error.to_string()),
        }
    }
}

impl From<MergeError> for Failure {
    fn from(error: MergeError) -> Self {
        let remedy = match &error {
            MergeError::OtherSection { .. } => ": run all shards with the same version and --max-memory",
            MergeError::Unequal { .. } => {
                "; one of the machines computes wrongly: remove both and do them again elsewhere"
            }
            MergeError::Missing { .. } => ": run the missing --shard, or end it with --resume",
            _ => "",
        };
        Self::bad_input(format!("{error}{remedy}"))
    }
}

impl From<JobError> for Failure {
    fn from(error: JobError) -> Self {
        match error {
            JobError::Plan(error) => error.into(),
            JobError::Write(error) => error.into(),
            JobError::NotThere { .. } => Self::bad_input(format!("{error}; `lfsr cluster` makes the folder of a job")),
            JobError::Other { .. } => Self::bad_input(format!("{error}; choose another --dir, or remove that")),
            JobError::TooMany { .. } => Self::bad_input(format!("{error}; try fewer --shards")),
            JobError::Folder { .. } => Self::failed(error.to_string()),
            error => Self::bad_input(error.to_string()),
        }
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

/// The register of a command that plans an enumeration is too wide for one.
#[cfg(feature = "shell")]
pub(crate) fn too_wide(degree: usize) -> Failure {
    Failure::bad_input(format!("{}; `lfsr analyze` answers by algebra", Error::TooWide { degree }))
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
        Error::Pool(error) => for_pool(error),
        _ => "",
    };
    format!("{error}{remedy}")
}

/// The error of an input, and the command that helps.
pub(crate) fn explained(error: &InputError) -> String {
    let remedy = match error {
        InputError::Binary => "; a file of bits is for `lfsr identify` or `lfsr check`",
        InputError::UnknownName { .. } => " (`lfsr catalogue` lists them)",
        _ => "",
    };
    format!("{error}{remedy}")
}

/// Says what is waited for, where somebody may sit before a terminal and wonder.
pub(crate) fn note_terminal(what: &str) {
    if io::stdin().is_terminal() {
        complain(&format!("reading {what} from the terminal; Ctrl-D ends them (or give a file)"));
    }
}

/// One line on standard error.
pub(crate) fn complain(message: &str) {
    // `eprintln` panics if standard error is closed; there is then nobody to tell.
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "lfsr: {message}");
}
