//! What a user sees of a scrambler over data, and of the data.

use lfsr_core::{bit_order::BitOrder, poly::Poly, register::AnyRegister};
use serde_json::{Value, json};

use super::{super::spaced_hex, Seen, chance, kind, order, phase};
use crate::bits::{
    identify::{Name, Scrambled, names_of},
    scramble::Mode,
    state::show_state,
};

/// Bytes of the data that are shown.
const SHOWN: usize = 32;

/// The text.
pub(super) fn text(seen: &Seen<'_>, found: &Scrambled) -> String {
    let Scrambled { register, reading, count, .. } = found;
    let names = names(found);
    let title = title(found, &names);
    let mut lines = vec![format!("{}: {title}", seen.file)];
    let mut row = |name: &str, value: String| lines.push(format!("  {name:<15}{value}"));
    let any = AnyRegister::from(*register);
    row("feedback", any.feedback().to_string());
    row("characteristic", format!("char:{}", any.characteristic()));
    if let Some((code, at)) = found.code {
        row("is", format!("{code}, from bit {at} of its period on"));
    }
    for name in &names {
        row("is", format!("{} ({}){}", name.entry.name, name.entry.used, phase(name)));
    }
    row("that is", kind(&any.structure()));
    row("mode", mode_text(found).to_owned());
    row("data", about(found));
    row("data begin", beginning(found));
    row("take it off", command(seen, found, &names));
    if reading.order.is_some() {
        row("bit order", reading.to_string());
    }
    row(
        "found by",
        format!(
            "data that are not random behind it; {count} of {} bits looked at; {}",
            seen.bits,
            chance(found.evidence)
        ),
    );
    lines.join("\n")
}

fn title(found: &Scrambled, names: &[Name]) -> String {
    let what = format!("{} scrambler", found.mode);
    match found.code.map(|(code, _)| code).or(names.first().map(|name| name.entry.name)) {
        Some(name) => format!("{name}, {what}, over data"),
        None => format!("{what} of {} cells over data", found.register.degree()),
    }
}

/// The names of the catalogue, those of that mode first.
fn names(found: &Scrambled) -> Vec<Name> {
    let state = found.state.map(|state| Poly::from_u128(state.into()));
    let mut names = names_of(found.register.characteristic(), state.as_ref());
    names.sort_by_key(|name| name.entry.kind != found.mode.kind());
    names
}

fn mode_text(found: &Scrambled) -> &'static str {
    match (found.is_either, found.mode) {
        (false, Mode::SelfSynchronising) => "self-synchronising: the data went through the register",
        (false, Mode::Additive) => "additive: the sequence was added to the data",
        (true, Mode::SelfSynchronising) => {
            "taken as self-synchronising; while the data repeat, an additive one looks the same"
        }
        (true, Mode::Additive) => "taken as additive; while the data repeat, a self-synchronising one looks the same",
    }
}

/// What the data are like.
fn about(found: &Scrambled) -> String {
    let percent = |ones: &f64| format!("{:.1}", 100.0 * ones);
    match &found.ones[..] {
        [all] => format!("{} % ones", percent(all)),
        ones if ones.iter().all(|ones| *ones == 0.0 || *ones == 1.0) => {
            let bits: String = ones.iter().map(|ones| if *ones == 1.0 { '1' } else { '0' }).collect();
            format!("repeat every {} bits: {bits}", ones.len())
        }
        ones => format!(
            "{} % ones at bit 0, 1, ... of every {}",
            ones.iter().map(percent).collect::<Vec<_>>().join(", "),
            ones.len()
        ),
    }
}

/// The first data, as text if that is what they are.
fn beginning(found: &Scrambled) -> String {
    let bytes = bytes(found);
    if bytes.is_empty() {
        let bit = |t: usize| if found.data[t / 64] >> (t % 64) & 1 == 1 { '1' } else { '0' };
        return (0..found.count.min(8 * SHOWN)).map(bit).collect();
    }
    let is_text = |byte: &&u8| (b' '..=b'~').contains(*byte) || matches!(**byte, b'\n' | b'\r' | b'\t');
    if bytes.iter().filter(is_text).count() * 10 >= bytes.len() * 9 {
        return format!("{:?}", String::from_utf8_lossy(&bytes));
    }
    spaced_hex(&bytes)
}

/// The first whole bytes of the data; none where bits came one by one.
fn bytes(found: &Scrambled) -> Vec<u8> {
    let Some(order) = found.reading.order else { return vec![] };
    let first = found.from.next_multiple_of(8) - found.from;
    let whole = found.count.saturating_sub(first) / 8;
    let byte = |i: usize| {
        let bits = (0..8).map(|j| first + 8 * i + j).map(|t| (found.data[t / 64] >> (t % 64) & 1) as u8);
        let byte = bits.enumerate().fold(0, |byte, (j, bit)| byte | bit << j);
        if order == BitOrder::Msb { u8::reverse_bits(byte) } else { byte }
    };
    (0..whole.min(SHOWN)).map(byte).collect()
}

/// The command that takes it off.
fn command(seen: &Seen<'_>, found: &Scrambled, names: &[Name]) -> String {
    let digits = found.register.degree().div_ceil(4) as usize;
    let named = names.first().filter(|name| name.entry.kind == found.mode.kind());
    let seed = match (named.and_then(|name| name.contents), found.state) {
        (_, None) => String::new(),
        (Some(contents), _) => format!(" --seed 0x{contents:0digits$x}"),
        (None, Some(state)) => format!(" --seed 0x{state:0digits$x}"),
    };
    let register = found.code.map(|(code, _)| code).or(named.map(|name| name.entry.name)).map_or_else(
        || format!("char:{} --mode {}", AnyRegister::from(found.register).characteristic(), found.mode),
        str::to_owned,
    );
    let input = match found.reading.order {
        Some(BitOrder::Msb) => " --input raw-msb",
        Some(BitOrder::Lsb) => " --input raw-lsb",
        None => "",
    };
    let file = if seen.file.contains(' ') { "FILE" } else { seen.file };
    format!("lfsr descramble {register}{seed}{input} {file}")
}

/// What is in the object, schema `lfsr.identify/1`.
pub(super) fn json(found: &Scrambled) -> Value {
    let any = AnyRegister::from(found.register);
    let names = names(found);
    json!({
        "result": "scrambler", "title": title(found, &names), "degree": found.register.degree(),
        "characteristic": any.characteristic().to_string(), "feedback": any.feedback().to_string(),
        "catalogue": super::names_json(&names), "code": found.code.map(|(code, _)| code), "mode": found.mode.to_string(), "mode_is_certain": !found.is_either,
        "order": order(found.reading), "state": found.state.map(|state| show_state(&Poly::from_u128(state.into()), found.register.degree() as usize)),
        "ones_by_place": found.ones, "data_from": found.from.to_string(), "data": beginning(found),
        "compared": found.count.to_string(), "evidence_bits": (10.0 * found.evidence).round() / 10.0,
    })
}
