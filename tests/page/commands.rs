//! Commands to be answered alike: the golden registers, and random ones of all kinds.

use std::{
    env,
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::Value;

/// Random commands: so many, or with `LFSR_LONG` a thousand.
const RANDOM: u64 = 120;

/// All commands.
pub(crate) fn all() -> Vec<Vec<String>> {
    let long = env::var_os("LFSR_LONG").is_some();
    let mut commands = golden(long);
    let mut random = Random::new();
    commands.extend((0..if long { 1000 } else { RANDOM }).map(|i| any(i, &mut random)));
    commands
}

/// Every golden register, degree 2 to 400, or one in three from a beginning that changes.
fn golden(long: bool) -> Vec<Vec<String>> {
    let file: Value = serde_json::from_str(include_str!("../data/golden_registers.json")).expect("JSON");
    let entries = file["entries"].as_array().expect("a list");
    let (first, step) = if long { (0, 1) } else { (Random::new().below(3) as usize, 3) };
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
            options.extend([option, values[random.below(2) as usize]]);
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
        6 => (
            vec!["export", ["verilog", "vhdl", "c", "rust"][random.below(4) as usize], &register, "--width", &width],
            true,
        ),
        _ => (vec!["generate", &register, "--bits", "300", "--encoding", "hex"], true),
    };
    if takes_options {
        words.extend(options);
    }
    words.into_iter().map(str::to_owned).collect()
}

/// Steele, Lea and Flood's SplitMix; `LFSR_SEED` makes it begin as before.
struct Random(u64);

impl Random {
    fn new() -> Self {
        let time = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| time.as_millis() as u64);
        let seed = env::var("LFSR_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(time);
        println!("page: LFSR_SEED={seed}");
        Self(seed)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ z >> 31) % limit
    }
}
