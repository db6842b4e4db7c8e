//! `lfsr draw`.

mod register;
mod stream;
mod workers;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{failure::Failure, options::Global, print::write, status::Status};

/// Pictures, as SVG: they follow the reader's light or dark colours, and their letters can be searched.
#[derive(Debug, Subcommand)]
pub(super) enum Draw {
    Schematic(register::Schematic),
    Cycles(register::Cycles),
    Workers(workers::WorkersCommand),
    Complexity(stream::ComplexityCommand),
    Errors(stream::ErrorsCommand),
    Runs(stream::RunsCommand),
    Correlation(stream::CorrelationCommand),
}

#[derive(Debug, Args)]
struct OutputArgs {
    /// Writes to this file instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How a plot is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PlotFormat {
    /// A picture.
    Svg,
    /// A table.
    Csv,
}

impl Draw {
    /// Draws.
    ///
    /// # Errors
    /// If the input cannot be read, is too large for the picture, or the file cannot be written.
    pub(super) fn run(self, global: &Global) -> Result<Status, Failure> {
        match self {
            Self::Schematic(command) => command.run(),
            Self::Cycles(command) => command.run(),
            Self::Workers(command) => command.run(global),
            Self::Complexity(command) => command.run(),
            Self::Errors(command) => command.run(),
            Self::Runs(command) => command.run(),
            Self::Correlation(command) => command.run(),
        }
    }
}

impl OutputArgs {
    fn write(&self, text: &str) -> Result<Status, Failure> {
        write(self.output.as_deref(), text.as_bytes())
    }
}
