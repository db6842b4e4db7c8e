//! Commands to be answered alike: the golden registers, and random ones of all kinds.

use lfsr_crosscheck::{random::Random, ranges::is_long};
use serde_json::Value;

/// Random commands: so many, or with `LFSR_LONG` a thousand.
const RANDOM: u64 = 120;

/// All commands.
pub(crate) fn all() -> Vec<Vec<String>> {
    let long = is_long();
    let mut random = Random::new("page");
    let mut commands = golden(long, &mut random);
    commands.extend((0..if long { 1000 } else { RANDOM }).map(|i| any(i, &mut random)));
    commands
}

/// Every golden register, degree 2 to 400, or one in three from a beginning that changes.
fn golden(long: bool, random: &mut Random) -> Vec<Vec<String>> {
    let file: Value = serde_json::from_str(include_str!("../data/golden_registers.json")).expect("JSON");
    let entries = file["entries"].as_array().expect("a list");
    let (first, step) = if long { (0, 1) } else { (random.index(3), 3) };
    let chosen = entries.iter().skip(first).step_by(step);
    let command = |entry: &Value| {
        let register = format!("full:{}", entry["charpoly_hex"].as_str().expect("text"));
        ["analyze", &register, "--engine", "algebra", "--format", "json"].map(str::to_owned).to_vec()
    };
    chosen.map(command).collect()
}

/// A command about a random register, or a checksum.
fn any(i: u64, random: &mut Random) -> Vec<String> {
    let degree = 2 + random.below(30);
    let mask = random.below(1 << degree) | 1;
    let register = format!("full:{:#x}", 1u64 << degree | mask);
    let mut options = vec![];
    for (option, values) in [("--form", ["fibonacci", "galois"]), ("--shift", ["left", "right"])] {
        if random.below(2) == 0 {
            options.extend([option, values[random.index(2)]]);
        }
    }
    if random.below(3) == 0 {
        options.push("--xnor");
    }
    let state = format!("{:#x}", random.below(1 << degree));
    let by = format!("{}", random.below(u64::MAX / 2));
    let hex = format!("{:016x}", random.below(u64::MAX));
    let width = format!("{}", 1 + random.below(40));
    let (mut words, takes_options): (Vec<&str>, bool) = match i % 8 {
        0 => (vec!["explain", &register, "--format", "json"], true),
        1 => (vec!["analyze", &register, "--engine", "algebra", "--format", "json"], true),
        2 if degree <= 22 => (vec!["analyze", &register, "--verify", "--format", "json"], true),
        2 | 3 => (vec!["jump", &register, "--state", &state, "--by", &by, "--format", "json"], true),
        4 => (vec!["draw", "schematic", &register], true),
        5 => (vec!["crc", &register, "--hex", &hex, "--format", "json"], false),
        6 => (vec!["export", ["verilog", "vhdl", "c", "rust"][random.index(4)], &register, "--width", &width], true),
        _ => (vec!["generate", &register, "--bits", "300", "--encoding", "hex"], true),
    };
    if takes_options {
        words.extend(options);
    }
    words.into_iter().map(str::to_owned).collect()
}
