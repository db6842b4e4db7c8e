//! What a user sees of frames whose checksum was looked for.

use serde_json::{Value, json};

use crate::bits::{
    checksum::Checksum,
    frames::{Field, Finding, Found, Frames, Kind, Total},
};

use super::checksum::parameters;

/// Lines that a text names at most.
const NAMED: usize = 10;

/// The text.
#[must_use]
pub fn text(file: &str, frames: &Frames, finding: &Finding) -> String {
    let count = frames.all.len();
    match finding {
        Finding::Crc(found) => crc(file, frames, found),
        Finding::Total(found) => total(file, count, found),
        Finding::TooFew { more } => format!(
            "{file}: {count} frames are too few: something fits, but so few frames fit many things; about {more} more would decide"
        ),
        Finding::None => format!(
            "{file}: {count} frames, and no CRC of 3 to 64 bits at their ends, nor a sum of their bytes\n  \
             try           more frames, some of them of other lengths; the checksum must be the end of each line"
        ),
    }
}

fn crc(file: &str, frames: &Frames, found: &Found) -> String {
    let count = frames.all.len();
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
    let mut lines = vec![format!("{file}: {count} frames end with {name}")];
    lines.push(format!("  parameters    {algorithm}"));
    if let Some(order) = order(&found.field, width) {
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
    lines.join("\n")
}

/// 2 to that.
fn pairs(bits: u32) -> String {
    if bits < 10 { (1 << bits).to_string() } else { format!("2^{bits}") }
}

/// Where that is not what a receiver would like: the register's highest bit first.
fn order(field: &Field, width: u32) -> Option<&'static str> {
    match (width > 8, field.is_lowest_first) {
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

fn total(file: &str, count: usize, found: &Total) -> String {
    let Total { width, kind, constant, is_lowest_first, .. } = found;
    let what = match kind {
        Kind::Sum => "the sum of their bytes",
        Kind::Negated => "minus the sum of their bytes",
    };
    let digits = *width as usize / 4;
    let constant = if *constant == 0 { String::new() } else { format!(" + 0x{constant:0digits$x}") };
    let order = match (width, is_lowest_first) {
        (16, true) => ", the lowest byte first",
        (16, false) => ", the highest byte first",
        _ => "",
    };
    format!(
        "{file}: {count} frames end with {what}{constant}, modulo 2^{width}{order}\n  no register   sums carry: this is not linear\n{}",
        wrong(&found.wrong, found.right)
    )
}

/// One object, schema `lfsr.frames/1`.
#[must_use]
pub fn json(file: &str, frames: &Frames, finding: &Finding) -> String {
    let (result, found) = match finding {
        Finding::Crc(found) => ("crc", crc_json(found)),
        Finding::Total(found) => ("sum", total_json(found)),
        Finding::TooFew { more } => ("too-few", json!({ "more": more })),
        Finding::None => ("none", Value::Null),
    };
    json!({"schema": "lfsr.frames/1", "file": file, "frames": frames.all.len(), "result": result, "found": found})
        .to_string()
}

fn crc_json(found: &Found) -> Value {
    json!({
        "algorithm": found.algorithm.to_string(),
        "parameters": parameters(&Checksum::of(found.algorithm)),
        "names": found.entries.iter().map(|entry| entry.name).collect::<Vec<_>>(),
        "lowest_byte_first": order(&found.field, found.algorithm.width()).map(|_| found.field.is_lowest_first),
        "undecided_bits": found.undecided,
        "wrong_lines": found.wrong, "right": found.right, "evidence_bits": found.evidence,
    })
}

fn total_json(found: &Total) -> Value {
    json!({
        "width": found.width, "negated": found.kind == Kind::Negated, "constant": found.constant,
        "lowest_byte_first": (found.width > 8).then_some(found.is_lowest_first),
        "wrong_lines": found.wrong, "right": found.right,
    })
}
