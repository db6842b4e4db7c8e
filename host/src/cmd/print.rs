//! [`print`]: a short result on standard output.

use std::io::Write;

use super::{failure::Failure, status::Status};
use crate::terminal::output::Output;

/// Writes all of it, or says why not.
pub(super) fn print(bytes: &[u8]) -> Result<Status, Failure> {
    let mut out = Output::new(None)?;
    out.write_all(bytes).map_err(|error| out.error(error))?;
    out.finish()?;
    Ok(Status::Done)
}
