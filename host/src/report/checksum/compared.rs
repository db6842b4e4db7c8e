//! Two checksums side by side, and what turns the one into the other.

use core::fmt::Write;

use comfy_table::{Table, presets};
use serde_json::{Value, json};

use super::{
    super::{lines, spaced_hex},
    Named, hex, parameters,
};
use crate::bits::checksum::{
    Checksum, Sum,
    compare::{Start, Translation, Untranslatable},
};

/// The comparison of two checksums.
#[derive(Debug)]
pub struct Compared {
    /// From this one.
    pub a: Named,
    /// To this one.
    pub b: Named,
    /// How.
    pub translation: Result<Translation, Untranslatable>,
    /// Data of the example.
    pub data: Vec<u8>,
}

/// What both make of the data; `None` where they are not of whole words.
struct Example {
    a: Option<u128>,
    b: Option<u128>,
    /// The first after the changes; `None` also if the data are too short for them.
    translated: Option<u128>,
}

impl Compared {
    fn example(&self) -> Example {
        let translated = self.translation.as_ref().ok().and_then(|translation| {
            let sum = sum(&self.a.checksum, &translation.data(&self.data)?)?;
            Some(translation.result(sum, self.a.checksum.algorithm.width()))
        });
        Example { a: sum(&self.a.checksum, &self.data), b: sum(&self.b.checksum, &self.data), translated }
    }
}

fn sum(checksum: &Checksum, data: &[u8]) -> Option<u128> {
    let mut sum = Sum::new(checksum);
    sum.bytes(data);
    sum.finish().ok()
}

/// The text.
#[must_use]
pub fn text(compared: &Compared) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write_text(compared, &mut text);
    text
}

fn write_text(compared: &Compared, out: &mut String) -> core::fmt::Result {
    let Compared { a, b, translation, data } = compared;
    writeln!(out, "{} against {}", a.title, b.title)?;
    out.push_str(&table(a, b));
    match translation {
        Ok(translation) if translation.is_none() => writeln!(out, "  They are the same for all data.")?,
        Ok(translation) => steps(compared, translation, out)?,
        Err(why) => writeln!(out, "  No: {why}. No rearrangement of data and result turns the one into the other.")?,
    }
    let Example { a: first, b: second, translated } = compared.example();
    let shown = |value: Option<u128>, checksum: &Checksum| {
        value.map_or_else(|| "not of whole words".to_owned(), |value| hex(value, checksum))
    };
    writeln!(out, "  Example, {} bytes: {}", data.len(), bytes(data))?;
    writeln!(out, "    the first       {}", shown(first, &a.checksum))?;
    writeln!(out, "    the second      {}", shown(second, &b.checksum))?;
    if translation.as_ref().is_ok_and(|translation| !translation.is_none()) {
        let shown = translated.map_or_else(
            || "these data are too short, or not of whole words".to_owned(),
            |value| hex(value, &b.checksum),
        );
        writeln!(out, "    first, changed  {shown}")?;
    }
    Ok(())
}

/// The parameters of both.
fn table(a: &Named, b: &Named) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let rows = [a, b].map(|side| rows(&side.checksum));
    let [first, second] = &rows;
    for ((name, one), (_, other)) in first.iter().zip(second) {
        let differs = if one == other { "" } else { "differs" };
        table.add_row([&format!(" {name}"), one, other, differs]);
    }
    lines(&table)
}

fn rows(checksum: &Checksum) -> [(&'static str, String); 8] {
    let algorithm = &checksum.algorithm;
    let hex = |value| hex(value, checksum);
    [
        ("width", algorithm.width().to_string()),
        ("poly", hex(algorithm.poly())),
        ("init", hex(algorithm.init())),
        ("refin", algorithm.refin().to_string()),
        ("refout", algorithm.refout().to_string()),
        ("xorout", hex(algorithm.xorout())),
        (
            "data",
            if checksum.word == 1 {
                "bytes".into()
            } else {
                format!("{}-bit words, highest byte first", 8 * checksum.word)
            },
        ),
        ("result", if checksum.is_swapped { "bytes swapped" } else { "a number" }.into()),
    ]
}

/// The changes, numbered.
fn steps(compared: &Compared, translation: &Translation, out: &mut String) -> core::fmt::Result {
    writeln!(out, "  The second is the first, if you")?;
    let start = translation.start.as_ref().map(|Start { init, mask }| {
        format!(
            "start it from {}; or, where that cannot be set, XOR the first {} of the data{} with {}",
            hex(*init, &compared.a.checksum),
            if mask.len() == 1 { "byte".into() } else { format!("{} bytes", mask.len()) },
            if translation.data.is_empty() { "" } else { ", changed so far," },
            bytes(mask)
        )
    });
    let data = translation.data.iter().map(ToString::to_string);
    let result = translation.result.iter().map(ToString::to_string);
    for (i, step) in data.chain(start).chain(result).enumerate() {
        writeln!(out, "    {}. {step}", i + 1)?;
    }
    Ok(())
}

/// Bytes in hexadecimal; of many the first.
fn bytes(data: &[u8]) -> String {
    const SHOWN: usize = 32;
    spaced_hex(data.get(..SHOWN).unwrap_or(data)) + if data.len() > SHOWN { " ..." } else { "" }
}

/// One object, schema `lfsr.crc-compare/1`.
#[must_use]
pub fn json(compared: &Compared) -> String {
    let Compared { a, b, translation, data } = compared;
    let Example { a: first, b: second, translated } = compared.example();
    let names = rows(&a.checksum).into_iter().zip(rows(&b.checksum)).filter(|(one, other)| one.1 != other.1);
    let differs: Vec<&str> = names.map(|((name, _), _)| name).collect();
    let (why, steps) = match translation {
        Err(why) => (Some(why.to_string()), Value::Null),
        Ok(translation) => (None, steps_json(translation, &a.checksum)),
    };
    json!({
        "schema": "lfsr.crc-compare/1",
        "a": {"algorithm": a.title, "parameters": parameters(&a.checksum)},
        "b": {"algorithm": b.title, "parameters": parameters(&b.checksum)},
        "differs": differs, "translation": steps, "why_not": why,
        "example": {
            "data": spaced_hex(data).replace(' ', ""),
            "a": first.map(|value| hex(value, &a.checksum)), "b": second.map(|value| hex(value, &b.checksum)),
            "a_translated": translated.map(|value| hex(value, &b.checksum)),
        },
    })
    .to_string()
}

fn steps_json(translation: &Translation, a: &Checksum) -> Value {
    json!({
        "data": translation.data.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "init": translation.start.as_ref().map(|start| hex(start.init, a)),
        "first_bytes_xor": translation.start.as_ref().map(|start| spaced_hex(&start.mask).replace(' ', "")),
        "result": translation.result.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}
