//! Samples of everything, proven by their own benches and without a message from linters and compilers.

use std::{fs, path::Path, process::Command};

use lfsr_crosscheck::{
    deadline::output,
    random::Random,
    ranges::{is_long, sample},
};

use crate::ways::{LANGUAGES, Way, export, hardware, has, prove, software};

#[test]
fn modules_are_proven_by_simulation() {
    let mut random = Random::new("modules_are_proven_by_simulation");
    for (language, extension, simulator) in &LANGUAGES[..3] {
        if !has(simulator, "export") || !has("verilator", "export") {
            continue;
        }
        // Data through a register 512 bits at once: each is a sum of hundreds, with which Icarus is busy for minutes. They are for long runs.
        let is_quick = |way: &Way| way.what != "scrambler" || way.width < 512 || way.more.contains(&"async");
        let ways = hardware().into_iter().filter(|way| is_long() || is_quick(way)).collect();
        let ways = sample(ways, 60, &mut random);
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

/// Every message of gcc and clang that is worth having.
const STRICT_C: [&str; 8] =
    ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", "-fsyntax-only"];

/// The compiler's own messages and all of clippy's that are on by default.
const STRICT_RUST: [&str; 5] = ["--edition=2024", "--crate-type=lib", "--emit=metadata", "-Dwarnings", "-Dclippy::all"];

#[test]
fn functions_are_proven_by_running() {
    let mut random = Random::new("functions_are_proven_by_running");
    for (language, extension, compiler) in &LANGUAGES[3..] {
        let others: &[&str] = if *language == "c" { &["gcc", "clang"] } else { &["clippy-driver"] };
        if ![compiler].into_iter().chain(others).all(|program| has(program, "export")) {
            continue;
        }
        let strict: &[&str] = if *language == "c" { &STRICT_C } else { &STRICT_RUST };
        let ways = sample(software(), 40, &mut random);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let names = proven(language, &ways, folder.path());
        // As others compile it.
        for name in &names {
            let mut file = format!("{name}.{extension}");
            if *language == "c" {
                // A header is looked at from a file that includes it.
                let text = format!("#include \"{file}\"\nextern int something;\n");
                file = format!("{name}.c");
                fs::write(folder.path().join(&file), text).expect("a file");
            }
            for compiler in others {
                let mut command = Command::new(compiler);
                let compiled = output(command.args(strict).arg(&file).current_dir(folder.path())).expect("a compiler");
                let way = &ways[name[1..].parse::<usize>().expect("a number")];
                assert!(compiled.status.success(), "{compiler} {way:?}: {}", String::from_utf8_lossy(&compiled.stderr));
            }
        }
        println!("{language}: {} modules proven and without a message", names.len());
    }
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
