//! What `lfsr export` writes, in simulators and compilers: bits against `lfsr generate` and `lfsr scramble`, counts against `lfsr check`, linters, and
//! changed modules, which must be refused.
//!
//! Needs the programs `iverilog`, `verilator`, `ghdl` and `gcc` (Debian packages of those names). Without them the tests are skipped, and say so, unless
//! `CI` or `LFSR_REQUIRE_ORACLES` is set: then they fail. `LFSR_LONG=1` takes every entry of the catalogue at every width, and 1,000 changes.
#![allow(clippy::print_stdout, reason = "a test run says what it exercised")]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use lfsr_core::catalogue::{ENTRIES, Kind};
use lfsr_crosscheck::{deadline::output, program::program, skip::skipped};
use lfsr_host::bits::checksum::catalogue;

const WIDTHS: [usize; 11] = [1, 2, 7, 8, 16, 32, 40, 64, 66, 128, 512];

/// Languages, and the programs that run what is written in them.
const LANGUAGES: [(&str, &str, &str); 5] = [
    ("verilog", "v", "iverilog"),
    ("systemverilog", "sv", "iverilog"),
    ("vhdl", "vhd", "ghdl"),
    ("c", "h", "cc"),
    ("rust", "rs", "rustc"),
];

/// Bits of the runs: enough for the mutants that only change the reset.
const BITS: &str = "4k";

fn lfsr(arguments: &[&str]) -> Output {
    output(Command::new(program()).args(arguments)).expect("lfsr runs")
}

fn is_long() -> bool {
    std::env::var_os("LFSR_LONG").is_some()
}

fn has(program: &str, test: &str) -> bool {
    let there = output(Command::new(program).arg(if program == "iverilog" { "-V" } else { "--version" })).is_some();
    if !there {
        skipped(test, &format!("`{program}` does not run; install its package"));
    }
    there
}

/// One way to export something.
#[derive(Debug, Clone)]
struct Way {
    register: String,
    what: &'static str,
    width: usize,
    more: Vec<&'static str>,
}

