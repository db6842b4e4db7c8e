//! Comma-separated tables: a row for each sample, or (Saleae) for each transition.

use std::io::Read;

use lfsr_core::bit_order::BitOrder;

use super::{
    Sampling,
    format::{CaptureOptions, Format, Reader},
    lines,
    sampler::{BitBuffer, Sampler, clock},
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
    open: |bytes, options| Ok(Box::new(Rows::new(lines::bounded(bytes), options, false)?)),
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
    open: |bytes, options| Ok(Box::new(Rows::new(lines::bounded(bytes), options, true)?)),
};

/// Rows taken at a time.
const ROWS: usize = 4096;

/// A table read row by row.
struct Rows {
    reader: csv::Reader<Box<dyn Read + Send>>,
    record: csv::StringRecord,
    sampler: Sampler,
    data: usize,
    clock: Option<usize>,
    time: Option<usize>,
    last_time: f64,
    /// The first row was data, not a heading.
    held: Option<csv::StringRecord>,
}

impl Rows {
    fn new(reader: Box<dyn Read + Send>, options: &CaptureOptions, timed: bool) -> Result<Self, String> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .comment(Some(b'#'))
            .from_reader(reader);
        let mut first = csv::StringRecord::new();
        if !reader.read_record(&mut first).map_err(explain)? {
            return Err("empty; a table of samples is needed".into());
        }
        let is_heading = first.iter().any(|cell| cell.parse::<f64>().is_err());
        let names: Vec<&str> = first.iter().collect();
        let column = |wanted: &str| -> Result<usize, String> {
            let named = names.iter().position(|name| is_heading && name.eq_ignore_ascii_case(wanted));
            let numbered = wanted.parse::<usize>().ok().filter(|n| (1..=names.len()).contains(n)).map(|n| n - 1);
            named.or(numbered).ok_or_else(|| {
                let known = if is_heading { names.join(", ") } else { format!("1 to {}", names.len()) };
                format!("no column {wanted:?}; there are {known}")
            })
        };
        let looks_timed = is_heading && names.first().is_some_and(|name| name.to_ascii_lowercase().starts_with("time"));
        let time = (timed || looks_timed).then_some(0);
        let clocked = options.clock.as_deref().map(clock).transpose()?;
        let clock_column = clocked.map(|(name, _)| column(name)).transpose()?;
        let data = match &options.signal {
            Some(signal) => column(signal)?,
            None => {
                let mut free = (0..names.len()).filter(|i| Some(*i) != time && Some(*i) != clock_column);
                match (free.next(), free.next()) {
                    (Some(only), None) => only,
                    (Some(_), Some(_)) => {
                        return Err(format!("several columns; choose one with --signal: {}", names.join(", ")));
                    }
                    _ => return Err("no column of samples".into()),
                }
            }
        };
        let sampling = match (clocked, options.rate) {
            (Some((_, falling)), _) => Sampling::Edge { falling },
            (None, Some(rate)) if time.is_some() => Sampling::Rate(rate),
            (None, Some(_)) => return Err("--rate needs times: a first column whose name begins with Time".into()),
            (None, None) if timed => {
                return Err("rows are transitions: say when to take bits, with --rate HZ or --clock NAME".into());
            }
            (None, None) => Sampling::Each,
        };
        let held = (!is_heading).then_some(first.clone());
        let sampler = Sampler::new(sampling);
        Ok(Self { reader, record: first, sampler, data, clock: clock_column, time, last_time: 0.0, held })
    }
}

impl Reader for Rows {
    fn more(&mut self, out: &mut BitBuffer) -> Result<bool, String> {
        for _ in 0..ROWS {
            match self.held.take() {
                Some(first) => self.record = first,
                None => {
                    if !self.reader.read_record(&mut self.record).map_err(explain)? {
                        self.sampler.end(self.last_time, out)?;
                        return Ok(false);
                    }
                }
            }
            let line = self.record.position().map_or(0, csv::Position::line);
            let bit = |column: usize| -> Result<Option<bool>, String> {
                match self.record.get(column) {
                    Some("0") => Ok(Some(false)),
                    Some("1") => Ok(Some(true)),
                    Some("" | "x" | "X" | "z" | "Z") => Ok(None),
                    found => Err(format!(
                        "line {line}, column {}: found {:?} where 0 or 1 should stand",
                        column + 1,
                        found.unwrap_or("nothing")
                    )),
                }
            };
            let (data, clock) = (bit(self.data)?, self.clock.map(bit).transpose()?.flatten());
            if let Some(column) = self.time {
                let cell = self.record.get(column).unwrap_or_default();
                self.last_time = cell.parse().map_err(|_| {
                    format!("line {line}, column {}: found {cell:?} where a time should stand", column + 1)
                })?;
            }
            self.sampler.step(self.last_time, data, clock, out)?;
        }
        Ok(true)
    }
}

fn explain(error: csv::Error) -> String {
    format!("cannot read: {error}")
}
