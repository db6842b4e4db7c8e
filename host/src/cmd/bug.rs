//! The last resort: a panic is a bug of ours, said in one line with the command to report.
#![allow(clippy::print_stderr, reason = "a bug is said on standard error")]

use core::{
    any::Any,
    sync::atomic::{AtomicBool, Ordering},
};
use std::{
    env,
    panic::{self, AssertUnwindSafe},
};

use super::{failure::complain, status::Status};
use crate::terminal::unfinished::remove_unfinished;

/// Whether any thread has panicked: what came out of the others is then not to be trusted.
static HAPPENED: AtomicBool = AtomicBool::new(false);

/// Runs the program. A panic, in whichever thread, makes its end a failure.
pub(super) fn caught(program: impl FnOnce() -> Status) -> Status {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        HAPPENED.store(true, Ordering::Relaxed);
        let what = message(panic.payload());
        let place = panic.location().map_or_else(String::new, |place| format!(" ({place})"));
        let command: Vec<_> = env::args().map(|word| shortened(&word)).collect();
        complain(&format!(
            "this is a bug: {}{place}; please report it with this command: {}",
            shortened(what),
            command.join(" ")
        ));
        if env::var_os("RUST_BACKTRACE").is_some() {
            usual(panic);
        }
    }));
    let status = panic::catch_unwind(AssertUnwindSafe(program));
    if HAPPENED.load(Ordering::Relaxed) {
        remove_unfinished();
        return Status::Failed;
    }
    status.unwrap_or(Status::Failed)
}

/// What it says.
fn message(payload: &dyn Any) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("a panic")
}

/// One line, and not a long one.
fn shortened(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
    if line.len() < text.len() { line + "..." } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_anywhere_is_a_failure() {
        let status = caught(|| {
            // Its owner does not look: the program goes on as if nothing had happened.
            let _ = std::thread::spawn(|| panic!("for the test of the last resort")).join();
            Status::Done
        });
        let _ = panic::take_hook();
        assert_eq!(status, Status::Failed);
    }
}