/// All that hardware is written for: every entry and checksum of the catalogues, at every width, in its kinds.
fn hardware() -> Vec<Way> {
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
                    ("checker", &["--reset", "async", "--invert"]),
                ],
            };
            kinds.iter().for_each(|(what, more)| add(entry.name, what, width, more));
        }
        add(entry.name, "counter", 1, &["--count", "100"]);
        add(entry.name, "counter", 1, &["--reset", "async", "--form", "galois"]);
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
fn software() -> Vec<Way> {
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

/// Writes the design into a folder, where it is the module of that name. False if there is none: a counter of more states than the cycle has.
fn export(folder: &Path, language: &str, name: &str, way: &Way) -> bool {
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

fn prove(folder: &Path) -> Output {
    lfsr(&["export", "--prove", folder.to_str().expect("text")])
}

/// So many of them; all if it is a long run.
fn sample(mut all: Vec<Way>, count: usize, random: &mut Random) -> Vec<Way> {
    if is_long() {
        return all;
    }
    (0..count).map(|_| all.swap_remove(random.below(all.len()))).collect()
}

/// Writes a sample into one folder, has it proven, and looks at what was said; the names of the modules.
fn proven(language: &str, ways: &[Way], folder: &Path) -> Vec<String> {
    let mut names = vec![];
    for (i, way) in ways.iter().enumerate() {
        let name = format!("m{i}");
        if export(folder, language, &name, way) {
            names.push(name);
        }
    }
    let proof = prove(folder);
    let said = String::from_utf8_lossy(&proof.stdout);
    for name in &names {
        let way = &ways[name[1..].parse::<usize>().expect("a number")];
        let own: Vec<&str> = said.lines().filter(|line| line.starts_with(&format!("{name}: "))).collect();
        let has = |what: &str| own.iter().any(|line| line.contains(what));
        assert!(has(": 0 errors in ") && has("only sums"), "{language} {way:?}: {own:?}");
        assert!(!has("arning"), "{language} {way:?}: {own:?}");
    }
    assert!(proof.status.success(), "{language}: {}", String::from_utf8_lossy(&proof.stderr));
    names
}

#[test]
fn modules_are_proven_by_simulation() {
    let mut random = Random::new("modules_are_proven_by_simulation");
    for (language, extension, simulator) in &LANGUAGES[..3] {
        if !has(simulator, "export") || !has("verilator", "export") {
            continue;
        }
        let ways = sample(hardware(), 60, &mut random);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let names = proven(language, &ways, folder.path());
        for name in &names {
            let file = format!("{name}.{extension}");
            let linters: &[&[&str]] = match *language {
                // No output at all: Icarus makes what it writes executable, and as root it does so even to /dev/null.
                "verilog" => &[&["verilator", "--lint-only", "-Wall"], &["iverilog", "-g2001", "-Wall", "-tnull"]],
                "systemverilog" => &[&["verilator", "--lint-only", "-Wall"]],
                _ => &[&["ghdl", "-s", "--std=93"], &["ghdl", "-s", "--std=08"]],
            };
            for linter in linters {
                let mut command = Command::new(linter[0]);
                let looked =
                    output(command.args(&linter[1..]).arg(&file).current_dir(folder.path())).expect("a linter");
                let messages = [looked.stdout, looked.stderr].concat();
                let messages = String::from_utf8_lossy(&messages);
                let way = &ways[name[1..].parse::<usize>().expect("a number")];
                assert!(looked.status.success() && messages.is_empty(), "{linter:?} {way:?}: {messages}");
            }
        }
        println!("{language}: {} modules proven and without a message", names.len());
    }
}

#[test]
fn functions_are_proven_by_running() {
    let mut random = Random::new("functions_are_proven_by_running");
    for (language, extension, compiler) in &LANGUAGES[3..] {
        if !has(compiler, "export") {
            continue;
        }
        let ways = sample(software(), 40, &mut random);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let names = proven(language, &ways, folder.path());
        // As others compile it.
        for name in &names {
            let mut command = Command::new(compiler);
            if *language == "c" {
                let strict = [
                    "-std=c99",
                    "-pedantic",
                    "-Wall",
                    "-Wextra",
                    "-Wconversion",
                    "-Wshadow",
                    "-Werror",
                    "-fsyntax-only",
                ];
                command.args(strict).args(["-x", "c"]);
            } else {
                command.args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "-Dwarnings"]);
            }
            let file = format!("{name}.{extension}");
            let compiled = output(command.arg(file).current_dir(folder.path())).expect("a compiler");
            let way = &ways[name[1..].parse::<usize>().expect("a number")];
            assert!(compiled.status.success(), "{way:?}: {}", String::from_utf8_lossy(&compiled.stderr));
        }
        println!("{language}: {} modules proven and without a message", names.len());
    }
}

