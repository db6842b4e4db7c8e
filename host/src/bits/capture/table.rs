//! Comma-separated tables: a row for each sample, or (Saleae) for each transition.

use super::{
    Sampling,
    choice::{Chooser, Picked},
    error::{Problem, quoted},
    format::{Bytes, CaptureOptions, Format, Reader},
    limit::{Allowance, LONGEST_ITEM, Limited, limited},
    lines::{self, Declared},
    radix::Radix,
    sampler::{BitBuffer, Sampler},
};
use crate::bits::reading::Reading;

pub(super) static CSV: Format = Format {
    name: "csv",
    help: "A table: one row a sample, the bit in a column",
    is_sampled: true,
    readings: &[Reading::IN_TIME],
    sniff: |head| {
        let bits = |b: &u8| matches!(b, b'0' | b'1' | b'_' | b',') || b.is_ascii_whitespace();
        let is_table = head.first_line().contains(&b',') && !head.bytes.iter().all(bits);
        if head.is_text() && (head.ends(".csv") || is_table) { 6 } else { 0 }
    },
    open: |bytes, options| Ok(Box::new(Rows::new(bytes, options, false)?)),
};

pub(super) static SALEAE: Format = Format {
    name: "saleae",
    help: "Saleae Logic's digital export: one row a transition, the time in the first column",
    is_sampled: true,
    readings: &[Reading::IN_TIME],
    sniff: |head| if head.is_text() && is_of_transitions(head.bytes) { 7 } else { 0 },
    open: |bytes, options| Ok(Box::new(Rows::new(bytes, options, true)?)),
};

/// Whether the rows of a table are transitions: its first column is the time, in Saleae's words, or with gaps that are not all alike.
fn is_of_transitions(bytes: &[u8]) -> bool {
    /// Times are printed with so few digits that equal steps look a little different.
    const ALIKE: f64 = 0.02;
    let mut lines = bytes.split(|&b| b == b'\n').map(String::from_utf8_lossy);
    let heading = lines.next().unwrap_or_default().to_ascii_lowercase();
    let Some(rest) = heading.strip_prefix("time").filter(|rest| rest.contains(',')) else { return false };
    if rest.trim_start().starts_with("[s]") {
        return true;
    }
    let times: Vec<f64> = lines.map_while(|line| line.split(',').next()?.trim().parse().ok()).collect();
    // The last line may be cut.
    let times = &times[..times.len().saturating_sub(1)];
    let gaps = || times.windows(2).map(|pair| pair[1] - pair[0]);
    let (least, most) = (gaps().fold(f64::INFINITY, f64::min), gaps().fold(0.0, f64::max));
    most > least * (1.0 + ALIKE)
}

/// Rows taken at a time.
const ROWS: usize = 4096;

/// A table read row by row.
struct Rows {
    reader: csv::Reader<Limited<Bytes>>,
    /// A row has a largest length: a quote that is never closed would make one of everything.
    allowance: Allowance,
    record: csv::StringRecord,
    sampler: Sampler,
    data: Column,
    clock: Option<Column>,
    time: Option<usize>,
    last_time: f64,
    /// The first row was data, not a heading: it is to be sampled, too.
    is_held: bool,
}

/// A column that is taken.
struct Column {
    picked: Picked<usize>,
    radix: Radix,
}

