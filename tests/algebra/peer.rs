//! [`Peer`]: a program around somebody else's library, built here, that answers the same questions.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use super::{Case, Operation, hex, sorted};

/// A running program.
pub(super) struct Peer {
    /// At the head of its column.
    pub(super) title: &'static str,
    /// What it says it is, and what its carry-less multiply is.
    described: String,
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Peer {
    /// NTL as it is installed, and those that variables name.
    pub(super) fn all() -> Result<Vec<Self>, String> {
        let debian = Self::start("NTL", include_str!("ntl.cpp"), &[], &["-O2"], &["-lntl", "-lgmp", "-lpthread"]);
        let mut all = vec![debian.map_err(|error| format!("{error} (Debian packages g++ and libntl-dev)"))?];
        let native = ["-O3", "-march=native"];
        if let Some(prefix) = env::var_os("LFSR_NTL") {
            let prefix = PathBuf::from(prefix);
            let mut libraries = vec![shown(&prefix.join("lib").join("libntl.a"))];
            // A static NTL brings no gf2x with it.
            let gf2x =
                env::var_os("LFSR_GF2X").map(|prefix| shown(&PathBuf::from(prefix).join("lib").join("libgf2x.a")));
            libraries.push(gf2x.unwrap_or_else(|| "-lgf2x".into()));
            libraries.extend(["-lgmp", "-lpthread"].map(str::to_owned));
            let include = format!("-I{}", shown(&prefix.join("include")));
            let libraries: Vec<&str> = libraries.iter().map(String::as_str).collect();
            let flags = [&native[..], &[&include]].concat();
            all.push(Self::start("NTL, native", include_str!("ntl.cpp"), &[], &flags, &libraries)?);
        }
        if let Some(prefix) = env::var_os("LFSR_GF2X") {
            let prefix = PathBuf::from(prefix);
            let include = format!("-I{}", shown(&prefix.join("include")));
            let library = shown(&prefix.join("lib").join("libgf2x.a"));
            let flags = [&native[..], &[&include]].concat();
            all.push(Self::start("gf2x, native", include_str!("gf2x.cpp"), &[], &flags, &[&library])?);
        }
        if let Some(folder) = env::var_os("LFSR_BITPOLYMUL2") {
            let folder = PathBuf::from(folder);
            let include = format!("-I{}", shown(&folder));
            let flags = [&native[..], &["-funroll-loops", &include]].concat();
            all.push(Self::start("bitpolymul2", include_str!("bitpolymul2.cpp"), &sources(&folder)?, &flags, &[])?);
        }
        Ok(all)
    }

    /// Builds it and starts it: our text, the library's C sources, flags for both, libraries.
    fn start(
        title: &'static str,
        text: &str,
        sources: &[PathBuf],
        flags: &[&str],
        libraries: &[&str],
    ) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
        let folder = folder.path();
        let (source, program) = (folder.join("peer.cpp"), folder.join("peer"));
        fs::write(folder.join("peer.h"), include_str!("peer.h")).map_err(|error| error.to_string())?;
        fs::write(&source, text).map_err(|error| error.to_string())?;
        let mut objects = vec![];
        for (i, source) in sources.iter().enumerate() {
            let object = folder.join(format!("{i}.o"));
            build(Command::new("gcc").args(["-c", "-w", "-std=gnu99"]).args(flags).arg("-o").args([&object, source]))
                .map_err(|error| format!("{title}: {error}"))?;
            objects.push(object);
        }
        build(
            Command::new("g++")
                .args(["-w"])
                .args(flags)
                .arg("-o")
                .args([&program, &source])
                .args(&objects)
                .args(libraries),
        )
        .map_err(|error| format!("{title}: {error}"))?;
        let multiply = multiply(&program);
        // A running program keeps its file.
        let child = Command::new(&program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.map_err(|error| format!("{title} does not start: {error}"))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(format!("{title}: no pipe"));
        };
        let mut peer =
            Self { title, described: String::new(), child, input: Some(input), output: BufReader::new(output) };
        let name = peer.line()?;
        peer.described = format!("{title}: {name}, built with {}; carry-less multiply: {multiply}", flags.join(" "));
        Ok(peer)
    }

    /// What it is, in a line.
    pub(super) fn described(&self) -> &str {
        &self.described
    }

    /// Seconds of one operation and its answer; `None` if it has no such operation.
    pub(super) fn ask(&mut self, case: &Case) -> Result<Option<(f64, String)>, String> {
        let has_two = matches!(case.operation, Operation::Mul | Operation::Rem | Operation::Gcd);
        let b = if has_two { hex(&case.b) } else { String::new() };
        let question = format!("{} {} {} {b}\n", case.operation.name(), case.repetitions, hex(&case.a));
        let input = self.input.as_mut().ok_or("it has ended")?;
        input.write_all(question.as_bytes()).map_err(|error| error.to_string())?;
        let reply = self.line()?;
        if reply == "-" {
            return Ok(None);
        }
        let (time, answer) = reply.split_once(' ').unwrap_or((&reply, ""));
        let time = time.parse().map_err(|_| format!("no time in `{reply}`"))?;
        Ok(Some((
            time,
            match case.operation {
                Operation::Factor => sorted(answer.split(',').map(str::to_owned).collect()),
                _ => answer.to_owned(),
            },
        )))
    }

    fn line(&mut self) -> Result<String, String> {
        let mut line = String::new();
        self.output.read_line(&mut line).map_err(|error| error.to_string())?;
        if line.is_empty() { Err("it has ended".into()) } else { Ok(line.trim().to_owned()) }
    }
}

impl Drop for Peer {
    /// Its questions end, and so does it.
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.wait();
    }
}

fn build(command: &mut Command) -> Result<(), String> {
    let built = command.output().map_err(|error| format!("no C++ compiler: {error}"))?;
    if built.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&built.stderr).lines().take(3).collect::<Vec<_>>().join("; "))
    }
}

/// The library's sources, without the programs that made some of them.
fn sources(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut all: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    all.retain(|path| path.extension().is_some_and(|end| end == "c") && !shown(path).contains("gen_code"));
    all.sort();
    Ok(all)
}

/// The instructions that multiply without carries in the program or the libraries that it loads, as objdump sees them.
fn multiply(program: &Path) -> String {
    let said =
        |command: &mut Command| command.output().map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let libraries = said(Command::new("ldd").arg(program)).unwrap_or_default();
    let wanted = |path: &&str| path.contains("gf2x") || path.contains("ntl");
    let loaded = libraries.split_whitespace().filter(|word| word.starts_with('/')).filter(wanted).map(str::to_owned);
    let mut found = vec![];
    for file in core::iter::once(shown(program)).chain(loaded) {
        let Ok(text) = said(Command::new("objdump").args(["-d", "--no-show-raw-insn", &file])) else {
            return "not known (no objdump)".into();
        };
        for instruction in ["vpclmul", "pclmul", "pmull"] {
            // The longer names contain the shorter ones.
            if text.contains(&format!("\t{instruction}")) && !found.contains(&instruction) {
                found.push(instruction);
            }
        }
    }
    if found.is_empty() { "none, it shifts and adds".into() } else { found.join(", ") }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
