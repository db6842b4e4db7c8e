//! `lfsr draw`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{
    failure::Failure,
    options::{CaptureArgs, SignalArgs, parse_count},
    print::write,
    status::Status,
};
use crate::{
    bits::signal::Signal,
    report::draw::{
        complexity::{MOST_BITS, Profile},
        cycles::{Graph, Sizes},
        schematic,
    },
};

/// Pictures, as SVG: they follow the reader's light or dark colours, and their letters can be searched.
#[derive(Debug, Subcommand)]
pub(super) enum Draw {
    Schematic(Schematic),
    Cycles(Cycles),
    Complexity(Complexity),
}

/// Draws a register of up to 64 cells: stages, gates, feedback, and the contents it starts from.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  lfsr draw schematic x^16+x^14+x^13+x^11+1\n  lfsr draw schematic PRBS31 --form galois"
)]
pub(super) struct Schematic {
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
pub(super) struct Cycles {
    #[command(flatten)]
    register: SignalArgs,
    /// What is written: a picture, the graph for Graphviz (up to 12 cells), or a table.
    #[arg(long, value_name = "FORMAT", default_value = "svg")]
    format: GraphFormat,
    #[command(flatten)]
    output: OutputArgs,
}

/// Draws how the shortest register for the first bits of a stream grows (its linear complexity profile), with the line that random bits follow.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Example:\n  lfsr generate PRBS15 --bits 1k --encoding ascii | lfsr draw complexity --input ascii"
)]
pub(super) struct Complexity {
    #[command(flatten)]
    capture: CaptureArgs,
    /// How many bits, at most 65534.
    #[arg(long, value_name = "N", default_value = "4k", value_parser = parse_bits)]
    bits: u64,
    /// What is written: a picture or a table.
    #[arg(long, value_name = "FORMAT", default_value = "svg")]
    format: PlotFormat,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Args)]
struct OutputArgs {
    /// Writes to this file instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
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
    pub(super) fn run(self) -> Result<Status, Failure> {
        match self {
            Self::Schematic(command) => command.run(),
            Self::Cycles(command) => command.run(),
            Self::Complexity(command) => command.run(),
        }
    }
}

impl Schematic {
    fn run(self) -> Result<Status, Failure> {
        let signal = self.register.signal()?;
        let svg = schematic::svg(&signal, &name(&self.register.register, &signal))
            .map_err(|error| Failure::bad_input(format!("{}: {error}", self.register.register)))?;
        self.output.write(&svg)
    }
}

impl Cycles {
    fn run(self) -> Result<Status, Failure> {
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

impl Complexity {
    fn run(self) -> Result<Status, Failure> {
        let mut capture = self.capture.open()?;
        let (words, bits) = capture.read_all(self.bits)?;
        if bits == 0 {
            return Err(Failure::bad_input("there are no bits"));
        }
        let profile = Profile::new(&words, bits);
        self.output.write(&match self.format {
            PlotFormat::Svg => profile.svg(&self.capture.name()),
            PlotFormat::Csv => profile.csv(),
        })
    }
}

impl OutputArgs {
    fn write(&self, text: &str) -> Result<Status, Failure> {
        write(self.output.as_deref(), text.as_bytes())
    }
}

/// What a register is called in a picture: its name, or what was typed, if it fits.
fn name(text: &str, signal: &Signal) -> String {
    if let Some(entry) = signal.entry {
        return entry.name.to_owned();
    }
    let text = text.trim();
    if text.chars().count() <= 60 { text.to_owned() } else { text.chars().take(59).chain(['…']).collect() }
}

fn parse_bits(text: &str) -> Result<u64, String> {
    let bits = parse_count(text)?;
    if (1..=MOST_BITS).contains(&bits) { Ok(bits) } else { Err(format!("not a number from 1 to {MOST_BITS}")) }
}
