//! Frames that carry nothing that is known: whether their checksum is linear at all.

use serde_json::{Value, json};

use super::NAMED;
use crate::{
    bits::frames::{Linearity, Place},
    report::counted,
};

pub(super) fn text(file: &str, count: usize, place: &Place, linearity: &Linearity) -> String {
    let place = place.span.map_or("at their ends or elsewhere".to_owned(), |span| format!("in bits {span}"));
    let begin = format!("{file}: {count} frames, and no CRC, keyed digest or sum of 3 to 64 bits {place}");
    let says = match linearity {
        Linearity::Linear { width, tests, wrong } => {
            let wrong = wrong.map_or(String::new(), |line| format!("; line {line} is wrong"));
            format!(
                "linear, but no register: each of the last {width} bits is a sum of bits before it ({} that are independent{wrong})",
                counted(*tests, "test")
            )
        }
        Linearity::Not { lines, linear, .. } if lines.len() == 2 && linear.is_empty() => format!(
            "lines {} and {} have the same message and different ends: one is wrong, or there is no checksum there",
            lines[0], lines[1]
        ),
        Linearity::Not { width, lines, linear } => {
            let named: Vec<String> = lines.iter().take(NAMED).map(u64::to_string).collect();
            let more = if lines.len() > NAMED { format!(" and {} more", lines.len() - NAMED) } else { String::new() };
            let low = match &linear[..] {
                [] => "",
                [0] => "; but the last bit is: a sum with carries?",
                _ => "; but some of them are",
            };
            format!(
                "not linear, the last {width} bits: the messages of lines {}{more} sum to nothing, their checksums do not{low}",
                named.join(", ")
            )
        }
        Linearity::Open { more } => {
            format!("not known: {} of one length would say it", counted(*more, "more frame"))
        }
    };
    format!("{begin}\n  linear        {says}\n  try           more frames, some of them of other lengths")
}

pub(super) fn json(linearity: &Linearity) -> (&'static str, Value) {
    match linearity {
        Linearity::Linear { width, tests, wrong } => {
            ("linear", json!({"width": width, "tests": tests, "wrong_line": wrong}))
        }
        Linearity::Not { width, lines, linear } => {
            ("not-linear", json!({"width": width, "lines": lines, "linear_bits": linear}))
        }
        Linearity::Open { more } => ("none", json!({ "more": more })),
    }
}
