//! The program as a user meets it: output, exit statuses, bad input, full disks, closed pipes, interrupts.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

mod program;

use program::{finish_to, lfsr, run, run_with as run_with_input, wait_within};
use serde_json::Value;

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Exit status and the only line on standard error.
fn complaint(output: &Output) -> (i32, String) {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(text.lines().count(), 1, "one line, not: {text}");
    (output.status.code().unwrap(), text.trim_end().to_owned())
}

fn objects(output: &Output) -> Vec<Value> {
    stdout(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What a program that was interrupted, or has little to do, may still take.
const SOON: Duration = Duration::from_secs(60);

#[test]
fn json_has_every_field_of_the_contract() {
    let output = run(&["analyze", "x^16+x^14+x^13+x^11+1", "--format", "json", "--leaders", "--schedule", "hybrid"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "quiet when piped");
    let [object] = &objects(&output)[..] else { panic!("one line a register") };
    let expected = serde_json::json!({
        "schema": "lfsr.analysis/1", "source": {"file": "x^16+x^14+x^13+x^11+1", "line": null},
        "degree": 16, "form": "fibonacci", "xnor": false,
        "characteristic": "x^16+x^5+x^3+x^2+1", "characteristic_hex": "0x1002d", "feedback": "x^16+x^14+x^13+x^11+1",
        "lags": [11, 13, 14, 16],
        "factors": [{"poly": "x^16+x^5+x^3+x^2+1", "hex": "0x1002d", "degree": 16, "multiplicity": 1, "order": "65535"}],
        "order": "65535", "irreducible": true, "primitive": true, "singular": false, "max_preperiod": 0,
        "cycles": [{"period": "1", "count": "1"}, {"period": "65535", "count": "1"}],
        "cycle_count": "2", "states": "65536", "cyclic_states": "65536", "max_period": "65535",
        "leaders": [{"leader": "0x0", "period": "1"}, {"leader": "0x1", "period": "65535"}],
        "engine": "first-return", "verified": true,
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&object[field], value, "{field}");
    }
    let enumeration = &object["enumeration"];
    assert_eq!(enumeration["schedule"], "hybrid");
    assert_eq!(enumeration["states_covered"], "65536");
    for field in ["workers", "batch_size", "section_bits", "elapsed_s", "states_per_s"] {
        assert!(enumeration[field].is_number(), "{field}");
    }
    for field in ["imbalance_states", "imbalance_busy", "scheduling_cost"] {
        assert!((0.0..=64.0).contains(&enumeration[field].as_f64().unwrap()), "{field}");
    }
    let workers = enumeration["per_worker"].as_array().unwrap();
    let states: u64 = workers.iter().map(|w| w["states"].as_str().unwrap().parse::<u64>().unwrap()).sum();
    assert_eq!(states, 65536);
    assert!(workers.iter().all(|w| w["batches"].is_u64() && w["steals"].is_u64() && w["busy_s"].is_f64()));
}

#[test]
fn singular_registers_as_the_contract_says() {
    let output = run_with_input(&["analyze", "--format", "json", "-"], b"0,1,1\n");
    let object = &objects(&output)[0];
    assert_eq!(object["source"], serde_json::json!({"file": "-", "line": 1}));
    assert_eq!(object["cyclic_states"], "4");
    assert_eq!(object["max_preperiod"], 1);
    assert_eq!(object["order"], "3");
    assert_eq!(object["factors"][0]["poly"], "x");
    assert_eq!(object["factors"][0]["order"], Value::Null);
}

#[test]
fn sequences_are_the_cycles() {
    for (form, xnor) in [("fibonacci", false), ("galois", false), ("fibonacci", true), ("galois", true)] {
        let mut arguments = vec!["analyze", "char:x^6+x^2", "--format", "json", "--sequences", "--form", form];
        arguments.extend(xnor.then_some("--xnor"));
        let object = &objects(&run(&arguments))[0];
        let sequences = object["sequences"].as_array().unwrap();
        let leaders = object["leaders"].as_array().unwrap();
        assert_eq!(sequences.len(), leaders.len());
        let mut all = vec![];
        for (sequence, leader) in sequences.iter().zip(leaders) {
            let states: Vec<&str> = sequence.as_array().unwrap().iter().map(|s| s.as_str().unwrap()).collect();
            assert_eq!(states.len().to_string(), leader["period"].as_str().unwrap());
            assert_eq!(states[0], leader["leader"]);
            let value = |s: &str| u64::from_str_radix(s.strip_prefix("0x").unwrap(), 16).unwrap();
            assert_eq!(states.iter().map(|s| value(s)).min(), Some(value(states[0])), "{form} {xnor}");
            all.extend(states.into_iter().map(value));
        }
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 16, "every cyclic state once");
    }
}

#[test]
fn csv_and_text() {
    let csv = stdout(&run(&["analyze", "[4,1]", "--format", "csv"]));
    let header = "file,line,degree,form,xnor,characteristic,complete,period,count";
    assert_eq!(
        csv,
        format!(
            "{header}\n\"[4,1]\",,4,fibonacci,false,x^4+x^3+1,true,1,1\n\"[4,1]\",,4,fibonacci,false,x^4+x^3+1,true,15,1\n"
        )
    );
    let text = stdout(&run(&["analyze", "x^15+x^9+1", "--color", "never"]));
    for part in
        ["x^15+x^9+1", "x^15+x^6+1", "93     352   32736", "Not maximal length: 354 cycles", "Complete: all 32768"]
    {
        assert!(text.contains(part), "{part:?} in\n{text}");
    }
    assert!(!text.contains('\x1b'));
    assert!(stdout(&run(&["analyze", "x+1", "--color", "always"])).contains('\x1b'));
}

/// The answer must not depend on how it was computed: all but the run's own figures, byte for byte.
#[test]
fn same_bytes_for_every_schedule() {
    let strip = |output: Output| {
        let mut objects = objects(&output);
        objects.iter_mut().for_each(|object| drop(object.as_object_mut().unwrap().remove("enumeration")));
        serde_json::to_string(&objects).unwrap()
    };
    let input = b"1,0,1,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1\n1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0\n1,1,1,0,0,0,0,0,1,1\n";
    let base = ["analyze", "--format", "json", "--leaders"];
    let expected = strip(run_with_input(&[&base[..], &["--schedule", "sequential"]].concat(), input));
    for schedule in ["auto", "static", "dynamic", "stealing", "hybrid", "rayon"] {
        for workers in ["1", "2", "7"] {
            let arguments = [&base[..], &["--schedule", schedule, "--workers", workers]].concat();
            assert_eq!(strip(run_with_input(&arguments, input)), expected, "{schedule} {workers}");
        }
    }
}

#[test]
fn bad_input_is_one_line_and_status_2() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let cases: Vec<(Vec<String>, &str)> = vec![
        (vec![path("empty.csv", b"")], "no register in it"),
        (vec![path("comments.csv", b"# nothing\n\n")], "no register in it"),
        (vec![folder.path().to_str().unwrap().into()], "is a directory"),
        (vec![path("garbage.csv", b"\x7fELF\x00\x01\xff\xfe\x00")], "is no text; a file of bits is for"),
        (vec![path("latin.csv", b"1,1 # caf\xe9\n")], "column 10: found byte 0xe9"),
        (vec![path("two.csv", b"1,2,0\n")], "two.csv:1: column 3: found '2'"),
        (vec![path("long.csv", &b"1,".repeat(5_000_000))], "line longer than 1048576 bytes"),
        (vec!["x^99999999999+1".into()], "degree 99999999999 is larger than 1048576"),
        (vec!["1".into()], "degree 0"),
        (vec!["registers.csv".into()], "no such file"),
        (vec!["../nothing/there".into()], "no such file"),
        (vec!["0x1021".into()], "a bare number does not say"),
        (vec!["x^4+x^4+1".into()], "4 is given twice"),
    ];
    for (arguments, part) in cases {
        let mut all = vec!["analyze"];
        all.extend(arguments.iter().map(String::as_str));
        let (status, line) = complaint(&run(&all));
        assert_eq!(status, 2, "{arguments:?}: {line}");
        assert!(line.contains(part), "{part:?} in {line:?}");
    }
    for arguments in [
        vec!["analyze", "x+1", "--workers", "0"],
        vec!["analyze", "x+1", "--batch-size", "0"],
        vec!["analyze", "x+1", "--backend", "abacus"],
        vec!["analyze", "x+1", "--max-memory", "much"],
        vec!["analyze", "x+1", "--schedule", "lucky"],
        vec!["frobnicate"],
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty() && output.stdout.is_empty());
    }
}

