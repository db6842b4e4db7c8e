//! Registers as hardware: a network of XOR gates and flip-flops, shared, printed in a language, with a bench that proves it.
//!
//! ```text
//!      signal, mode, width     network     what each output and each next state bit is the sum of, W steps of the definition on symbols
//!                              sharing     sums that several need are made once; no path becomes deeper than without
//!                              verilog     the module
//!                              bench       expected outputs, by core's stepping, and a test bench that compares
//! ```
//!
//! `network` steps symbols, `bench` steps numbers: what one gets wrong the other finds.

pub mod bench;
pub mod network;
pub mod sharing;
pub mod verilog;

use crate::bits::{
    scramble::{Mode, Way},
    signal::Signal,
};

#[cfg(test)]
mod tests;

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The sequence of a register.
    Generator,
    /// Data with a sequence added, or through a register.
    Scrambler(Mode, Way),
}

/// A register, what it is to do, and how many bits at each clock.
#[derive(Debug, Clone)]
pub struct Design {
    /// The register, its contents after a reset, its polarity.
    pub signal: Signal,
    /// What it does.
    pub kind: Kind,
    /// Bits at each clock, 1 to 1024.
    pub width: usize,
    /// The name of the module.
    pub name: String,
    /// Whether the reset works without a clock.
    pub asynchronous: bool,
    /// The command that makes it again.
    pub command: String,
}

/// The most bits at a clock.
pub const MOST_WIDTH: usize = 1024;

/// The most cells.
pub const MOST_CELLS: usize = 1024;

/// Why there is no hardware for a design.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DesignError {
    /// The sequence is no sum of state bits.
    #[error(
        "this sequence has a 1 forced into long runs of zeros, which is no network of XOR gates; export another register"
    )]
    ForcesOnes,
    /// Too many cells.
    #[error("{0} cells are more than {MOST_CELLS}, the most that are exported")]
    TooWide(usize),
    /// Too many cells for that mode.
    #[error("{0} cells are more than 64, the most of a self-synchronising scrambler")]
    TooWideThrough(usize),
}

impl Design {
    /// Whether data go in.
    fn has_data(&self) -> bool {
        self.kind != Kind::Generator
    }

    /// Data bits that go in at a clock.
    #[must_use]
    pub fn data(&self) -> usize {
        if self.has_data() { self.width } else { 0 }
    }

    /// The port of the output bits.
    #[must_use]
    pub fn output(&self) -> &'static str {
        if self.has_data() { "data_out" } else { "data" }
    }

    /// What it is, in a few words.
    #[must_use]
    pub fn title(&self) -> String {
        match self.kind {
            Kind::Generator => "generator".into(),
            Kind::Scrambler(mode, Way::Scramble) => format!("{mode} scrambler"),
            Kind::Scrambler(mode, Way::Descramble) => format!("{mode} descrambler"),
        }
    }

    /// What is no hardware is refused.
    ///
    /// # Errors
    /// If it is not.
    pub fn check(&self) -> Result<(), DesignError> {
        let n = self.signal.register.degree();
        match self.kind {
            Kind::Generator | Kind::Scrambler(Mode::Additive, _) if self.signal.zero_limit > 0 => {
                Err(DesignError::ForcesOnes)
            }
            Kind::Scrambler(Mode::SelfSynchronising, _) if n > 64 => Err(DesignError::TooWideThrough(n)),
            _ if n > MOST_CELLS => Err(DesignError::TooWide(n)),
            _ => Ok(()),
        }
    }
}
