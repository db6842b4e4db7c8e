//! sigrok sessions: a zip archive with a description and files of samples.

use std::{
    collections::VecDeque,
    fs::File,
    io::{BufReader, Read},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
};

use zip::ZipArchive;

use super::{
    PIECE, Sampling,
    choice::Chooser,
    error::Problem,
    format::{CaptureOptions, Format, Reader},
    limit::{Limited, limited},
    lines::{self, Declared},
    sampler::{BitBuffer, Sampler},
};
use crate::bits::reading::Reading;

pub(super) static FORMAT: Format = Format {
    name: "sr",
    help: "sigrok session",
    is_sampled: true,
    readings: &[Reading::IN_TIME],
    sniff: |head| if head.bytes.starts_with(b"PK\x03\x04") || head.ends(".sr") { 9 } else { 0 },
    // An archive is read from its end: the file is opened again.
    open: |_, options| Ok(Box::new(Session::new(&options.file, options)?)),
};

/// The longest description read.
const LONGEST_METADATA: u64 = 1 << 20;

/// The longest table of contents read.
const LONGEST_CONTENTS: usize = 1 << 24;

/// A session archive.
type Archive = ZipArchive<BufReader<Limited<File>>>;

/// A session read piece by piece; nothing of it is held for longer.
struct Session {
    pieces: Receiver<Result<Vec<u8>, Problem>>,
    /// The start of a sample whose end is in the next piece.
    rest: Vec<u8>,
    /// Bytes a sample.
    unit: usize,
    data: usize,
    clock: Option<usize>,
    sampler: Sampler,
    /// Seconds a sample.
    period: f64,
    count: u64,
}

/// What the description of a session says.
struct Metadata {
    unit: usize,
    /// How the names of the files of samples begin.
    prefix: String,
    /// Samples a second.
    rate: Option<f64>,
    /// Names of channels by their numbers, from 1.
    channels: Vec<(usize, String)>,
}

impl Session {
    fn new(path: &str, options: &CaptureOptions) -> Result<Self, Problem> {
        if path == "-" {
            return Err(Problem::Pipe);
        }
        let (file, allowance) = limited(File::open(path).map_err(Problem::Open)?, LONGEST_CONTENTS);
        let no_session = |error| Problem::at("no sigrok session", error);
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(no_session)?;
        allowance.lift();
        let metadata = Metadata::read(&mut archive)?;
        let mut chooser = Chooser::new("channel", options);
        for (number, name) in &metadata.channels {
            chooser.add(name, Some(*number), Declared::Wire, number - 1);
        }
        let choice = chooser.finish(Ok(Sampling::Each))?;
        if let Sampling::Rate(rate) = choice.sampling {
            let samples = metadata.rate.ok_or(Problem::NoTimes("the session has no samplerate; a clock would do"))?;
            if rate > samples {
                return Err(Problem::TooFast { rate, samples });
            }
        }
        let parts = parts(&archive, &metadata.prefix)?;
        // Shallow: this thread should not be far ahead of who takes the bits.
        let (sender, pieces) = sync_channel(2);
        std::thread::Builder::new()
            .name("unzip".into())
            .spawn(move || unpack(archive, parts, &sender))
            .map_err(Problem::Open)?;
        Ok(Self {
            pieces,
            rest: Vec::new(),
            unit: metadata.unit,
            data: choice.data.id,
            clock: choice.clock.map(|clock| clock.id),
            sampler: Sampler::new(choice.sampling, &choice.data.lines),
            period: metadata.rate.map_or(1.0, |rate| 1.0 / rate),
            count: 0,
        })
    }
}

