//! Runs the [`Step`]s that are asked for, with what they need, several beside each other; what failed is said at the end, not at the first.

use core::time::Duration;
use std::{
    process::ExitCode,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Instant,
};

use crate::{
    log::Log,
    step::{Step, Work},
};

/// What a run of the suite is asked to do.
#[derive(Debug, Default)]
pub(crate) struct Request {
    /// Only steps whose identifiers begin so, and what they need; all if empty.
    pub(crate) only: Vec<String>,
    /// Says which steps there are, and runs none.
    pub(crate) list: bool,
    /// The tests take their larger ranges.
    pub(crate) long: bool,
    /// How many steps run beside each other; by the machine's size if not given.
    pub(crate) lanes: Option<usize>,
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

/// Where the steps are; a step is in one of the three lists.
struct State<'a> {
    waiting: Vec<Step<'a>>,
    /// Identifiers, and the folders that are theirs meanwhile.
    running: Vec<(String, Option<&'static str>)>,
    done: Vec<Done>,
}

/// The lanes' common table.
struct Suite<'a> {
    state: Mutex<State<'a>>,
    /// Something ended.
    ended: Condvar,
    /// A skipped step is a failed one.
    ci: bool,
    long: bool,
    is_live: bool,
}

/// Lists the steps, or runs those that are asked for to their end and says how each ended. With `ci`, a skipped step is a failed one.
pub(crate) fn run(steps: Vec<Step<'_>>, request: &Request, ci: bool) -> ExitCode {
    if request.list {
        for step in steps {
            println!("{:28} {:3} min  {}", step.id, step.minutes, step.what);
        }
        return ExitCode::SUCCESS;
    }
    if let Some(only) = request.only.iter().find(|only| !steps.iter().any(|step| step.id.starts_with(only.as_str()))) {
        eprintln!("xtask: no step has a name that begins with {only:?}; --list says which there are");
        return ExitCode::from(2);
    }
    let begun = Instant::now();
    let waiting = chosen(steps, &request.only);
    let lanes = request.lanes.unwrap_or_else(usual_lanes).min(waiting.len());
    let suite = Suite {
        state: Mutex::new(State { waiting, running: vec![], done: vec![] }),
        ended: Condvar::new(),
        ci,
        long: request.long,
        is_live: lanes <= 1,
    };
    thread::scope(|scope| {
        for _ in 0..lanes.max(1) {
            scope.spawn(|| suite.lane());
        }
    });
    let state = suite.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    report(&state.done, begun.elapsed())
}

/// Most steps use two processors at times and one at others, or wait.
fn usual_lanes() -> usize {
    thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 4))
}

/// The steps that are asked for by the beginning of their name or by being needed, in their order.
fn chosen<'a>(mut steps: Vec<Step<'a>>, only: &[String]) -> Vec<Step<'a>> {
    if only.is_empty() {
        steps.retain(|step| !step.only_by_name);
        return steps;
    }
    let mut names: Vec<String> = vec![];
    let mut next: Vec<String> = steps
        .iter()
        .filter(|step| {
            only.iter()
                .any(|only| if step.only_by_name { *only == step.id } else { step.id.starts_with(only.as_str()) })
        })
        .map(|step| step.id.clone())
        .collect();
    while let Some(name) = next.pop() {
        if !names.contains(&name) {
            next.extend(steps.iter().filter(|step| step.id == name).flat_map(|step| step.needs.iter().cloned()));
            names.push(name);
        }
    }
    steps.retain(|step| names.contains(&step.id));
    steps
}

