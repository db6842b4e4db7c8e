//! `lfsr catalogue`.

use core::fmt::Write;

use clap::Args;
use comfy_table::{Table, presets};
use lfsr_core::catalogue::{Check, ENTRIES, Entry, Inversion, Shift, Tap, find};

use super::{failure::Failure, print::print};
use crate::cmd::status::Status;

/// Lists the standard sequences whose names stand for a REGISTER, or shows one in full.
#[derive(Debug, Args)]
pub(super) struct Catalogue {
    /// A name; case and the signs - _ / do not matter.
    #[arg(value_name = "NAME")]
    names: Vec<String>,
}

impl Catalogue {
    /// Prints the list or the entries.
    ///
    /// # Errors
    /// If there is no such entry or the output cannot be written.
    pub(super) fn run(self) -> Result<Status, Failure> {
        if self.names.is_empty() {
            return print(list().as_bytes());
        }
        let mut text = String::new();
        for name in &self.names {
            let entry = find(name).ok_or_else(|| {
                Failure::bad_input(format!("{name}: not in the catalogue; `lfsr catalogue` lists what is"))
            })?;
            // Writing to a string does not fail.
            let _ = show(entry, &mut text);
        }
        print(text.as_bytes())
    }
}

fn list() -> String {
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
    let lines = table.to_string();
    let lines: Vec<&str> = lines.lines().map(|line| line.trim_end()).collect();
    format!(
        "{}\n\nChecked: something printed outside this project is reproduced by the tests; the others are as their source prints them.\n",
        lines.join("\n")
    )
}

fn lags(entry: &Entry) -> String {
    let lags: Vec<String> = entry.register().lags().map(|k| k.to_string()).collect();
    if lags.len() > 8 { format!("{} of them", lags.len()) } else { lags.join(",") }
}

fn show(entry: &Entry, out: &mut String) -> core::fmt::Result {
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
    let direction = match entry.shift {
        Shift::Right => "shifting right",
        Shift::Left => "shifting left in the source",
    };
    let tap = match entry.tap {
        Tap::Leaving => "the bit that leaves",
        Tap::Entering => "the bit that enters",
    };
    row("form", format!("{}{}, {direction}", entry.form, if entry.xnor { ", XNOR" } else { "" }))?;
    row("output", tap.to_owned())?;
    let digits = register.degree().div_ceil(4) as usize;
    match entry.seed {
        Some(seed) => {
            row("seed", format!("0x{seed:0digits$x} as the source writes it; --seed 0x{:0digits$x}", entry.start()))?
        }
        None => row("seed", "none fixed".into())?,
    }
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
    row("checked against", check(&entry.check))?;
    writeln!(out, "  see also        lfsr explain {}", entry.name)
}

fn check(check: &Check) -> String {
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
        Check::Crc(crc) => format!("CRC of 123456789 is 0x{:X}: crc-catalog", crc.check),
    }
}
