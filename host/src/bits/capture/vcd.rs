//! Value change dumps of simulators, through the crate `vcd`.

use std::io::{self, BufReader};

use vcd::{Command, IdCode, Parser, ReferenceIndex, Value};

use super::{
    choice::{Choice, Chooser, Picked},
    error::Problem,
    format::{Bytes, CaptureOptions, Format, Reader},
    limit::{Allowance, LONGEST_ITEM, Limited, limited},
    lines::{Declared, Levels, WIDEST, wire},
    sampler::{BitBuffer, Sampler},
};
use crate::bits::reading::Reading;

pub(super) static FORMAT: Format = Format {
    name: "vcd",
    help: "Value change dump of a simulator",
    is_sampled: true,
    readings: &[Reading::IN_TIME],
    sniff: |head| {
        let begins = head.bytes.trim_ascii_start().starts_with(b"$");
        if head.is_text() && (head.ends(".vcd") || begins) { 8 } else { 0 }
    },
    open: |bytes, options| Ok(Box::new(Dump::new(bytes, options)?)),
};

/// Commands taken at a time.
const COMMANDS: usize = 1 << 16;

/// Scopes within scopes, at most.
const DEEPEST: usize = 1000;

/// The longest name with its scopes, in bytes.
const LONGEST_NAME: usize = 1 << 16;

/// Commands one by one, each of a largest length: a comment that is never ended would make one of everything.
struct Commands {
    parser: Parser<BufReader<Limited<Bytes>>>,
    allowance: Allowance,
}

impl Commands {
    fn next(&mut self) -> Result<Option<Command>, Problem> {
        self.allowance.renew();
        self.parser.next().transpose().map_err(|error| self.malformed(&error))
    }

    fn malformed(&self, what: &dyn core::fmt::Display) -> Problem {
        Problem::at(format_args!("line {}", self.parser.line()), what)
    }
}

/// A dump read command by command.
struct Dump {
    commands: Commands,
    data: Picked<IdCode>,
    clock: Option<Picked<IdCode>>,
    sampler: Sampler,
    /// Seconds in one unit of time.
    unit: f64,
    time: u64,
    /// Values that changed at this time.
    changed: (Option<Levels>, Option<bool>),
}

impl Dump {
    fn new(bytes: Bytes, options: &CaptureOptions) -> Result<Self, Problem> {
        let (bytes, allowance) = limited(bytes, LONGEST_ITEM);
        let mut commands = Commands { parser: Parser::new(BufReader::new(bytes)), allowance };
        let (choice, unit) = header(&mut commands, options)?;
        let sampler = Sampler::new(choice.sampling, &choice.data.lines);
        let (data, clock) = (choice.data, choice.clock);
        Ok(Self { commands, data, clock, sampler, unit, time: 0, changed: (None, None) })
    }

    /// A signal has new levels, `None` if some are unknown; those of a signal that is not wanted are not looked at.
    fn change(&mut self, code: IdCode, levels: impl Fn() -> Option<Levels>) {
        if code == self.data.id {
            self.changed.0 = levels().map(|levels| self.data.lines.of(&levels));
        }
        if let Some(clock) = self.clock.as_ref().filter(|clock| clock.id == code) {
            self.changed.1 = levels().map(|levels| clock.lines.of(&levels)[0]);
        }
    }

    /// All changes of one time happen at once.
    fn moment(&mut self, out: &mut BitBuffer) -> Result<(), Problem> {
        let (data, clock) = core::mem::take(&mut self.changed);
        self.sampler.step(self.time as f64 * self.unit, data, clock, out)
    }
}

impl Reader for Dump {
    fn more(&mut self, out: &mut BitBuffer) -> Result<bool, Problem> {
        for _ in 0..COMMANDS {
            let Some(command) = self.commands.next()? else {
                self.moment(out)?;
                self.sampler.end(self.time as f64 * self.unit, out)?;
                return Ok(false);
            };
            match command {
                Command::Timestamp(time) => {
                    self.moment(out)?;
                    self.time = time;
                }
                Command::ChangeScalar(code, value) => self.change(code, || level(value).map(wire)),
                Command::ChangeVector(code, vector) => self.change(code, || levels(vector.iter())),
                _ => {}
            }
            if out.is_full() {
                break;
            }
        }
        Ok(true)
    }

    fn readings(&self) -> Option<Vec<Reading>> {
        self.data.lines.readings()
    }
}

/// `None`: unknown.
fn level(value: Value) -> Option<bool> {
    match value {
        Value::V0 => Some(false),
        Value::V1 => Some(true),
        Value::X | Value::Z => None,
    }
}

/// The levels of lines, of which the first is given first; those left out before it are 0. `None` if one is unknown.
fn levels(values: impl Iterator<Item = Value>) -> Option<Levels> {
    let (mut levels, mut count) = (Levels::ZERO, 0);
    for value in values.take(WIDEST) {
        levels.set(count, level(value)?);
        count += 1;
    }
    levels[..count].reverse();
    Some(levels)
}

/// A signal with the indices that it is declared with.
fn declared(width: u32, name: &str, index: Option<ReferenceIndex>) -> (String, Declared) {
    match (width, index) {
        (1, None) => (name.to_owned(), Declared::Wire),
        (1, Some(ReferenceIndex::BitSelect(line) | ReferenceIndex::Range(line, _))) => {
            (format!("{name}[{line}]"), Declared::Wire)
        }
        (_, Some(ReferenceIndex::Range(first, last))) => {
            (format!("{name}[{first}:{last}]"), Declared::Bus(first, last))
        }
        (_, Some(ReferenceIndex::BitSelect(_)) | None) => {
            let first = i32::try_from(width).unwrap_or(i32::MAX).saturating_sub(1);
            (format!("{name}[{first}:0]"), Declared::Bus(first, 0))
        }
    }
}

/// The signals that are wanted, and the seconds in a unit of time. The header is not held: a design may have millions of signals.
fn header(commands: &mut Commands, options: &CaptureOptions) -> Result<(Choice<IdCode>, f64), Problem> {
    let mut chooser = Chooser::new("signal", options);
    let (mut scopes, mut path, mut unit) = (Vec::new(), String::new(), 1.0);
    loop {
        match commands.next()? {
            Some(Command::Enddefinitions) => break,
            Some(Command::Timescale(count, scale)) => unit = f64::from(count) * scale.fraction(),
            Some(Command::ScopeDef(_, name)) => {
                scopes.push(path.len());
                path = path + &name + ".";
                if scopes.len() > DEEPEST || path.len() > LONGEST_NAME {
                    return Err(commands.malformed(&format_args!(
                        "more than {DEEPEST} scopes within each other, or names of more than {LONGEST_NAME} bytes"
                    )));
                }
            }
            Some(Command::Upscope) => path.truncate(scopes.pop().unwrap_or(0)),
            Some(Command::VarDef(_, width, code, name, index)) => {
                let (name, declared) = declared(width, &format!("{path}{name}"), index);
                chooser.add(&name, None, declared, code);
            }
            Some(Command::Comment(_) | Command::Date(_) | Command::Version(_)) => {}
            Some(_) => return Err(commands.malformed(&"a value before the end of the definitions")),
            None => return Err(commands.malformed(&io::Error::from(io::ErrorKind::UnexpectedEof))),
        }
    }
    Ok((chooser.finish(Err(Problem::NoSampling("values change at any time")))?, unit))
}
