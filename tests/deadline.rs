//! Waits that end: a test that waits says for what, and fails when its time is over.

use core::time::Duration;
use std::{
    process::{Command, Output, Stdio},
    time::Instant,
};

use process_control::{ChildExt, Control};

/// What any single wait of a test may take, however busy the machine is.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// The end of a wait.
#[derive(Debug)]
pub struct Deadline {
    ends: Instant,
    what: &'static str,
}

impl Deadline {
    /// [`PATIENCE`] from now on, for `what`: the end of "waited in vain for".
    #[must_use]
    pub fn for_(what: &'static str) -> Self {
        Self { ends: Instant::now() + PATIENCE, what }
    }

    /// Between two looks.
    ///
    /// # Panics
    /// When the time is over.
    pub fn check(&self) {
        assert!(Instant::now() < self.ends, "waited in vain for {} ({PATIENCE:?})", self.what);
    }
}

/// What a command prints, or `None` if it cannot be started.
///
/// # Panics
/// If it does not end within [`PATIENCE`]; it is then killed.
pub fn output(command: &mut Command) -> Option<Output> {
    output_within(command, PATIENCE)
}

/// The same for a command that does the work of many.
///
/// # Panics
/// If it does not end within `limit`; it is then killed.
pub fn output_within(command: &mut Command, limit: Duration) -> Option<Output> {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().ok()?;
    let ended = child.controlled_with_output().time_limit(limit).terminate_for_timeout().wait().ok()?;
    let Some(output) = ended else { panic!("killed after {limit:?} without an end: {command:?}") };
    Some(Output { status: output.status.into_std_lossy(), stdout: output.stdout, stderr: output.stderr })
}
