//! Exported modules under cocotb, as users of Python test them: against sequences and checksums that Python makes.
//!
//! Needs a virtual environment with cocotb in the folder `LFSR_COCOTB`, which `cargo xtask test` sets up.

use std::{env, fs, path::Path, process::Command};

use lfsr_crosscheck::{deadline::output, skip::skipped};

use crate::ways::{has, lfsr};

const BENCHES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/export/cocotb");

#[test]
fn benches_in_python_pass() {
    let Some(environment) = env::var_os("LFSR_COCOTB") else {
        return skipped("export", "no LFSR_COCOTB (cargo xtask test sets it)");
    };
    if !has("iverilog", "export") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().to_str().expect("text");
    let designs: [&[&str]; 3] = [
        &["PRBS31", "--what", "generator", "--width", "16", "--seed", "0x7fffffff", "--name", "generator"],
        &["PRBS31", "--what", "checker", "--width", "16", "--name", "checker_of_it"],
        &["crc-32", "--what", "crc", "--width", "32", "--keep", "--name", "unit"],
    ];
    for design in designs {
        let written = lfsr(&[&["export", "verilog"], design, &["-o", path, "--quiet"]].concat());
        assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    }
    fs::copy(Path::new(BENCHES).join("link.v"), folder.path().join("link.v")).expect("a copy");
    let python = Path::new(&environment).join("bin").join("python");
    let run = |bench: &[&str]| {
        let mut command = Command::new(&python);
        command.env("PYTHONDONTWRITEBYTECODE", "1").arg(Path::new(BENCHES).join("run.py")).arg(path).args(bench);
        let ran = output(&mut command).expect("Python runs");
        (ran.status.success(), String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned())
    };
    let benches: [&[&str]; 2] =
        [&["test_link", "link", "link.v", "generator.v", "checker_of_it.v"], &["test_crc", "unit", "unit.v"]];
    for bench in benches {
        let (passed, said) = run(bench);
        assert!(passed && said.contains("1 tests, 0 failed"), "{said}");
    }
    // And fails where there is something to find.
    let unit = folder.path().join("unit.v");
    let text = fs::read_to_string(&unit).expect("a module");
    fs::write(&unit, text.replacen(" ^ ", " | ", 1)).expect("a file");
    assert!(!run(benches[1]).0);
}
