//! `lfsr completions`.

use clap::CommandFactory;

use super::{failure::Failure, print::print, status::Status};

/// Prints the completion script for `shell` and the command line `C`.
///
/// # Errors
/// If standard output cannot be written.
pub(super) fn run<C: CommandFactory>(shell: clap_complete::Shell) -> Result<Status, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut C::command(), "lfsr", &mut script);
    print(&script)
}
