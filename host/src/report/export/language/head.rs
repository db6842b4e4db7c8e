//! What stands above every module.

use super::{Design, Kind, Module};

impl Module<'_> {
    /// What it is, where it comes from, what it costs; each line behind this sign.
    pub(super) fn head(&self, sign: &str) -> String {
        let design = self.design;
        let figures = self.shared.figures(&self.network);
        let bits = if design.width == 1 { "1 bit".into() } else { format!("{} bits", design.width) };
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        [
            format!("{}: {}, {bits} at each clock.", design.subject(), design.title()),
            String::new(),
            format!("Written by lfsr {}: {}", env!("CARGO_PKG_VERSION"), design.command),
            "Public domain (CC0 1.0): use it as you like.".into(),
            String::new(),
            format!(
                "{} XOR gate{} with two inputs, {} one after the other at most; {} cell{}; about {} LUT{} with six inputs{}.",
                figures.gates,
                plural(figures.gates),
                figures.depth,
                design.cells(),
                plural(design.cells()),
                figures.luts,
                plural(figures.luts),
                self.beyond()
            ),
        ]
        .map(|line| format!("{sign} {line}").trim_end().to_owned() + "\n")
        .concat()
    }

    /// What the figures leave out.
    fn beyond(&self) -> &'static str {
        match &self.design.kind {
            Kind::Checker(_) => "; to compare and to count not included",
            Kind::Crc(unit) if unit.keep => "; to move the bytes of the last word not included",
            _ => "",
        }
    }
}

impl Design {
    /// The register or the algorithm.
    pub(super) fn subject(&self) -> String {
        match &self.kind {
            Kind::Crc(unit) if unit.title.contains('=') => unit.title.clone(),
            Kind::Crc(unit) => format!("{}, {}", unit.title, unit.algorithm),
            _ => {
                let name = self.signal.entry.map_or(String::new(), |entry| format!("{}, ", entry.name));
                format!("{name}{}", self.signal.register)
            }
        }
    }
}
