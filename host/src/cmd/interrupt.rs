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
    // Without a handler the system's own ending will have to do.
    let _ = ctrlc::set_handler(move || {
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
