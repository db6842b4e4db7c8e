//! `lfsr export`.

mod keywords;
mod prove;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use lfsr_core::poly::Poly;

use super::{
    crc::crc_named,
    failure::{Failure, complain},
    options::{Global, JoiningOptions, RegisterOptions, StateOptions, parse_count},
    print::{print, write},
    status::Status,
};
use crate::{
    bits::{
        scramble::{Mode, Way},
        signal::Signal,
    },
    report::export::{Checker, Counter, CrcUnit, Design, DesignError, Kind, Language, MOST_WIDTH, checked},
    terminal::shell::quoted,
};

/// Writes a register as hardware or as functions, W bits at each clock or call, with a bench that proves it.
///
/// Without -o the module goes to standard output. With -o DIR there are also a bench and what it compares with, which is found by stepping the
/// register, not by the network of the module. What is written is yours: CC0.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  lfsr export verilog PRBS31 --what generator --width 64\n  lfsr export verilog PRBS31 --what generator,checker --width 64 -o link\n  lfsr export systemverilog 802.11 --what scrambler --width 8 --reset async\n  lfsr export vhdl crc-32 --what crc --width 64 --keep\n  lfsr export c crc-16/modbus --what crc\n  lfsr export verilog PRBS7 --what counter --count 100"
)]
pub(super) struct Export {
    /// The language.
    #[arg(value_name = "LANGUAGE", required_unless_present = "prove")]
    language: Option<LanguageName>,
    /// The register, in any notation, or a name, which brings its form, seed, polarity and mode; for a CRC its name or parameters, as `lfsr crc` takes them.
    #[arg(value_name = "REGISTER", required_unless_present = "prove")]
    register: Option<String>,
    /// What it is to do; several, with -o, are a module each.
    #[arg(long, value_name = "KIND,...", value_delimiter = ',', required_unless_present = "prove")]
    what: Vec<KindName>,
    /// Bits at each clock, 1 to 1024; bit 0 is the first in time [default: 1; CRC: 8]. CRC in C and Rust: bits that a table takes, 1 for no table.
    #[arg(long, value_name = "W", value_parser = clap::value_parser!(u16).range(1..=MOST_WIDTH as i64))]
    width: Option<u16>,
    #[command(flatten)]
    joining: JoiningOptions,
    #[command(flatten)]
    options: RegisterOptions,
    #[command(flatten)]
    states: StateOptions,
    /// Complement the output (a name that is sent complemented is then sent plain).
    #[arg(long)]
    invert: bool,
    #[command(flatten)]
    kinds: KindOptions,
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
    /// Run the bench of everything that was written into DIR, by Icarus Verilog, GHDL, cc or rustc; exit status 1 if anything differs.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["language", "register", "what", "output", "name", "width"])]
    prove: Option<PathBuf>,
}

