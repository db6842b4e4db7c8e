//! The program `lfsr` as a child of a test. Every wait has a deadline: a hang is a failed test, not a stuck test run.
#![allow(dead_code, reason = "not every test file takes each of these")]

use std::{
    fmt::Debug,
    io::Write,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use process_control::{ChildExt, Control};

/// What one command of a test may take, however busy the machine is.
pub(crate) const DEADLINE: Duration = Duration::from_secs(180);

/// `lfsr` with these arguments and nothing on standard input.
pub(crate) fn lfsr(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lfsr"));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs `lfsr` to its end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    finish(&mut lfsr(arguments))
}

/// Runs `lfsr` to its end, with these bytes on standard input.
pub(crate) fn run_with(arguments: &[&str], input: &[u8]) -> Output {
    finish_with(&mut lfsr(arguments), input)
}

/// Runs a command to its end.
pub(crate) fn finish(command: &mut Command) -> Output {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait(child, command)
}

/// Runs a command to its end, its output going there.
pub(crate) fn finish_to(command: &mut Command, output: impl Into<Stdio>) -> Output {
    let child = command.stdout(output).stderr(Stdio::piped()).spawn().unwrap();
    wait(child, command)
}

/// Runs a command to its end, with these bytes on standard input.
pub(crate) fn finish_with(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // The program may stop reading early.
        let _ = stdin.write_all(&input);
    });
    let output = wait(child, command);
    writer.join().unwrap();
    output
}

/// Waits for a child until the deadline, then kills it and fails.
pub(crate) fn wait(child: Child, what: &Command) -> Output {
    wait_within(DEADLINE, child, what)
}

/// Waits for a child that long, then kills it and fails.
pub(crate) fn wait_within(limit: Duration, child: Child, what: &impl Debug) -> Output {
    let ended = child.controlled_with_output().time_limit(limit).terminate_for_timeout().wait().unwrap();
    let Some(output) = ended else { panic!("killed after {limit:?} without an end: {what:?}") };
    Output { status: output.status.into_std_lossy(), stdout: output.stdout, stderr: output.stderr }
}

/// What a command did, and the most memory it held: read a hundred times a second from the system, where there is a way to ask.
pub(crate) struct Measured {
    pub(crate) output: Output,
    /// Bytes resident; 0 where the system does not tell.
    pub(crate) peak: u64,
}

/// Runs `lfsr` to its end with this on standard input, a piece at a time for ever or until it stops reading.
pub(crate) fn measured(arguments: &[&str], input: impl Iterator<Item = Vec<u8>> + Send + 'static) -> Measured {
    let mut command = lfsr(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::spawn(move || {
        for piece in input {
            if stdin.write_all(&piece).is_err() {
                return;
            }
        }
    });
    let status = format!("/proc/{}/status", child.id());
    let watching = std::thread::spawn(move || {
        let mut peak = 0;
        while let Ok(text) = std::fs::read_to_string(&status) {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            // A process that has ended and is not waited for has no memory.
            let Some(kib) = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()) else {
                break;
            };
            peak = peak.max(kib << 10);
            std::thread::sleep(Duration::from_millis(10));
        }
        peak
    });
    let output = wait(child, &command);
    Measured { output, peak: watching.join().unwrap() }
}
