//! Options that complete a REGISTER.

use clap::{Args, ValueEnum};
use lfsr_core::{
    notation::Notation,
    register::{Form, Shift},
};

use crate::{
    bits::{bert::Expected, code, signal::Signal},
    cmd::failure::{Failure, explained},
    input::{Defaults, notation},
};

/// What a polynomial does not say.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct RegisterOptions {
    /// Where the XOR gates sit [default: as the catalogue says of a name, else fibonacci].
    #[arg(long, value_name = "FORM")]
    form: Option<FormName>,
    /// XNOR instead of XOR gates.
    #[arg(long)]
    xnor: bool,
}

/// A register whose states are read or written.
#[derive(Debug, Clone, Args)]
pub(crate) struct SignalArgs {
    /// The register, in any notation, or a name.
    #[arg(value_name = "REGISTER")]
    pub(crate) register: String,
    #[command(flatten)]
    options: RegisterOptions,
    #[command(flatten)]
    states: StateOptions,
}

impl SignalArgs {
    /// The register of the text, and how it is sent.
    pub(crate) fn signal(&self) -> Result<Signal, Failure> {
        self.options.signal_shifting(&self.register, &self.states)
    }
}

/// How states are written.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct StateOptions {
    /// Which way the register shifts, so which end of a state is which [default: as the catalogue says of a name, else right].
    ///
    /// right: the output is bit 0, the feedback enters at bit n-1. left: the output is bit n-1, the feedback enters at bit 0.
    #[arg(long, value_name = "WAY")]
    shift: Option<ShiftName>,
}

impl StateOptions {
    /// As they are typed.
    pub(crate) fn typed(&self) -> Option<String> {
        self.shift.map(|shift| format!("--shift {}", if matches!(shift, ShiftName::Left) { "left" } else { "right" }))
    }

    /// The way that was asked for.
    pub(crate) fn shift(&self) -> Option<Shift> {
        self.shift.map(|shift| match shift {
            ShiftName::Right => Shift::Right,
            ShiftName::Left => Shift::Left,
        })
    }

    /// What a text may leave open.
    pub(crate) fn defaults(&self, register: &RegisterOptions) -> Defaults {
        Defaults { shift: self.shift(), ..register.defaults() }
    }
}

impl RegisterOptions {
    /// As they are typed.
    pub(crate) fn typed(&self) -> impl Iterator<Item = String> {
        let name = |form| if matches!(form, FormName::Galois) { "galois" } else { "fibonacci" };
        let form = self.form.map(|form| format!("--form {}", name(form)));
        form.into_iter().chain(self.xnor.then(|| "--xnor".to_owned()))
    }

    /// Whether nothing was said.
    pub(crate) const fn is_default(&self) -> bool {
        self.form.is_none() && !self.xnor
    }

    /// The register of a text, and how it is sent.
    pub(crate) fn signal(&self, text: &str) -> Result<Signal, Failure> {
        self.signal_shifting(text, &StateOptions::default())
    }

    /// The sequence that a stream should be; `None` for `auto`: whichever of the catalogue it is.
    pub(crate) fn expected(&self, text: &str) -> Result<Option<Expected>, Failure> {
        if text.trim().eq_ignore_ascii_case("auto") {
            return Ok(None);
        }
        let signal = self.signal(text)?;
        let register = signal.register.narrow().ok_or_else(|| {
            let degree = signal.register.degree();
            Failure::bad_input(format!("{text}: degree {degree}; sequences up to degree 64 can be checked"))
        })?;
        let (name, entry, zero_limit) = (text.to_owned(), signal.entry, signal.zero_limit);
        Ok(Some(Expected { name, register, entry, zero_limit }))
    }

    /// The same, where states are read or written.
    pub(crate) fn signal_shifting(&self, text: &str, states: &StateOptions) -> Result<Signal, Failure> {
        match code::named(text) {
            Some(code) => code.map_err(|error| Failure::bad_input(error.to_string())),
            None => Ok(Signal::new(&self.notation(text)?, states.defaults(self))),
        }
    }

    /// What a text says.
    pub(crate) fn notation(&self, text: &str) -> Result<Notation, Failure> {
        notation(text).map_err(|error| Failure::bad_input(format!("{text}: {}", explained(&error))))
    }

    /// What the text may leave open.
    #[must_use]
    pub(crate) fn defaults(&self) -> Defaults {
        let form = self.form.map(|form| match form {
            FormName::Fibonacci => Form::Fibonacci,
            FormName::Galois => Form::Galois,
        });
        Defaults { form, xnor: self.xnor, shift: None }
    }
}

/// A form, as the command line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormName {
    Fibonacci,
    Galois,
}

/// A way to shift, as the command line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ShiftName {
    Right,
    Left,
}
