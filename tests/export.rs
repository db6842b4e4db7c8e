//! What `lfsr export` writes, in Icarus Verilog: bits against `lfsr generate` and `lfsr scramble`, and changed modules, which must be refused.
//!
//! Needs the program `iverilog` (Debian package iverilog). Without it the tests are skipped, and say so, unless `CI` or
//! `LFSR_REQUIRE_ORACLES` is set: then they fail. `LFSR_LONG=1` takes every entry of the catalogue at every width, and 1,000 changes.
#![allow(clippy::print_stdout, reason = "a test run says what it exercised")]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use lfsr_core::catalogue::{ENTRIES, Entry, Kind};
use lfsr_crosscheck::{deadline::output, program::program, skip::skipped};

const WIDTHS: [usize; 11] = [1, 2, 7, 8, 16, 32, 40, 64, 66, 128, 512];

/// Bits of the runs: enough for the mutants that only change the reset.
const BITS: &str = "4k";

fn lfsr(arguments: &[&str]) -> Output {
    output(Command::new(program()).args(arguments)).expect("lfsr runs")
}

fn is_long() -> bool {
    std::env::var_os("LFSR_LONG").is_some()
}

fn has_simulator(test: &str) -> bool {
    let there = output(Command::new("iverilog").arg("-V")).is_some();
    if !there {
        skipped(test, "`iverilog` does not run; install the package iverilog");
    }
    there
}

/// Not the same ones in each run.
struct Random(u64);

impl Random {
    fn new(test: &str) -> Self {
        let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |time| time.as_secs());
        let seed = std::env::var("LFSR_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(time | 1);
        println!("{test}: LFSR_SEED={seed}");
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % count
    }
}

/// Writes the design into a folder of its own, where it is the module `m`.
fn export(folder: &Path, what: &str, entry: &Entry, width: usize, more: &[&str]) {
    let width = width.to_string();
    let path = folder.to_str().expect("text");
    let base =
        ["export", "verilog", entry.name, "--quiet", "--what", what, "--width", &width, "--name", "m", "-o", path];
    let written = lfsr(&[&base[..], &["--bits", BITS], more].concat());
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
}

fn prove(folder: &Path) -> Output {
    lfsr(&["export", "--prove", folder.to_str().expect("text")])
}

/// The ways to export an entry.
fn ways(entry: &Entry) -> &'static [&'static [&'static str]] {
    match entry.kind {
        Kind::Multiplicative => &[&["scrambler"], &["descrambler"]],
        Kind::Additive => &[&["generator"], &["scrambler", "--reset", "async"], &["descrambler"]],
        _ => &[&["generator"], &["generator", "--form", "galois", "--shift", "left", "--invert"]],
    }
}

#[test]
fn modules_are_proven_by_simulation() {
    if !has_simulator("export") {
        return;
    }
    let mut all: Vec<_> = ENTRIES
        .iter()
        .filter(|entry| entry.kind != Kind::Crc && entry.zero_limit == 0)
        .flat_map(|entry| ways(entry).iter().map(move |way| (entry, *way)))
        .flat_map(|(entry, way)| WIDTHS.map(|width| (entry, way, width)))
        .collect();
    if !is_long() {
        let mut random = Random::new("modules_are_proven_by_simulation");
        all = (0..100).map(|_| all.swap_remove(random.below(all.len()))).collect();
    }
    for (entry, way, width) in &all {
        let folder = tempfile::tempdir().expect("a temporary folder");
        export(folder.path(), way[0], entry, *width, &way[1..]);
        let proven = prove(folder.path());
        let said = String::from_utf8_lossy(&proven.stdout);
        assert!(proven.status.success() && said.contains("m: 0 errors in "), "{} {way:?} {width}: {said}", entry.name);
        assert!(!said.contains("warning"), "{} {way:?} {width}: {said}", entry.name);
    }
    println!("{} modules proven", all.len());
}

