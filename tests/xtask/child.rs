//! Commands that end: each in a process group of its own, which is killed as a whole when its time is over or we are interrupted.

use core::{
    sync::atomic::{AtomicI32, Ordering},
    time::Duration,
};
use std::{
    process::{Child, Command},
    thread,
    time::Instant,
};

/// For commands that nobody waits for: installing packages, building one image.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30 * 60);

/// The group that runs now; 0: none.
static RUNNING: AtomicI32 = AtomicI32::new(0);

/// Shows and runs one command, to its end or the deadline.
pub(crate) fn run(command: &mut Command, deadline: Duration) -> Result<(), String> {
    let shown = show(command);
    println!("$ {shown}");
    let mut child = spawn(command).map_err(|error| format!("{error}: {shown}"))?;
    let begun = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if begun.elapsed() < deadline => thread::sleep(Duration::from_millis(20)),
            Ok(None) => {
                kill(&mut child);
                return Err(format!("killed after {} s without an end: {shown}", deadline.as_secs()));
            }
            Err(error) => return Err(format!("{error}: {shown}")),
        }
    };
    RUNNING.store(0, Ordering::Relaxed);
    if status.success() { Ok(()) } else { Err(format!("{status}: {shown}")) }
}

/// From now on Ctrl-C and a wish to terminate end what runs, too.
pub(crate) fn end_with_us() {
    // Only one handler can be set, and this is the first.
    let _ = ctrlc::set_handler(|| {
        kill_group(RUNNING.load(Ordering::Relaxed));
        #[expect(clippy::exit, reason = "the user wants the end")]
        std::process::exit(130);
    });
}

#[cfg(unix)]
fn spawn(command: &mut Command) -> std::io::Result<Child> {
    use std::os::unix::process::CommandExt;
    let child = command.process_group(0).spawn()?;
    RUNNING.store(child.id().cast_signed(), Ordering::Relaxed);
    Ok(child)
}

#[cfg(not(unix))]
fn spawn(command: &mut Command) -> std::io::Result<Child> {
    command.spawn()
}

fn kill(child: &mut Child) {
    kill_group(child.id().cast_signed());
    // Where there are no groups, at least the child.
    let _ = child.kill();
    let _ = child.wait();
    RUNNING.store(0, Ordering::Relaxed);
}

#[cfg(unix)]
fn kill_group(group: i32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(group) = Pid::from_raw(group) {
        // It may have ended by itself meanwhile.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

#[cfg(not(unix))]
fn kill_group(_: i32) {}

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
