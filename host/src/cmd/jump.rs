//! `lfsr jump` and `lfsr index`.

use std::{io::Write, path::PathBuf};

use clap::Args;
use lfsr_core::{algebra::Direction, poly::Poly};
use serde_json::json;

use super::{
    failure::Failure,
    options::{SignalArgs, Steps, parse_count, parse_steps},
    print::print,
    status::Status,
};
use crate::{bits::signal::Signal, report::TextOrJson, terminal::output::Output};

/// Prints the state N steps away, for any N and any degree.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  lfsr jump PRBS31 --by 2^31-2\n  lfsr jump PCIe-Gen1 --by 16")]
pub(super) struct Jump {
    #[command(flatten)]
    register: SignalArgs,
    /// The state to jump from: 0x..., 0b... or decimal [default: the seed of a name, else all ones; XNOR: 0].
    #[arg(long, value_name = "S")]
    state: Option<String>,
    /// The number of steps, any size, such as 1M, 0xff or 2^31-1; negative is backwards.
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = parse_steps)]
    by: Steps,
    /// How the result is written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

/// Prints the number of steps from one state to another, or that there is none (exit status 1).
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  lfsr index taps:8,6,5,4 --shift left --from 1 --to 4\n  lfsr index x^3+x^2+1 --from 1 --table"
)]
pub(super) struct Index {
    #[command(flatten)]
    register: SignalArgs,
    /// The state to count from [default: the seed of a name, else all ones; XNOR: 0].
    #[arg(long, value_name = "S")]
    from: Option<String>,
    /// The state to reach.
    #[arg(long, value_name = "T", required_unless_present = "table")]
    to: Option<String>,
    /// Instead: every state in order with its number, as CSV, to decode a counter made of this register.
    #[arg(long, conflicts_with = "to")]
    table: bool,
    /// Rows of the table at most [default: the whole cycle, if it has at most 2^24 states].
    #[arg(long, value_name = "N", value_parser = parse_count, requires = "table")]
    rows: Option<u64>,
    /// How the number is written.
    #[arg(long, value_name = "FORMAT", default_value = "text", conflicts_with = "table")]
    format: TextOrJson,
    /// Write to a file, whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The longest cycle that is listed unasked.
const MOST_ROWS: u64 = 1 << 24;

/// A state given by an option, or where the signal starts.
fn state(option: &str, text: Option<&String>, signal: &Signal) -> Result<Poly, Failure> {
    match text {
        None => Ok(signal.held.clone()),
        Some(text) => signal.read(text).map_err(|message| Failure::bad_input(format!("{option}: {message}"))),
    }
}

impl Jump {
    /// Prints the state.
    ///
    /// # Errors
    /// If the register or state cannot be read, or a step back is not unique.
    pub(super) fn run(self) -> Result<Status, Failure> {
        let signal = self.register.signal()?;
        let state = state("--state", self.state.as_ref(), &signal)?;
        let register = &signal.register;
        let there = register.jump(&state, &self.by.count, self.by.direction).ok_or_else(|| {
            Failure::bad_input(format!(
                "{}: the register is singular: a state has two predecessors or none, so there is no way back",
                self.register.register
            ))
        })?;
        let there = signal.written(&there);
        let text = match self.format {
            TextOrJson::Text => there,
            TextOrJson::Json => {
                let sign = if self.by.direction == Direction::Back { "-" } else { "" };
                json!({"schema": "lfsr.jump/1", "register": self.register.register, "shift": signal.shift.to_string(),
                    "from": signal.written(&state), "by": format!("{sign}{}", self.by.count), "to": there})
                .to_string()
            }
        };
        print(format!("{text}\n").as_bytes())
    }
}

impl Index {
    /// Prints the number, or the table.
    ///
    /// # Errors
    /// If the register or a state cannot be read, or the logarithm is out of reach.
    pub(super) fn run(self) -> Result<Status, Failure> {
        let signal = self.register.signal()?;
        let from = state("--from", self.from.as_ref(), &signal)?;
        let register = &signal.register;
        if self.table {
            return self.write_table(&signal, &from);
        }
        let to = state("--to", self.to.as_ref(), &signal)?;
        let found = register
            .index(&from, &to)
            .map_err(|error| Failure::bad_input(format!("{}: {error}", self.register.register)))?;
        let (from, to) = (signal.written(&from), signal.written(&to));
        let text = match (&found, self.format) {
            (_, TextOrJson::Json) => {
                let (steps, period) = (
                    found.as_ref().map(|found| found.steps.to_string()),
                    found.as_ref().and_then(|found| found.period.as_ref()),
                );
                json!({"schema": "lfsr.index/1", "register": self.register.register, "shift": signal.shift.to_string(),
                    "from": from, "to": to, "steps": steps, "period": period.map(ToString::to_string)})
                .to_string()
            }
            (None, TextOrJson::Text) => format!("not on the same cycle: {to} is never reached from {from}"),
            (Some(found), TextOrJson::Text) => {
                let again = match &found.period {
                    Some(period) => format!("and again every {period}"),
                    None => "once; that state is on no cycle".to_owned(),
                };
                format!("{} steps, {again}", found.steps)
            }
        };
        let mut out = Output::new(self.output.as_deref())?;
        writeln!(out, "{text}").map_err(|error| out.error(error))?;
        out.finish()?;
        Ok(if found.is_some() { Status::Done } else { Status::No })
    }

    /// `index,state` from one state on, until one comes again.
    fn write_table(&self, signal: &Signal, from: &Poly) -> Result<Status, Failure> {
        let degree = signal.register.degree();
        let register = signal.register.narrow().ok_or_else(|| {
            Failure::bad_input(format!("{}: degree {degree}; tables are made up to degree 64", self.register.register))
        })?;
        let most = self.rows.unwrap_or(MOST_ROWS);
        let first = from.to_u128().unwrap_or(0) as u64;
        if self.rows.is_none() && degree > 24 {
            return Err(Failure::bad_input(format!(
                "{}: a cycle may have 2^{degree} states; say how many rows you want with --rows N",
                self.register.register
            )));
        }
        let mut out = Output::new(self.output.as_deref())?;
        let digits = degree.div_ceil(4);
        writeln!(out, "index,state").map_err(|error| out.error(error))?;
        let mut state = first;
        // A state that comes again is one of these: so many steps at most lead into a cycle.
        let mut beginning = Vec::new();
        for number in 0..most {
            writeln!(out, "{number},0x{:0digits$x}", signal.shift.turn(state, register.degree()))
                .map_err(|error| out.error(error))?;
            if number <= register.singularity().into() {
                beginning.push(state);
            }
            state = register.step(state);
            if beginning.contains(&state) {
                break;
            }
        }
        out.finish()?;
        Ok(Status::Done)
    }
}
