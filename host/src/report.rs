//! What a user sees of an analysis, in one of three formats.

mod csv;
mod facts;
mod json;
mod text;

use std::io::{self, Write};

use lfsr_core::register::Register;

pub use facts::{Factor, Facts};

use crate::{input::Source, map::CycleMap};

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One object a line and register.
    Json,
    /// One row for each period.
    Csv,
}

/// Everything known of one register.
#[derive(Debug)]
pub struct Analysis<'a> {
    /// Where it was written.
    pub source: &'a Source,
    /// The register.
    pub register: &'a Register,
    /// What its polynomial says.
    pub facts: &'a Facts,
    /// Its cycles, by enumeration.
    pub map: &'a CycleMap,
    /// Whether the states of every cycle are listed.
    pub sequences: bool,
}

/// How much, and how.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Which format.
    pub format: Format,
    /// Bold headings.
    pub color: bool,
    /// -1 quiet, 0, 1 and more verbose.
    pub verbosity: i8,
}

/// Written once, before the first analysis.
///
/// # Errors
/// Those of `out`.
pub fn begin(style: Style, leaders: bool, out: &mut dyn Write) -> io::Result<()> {
    if style.format == Format::Csv { csv::header(leaders, out) } else { Ok(()) }
}

/// Writes one analysis. Sequences are streamed: the memory needed does not grow with the number of states.
///
/// # Errors
/// Those of `out`.
pub fn write(analysis: &Analysis<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    match style.format {
        Format::Text => text::write(analysis, style, out),
        Format::Json => json::write(analysis, out),
        Format::Csv => csv::write(analysis, out),
    }
}

/// Calls `each` with the states of a cycle in their order.
fn states(
    register: &Register,
    leader: u64,
    period: u64,
    mut each: impl FnMut(u64) -> io::Result<()>,
) -> io::Result<()> {
    let mut state = leader;
    for _ in 0..period {
        each(state)?;
        state = register.step(state);
    }
    Ok(())
}
