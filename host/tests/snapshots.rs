//! What about a hundred commands print: text, JSON, CSV, errors, exit statuses; times and rates are masked.
//!
//! `sessions/NAME.txt` has the commands, `snapshots/snapshots__NAME.snap` what they printed. A session has three kinds of lines:
//!
//! ```text
//! # a comment, copied to the snapshot
//! file rows.csv "1,0,0,1\n0,1,1\n"
//! lfsr generate PRBS7 --bits 200 | lfsr identify
//! ```
//!
//! A change of a snapshot is a decision: `INSTA_UPDATE=always cargo test -p lfsr-host --test snapshots` writes them anew, and the
//! difference is read before it is committed.

mod program;

use std::{fmt::Write, fs, path::Path};

use program::{finish_with, lfsr};

/// What differs from run to run or from machine to machine: pattern, replacement.
const MASKS: [(&str, &str); 13] = [
    (r"\d[\d.,]* (ns|us|ms|s|min|h)\b", "[time]"),
    (r"\d[\d.,]* ?[kMGT]?(states/s|bit/s)", "[rate]"),
    (r"imbalance: .*", "imbalance: [figures]"),
    (r"worker (\d+): .*", "worker $1: [figures]"),
    (r"program: [\d.]+ [KMG]iB", "program: [size]"),
    (r#""(elapsed_s|states_per_s|imbalance_\w+|scheduling_cost|peak_memory_bytes|busy_s)":[^,}]+"#, "\"$1\":[masked]"),
    (r#""(batches|steals|states)":"?\d+"?,("(?:steals|states|busy_s)")"#, "\"$1\":[masked],$2"),
    (r#""steals":\d+"#, "\"steals\":[masked]"),
    (r"(block kernel) \(\w+\)", "$1 ([backend])"),
    (r#""backend":"\w+""#, "\"backend\":\"[backend]\""),
    (r"it has portable[\w, ]*|CPU has portable[\w, ]*", "[backends]"),
    (r"\b\d+\.\d{3},(searching|locked|lost)", "[time],$1"),
    (r"\.lfsr-\w+\.partial", "[temporary file]"),
];

#[test]
fn sessions() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sessions");
    let mut sessions: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    sessions.sort();
    assert!(!sessions.is_empty(), "no sessions in {}", folder.display());
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(true);
    settings.set_omit_expression(true);
    for (pattern, replacement) in MASKS {
        settings.add_filter(pattern, replacement);
    }
    settings.bind(|| {
        for path in sessions {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            insta::assert_snapshot!(name, transcript(&fs::read_to_string(&path).unwrap()));
        }
    });
}

/// The session with what each command printed below it.
fn transcript(session: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::new();
    for line in session.lines() {
        writeln!(text, "{line}").unwrap();
        if let Some(file) = line.strip_prefix("file ") {
            let (name, content) = file.split_once(' ').unwrap();
            // The quoted text of a file is a JSON string.
            let content: String = serde_json::from_str(content).unwrap();
            fs::write(folder.path().join(name), content).unwrap();
        } else if line.split(' ').next() == Some("lfsr") {
            text += &pipe(line, folder.path());
        } else {
            assert!(line.is_empty() || line.starts_with('#'), "neither a comment, a file nor a command: {line}");
        }
    }
    text
}

/// Runs commands joined by `|`; what all of them say, and what the last one prints and returns.
fn pipe(line: &str, folder: &Path) -> String {
    let mut input = vec![];
    let mut text = String::new();
    let mut status = None;
    for command in line.split(" | ") {
        let words = words(command);
        let arguments: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        let output = finish_with(lfsr(&arguments).current_dir(folder), &input);
        for line in String::from_utf8_lossy(&output.stderr).lines() {
            writeln!(text, "! {line}").unwrap();
        }
        status = output.status.code();
        input = output.stdout;
    }
    text += &String::from_utf8_lossy(&input);
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    match status {
        Some(0) => {}
        Some(code) => writeln!(text, "[exit status {code}]").unwrap(),
        None => text += "[killed]\n",
    }
    text + "\n"
}

/// The words of a command; a word in single quotes may hold blanks.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![];
    for (number, part) in command.split('\'').enumerate() {
        if number % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}
