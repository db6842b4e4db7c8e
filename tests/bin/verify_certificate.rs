//! Checks the lines of `lfsr primitive --certificate`, or the file of `lfsr analyze --certificate`, on standard input with arithmetic of its own.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that answers on its output")]

use lfsr_crosscheck::certificate;
use std::{
    io::{self, BufRead, Read},
    process::ExitCode,
};

/// Bytes of the longest certificate: degree 10^6 needs some ten.
const LONGEST: u64 = 1 << 26;

fn main() -> ExitCode {
    let mut status = ExitCode::SUCCESS;
    let mut input = io::stdin().lock();
    let mut lines = core::iter::from_fn(|| next_line(&mut input).transpose());
    let first = lines.next();
    if let Some(Ok(header)) = &first
        && certificate::is_map(header)
    {
        return map(header, lines);
    }
    let lines = first.into_iter().chain(lines);
    for (i, line) in lines.enumerate() {
        let unreadable = line.is_err();
        let result = line.and_then(|line| certificate::verify(&line));
        match result {
            Ok(Some(true)) => println!("{}: proves that it is primitive", i + 1),
            Ok(Some(false)) => println!("{}: proves that it is not primitive", i + 1),
            Ok(None) => println!("{}: proves nothing, and says so", i + 1),
            Err(error) => {
                eprintln!("{}: {error}", i + 1);
                status = ExitCode::FAILURE;
            }
        }
        if unreadable {
            break;
        }
    }
    status
}

/// Checks the certificate of a map.
fn map(header: &str, lines: impl Iterator<Item = Result<String, String>>) -> ExitCode {
    match certificate::verify_map(header, lines) {
        Ok(proven) => {
            println!("{proven}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The next line; `None` at the end.
fn next_line(input: &mut impl BufRead) -> Result<Option<String>, String> {
    let mut line = String::new();
    let read = input.take(LONGEST).read_line(&mut line).map_err(|error| format!("cannot read: {error}"))?;
    if read as u64 == LONGEST {
        return Err(format!("longer than {LONGEST} bytes: no certificate"));
    }
    Ok((read > 0).then_some(line))
}
