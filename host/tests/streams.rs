//! Bit streams on the command line: catalogue, generate, check, identify, jump, index.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

mod program;

use program::{lfsr, run, run_with, wait};

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
    for part in ["11,12,13,16", "galois", "left: bit 15 leaves", "0xffff", "FF 17 C0 14", "LSB first"] {
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
    assert!(run(&["generate", "CCSDS-TM", "--bits", "0"]).stdout.is_empty());
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

    let mut command = lfsr(&["generate", "PRBS31"]);
    let mut endless = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut some = vec![0; 10_000_000];
    let mut pipe = endless.stdout.take().unwrap();
    std::io::Read::read_exact(&mut pipe, &mut some).unwrap();
    drop(pipe);
    assert_eq!(wait(endless, &command).status.code(), Some(0));
    assert_eq!(some[..4], [0, 0, 0, 1], "PRBS31 is sent complemented");

    refused(&["generate", "PRBS31", "--seed", "0x100000000", "--bits", "9"], &["--seed", "more than the 31 bits"]);
    let folder = tempfile::tempdir().unwrap();
    let never_written = folder.path().join("bits");
    refused(&["generate", "PRBS31", "-o", never_written.to_str().unwrap()], &["--bits"]);
    assert!(!never_written.exists());
}

/// The object and the exit status of a check of these bytes.
fn checked(arguments: &[&str], bytes: &[u8]) -> (serde_json::Value, i32) {
    let output = run_with(&[&["check"], arguments, &["--format", "json"]].concat(), bytes);
    let text = stdout(&output);
    let object = serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("{arguments:?}: {error}: {text}{}", String::from_utf8_lossy(&output.stderr)));
    (object, output.status.code().unwrap())
}

/// Bits of packed bytes, the first in bit 7, and back.
fn unpack(bytes: &[u8]) -> Vec<bool> {
    bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect()
}

fn pack(bits: &[bool]) -> Vec<u8> {
    bits.chunks(8)
        .map(|bits| bits.iter().enumerate().fold(0, |byte, (i, &bit)| byte | u8::from(bit) << (7 - i)))
        .collect()
}

#[test]
fn check_counts_ten_thousand_errors_in_a_hundred_million_bits() {
    let count = if std::env::var_os("LFSR_LONG").is_some() { 1_000_000_000 } else { 100_000_000u64 };
    let mut bytes = run(&["generate", "PRBS23", "--bits", &count.to_string()]).stdout;
    let (clean, status) = checked(&["PRBS23"], &bytes);
    assert_eq!((&clean["status"], &clean["errors"], status), (&"locked".into(), &"0".into(), 0));
    // One wrong bit in each of 10,000 stretches, at places that look random.
    let stretch = count / 10_000;
    let mut place = 1u64;
    for i in 0..10_000 {
        place = place.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = i * stretch + (place >> 33) % stretch;
        bytes[(at / 8) as usize] ^= 0x80 >> (at % 8);
    }
    for name in ["PRBS23", "auto"] {
        let (found, status) = checked(&[name], &bytes);
        assert_eq!(found["errors"], "10000", "{found}");
        assert_eq!(found["compared"], count.to_string());
        assert_eq!((&found["status"], &found["slips"], status), (&"locked-with-errors".into(), &"0".into(), 1));
        assert_eq!(
            (&found["name"], &found["inverted"], &found["order"]),
            (&"PRBS23".into(), &true.into(), &"msb".into())
        );
    }
}