impl Rows {
    fn new(bytes: Bytes, options: &CaptureOptions, timed: bool) -> Result<Self, Problem> {
        let (bytes, allowance) = limited(bytes, LONGEST_ITEM);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .comment(Some(b'#'))
            .from_reader(bytes);
        let mut first = csv::StringRecord::new();
        if !reader.read_record(&mut first).map_err(malformed)? {
            return Err(Problem::at("line 1", "empty; a table of samples is needed"));
        }
        let is_heading = first.iter().any(|cell| cell.parse::<f64>().is_err());
        let looks_timed = is_heading && first.get(0).is_some_and(|name| name.to_ascii_lowercase().starts_with("time"));
        let time = (timed || looks_timed).then_some(0);
        let mut chooser = Chooser::new("column", options);
        for (i, name) in first.iter().enumerate() {
            let unnamed = (i + 1).to_string();
            let name = if is_heading { name } else { &unnamed };
            let declared = Declared::of_column(name);
            if Some(i) == time {
                chooser.add_named(name, Some(i + 1), declared, i);
            } else {
                chooser.add(name, Some(i + 1), declared, i);
            }
        }
        let each_row = if timed { Err(Problem::NoSampling("rows are transitions")) } else { Ok(Sampling::Each) };
        let choice = chooser.finish(each_row)?;
        if matches!(choice.sampling, Sampling::Rate(_)) && time.is_none() {
            return Err(Problem::NoTimes("a first column whose name begins with Time"));
        }
        let sampler = Sampler::new(choice.sampling, &choice.data.lines);
        // Some logic analysers say in the second row how numbers are written.
        let mut is_held = !is_heading;
        if is_heading {
            allowance.renew();
            is_held = reader.read_record(&mut first).map_err(malformed)?;
        }
        let says_radix =
            is_held && is_heading && first.get(0).is_some_and(|cell| cell.to_ascii_lowercase().starts_with("radix"));
        let column = |picked: Picked<usize>| {
            let said = first.get(picked.id).filter(|_| says_radix).and_then(Radix::by_name);
            Column { radix: said.unwrap_or(Radix::ByLook), picked }
        };
        let (data, clock) = (column(choice.data), choice.clock.map(column));
        is_held &= !says_radix;
        Ok(Self { reader, allowance, record: first, sampler, data, clock, time, last_time: 0.0, is_held })
    }

    /// Samples the row in hand.
    fn sample(&mut self, out: &mut BitBuffer) -> Result<(), Problem> {
        let line = self.record.position().map_or(0, csv::Position::line);
        let wrong = |column: usize, cell: Option<&str>, wanted| Problem::Syntax {
            line,
            column: column as u64 + 1,
            found: cell.map_or("nothing".into(), quoted),
            wanted,
        };
        let levels = |column: &Column| {
            let (id, lines) = (column.picked.id, &column.picked.lines);
            let cell = self.record.get(id);
            if lines.width == 1 {
                return match cell {
                    Some("0") => Ok(Some(lines::wire(false))),
                    Some("1") => Ok(Some(lines::wire(true))),
                    Some("" | "x" | "X" | "z" | "Z") => Ok(None),
                    cell => Err(Problem::NotABit {
                        line,
                        column: id as u64 + 1,
                        found: cell.map_or("nothing".into(), quoted),
                    }),
                };
            }
            match column.radix.levels(cell.unwrap_or_default(), lines.width) {
                Ok(levels) => Ok(levels.map(|levels| lines.of(&levels))),
                Err(wanted) => Err(wrong(id, cell, wanted)),
            }
        };
        let data = levels(&self.data)?;
        let clock = self.clock.as_ref().map(levels).transpose()?.flatten().map(|levels| levels[0]);
        if let Some(column) = self.time {
            let cell = self.record.get(column);
            let time = cell.and_then(|cell| cell.parse().ok()).filter(|time: &f64| time.is_finite());
            self.last_time = time.ok_or_else(|| wrong(column, cell, "a time"))?;
        }
        self.sampler.step(self.last_time, data, clock, out)
    }
}

impl Reader for Rows {
    fn more(&mut self, out: &mut BitBuffer) -> Result<bool, Problem> {
        for _ in 0..ROWS {
            if !core::mem::take(&mut self.is_held) {
                self.allowance.renew();
                if !self.reader.read_record(&mut self.record).map_err(malformed)? {
                    self.sampler.end(self.last_time, out)?;
                    return Ok(false);
                }
            }
            self.sample(out)?;
            if out.is_full() {
                break;
            }
        }
        Ok(true)
    }

    fn readings(&self) -> Option<Vec<Reading>> {
        self.data.picked.lines.readings()
    }
}

fn malformed(error: csv::Error) -> Problem {
    let place = error.position().map_or_else(|| "table".to_owned(), |position| format!("line {}", position.line()));
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Problem::Read(error),
        csv::ErrorKind::Utf8 { err, .. } => Problem::at(place, err),
        other => Problem::at(place, format!("{other:?}")),
    }
}