impl Reader for Session {
    fn more(&mut self, out: &mut BitBuffer) -> Result<bool, Problem> {
        let Ok(piece) = self.pieces.recv() else {
            self.sampler.end(self.count as f64 * self.period, out)?;
            return Ok(false);
        };
        let mut bytes = core::mem::take(&mut self.rest);
        bytes.extend(piece?);
        let samples = bytes.chunks_exact(self.unit);
        self.rest = samples.remainder().to_vec();
        for sample in samples {
            let bit = |bit: usize| sample[bit / 8] >> (bit % 8) & 1 == 1;
            let time = self.count as f64 * self.period;
            self.sampler.step(time, Some(lines::wire(bit(self.data))), self.clock.map(bit), out)?;
            self.count += 1;
        }
        Ok(true)
    }
}

impl Metadata {
    fn read(archive: &mut Archive) -> Result<Self, Problem> {
        let place = "metadata";
        let file =
            archive.by_name(place).map_err(|_| Problem::at("no sigrok session", "there is no metadata in it"))?;
        let mut text = String::new();
        file.take(LONGEST_METADATA).read_to_string(&mut text).map_err(|error| Problem::at(place, error))?;
        let pairs =
            || text.lines().filter_map(|line| line.split_once('=')).map(|(key, value)| (key.trim(), value.trim()));
        let value = |key: &str| pairs().find(|(name, _)| *name == key).map(|(_, value)| value);
        let missing = |key: &str| Problem::at(place, format_args!("no {key}; only logic captures are read"));
        let unit = value("unitsize").and_then(|text| text.parse().ok()).filter(|unit| (1..=64).contains(unit));
        let unit: usize = unit.ok_or_else(|| missing("unitsize"))?;
        let prefix = value("capturefile").ok_or_else(|| missing("capturefile"))?.to_owned();
        let channels = pairs()
            .filter_map(|(key, name)| Some((key.strip_prefix("probe")?.parse().ok()?, name.to_owned())))
            .filter(|(number, _)| (1..=8 * unit).contains(number))
            .collect();
        Ok(Self { unit, prefix, rate: value("samplerate").and_then(frequency), channels })
    }
}

/// The files of samples in order: `logic-1`, or `logic-1-1`, `logic-1-2`, and so on.
fn parts(archive: &Archive, prefix: &str) -> Result<VecDeque<String>, Problem> {
    let number = |name: &str| -> Option<u64> {
        let rest = name.strip_prefix(prefix)?;
        if rest.is_empty() { Some(0) } else { rest.strip_prefix('-')?.parse().ok() }
    };
    let names = archive.file_names().filter_map(Result::ok);
    let mut files: Vec<_> = names.filter_map(|name| Some((number(&name)?, name.into_owned()))).collect();
    files.sort_unstable();
    if files.is_empty() {
        return Err(Problem::at("no samples", format_args!("there is no file {} in it", super::error::quoted(prefix))));
    }
    Ok(files.into_iter().map(|(_, name)| name).collect())
}

/// Unpacks one file after the other, until all are, or nobody takes the pieces any more.
fn unpack(mut archive: Archive, parts: VecDeque<String>, sender: &SyncSender<Result<Vec<u8>, Problem>>) {
    for name in parts {
        let mut part = match archive.by_name(&name) {
            Ok(part) => part,
            Err(error) => {
                let _ = sender.send(Err(Problem::at(name, error)));
                return;
            }
        };
        loop {
            let mut piece = Vec::new();
            let read = part.by_ref().take(PIECE as u64).read_to_end(&mut piece);
            let sent = match read {
                Ok(0) => break,
                Ok(_) => sender.send(Ok(piece)),
                Err(error) => {
                    let _ = sender.send(Err(Problem::at(name, error)));
                    return;
                }
            };
            if sent.is_err() {
                return;
            }
        }
    }
}

/// `1 MHz` -> 1e6.
fn frequency(text: &str) -> Option<f64> {
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let factor = match text[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "hz" => 1.0,
        "khz" => 1e3,
        "mhz" => 1e6,
        "ghz" => 1e9,
        _ => return None,
    };
    let number: f64 = text[..digits].parse().ok()?;
    (number > 0.0).then_some(number * factor)
}
