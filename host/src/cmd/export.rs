//! `lfsr export`.

mod prove;

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};

use super::{
    failure::{Failure, complain},
    options::{Global, JoiningOptions, RegisterOptions, StateOptions, parse_count},
    status::Status,
};
use crate::{
    bits::{
        scramble::{Mode, Way},
        signal::Signal,
    },
    report::export::{
        Design, Kind, MOST_WIDTH, bench,
        network::Network,
        sharing::Shared,
        verilog::{Dialect, module},
    },
    terminal::output::Output,
};

/// Writes a register as hardware, W bits at each clock, with a test bench that proves it.
///
/// Without -o the module goes to standard output. With -o DIR there are also a test bench and the outputs that it compares with, which are found by
/// stepping the register, not by the network of the module. What is written is yours: CC0.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  lfsr export verilog PRBS31 --what generator --width 64\n  lfsr export systemverilog 802.11 --what scrambler --width 8 --reset async\n  lfsr export verilog G3RUH --what descrambler"
)]
pub(super) struct Export {
    /// The language.
    #[arg(value_name = "LANGUAGE", required_unless_present = "prove")]
    language: Option<Language>,
    /// The register, in any notation, or a name, which brings its form, seed, polarity and mode.
    #[arg(value_name = "REGISTER", required_unless_present = "prove")]
    register: Option<String>,
    /// What it is to do.
    #[arg(long, value_name = "KIND", required_unless_present = "prove")]
    what: Option<KindName>,
    /// Bits at each clock, 1 to 1024; bit 0 is the first in time.
    #[arg(long, value_name = "W", default_value = "1", value_parser = clap::value_parser!(u16).range(1..=MOST_WIDTH as i64))]
    width: u16,
    #[command(flatten)]
    joining: JoiningOptions,
    #[command(flatten)]
    options: RegisterOptions,
    #[command(flatten)]
    states: StateOptions,
    /// Complement the output (a name that is sent complemented is then sent plain).
    #[arg(long)]
    invert: bool,
    /// Whether the reset waits for the clock.
    #[arg(long, value_name = "RESET", default_value = "sync")]
    reset: Reset,
    /// The name of the module [default: made from register, kind and width].
    #[arg(long, value_name = "MODULE", value_parser = identifier)]
    name: Option<String>,
    /// Write module, test bench and expected outputs into this folder, which is made if it is not there.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Bits of the test bench's run from the reset on, up to 100 million.
    #[arg(long, value_name = "N", default_value = "1M", value_parser = parse_run)]
    bits: u64,
    /// Simulate everything that was written into DIR, with Icarus Verilog; exit status 1 if anything differs.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["language", "register", "what", "output", "name", "width"])]
    prove: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    /// Verilog-2001.
    Verilog,
    /// SystemVerilog.
    Systemverilog,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KindName {
    /// The sequence of the register.
    Generator,
    /// Scrambles data.
    Scrambler,
    /// Takes a scrambler off.
    Descrambler,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Reset {
    /// At the clock.
    Sync,
    /// At once.
    Async,
}

impl Export {
    /// Writes the files, or proves those that are there.
    ///
    /// # Errors
    /// If the register cannot be read or exported, or the files not be written.
    pub(super) fn run(self, global: &Global) -> Result<Status, Failure> {
        if let Some(folder) = &self.prove {
            return prove::folder(folder);
        }
        let design = self.design(global)?;
        let dialect = match self.language {
            Some(Language::Systemverilog) => Dialect::SystemVerilog,
            _ => Dialect::Verilog,
        };
        let network = Network::new(&design);
        let shared = Shared::new(&network);
        let text = module(&design, &network, &shared, dialect);
        let Some(folder) = &self.output else {
            return write(None, &text).map(|()| Status::Done);
        };
        std::fs::create_dir_all(folder)
            .map_err(|error| Failure::failed(format!("cannot make the folder {}: {error}", folder.display())))?;
        let (name, extension) = (&design.name, dialect.extension());
        let bench = bench::bench(&design, dialect, usize::try_from(self.bits).unwrap_or(usize::MAX));
        let file = |ending: &str| folder.join(format!("{name}{ending}"));
        write(Some(&file("_basis.hex")), &bench.basis)?;
        write(Some(&file("_run.hex")), &bench.run)?;
        write(Some(&file(&format!("_tb.{extension}"))), &bench.text)?;
        write(Some(&file(&format!(".{extension}"))), &text)?;
        if !global.quiet {
            complain(&format!(
                "{}: {name}.{extension} and its bench; simulate with: lfsr export --prove {}",
                folder.display(),
                folder.display()
            ));
        }
        Ok(Status::Done)
    }

    fn design(&self, global: &Global) -> Result<Design, Failure> {
        let register = self.register.as_deref().unwrap_or_default();
        let mut signal = self.options.signal_shifting(register, &self.states)?;
        let mode = || self.joining.mode(register, &signal);
        let (what, kind) = match self.what {
            Some(KindName::Scrambler) => ("scrambler", Kind::Scrambler(mode()?, Way::Scramble)),
            Some(KindName::Descrambler) => ("descrambler", Kind::Scrambler(mode()?, Way::Descramble)),
            _ => ("generator", Kind::Generator),
        };
        let mode = if let Kind::Scrambler(mode, _) = kind { mode } else { Mode::Additive };
        self.joining.seed(&mut signal, mode, global)?;
        signal.inverted ^= self.invert;
        let width = usize::from(self.width);
        let name = self.name.clone().unwrap_or_else(|| module_name(&signal, register, what, width));
        let command = std::env::args().skip(1).map(|word| shell_word(&word)).collect::<Vec<_>>().join(" ");
        let asynchronous = self.reset == Reset::Async;
        let design = Design { signal, kind, width, name, asynchronous, command: format!("lfsr {command}") };
        design.check().map_err(|error| Failure::bad_input(format!("{register}: {error}")))?;
        Ok(design)
    }
}

fn write(path: Option<&Path>, text: &str) -> Result<(), Failure> {
    let mut out = Output::new(path)?;
    out.write_all(text.as_bytes()).map_err(|error| out.error(error))?;
    Ok(out.finish()?)
}

/// The register's name, or its degree, then what it is.
fn module_name(signal: &Signal, register: &str, what: &str, width: usize) -> String {
    let base = match signal.entry {
        Some(entry) => entry.name.to_owned(),
        None if register.len() <= 40 => register.to_owned(),
        None => format!("lfsr{}", signal.register.degree()),
    };
    let base: String = base.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let base = base.split('_').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_");
    let letter = if base.starts_with(|c: char| c.is_ascii_alphabetic()) { "" } else { "lfsr_" };
    format!("{letter}{base}_{what}_w{width}")
}

/// A word of a command line as a shell takes it.
fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:+^,=@".contains(c);
    let clean: String = word.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if !clean.is_empty() && clean.chars().all(plain) { clean } else { format!("'{}'", clean.replace('\'', "'\\''")) }
}

/// The most bits of a run: a file of a few hundred megabytes.
const MOST_RUN: u64 = 100_000_000;

fn parse_run(text: &str) -> Result<u64, String> {
    let bits = parse_count(text)?;
    if (1..=MOST_RUN).contains(&bits) { Ok(bits) } else { Err("not a number from 1 to 100M".into()) }
}

/// A name that Verilog and its tools take.
fn identifier(text: &str) -> Result<String, String> {
    let fits = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && text.len() <= 200;
    if !fits {
        return Err("not a name: a letter or _, then letters, digits and _".into());
    }
    if text.ends_with("_tb") {
        return Err("the names of test benches end in _tb".into());
    }
    if KEYWORDS.contains(&text) {
        return Err("a keyword of Verilog".into());
    }
    Ok(text.to_owned())
}

/// Keywords of IEEE 1364-2001 and IEEE 1800-2012 that look like names of modules.
const KEYWORDS: [&str; 84] = [
    "always",
    "and",
    "assign",
    "automatic",
    "begin",
    "bind",
    "bit",
    "break",
    "buf",
    "byte",
    "case",
    "cell",
    "chandle",
    "checker",
    "class",
    "clocking",
    "config",
    "const",
    "constraint",
    "context",
    "continue",
    "cover",
    "cross",
    "deassign",
    "default",
    "defparam",
    "design",
    "disable",
    "do",
    "edge",
    "else",
    "end",
    "enum",
    "event",
    "export",
    "final",
    "for",
    "force",
    "foreach",
    "forever",
    "fork",
    "function",
    "generate",
    "global",
    "if",
    "import",
    "initial",
    "inout",
    "input",
    "inside",
    "int",
    "integer",
    "interface",
    "join",
    "library",
    "local",
    "logic",
    "module",
    "nand",
    "new",
    "nor",
    "not",
    "null",
    "or",
    "output",
    "package",
    "parameter",
    "primitive",
    "program",
    "property",
    "pure",
    "rand",
    "real",
    "reg",
    "return",
    "sequence",
    "table",
    "task",
    "time",
    "tri",
    "type",
    "wait",
    "wire",
    "xor",
];
