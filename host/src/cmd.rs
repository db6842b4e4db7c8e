//! The commands: what the user writes in, calls of the library, a report out. Only this and `report` print.
//!
//! A command is a file of this folder and its lines here. `options`, `failure`, `status`, `print`, `reporter` and `interrupt` are what they share.

mod analyze;
#[cfg(feature = "shell")]
mod bench;
mod bug;
mod catalogue;
mod check;
#[cfg(feature = "shell")]
mod cluster;
#[cfg(feature = "shell")]
mod completions;
mod convert;
mod crc;
#[cfg(feature = "device")]
mod device;
mod draw;
mod explain;
mod export;
mod failure;
mod generate;
mod identify;
mod interrupt;
mod jump;
#[cfg(feature = "shell")]
mod man;
#[cfg(feature = "shell")]
mod merge;
mod options;
#[cfg(feature = "shell")]
mod plan;
mod primitive;
mod print;
mod report;
mod reporter;
mod scramble;
mod status;
#[cfg(feature = "shell")]
mod table_check;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use failure::Failure;
use options::Global;

/// Linear feedback shift registers over GF(2): every cycle of the state space, exactly.
///
/// A REGISTER is a polynomial in any of these notations (letters of either case, blanks ignored):
///
///   x^16+x^14+x^13+x^11+1        feedback polynomial: exponents are lags
///   char:x^16+x^5+x^3+x^2+1      characteristic polynomial
///   taps:16,14,13,11             lags; also in brackets, with or without a 0
///   coeffs:1,1,0,1               c_0,...,c_{n-1} of the characteristic polynomial
///   mask:0xB400, 16'hB400        a mask of taps: bit k-1 is lag k
///   gr:0x21/16                   mask and length of a scrambler of GNU Radio
///   normal:0x1021/16             CRC generator, as are reversed:0x8408/16,
///                                koopman:0x8810 and full:0x11021
///   PRBS31, crc-32, ...          a name: `lfsr catalogue` lists them
///   GPS-CA:PRN, LTE-Gold:CINIT, LoRa   a code, where bits are made or checked
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

#[derive(Debug, Subcommand)]
enum Command {
    Analyze(analyze::Analyze),
    #[cfg(feature = "shell")]
    Merge(merge::Merge),
    #[cfg(feature = "shell")]
    Plan(plan::PlanCommand),
    /// Runs one enumeration on many machines, by engines that are there already.
    #[cfg(feature = "shell")]
    #[command(subcommand)]
    Cluster(cluster::Cluster),
    Explain(explain::Explain),
    Primitive(primitive::Primitive),
    #[cfg(feature = "shell")]
    TableCheck(table_check::TableCheck),
    Catalogue(catalogue::Catalogue),
    Generate(generate::Generate),
    Check(check::Check),
    /// Talks to a microcontroller with the firmware of lfsrkit, or to an emulated one.
    #[cfg(feature = "device")]
    #[command(subcommand)]
    Device(device::Device),
    Identify(identify::Identify),
    Crc(crc::CrcCommand),
    Scramble(scramble::Scramble),
    Descramble(scramble::Descramble),
    Convert(convert::Convert),
    Export(export::Export),
    /// Draws registers and streams, as SVG.
    #[command(subcommand)]
    Draw(draw::Draw),
    Report(report::ReportCommand),
    Jump(jump::Jump),
    Index(jump::Index),
    /// Reproducible comparison tables; every answer in them is checked.
    #[cfg(feature = "shell")]
    #[command(subcommand)]
    Bench(Bench),
    /// Prints the completion script for a shell.
    #[cfg(feature = "shell")]
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    #[cfg(feature = "shell")]
    Man(man::Manual),
}

#[cfg(feature = "shell")]
#[derive(Debug, Subcommand)]
enum Bench {
    Kernels(bench::Kernels),
    Schedules(bench::Schedules),
    Streams(bench::Streams),
}

impl Cli {
    /// Runs the command.
    pub fn run(self) -> ExitCode {
        interrupt::install();
        bug::caught(|| self.command().unwrap_or_else(Failure::report)).into()
    }

    fn command(self) -> Result<status::Status, Failure> {
        match self.command {
            Command::Analyze(command) => command.run(&self.global),
            #[cfg(feature = "shell")]
            Command::Merge(command) => command.run(&self.global),
            #[cfg(feature = "shell")]
            Command::Plan(command) => command.run(&self.global),
            #[cfg(feature = "shell")]
            Command::Cluster(command) => command.run(&self.global),
            Command::Explain(command) => command.run(&self.global),
            Command::Primitive(command) => command.run(&self.global),
            #[cfg(feature = "shell")]
            Command::TableCheck(command) => command.run(&self.global),
            Command::Catalogue(command) => command.run(&self.global),
            Command::Generate(command) => command.run(&self.global),
            Command::Check(command) => command.run(&self.global),
            #[cfg(feature = "device")]
            Command::Device(command) => command.run(&self.global),
            Command::Identify(command) => command.run(&self.global),
            Command::Crc(command) => command.run(&self.global),
            Command::Scramble(command) => command.run(&self.global),
            Command::Descramble(command) => command.run(&self.global),
            Command::Convert(command) => command.run(),
            Command::Export(command) => command.run(&self.global),
            Command::Draw(command) => command.run(&self.global),
            Command::Report(command) => command.run(&self.global),
            Command::Jump(command) => command.run(),
            Command::Index(command) => command.run(),
            #[cfg(feature = "shell")]
            Command::Bench(Bench::Kernels(command)) => command.run(&self.global),
            #[cfg(feature = "shell")]
            Command::Bench(Bench::Schedules(command)) => command.run(&self.global),
            #[cfg(feature = "shell")]
            Command::Bench(Bench::Streams(command)) => command.run(&self.global),
            #[cfg(feature = "shell")]
            Command::Completions { shell } => completions::run::<Self>(shell),
            #[cfg(feature = "shell")]
            Command::Man(command) => command.run::<Self>(),
        }
    }
}
