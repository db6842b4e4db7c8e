//! What Ctrl-C and the signals to end do: every command ends within a second, and leaves no half-written file behind.

use core::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use std::{
    sync::{Arc, OnceLock},
    thread,
};

use super::{failure::complain, status::Status};
use crate::{sched::control::Control, terminal::unfinished::remove_unfinished};

/// How long a command that was asked to stop may take to write what it has.
const GRACE: Duration = Duration::from_millis(600);

static CONTROL: OnceLock<Arc<Control>> = OnceLock::new();

/// Whether the command looks at the wish to stop.
static IS_WATCHED: AtomicBool = AtomicBool::new(false);

/// From now on signals are taken care of; once, before the command.
pub(super) fn install() {
    let control = CONTROL.get_or_init(Arc::default);
    listen(move || {
        if control.is_stopped() || !IS_WATCHED.load(Ordering::Relaxed) {
            leave();
        }
        control.stop();
        let watchdog = thread::Builder::new().name("watchdog".into()).spawn(|| {
            thread::sleep(GRACE);
            complain("interrupted before everything was written");
            leave();
        });
        if watchdog.is_err() {
            leave();
        }
    });
}

/// Calls `on_signal` at each signal to end. Where that cannot be, the system's own ending has to do.
#[cfg(unix)]
fn listen(on_signal: impl Fn() + Send + 'static) {
    use signal_hook::{
        consts::{SIGHUP, SIGINT, SIGTERM},
        iterator::Signals,
    };
    // The handlers are set by the thread, so that there are none if there is no thread.
    let _ = thread::Builder::new().name("signals".into()).spawn(move || {
        let ignored = ignored_signals();
        let wanted = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0);
        let Ok(mut signals) = Signals::new(wanted) else { return };
        signals.forever().for_each(|_| on_signal());
    });
}

/// Signal s is bit s - 1. What was ignored from the beginning stays so: `nohup` ignores SIGHUP, a shell SIGINT of what it runs behind.
#[cfg(unix)]
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

#[cfg(windows)]
fn listen(on_signal: impl Fn() + Send + 'static) {
    let _ = ctrlc::set_handler(on_signal);
}

/// In a browser there are no signals: its page ends the whole worker.
#[cfg(not(any(unix, windows)))]
fn listen(_: impl Fn() + Send + 'static) {}

/// The wish to stop, for a command that looks at it often; others are ended at once.
pub(super) fn control() -> Arc<Control> {
    IS_WATCHED.store(true, Ordering::Relaxed);
    Arc::clone(CONTROL.get_or_init(Arc::default))
}

#[allow(clippy::exit, reason = "the wish to leave at once, or the end of its patience")]
fn leave() -> ! {
    remove_unfinished();
    std::process::exit(Status::Interrupted as i32);
}
