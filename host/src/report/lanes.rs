//! What a user sees of a bit-error-rate test of several lanes.

use lfsr_core::check::LockState;
use serde_json::{Value, json};

use super::{
    check::{self, order, rate, verdict},
    counted,
};
use crate::bits::{
    lanes::{Lane, LanesTest, Placed, Places},
    wrong::Detailed,
};

/// A line for all, a table with a row for each lane, and what is not as it should be.
#[must_use]
pub fn text<D: Detailed>(test: &LanesTest<D>, partial: bool) -> String {
    let places = test.places();
    let lanes = test.lanes();
    let good = lanes.iter().filter(|lane| lane.report().status() == LockState::Locked).count();
    let mut head = format!("{}: {} of {}: ", test.file(), counted(lanes.len(), "lane"), names(lanes).join(", "));
    head.push_str(&match good {
        _ if good == lanes.len() => "locked, no errors".into(),
        _ => format!("{good} of {} without errors", lanes.len()),
    });
    if partial {
        head.push_str(" (interrupted: not all bits were read)");
    }
    let mut lines = vec![head];
    if test.reading().order.is_some() {
        lines.push(format!("  bit order  {}", test.reading()));
    }
    if let Some(sharing) = test.sharing().filter(|sharing| sharing.group > 1) {
        lines.push(format!("  turns      {} bits of a lane at a time", sharing.group));
    }
    let rows: Vec<[String; 7]> =
        lanes.iter().zip(&places.lanes).enumerate().map(|(i, (lane, at))| row(i, lane, at)).collect();
    let headings = ["lane", "sequence", "skew", "compared", "errors", "rate", "verdict"].map(str::to_owned);
    let all: Vec<&[String; 7]> = core::iter::once(&headings).chain(&rows).collect();
    let widths: [usize; 7] = core::array::from_fn(|i| all.iter().map(|row| row[i].len()).max().unwrap_or(0));
    for row in all {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .enumerate()
            .map(
                |(i, (cell, width))| {
                    if matches!(i, 2..=4) { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
                },
            )
            .collect();
        lines.push(format!("  {}", cells.join("  ").trim_end()));
    }
    lines.extend(remarks(test, &places).into_iter().map(|remark| format!("  {remark}")));
    lines.join("\n")
}

fn row<D: Detailed>(i: usize, lane: &Lane<D>, placed: &Option<Placed>) -> [String; 7] {
    let report = lane.report();
    let is_compared = report.compared > 0;
    [
        i.to_string(),
        lane.tested().name.clone(),
        placed.map_or("-".into(), |placed| format!("{:+}", placed.skew).replace("+0", "0")),
        report.compared.to_string(),
        report.errors.to_string(),
        if is_compared { rate(report.rate()) } else { "-".into() },
        verdict(&report),
    ]
}

/// What is not as it should be, and how symbols are numbered.
fn remarks<D: Detailed>(test: &LanesTest<D>, places: &Places) -> Vec<String> {
    let mut remarks = Vec::new();
    let lanes = test.lanes();
    let carries: Vec<String> =
        places.lanes.iter().filter_map(|lane| Some(lane.as_ref()?.carries?.to_string())).collect();
    if !carries.is_empty() {
        let all = carries.join(", ");
        remarks.push(match &places.swapped()[..] {
            [] => "one stream: the lanes carry its bits in turn, in their order".to_owned(),
            [(a, _), (b, _)] => {
                format!("SWAPPED: lanes {a} and {b}; the lanes carry bits {all} of each turn of one stream")
            }
            _ => format!("SWAPPED: the lanes carry bits {all} of each turn of one stream"),
        });
        let is_turned =
            |(i, lane): (usize, &Option<Placed>)| lane.and_then(|lane| lane.carries) == Some((i ^ 7) as u32);
        if lanes.len().is_multiple_of(8) && places.lanes.iter().enumerate().all(is_turned) {
            remarks.push("or bytes are read the wrong way round: see --input".to_owned());
        }
    }
    if let Some(first) = places.first
        && places.lanes.iter().flatten().any(|placed| placed.skew != 0)
    {
        let beside = if carries.is_empty() { format!("lane {first}") } else { "the stream".to_owned() };
        remarks.push(format!("skew: bits of a lane that it comes later than {beside} (below 0: earlier)"));
    }
    for (i, lane) in lanes.iter().enumerate() {
        let report = lane.report();
        if report.locks > 0 {
            let expected = lane.is_sent_inverted().unwrap_or(false);
            match lane.pairs() {
                None if report.inverted != expected => remarks.push(format!("lane {i}: INVERTED on its way")),
                None => {}
                Some(pairs) => {
                    let inverted = if report.inverted != expected { ", sequence inverted" } else { "" };
                    remarks.push(format!("lane {i}: PAM4 levels: {pairs}{inverted}"));
                }
            }
        }
        if report.losses > 0 {
            remarks.push(format!("lane {i}: lock lost {} times", report.losses));
        }
        if report.slips > 0 {
            let (inserted, deleted) = (report.inserted, report.deleted);
            let first =
                report.details.first_slip.map_or(String::new(), |slip| format!(", the first at bit {}", slip.at));
            remarks.push(format!(
                "lane {i}: {}: {inserted} bits inserted, {deleted} deleted{first}",
                counted(report.slips as usize, "slip")
            ));
        }
    }
    remarks
}

fn names<D: Detailed>(lanes: &[Lane<D>]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for lane in lanes {
        if !names.contains(&lane.tested().name.as_str()) {
            names.push(&lane.tested().name);
        }
    }
    names
}

/// The same as one object, schema `lfsr.check-lanes/1`: of each lane what `lfsr.check/1` says, and how it lies to the others.
#[must_use]
pub fn object<D: Detailed>(test: &LanesTest<D>, partial: bool) -> Value {
    let places = test.places();
    let lane = |(lane, placed): (&Lane<D>, &Option<Placed>)| {
        let mut object = check::object(lane.tested(), &lane.report(), lane.settings(), partial);
        object["expected_inverted"] = lane.is_sent_inverted().into();
        object["skew"] = placed.map_or(Value::Null, |placed| placed.skew.to_string().into());
        object["carries"] = placed.and_then(|placed| placed.carries).into();
        object["pam4_levels"] = lane.pairs().map_or(Value::Null, |pairs| json!(pairs.levels()));
        object
    };
    let lanes: Vec<Value> = test.lanes().iter().zip(&places.lanes).map(lane).collect();
    json!({
        "schema": "lfsr.check-lanes/1",
        "source": test.file(),
        "partial": partial,
        "lane_bits": test.sharing().map(|sharing| sharing.group),
        "order": order(test.reading()), "swapped_bits": test.reading().swapped_bits(),
        "skew_beside": places.first,
        "lanes": lanes,
    })
}
