//! [`Suite`]: named steps one after the other, each with a deadline; what failed is said at the end, not at the first.

use core::time::Duration;
use std::{
    process::{Command, ExitCode},
    time::Instant,
};

use crate::child;

/// What a run of the suite is asked to do.
#[derive(Debug, Default)]
pub(crate) struct Request {
    /// Only steps whose identifiers begin so; all if empty.
    pub(crate) only: Vec<String>,
    /// Says which steps there are, and runs none.
    pub(crate) list: bool,
    /// The tests take their larger ranges.
    pub(crate) long: bool,
}

/// How a step ended.
enum Outcome {
    Passed,
    Failed(String),
    Skipped(String),
}

/// A step that is done.
struct Done {
    id: String,
    outcome: Outcome,
    time: Duration,
}

/// The steps so far.
pub(crate) struct Suite {
    request: Request,
    done: Vec<Done>,
    started: Instant,
    ci: bool,
}

impl Suite {
    /// With `ci`, a skipped step is a failed one.
    pub(crate) fn new(request: Request, ci: bool) -> Self {
        Self { request, done: Vec::new(), started: Instant::now(), ci }
    }

    /// Whether the step is asked for; a list is printed here.
    pub(crate) fn wants(&self, id: &str, minutes: u64, what: &str) -> bool {
        if self.request.list {
            println!("{id:24} {minutes:3} min  {what}");
        }
        self.is_chosen(id)
    }

    /// Whether the step is asked for.
    pub(crate) fn is_chosen(&self, id: &str) -> bool {
        let only = &self.request.only;
        !self.request.list && (only.is_empty() || only.iter().any(|only| id.starts_with(only.as_str())))
    }

    /// Runs a step, whether it is asked for or not, and gives back what it makes, if it succeeds.
    pub(crate) fn step<T>(&mut self, id: &str, run: impl FnOnce() -> Result<T, String>) -> Option<T> {
        println!("\n=== {id}");
        let started = Instant::now();
        let result = run();
        let time = started.elapsed();
        let (outcome, made) = match result {
            Ok(made) => (Outcome::Passed, Some(made)),
            Err(error) => {
                println!("=== {id}: FAILED: {error}");
                (Outcome::Failed(error), None)
            }
        };
        println!("=== {id}: {:.1} s", time.as_secs_f64());
        self.done.push(Done { id: id.to_owned(), outcome, time });
        made
    }

    /// A step that is one command, which is killed with all its children after so many minutes; three times as many for the larger ranges.
    pub(crate) fn run(&mut self, id: &str, minutes: u64, what: &str, command: &mut Command) {
        if self.wants(id, minutes, what) {
            let minutes = if self.request.long { 3 * minutes } else { minutes };
            self.step(id, || child::run(command, Duration::from_secs(60 * minutes)));
        }
    }

    /// A step that cannot be done here.
    pub(crate) fn skip(&mut self, id: &str, reason: &str) {
        if self.request.list {
            return;
        }
        println!("\n*** {id}: SKIPPED: {reason}");
        let outcome = if self.ci {
            Outcome::Failed(format!("skipped, which CI does not allow: {reason}"))
        } else {
            Outcome::Skipped(reason.to_owned())
        };
        self.done.push(Done { id: id.to_owned(), outcome, time: Duration::ZERO });
    }

    /// Whether `--only` names this very step.
    pub(crate) fn is_named(&self, id: &str) -> bool {
        self.request.only.iter().any(|only| only == id)
    }

    /// The table of all steps; the last line is `N passed, N failed`.
    pub(crate) fn report(&self) -> ExitCode {
        if self.request.list {
            return ExitCode::SUCCESS;
        }
        println!("\n=== Summary");
        let (mut passed, mut failed, mut skipped) = (0, 0, 0);
        for Done { id, outcome, time } in &self.done {
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
            println!("{word:8} {:7.1} s  {id}", time.as_secs_f64());
            if !why.is_empty() {
                println!("                    {why}");
            }
        }
        println!("{:.1} s in all", self.started.elapsed().as_secs_f64());
        if skipped > 0 {
            println!("{skipped} skipped (see above)");
        }
        println!("{passed} passed, {failed} failed");
        if failed > 0 {
            return ExitCode::FAILURE;
        }
        if let Some(only) = self.unmatched() {
            eprintln!("xtask: no step has a name that begins with {only:?}; --list says which there are");
            return ExitCode::from(2);
        }
        ExitCode::SUCCESS
    }

    /// A name that was asked for, and that no step had.
    fn unmatched(&self) -> Option<&String> {
        self.request.only.iter().find(|only| !self.done.iter().any(|done| done.id.starts_with(only.as_str())))
    }
}
