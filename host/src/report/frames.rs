//! What a user sees of frames whose checksum was looked for.

mod digest;
mod nothing;

use serde_json::{Value, json};

use crate::bits::{
    checksum::Checksum,
    frames::{Answer, Covers, Field, Finding, Found, Frames, Kind, Place, Total},
};

use super::checksum::parameters;

/// Lines that a text names at most.
const NAMED: usize = 10;

/// The text.
#[must_use]
pub fn text(file: &str, frames: &Frames, answer: &Answer) -> String {
    let count = frames.all.len();
    let carry = match &answer.place.span {
        None => "end with".to_owned(),
        Some(span) => format!("carry in bits {span}"),
    };
    let begin = format!("{file}: {count} frames {carry}");
    let mut lines = match &answer.finding {
        Finding::Crc(found) => crc(&begin, frames, found),
        Finding::Digest(found) => digest::text(&begin, frames, found),
        Finding::Total(found) => total(&begin, found),
        Finding::TooFew { more } => {
            return format!(
                "{file}: {count} frames are too few: something fits, but so few frames fit many things; about {more} more would decide"
            );
        }
        Finding::None(linearity) => return nothing::text(file, count, &answer.place, linearity),
    };
    if let Some(covers) = covers(&answer.place) {
        lines.insert(1, format!("  covers        {covers}"));
    }
    lines.join("\n")
}

/// Which bits it covers, if that needs a word.
fn covers(place: &Place) -> Option<String> {
    match place.covers {
        Covers::Others => place.span.map(|_| "all other bits".into()),
        Covers::Before => Some("the bits before it, and none after it".into()),
        Covers::After => Some("the bits after it, and none before it".into()),
        Covers::From(first) => Some(format!("all other bits but the first {first}")),
    }
}

fn crc(begin: &str, frames: &Frames, found: &Found) -> Vec<String> {
    let are_equally_long = frames.all.windows(2).all(|pair| pair[0].bits.len() == pair[1].bits.len());
    let algorithm = &found.algorithm;
    let width = algorithm.width();
    let is_xor = algorithm.poly() == 1 && width == 8 && !algorithm.refout();
    let names: Vec<&str> = found.entries.iter().map(|entry| entry.name).collect();
    let name = match (&names[..], is_xor) {
        ([name], _) => (*name).to_owned(),
        ([], true) => "the XOR of all bytes".to_owned(),
        ([], false) => format!("a CRC of {width} bits that is in no catalogue"),
        (names, _) => names.join(" or "),
    };
    let mut lines = vec![format!("{begin} {name}")];
    lines.push(format!("  parameters    {algorithm}"));
    if let Some(order) = order(width, found.field.is_lowest_first) {
        lines.push(format!("  checksum      {order}"));
    }
    if found.undecided > 0 {
        lines.push(format!(
            "  init, xorout  {} pairs fit these frames: {}",
            pairs(found.undecided),
            if are_equally_long {
                "frames of another length would decide"
            } else {
                "they give the same checksums at these lengths"
            }
        ));
    }
    lines.push(wrong(&found.wrong, found.right));
    lines
}

/// 2 to that.
fn pairs(bits: u32) -> String {
    if bits < 10 { (1 << bits).to_string() } else { format!("2^{bits}") }
}

/// Where that is not what a receiver would like: the register's highest bit first.
fn order(width: u32, is_lowest_first: bool) -> Option<&'static str> {
    match (width > 8, is_lowest_first) {
        (true, true) => Some("the lowest byte first"),
        (true, false) => Some("the highest byte first"),
        (false, _) => None,
    }
}

fn wrong(lines: &[u64], right: usize) -> String {
    if lines.is_empty() {
        return format!("  right         all {right} frames");
    }
    let named: Vec<String> = lines.iter().take(NAMED).map(u64::to_string).collect();
    let more = if lines.len() > NAMED { format!(" and {} more", lines.len() - NAMED) } else { String::new() };
    let s = if lines.len() == 1 { "" } else { "s" };
    format!("  wrong         line{s} {}{more}; the other {right} frames are right", named.join(", "))
}

fn total(begin: &str, found: &Total) -> Vec<String> {
    let Total { width, unit, kind, is_end_around, constant, is_lowest_first, .. } = found;
    let what = match kind {
        Kind::Sum => "the sum of their",
        Kind::Negated => "minus the sum of their",
    };
    let units = match unit {
        4 => "half bytes",
        8 => "bytes",
        _ => "words of two bytes",
    };
    let digits = *width as usize / 4;
    let constant = if *constant == 0 { String::new() } else { format!(" + 0x{constant:0digits$x}") };
    let minus = if *is_end_around { " - 1" } else { "" };
    let order = order(*width, *is_lowest_first).map_or(String::new(), |order| format!(", {order}"));
    let carries = if *is_end_around { "sums carry, round to the lowest bit" } else { "sums carry" };
    vec![
        format!("{begin} {what} {units}{constant}, modulo 2^{width}{minus}{order}"),
        format!("  no register   {carries}: this is not linear"),
        wrong(&found.wrong, found.right),
    ]
}

/// One object, schema `lfsr.frames/1`.
#[must_use]
pub fn json(file: &str, frames: &Frames, answer: &Answer) -> String {
    let (result, mut found) = match &answer.finding {
        Finding::Crc(found) => ("crc", crc_json(found)),
        Finding::Digest(found) => ("digest", digest::json(found)),
        Finding::Total(found) => ("sum", total_json(found)),
        Finding::TooFew { more } => ("too-few", json!({ "more": more })),
        Finding::None(linearity) => nothing::json(linearity),
    };
    if matches!(answer.finding, Finding::Crc(_) | Finding::Digest(_) | Finding::Total(_)) {
        found["place"] = place_json(&answer.place);
    }
    json!({"schema": "lfsr.frames/1", "file": file, "frames": frames.all.len(), "result": result, "found": found})
        .to_string()
}

fn place_json(place: &Place) -> Value {
    let (covers, first) = match place.covers {
        Covers::Others => ("others", 0),
        Covers::Before => ("before", 0),
        Covers::After => ("after", 0),
        Covers::From(first) => ("others", first),
    };
    json!({"bits": place.span.map(|span| span.to_string()), "covers": covers, "left_out": first})
}

fn crc_json(found: &Found) -> Value {
    let Field { is_lowest_first, .. } = found.field;
    json!({
        "algorithm": found.algorithm.to_string(),
        "parameters": parameters(&Checksum::of(found.algorithm)),
        "names": found.entries.iter().map(|entry| entry.name).collect::<Vec<_>>(),
        "lowest_byte_first": (found.algorithm.width() > 8).then_some(is_lowest_first),
        "undecided_bits": found.undecided,
        "wrong_lines": found.wrong, "right": found.right, "evidence_bits": found.evidence,
    })
}

fn total_json(found: &Total) -> Value {
    json!({
        "width": found.width, "unit": found.unit, "negated": found.kind == Kind::Negated, "end_around": found.is_end_around,
        "constant": found.constant, "lowest_byte_first": (found.width > 8).then_some(found.is_lowest_first),
        "wrong_lines": found.wrong, "right": found.right, "evidence_bits": found.evidence,
    })
}
