//! `lfsr jump` and `lfsr index`.

use std::{io::Write, path::PathBuf};

use clap::Args;
use lfsr_core::{
    algebra::{BigUint, Direction},
    poly::Poly,
};

use super::{failure::Failure, options::RegisterOptions, print::print};
use crate::{
    bits::{
        signal::Signal,
        state::{parse_state, show_state},
    },
    cmd::{options::parse_count, status::Status},
    terminal::output::Output,
};

/// Prints the state N steps away, for any N and any degree.
#[derive(Debug, Args)]
pub(super) struct Jump {
    /// The register, in any notation, or a name.
    #[arg(value_name = "REGISTER")]
    register: String,
    #[command(flatten)]
    options: RegisterOptions,
    /// The state to jump from: 0x..., 0b... or decimal [default: the seed of a name, else all ones; XNOR: 0].
    #[arg(long, value_name = "S")]
    state: Option<String>,
    /// The number of steps: decimal, 0x..., or A^B, any size; negative is backwards.
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = parse_steps)]
    by: Steps,
}

/// Prints the number of steps from one state to another, or that there is none (exit status 1).
#[derive(Debug, Args)]
pub(super) struct Index {
    /// The register, in any notation, or a name.
    #[arg(value_name = "REGISTER")]
    register: String,
    #[command(flatten)]
    options: RegisterOptions,
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
    /// Write to a file, whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A number of steps with a sign.
#[derive(Debug, Clone)]
struct Steps {
    direction: Direction,
    count: BigUint,
}

/// The longest number read: 10^6 digits.
const MOST_DIGITS: usize = 1_000_000;

/// The largest power written as A^B, in bits.
const MOST_BITS: u64 = 4_000_000;

/// The longest cycle that is listed unasked.
const MOST_ROWS: u64 = 1 << 24;

fn parse_steps(text: &str) -> Result<Steps, String> {
    let bad = || "no number of steps; write for example 1000, -5, 0xff or 2^256".to_owned();
    let clean: String = text.chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
    if clean.len() > MOST_DIGITS {
        return Err(format!("more than {MOST_DIGITS} digits"));
    }
    let (direction, digits) = match clean.strip_prefix('-') {
        Some(rest) => (Direction::Back, rest),
        None => (Direction::Forward, clean.strip_prefix('+').unwrap_or(&clean)),
    };
    let number = |digits: &str| match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hex) => BigUint::parse_bytes(hex.as_bytes(), 16),
        None => BigUint::parse_bytes(digits.as_bytes(), 10),
    };
    let count = match digits.split_once('^') {
        Some((base, power)) => {
            let (base, power) = (number(base).ok_or_else(bad)?, power.parse::<u32>().map_err(|_| bad())?);
            if base.bits() * u64::from(power) > MOST_BITS {
                return Err(format!("more than {MOST_BITS} bits"));
            }
            base.pow(power)
        }
        None => number(digits).ok_or_else(bad)?,
    };
    Ok(Steps { direction, count })
}

/// A state given by an option, or where the signal starts.
fn state(option: &str, text: Option<&String>, signal: &Signal) -> Result<Poly, Failure> {
    match text {
        None => Ok(signal.start.clone()),
        Some(text) => parse_state(text, signal.register.degree())
            .map_err(|message| Failure::bad_input(format!("{option}: {message}"))),
    }
}

impl Jump {
    /// Prints the state.
    ///
    /// # Errors
    /// If the register or state cannot be read, or a step back is not unique.
    pub(super) fn run(self) -> Result<Status, Failure> {
        let signal = self.options.signal(&self.register)?;
        let state = state("--state", self.state.as_ref(), &signal)?;
        let register = &signal.register;
        let there = register.jump(&state, &self.by.count, self.by.direction).ok_or_else(|| {
            Failure::bad_input(format!(
                "{}: the register is singular: a state has two predecessors or none, so there is no way back",
                self.register
            ))
        })?;
        print(format!("{}\n", show_state(&there, register.degree())).as_bytes())
    }
}

impl Index {
    /// Prints the number, or the table.
    ///
    /// # Errors
    /// If the register or a state cannot be read, or the logarithm is out of reach.
    pub(super) fn run(self) -> Result<Status, Failure> {
        let signal = self.options.signal(&self.register)?;
        let from = state("--from", self.from.as_ref(), &signal)?;
        let register = &signal.register;
        if self.table {
            return self.write_table(&signal, &from);
        }
        let to = state("--to", self.to.as_ref(), &signal)?;
        let found =
            register.index(&from, &to).map_err(|error| Failure::bad_input(format!("{}: {error}", self.register)))?;
        let Some(found) = found else {
            let degree = register.degree();
            let text = format!(
                "not on the same cycle: {} is never reached from {}\n",
                show_state(&to, degree),
                show_state(&from, degree)
            );
            print(text.as_bytes())?;
            return Ok(Status::No);
        };
        let period = match found.period {
            Some(period) => format!("and again every {period}"),
            None => "once; that state is on no cycle".to_owned(),
        };
        let mut out = Output::new(self.output.as_deref())?;
        writeln!(out, "{} steps, {period}", found.steps).map_err(|error| out.error(error))?;
        out.finish()?;
        Ok(Status::Done)
    }

    /// `index,state` from one state on, until one comes again.
    fn write_table(&self, signal: &Signal, from: &Poly) -> Result<Status, Failure> {
        let degree = signal.register.degree();
        let register = signal.register.narrow().ok_or_else(|| {
            Failure::bad_input(format!("{}: degree {degree}; tables are made up to degree 64", self.register))
        })?;
        let most = self.rows.unwrap_or(MOST_ROWS);
        let first = from.to_u128().unwrap_or(0) as u64;
        if self.rows.is_none() && degree > 24 {
            return Err(Failure::bad_input(format!(
                "{}: a cycle may have 2^{degree} states; say how many rows you want with --rows N",
                self.register
            )));
        }
        let mut out = Output::new(self.output.as_deref())?;
        let digits = degree.div_ceil(4);
        writeln!(out, "index,state").map_err(|error| out.error(error))?;
        let mut state = first;
        // A state that comes again is one of these: so many steps at most lead into a cycle.
        let mut beginning = Vec::new();
        for number in 0..most {
            writeln!(out, "{number},0x{state:0digits$x}").map_err(|error| out.error(error))?;
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