#[test]
fn bad_rows_do_not_stop_good_ones() {
    let output = run_with_input(&["analyze", "--format", "csv", "-"], b"1,1\n1,2\n1,1,1\n");
    let (status, line) = complaint(&output);
    assert_eq!((status, line.contains("-:2: column 3")), (2, true), "{line}");
    let text = stdout(&output);
    assert_eq!(
        text.lines().count(),
        1 + 2 + 1 + 3,
        "two periods of x^2+x+1, the bad row, three of x^3+x^2+x+1: {text}"
    );
    assert_eq!(text.lines().nth(3), Some("-,2,,,,,false,,"));
}

#[test]
fn what_does_not_fit_is_refused_with_figures() {
    let (status, line) =
        complaint(&run(&["analyze", "x^40+x^38+x^21+x^19+1", "--engine", "walk", "--max-memory", "1GiB"]));
    assert_eq!(status, 3);
    assert!(line.contains("needs 128.0 GiB of memory, 1.0 GiB allowed; use --engine first-return"), "{line}");
    let arguments = ["analyze", "char:x^42+1", "--leaders", "--max-memory", "1GiB", "--engine", "first-return"];
    let (status, line) = complaint(&run(&arguments));
    assert_eq!(status, 3);
    assert!(line.contains("TiB of memory, 1.0 GiB allowed") && line.contains("leave out --leaders"), "{line}");
    for engine in ["walk", "first-return"] {
        let (status, line) = complaint(&run(&["analyze", "x^65+x^18+1", "--engine", engine]));
        assert_eq!((status, line.contains("degree 65 is larger than 64")), (2, true), "{line}");
    }
}

