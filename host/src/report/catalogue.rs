//! The catalogue as text and JSON.

use core::fmt::Write;

use comfy_table::{Table, presets};
use lfsr_core::{
    bit_order::BitOrder,
    catalogue::{Check, ENTRIES, Entry, Inversion, Shift, Tap},
};
use serde_json::json;

use super::lines;
use crate::bits::code;

/// Every entry, a line each.
#[must_use]
pub fn list() -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["name", "kind", "degree", "lags", "checked", "used for"]);
    for entry in ENTRIES {
        let checked = if entry.check == Check::None { "" } else { "yes" };
        table.add_row([
            entry.name.to_owned(),
            entry.kind.to_string(),
            entry.register().degree().to_string(),
            lags(entry),
            checked.to_owned(),
            entry.used.to_owned(),
        ]);
    }
    format!(
        "{}\nChecked: something printed outside this project is reproduced by the tests; the others are as their source prints them.\n\
         Names of codes, where bits are made or checked: {}. Scrambler with a counter: IESS-308.\n",
        lines(&table),
        code::KNOWN
    )
}

fn lags(entry: &Entry) -> String {
    let lags: Vec<String> = entry.register().lags().map(|k| k.to_string()).collect();
    if lags.len() > 8 { format!("{} of them", lags.len()) } else { lags.join(",") }
}

/// All that is known of an entry.
#[must_use]
pub fn text(entry: &Entry) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write_text(entry, &mut text);
    text
}

fn write_text(entry: &Entry, out: &mut String) -> core::fmt::Result {
    writeln!(out, "{}", entry.name)?;
    let mut row = |name: &str, value: String| writeln!(out, "  {name:<16}{value}");
    if !entry.aliases.is_empty() {
        row("also", entry.aliases.join(", "))?;
    }
    row("kind", entry.kind.to_string())?;
    row("used for", entry.used.to_owned())?;
    row("printed as", entry.printed.to_owned())?;
    let register = entry.register();
    let all: Vec<String> = register.lags().map(|k| k.to_string()).collect();
    row("degree", register.degree().to_string())?;
    row("lags", format!("{} (before inversion y[t] is the sum of y[t-k])", all.join(",")))?;
    row("form", format!("{}{}", entry.form, if entry.xnor { ", XNOR" } else { "" }))?;
    let last = register.degree() - 1;
    let (leaves, enters) = match entry.shift {
        Shift::Right => (0, last),
        Shift::Left => (last, 0),
    };
    row("shifts", format!("{}: bit {leaves} leaves, bit {enters} is the one that enters", entry.shift))?;
    let tap = match entry.tap {
        Tap::Leaving => format!("bit {leaves} before a step"),
        Tap::Entering => format!("bit {enters} after a step"),
    };
    row("output", tap)?;
    let digits = register.degree().div_ceil(4) as usize;
    row("seed", entry.seed.map_or("none fixed".into(), |seed| format!("0x{seed:0digits$x}")))?;
    let worked = Worked::new(entry);
    let states: Vec<String> = worked.states.iter().map(|state| format!("0x{state:0digits$x}")).collect();
    let from = if entry.seed.is_some() { "seed" } else { "all ones" };
    row("eight steps", format!("{} (from {from})", states.join(" ")))?;
    row("put out", worked.bits)?;
    row(
        "inversion",
        match entry.inversion {
            Inversion::Plain => "no".into(),
            Inversion::Inverted => "sent complemented".into(),
            Inversion::Disputed(who) => format!("no, but {who}"),
        },
    )?;
    row("bits of a byte", entry.order.map_or("not fixed".into(), |order| order.to_string()))?;
    if entry.zero_limit > 0 {
        row("zeros", format!("a 1 is forced if the next {} bits would be 0", entry.zero_limit))?;
    }
    row("source", entry.source.to_owned())?;
    row("checked against", check(&entry.check, digits))?;
    writeln!(out, "  see also        lfsr explain {}", entry.name)
}

/// The first steps of an entry, as its source writes contents.
struct Worked {
    /// The contents before the first step and after each of eight.
    states: Vec<u64>,
    /// What is put out in those steps and after them, 32 bits in all, as they are sent.
    bits: String,
}

impl Worked {
    fn new(entry: &Entry) -> Self {
        let register = entry.register();
        let printed = |state| entry.shift.turn(state, register.degree());
        let held = entry.seed.map_or(if entry.xnor { 0 } else { register.state_mask() }, printed);
        let states = core::iter::successors(Some(held), |&state| Some(register.step(state))).take(9).map(printed);
        let mut state = entry.state_of(printed(held));
        let bits = (0..32).map(|t| {
            let bit = register.output(state) == 1;
            state = register.step(state);
            let gap = if t > 0 && t % 8 == 0 { " " } else { "" };
            format!("{gap}{}", u8::from(bit != entry.is_inverted()))
        });
        Self { states: states.collect(), bits: bits.collect() }
    }
}

fn check(check: &Check, digits: usize) -> String {
    match check {
        Check::None => "nothing from outside yet".into(),
        Check::Bytes { bytes, order, source, .. } => {
            let more = if bytes.len() > 8 { " ..." } else { "" };
            let bytes: Vec<String> = bytes.iter().take(8).map(|byte| format!("{byte:02X}")).collect();
            format!("{}{more} ({order}): {source}", bytes.join(" "))
        }
        Check::Bits { text, source, .. } => format!("{}...: {source}", text.get(..40).unwrap_or(text)),
        Check::States(states, source) => {
            let states: Vec<String> = states.iter().map(|state| format!("{state:X}")).collect();
            format!("states {}: {source}", states.join(" -> "))
        }
        Check::Cycles(cycles, source) => {
            let cycles: Vec<String> = cycles.iter().map(|(period, count)| format!("{count} of {period}")).collect();
            format!("cycles {}: {source}", cycles.join(", "))
        }
        Check::Crc(crc) => format!("CRC of 123456789 is 0x{:0digits$X}: crc-catalog", crc.check),
    }
}

/// One object, schema `lfsr.catalogue/1`.
#[must_use]
pub fn json(entry: &Entry) -> String {
    let register = entry.register();
    let digits = register.degree().div_ceil(4) as usize;
    let hex = |state: u64| format!("0x{state:0digits$x}");
    let worked = Worked::new(entry);
    json!({
        "schema": "lfsr.catalogue/1", "name": entry.name, "aliases": entry.aliases, "kind": entry.kind.to_string(),
        "used": entry.used, "printed": entry.printed, "degree": register.degree(), "lags": register.lags().collect::<Vec<_>>(),
        "characteristic": lfsr_core::notation::Polynomial(entry.characteristic).to_string(),
        "form": entry.form.to_string(), "xnor": entry.xnor, "shift": entry.shift.to_string(),
        "output": match entry.tap { Tap::Leaving => "leaving", Tap::Entering => "entering" },
        "seed": entry.seed.map(hex), "inverted": entry.is_inverted(),
        "order": entry.order.map(|order| match order { BitOrder::Msb => "msb", BitOrder::Lsb => "lsb" }),
        "zero_limit": entry.zero_limit, "source": entry.source, "checked": entry.check != Check::None,
        "states": worked.states.iter().map(|&state| hex(state)).collect::<Vec<_>>(), "bits": worked.bits.replace(' ', ""),
    })
    .to_string()
}
