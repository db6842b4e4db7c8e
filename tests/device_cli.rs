//! `lfsr device` against the emulated board, as a user calls it.
//!
//! Needs the image (`LFSR_FIRMWARE_IMAGE`, which `cargo xtask test` sets), QEMU, and the program itself, which `cargo test --workspace` builds.
#![forbid(unsafe_code)]

use std::{
    env,
    path::PathBuf,
    process::{Command, Output},
};

use lfsr_crosscheck::{deadline::output, skip::skipped};
use serde_json::Value;

#[path = "../host/tests/schemas/validator.rs"]
mod validator;

/// The program beside this test's folder, or a loud remark.
fn lfsr() -> Option<PathBuf> {
    let program = env::current_exe().ok()?.parent()?.parent()?.join("lfsr");
    if env::var_os("LFSR_FIRMWARE_IMAGE").is_none() || !program.is_file() {
        skipped("device_cli", "no LFSR_FIRMWARE_IMAGE or no program (cargo xtask test has both)");
        return None;
    }
    Some(program)
}

fn run(arguments: &[&str]) -> Option<Output> {
    output(Command::new(lfsr()?).arg("device").args(arguments))
}

/// The one object that it prints.
fn json(arguments: &[&str], status: i32) -> Option<Value> {
    let output = run(&[arguments, &["--qemu", "--format", "json"]].concat())?;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {said}");
    let object: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let (file, wrong) = validator::validate(&object);
    assert!(wrong.is_empty(), "{arguments:?}: {file}: {}", wrong.join("; "));
    Some(object)
}

#[test]
fn info_and_self_test() {
    let Some(info) = json(&["info"], 0) else { return };
    assert_eq!((&info["board"], &info["max_degree"]), (&"lm3s6965evb".into(), &64.into()));
    assert_eq!(info["sources"], serde_json::json!(["uart1", "watched", "driven", "ssi0"]));
    let test = json(&["selftest"], 0).expect("as above");
    assert_eq!(test["passed"], true);
    assert!(test["tests"].as_array().is_some_and(|tests| tests.len() == 4));
}

#[test]
fn check_without_any_hardware() {
    let check = |arguments: &[&str], status| json(&[&["check"], arguments, &["--bits", "60000"]].concat(), status);
    let Some(clean) = check(&["PRBS31"], 0) else { return };
    assert_eq!((&clean["status"], &clean["errors"], &clean["name"]), (&"locked".into(), &"0".into(), &"PRBS31".into()));
    assert_eq!(clean["inverted"], clean["expected_inverted"]);
    let noisy = check(&["PRBS9", "--errors", "1e-3"], 1).expect("as above");
    assert_eq!(noisy["status"], "locked-with-errors");
    let errors: u64 = noisy["errors"].as_str().and_then(|errors| errors.parse().ok()).expect("a number");
    assert!((20..200).contains(&errors), "{errors}");
    let inverted = check(&["x^23+x^18+1", "--invert", "--source", "uart1"], 0).expect("as above");
    assert_eq!(inverted["inverted"], true);
    // What is captured is what `lfsr check` takes.
    let captured = run(&["capture", "--qemu", "--send", "PRBS15", "--bytes", "1000"]).expect("as above");
    assert_eq!((captured.status.code(), captured.stdout.len()), (Some(0), 1000));
}

#[test]
fn cross_check() {
    let Some(found) = json(&["cross-check", "--registers", "1000", "--streams", "100"], 0) else { return };
    assert_eq!(found["differences"], serde_json::json!([]));
    assert!(found["records"].as_u64().is_some_and(|records| records > 5000) && found["streams"] == 100, "{found}");
}

#[test]
fn what_cannot_be_is_said_in_one_line() {
    for (arguments, status, what) in [
        (&["info", "--tcp", "127.0.0.1:1"][..], 3, "cannot connect"),
        (&["info", "--port", "/nowhere/at/all"], 3, "lfsr device ports"),
        (&["info", "--qemu", "--image", "/nowhere/at/all"], 2, "no such image"),
        (&["check", "PRBS99", "--qemu"], 2, "PRBS99"),
        (&["check", "PRBS7", "--qemu", "--source", "spi"], 2, "has uart1, watched, driven, ssi0"),
        (&["check", "PRBS7", "--qemu", "--errors", "2"], 2, "0 to 1"),
    ] {
        let Some(output) = run(arguments) else { return };
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {said}");
        assert!(said.contains(what) && said.lines().count() == 1, "{arguments:?}: {said}");
    }
}