/// A bench of another hand: the bits of the module alone, against `lfsr generate` and `lfsr scramble`.
#[test]
fn modules_make_the_bits_of_the_command_line() {
    if !has("iverilog", "export") {
        return;
    }
    for (name, what, width, mine) in [
        ("PRBS31", "generator", 13, ["generate", "PRBS31"]),
        ("802.11", "scrambler", 8, ["scramble", "802.11"]),
        ("G3RUH", "scrambler", 5, ["scramble", "G3RUH"]),
        ("G3RUH", "descrambler", 24, ["descramble", "G3RUH"]),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        export(folder.path(), "verilog", "m", &Way { register: name.into(), what, width, more: vec![] });
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

/// The checker that is exported, in the simulator, against `lfsr check`: a line with wrong bits, slips, the complement and a stretch of zeros.
#[test]
fn checkers_count_as_lfsr_check_does() {
    if !has("iverilog", "export") || !has("ghdl", "export") {
        return;
    }
    for (name, width, language) in [
        ("PRBS7", 8, "verilog"),
        ("PRBS15", 1, "verilog"),
        ("PRBS31", 64, "vhdl"),
        ("PRBS23", 40, "systemverilog"),
        ("PRBS9", 32, "c"),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path();
        let way = Way { register: name.into(), what: "checker", width, more: vec!["--bits", "40k"] };
        assert!(export(path, language, "m", &way));
        let proof = prove(path);
        let said = String::from_utf8_lossy(&proof.stdout);
        assert!(proof.status.success(), "{way:?}: {said}");
        // The line that the bench sends, out of its file.
        let is_c = language == "c";
        let run = fs::read_to_string(path.join(if is_c { "m_run.txt" } else { "m_run.hex" })).expect("a run");
        let word = |row: &str| -> String {
            let digits = if is_c { row.split(' ').next().expect("data") } else { row };
            let bits = digits.chars().rev().flat_map(|digit| {
                let value = digit.to_digit(16).expect("a digit");
                (0..4).map(move |i| if value >> i & 1 == 1 { '1' } else { '0' })
            });
            bits.take(width).collect()
        };
        fs::write(path.join("line"), run.lines().map(word).collect::<String>()).expect("a file");
        let input = path.join("line");
        let checked = lfsr(&["check", name, input.to_str().expect("text"), "--input", "ascii", "--format", "json"]);
        let report: serde_json::Value = serde_json::from_slice(&checked.stdout).expect("JSON");
        let count = |field: &str| -> u64 {
            report[field].as_str().and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("{field}: {report}"))
        };
        let [compared, wrong, losses] = if is_c {
            let last = run.lines().last().expect("rows");
            let numbers: Vec<u64> =
                last.split(' ').map(|number| u64::from_str_radix(number, 16).expect("digits")).collect();
            let [_, _, _, _, compared, wrong, losses] = numbers[..] else { panic!("{last}") };
            [compared, wrong, losses]
        } else {
            let line = said.lines().find(|line| line.contains("the checker: ")).expect("counts");
            let numbers: Vec<u64> = line.split([' ', ',']).filter_map(|word| word.parse().ok()).collect();
            let [compared, wrong, losses] = numbers[..] else { panic!("{line}") };
            [compared, wrong, losses]
        };
        // Three wrong bits were put in; lfsr check may count one or two at the edges of the noise and the zeros, which it looks back at.
        assert_eq!(wrong, 3, "{way:?}: {report}");
        assert!((3..3 + 12).contains(&count("errors")), "{way:?}: {report}");
        assert_eq!(losses, count("losses") + count("slips") + count("polarity_changes"), "{way:?}: {report}");
        assert!(compared < count("compared"), "{way:?}: {report}");
    }
}

/// Counters of 16 bits come to their end in a run of 100,000 bits, and say so.
#[test]
fn counters_stay_at_their_end() {
    for (language, _, simulator) in &LANGUAGES[..3] {
        if !has(simulator, "export") {
            continue;
        }
        let more = vec!["--counter-bits", "16", "--bits", "200k"];
        let way = Way { register: "PRBS15".into(), what: "checker", width: 64, more };
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert!(export(folder.path(), language, "m", &way));
        let proof = prove(folder.path());
        let said = String::from_utf8_lossy(&proof.stdout);
        assert!(proof.status.success() && said.contains("the checker: 65535 compared"), "{language}: {said}");
    }
}

/// One term, index, inversion or digit of a constant changed in a module: each is refused.
#[test]
fn changed_modules_are_refused() {
    let mut random = Random::new("changed_modules_are_refused");
    let count = if is_long() { 1000 } else { 200 };
    let mut done = [[0; 4]; 5];
    for (language, (name, extension, simulator)) in LANGUAGES.into_iter().enumerate() {
        if !has(simulator, "export") {
            continue;
        }
        let is_software = language >= 3;
        let ways = if is_software { software() } else { hardware() };
        // Compilers are slower than simulators.
        let count = count * [3, 1, 3, 2, 1][language] / 10;
        while done[language].iter().sum::<usize>() < count {
            let way = &ways[random.below(ways.len())];
            let folder = tempfile::tempdir().expect("a temporary folder");
            if way.width > 66 || !export(folder.path(), name, "m", way) {
                continue;
            }
            let module = folder.path().join(format!("m.{extension}"));
            let text = fs::read_to_string(&module).expect("a module");
            for (kind, done) in done[language].iter_mut().enumerate() {
                let Some(changed) = changed(&text, name, kind, &mut random) else { continue };
                assert_ne!(changed, text);
                fs::write(&module, &changed).expect("a file");
                let proven = prove(folder.path());
                // What does not compile is refused as well.
                assert!(!proven.status.success(), "{name} {way:?}: not refused:\n{changed}");
                *done += 1;
            }
        }
    }
    for ((name, ..), done) in LANGUAGES.iter().zip(done) {
        println!(
            "{name}: refused {} terms left out, {} other indices, {} inversions, {} constants",
            done[0], done[1], done[2], done[3]
        );
    }
    assert!((0..4).all(|kind| done.iter().map(|done| done[kind]).sum::<usize>() > 5), "{done:?}");
}

/// The module with one thing changed; `None` if it has no such thing.
fn changed(text: &str, language: &str, kind: usize, random: &mut Random) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let (is_vhdl, is_software) = (language == "vhdl", ["c", "rust"].contains(&language));
    let (gate, equal) = if is_vhdl { (" xor ", " <= ") } else { (" ^ ", " = ") };
    let is_sum = |line: &str| {
        let line = line.trim_start();
        let starts: &[&str] = match (is_vhdl, is_software) {
            (true, _) => &["next_state", "predicted", "data(", "data_out", "x("],
            (_, true) => &["self->state = (", "self.state = (", "self->state[", "self.state[", "crc = ("],
            _ => &["assign next_state", "assign predicted", "assign data", "wire x"],
        };
        starts.iter().any(|start| line.starts_with(start)) && line.ends_with(';') && line.contains(equal)
    };
    let index = if is_software {
        " >> "
    } else if is_vhdl {
        "("
    } else {
        "["
    };
    let wanted = |line: &&str| match kind {
        0 => is_sum(line) && line.contains(gate),
        1 => is_sum(line) && line.split_once(equal).is_some_and(|(_, sum)| sum.contains(index)),
        2 => is_sum(line),
        _ if is_software => {
            line.contains("0x")
                && (line.trim_start().starts_with("0x")
                    || line.contains("self->state = UINT")
                    || line.contains("Self { state: "))
        }
        _ if is_vhdl => line.contains("contents <= \""),
        _ => line.contains("state <= ") && line.contains("'h"),
    };
    let places: Vec<usize> = (0..lines.len()).filter(|&i| wanted(&lines[i])).collect();
    let at = *places.get(random.below(places.len().max(1)))?;
    let line = lines[at];
    let new = if kind == 3 {
        let sign = if is_software {
            "0x"
        } else if is_vhdl {
            "\""
        } else {
            "'h"
        };
        let (head, rest) = line.split_once(sign)?;
        let digit = rest.chars().next()?.to_digit(16)?;
        format!("{head}{sign}{:x}{}", digit ^ 1, &rest[1..])
    } else {
        let (head, sum) = line.split_once(equal)?;
        let sum = sum.trim_end_matches(';');
        let (plain, wrapped) = match (is_vhdl, sum.strip_prefix("~(").or_else(|| sum.strip_prefix("not ("))) {
            (_, Some(inner)) => (inner.trim_end_matches(')'), true),
            _ => (sum, false),
        };
        let new = match kind {
            // The first term is left out, and with it an inversion.
            0 if is_software => sum.split_once(gate)?.1.to_owned(),
            0 => plain.split_once(gate)?.1.to_owned(),
            1 if is_software => {
                let (before, after) = sum.split_once(index)?;
                let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
                format!("{before}{index}{}{}", after[..end].parse::<usize>().ok()? + 1, &after[end..])
            }
            1 => {
                let close = if is_vhdl { ')' } else { ']' };
                let (before, after) = if wrapped { sum.split_at(sum.len() - plain.len()) } else { ("", sum) };
                let (name, after) = after.split_once(index)?;
                let (number, rest) = after.split_once(close)?;
                let number: usize = number.parse().ok()?;
                let other = if number == 0 { 1 } else { number - 1 };
                // A sum that has the other one already would cancel, and be as wrong.
                format!("{before}{name}{index}{other}{close}{rest}")
            }
            _ if is_software => format!("({sum}) ^ 1"),
            _ if is_vhdl => format!("not ({sum})"),
            _ => format!("~({sum})"),
        };
        format!("{head}{equal}{new};")
    };
    let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    lines[at] = new;
    Some(lines.join("\n") + "\n")
}
