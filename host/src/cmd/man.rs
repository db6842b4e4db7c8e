//! `lfsr man`.

use clap::CommandFactory;

use super::{Failure, completions::print};
use crate::cli::{Cli, Status};

/// Prints the manual page in roff.
///
/// # Errors
/// If standard output cannot be written.
pub fn run() -> Result<Status, Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command())
        .render(&mut page)
        .map_err(|error| Failure::failed(format!("cannot make the manual page: {error}")))?;
    print(&page)
}
