//! What a user sees of an analysis, in one of three formats.

pub mod catalogue;
pub mod certificate;
pub mod check;
pub mod checksum;
mod csv;
pub mod draw;
pub mod explain;
pub mod export;
pub mod frames;
pub mod html;
pub mod identify;
mod json;
pub mod lanes;
pub mod live;
pub mod map_certificate;
pub mod plan;
mod text;

use std::{
    io::{self, Write},
    sync::Arc,
};

use comfy_table::Table;
use lfsr_core::{algebra::BigUint, poly::Poly, register::Shift};

use crate::{
    analysis::{Answer, Plan, Run},
    input::Origin,
    sched::{Control, Pool},
};

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

/// How results are written where there is nothing for a spreadsheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum TextOrJson {
    /// For people.
    Text,
    /// One object a line.
    Json,
}

/// Bytes in hexadecimal, with blanks between them.
fn spaced_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

/// The lines of a table, without the blanks that fill it up.
fn lines(table: &Table) -> String {
    table.to_string().lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// Everything known of one register.
#[derive(Debug)]
pub struct Analysis<'a> {
    /// Where it was written.
    pub source: &'a Origin,
    /// What was found out.
    pub answer: &'a Answer,
    /// Which way the register shifts: how its states are written.
    pub shift: Shift,
    /// Whether a state of every cycle is listed.
    pub leaders: bool,
    /// Whether all states of every cycle are listed.
    pub sequences: bool,
    /// Ends long lists early.
    pub control: &'a Arc<Control>,
}

/// A state that stands for its cycle.
struct Listed {
    /// The state.
    state: Poly,
    /// Whether it is known to be the smallest of its cycle.
    is_leader: bool,
    /// The length of the cycle.
    period: BigUint,
}

impl Analysis<'_> {
    /// Calls `each` for a state of every cycle: leaders if the cycles were enumerated, else representatives by algebra, each made when
    /// it is needed.
    fn for_each_cycle(&self, each: &mut dyn FnMut(Listed) -> io::Result<()>) -> io::Result<()> {
        if let Some(leaders) = self.answer.map.as_ref().and_then(|map| map.leaders.as_ref()) {
            return leaders.iter().try_for_each(|cycle| {
                let state = Poly::from_u128(cycle.leader.into());
                // The smallest number shifting right is not the smallest shifting left.
                each(Listed { state, is_leader: self.shift == Shift::Right, period: cycle.period.into() })
            });
        }
        if let Some(plan) = &self.answer.passing {
            return self.pass(plan, each);
        }
        // Without an exact order there are no representatives; the report has said so already.
        let Ok(representatives) = self.answer.structure.representatives() else {
            return Ok(());
        };
        for representative in representatives {
            if self.control.is_stopped() {
                break;
            }
            each(Listed { state: representative.state, is_leader: false, period: representative.period })?;
        }
        Ok(())
    }

    /// The leaders are found once more while they are written.
    fn pass(&self, plan: &Plan, each: &mut dyn FnMut(Listed) -> io::Result<()>) -> io::Result<()> {
        let is_leader = self.shift == Shift::Right;
        let map = Run::new(plan, Pool::global(), self.control).for_each_leader(&mut |cycle| {
            each(Listed { state: Poly::from_u128(cycle.leader.into()), is_leader, period: cycle.period.into() })
        })?;
        let counted = self.answer.map.as_ref().map(|map| &map.census);
        if map.partial || counted.is_none_or(|census| *census == map.census) {
            return Ok(());
        }
        Err(io::Error::other("internal error, please report: the cycles listed are not those that were counted"))
    }

    /// A state as it is written.
    fn written(&self, state: &Poly) -> Poly {
        self.shift.turn_poly(state, self.answer.structure.register().degree())
    }

    /// Calls `each` with the states of a cycle in their order, as they are written.
    fn states(&self, listed: &Listed, each: &mut dyn FnMut(u64) -> io::Result<()>) -> io::Result<()> {
        let (Some(register), Ok(mut state)) =
            (self.answer.structure.register().narrow(), u64::try_from(listed.state.to_u128().unwrap_or(u128::MAX)))
        else {
            return Ok(());
        };
        let first = state;
        loop {
            each(self.shift.turn(state, register.degree()))?;
            state = register.step(state);
            if state == first || self.control.is_stopped() {
                return Ok(());
            }
        }
    }
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
    /// What to say, where nothing was enumerated, of how it could be.
    pub how_to_enumerate: &'static str,
    /// What to say of where the details are.
    pub how_in_detail: &'static str,
}

/// Written once, before the first analysis.
///
/// # Errors
/// Those of `out`.
pub fn begin(style: Style, leaders: bool, out: &mut dyn Write) -> io::Result<()> {
    if style.format == Format::Csv { csv::header(leaders, out) } else { Ok(()) }
}

/// Writes that there is no answer, and why; people are told elsewhere.
///
/// # Errors
/// Those of `out`.
pub fn write_failure(source: &Origin, why: &str, style: Style, leaders: bool, out: &mut dyn Write) -> io::Result<()> {
    match style.format {
        Format::Text => Ok(()),
        Format::Json => json::write_failure(source, why, out),
        Format::Csv => csv::write_failure(source, leaders, out),
    }
}

/// Writes one analysis. Lists are streamed: the memory needed does not grow with the number of states.
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

/// `1 lane`, `2 lanes`.
fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