#[test]
fn check_names_slips_inversion_and_stuck_lines() {
    let bytes = run(&["generate", "PRBS15", "--bits", "1M"]).stdout;
    let bits = unpack(&bytes);
    let mut dropped = bits.clone();
    dropped.remove(400_003);
    // Whole bytes, so that no filling counts as an error.
    dropped.truncate(999_992);
    let (found, status) = checked(&["PRBS15"], &pack(&dropped));
    assert_eq!(
        (&found["slips"], &found["deleted"], &found["errors"], status),
        (&"1".into(), &"1".into(), &"0".into(), 1)
    );
    let at: u64 = found["first_slip"]["at"].as_str().unwrap().parse().unwrap();
    assert!(at.abs_diff(400_003) < 20, "{found}");
    // Relocked at once: nothing was left out.
    assert_eq!(found["skipped"], "0");
    let mut doubled = bits.clone();
    doubled.insert(700_001, bits[700_000]);
    doubled.truncate(999_992);
    let (found, _) = checked(&["PRBS15"], &pack(&doubled));
    assert_eq!((&found["slips"], &found["inserted"], &found["errors"]), (&"1".into(), &"1".into(), &"0".into()));

    let flipped: Vec<u8> = bytes.iter().map(|byte| !byte).collect();
    let text = stdout(&run_with(&["check", "PRBS15"], &flipped));
    assert!(text.contains("INVERTED on its way") && text.contains("no errors"), "{text}");
    assert_eq!(checked(&["PRBS15", "--polarity", "inverted"], &flipped).1, 1);
    for (byte, level) in [(0u8, "0"), (0xff, "1")] {
        for register in ["PRBS15", "auto"] {
            let output = run_with(&["check", register], &vec![byte; 100_000]);
            assert!(stdout(&output).contains(&format!("stuck at {level}")), "{}", stdout(&output));
            assert_eq!(output.status.code(), Some(1));
        }
    }
    // Least significant bit first, as text, of a register without a name.
    let lsb = run(&["generate", "x^12+x^6+x^4+x+1", "--bits", "50k", "--encoding", "raw-lsb"]).stdout;
    let (found, status) = checked(&["x^12+x^6+x^4+x+1"], &lsb);
    assert_eq!((&found["order"], status), (&"lsb".into(), 0));
    let ascii = run(&["generate", "64b66b", "--bits", "5000", "--encoding", "ascii"]).stdout;
    assert_eq!(checked(&["64b66b"], &ascii).1, 0);
    assert_eq!(checked(&["auto"], &ascii).0["name"], "64b66b");
}

#[test]
fn check_refuses_what_it_cannot_read() {
    refused(&["check", "PRBS7", "/nothing/there"], &["/nothing/there", "cannot open"]);
    refused(&["check", "PRBS7", "src"], &["is a directory"]);
    refused(&["check", "x^100+x+1", "-"], &["degree 100"]);
    refused(&["check", "char:x^5", "--input", "ascii", "Cargo.toml"], &["line 1, column 1"]);
    let empty = run_with(&["check", "PRBS7"], b"");
    assert_eq!(empty.status.code(), Some(2));
    let noise: Vec<u8> = (0..50_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    assert_eq!(checked(&["PRBS31"], &noise).0["status"], "searching");
}

#[test]
fn jump_and_index_are_inverse() {
    let state = |register: &str, by: &str| {
        let output = run(&["jump", register, "--state", "0x5", "--by", by]);
        stdout(&output).trim().to_owned()
    };
    assert_eq!(state("x^16+x^14+x^13+x^11+1", "0"), "0x0005");
    assert_eq!(state("x^16+x^14+x^13+x^11+1", "65535"), "0x0005");
    assert_eq!(state("x^16+x^14+x^13+x^11+1", "65536"), state("x^16+x^14+x^13+x^11+1", "1"));
    assert_eq!(state("x^16+x^14+x^13+x^11+1", "-65534"), state("x^16+x^14+x^13+x^11+1", "1"));
    let digits = "9".repeat(1000);
    let there = state("x^1279+x^216+1", &digits);
    let back = run(&["jump", "x^1279+x^216+1", "--state", &there, "--by", &format!("-{digits}")]);
    assert_eq!(stdout(&back).trim(), format!("0x{:0>320}", "5"));
    for (register, by) in [
        ("x^64+x^4+x^3+x+1", "12345678901234567890"),
        ("char:x^61+x^5+x^2+x+1", "2305843009213693950"),
        ("PRBS31", "2147483646"),
        ("x^5+x^3+1", "30"),
    ] {
        let to = state(register, by);
        let found = stdout(&run(&["index", register, "--from", "0x5", "--to", &to]));
        assert!(found.starts_with(&format!("{by} steps")), "{register}: {found}");
    }
    let none = run(&["index", "NES-short", "--from", "1", "--to", "0"]);
    assert!(none.status.code() == Some(1) && stdout(&none).contains("not on the same cycle"));
    let table = stdout(&run(&["index", "x^3+x^2+1", "--from", "1", "--table"]));
    assert_eq!(table.lines().count(), 8);
    assert!(table.starts_with("index,state\n0,0x1\n1,0x"));
    refused(&["jump", "char:x^5+x^2", "--by", "-1"], &["singular"]);
    refused(&["index", "x^31+x^28+1", "--table"], &["--rows"]);
    refused(&["index", "x^89+x^38+1", "--from", "1", "--to", "2"], &["89 bits"]);
    assert_eq!(run(&["jump", "PRBS7", "--by", "soon"]).status.code(), Some(2));
}

fn identified(arguments: &[&str], bytes: &[u8]) -> (serde_json::Value, i32) {
    let output = run_with(&[&["identify"], arguments, &["--format", "json"]].concat(), bytes);
    let text = stdout(&output);
    let object = serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("{arguments:?}: {error}: {text}{}", String::from_utf8_lossy(&output.stderr)));
    (object, output.status.code().unwrap())
}

