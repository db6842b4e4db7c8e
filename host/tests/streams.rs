//! Bit streams on the command line: catalogue, generate, check, identify, jump, index.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

fn run_with(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lfsr"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // The program may stop reading early.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn run(arguments: &[&str]) -> Output {
    run_with(arguments, b"")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Exit status 2 and one line that contains the parts.
fn refused(arguments: &[&str], parts: &[&str]) {
    let output = run(arguments);
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
    assert_eq!(text.lines().count(), 1, "{arguments:?}: {text}");
    for part in parts {
        assert!(text.contains(part), "{arguments:?}: {part:?} in {text}");
    }
}

#[test]
fn catalogue_lists_shows_and_names_are_registers() {
    let list = stdout(&run(&["catalogue"]));
    assert!(list.lines().count() > 40 && list.contains("PRBS31"), "{list}");
    let entry = stdout(&run(&["catalogue", "pcie gen1"]));
    for part in ["11,12,13,16", "galois, shifting left", "0xffff", "FF 17 C0 14", "LSB first"] {
        assert!(entry.contains(part), "{part} in {entry}");
    }
    refused(&["catalogue", "PRBS99"], &["PRBS99", "not in the catalogue"]);
    refused(&["explain", "PRBS99"], &["no sequence of that name"]);
    let explained = stdout(&run(&["explain", "x^9+x^5+1"]));
    assert!(explained.contains("PRBS9") && explained.contains("PN9"), "{explained}");
    assert!(stdout(&run(&["explain", "crc-32"])).contains("form                      galois"));
    let analysed = stdout(&run(&["analyze", "NES-short"]));
    assert!(analysed.contains("93     352"), "{analysed}");
}

#[test]
fn generate_gives_the_published_bytes_in_every_encoding() {
    let pn9 = run(&["generate", "pn9", "--bits", "64", "--encoding", "raw-lsb"]);
    assert_eq!(pn9.stdout, [0xff, 0xe1, 0x1d, 0x9a, 0xed, 0x85, 0x33, 0x24]);
    let dvb = stdout(&run(&["generate", "DVB", "--bits", "48", "--encoding", "hex"]));
    assert_eq!(dvb, "03f6083430b8\n");
    let wifi = stdout(&run(&["generate", "802.11", "--bits", "20", "--encoding", "ascii"]));
    assert_eq!(wifi, "00001110111100101100\n");
    // Not a multiple of eight: filled up with zeros.
    assert_eq!(run(&["generate", "CCSDS-TM", "--bits", "10"]).stdout, [0xff, 0x40]);
    assert_eq!(run(&["generate", "CCSDS-TM", "--bits", "10", "--invert"]).stdout, [0x00, 0x80]);
    assert_eq!(run(&["generate", "CCSDS-TM", "--bits", "0"]).stdout, []);
    // The XNOR register, the same in Galois form from the state that puts out the same, and a long one.
    let xnor = run(&["generate", "x^5+x^3+1", "--xnor", "--seed", "0", "--bits", "31", "--encoding", "ascii"]);
    assert_eq!(stdout(&xnor).trim().bytes().filter(|b| *b == b'1').count(), 15);
    let short = run(&["generate", "x^16+x^14+x^13+x^11+1", "--form", "galois", "--seed", "0xACE1", "--bits", "10k"]);
    assert_eq!(short.stdout, run(&["generate", "wikipedia-16", "--bits", "10000"]).stdout);
    assert_eq!(run(&["generate", "x^1279+x^216+1", "--bits", "100k"]).stdout.len(), 12_500);
}

#[test]
fn generate_injects_errors_and_stops_with_its_reader() {
    let clean = run(&["generate", "PRBS15", "--bits", "1M"]);
    let arguments = ["generate", "PRBS15", "--bits", "1M", "--errors", "1e-3", "--error-seed", "5"];
    let wrong = run(&arguments);
    let differ: u32 = clean.stdout.iter().zip(&wrong.stdout).map(|(a, b)| (a ^ b).count_ones()).sum();
    let said = String::from_utf8(wrong.stderr.clone()).unwrap();
    assert!((900..1100).contains(&differ) && said.contains(&format!("{differ} of 1000000")), "{said}");
    assert_eq!(run(&arguments).stdout, wrong.stdout);

    let mut endless =
        Command::new(env!("CARGO_BIN_EXE_lfsr")).args(["generate", "PRBS31"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut some = vec![0; 10_000_000];
    let mut pipe = endless.stdout.take().unwrap();
    std::io::Read::read_exact(&mut pipe, &mut some).unwrap();
    drop(pipe);
    assert_eq!(endless.wait().unwrap().code(), Some(0));
    assert_eq!(some[..4], [0, 0, 0, 1], "PRBS31 is sent complemented");

    refused(&["generate", "PRBS31", "--seed", "0x100000000", "--bits", "9"], &["--seed", "more than the 31 bits"]);
    refused(&["generate", "PRBS31", "-o", "/tmp/lfsr-never-written"], &["--bits"]);
}
