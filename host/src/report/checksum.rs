//! Checksums as text and JSON: one result, the list, and what is known of one.

pub mod compared;

use core::fmt::Write;

use comfy_table::{Table, presets};
use lfsr_core::{algebra::Structure, crc::Algorithm, notation::Notations, poly::Poly, register::AnyRegister};
use serde_json::{Value, json};

use super::{TextOrJson, lines, spaced_hex};
use crate::bits::checksum::{
    Checksum,
    catalogue::{self, Entry},
    distance::{Reach, distances},
};

/// A checksum and what it is called.
#[derive(Debug)]
pub struct Named {
    /// Its name, or its parameters.
    pub title: String,
    /// Which it is.
    pub checksum: Checksum,
    /// The entry of the catalogue, if it has one.
    pub entry: Option<&'static Entry>,
}

impl Named {
    /// By the name of an entry.
    #[must_use]
    pub fn of(entry: &'static Entry) -> Self {
        Self { title: entry.name.to_owned(), checksum: entry.checksum, entry: Some(entry) }
    }

    /// By its parameters.
    #[must_use]
    pub fn unnamed(checksum: Checksum) -> Self {
        let entry = catalogue::all().find(|entry| entry.checksum == checksum);
        Self { title: checksum.algorithm.to_string(), checksum, entry }
    }
}

/// Of a message.
#[derive(Debug, Clone, Copy)]
pub struct Message {
    /// Its checksum.
    pub checksum: u128,
    /// Its length.
    pub bits: u64,
}

/// A value of the width of the checksum.
#[must_use]
pub fn hex(value: u128, checksum: &Checksum) -> String {
    let digits = checksum.algorithm.width().div_ceil(4) as usize;
    format!("0x{value:0digits$x}")
}

/// One object, schema `lfsr.crc/1`.
#[must_use]
pub fn sum_json(named: &Named, message: &Message) -> String {
    let Named { title, checksum, .. } = named;
    json!({
        "schema": "lfsr.crc/1", "algorithm": title, "parameters": parameters(checksum),
        "bits": message.bits.to_string(), "checksum": hex(message.checksum, checksum),
        "appended": appended(checksum, message.checksum),
    })
    .to_string()
}

/// The bytes that follow the message.
fn appended(checksum: &Checksum, sum: u128) -> Option<String> {
    checksum.appended(sum).map(|bytes| spaced_hex(&bytes))
}

pub(super) fn parameters(checksum: &Checksum) -> Value {
    let algorithm = &checksum.algorithm;
    json!({
        "width": algorithm.width(), "poly": hex(algorithm.poly(), checksum), "init": hex(algorithm.init(), checksum),
        "refin": algorithm.refin(), "refout": algorithm.refout(), "xorout": hex(algorithm.xorout(), checksum),
        "word_bytes": checksum.word, "result_swapped": checksum.is_swapped,
    })
}

/// Every known checksum, a line each; as JSON an object each, schema `lfsr.crc-algorithm/1`.
#[must_use]
pub fn list(format: TextOrJson) -> String {
    if format == TextOrJson::Json {
        let object = |entry: &'static Entry| described(&Named::of(entry)).to_string() + "\n";
        return catalogue::all().map(object).collect();
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["name", "poly", "init", "refin", "refout", "xorout", "check", "also"]);
    for entry in catalogue::all() {
        let algorithm = &entry.checksum.algorithm;
        let hex = |value| hex(value, &entry.checksum);
        table.add_row([
            entry.name.to_owned(),
            hex(algorithm.poly()),
            hex(algorithm.init()),
            algorithm.refin().to_string(),
            algorithm.refout().to_string(),
            hex(algorithm.xorout()),
            hex(algorithm.check()),
            entry.aliases.join(", "),
        ]);
    }
    format!(
        "{}\nWidth: as many bits as the name says. Check: of the text 123456789, as bytes; the last {} are CRC units of chips (--explain says how they take words).\n",
        lines(&table),
        catalogue::all().filter(|entry| !entry.note.is_empty()).count()
    )
}

/// What is known of a checksum.
#[must_use]
pub fn text(named: &Named) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write_text(named, &mut text);
    text
}

fn write_text(named: &Named, out: &mut String) -> core::fmt::Result {
    let Named { title, checksum, entry } = named;
    let algorithm = &checksum.algorithm;
    writeln!(out, "{title}")?;
    let mut row = |name: &str, value: String| writeln!(out, "  {name:<16}{value}");
    if let Some(entry) = entry {
        let others: Vec<&str> = entry.names().filter(|name| name != title).collect();
        if !others.is_empty() {
            row("also", others.join(", "))?;
        }
        if !entry.note.is_empty() {
            row("unit", format!("{} ({})", entry.note, entry.source))?;
        }
    }
    if *title != algorithm.to_string() {
        row("parameters", algorithm.to_string())?;
    }
    if checksum.word > 1 {
        row("takes", format!("words of {} bytes from memory, the highest byte of each first", checksum.word))?;
    }
    row("check", format!("{} (of the text 123456789, by bytes)", hex(algorithm.check(), checksum)))?;
    // Where only one of data and result is reversed a checksum does not continue the message.
    let is_whole = algorithm.refin() == algorithm.refout();
    if is_whole {
        row(
            "residue",
            format!(
                "{} (what a good message and its checksum leave, before xorout)",
                hex(algorithm.residue(), checksum)
            ),
        )?;
    }
    if let Some(bytes) = appended(&Checksum::of(*algorithm), algorithm.check()).filter(|_| is_whole) {
        row("appended", format!("{bytes} after the text 123456789: then one check over all of it is enough"))?;
    }
    let same: Vec<&str> = catalogue::matching(algorithm.width(), algorithm.poly())
        .filter(|other| entry.is_none_or(|entry| entry.name != other.name))
        .map(|other| other.name)
        .collect();
    if !same.is_empty() {
        row("same generator", same.join(", "))?;
    }
    let register = register(algorithm);
    let written = Notations::new(&register);
    row("generator", written.characteristic.trim_start_matches("char:").to_owned())?;
    let notations = [Some(written.normal), Some(written.reversed), written.koopman];
    row("notations", notations.into_iter().flatten().collect::<Vec<_>>().join(", "))?;
    let structure = register.structure();
    let factors: Vec<String> = structure
        .factors()
        .iter()
        .map(|factor| {
            if factor.multiplicity > 1 {
                format!("({})^{}", factor.poly, factor.multiplicity)
            } else {
                format!("({})", factor.poly)
            }
        })
        .collect();
    row("factors", format!("{}; order of x: {}", factors.join(" "), structure.order()))?;
    errors(algorithm, &structure, &mut row)?;
    match structure.cycles() {
        Ok(cycles) => {
            let cycles: Vec<String> =
                cycles.iter().map(|cycles| format!("{} of {}", cycles.count, cycles.period)).collect();
            row("cycles", format!("{} states (its register without data)", cycles.join(", ")))
        }
        Err(why) => row("cycles", format!("not known: {why}")),
    }
}

