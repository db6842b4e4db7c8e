//! Every example of the documents, as it is printed there.
//!
//! In a block marked `console` each line that begins with `$ ` is a command for a shell, and what follows is what it prints, errors too.
//! The commands of a page run in one folder, in their order. A line `...` stands for any lines, times are not compared. Blocks marked
//! otherwise are not run. `LFSR_GUIDE=write cargo test -p lfsr-host --test guide` writes what the commands print into the pages; the
//! difference is read before it is committed.
#![cfg(unix)]

mod program;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use program::finish;

#[test]
fn every_example_is_true() {
    let (mut examples, mut wrong) = (0, Vec::new());
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut now = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("```console\n") {
            let (block, after) = after.split_once("```").expect("a block ends");
            now += &format!("{before}```console\n");
            for Example { command, expected } in examples_of(block) {
                let printed = run(&command, folder.path());
                let is_true = agree(&masked(&expected), &masked(&printed));
                if !is_true {
                    wrong.push(format!(
                        "{}: $ {command}\n--- printed:\n{printed}--- in the page:\n{expected}",
                        page.display()
                    ));
                }
                now += &format!("$ {command}\n{}", if is_true { &expected } else { &printed });
                examples += 1;
            }
            now += "```";
            rest = after;
        }
        now += rest;
        if std::env::var("LFSR_GUIDE").is_ok_and(|what| what == "write") {
            fs::write(&page, now).unwrap();
        }
    }
    assert!(examples >= 60, "{examples} examples");
    assert!(wrong.is_empty(), "{} of {examples} examples:\n{}", wrong.len(), wrong.join("\n"));
}

/// The examples that the help of each command shows.
#[test]
fn the_examples_of_the_help_run() {
    let help = |arguments: &[&str]| String::from_utf8(finish(&mut program::lfsr(arguments)).stdout).unwrap();
    let all = help(&["help"]);
    let commands =
        all.lines().skip_while(|line| *line != "Commands:").skip(1).map_while(|line| line.split_whitespace().next());
    let mut count = 0;
    for command in commands.filter(|command| *command != "help") {
        let text = help(&[command, "--help"]);
        for example in text.lines().skip_while(|line| *line != "Examples:").skip(1) {
            let folder = tempfile::tempdir().unwrap();
            let output = finish(&mut shell(example.trim(), folder.path()));
            // 1: the answer is "no".
            assert!(matches!(output.status.code(), Some(0 | 1)) && !output.stdout.is_empty(), "{example}: {output:?}");
            count += 1;
        }
    }
    assert!(count >= 15, "{count} examples");
}

fn pages() -> Vec<PathBuf> {
    let host = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages: Vec<PathBuf> =
        fs::read_dir(host.join("guide")).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.retain(|page| page.extension().is_some_and(|end| end == "md"));
    pages.sort();
    pages.extend([host.join("README.md"), host.join("../README.md")].into_iter().filter(|page| page.exists()));
    pages
}

struct Example {
    command: String,
    expected: String,
}

fn examples_of(block: &str) -> Vec<Example> {
    let mut all: Vec<Example> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), all.last_mut()) {
            (Some(command), _) => all.push(Example { command: command.into(), expected: String::new() }),
            (None, Some(last)) => last.expected += &format!("{line}\n"),
            (None, None) => panic!("a block begins with a command: {line}"),
        }
    }
    all
}

fn shell(command: &str, folder: &Path) -> Command {
    let program = Path::new(env!("CARGO_BIN_EXE_lfsr")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("exec 2>&1; {command}")]).current_dir(folder).env("PATH", path);
    shell
}

fn run(command: &str, folder: &Path) -> String {
    String::from_utf8(finish(&mut shell(command, folder)).stdout).unwrap()
}

/// Without times, which differ.
fn masked(text: &str) -> Vec<String> {
    let is_number = |word: &str| word.parse::<f64>().is_ok();
    let is_unit = |word: &str| matches!(word.trim_end_matches([';', ',', '.']), "us" | "ms" | "s" | "min");
    let line = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let masked = words.iter().enumerate().map(|(i, word)| {
            if is_number(word) && words.get(i + 1).is_some_and(|next| is_unit(next)) {
                "[time]".to_owned()
            } else if i > 0 && is_number(words[i - 1]) && is_unit(word) {
                "[unit]".to_owned()
            } else {
                (*word).to_owned()
            }
        });
        masked.collect::<Vec<_>>().join(" ").trim_end().to_owned()
    };
    text.lines().map(line).collect()
}

/// Whether lines are the expected ones, of which `...` stands for any number.
fn agree(expected: &[String], lines: &[String]) -> bool {
    match (expected.split_first(), lines.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first.trim() == "..." => {
            agree(rest, lines) || lines.split_first().is_some_and(|(_, lines)| agree(expected, lines))
        }
        (Some((first, expected)), Some((line, lines))) => first == line && agree(expected, lines),
        _ => false,
    }
}