/// A list that does not fit into memory is the same list, written while it is found.
#[test]
fn leaders_that_do_not_fit_are_written_in_passing() {
    for (register, xnor) in [("char:x^20+1", false), ("char:x^20+x^10+1", true), ("x^18+x^9+1;galois", false)] {
        let row = format!("{register}{}\n", if xnor { ";xnor" } else { "" });
        for format in ["csv", "json", "text"] {
            let list = |more: &[&str]| {
                let arguments = ["analyze", "-", "--leaders", "--engine", "first-return", "--format", format];
                let output = stdout(&run_with_input(&[&arguments[..], more].concat(), row.as_bytes())).to_owned();
                let listed = output.split(['\n', '}']).filter(|part| part.contains("0x"));
                let mut rows: Vec<String> =
                    listed.map(|row| row.rsplit("\"leaders\":").next().unwrap_or(row).to_owned()).collect();
                // In Galois form the smallest window is not the smallest state: the order is another one.
                rows.iter_mut().for_each(|row| *row = row.trim_start_matches(['[', ',']).to_owned());
                if row.contains("galois") {
                    rows.sort();
                }
                rows
            };
            let (kept, passed) = (list(&[]), list(&["--max-memory", "64KiB", "--workers", "3"]));
            assert!(kept.len() > 500, "{row} {format}: {}", kept.len());
            assert!(kept == passed, "{row} {format}");
        }
    }
}

