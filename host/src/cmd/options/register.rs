//! Options that complete a REGISTER.

use clap::{Args, ValueEnum};
use lfsr_core::{
    notation::Notation,
    register::{AnyRegister, Form},
};

use crate::{
    bits::signal::Signal,
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

impl RegisterOptions {
    /// The register of a text, and how it is sent.
    pub(crate) fn signal(&self, text: &str) -> Result<Signal, Failure> {
        Ok(Signal::new(&self.notation(text)?, self.defaults()))
    }

    /// The register of a text.
    pub(crate) fn register(&self, text: &str) -> Result<AnyRegister, Failure> {
        Ok(self.defaults().register(&self.notation(text)?))
    }

    fn notation(&self, text: &str) -> Result<Notation, Failure> {
        notation(text).map_err(|error| Failure::bad_input(format!("{text}: {}", explained(&error))))
    }

    /// What the text may leave open.
    #[must_use]
    pub(crate) fn defaults(&self) -> Defaults {
        let form = self.form.map(|form| match form {
            FormName::Fibonacci => Form::Fibonacci,
            FormName::Galois => Form::Galois,
        });
        Defaults { form, xnor: self.xnor }
    }
}

/// A form, as the command line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormName {
    Fibonacci,
    Galois,
}
