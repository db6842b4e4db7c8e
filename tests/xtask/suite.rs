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
    /// The processor time of its commands.
    worked: Duration,
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
    if let Some(only) = request.only.iter().find(|only| !steps.iter().any(|step| step.is_meant_by(only))) {
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
        .filter(|step| only.iter().any(|only| step.is_meant_by(only)))
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
            let (time, worked) = (begun.elapsed(), log.as_ref().map_or(Duration::ZERO, Log::worked));
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
            println!("=== {id}: {:.1} s, {:.1} s of processors", time.as_secs_f64(), worked.as_secs_f64());
            state.running.retain(|(running, _)| *running != id);
            state.done.push(Done { id, outcome, time, worked });
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
            if state.running.is_empty() {
                // All that is left waits for each other.
                state.give_up(0, "it needs itself, by what it needs");
                continue;
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
            self.give_up(at, &format!("{need} failed"));
        }
    }

    fn give_up(&mut self, at: usize, why: &str) {
        let id = self.waiting.remove(at).id;
        println!("=== {id}: not run: {why}");
        self.done.push(Done {
            id,
            outcome: Outcome::Failed(format!("not run: {why}")),
            time: Duration::ZERO,
            worked: Duration::ZERO,
        });
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
    println!("\n=== Summary: time, and time that processors worked");
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for Done { id, outcome, time, worked } in done {
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
        println!("{word:8} {:7.1} s {:7.1} s  {id}", time.as_secs_f64(), worked.as_secs_f64());
        if !why.is_empty() {
            println!("                              {why}");
        }
    }
    let worked: Duration = done.iter().map(|done| done.worked).sum();
    println!("{:.1} s in all, {:.1} s of processors", time.as_secs_f64(), worked.as_secs_f64());
    if skipped > 0 {
        println!("{skipped} skipped (see above)");
    }
    println!("{passed} passed, {failed} failed");
    if failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

#[cfg(test)]
mod tests {
    use core::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Steps that note when they begin and end, in three lanes; those with `meets` in their name end when two of them run.
    fn noted(
        ids: &[(&'static str, &[&'static str], Option<&'static str>)],
        only: &[&str],
        ci: bool,
    ) -> (ExitCode, Vec<String>) {
        let (notes, met) = (Mutex::new(vec![]), AtomicUsize::new(0));
        let note = |text: String| notes.lock().unwrap().push(text);
        let step = |&(id, needs, folder): &(&'static str, &[&'static str], Option<&'static str>)| {
            let (note, met) = (&note, &met);
            let step = Step::new(id, 1, "", move |_, _| {
                note(format!("{id} begins"));
                if id.contains("meets") {
                    met.fetch_add(1, Ordering::SeqCst);
                    let begun = Instant::now();
                    while met.load(Ordering::SeqCst) < 2 {
                        assert!(begun.elapsed() < Duration::from_secs(60), "nothing ran beside {id}");
                        thread::yield_now();
                    }
                }
                note(format!("{id} ends"));
                if id.contains("bad") { Err("it is bad".into()) } else { Ok(()) }
            });
            let step = step.needs(needs.iter().copied()).unless(id.contains("missing").then(|| "not here".into()));
            if let Some(folder) = folder { step.in_folder(folder) } else { step }
        };
        let only = only.iter().map(|&only| only.to_owned()).collect();
        let request = Request { only, lanes: Some(3), ..Request::default() };
        let code = run(ids.iter().map(step).collect(), &request, ci);
        (code, notes.into_inner().unwrap())
    }

    fn at(notes: &[String], note: &str) -> usize {
        notes.iter().position(|known| known == note).unwrap_or_else(|| panic!("no {note:?} in {notes:?}"))
    }

    #[test]
    fn a_step_begins_when_its_needs_have_ended_and_its_folder_is_free() {
        let steps: [(_, &[_], _); 4] = [
            ("last", &["first meets", "second"], None),
            ("first meets", &[], Some("folder")),
            ("second", &[], Some("folder")),
            ("beside meets", &[], None),
        ];
        let (code, notes) = noted(&steps, &[], false);
        assert_eq!((code, notes.len()), (ExitCode::SUCCESS, 8));
        let last = at(&notes, "last begins");
        assert!(
            at(&notes, "first meets ends") < at(&notes, "second begins") && at(&notes, "second ends") < last,
            "{notes:?}"
        );
    }

    #[test]
    fn what_is_asked_for_comes_with_what_it_needs() {
        let steps: [(_, &[_], _); 4] = [
            ("tool", &[], None),
            ("build", &["tool"], None),
            ("tests-a", &["build"], None),
            ("tests-b", &["build"], None),
        ];
        let (code, notes) = noted(&steps, &["tests-b"], false);
        assert_eq!(code, ExitCode::SUCCESS);
        assert_eq!(
            notes,
            ["tool", "build", "tests-b"].map(|id| [format!("{id} begins"), format!("{id} ends")]).concat()
        );
        assert_eq!(noted(&steps, &["test-b"], false), (ExitCode::from(2), vec![]));
    }

    #[test]
    fn some_are_asked_for_by_their_whole_name_alone() {
        let step = || Step::new("link-miri", 1, "", |_, _| Ok(()));
        assert!(step().is_meant_by("link"));
        let [part, whole] = ["link", "link-miri"].map(|only| step().only_by_name().is_meant_by(only));
        assert!(whole && !part);
    }

    #[test]
    fn what_needs_a_failure_is_not_run_and_all_else_is() {
        let steps: [(_, &[_], _); 4] =
            [("bad", &[], None), ("after", &["bad"], None), ("later", &["after"], None), ("other", &[], None)];
        let (code, notes) = noted(&steps, &[], false);
        assert_eq!((code, notes.len()), (ExitCode::FAILURE, 4), "{notes:?}");
        // A need that is no step is never done.
        assert_eq!(noted(&[("lost", &["nothing"], None)], &[], false), (ExitCode::FAILURE, vec![]));
        let circle: [(_, &[_], _); 2] = [("one", &["two"], None), ("two", &["one"], None)];
        assert_eq!(noted(&circle, &[], false), (ExitCode::FAILURE, vec![]));
    }

    #[test]
    fn what_cannot_be_done_here_is_left_out_but_for_ci() {
        let steps: [(_, &[_], _); 2] = [("missing", &[], None), ("without", &["missing"], None)];
        let (code, notes) = noted(&steps, &[], false);
        assert_eq!((code, notes.len()), (ExitCode::SUCCESS, 2));
        let (code, notes) = noted(&steps, &[], true);
        assert_eq!((code, notes.len()), (ExitCode::FAILURE, 0));
    }
}