#[test]
fn output_files_are_whole_or_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("..result.v1.csv");
    let name = path.to_str().unwrap();
    assert_eq!(run(&["analyze", "x^4+x+1", "--format", "csv", "-o", name]).status.code(), Some(0));
    let first = fs::read_to_string(&path).unwrap();
    assert_eq!(first.lines().count(), 3);
    // Bad input leaves the old result alone.
    assert_eq!(run(&["analyze", folder.path().to_str().unwrap(), "-o", name]).status.code(), Some(2));
    assert_eq!(fs::read_to_string(&path).unwrap(), first);
    let (status, line) = complaint(&run(&["analyze", "x+1", "-o", folder.path().to_str().unwrap()]));
    assert_eq!((status, line.contains("is a directory")), (3, true), "{line}");
    let missing = folder.path().join("no/such/folder/file");
    let (status, line) = complaint(&run(&["analyze", "x+1", "-o", missing.to_str().unwrap()]));
    assert_eq!((status, line.contains("cannot write")), (3, true), "{line}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing half-written");
    if Path::new("/dev/full").exists() {
        let (status, line) = complaint(&run(&["analyze", "x+1", "-o", "/dev/full"]));
        assert_eq!((status, line.contains("/dev/full: cannot write")), (3, true), "{line}");
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = finish_to(&mut lfsr(&["analyze", "x+1"]), full);
        assert_eq!(complaint(&output).0, 3);
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child =
        lfsr(&["analyze", "x^20+x^3+1", "--sequences"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.contains("20-bit"));
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Ctrl-C: what is finished is written, what is not is marked partial, status 130; for each schedule and kernel.
#[cfg(unix)]
#[test]
fn interrupts_keep_what_is_done() {
    for schedule in ["sequential", "static", "dynamic", "stealing", "hybrid", "rayon"] {
        for long in ["x^60+x^59+1", "char:x^48+1", "x^50+x^4+x^3+x^2+1"] {
            let mut child = lfsr(&[
                "analyze",
                "x^8+x^4+x^3+x^2+1",
                long,
                "--engine",
                "first-return",
                "--format",
                "json",
                "--schedule",
                schedule,
                "--workers",
                "3",
            ])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
            let mut lines = BufReader::new(child.stdout.take().unwrap());
            let mut first = String::new();
            // The first result comes out before the second register is done.
            lines.read_line(&mut first).unwrap();
            std::thread::sleep(Duration::from_millis(50));
            let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
            assert!(killed.success());
            child.stdout = None;
            let collector = std::thread::spawn(move || {
                let mut rest = String::new();
                lines.read_to_string(&mut rest).unwrap();
                rest
            });
            let status = wait_within(SOON, child, &format!("{schedule} {long} after Ctrl-C")).status;
            assert_eq!(status.code(), Some(130), "{schedule} {long}");
            let first: Value = serde_json::from_str(&first).unwrap();
            assert_eq!(first["partial"], false);
            let second: Value = serde_json::from_str(&collector.join().unwrap()).unwrap();
            assert_eq!((&second["partial"], &second["verified"]), (&Value::Bool(true), &Value::Null), "{schedule}");
        }
    }
}

#[test]
fn more_workers_than_work() {
    for schedule in ["static", "dynamic", "stealing", "hybrid", "rayon"] {
        let child = lfsr(&["analyze", "x+1", "x^2+x+1", "--schedule", schedule, "--workers", "64", "--format", "csv"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = wait_within(SOON, child, &schedule);
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(stdout(&output).lines().count(), 4, "{schedule}");
    }
}

/// One processor of two is one worker, without a word: `auto` counts the processors that the process may use.
#[test]
#[cfg(target_os = "linux")]
fn auto_takes_as_many_workers_as_there_are_processors_for_the_process() {
    let output = std::process::Command::new("taskset")
        .args(["-c", "0", env!("CARGO_BIN_EXE_lfsr"), "analyze", "x^28+x^3+1", "--engine", "first-return"])
        .args(["--format", "json"])
        .output()
        .expect("taskset is part of util-linux");
    let map: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&map["enumeration"]["workers"], &map["enumeration"]["schedule"]), (&1.into(), &"sequential".into()));
}

#[test]
fn verify_compares_with_algebra() {
    let output = run(&["analyze", "x^20+x^3+1", "char:x^14+x^2", "--verify", "--xnor", "--engine", "first-return"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn any_degree_by_algebra() {
    // XAPP052 row 102, copied into many tables as maximal.
    let object = &objects(&run(&["analyze", "taps:102,101,36,35", "--format", "json"]))[0];
    assert_eq!(object["engine"], "algebra");
    assert_eq!(object["order"], "1478925700180182829362089470637");
    let degrees: Vec<_> = object["factors"].as_array().unwrap().iter().map(|f| f["degree"].as_u64().unwrap()).collect();
    assert_eq!(degrees, [3, 34, 65]);
    assert_eq!((&object["maximal_length"], &object["verified"]), (&Value::Bool(false), &Value::Null));
    assert!(object.get("enumeration").is_none());
    let object = &objects(&run(&["analyze", "taps:168,166,153,151", "--format", "json", "--leaders"]))[0];
    assert_eq!((&object["primitive"], &object["maximal_length"]), (&Value::Bool(true), &Value::Bool(true)));
    let listed = object["leaders"].as_array().unwrap();
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().all(|cycle| cycle["representative"].is_string()));
    // A representative for each of many cycles, as many as a reader wants.
    let mut child = lfsr(&["analyze", "char:x^200+1", "--leaders"]).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.filter(|line| line.as_ref().unwrap().contains("representative 0x")).take(1000).count(), 1000);
    assert_eq!(wait_within(SOON, child, &"a thousand leaders").status.code(), Some(0));
}

#[test]
fn a_map_of_2_to_the_30_needs_little_memory() {
    let object = &objects(&run(&["analyze", "x^30+x^6+x^4+x+1", "--format", "json"]))[0];
    assert_eq!(object["max_period"], "1073741823");
    if let Some(peak) = object["enumeration"]["peak_memory_bytes"].as_u64() {
        assert!(peak < 64 << 20, "{peak} bytes");
    }
}

#[test]
fn explain_shows_every_notation() {
    let text = stdout(&run(&["explain", "x^16+x^14+x^13+x^11+1"]));
    for part in [
        "char:x^16+x^5+x^3+x^2+1",
        "taps:16,14,13,11",
        "1+x^11+x^13+x^14+x^16",
        "normal:0x002d/16",
        "reversed:0xb400/16",
        "koopman:0x8016",
        "full:0x1002d",
        "y[t-11] + y[t-13] + y[t-14] + y[t-16]",
        "0xb400 (shifting right",
        "primitive: maximal length",
    ] {
        assert!(text.contains(part), "{part:?} in\n{text}");
    }
    for text in ["x", "coeffs:0", "char:x^64", "x^64+x^4+x^3+x+1", "char:x^3+x"] {
        for options in [vec![], vec!["--form", "galois"], vec!["--xnor"], vec!["--form", "galois", "--xnor"]] {
            let output = run(&[vec!["explain", text], options].concat());
            assert_eq!(output.status.code(), Some(0), "{text}");
        }
    }
}

#[test]
fn examples_completions_and_manual() {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/registers.csv");
    let output = run(&["analyze", examples]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(stdout(&output).matches("Complete: all").count(), 12);
    for shell in ["bash", "zsh", "fish"] {
        assert!(stdout(&run(&["completions", shell])).contains("analyze"));
    }
    assert!(stdout(&run(&["man"])).contains(".TH lfsr"));
}

#[test]
fn primitive_finds_and_tests() {
    let first = |arguments: &[&str]| {
        let output = run(&[&["primitive"], arguments].concat());
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        stdout(&output)
    };
    assert_eq!(first(&["--degree", "8"]), "char:x^8+x^4+x^3+x^2+1  # taps:8,6,5,4 full:0x11d\n");
    assert_eq!(first(&["--degree", "1"]), "char:x+1  # taps:1 full:0x3\n");
    assert_eq!(first(&["--degree", "10", "--all"]).lines().count(), 60);
    assert_eq!(first(&["--degree", "15", "--weight", "3", "--all"]).lines().count(), 6);
    assert_eq!(first(&["--degree", "300", "--weight", "5", "--count", "3"]).lines().count(), 3);
    let random = ["--degree", "200", "--random", "--seed", "7", "--count", "2"];
    assert_eq!(first(&random), first(&random));
    assert_ne!(first(&random), first(&["--degree", "200", "--random", "--seed", "8", "--count", "2"]));
    // What is found goes into the other commands as it is.
    let output = run_with_input(&["analyze", "-", "--format", "json"], first(&["--degree", "9", "--all"]).as_bytes());
    let maps = objects(&output);
    assert!(maps.len() == 48 && maps.iter().all(|map| map["max_period"] == "511"));

    for (arguments, status, said) in [
        (&["primitive", "--degree", "8", "--weight", "3"][..], 1, "Swan"),
        (&["primitive", "--degree", "8", "--weight", "4"], 1, "even number"),
        (&["primitive", "--degree", "8", "--weight", "11"], 1, "3 to 9"),
        (&["primitive", "--degree", "1201"], 3, "cofactor"),
        (&["primitive", "x^8+y"], 2, "column 5"),
    ] {
        let output = run(arguments);
        let (code, line) = complaint(&output);
        assert!(code == status && line.contains(said) && output.stdout.is_empty(), "{arguments:?}: {code} {line}");
    }
    for arguments in [&["primitive"][..], &["primitive", "--degree", "0"], &["primitive", "--degree", "8", "x^8+1"]] {
        assert_eq!(run(arguments).status.code(), Some(2), "{arguments:?}");
    }
    let output = run(&["primitive", "x^8+x^4+x^3+x+1", "x^4+x^2+1", "x^4+x+1", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let found = objects(&output);
    assert_eq!(found[0]["order"], "51");
    assert_eq!(found[1]["factors"], serde_json::json!(["(x^2+x+1)^2"]));
    assert_eq!(found[2]["primitive"], true);
}

#[test]
fn table_check_names_the_wrong_rows() {
    let tables = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data");
    let output = run(&["table-check", tables.join("xapp052.txt").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    assert!(text.contains(":102: 102,101,36,35: not primitive: reducible, factors of degree 3 + 34 + 65"), "{text}");
    assert!(text.contains("102,101,26,25"), "{text}");
    assert!(text.ends_with("166 rows: 165 primitive, 1 wrong\n"), "{text}");

    let output = run(&["table-check", tables.join("pylfsr.txt").to_str().unwrap(), "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let mut rows = objects(&output);
    let summary = rows.pop().unwrap();
    assert_eq!((summary["rows"].as_u64(), summary["wrong"].as_u64()), (Some(273), Some(5)));
    let wrong: Vec<_> = rows.iter().filter(|row| row["wrong"] == true).map(|row| row["degree"].as_u64()).collect();
    assert_eq!(wrong, [18, 19, 20, 27, 30].map(Some));

    let check = |text: &[u8]| run_with_input(&["table-check", "-"], text);
    assert_eq!(check(b"4,3\n5: 5,3\n[6,5]\nchar:x^7+x+1 # fine\n").status.code(), Some(0));
    let output = check(b"15: 16,14,13,11\n");
    assert!(output.status.code() == Some(1) && stdout(&output).contains("is of degree 16, not 15"));
    let (code, line) = complaint(&check(b"4,3\n6,5,5\n"));
    assert!(code == 2 && line.contains("-:2: 6,5,5: 5 is given twice"), "{line}");
    let (code, line) = complaint(&check(b"# nothing\n"));
    assert!(code == 2 && line.contains("no row"), "{line}");
    let (code, line) = complaint(&check(b"4,99999999999999999999999\n"));
    assert!(code == 2 && line.starts_with("lfsr: -:1:"), "{line}");
    let (code, _) = complaint(&run(&["table-check", "/nowhere/at/all"]));
    assert_eq!(code, 2);
}

/// Nothing of what algebra is asked delays Ctrl-C, and nothing that is printed is endless.
#[test]
fn wide_registers() {
    let child =
        lfsr(&["analyze", "x^100003+x^5+x^3+x+1"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let begun = Instant::now();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = wait_within(SOON, child, &"interrupted algebra");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(5) && said.contains("interrupted"), "{said}");

    let output = run(&["analyze", "x^2003+x^7+x^3+x+1"]);
    // Without an exact answer the status is 3.
    assert!(output.status.code() == Some(3) && output.stdout.len() < 3000, "{}", stdout(&output));
    for text in ["x^99999999999+1", "x^18446744073709551617+1", "normal:0x1021/99999999"] {
        let (code, line) = complaint(&run(&["analyze", text]));
        assert!(code == 2 && line.contains("column"), "{text}: {line}");
    }
}

/// The figures are not looked at, the answers are (by the command, against algebra).
#[test]
fn bench_kernels_checks_its_answers() {
    let output = run(&["bench", "kernels", "--degrees", "20,24", "--runs", "1", "--forms"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let text = stdout(&output);
    assert!(["word", "block", "leader", "coset"].iter().all(|kernel| text.contains(kernel)), "{text}");
    let output = run(&["bench", "kernels", "--survey"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let text = stdout(&output);
    assert!(text.contains("240 registers of degree 32: median") && text.contains("times the median"), "{text}");
}

/// Where there is no answer, the file of an earlier one stays.
#[test]
fn without_an_answer_an_old_file_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keep.txt");
    let name = path.display().to_string();
    for arguments in [
        &["analyze", "nosuch.csv"][..],
        &["analyze", "x^8+y"],
        &["analyze", "nosuchname", "--format", "csv"],
        &["analyze", "x^24+1", "--engine", "walk", "--max-memory", "1kB"],
        &["primitive", "x^8+y"],
        &["primitive", "--degree", "8", "--weight", "4"],
    ] {
        std::fs::write(&path, "old").unwrap();
        let output = run(&[arguments, &["-o", &name]].concat());
        assert_ne!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old", "{arguments:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "{arguments:?}");
    }
    // One answer among bad rows is an answer.
    let output = run(&["analyze", "x^8+y", "x^4+x+1", "-o", &name]);
    assert_eq!(output.status.code(), Some(2));
    assert!(std::fs::read_to_string(&path).unwrap().contains("x^4+x+1"));
    let refused = run(&["analyze", "x^4+x+1", "-o", "/nonexistent/x"]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("/nonexistent/x: cannot write in /nonexistent") && !said.contains(".partial"), "{said}");
}
