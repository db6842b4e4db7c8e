//! Options that say how data and register are joined.

use clap::{Args, ValueEnum};
use lfsr_core::{catalogue::Kind, poly::Poly};

use super::Global;
use crate::{
    bits::{code, scramble::Mode, signal::Signal},
    cmd::failure::{Failure, complain},
};

/// What a polynomial does not say of a scrambler.
#[derive(Debug, Clone, Args)]
pub(crate) struct JoiningOptions {
    /// How data and register are joined [default: as the catalogue says of a name].
    #[arg(long, value_name = "MODE")]
    mode: Option<ModeName>,
    /// The contents to start from [default: those of a name; else all ones; self-synchronising: zero].
    #[arg(long, value_name = "S")]
    seed: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ModeName {
    /// The sequence is added to the data.
    Additive,
    /// The data go through the register.
    SelfSynchronising,
}

impl JoiningOptions {
    /// Whether contents were given.
    pub(crate) const fn has_seed(&self) -> bool {
        self.seed.is_some()
    }

    /// Whether a mode was given.
    pub(crate) const fn has_mode(&self) -> bool {
        self.mode.is_some()
    }

    /// The mode that is asked for, or that of the name.
    ///
    /// # Errors
    /// If neither says.
    pub(crate) fn mode(&self, register: &str, signal: &Signal) -> Result<Mode, Failure> {
        match (self.mode, signal.entry.map(|entry| entry.kind)) {
            (Some(ModeName::Additive), _) => Ok(Mode::Additive),
            (Some(ModeName::SelfSynchronising), _) | (None, Some(Kind::Multiplicative)) => Ok(Mode::SelfSynchronising),
            (None, Some(_)) => Ok(Mode::Additive),
            // A code is there to be added.
            (None, None) if code::named(register).is_some() => Ok(Mode::Additive),
            (None, None) => Err(Failure::bad_input(format!(
                "{register}: say --mode additive or --mode self-synchronising; a polynomial alone does not"
            ))),
        }
    }

    /// What the register holds at the beginning.
    ///
    /// # Errors
    /// If that is no state of it.
    pub(crate) fn seed(&self, signal: &mut Signal, mode: Mode, global: &Global) -> Result<(), Failure> {
        if let Some(seed) = &self.seed {
            signal.held = signal.read(seed).map_err(|error| Failure::bad_input(format!("--seed: {error}")))?;
        } else if mode == Mode::SelfSynchronising {
            signal.held = Poly::zero();
        } else if let Some(entry) = signal.entry.filter(|entry| entry.seed.is_none() && !global.quiet) {
            complain(&format!("note: {} has no fixed seed: all ones were taken; --seed S says another", entry.name));
        }
        Ok(())
    }
}