#[test]
fn identify_names_sequences_and_says_when_there_is_none() {
    let clean = run(&["generate", "pn9", "--bits", "4000", "--encoding", "raw-lsb"]).stdout;
    let (found, status) = identified(&[], &clean);
    assert_eq!((&found["catalogue"][0]["name"], &found["catalogue"][0]["phase"]), (&"PN9".into(), &"0".into()));
    assert_eq!((&found["order"], &found["errors"], status), (&"lsb".into(), &"0".into(), 0));
    let text = stdout(&run_with(&["identify"], &clean));
    for part in ["x^9+x^5+1", "char:x^9", "taps:", "full:0x", "primitive", "0 steps after its seed"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let arguments = ["generate", "PRBS23", "--bits", "20k", "--errors", "0.01", "--encoding", "ascii"];
    let (found, _) = identified(&[], &run(&arguments).stdout);
    assert_eq!((&found["catalogue"][0]["name"], &found["catalogue"][0]["phase"]), (&"PRBS23".into(), &"0".into()));
    assert_eq!(found["inverted"], true);

    let noise = run(&["generate", "PRBS7", "--bits", "80k", "--errors", "0.5"]).stdout;
    let (found, status) = identified(&[], &noise);
    assert_eq!((&found["result"], status), (&"none".into(), 1));
    let text = stdout(&run_with(&["identify"], &noise));
    assert!(text.contains("no linear register shorter than 3") && text.contains("noise"), "{text}");
    assert_eq!(identified(&[], &[0; 1000]).0["result"], "constant");
    assert_eq!(run_with(&["identify"], b"01").status.code(), Some(2));
    refused(&["identify", "/nothing"], &["/nothing", "cannot open"]);
}

/// A row for a spreadsheet; with --every one each time, of what came since the one before.
#[test]
fn check_as_a_table() {
    let bits = run(&["generate", "PRBS23", "--bits", "80k", "--errors", "1e-3", "-q"]).stdout;
    let text = stdout(&run_with(&["check", "PRBS23", "--format", "csv"], &bits));
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 2, "{text}");
    let cell = |name: &str| rows[1][rows[0].iter().position(|column| *column == name).unwrap()];
    assert_eq!(
        (cell("status"), cell("bits"), cell("compared"), cell("slips")),
        ("locked-with-errors", "80000", "80000", "0")
    );
    let errors: u64 = cell("errors").parse().unwrap();
    assert!((40..160).contains(&errors), "{text}");

    // Slowly, so that there are rows in between: their counts add up.
    let text = told_slowly(&["check", "PRBS23", "--format", "csv"], &bits);
    let rows: Vec<Vec<u64>> = text
        .lines()
        .skip(1)
        .map(|line| [3, 4].map(|column| line.split(',').nth(column).unwrap().parse().unwrap()).to_vec())
        .collect();
    assert!(rows.len() >= 2, "{text}");
    assert_eq!(rows.iter().map(|row| row[0]).sum::<u64>(), 80_000, "{text}");
    assert_eq!(rows.iter().map(|row| row[1]).sum::<u64>(), errors, "{text}");
    let silent = stdout(&run_with(&["check", "auto", "--format", "csv"], &[0; 1000]));
    assert_eq!(silent.lines().count(), 2, "{silent}");
}

