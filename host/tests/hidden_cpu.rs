//! What the program does on CPUs that have less than this one: no instruction of a hidden backend runs, and asking for it is refused.
#![allow(clippy::print_stdout, reason = "a test run says what it exercised")]

mod program;

use std::process::Output;

use lfsr_core::vector::Backend;

/// Degree 30, so that the block kernel runs.
fn run(hide: &str, options: &[&str]) -> Output {
    let arguments =
        [&["analyze", "--engine", "first-return", "--workers", "2", "-v"], options, &["x^30+x^6+x^4+x+1"]].concat();
    program::finish(program::lfsr(&arguments).env("LFSR_HIDE_CPU", hide))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn older_cpus_give_the_same_answer() {
    let mut exercised = Vec::new();
    for hide in ["", "avx512", "neon,avx2,avx512"] {
        let run = run(hide, &["--backend", "auto"]);
        assert!(run.status.success(), "{hide}: {}", text(&run.stderr));
        let report = text(&run.stdout);
        assert!(report.contains("1073741823"), "{hide}: {report}");
        let expected =
            Backend::available().filter(|backend| !hide.split(',').any(|name| name == backend.name())).last();
        let backend = expected.unwrap_or(Backend::PORTABLE).name();
        assert!(report.contains(&format!("block kernel ({backend})")), "{hide}: {report}");
        exercised.push(backend);
    }
    println!("backends exercised: {exercised:?}");
    assert!(exercised.contains(&"portable"));
}

#[test]
fn a_backend_the_cpu_lacks_is_refused_in_one_line() {
    for name in Backend::NAMES.into_iter().filter(|&name| name != "portable") {
        let run = run("neon,avx2,avx512", &["--backend", name]);
        assert_eq!(run.status.code(), Some(2), "{name}");
        let message = text(&run.stderr);
        let line = message.lines().next().unwrap_or_default();
        assert!(line.contains(name) && line.contains("this CPU lacks the instructions; it has portable"), "{message}");
        assert!(run.stdout.is_empty());
    }
}
