//! [`print`]: a short result on standard output; [`titled`]: its first line in bold.

use std::{
    io::{IsTerminal, Write, stdout},
    path::Path,
};

use super::{failure::Failure, options::Global, status::Status};
use crate::terminal::output::Output;

/// Writes all of it, or says why not.
pub(super) fn print(bytes: &[u8]) -> Result<Status, Failure> {
    write(None, bytes)
}

/// The same into a file, if there is one.
pub(super) fn write(path: Option<&Path>, bytes: &[u8]) -> Result<Status, Failure> {
    let mut out = Output::new(path)?;
    out.write_all(bytes).map_err(|error| out.error(error))?;
    out.finish()?;
    Ok(Status::Done)
}

/// A text for people: the first line is bold, where standard output is a terminal that likes it.
pub(super) fn titled(text: &str, global: &Global) -> String {
    let (first, rest) = text.split_at(text.find('\n').unwrap_or(text.len()));
    if global.is_colored(stdout().is_terminal()) { format!("\x1b[1m{first}\x1b[0m{rest}") } else { text.to_owned() }
}

/// What was typed, if it fits into the heading of a picture; else its beginning.
pub(super) fn short(text: &str) -> String {
    let text = text.trim();
    if text.chars().count() <= 60 { text.to_owned() } else { text.chars().take(59).chain(['…']).collect() }
}
