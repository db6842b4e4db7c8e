//! Changed modules, which the proof must refuse.

use std::fs;

use lfsr_crosscheck::{random::Random, ranges::is_long};

use crate::ways::{LANGUAGES, export, hardware, has, prove, software};

/// One term, index, inversion or digit of a constant changed in a module: each is refused.
#[test]
fn changed_modules_are_refused() {
    let mut random = Random::new("changed_modules_are_refused");
    let count = if is_long() { 1000 } else { 80 };
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
            let way = &ways[random.index(ways.len())];
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
pub(crate) fn changed(text: &str, language: &str, kind: usize, random: &mut Random) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let (is_vhdl, is_software) = (language == "vhdl", ["c", "rust"].contains(&language));
    let (gate, equal) = if is_vhdl { (" xor ", " <= ") } else { (" ^ ", " = ") };
    let is_sum = |line: &str| {
        let line = line.trim_start();
        let starts: &[&str] = match (is_vhdl, is_software) {
            (true, _) => &["next_state", "next_inverse", "predicted", "data(", "data_out", "x("],
            (_, true) => &["self->state = (", "self.state = (", "self->state[", "self.state[", "crc = ("],
            _ => &["assign next_state", "assign next_inverse", "assign predicted", "assign data", "wire x"],
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
        _ if is_vhdl => line.contains("contents <= \"") || line.contains("inverse <= \""),
        _ => (line.contains("state <= ") || line.contains("inverse <= ")) && line.contains("'h"),
    };
    let places: Vec<usize> = (0..lines.len()).filter(|&i| wanted(&lines[i])).collect();
    let at = *places.get(random.index(places.len().max(1)))?;
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
