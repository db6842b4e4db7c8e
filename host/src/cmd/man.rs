//! `lfsr man`.

use clap::CommandFactory;

use super::{failure::Failure, print::print, status::Status};

/// Prints the manual page of the command line `C` in roff.
///
/// # Errors
/// If standard output cannot be written.
pub(super) fn run<C: CommandFactory>() -> Result<Status, Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(C::command())
        .render(&mut page)
        .map_err(|error| Failure::failed(format!("cannot make the manual page: {error}")))?;
    print(&page)
}