/// What is printed with a line each second of what is new, while bits come in slowly.
fn told_slowly(arguments: &[&str], bits: &[u8]) -> String {
    let mut command = program::lfsr(&[arguments, &["--every", "1", "--since-last"]].concat());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for piece in bits.chunks(3000) {
        stdin.write_all(piece).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(700));
    }
    drop(stdin);
    stdout(&wait(child, &command))
}

/// Rows of lanes add up, too; a stalled stream is told so far as it came.
#[test]
fn rows_of_lanes_add_up() {
    let bits = run(&["generate", "PRBS23", "--bits", "80k", "--errors", "1e-3", "--error-seed", "3"]).stdout;
    let arguments = ["check", "PRBS23", "--lanes", "4", "--format", "csv"];
    let whole = stdout(&run_with(&arguments, &bits));
    let rows = |text: &str| -> Vec<(usize, u64, u64)> {
        let row = |line: &str| {
            let cell = |column: usize| line.split(',').nth(column).unwrap().parse::<u64>().unwrap();
            (cell(0) as usize, cell(4), cell(5))
        };
        text.lines().skip(1).map(row).collect()
    };
    let all = rows(&whole);
    assert_eq!(all.len(), 4, "{whole}");
    assert!(all.iter().all(|(_, compared, errors)| *compared == 20_000 && *errors > 0), "{whole}");

    let text = told_slowly(&arguments, &bits);
    let slow = rows(&text);
    assert!(slow.len() >= 8, "{text}");
    for (lane, compared, errors) in all {
        let of_lane = || slow.iter().filter(|row| row.0 == lane);
        assert_eq!(of_lane().map(|row| row.1).sum::<u64>(), compared, "{text}");
        assert_eq!(of_lane().map(|row| row.2).sum::<u64>(), errors, "{text}");
    }
    refused(&["check", "PRBS23", "a.bin", "b.bin", "--lanes", "3"], &["--lanes 3", "2 files"]);
}

#[test]
fn bench_streams_checks_its_answers() {
    // One counted run of a small buffer: the figures are not looked at, the answers are.
    let output = run(&["bench", "streams", "--runs", "1", "--buffer", "64", "--work", "1"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(stdout(&output).contains("check x^31+x^28+1, blocks"));
}

/// A stream that stalls is interrupted with a report; --every speaks while it runs.
#[test]
#[cfg(unix)]
fn check_of_a_stalled_pipe_is_interrupted() {
    let bytes = run(&["generate", "PRBS23", "--bits", "800k"]).stdout;
    let mut command = program::lfsr(&["check", "PRBS23", "--every", "1"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&bytes).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(2000));
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = wait(child, &command);
    drop(stdin);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(130), "{text}");
    assert!(text.contains("interrupted") && text.contains("800000 compared"), "{text}");
    assert!(text.lines().next().unwrap().contains("bits compared, 0 errors"), "{text}");
}
