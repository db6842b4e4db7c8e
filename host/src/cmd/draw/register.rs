//! `lfsr draw schematic` and `lfsr draw cycles`.

use clap::{Args, ValueEnum};

use super::OutputArgs;
use crate::{
    bits::signal::Signal,
    cmd::{failure::Failure, options::SignalArgs, print::short, status::Status},
    report::draw::{
        cycles::{Graph, Sizes},
        schematic,
    },
};

/// Draws a register of up to 64 cells: stages, gates, feedback, and the contents it starts from.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  lfsr draw schematic x^16+x^14+x^13+x^11+1\n  lfsr draw schematic PRBS31 --form galois"
)]
pub(in crate::cmd) struct Schematic {
    #[command(flatten)]
    register: SignalArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Draws the states of a register and how they follow each other; beyond 12 cells how many cycles there are of each length.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  lfsr draw cycles x^6+x^3+1\n  lfsr draw cycles x^5+x^2 --format dot\n  lfsr draw cycles x^40+x^20+1 --format csv"
)]
pub(in crate::cmd) struct Cycles {
    #[command(flatten)]
    register: SignalArgs,
    /// What is written: a picture, the graph for Graphviz (up to 12 cells), or a table.
    #[arg(long, value_name = "FORMAT", default_value = "svg")]
    format: GraphFormat,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum GraphFormat {
    /// A picture.
    Svg,
    /// For Graphviz.
    Dot,
    /// A table.
    Csv,
}

impl Schematic {
    pub(super) fn run(self) -> Result<Status, Failure> {
        let signal = self.register.signal()?;
        let svg = schematic::svg(&signal, &name(&self.register.register, &signal))
            .map_err(|error| Failure::bad_input(format!("{}: {error}", self.register.register)))?;
        self.output.write(&svg)
    }
}

impl Cycles {
    pub(super) fn run(self) -> Result<Status, Failure> {
        let signal = self.register.signal()?;
        let name = name(&self.register.register, &signal);
        if let Some(graph) = Graph::new(&signal) {
            return self.output.write(&match self.format {
                GraphFormat::Svg => graph.svg(&name),
                GraphFormat::Dot => graph.dot(),
                GraphFormat::Csv => graph.csv(),
            });
        }
        let refused = |reason: String| Failure::bad_input(format!("{}: {reason}", self.register.register));
        let cycles = signal.register.cycles().map_err(|error| refused(error.to_string()))?;
        let sizes = Sizes::new(cycles);
        self.output.write(&match self.format {
            GraphFormat::Svg => sizes.svg(&name),
            GraphFormat::Csv => sizes.csv(),
            GraphFormat::Dot => {
                return Err(refused(format!(
                    "--format dot: a graph of all states is for up to 12 cells, and this has {}; take svg or csv",
                    signal.register.degree()
                )));
            }
        })
    }
}

/// What a register is called in a picture: its name, or what was typed, if it fits.
pub(super) fn name(text: &str, signal: &Signal) -> String {
    signal.entry.map_or_else(|| short(text), |entry| entry.name.to_owned())
}