/// What only some kinds have.
#[derive(Debug, Args)]
struct KindOptions {
    /// Checker: bits that must obey the recurrence, after those that fill the register, before it locks [default: the degree, but at least 32].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=4096))]
    lock_bits: Option<u16>,
    /// Checker in hardware: bits of each counter, 16 to 64 [default: 48; in C and Rust 64].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(16..=64))]
    counter_bits: Option<u8>,
    /// Checker: look for slips of up to N bits, too many or lost, and count them (a register besides that goes on as it was; at most 1024).
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    max_slip: Option<u16>,
    /// Counter: how many states [default: the period].
    #[arg(long, value_name = "N", value_parser = parse_count)]
    count: Option<u64>,
    /// CRC: the last word of a message may have fewer bytes; a port keep says which count.
    #[arg(long)]
    keep: bool,
    /// CRC: which byte of a word is the first [default: low].
    #[arg(long, value_name = "END")]
    first_byte: Option<End>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LanguageName {
    /// Verilog-2001.
    Verilog,
    /// SystemVerilog.
    Systemverilog,
    /// VHDL-93.
    Vhdl,
    /// C99, a header.
    C,
    /// Rust, with core alone.
    Rust,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KindName {
    /// The sequence of the register.
    Generator,
    /// Compares received bits with the sequence, and counts.
    Checker,
    /// Scrambles data.
    Scrambler,
    /// Takes a scrambler off.
    Descrambler,
    /// The checksum of messages.
    Crc,
    /// Counts clocks, with the states of the register.
    Counter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum End {
    /// Bits 7 to 0.
    Low,
    /// The highest bits.
    High,
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
        let designs = self.designs(global)?;
        let language = self.language();
        let Some(folder) = &self.output else {
            return designs.iter().try_fold(Status::Done, |_, design| print(language.module(design).as_bytes()));
        };
        std::fs::create_dir_all(folder)
            .map_err(|error| Failure::failed(format!("cannot make the folder {}: {error}", folder.display())))?;
        for design in &designs {
            for file in language.files(design, usize::try_from(self.bits).unwrap_or(usize::MAX)) {
                write(Some(&folder.join(file.name)), file.text.as_bytes())?;
            }
        }
        if !global.quiet {
            let names: Vec<_> =
                designs.iter().map(|design| format!("{}.{}", design.name, language.extension())).collect();
            let benches = if let [_] = designs[..] { "its bench; run it" } else { "their benches; run them" };
            complain(&format!(
                "{folder}: {} and {benches} with: lfsr export --prove {folder}",
                names.join(", "),
                folder = folder.display()
            ));
        }
        Ok(Status::Done)
    }

    fn language(&self) -> Language {
        self.language.map_or(Language::Verilog, LanguageName::language)
    }

    /// A design for each kind, once.
    fn designs(&self, global: &Global) -> Result<Vec<Design>, Failure> {
        let mut kinds: Vec<KindName> = vec![];
        for what in &self.what {
            if !kinds.contains(what) {
                kinds.push(*what);
            }
        }
        self.fits(&kinds).map_err(Failure::bad_input)?;
        kinds.into_iter().map(|what| self.design(what, global)).collect()
    }

    fn design(&self, what: KindName, global: &Global) -> Result<Design, Failure> {
        let register = self.register.as_deref().unwrap_or_default();
        let refused = |error: DesignError| Failure::bad_input(format!("{register}: {error}"));
        let (signal, kind) =
            if what == KindName::Crc { self.crc(register)? } else { self.sequence(register, what, global)? };
        let width = usize::from(self.width.unwrap_or(if what == KindName::Crc { 8 } else { 1 }));
        let name = self.name.clone().unwrap_or_else(|| module_name(&signal, register, what, width));
        let command = std::env::args().skip(1).map(|word| shell_word(&word)).collect::<Vec<_>>().join(" ");
        let asynchronous = self.reset == Reset::Async;
        let design = Design { signal, kind, width, name, asynchronous, command: format!("lfsr {command}") };
        design.check().map_err(refused)?;
        self.language().check(&design).map_err(refused)?;
        Ok(design)
    }

    /// Options that say nothing of any of the kinds are refused, and kinds that cannot be together.
    fn fits(&self, kinds: &[KindName]) -> Result<(), String> {
        let KindOptions { lock_bits, counter_bits, max_slip, count, keep, first_byte } = &self.kinds;
        let is_any = |fits: fn(KindName) -> bool| kinds.iter().any(|what| fits(*what));
        let (is_crc, is_checker) = (is_any(|what| what == KindName::Crc), is_any(|what| what == KindName::Checker));
        let is_scrambler = is_any(|what| matches!(what, KindName::Scrambler | KindName::Descrambler));
        let has_seed = is_any(|what| !matches!(what, KindName::Crc | KindName::Checker));
        let has_output = is_any(|what| !matches!(what, KindName::Crc | KindName::Counter));
        let own = [
            ("--lock-bits", lock_bits.is_some(), is_checker),
            ("--max-slip", max_slip.is_some(), is_checker),
            ("--counter-bits", counter_bits.is_some(), is_checker && self.language().is_hardware()),
            ("--count", count.is_some(), is_any(|what| what == KindName::Counter)),
            ("--keep", *keep, is_crc),
            ("--first-byte", first_byte.is_some(), is_crc),
            ("--form, --xnor and --shift", !self.options.is_default() || self.states.shift().is_some(), !is_crc),
            ("--seed", self.joining.has_seed(), has_seed),
            ("--mode", self.joining.has_mode(), is_scrambler),
            ("--invert", self.invert, has_output),
        ];
        let names: Vec<&str> = kinds.iter().map(|what| what.name()).collect();
        if let Some((option, ..)) = own.into_iter().find(|(_, is_given, fits)| *is_given && !fits) {
            return Err(format!("{option}: says nothing of a {}", names.join(" or a ")));
        }
        if self.reset == Reset::Async && !self.language().is_hardware() {
            return Err("--reset async: only hardware has a clock".into());
        }
        let given = names.join(",");
        match (kinds.len(), &self.output, &self.name) {
            (0 | 1, ..) => Ok(()),
            _ if is_crc => {
                Err(format!("--what {given}: export the crc by itself, since its register is named otherwise"))
            }
            (_, None, _) => Err(format!("--what {given}: several modules go into a folder: -o DIR")),
            (_, _, Some(name)) => Err(format!("--name {name}: several modules have names of their own; export one")),
            _ => Ok(()),
        }
    }

    /// A CRC is a Galois register that the message is added to.
    fn crc(&self, text: &str) -> Result<(Signal, Kind), Failure> {
        let named = crc_named(text)?;
        if named.checksum.word != 1 || named.checksum.is_swapped {
            return Err(Failure::bad_input(format!(
                "{text}: a unit of a chip; export its algorithm alone: {}",
                named.checksum.algorithm
            )));
        }
        let algorithm = named.checksum.algorithm;
        let (poly, width) = (Poly::from_u128(algorithm.poly()), algorithm.width() as usize);
        let notation = format!("char:{}", &poly + &Poly::monomial(width));
        let mut signal = self.options.signal(&notation)?;
        let (keep, high_first) = (self.kinds.keep, self.kinds.first_byte == Some(End::High));
        let unit = CrcUnit { algorithm, title: named.title, keep, high_first };
        // As it is written: the same whichever way it shifts.
        (signal.held, signal.entry) = (Poly::from_u128(unit.start()), None);
        Ok((signal, Kind::Crc(unit)))
    }

    /// What has the sequence of a register.
    fn sequence(&self, register: &str, what: KindName, global: &Global) -> Result<(Signal, Kind), Failure> {
        let mut signal = self.options.signal_shifting(register, &self.states)?;
        signal.inverted ^= self.invert && what != KindName::Counter;
        let mode = || self.joining.mode(register, &signal);
        let kind = match what {
            KindName::Scrambler => Kind::Scrambler(mode()?, Way::Scramble),
            KindName::Descrambler => Kind::Scrambler(mode()?, Way::Descramble),
            KindName::Checker => {
                let sequence = checked(&signal.register)
                    .ok_or_else(|| Failure::bad_input(format!("{register}: {}", DesignError::NoSequence)))?;
                // What the bench sends: on most registers neither the state that stays nor on a short cycle.
                let held = Poly::from_exponents((0..sequence.degree()).step_by(3));
                let is_hardware = self.language().is_hardware();
                let lock_bits = self.kinds.lock_bits.map_or(sequence.degree().max(32), usize::from);
                let counter = self.kinds.counter_bits.map_or(if is_hardware { 48 } else { 64 }, usize::from);
                let slips = self.kinds.max_slip.map_or(0, usize::from);
                signal = Signal { register: sequence, held, lead: 0, ..signal };
                return Ok((signal, Kind::Checker(Checker { lock_bits, counter, slips })));
            }
            _ => Kind::Generator,
        };
        let mode = if let Kind::Scrambler(mode, _) = kind { mode } else { Mode::Additive };
        self.joining.seed(&mut signal, mode, global)?;
        if what != KindName::Counter {
            return Ok((signal, kind));
        }
        let counter = Counter::new(&signal, self.kinds.count)
            .map_err(|error| Failure::bad_input(format!("{register}: --count: {error}")))?;
        Ok((signal, Kind::Counter(counter)))
    }
}

impl LanguageName {
    const fn language(self) -> Language {
        match self {
            Self::Verilog => Language::Verilog,
            Self::Systemverilog => Language::SystemVerilog,
            Self::Vhdl => Language::Vhdl,
            Self::C => Language::C,
            Self::Rust => Language::Rust,
        }
    }
}

impl KindName {
    const fn name(self) -> &'static str {
        match self {
            Self::Generator => "generator",
            Self::Checker => "checker",
            Self::Scrambler => "scrambler",
            Self::Descrambler => "descrambler",
            Self::Crc => "crc",
            Self::Counter => "counter",
        }
    }
}

/// The register's name, or its degree, then what it is.
fn module_name(signal: &Signal, register: &str, what: KindName, width: usize) -> String {
    let base = match signal.entry {
        Some(entry) => entry.name.to_owned(),
        None if register.len() <= 40 => register.to_owned(),
        None => format!("lfsr{}", signal.register.degree()),
    };
    let base: String = base.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let base = base.split('_').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_");
    let letter = if base.starts_with(|c: char| c.is_ascii_alphabetic()) { "" } else { "lfsr_" };
    // The name of a CRC says it already.
    let what =
        if what == KindName::Crc && base.starts_with("crc") { String::new() } else { format!("{}_", what.name()) };
    let width = if what == "counter_" { String::new() } else { format!("w{width}") };
    format!("{letter}{base}_{what}{width}").trim_end_matches('_').to_owned()
}

/// A word of a command line as a shell takes it, on one line.
fn shell_word(word: &str) -> String {
    quoted(&word.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>())
}

/// The most bits of a run: a file of a few hundred megabytes.
const MOST_RUN: u64 = 100_000_000;

fn parse_run(text: &str) -> Result<u64, String> {
    let bits = parse_count(text)?;
    if (1..=MOST_RUN).contains(&bits) { Ok(bits) } else { Err("not a number from 1 to 100M".into()) }
}

/// A name that all languages take.
fn identifier(text: &str) -> Result<String, String> {
    let fits = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && text.len() <= 200;
    if !fits {
        return Err("not a name: a letter, then letters, digits and _".into());
    }
    if text.ends_with("_tb") {
        return Err("the names of test benches end in _tb".into());
    }
    if keywords::is_keyword(text) {
        return Err("a keyword of one of the languages".into());
    }
    if text.starts_with('_') || text.ends_with('_') || text.contains("__") {
        return Err("VHDL has no _ at the ends of a name, nor two in a row".into());
    }
    Ok(text.to_owned())
}
