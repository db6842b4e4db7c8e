//! The command line.

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cmd;

/// Exit status of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Status {
    /// Done.
    Done = 0,
    /// The answer is "no".
    No = 1,
    /// Bad usage or input.
    BadInput = 2,
    /// A resource or device failed.
    Failed = 3,
    /// Interrupted; partial results are written, marked as partial.
    Interrupted = 130,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

/// Linear feedback shift registers over GF(2): every cycle of the state space, exactly.
///
/// A REGISTER is a polynomial in any of these notations (letters of either case, blanks ignored):
///
///   x^16+x^14+x^13+x^11+1        feedback polynomial: exponents are lags
///   char:x^16+x^5+x^3+x^2+1      characteristic polynomial
///   taps:16,14,13,11             lags; also in brackets, with or without a 0
///   coeffs:1,1,0,1               c_0,...,c_{n-1} of the characteristic polynomial
///   normal:0x1021/16             CRC generator, as are reversed:0x8408/16,
///                                koopman:0x8810 and full:0x11021
///   PRBS31, crc-32, ...          a name: `lfsr catalogue` lists them
///
/// Exit status: 0 done; 1 the answer is "no"; 2 bad usage or input; 3 a resource or device failed;
/// 130 interrupted, with partial results written and marked as partial.
#[derive(Debug, Parser)]
#[command(name = "lfsr", version, max_term_width = 110, verbatim_doc_comment)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Less: no progress, no notes, only results and errors.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// More: per-worker figures, all periods.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// No progress on standard error (it is shown only on a terminal anyway).
    #[arg(long, global = true)]
    pub no_progress: bool,
    /// Bold headings in text output.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// If standard output is a terminal and NO_COLOR is not set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Global {
    /// Whether text may be bold.
    #[must_use]
    pub fn is_colored(&self, to_terminal: bool) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => to_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    Analyze(cmd::analyze::Analyze),
    Merge(cmd::merge::Merge),
    Explain(cmd::explain::Explain),
    Primitive(cmd::primitive::Primitive),
    TableCheck(cmd::table_check::TableCheck),
    Catalogue(cmd::catalogue::Catalogue),
    Generate(cmd::generate::Generate),
    Check(cmd::check::Check),
    /// Talks to a microcontroller with the firmware of lfsrkit, or to an emulated one.
    #[command(subcommand)]
    Device(cmd::device::Device),
    Identify(cmd::identify::Identify),
    Jump(cmd::jump::Jump),
    Index(cmd::jump::Index),
    /// Reproducible comparison tables; every answer in them is checked.
    #[command(subcommand)]
    Bench(Bench),
    /// Prints the completion script for a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// Prints the manual page.
    Man,
}

#[derive(Debug, Subcommand)]
enum Bench {
    Kernels(cmd::bench::Kernels),
    Schedules(cmd::bench::Schedules),
    Streams(cmd::bench::Streams),
}

impl Cli {
    /// Runs the command.
    pub fn run(self) -> ExitCode {
        let result = match self.command {
            Command::Analyze(command) => command.run(&self.global),
            Command::Merge(command) => command.run(&self.global),
            Command::Explain(command) => command.run(),
            Command::Primitive(command) => command.run(&self.global),
            Command::TableCheck(command) => command.run(&self.global),
            Command::Catalogue(command) => command.run(),
            Command::Generate(command) => command.run(&self.global),
            Command::Check(command) => command.run(&self.global),
            Command::Device(command) => command.run(&self.global),
            Command::Identify(command) => command.run(),
            Command::Jump(command) => command.run(),
            Command::Index(command) => command.run(),
            Command::Bench(Bench::Kernels(command)) => command.run(&self.global),
            Command::Bench(Bench::Schedules(command)) => command.run(&self.global),
            Command::Bench(Bench::Streams(command)) => command.run(&self.global),
            Command::Completions { shell } => cmd::completions::run(shell),
            Command::Man => cmd::man::run(),
        };
        result.unwrap_or_else(cmd::Failure::report).into()
    }
}
