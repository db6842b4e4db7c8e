//! `lfsr explain`.

use std::io::Write;

use clap::Args;

use super::{
    failure::Failure,
    options::{Global, RegisterOptions, StateOptions},
    print::titled,
    status::Status,
};
use crate::{
    bits::signal::Signal,
    report::{
        TextOrJson,
        explain::{self, Explained},
    },
    terminal::output::Output,
};

/// Shows every notation of a register, both forms, and what its polynomial says.
///
/// With --state also the states of the other form, and of the other way to shift, that put out the same bits.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  lfsr explain normal:0x1021/16\n  lfsr explain PCIe-Gen1 --state 0x0328")]
pub(super) struct Explain {
    /// The register, in any notation.
    #[arg(value_name = "REGISTER", required = true)]
    registers: Vec<String>,
    #[command(flatten)]
    options: RegisterOptions,
    #[command(flatten)]
    states: StateOptions,
    /// A state, in the form and shift of the register: 0x..., 0b... or decimal.
    #[arg(long, value_name = "S")]
    state: Option<String>,
    /// How the result is written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

impl Explain {
    /// Prints what there is to say of each.
    ///
    /// # Errors
    /// If a register or the state cannot be read or the output not be written.
    pub(super) fn run(self, global: &Global) -> Result<Status, Failure> {
        let mut found = Vec::new();
        for given in &self.registers {
            let notation = self.options.notation(given)?;
            let signal = Signal::new(&notation, self.states.defaults(&self.options));
            let state = self.state.as_ref().map(|text| signal.read(text)).transpose();
            let state = state.map_err(|error| Failure::bad_input(format!("--state: {error}")))?;
            found.push((given, notation, signal, state));
        }
        let mut out = Output::new(None)?;
        for (given, notation, signal, state) in &found {
            let explained = Explained { given, title: &titled(given, global), notation, signal, state: state.as_ref() };
            match self.format {
                TextOrJson::Text => explain::text(&explained, &mut out),
                TextOrJson::Json => writeln!(out, "{}", explain::json(&explained)),
            }
            .map_err(|error| out.error(error))?;
        }
        out.finish()?;
        Ok(Status::Done)
    }
}
