//! `lfsr identify`.

use std::io::Write;

use clap::Args;

use super::{
    failure::Failure,
    options::{CaptureArgs, Global, parse_count},
    print::titled,
    status::Status,
};
use crate::{
    bits::identify::{Finding, identify},
    report::{
        TextOrJson,
        identify::{self as report, Seen},
    },
    terminal::output::Output,
};

/// Finds the shortest register that makes the bits of a capture, and its name, phase, polarity and bit order.
///
/// Without errors by the Berlekamp-Massey algorithm; with errors by the catalogue (every few-th bit and interleaved streams included),
/// clean windows and sums of few bits. Of random streams at most one in 1000 gets a name. Exit status 1 if there is no answer.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  lfsr generate PRBS9 --bits 5k --errors 3e-4 -q | lfsr identify\n  echo FF E1 1D 9A ED 85 33 24 | lfsr identify"
)]
pub(super) struct Identify {
    #[command(flatten)]
    capture: CaptureArgs,
    /// Bits looked at, at most.
    #[arg(long, value_name = "N", default_value = "1000000", value_parser = parse_count)]
    max_bits: u64,
    /// How the result is written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

/// Fewer bits are never an answer.
const FEWEST: u64 = 16;

impl Identify {
    /// Reads the bits and prints what they are.
    ///
    /// # Errors
    /// If the input cannot be read or the output not be written.
    pub(super) fn run(self, global: &Global) -> Result<Status, Failure> {
        let mut capture = self.capture.open()?;
        let (words, bits) = capture.read_all(self.max_bits)?;
        let file = capture.name();
        if bits < FEWEST {
            return Err(Failure::bad_input(format!("{file}: {bits} bits; at least {FEWEST} are needed")));
        }
        let finding = identify(&words, bits, &capture.readings);
        let seen = Seen { file, bits, said: capture.is_said.then_some(capture.readings[0]) };
        let text = match self.format {
            TextOrJson::Text => titled(&report::text(&seen, &finding), global),
            TextOrJson::Json => report::json(&seen, &finding),
        };
        let mut out = Output::new(None)?;
        writeln!(out, "{text}").map_err(|error| out.error(error))?;
        out.finish()?;
        Ok(if matches!(finding, Finding::Constant(_) | Finding::None(_)) { Status::No } else { Status::Done })
    }
}
