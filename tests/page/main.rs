//! The page in a browser, opened from the file system: known answers, links, looks, garbage, a large file, and the program in it against the program here.
//!
//! Needs the page in the folder `LFSR_PAGE`, puppeteer-core and axe-core in the folder `LFSR_PUPPETEER`, which `cargo xtask test` sees to, Node.js and Chromium.
//! The benches are JavaScript (`tests/page/*.mjs`). `LFSR_SHOTS` names a folder for pictures of all panels.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "the harness shows it where a test failed")]

mod commands;

use std::{env, fs, path::Path, process::Command};

use lfsr_crosscheck::{deadline::output, program::program, skip::skipped};
use serde_json::json;

/// Runs a bench to its end; a remark if it cannot be.
fn bench(name: &str, arguments: &[&str]) {
    if env::var_os("LFSR_PAGE").is_none() || env::var_os("LFSR_PUPPETEER").is_none() {
        return skipped("page", "no LFSR_PAGE or LFSR_PUPPETEER (cargo xtask test sets them)");
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("page").join(name);
    let mut command = Command::new("node");
    command.arg(script).args(arguments).env("LFSR_PROGRAM", program());
    let output = output(&mut command).expect("node runs");
    let [said, errors] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    println!("{said}");
    assert!(output.status.success(), "{name}: {errors}");
}

#[test]
fn every_panel_answers() {
    bench("answers.mjs", &[]);
}

#[test]
fn a_link_holds_the_whole_question() {
    bench("links.mjs", &[]);
}

#[test]
fn nothing_sticks_out_and_all_can_be_reached() {
    bench("looks.mjs", &[]);
}

#[test]
fn garbage_is_refused_in_words() {
    bench("garbage.mjs", &[]);
}

#[test]
fn from_a_server_and_then_without_one() {
    bench("offline.mjs", &[]);
}

/// 800 million bits of PRBS31, one in a million wrong.
#[test]
fn a_file_of_100_megabytes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("large.bin");
    let file = file.to_str().expect("text");
    let made = ["generate", "PRBS31", "--bits", "800M", "--errors", "1e-6", "--error-seed", "7", "-o", file];
    let made = output(Command::new(program()).args(made)).expect("lfsr runs");
    // lfsr: note: 769 of 800000000 bits are wrong on purpose
    let note = String::from_utf8_lossy(&made.stderr).into_owned();
    let wrong = note.split_whitespace().find(|word| word.bytes().all(|b| b.is_ascii_digit())).expect("a number");
    bench("large.mjs", &[file, wrong]);
}

#[test]
fn the_program_in_the_page_is_the_program() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("commands.txt");
    let lines: Vec<String> = commands::all().into_iter().map(|arguments| json!(arguments).to_string()).collect();
    fs::write(&file, lines.join("\n")).expect("a file");
    bench("same.mjs", &[file.to_str().expect("text")]);
}
