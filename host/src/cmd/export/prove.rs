//! `lfsr export --prove`: simulates every test bench of a folder.

use core::time::Duration;
use std::{
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::cmd::{
    failure::{Failure, complain},
    interrupt,
    print::print,
    status::Status,
};

/// Simulates each NAME_tb of `folder` and prints what it says.
pub(super) fn folder(folder: &Path) -> Result<Status, Failure> {
    let entries = std::fs::read_dir(folder)
        .map_err(|error| Failure::bad_input(format!("--prove {}: {error}", folder.display())))?;
    let mut benches: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| is_bench(path)).collect();
    benches.sort();
    if benches.is_empty() {
        return Err(Failure::bad_input(format!(
            "--prove {}: no test bench in it; write one with: lfsr export verilog REGISTER --what generator -o {}",
            folder.display(),
            folder.display()
        )));
    }
    let mut status = Status::Done;
    for bench in benches {
        let name = bench.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.strip_suffix("_tb"));
        let (Some(name), Some(extension)) = (name, bench.extension().and_then(|extension| extension.to_str())) else {
            continue;
        };
        let module = folder.join(format!("{name}.{extension}"));
        let text = std::fs::read_to_string(&module)
            .map_err(|error| Failure::bad_input(format!("{}: {error}", module.display())))?;
        let said = simulate(folder, name, extension)?;
        let affine = not_affine(&text);
        let proven = is_proven(&said) && affine.is_none();
        for line in said.lines().filter(|line| !line.trim().is_empty()) {
            print(format!("{name}: {line}\n").as_bytes())?;
        }
        match affine {
            None => print(format!("{name}: only XOR gates and inverters between flip-flops\n").as_bytes())?,
            Some(line) => print(format!("{name}: more than XOR gates and inverters: {line}\n").as_bytes())?,
        };
        if !proven {
            complain(&format!("{name}: not proven"));
            status = Status::No;
        }
        if interrupt::control().is_stopped() {
            return Ok(Status::Interrupted);
        }
    }
    Ok(status)
}

fn is_bench(path: &Path) -> bool {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    let extension = path.extension().and_then(|extension| extension.to_str());
    stem.is_some_and(|stem| stem.ends_with("_tb")) && matches!(extension, Some("v" | "sv"))
}

/// The first line that is more than a declaration, a sum of names and constants, or the register itself, if there is one: then cases of one bit each
/// would decide nothing.
fn not_affine(text: &str) -> Option<&str> {
    let code = text.lines().map(|line| line.split("//").next().unwrap_or_default().trim());
    code.filter(|line| !line.is_empty()).find(|line| !is_affine(line))
}

fn is_affine(line: &str) -> bool {
    let made_of = |text: &str, more: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    if let Some(value) = line.strip_prefix("state <= ") {
        return value.strip_suffix(';').is_some_and(|value| made_of(value, "_'"));
    }
    let first = line.split(' ').next().unwrap_or_default();
    match (first, line.split_once('=')) {
        ("assign" | "wire", Some((target, sum))) => {
            made_of(target, "_[] ") && sum.strip_suffix(';').is_some_and(|sum| made_of(sum, "_[]'^~() "))
        }
        ("input" | "output" | "wire" | "reg" | "logic", None) => made_of(line, "_[]:,; "),
        ("module" | "endmodule" | "`default_nettype" | ");", None) => made_of(line, "_`(); "),
        ("always" | "always_ff", None) => line.contains(" @(posedge clk") && made_of(line, "_@() "),
        _ => ["if (rst)", "else if (load)", "else if (enable)"].contains(&line),
    }
}

/// All cases and all bits agree.
fn is_proven(said: &str) -> bool {
    let cases = said.lines().any(|line| {
        let mut words = line.split(' ');
        let (agree, all) = (words.next(), words.nth(1));
        line.contains(" cases agree") && agree == all && agree.is_some()
    });
    cases && said.lines().any(|line| line.starts_with("0 errors in "))
}

/// What the bench says.
fn simulate(folder: &Path, name: &str, extension: &str) -> Result<String, Failure> {
    let program =
        tempfile::NamedTempFile::new().map_err(|error| Failure::failed(format!("no temporary file: {error}")))?;
    let mut compile = Command::new("iverilog");
    compile.current_dir(folder).args(["-g2012", "-Wall", "-o"]).arg(program.path());
    compile.args([format!("{name}.{extension}"), format!("{name}_tb.{extension}")]);
    let messages = run(&mut compile)?;
    let mut simulator = Command::new("vvp");
    simulator.current_dir(folder).arg("-n").arg(program.path());
    Ok(messages + &run(&mut simulator)?)
}

/// How often it is looked whether a program has ended, or is to be.
const POLL: Duration = Duration::from_millis(20);

/// What a program writes; it ends with this one.
fn run(command: &mut Command) -> Result<String, Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    let (mut reader, writer) = std::io::pipe().map_err(|error| Failure::failed(format!("{name}: {error}")))?;
    let errors = writer.try_clone().map_err(|error| Failure::failed(format!("{name}: {error}")))?;
    let spawned = command.stdin(Stdio::null()).stdout(writer).stderr(errors).spawn();
    let mut child = spawned.map_err(|error| {
        Failure::failed(format!("cannot run {name} of Icarus Verilog: {error}; install the package iverilog"))
    })?;
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
    if !status.success() {
        return Err(Failure::failed(format!("{name} failed: {}", said.lines().next().unwrap_or("without a word"))));
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_bench_says_is_read() {
        let good = "16 of 16 cases agree, which decides all states and data\n0 errors in 1000 bits\n";
        assert!(is_proven(good));
        for bad in [
            "15 of 16 cases agree, which decides all states and data\n0 errors in 1000 bits\n",
            "16 of 16 cases agree, which decides all states and data\n1 errors in 1000 bits\n",
            "16 of 16 cases agree, which decides all states and data\n",
            "0 errors in 1000 bits\n",
            "",
        ] {
            assert!(!is_proven(bad), "{bad}");
        }
    }

    #[test]
    fn gates_that_are_no_sums_are_seen() {
        let module = |sum: &str| format!("// a & b\nwire x0 = a ^ b;\nassign y = {sum};\nif (rst)\n  state <= seed;\n");
        assert_eq!(not_affine(&module("~(x0 ^ c[3]) ^ 1'b1")), None);
        for sum in ["x0 & c", "x0 | c", "c ? a : b", "a + b", "{a, b}", "a == b"] {
            assert!(not_affine(&module(sum)).is_some(), "{sum}");
        }
        for line in [
            "initial x = 1;",
            "and (y, a, b);",
            "state <= next & seed;",
            "state <= next",
            "assign y = a",
            "^ b & c;",
            "always @(*)",
            "if (a)",
            "function f(input a);",
        ] {
            assert!(not_affine(line).is_some(), "{line}");
        }
    }
}