/// A bench of another hand: the bits of the module alone, against `lfsr generate` and `lfsr scramble`.
#[test]
fn modules_make_the_bits_of_the_command_line() {
    if !has_simulator("export") {
        return;
    }
    for (name, what, width, mine) in [
        ("PRBS31", "generator", 13, ["generate", "PRBS31"]),
        ("802.11", "scrambler", 8, ["scramble", "802.11"]),
        ("G3RUH", "scrambler", 5, ["scramble", "G3RUH"]),
        ("G3RUH", "descrambler", 24, ["descramble", "G3RUH"]),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let entry = ENTRIES.iter().find(|entry| entry.name == name).expect("an entry");
        export(folder.path(), what, entry, width, &[]);
        let (clocks, is_generator) = (1000, what == "generator");
        let ports = if is_generator { ".data(q)" } else { ".data_in(d), .data_out(q)" };
        let top = width - 1;
        let bench = format!(
            "module b; reg c = 0, r = 1; reg [{top}:0] d = 0; wire [{top}:0] q; integer i, j;\n\
             m dut(.clk(c), .rst(r), .enable(1'b1), .load(1'b0), .seed(0), {ports});\n\
             initial begin #1 c = 1; #1 c = 0; r = 0;\n\
             for (i = 0; i < {clocks}; i = i + 1) begin\n\
             d = i * 40503 ^ i * i; #1 for (j = 0; j < {width}; j = j + 1) $write(\"%b\", q[j]);\n\
             #1 c = 1; #1 c = 0; end $write(\"\\n\"); $finish; end endmodule\n"
        );
        fs::write(folder.path().join("b.v"), bench).expect("a file");
        let run = |command: &mut Command| output(command.current_dir(folder.path())).expect("Icarus runs");
        // `seed` has another width: nothing to be warned of.
        let built = run(Command::new("iverilog").args(["-g2012", "-o", "b", "b.v", "m.v"]));
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let simulated = String::from_utf8(run(Command::new("vvp").arg("b")).stdout).expect("text");
        let bits = clocks * width;
        let data: String = (0..clocks as u64)
            .flat_map(|i| (0..width).map(move |j| if ((i * 40503) ^ (i * i)) >> j & 1 == 1 { '1' } else { '0' }))
            .collect();
        fs::write(folder.path().join("data"), data).expect("a file");
        let count = bits.to_string();
        let input = folder.path().join("data");
        let more: Vec<&str> = if is_generator {
            vec!["--bits", &count, "--encoding", "ascii"]
        } else {
            vec![input.to_str().expect("text"), "--input", "ascii", "--encoding", "ascii"]
        };
        let ours = lfsr(&[&mine[..], &more].concat());
        let ours: String = String::from_utf8_lossy(&ours.stdout).chars().filter(char::is_ascii_digit).collect();
        assert_eq!(ours.len(), bits, "{name} {what}");
        let simulated = simulated.lines().find(|line| line.len() == bits).expect("a line of bits");
        assert!(simulated == ours, "{name} {what}");
    }
}

/// One term, index, inversion or digit of the reset changed in a module: each is refused.
#[test]
fn changed_modules_are_refused() {
    if !has_simulator("export") {
        return;
    }
    let mut random = Random::new("changed_modules_are_refused");
    let entries: Vec<_> = ENTRIES.iter().filter(|entry| entry.kind != Kind::Crc && entry.zero_limit == 0).collect();
    let count = if is_long() { 1000 } else { 200 };
    let mut done = [0; 4];
    while done.iter().sum::<usize>() < count {
        let entry = entries[random.below(entries.len())];
        let ways = ways(entry);
        let way = ways[random.below(ways.len())];
        let width = WIDTHS[random.below(8)];
        let folder = tempfile::tempdir().expect("a temporary folder");
        export(folder.path(), way[0], entry, width, &way[1..]);
        let module = folder.path().join("m.v");
        let text = fs::read_to_string(&module).expect("a module");
        for (kind, done) in done.iter_mut().enumerate() {
            let Some(changed) = changed(&text, kind, &mut random) else { continue };
            assert_ne!(changed, text);
            fs::write(&module, &changed).expect("a file");
            let proven = prove(folder.path());
            // What does not compile is refused as well.
            assert!(!proven.status.success(), "{} {way:?} {width}: not refused:\n{changed}", entry.name);
            *done += 1;
        }
    }
    assert!(done.iter().all(|count| *count > 5), "{done:?}");
    println!(
        "refused: {} terms left out, {} other indices, {} inversions, {} resets",
        done[0], done[1], done[2], done[3]
    );
}

/// The module with one thing changed; `None` if it has no such thing.
fn changed(text: &str, kind: usize, random: &mut Random) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let wanted = |line: &&str| match kind {
        0 => line.starts_with("assign") && line.contains(" ^ "),
        1 => line.starts_with("assign") && line.contains("= state[") || line.starts_with("wire x"),
        2 => line.starts_with("assign"),
        _ => line.contains("state <= ") && line.contains("'h"),
    };
    let places: Vec<usize> = (0..lines.len()).filter(|&i| wanted(&lines[i])).collect();
    let at = *places.get(random.below(places.len().max(1)))?;
    let line = lines[at];
    let (head, sum) = if kind == 3 { line.split_once("'h")? } else { line.split_once("= ")? };
    let new = match kind {
        // The first term is left out, and with it an inversion.
        0 => format!("{head}= {};", sum.split_once(" ^ ")?.1.trim_end_matches([';', ')'])),
        1 => {
            let (before, after) = sum.split_once("state[")?;
            let (index, rest) = after.split_once(']')?;
            let index: usize = index.parse().ok()?;
            let other = if index == 0 { 1 } else { index - 1 };
            // A sum that has the other one already would cancel, and be as wrong.
            format!("{head}= {before}state[{other}]{rest}")
        }
        2 => format!("{head}= ~({});", sum.trim_end_matches(';')),
        _ => {
            let digit = sum.chars().next()?.to_digit(16)?;
            format!("{head}'h{:x}{}", digit ^ 1, &sum[1..])
        }
    };
    let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    lines[at] = new;
    Some(lines.join("\n") + "\n")
}
