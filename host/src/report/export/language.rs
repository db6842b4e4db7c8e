//! [`Language`]: the module and its bench as text.

mod head;
mod parts;
mod verilog;
mod vhdl;

use super::{Design, network::Network, sharing::Shared, vectors};

/// What a module is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// IEEE 1364-2001.
    Verilog,
    /// IEEE 1800-2012.
    SystemVerilog,
    /// IEEE 1076-1993.
    Vhdl,
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
    pub const ALL: [Self; 3] = [Self::Verilog, Self::SystemVerilog, Self::Vhdl];

    /// The extension of its files.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Verilog => "v",
            Self::SystemVerilog => "sv",
            Self::Vhdl => "vhd",
        }
    }

    /// The module.
    #[must_use]
    pub fn module(self, design: &Design) -> String {
        let module = Module::new(design);
        match self {
            Self::Verilog | Self::SystemVerilog => verilog::module(&module, self),
            Self::Vhdl => vhdl::module(&module),
        }
    }

    /// The module, its bench, and the clocks that it compares with, at least so many bits of them in a row.
    #[must_use]
    pub fn files(self, design: &Design, bits: usize) -> Vec<File> {
        let (cases, run) = (vectors::cases(design), vectors::run(design, bits));
        let (name, extension) = (&design.name, self.extension());
        let bench = match self {
            Self::Verilog | Self::SystemVerilog => verilog::bench(design, self, &cases, &run),
            Self::Vhdl => vhdl::bench(design, &cases, &run),
        };
        let file = |name: String, text: String| File { name, text };
        vec![
            file(format!("{name}_cases.hex"), cases.lines),
            file(format!("{name}_run.hex"), run.lines),
            file(format!("{name}_tb.{extension}"), bench),
            file(format!("{name}.{extension}"), self.module(design)),
        ]
    }
}

impl<'a> Module<'a> {
    fn new(design: &'a Design) -> Self {
        let network = Network::new(design);
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

/// The lowest bits of a number, as many as a value can be: 0 to `most`.
const fn bits_for(most: usize) -> usize {
    (usize::BITS - most.leading_zeros()) as usize
}
