//! The program on other CPUs, emulated: an instruction that one of them lacks would stop it there.
#![allow(clippy::print_stdout, reason = "a test run says what it exercised, or that it was skipped")]

mod program;

use std::process::Command;

use program::finish;

/// CPU models of the emulator, and the backend that each should choose: before AVX2, with it; TCG has no AVX-512.
const CPUS: [(&str, &str); 3] = [("Nehalem", "portable"), ("Haswell", "avx2"), ("max", "avx2")];

/// What exercises every kernel that has backends: enumeration, streams, long algebra.
const RUNS: [(&[&str], &str); 3] = [
    (&["analyze", "--engine", "first-return", "--quiet", "x^28+x^25+1"], "268435455"),
    (&["primitive", "x^1279+x^216+1"], "primitive"),
    (&["generate", "PRBS31", "--bits", "100000", "--encoding", "hex"], ""),
];

/// Says so past the test harness, which hides what tests print.
fn skipped(why: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "\n*** other_cpus: SKIPPED: {why} ***");
}

#[test]
fn no_instruction_is_used_that_the_cpu_lacks() {
    if !cfg!(target_arch = "x86_64") {
        skipped("these are models of x86-64 CPUs");
        return;
    }
    if Command::new("qemu-x86_64").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "no qemu-x86_64 here: apt-get install qemu-user");
        skipped("no qemu-x86_64 here (apt-get install qemu-user)");
        return;
    }
    let program = env!("CARGO_BIN_EXE_lfsr");
    for (arguments, expected) in RUNS {
        let own = finish(Command::new(program).args(arguments));
        assert!(own.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&own.stderr));
        for (cpu, _) in CPUS {
            let run = finish(Command::new("qemu-x86_64").args(["-cpu", cpu]).arg(program).args(arguments));
            assert!(run.status.success(), "{cpu} {arguments:?}: {}", String::from_utf8_lossy(&run.stderr));
            assert!(String::from_utf8_lossy(&run.stdout).contains(expected), "{cpu} {arguments:?}");
            assert_eq!(run.stdout, own.stdout, "{cpu} {arguments:?}");
        }
    }
    for (cpu, backend) in CPUS {
        let arguments = ["analyze", "--engine", "first-return", "--verbose", "x^28+x^25+1"];
        let run = finish(Command::new("qemu-x86_64").args(["-cpu", cpu]).arg(program).args(arguments));
        let report = String::from_utf8_lossy(&run.stdout);
        assert!(report.contains(&format!("block kernel ({backend})")), "{cpu}: {report}");
        println!("{cpu}: {backend}");
    }
}
