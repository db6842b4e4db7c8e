//! `lfsr`: parse, run, exit.

use std::process::ExitCode;

use clap::Parser;
use lfsr_host::cli::Cli;

fn main() -> ExitCode {
    Cli::parse().run()
}
