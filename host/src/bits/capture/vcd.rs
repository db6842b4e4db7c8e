//! Value change dumps of simulators, through the crate `vcd`.

use std::io::{BufReader, Read};

use lfsr_core::bit_order::BitOrder;
use vcd::{Command, IdCode, Parser, ScopeItem, Value};

use super::{
    Sampling,
    format::{CaptureOptions, Format, Reader},
    lines,
    sampler::{BitBuffer, Sampler, clock},
};

pub(super) static FORMAT: Format = Format {
    name: "vcd",
    help: "Value change dump of a simulator",
    is_sampled: true,
    order: BitOrder::Lsb,
    sniff: |head| {
        let begins = head.bytes.trim_ascii_start().starts_with(b"$");
        if head.is_text() && (head.ends(".vcd") || begins) { 8 } else { 0 }
    },
    open: |bytes, options| Ok(Box::new(Dump::new(lines::bounded(bytes), options)?)),
};

/// Commands taken at a time.
const COMMANDS: usize = 1 << 16;

/// A dump read command by command.
struct Dump {
    parser: Parser<BufReader<Box<dyn Read + Send>>>,
    data: IdCode,
    clock: Option<IdCode>,
    sampler: Sampler,
    /// Seconds in one unit of time.
    unit: f64,
    time: u64,
    /// Values that changed at this time.
    changed: (Option<bool>, Option<bool>),
}

impl Dump {
    fn new(reader: Box<dyn Read + Send>, options: &CaptureOptions) -> Result<Self, String> {
        let mut parser = Parser::new(BufReader::new(reader));
        let header = parser.parse_header().map_err(|error| format!("line {}: {error}", parser.line()))?;
        let mut signals = Vec::new();
        collect(&header.items, "", &mut signals);
        let find = |wanted: &str| -> Result<IdCode, String> {
            let ends = |name: &str| name == wanted || name.ends_with(&format!(".{wanted}"));
            let mut hits = signals.iter().filter(|(name, _, size)| *size == 1 && ends(name));
            let codes: Vec<IdCode> = hits.by_ref().map(|(_, code, _)| *code).collect();
            match codes.as_slice() {
                [] => Err(format!("no signal {wanted:?} of one bit; there are {}", list(&signals))),
                [first, rest @ ..] if rest.iter().all(|code| code == first) => Ok(*first),
                _ => Err(format!("several signals {wanted:?}; give the whole path: {}", list(&signals))),
            }
        };
        let clocked = options.clock.as_deref().map(clock).transpose()?;
        let clock_code = clocked.map(|(name, _)| find(name)).transpose()?;
        let data = match &options.signal {
            Some(name) => find(name)?,
            None => {
                let mut free: Vec<IdCode> =
                    signals.iter().filter(|s| s.2 == 1 && Some(s.1) != clock_code).map(|s| s.1).collect();
                free.sort_unstable();
                free.dedup();
                match free.as_slice() {
                    [only] => *only,
                    [] => return Err("no signal of one bit".into()),
                    _ => return Err(format!("several signals; choose one with --signal: {}", list(&signals))),
                }
            }
        };
        let sampling = match (clocked, options.rate) {
            (Some((_, falling)), _) => Sampling::Edge { falling },
            (None, Some(rate)) => Sampling::Rate(rate),
            (None, None) => {
                return Err("values change at any time: say when to take bits, with --clock NAME or --rate HZ".into());
            }
        };
        let unit = header.timescale.map_or(1.0, |(count, unit)| f64::from(count) * unit.fraction());
        let sampler = Sampler::new(sampling);
        Ok(Self { parser, data, clock: clock_code, sampler, unit, time: 0, changed: (None, None) })
    }

    fn change(&mut self, code: IdCode, value: Value) {
        let bit = match value {
            Value::V0 => Some(false),
            Value::V1 => Some(true),
            Value::X | Value::Z => None,
        };
        if code == self.data {
            self.changed.0 = bit;
        }
        if Some(code) == self.clock {
            self.changed.1 = bit;
        }
    }

    /// All changes of one time happen at once.
    fn moment(&mut self, out: &mut BitBuffer) -> Result<(), String> {
        let (data, clock) = core::mem::take(&mut self.changed);
        self.sampler.step(self.time as f64 * self.unit, data, clock, out)
    }
}

impl Reader for Dump {
    fn more(&mut self, out: &mut BitBuffer) -> Result<bool, String> {
        for _ in 0..COMMANDS {
            let command = match self.parser.next() {
                Some(command) => command.map_err(|error| format!("line {}: {error}", self.parser.line()))?,
                None => {
                    self.moment(out)?;
                    self.sampler.end(self.time as f64 * self.unit, out)?;
                    return Ok(false);
                }
            };
            match command {
                Command::Timestamp(time) => {
                    self.moment(out)?;
                    self.time = time;
                }
                Command::ChangeScalar(code, value) => self.change(code, value),
                Command::ChangeVector(code, vector) => {
                    if let Some(value) = vector.get(0) {
                        self.change(code, value);
                    }
                }
                _ => {}
            }
        }
        Ok(true)
    }
}

fn collect(items: &[ScopeItem], path: &str, out: &mut Vec<(String, IdCode, u32)>) {
    let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    for item in items {
        match item {
            ScopeItem::Scope(scope) => collect(&scope.items, &join(&scope.identifier), out),
            ScopeItem::Var(var) => out.push((join(&var.reference), var.code, var.size)),
            _ => {}
        }
    }
}

fn list(signals: &[(String, IdCode, u32)]) -> String {
    let names: Vec<&str> = signals.iter().filter(|s| s.2 == 1).map(|s| s.0.as_str()).collect();
    if names.len() > 20 {
        format!("{} and {} more", names[..20].join(", "), names.len() - 20)
    } else {
        names.join(", ")
    }
}
