//! [`on_interrupt`]: what Ctrl-C does.

use std::sync::Arc;

use super::status::Status;
use crate::sched::control::Control;

/// The first Ctrl-C asks to stop, the second does not wait.
#[allow(clippy::exit, reason = "the second Ctrl-C is a wish to leave at once")]
pub(crate) fn on_interrupt(control: &Arc<Control>) {
    let control = Arc::clone(control);
    // Fails only if a handler is set already, as in a test that runs two commands.
    let _ = ctrlc::set_handler(move || {
        if control.is_stopped() {
            std::process::exit(Status::Interrupted as i32);
        }
        control.stop();
    });
}
