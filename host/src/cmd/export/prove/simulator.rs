//! The programs that run a bench.

use core::time::Duration;
use std::{
    io::Read,
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    cmd::{failure::Failure, interrupt},
    report::export::Language,
};

/// What the bench says.
pub(super) fn simulate(folder: &Path, name: &str, language: Language) -> Result<String, Failure> {
    let failed = |error| Failure::failed(format!("no temporary folder: {error}"));
    let work = tempfile::tempdir().map_err(failed)?;
    match language {
        Language::Verilog | Language::SystemVerilog => verilog(folder, name, language.extension(), work.path()),
        Language::Vhdl => vhdl(folder, name, work.path()),
        Language::C => compiled(folder, "cc", "gcc", &C_ARGUMENTS, &format!("{name}_tb.c"), work.path()),
        Language::Rust => compiled(folder, "rustc", "rustc", &RUST_ARGUMENTS, &format!("{name}_tb.rs"), work.path()),
    }
}

/// By Icarus Verilog.
fn verilog(folder: &Path, name: &str, extension: &str, work: &Path) -> Result<String, Failure> {
    let program = work.join("program");
    let mut compile = Command::new("iverilog");
    compile.current_dir(folder).args(["-g2012", "-Wall", "-o"]).arg(&program);
    compile.args([format!("{name}.{extension}"), format!("{name}_tb.{extension}")]);
    let messages = run(&mut compile, "iverilog")?;
    let mut simulator = Command::new("vvp");
    simulator.current_dir(folder).arg("-n").arg(program);
    Ok(messages + &run(&mut simulator, "iverilog")?)
}

/// What a C compiler is to warn of.
const C_ARGUMENTS: [&str; 5] = ["-std=c99", "-O1", "-Wall", "-Wextra", "-Wconversion"];

const RUST_ARGUMENTS: [&str; 2] = ["--edition=2021", "-O"];

/// By a compiler, then alone.
fn compiled(
    folder: &Path,
    compiler: &str,
    package: &str,
    arguments: &[&str],
    bench: &str,
    work: &Path,
) -> Result<String, Failure> {
    let program = work.join("program");
    let mut compile = Command::new(compiler);
    compile.current_dir(folder).args(arguments).arg("-o").arg(&program).arg(bench);
    let messages = run(&mut compile, package)?;
    // Whether anything differs is said, and a status as well.
    Ok(messages + &run_to_end(Command::new(program).current_dir(folder), package)?.0)
}

/// By GHDL.
fn vhdl(folder: &Path, name: &str, work: &Path) -> Result<String, Failure> {
    let bench = format!("{name}_tb");
    let mut said = String::new();
    let steps: [&[&str]; 3] =
        [&["-a", &format!("{name}.vhd"), &format!("{bench}.vhd")], &["-e", &bench], &["-r", &bench]];
    for step in steps {
        let mut ghdl = Command::new("ghdl");
        ghdl.current_dir(folder).arg(step[0]).arg("--std=93").arg(format!("--workdir={}", work.display()));
        ghdl.args(&step[1..]);
        if step[0] == "-r" {
            // Before the reset nothing has a value.
            ghdl.arg("--ieee-asserts=disable-at-0");
        }
        said += &run(&mut ghdl, "ghdl")?;
    }
    Ok(said)
}

/// How often it is looked whether a program has ended, or is to be.
const POLL: Duration = Duration::from_millis(20);

/// What a program writes that is not to fail.
fn run(command: &mut Command, package: &str) -> Result<String, Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    let (said, succeeds) = run_to_end(command, package)?;
    if !succeeds {
        return Err(Failure::failed(format!("{name} failed: {}", said.lines().next().unwrap_or("without a word"))));
    }
    Ok(said)
}

/// What a program writes, and whether it succeeds; it ends with this one.
fn run_to_end(command: &mut Command, package: &str) -> Result<(String, bool), Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    let (mut reader, writer) = std::io::pipe().map_err(|error| Failure::failed(format!("{name}: {error}")))?;
    let errors = writer.try_clone().map_err(|error| Failure::failed(format!("{name}: {error}")))?;
    let spawned = command.stdin(Stdio::null()).stdout(writer).stderr(errors).spawn();
    let mut child = spawned
        .map_err(|error| Failure::failed(format!("cannot run {name}: {error}; install the package {package}")))?;
    // The ends that this process holds would keep the pipe open.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let said = std::thread::spawn(move || {
        let mut said = Vec::new();
        let read = reader.read_to_end(&mut said);
        read.map(|_| String::from_utf8_lossy(&said).into_owned())
    });
    let control = interrupt::control();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if control.is_stopped() => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(Failure::failed("interrupted"));
            }
            Ok(None) => std::thread::sleep(POLL),
            Err(error) => return Err(Failure::failed(format!("{name}: {error}"))),
        }
    };
    let said = said.join().ok().and_then(Result::ok).unwrap_or_default();
    Ok((said, status.success()))
}