impl<'a> Suite<'a> {
    /// Does one step after the other until none is left.
    fn lane(&self) {
        while let Some(step) = self.next() {
            let Step { id, work, minutes, .. } = step;
            let begun = Instant::now();
            let (log, outcome) = self.work(&id, work, minutes);
            let time = begun.elapsed();
            let mut state = self.state();
            // Under the lock, so that no two are mixed.
            if let Some(log) = log {
                if !self.is_live {
                    println!("\n=== {id}");
                }
                let _ = log.show();
            }
            match &outcome {
                Outcome::Passed => {}
                Outcome::Failed(why) => println!("=== {id}: FAILED: {why}"),
                Outcome::Skipped(why) => println!("\n*** {id}: SKIPPED: {why}"),
            }
            println!("=== {id}: {:.1} s", time.as_secs_f64());
            state.running.retain(|(running, _)| *running != id);
            state.done.push(Done { id, outcome, time });
            self.ended.notify_all();
        }
    }

    /// The first step whose needs are done and whose folder is free; waits for one. `None` when none is left.
    fn next(&self) -> Option<Step<'a>> {
        let mut state = self.state();
        loop {
            state.drop_hopeless();
            if state.waiting.is_empty() {
                return None;
            }
            if let Some(at) = state.waiting.iter().position(|step| state.can_begin(step)) {
                let step = state.waiting.remove(at);
                if self.is_live {
                    println!("\n=== {}", step.id);
                } else {
                    println!("--- {}: begins", step.id);
                }
                state.running.push((step.id.clone(), step.folder));
                return Some(step);
            }
            state = self.ended.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn work(&self, id: &str, work: Work<'_>, minutes: u64) -> (Option<Log>, Outcome) {
        let minutes = if self.long { 3 * minutes } else { minutes };
        let made = if self.is_live { Ok(Log::terminal()) } else { Log::kept() };
        let log = match made {
            Ok(log) => log,
            Err(error) => return (None, Outcome::Failed(format!("no file for the output of {id}: {error}"))),
        };
        let outcome = match work {
            Work::Missing(why) if self.ci => Outcome::Failed(format!("skipped, which CI does not allow: {why}")),
            Work::Missing(why) => Outcome::Skipped(why),
            Work::Run(run) => match run(&log, Duration::from_secs(60 * minutes)) {
                Ok(()) => Outcome::Passed,
                Err(why) => Outcome::Failed(why),
            },
        };
        (Some(log), outcome)
    }

    fn state(&self) -> MutexGuard<'_, State<'a>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State<'_> {
    fn can_begin(&self, step: &Step<'_>) -> bool {
        let is_over = |need: &String| self.done.iter().any(|done| done.id == *need);
        let is_free = |folder| self.running.iter().all(|&(_, taken)| taken != Some(folder));
        step.needs.iter().all(is_over) && step.folder.is_none_or(is_free)
    }

    /// Gives up steps that need one that failed, or that is none. One that was skipped was said to be: what needs it says itself what it leaves out.
    fn drop_hopeless(&mut self) {
        while let Some((at, need)) = self.hopeless() {
            let id = self.waiting.remove(at).id;
            println!("=== {id}: not run: {need} failed");
            let outcome = Outcome::Failed(format!("not run: {need} failed"));
            self.done.push(Done { id, outcome, time: Duration::ZERO });
        }
    }

    fn hopeless(&self) -> Option<(usize, String)> {
        let comes = |need: &String| {
            self.waiting.iter().map(|step| &step.id).chain(self.running.iter().map(|(id, _)| id)).any(|id| id == need)
                || self.done.iter().any(|done| done.id == *need && !matches!(done.outcome, Outcome::Failed(_)))
        };
        let failed = |need: &&String| !comes(need);
        let need = |step: &Step<'_>| step.needs.iter().find(failed).cloned();
        self.waiting.iter().enumerate().find_map(|(at, step)| Some((at, need(step)?)))
    }
}

/// The table of all steps; the last line is `N passed, N failed`.
fn report(done: &[Done], time: Duration) -> ExitCode {
    println!("\n=== Summary");
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for Done { id, outcome, time } in done {
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
    println!("{:.1} s in all", time.as_secs_f64());
    if skipped > 0 {
        println!("{skipped} skipped (see above)");
    }
    println!("{passed} passed, {failed} failed");
    if failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
