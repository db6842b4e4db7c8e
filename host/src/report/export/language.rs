//! [`Language`]: the module and its bench as text.

mod head;
mod parts;
mod software;
mod verilog;
mod vhdl;

pub(super) use software::camel;

use super::{CrcUnit, Design, DesignError, Kind, network::Network, sharing::Shared, vectors};

/// What a module is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// IEEE 1364-2001.
    Verilog,
    /// IEEE 1800-2012.
    SystemVerilog,
    /// IEEE 1076-1993.
    Vhdl,
    /// C99.
    C,
    /// Rust, with core alone.
    Rust,
}

/// A file of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// A design with its sums: what every language prints.
#[derive(Debug)]
struct Module<'a> {
    design: &'a Design,
    network: Network,
    shared: Shared,
}

impl Language {
    /// Each of them.
    pub const ALL: [Self; 5] = [Self::Verilog, Self::SystemVerilog, Self::Vhdl, Self::C, Self::Rust];

    /// The extension of a module.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Verilog => "v",
            Self::SystemVerilog => "sv",
            Self::Vhdl => "vhd",
            Self::C => "h",
            Self::Rust => "rs",
        }
    }

    /// The extension of a bench.
    #[must_use]
    pub const fn bench_extension(self) -> &'static str {
        match self {
            Self::C => "c",
            other => other.extension(),
        }
    }

    /// Whether it is hardware.
    #[must_use]
    pub const fn is_hardware(self) -> bool {
        !matches!(self, Self::C | Self::Rust)
    }

    /// What cannot be written in it is refused.
    ///
    /// # Errors
    /// If it cannot.
    pub fn check(self, design: &Design) -> Result<(), DesignError> {
        if self.is_hardware() {
            return Ok(());
        }
        let width = design.width;
        match &design.kind {
            Kind::Crc(unit) if unit.keep || unit.high_first => Err(DesignError::WordsOfSoftware),
            Kind::Crc(_) if design.cells() > 64 => Err(DesignError::WideChecksum(design.cells())),
            Kind::Crc(_) if ![1, 4].contains(&width) && (!width.is_multiple_of(8) || width > 128) => {
                Err(DesignError::NoTables(width))
            }
            Kind::Checker(_) if width > 64 => Err(DesignError::WideChecker(width)),
            _ => Ok(()),
        }
    }

    /// The module.
    #[must_use]
    pub fn module(self, design: &Design) -> String {
        match self {
            Self::Verilog | Self::SystemVerilog => verilog::module(&Module::new(design), self),
            Self::Vhdl => vhdl::module(&Module::new(design)),
            Self::C => software::module(design, software::Spelling::C),
            Self::Rust => software::module(design, software::Spelling::Rust),
        }
    }

    /// The module, its bench, and the clocks that it compares with, at least so many bits of them in a row.
    #[must_use]
    pub fn files(self, design: &Design, bits: usize) -> Vec<File> {
        let (cases, run, kind, bench) = if self.is_hardware() {
            let (cases, run) = (vectors::cases(design), vectors::run(design, bits));
            let bench = match self {
                Self::Vhdl => vhdl::bench(design, &cases, &run),
                _ => verilog::bench(design, self, &cases, &run),
            };
            (cases.lines, run.lines, "hex", bench)
        } else {
            let rows = software::rows(design, bits);
            let spelling = if self == Self::C { software::Spelling::C } else { software::Spelling::Rust };
            let bench = software::bench(design, &rows, spelling);
            (rows.cases, rows.run, "txt", bench)
        };
        let name = &design.name;
        let file = |ending: String, text: String| File { name: format!("{name}{ending}"), text };
        vec![
            file(format!("_cases.{kind}"), cases),
            file(format!("_run.{kind}"), run),
            file(format!("_tb.{}", self.bench_extension()), bench),
            file(format!(".{}", self.extension()), self.module(design)),
        ]
    }
}

impl<'a> Module<'a> {
    fn new(design: &'a Design) -> Self {
        let network = Network::new(design);
        let network = if design.holds_inverse() { network.of_inverse() } else { network };
        let shared = Shared::new(&network);
        Self { design, network, shared }
    }

    /// What a signal is called: a bit of an input, or a pair.
    fn signal(&self, signal: usize, indexed: fn(&str, usize, usize) -> String) -> String {
        match signal.checked_sub(self.shared.columns) {
            // A signal of its own in one language, a bit of a vector in the other.
            Some(pair) => indexed("x", pair, self.shared.pairs.len()),
            None => {
                let (name, bit, width) = self.network.place(signal);
                indexed(name, bit, width)
            }
        }
    }

    /// The sums of each output.
    fn outputs(&self) -> impl Iterator<Item = (&'static str, &[(Vec<usize>, bool)])> {
        let mut rest = &self.shared.sums[..];
        self.network.outputs.iter().map(move |output| {
            let (own, others) = rest.split_at(output.bits.len());
            rest = others;
            (output.name, own)
        })
    }
}

/// The bits of a word of a CRC by time, those of bytes that count with the contents added to the first: what each is, with these words for and and
/// xor.
fn added(
    unit: &CrcUnit,
    n: usize,
    width: usize,
    gates: [&str; 2],
    indexed: fn(&str, usize, usize) -> String,
) -> Vec<String> {
    let [and, xor] = gates;
    let bit = |t: usize| {
        let place = unit.place(t.min(width - 1), width);
        let data = format!("{} {and} {}", indexed("data_in", place, width), indexed("keep", place / 8, width / 8));
        let contents = (t < n).then(|| indexed("from", unit.cell(t), n));
        match contents {
            Some(contents) if t < width => format!("({data}) {xor} {contents}"),
            Some(contents) => contents,
            None => data,
        }
    };
    (0..width.max(n)).map(bit).collect()
}

/// The lowest bits of a number, as many as a value can be: 0 to `most`.
const fn bits_for(most: usize) -> usize {
    (usize::BITS - most.leading_zeros()) as usize
}
