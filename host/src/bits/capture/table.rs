//! Comma-separated tables: a row for each sample, or (Saleae) for each transition.

use lfsr_core::bit_order::BitOrder;

use super::{
    Sampling,
    choice::Chooser,
    error::{Problem, quoted},
    format::{Bytes, CaptureOptions, Format, Reader},
    limit::{Allowance, LONGEST_ITEM, Limited, limited},
    sampler::{BitBuffer, Sampler},
};

pub(super) static CSV: Format = Format {
    name: "csv",
    help: "A table: one row a sample, the bit in a column",
    is_sampled: true,
    order: BitOrder::Lsb,
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
    order: BitOrder::Lsb,
    sniff: |head| {
        let first = head.first_line().to_ascii_lowercase();
        if head.is_text() && first.starts_with(b"time") && first.contains(&b',') { 7 } else { 0 }
    },
    open: |bytes, options| Ok(Box::new(Rows::new(bytes, options, true)?)),
};

/// Rows taken at a time.
const ROWS: usize = 4096;

/// A table read row by row.
struct Rows {
    reader: csv::Reader<Limited<Bytes>>,
    /// A row has a largest length: a quote that is never closed would make one of everything.
    allowance: Allowance,
    record: csv::StringRecord,
    sampler: Sampler,
    data: usize,
    clock: Option<usize>,
    time: Option<usize>,
    last_time: f64,
    /// The first row was data, not a heading: it is to be sampled, too.
    is_held: bool,
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
            if Some(i) == time {
                chooser.add_named(name, Some(i + 1), i);
            } else {
                chooser.add(name, Some(i + 1), i);
            }
        }
        let each_row = if timed { Err(Problem::NoSampling("rows are transitions")) } else { Ok(Sampling::Each) };
        let choice = chooser.finish(each_row)?;
        if matches!(choice.sampling, Sampling::Rate(_)) && time.is_none() {
            return Err(Problem::NoTimes("a first column whose name begins with Time"));
        }
        let sampler = Sampler::new(choice.sampling);
        let (data, clock) = (choice.data, choice.clock);
        Ok(Self { reader, allowance, record: first, sampler, data, clock, time, last_time: 0.0, is_held: !is_heading })
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
        let bit = |column: usize| match self.record.get(column) {
            Some("0") => Ok(Some(false)),
            Some("1") => Ok(Some(true)),
            Some("" | "x" | "X" | "z" | "Z") => Ok(None),
            cell => Err(wrong(column, cell, "0 or 1")),
        };
        let (data, clock) = (bit(self.data)?, self.clock.map(bit).transpose()?.flatten());
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
}

fn malformed(error: csv::Error) -> Problem {
    let place = error.position().map_or_else(|| "table".to_owned(), |position| format!("line {}", position.line()));
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Problem::Read(error),
        csv::ErrorKind::Utf8 { err, .. } => Problem::at(place, err),
        other => Problem::at(place, format!("{other:?}")),
    }
}
