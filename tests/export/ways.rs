//! What is exported in the tests: every entry of both catalogues, at many widths, in every language; and how it is exported and proven.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
    time::Duration,
};

use lfsr_core::catalogue::{ENTRIES, Kind};
use lfsr_crosscheck::{
    deadline::{output, output_within},
    program::program,
    skip::skipped,
};
use lfsr_host::bits::checksum::catalogue;

const WIDTHS: [usize; 11] = [1, 2, 7, 8, 16, 32, 40, 64, 66, 128, 512];

/// Languages, and the programs that run what is written in them.
pub(crate) const LANGUAGES: [(&str, &str, &str); 5] = [
    ("verilog", "v", "iverilog"),
    ("systemverilog", "sv", "iverilog"),
    ("vhdl", "vhd", "ghdl"),
    ("c", "h", "cc"),
    ("rust", "rs", "rustc"),
];

/// Bits of the runs: enough for the mutants that only change the reset.
const BITS: &str = "4k";

pub(crate) fn lfsr(arguments: &[&str]) -> Output {
    output(Command::new(program()).args(arguments)).expect("lfsr runs")
}

pub(crate) fn has(program: &str, test: &str) -> bool {
    let there = output(Command::new(program).arg(if program == "iverilog" { "-V" } else { "--version" })).is_some();
    if !there {
        skipped(test, &format!("`{program}` does not run; install its package"));
    }
    there
}

/// One way to export something.
#[derive(Debug, Clone)]
pub(crate) struct Way {
    pub(crate) register: String,
    pub(crate) what: &'static str,
    pub(crate) width: usize,
    pub(crate) more: Vec<&'static str>,
}

impl Way {
    /// The value of an option.
    pub(crate) fn given(&self, option: &str) -> Option<&'static str> {
        self.more.iter().position(|word| *word == option).map(|place| self.more[place + 1])
    }
}

/// All that hardware is written for: every entry and checksum of the catalogues, at every width, in its kinds.
pub(crate) fn hardware() -> Vec<Way> {
    let mut all = vec![];
    let mut add = |register: &str, what: &'static str, width: usize, more: &[&'static str]| {
        all.push(Way { register: register.into(), what, width, more: more.into() });
    };
    for entry in ENTRIES.iter().filter(|entry| entry.kind != Kind::Crc && entry.zero_limit == 0) {
        for width in WIDTHS {
            let kinds: &[(&str, &[&str])] = match entry.kind {
                Kind::Multiplicative => &[("scrambler", &[]), ("descrambler", &[])],
                Kind::Additive => &[("generator", &[]), ("scrambler", &["--reset", "async"]), ("descrambler", &[])],
                _ => &[
                    ("generator", &[]),
                    ("generator", &["--form", "galois", "--shift", "left", "--invert"]),
                    ("checker", &[]),
                    ("checker", &["--reset", "async", "--invert", "--max-slip", "3"]),
                ],
            };
            kinds.iter().for_each(|(what, more)| add(entry.name, what, width, more));
        }
        add(entry.name, "counter", 1, &["--count", "100"]);
        add(entry.name, "counter", 1, &["--reset", "async", "--form", "galois"]);
    }
    // Longer than a word of the machine.
    for register in ["x^65+x^18+1", "x^130+x^127+1"] {
        for width in WIDTHS {
            for what in ["scrambler", "descrambler"] {
                add(register, what, width, &["--mode", "self-synchronising"]);
            }
        }
    }
    for entry in catalogue::all().filter(|entry| entry.checksum.word == 1 && !entry.checksum.is_swapped) {
        for width in WIDTHS {
            add(entry.name, "crc", width, &[]);
            if width >= 16 && width % 8 == 0 {
                add(entry.name, "crc", width, &["--keep"]);
                add(entry.name, "crc", width, &["--keep", "--first-byte", "high"]);
            }
        }
    }
    all
}

/// All that software is written for.
pub(crate) fn software() -> Vec<Way> {
    let fits = |way: &Way| {
        let is_plain = !way.more.contains(&"--keep") && !way.more.contains(&"async");
        let is_narrow = way.what != "checker" || way.width <= 64;
        way.what != "crc" && is_plain && is_narrow
    };
    let mut all: Vec<Way> = hardware().into_iter().filter(fits).collect();
    let narrow = |entry: &&catalogue::Entry| {
        entry.checksum.word == 1 && !entry.checksum.is_swapped && entry.checksum.algorithm.width() <= 64
    };
    for entry in catalogue::all().filter(narrow) {
        let way = |width| Way { register: entry.name.into(), what: "crc", width, more: vec![] };
        all.extend([1, 4, 8, 16, 64, 128].map(way));
    }
    all
}

/// Writes the design into a folder, where it is the module of that name. False if there is none: a counter of more states than the cycle has.
pub(crate) fn export(folder: &Path, language: &str, name: &str, way: &Way) -> bool {
    let width = way.width.to_string();
    let path = folder.to_str().expect("text");
    let base = ["export", language, &way.register, "--quiet", "--what", way.what, "--width", &width, "--name", name];
    let bits: &[&str] = if way.more.contains(&"--bits") { &[] } else { &["--bits", BITS] };
    let written = lfsr(&[&base[..], &["-o", path], bits, &way.more].concat());
    let said = String::from_utf8_lossy(&written.stderr);
    let no_counter = way.what == "counter" && said.contains("--count");
    assert!(written.status.success() || no_counter, "{way:?}: {said}");
    written.status.success()
}

/// What a bench of another hand, the module `b`, says in Icarus Verilog about these files of the folder.
pub(crate) fn simulated(folder: &Path, bench: &str, modules: &[String]) -> String {
    fs::write(folder.join("b.v"), bench).expect("a file");
    let run = |command: &mut Command| output(command.current_dir(folder)).expect("Icarus runs");
    // `seed` may have another width there: nothing to be warned of.
    let built = run(Command::new("iverilog").args(["-g2012", "-o", "b", "b.v"]).args(modules));
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    String::from_utf8(run(Command::new("vvp").arg("b")).stdout).expect("text")
}

pub(crate) fn prove(folder: &Path) -> Output {
    // Sixty modules, and Icarus takes a minute of CPU time for one whose 512 outputs are sums of hundreds of bits.
    let mut command = Command::new(program());
    command.args(["export", "--prove"]).arg(folder);
    output_within(&mut command, Duration::from_secs(900)).expect("lfsr runs")
}
