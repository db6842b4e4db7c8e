//! `lfsr report`: what is in the page, and that the commands it names are commands that run.

use std::{fs, path::Path, process::Command};

mod program;

use program::{finish, lfsr, run};

/// Writes a report in a folder and reads it.
fn report(folder: &Path, arguments: &[&str]) -> String {
    let output = finish(lfsr(&["report", "-o", "page.html"]).args(arguments).current_dir(folder));
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    fs::read_to_string(folder.join("page.html")).unwrap()
}

/// What stands between two marks, each time.
fn between<'a>(text: &'a str, before: &str, after: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).map(move |rest| rest.split(after).next().unwrap())
}

fn commands(page: &str) -> Vec<String> {
    let unescaped = |command: &str| {
        let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
        entities.iter().fold(command.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
    };
    between(page, "<p><code>", "</code>").map(unescaped).collect()
}

fn headings(page: &str) -> Vec<&str> {
    between(page, "<h2>", "</h2>").collect()
}

#[test]
fn a_run_is_reported_with_its_proof_and_who_worked_when() {
    let folder = tempfile::tempdir().unwrap();
    let run = ["x^20+x^3+1", "--engine", "first-return", "--schedule", "stealing", "--workers", "3"];
    let page = report(folder.path(), &run);
    assert_eq!(headings(&page)[..2], ["Cycles", "Who worked when"]);
    for said in ["stealing schedule, 3 workers", "algebra gives the same cycles", "proof: ", "worker 2: "] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let picture = between(&page, "<h2>Who worked when</h2>", "</svg>").next().unwrap();
    assert!(picture.contains("1048576 states, 3 workers; stealing, "), "{picture}");
    let again = "--schedule stealing --workers 3";
    assert!(commands(&page).contains(&format!("lfsr draw workers x^20+x^3+1 {again}")), "{:?}", commands(&page));
    // Without a run there is nothing of it.
    for engine in ["auto", "algebra", "walk"] {
        assert!(!report(folder.path(), &["x^20+x^3+1", "--engine", engine]).contains("Who worked"), "{engine}");
    }
    // What rayon hands out is not recorded, and all else is there.
    let page = report(folder.path(), &["x^20+x^3+1", "--engine", "first-return", "--schedule", "rayon"]);
    assert!(page.contains("rayon schedule") && !page.contains("Who worked"));
}

#[test]
fn what_cannot_be_run_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bits");
    fs::write(&file, [0x5a; 100]).unwrap();
    for (input, why) in [(file.to_str().unwrap(), "of registers"), ("x^100+x^37+1", "64")] {
        let output = run(&["report", input, "--engine", "first-return"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && said.contains(why) && output.stdout.is_empty(), "{said}");
    }
    for option in [["--workers", "3"], ["--schedule", "static"], ["--batch-size", "5"], ["--max-memory", "1GiB"]] {
        let output = run(&["report", file.to_str().unwrap(), option[0], option[1]]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && said.contains("of registers"), "{option:?}: {said}");
    }
}

#[test]
#[cfg(unix)]
fn every_command_that_a_report_names_can_be_run() {
    let folder = tempfile::tempdir().unwrap();
    let made = run(&["generate", "PRBS15", "--bits", "50k", "--errors", "1e-3", "-q"]);
    fs::write(folder.path().join("it's a capture.bin"), made.stdout).unwrap();
    let inputs: [&[&str]; 7] = [
        &["x^16+x^14+x^13+x^11+1"],
        &["PRBS23", "--form", "galois", "--shift", "left"],
        &["taps:5,3", "--xnor"],
        &["mask:0xB400"],
        &["x^127+x^63+1"],
        &["[18, 11]", "--engine", "first-return", "--workers", "2"],
        &["it's a capture.bin"],
    ];
    for arguments in inputs {
        let page = report(folder.path(), arguments);
        let commands = commands(&page);
        assert!(commands.len() >= 3 && commands.len() >= headings(&page).len(), "{arguments:?}: {commands:?}");
        for command in commands {
            let shell = format!("{}{}", env!("CARGO_BIN_EXE_lfsr"), command.strip_prefix("lfsr").unwrap());
            let output = finish(Command::new("sh").args(["-c", &shell]).current_dir(folder.path()));
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            // 1: bits of a capture were wrong.
            assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}: {command}: {said}");
            assert!(!output.stdout.is_empty(), "{command}");
        }
    }
}
