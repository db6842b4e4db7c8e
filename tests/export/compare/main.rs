//! What `lfsr export` writes beside what other generators write: `cargo run --release -p lfsr-crosscheck --bin export-compare`.
//!
//! * Checksums in C beside those of pycrc, and in Rust beside the crate `crc`: time for a byte, and bytes of code and tables. Needs a C compiler, `rustc`,
//!   and pycrc (PyPI) in `LFSR_PYCRC`, the path of its program.
//! * Hardware beside verilog-lfsr (Alex Forencich, MIT): cells after synthesis by yosys. Needs yosys, Icarus Verilog, and in `LFSR_VERILOG_LFSR` the
//!   folder that has its `lfsr.v`. It takes minutes, since Icarus evaluates its constant functions.
//!
//! What is not there is said and left out. Both sides get the same message and take turns; if their answers differ, the program exits with 1.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program whose output is a table")]
#![forbid(unsafe_code)]

mod area;
mod checksums;

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

fn main() -> ExitCode {
    let results = [checksums::compare(), area::compare()];
    for reason in results.iter().filter_map(|result| result.as_ref().err()) {
        eprintln!("export-compare: {reason}");
    }
    if results.iter().all(Result::is_ok) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What a program prints.
fn run(command: &mut Command) -> Result<String, String> {
    let ran = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if !ran.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&ran.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&ran.stdout).into_owned())
}

/// `lfsr export LANGUAGE ...`, into a file of the folder.
fn export(folder: &Path, file: &str, arguments: &[&str]) -> Result<(), String> {
    let text = run(Command::new(program()).arg("export").args(arguments).arg("--quiet"))?;
    std::fs::write(folder.join(file), text).map_err(|error| error.to_string())
}

/// The command line, which `cargo build --release` puts beside this program.
fn program() -> PathBuf {
    let beside = std::env::current_exe().ok().and_then(|own| Some(own.parent()?.join("lfsr")));
    beside.filter(|path| path.is_file()).unwrap_or_else(|| "lfsr".into())
}
