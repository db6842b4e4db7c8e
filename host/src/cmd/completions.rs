//! `lfsr completions`.

use clap::CommandFactory;

use super::Failure;
use crate::{
    cli::{Cli, Status},
    output::Output,
};

/// Prints the completion script for `shell`.
///
/// # Errors
/// If standard output cannot be written.
pub fn run(shell: clap_complete::Shell) -> Result<Status, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "lfsr", &mut script);
    print(&script)
}

/// All of it, or an error.
pub(super) fn print(bytes: &[u8]) -> Result<Status, Failure> {
    use std::io::Write;
    let mut out = Output::new(None).map_err(Failure::failed)?;
    out.write_all(bytes).map_err(|error| out.error(error))?;
    out.finish()?;
    Ok(Status::Done)
}