/// Which errors it finds.
fn errors(
    algorithm: &Algorithm,
    structure: &Structure,
    row: &mut dyn FnMut(&str, String) -> core::fmt::Result,
) -> core::fmt::Result {
    let width = algorithm.width();
    if structure.register().is_singular() {
        return row("finds", "errors at the end of the message are missed: the generator has no term 1".into());
    }
    let odd = if algorithm.poly().count_ones() % 2 == 1 { "; every odd number of wrong bits" } else { "" };
    row("finds", format!("every burst of up to {width} bits{odd}"))?;
    for reach in reaches(algorithm, structure) {
        let Reached { distance, message, codeword, is_last } = reach;
        let bound = if is_last { "" } else { " at least (not searched further)" };
        row(
            &format!("up to {} wrong", distance - 1),
            format!(
                "in messages of up to {message} bits (codewords of {codeword}: Hamming distance {distance}){bound}"
            ),
        )?;
    }
    Ok(())
}

/// A distance and the longest message that has it.
struct Reached {
    distance: u32,
    message: String,
    codeword: String,
    is_last: bool,
}

/// Every distance from 3 on, the last of them as far as the order of x.
fn reaches(algorithm: &Algorithm, structure: &Structure) -> Vec<Reached> {
    let width = algorithm.width();
    let found = distances(algorithm);
    let mut all: Vec<Reached> = found
        .iter()
        .map(|Reach { distance, bits, is_last }| Reached {
            distance: *distance,
            message: (bits - u64::from(width)).to_string(),
            codeword: bits.to_string(),
            is_last: *is_last,
        })
        .collect();
    // What was searched ends above the order, or the order is far above it: there two wrong bits are the first that are missed.
    let is_even = algorithm.poly().count_ones() % 2 == 1;
    let least = if is_even { 4 } else { 3 };
    let searched = found.iter().map(|reach| reach.bits).max().unwrap_or(0);
    if let Some(order) = structure.order().exact()
        && *order > searched.max(width.into()).into()
    {
        all.pop_if(|reached| reached.distance == least && !reached.is_last);
        all.push(Reached {
            distance: least,
            message: (order - width).to_string(),
            codeword: order.to_string(),
            is_last: true,
        });
    }
    all
}

/// One object, schema `lfsr.crc-algorithm/1`, with all that is known.
#[must_use]
pub fn json(named: &Named) -> String {
    let algorithm = &named.checksum.algorithm;
    let mut object = described(named);
    let register = register(algorithm);
    let structure = register.structure();
    let factors = structure
        .factors()
        .iter()
        .map(|factor| json!({"poly": factor.poly.to_string(), "multiplicity": factor.multiplicity}));
    let cycles = structure.cycles().ok().map(|cycles| {
        cycles
            .iter()
            .map(|cycles| json!({"period": cycles.period.to_string(), "count": cycles.count.to_string()}))
            .collect::<Vec<_>>()
    });
    let reaches: Vec<Value> = if register.is_singular() {
        vec![]
    } else {
        reaches(algorithm, &structure)
            .into_iter()
            .map(|reach| json!({"distance": reach.distance, "message_bits": reach.message, "codeword_bits": reach.codeword, "exact": reach.is_last}))
            .collect()
    };
    object["generator"] = json!(Notations::new(&register).characteristic.trim_start_matches("char:"));
    object["factors"] = factors.collect();
    object["order"] = json!(structure.order().exact().map(ToString::to_string));
    object["hamming_distances"] = reaches.into();
    object["cycles"] = json!(cycles);
    object.to_string()
}

/// What needs no work.
fn described(named: &Named) -> Value {
    let Named { title, checksum, entry } = named;
    let algorithm = &checksum.algorithm;
    json!({
        "schema": "lfsr.crc-algorithm/1", "algorithm": title,
        "aliases": entry.map(|entry| entry.aliases).unwrap_or_default(),
        "note": entry.map(|entry| entry.note).filter(|note| !note.is_empty()),
        "parameters": parameters(checksum),
        "check": hex(algorithm.check(), checksum), "residue": hex(algorithm.residue(), checksum),
    })
}

/// The register of the generator.
fn register(algorithm: &Algorithm) -> AnyRegister {
    let width = algorithm.width() as usize;
    let mut generator = Poly::from_u128(algorithm.poly());
    generator += &Poly::monomial(width);
    AnyRegister::from_characteristic(generator).expect("a width is at least 1")
}
