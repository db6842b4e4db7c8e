//! Certificates of maps, written by the program and read by the verifier with arithmetic of its own; altered ones are refused.

use std::{fs, process::Command};

use lfsr_crosscheck::{
    certificate::{is_map, verify_map},
    deadline::output,
    program::program,
};

/// What `lfsr analyze --certificate` writes.
fn certificate(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map");
    let mut command = Command::new(program());
    command.arg("analyze").args(arguments).arg("--certificate").arg(&path).arg("-q");
    let ended = output(&mut command).expect("the program");
    assert!(ended.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ended.stderr));
    fs::read_to_string(path).unwrap()
}

fn verify(text: &str) -> Result<String, String> {
    let mut lines = text.lines().map(|line| Ok(line.to_owned()));
    let header = lines.next().expect("a line")?;
    assert!(is_map(&header), "{header}");
    verify_map(&header, lines)
}

#[test]
fn maps_of_every_kind_are_accepted() {
    for (arguments, proven) in [
        (&["x^4+x+1"][..], "2 cycles of 16 states"),
        (&["x^15+x^9+1"], "354 cycles of 32768 states"),
        (&["x^20+x^3+1"], "2 cycles of 1048576 states"),
        (&["x^20+x^3+1", "--xnor"], "2 cycles of 1048576 states"),
        (&["char:x^20+x^6+x^3+1"], "cycles of 1048576 states"),
        (&["char:x^21+x^20+x+1", "--xnor"], "cycles of 2097152 states"),
        (&["char:x^16+1"], "4116 cycles of 65536 states"),
        (&["char:x^18+x^5+x^2", "--form", "galois"], "cycles of 65536 states"),
        (&["x^33+x^20+1", "--form", "galois"], "2 cycles of 8589934592 states"),
        (&["x^36+x^11+1", "--engine", "first-return"], "2 cycles of 68719476736 states"),
    ] {
        let said = verify(&certificate(arguments)).unwrap_or_else(|error| panic!("{arguments:?}: {error}"));
        assert!(said.contains(proven), "{arguments:?}: {said}");
    }
}

/// Registers of each degree, with and without XNOR, every one.
#[test]
fn every_register_of_degree_5() {
    for low in 0..32u32 {
        for xnor in [false, true] {
            let polynomial =
                format!("coeffs:{}", (0..5).map(|i| (low >> i & 1).to_string()).collect::<Vec<_>>().join(","));
            if low == 0 {
                continue;
            }
            let mut arguments = vec![polynomial.as_str()];
            arguments.extend(xnor.then_some("--xnor"));
            verify(&certificate(&arguments)).unwrap_or_else(|error| panic!("{arguments:?}: {error}"));
        }
    }
}

#[test]
fn each_kind_of_damage_is_refused() {
    let text = certificate(&["char:x^20+x^6+x^3+1"]);
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let header: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
    let count = |name: &str| header[name].as_str().unwrap().parse::<usize>().unwrap();
    let (arcs, residue) = (count("arcs"), count("residue"));
    assert!(arcs >= 64 && residue >= 2, "{arcs} arcs, {residue} cycles beside them");
    assert_eq!(lines.len(), 1 + arcs + residue);
    let numbers = |line: &str| -> [u64; 2] {
        let (first, second) = line.split_once(' ').unwrap();
        [first.parse().unwrap(), second.parse().unwrap()]
    };
    let period = (1u64 << 20) - 1;
    type Change<'a> = (&'a str, Box<dyn Fn(&mut Vec<String>) + 'a>, &'a str);
    let arc = |at: usize, change: fn([u64; 2], u64) -> [u64; 2]| {
        move |lines: &mut Vec<String>| {
            let [end, steps] = change(numbers(&lines[at]), period);
            lines[at] = format!("{end} {steps}");
        }
    };
    let headed = |from: &'static str, to: &'static str| {
        move |lines: &mut Vec<String>| {
            assert!(lines[0].contains(from), "{from}: {}", lines[0]);
            lines[0] = lines[0].replacen(from, to, 1);
        }
    };
    let changes: Vec<Change<'_>> = vec![
        ("a flipped end", Box::new(arc(7, |[end, steps], _| [end ^ 1, steps])), "the arc from 6"),
        ("a step more", Box::new(arc(7, |[end, steps], _| [end, steps + 1])), "the arc from 6"),
        ("no steps", Box::new(arc(7, |[end, _], _| [end, 0])), "ends in the section"),
        ("an end outside", Box::new(arc(7, |[end, steps], _| [end | 1 << 19, steps])), "ends in the section"),
        // Of a register that is no single cycle the length of all is a multiple of each.
        ("whole turns more", Box::new(arc(7, |[end, steps], period| [end, steps + period * 1023])), ""),
        ("an arc left out", Box::new(|lines: &mut Vec<String>| drop(lines.remove(7))), "the arc from 6"),
        ("two arcs changed over", Box::new(|lines: &mut Vec<String>| lines.swap(7, 8)), "the arc from 6"),
        (
            "a cycle beside them twice",
            Box::new(move |lines: &mut Vec<String>| lines[arcs + 1] = lines[arcs + 2].clone()),
            "there twice",
        ),
        ("a cycle beside them left out", Box::new(|lines: &mut Vec<String>| drop(lines.pop())), "ends too early"),
        (
            "a state that meets the section",
            Box::new(move |lines: &mut Vec<String>| lines[arcs + 1] = "1 1".into()),
            "misses the section",
        ),
        (
            "a wrong period beside them",
            Box::new(arc(arcs + 2, |[state, period], _| [state, period * 2])),
            "the period of",
        ),
        ("another polynomial", Box::new(headed("0x10", "0x11")), "the arc from"),
        ("XNOR", Box::new(headed("\"xnor\":false", "\"xnor\":true")), "the arc from"),
        ("another section", Box::new(headed("\"section_zeros\":", "\"section_zeros\":1")), ""),
        ("another claim", Box::new(headed("\"count\":\"", "\"count\":\"1")), "the claim"),
        ("a line more", Box::new(|lines: &mut Vec<String>| lines.push("1 1".into())), "that it ends there"),
        ("no numbers", Box::new(|lines: &mut Vec<String>| lines[5] = "one two".into()), "one"),
        ("a field more", Box::new(headed("{\"schema\"", "{\"more\":1,\"schema\"")), "unknown field"),
        ("another schema", Box::new(headed("certificate/1", "certificate/2")), "the schema"),
    ];
    assert!(verify(&text).is_ok());
    for (what, change, expected) in changes {
        let mut altered = lines.clone();
        change(&mut altered);
        match verify(&altered.join("\n")) {
            Ok(_) => panic!("{what}: accepted"),
            Err(error) => assert!(error.contains(expected), "{what}: {error}"),
        }
    }
}
