//! [`Suite`]: named steps one after the other; what failed is said at the end, not at the first.

use core::time::Duration;
use std::{
    process::{Command, ExitCode},
    time::Instant,
};

/// How a step ended.
enum Outcome {
    Passed,
    Failed(String),
    Skipped(String),
}

/// The steps so far.
pub(crate) struct Suite {
    done: Vec<(String, Outcome, Duration)>,
    started: Instant,
    ci: bool,
}

impl Suite {
    /// With `ci`, a skipped step is a failed one.
    pub(crate) fn new(ci: bool) -> Self {
        Self { done: Vec::new(), started: Instant::now(), ci }
    }

    /// Runs a step and gives back what it makes, if it succeeds.
    pub(crate) fn step<T>(&mut self, name: &str, run: impl FnOnce() -> Result<T, String>) -> Option<T> {
        println!("\n=== {name}");
        let started = Instant::now();
        let result = run();
        let time = started.elapsed();
        let (outcome, made) = match result {
            Ok(made) => (Outcome::Passed, Some(made)),
            Err(error) => {
                println!("=== {name}: FAILED: {error}");
                (Outcome::Failed(error), None)
            }
        };
        println!("=== {name}: {:.1} s", time.as_secs_f64());
        self.done.push((name.to_owned(), outcome, time));
        made
    }

    /// A step that is one command.
    pub(crate) fn run(&mut self, name: &str, command: &mut Command) {
        self.step(name, || run(command));
    }

    /// A step that cannot be done here.
    pub(crate) fn skip(&mut self, name: &str, reason: &str) {
        println!("\n*** {name}: SKIPPED: {reason}");
        let outcome = if self.ci {
            Outcome::Failed(format!("skipped, which CI does not allow: {reason}"))
        } else {
            Outcome::Skipped(reason.to_owned())
        };
        self.done.push((name.to_owned(), outcome, Duration::ZERO));
    }

    /// A step that only some machines can do; leaving it out is never a failure.
    pub(crate) fn optional(&mut self, name: &str, reason: &str) {
        println!("\n*** {name}: SKIPPED: {reason}");
        self.done.push((name.to_owned(), Outcome::Skipped(reason.to_owned()), Duration::ZERO));
    }

    /// The table of all steps; the last line is `N passed, N failed`.
    pub(crate) fn report(&self) -> ExitCode {
        println!("\n=== Summary");
        let (mut passed, mut failed, mut skipped) = (0, 0, 0);
        for (name, outcome, time) in &self.done {
            let (word, why) = match outcome {
                Outcome::Passed => {
                    passed += 1;
                    ("passed", "")
                }
                Outcome::Failed(why) => {
                    failed += 1;
                    ("FAILED", why.as_str())
                }
                Outcome::Skipped(why) => {
                    skipped += 1;
                    ("SKIPPED", why.as_str())
                }
            };
            println!("{word:8} {:7.1} s  {name}", time.as_secs_f64());
            if !why.is_empty() {
                println!("                    {why}");
            }
        }
        println!("{:.1} s in all", self.started.elapsed().as_secs_f64());
        if skipped > 0 {
            println!("{skipped} skipped (see above)");
        }
        println!("{passed} passed, {failed} failed");
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Shows and runs one command.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    println!("$ {}", show(command));
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{status}: {}", show(command))),
        Err(error) => Err(format!("{error}: {}", show(command))),
    }
}

fn show(command: &Command) -> String {
    let mut words: Vec<String> = Vec::new();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            words.push(format!("{}={:?}", name.display(), value));
        }
    }
    words.push(command.get_program().display().to_string());
    words.extend(command.get_args().map(|word| word.display().to_string()));
    words.join(" ")
}
