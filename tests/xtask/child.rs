//! Commands that end: each in a process group of its own, which is killed as a whole when its time is over or we are interrupted. The log is told how
//! long processors worked for it.

use core::time::Duration;
use std::{
    io,
    process::{Child, Command, ExitStatus},
    sync::{Mutex, PoisonError},
    thread,
    time::Instant,
};

use crate::log::Log;

/// For commands that nobody waits for: installing packages, building one image.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30 * 60);

/// The groups that run now.
static RUNNING: Mutex<Vec<i32>> = Mutex::new(Vec::new());

/// Says and runs one command, to its end or the deadline.
pub(crate) fn run(command: &mut Command, deadline: Duration, log: &Log) -> Result<(), String> {
    let shown = show(command);
    log.say(format_args!("$ {shown}"));
    log.attach(command).map_err(|error| format!("{error}: {shown}"))?;
    let mut child = spawn(command).map_err(|error| format!("{error}: {shown}"))?;
    let group = child.id().cast_signed();
    let begun = Instant::now();
    let ended = loop {
        match reap(&mut child, log) {
            Ok(Some(status)) if status.success() => break Ok(()),
            Ok(Some(status)) => break Err(format!("{status}: {shown}")),
            Ok(None) if begun.elapsed() < deadline => thread::sleep(Duration::from_millis(20)),
            Ok(None) => {
                kill_group(group);
                // Where there are no groups, at least the child.
                let _ = child.kill();
                while let Ok(None) = reap(&mut child, log) {
                    thread::sleep(Duration::from_millis(20));
                }
                break Err(format!("killed after {} s without an end: {shown}", deadline.as_secs()));
            }
            Err(error) => break Err(format!("{error}: {shown}")),
        }
    };
    running().retain(|&running| running != group);
    ended
}

/// From now on Ctrl-C and a wish to terminate end what runs, too.
pub(crate) fn end_with_us() {
    // Only one handler can be set, and this is the first.
    let _ = ctrlc::set_handler(|| {
        // Kept locked: nothing new begins.
        for &group in running().iter() {
            kill_group(group);
        }
        #[expect(clippy::exit, reason = "the user wants the end")]
        std::process::exit(130);
    });
}

/// How it ended, if it has.
fn reap(child: &mut Child, log: &Log) -> io::Result<Option<ExitStatus>> {
    // The system only says what all children took that were waited for: one is waited for at a time.
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = used();
    let ended = child.try_wait()?;
    log.took(used().saturating_sub(before));
    Ok(ended)
}

/// The processor time of all children that were waited for, and of theirs.
#[cfg(unix)]
fn used() -> Duration {
    use nix::sys::{
        resource::{UsageWho, getrusage},
        time::TimeVal,
    };
    let duration = |time: TimeVal| {
        Duration::from_secs(time.tv_sec().unsigned_abs()) + Duration::from_micros(time.tv_usec().unsigned_abs())
    };
    getrusage(UsageWho::RUSAGE_CHILDREN)
        .map_or(Duration::ZERO, |usage| duration(usage.user_time()) + duration(usage.system_time()))
}

#[cfg(not(unix))]
fn used() -> Duration {
    Duration::ZERO
}

fn running() -> std::sync::MutexGuard<'static, Vec<i32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn spawn(command: &mut Command) -> io::Result<Child> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let mut running = running();
    let child = command.spawn()?;
    running.push(child.id().cast_signed());
    Ok(child)
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
