//! Checks the lines of `lfsr primitive --certificate` on standard input with arithmetic of its own.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that answers on its output")]

use std::{io::BufRead, process::ExitCode};

fn main() -> ExitCode {
    let mut status = ExitCode::SUCCESS;
    for (i, line) in std::io::stdin().lock().lines().enumerate() {
        let result =
            line.map_err(|error| error.to_string()).and_then(|line| lfsr_crosscheck::certificate::verify(&line));
        match result {
            Ok(Some(true)) => println!("{}: proves that it is primitive", i + 1),
            Ok(Some(false)) => println!("{}: proves that it is not primitive", i + 1),
            Ok(None) => println!("{}: proves nothing, and says so", i + 1),
            Err(error) => {
                eprintln!("{}: {error}", i + 1);
                status = ExitCode::FAILURE;
            }
        }
    }
    status
}
