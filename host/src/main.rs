//! `lfsr`: parse, run, exit.

use std::process::ExitCode;

use clap::Parser;
use lfsr_core::cpu;
use lfsr_host::cmd::Cli;

fn main() -> ExitCode {
    // A test of what an older CPU would do: backends that are not to be detected, separated by commas.
    if let Ok(names) = std::env::var("LFSR_HIDE_CPU") {
        for name in names.split(',') {
            cpu::hide(name);
        }
    }
    Cli::parse().run()
}
