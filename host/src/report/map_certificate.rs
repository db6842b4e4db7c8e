//! The certificate of a map: all that its proof rests on, for a program that shares no arithmetic with this one.
//!
//! ```text
//! {"schema":"lfsr.map-certificate/1","characteristic_hex":"0x...","section_zeros":8,"arcs":"128","residue":"2","cycles":[...],...}
//! END STEPS       for each start 0, 1, 2, ...: the arc that begins there
//! STATE PERIOD    for each cycle that misses the section
//! ```
//!
//! Numbers are decimal. States are those of the non-singular Fibonacci register that puts out the register's sequence, shifting right.

use std::io::{self, Write};

use lfsr_core::register::Register;
use serde::Serialize;

use crate::analysis::{Census, Cycle, checkpoint::Arcs};

/// What a map rests on.
#[derive(Debug)]
pub struct MapCertificate<'a> {
    /// What the user calls the register.
    pub source: &'a str,
    /// Its sequence's register.
    pub sequence: &'a Register,
    /// z.
    pub zeros: u32,
    /// Every arc of the section, in order.
    pub arcs: &'a [Arcs],
    /// The cycles that miss the section.
    pub residue: &'a [Cycle],
    /// All cycles.
    pub census: &'a Census,
}

#[derive(Serialize)]
struct Header<'a> {
    schema: &'static str,
    source: &'a str,
    degree: u32,
    characteristic_hex: String,
    xnor: bool,
    section_zeros: u32,
    arcs: String,
    residue: String,
    cycles: Vec<Periods>,
}

#[derive(Serialize)]
struct Periods {
    period: String,
    count: String,
}

impl MapCertificate<'_> {
    /// Writes it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let cycles = self.census.iter();
        let header = Header {
            schema: "lfsr.map-certificate/1",
            source: self.source,
            degree: self.sequence.degree(),
            characteristic_hex: format!("{:#x}", self.sequence.characteristic()),
            xnor: self.sequence.xnor(),
            section_zeros: self.zeros,
            arcs: self.arcs.iter().map(|arcs| arcs.records.len() as u64).sum::<u64>().to_string(),
            residue: self.residue.len().to_string(),
            cycles: cycles
                .map(|(period, count)| Periods { period: period.to_string(), count: count.to_string() })
                .collect(),
        };
        serde_json::to_writer(&mut *out, &header)?;
        writeln!(out)?;
        for [end, steps] in self.arcs.iter().flat_map(|arcs| &arcs.records) {
            writeln!(out, "{end} {steps}")?;
        }
        self.residue.iter().try_for_each(|Cycle { leader, period }| writeln!(out, "{leader} {period}"))
    }
}
