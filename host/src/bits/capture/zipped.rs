//! sigrok sessions: a zip archive with a description and files of samples.

use std::{
    collections::VecDeque,
    fs::File,
    io::{BufReader, Read},
};

use lfsr_core::bit_order::BitOrder;
use zip::ZipArchive;

use super::{
    PIECE, Sampling,
    format::{CaptureOptions, Format, Reader},
    sampler::{BitBuffer, Sampler, clock},
};

pub(super) static FORMAT: Format = Format {
    name: "sr",
    help: "sigrok session",
    is_sampled: true,
    order: BitOrder::Lsb,
    sniff: |head| if head.bytes.starts_with(b"PK\x03\x04") || head.ends(".sr") { 9 } else { 0 },
    // An archive is read from its end: the file is opened again.
    open: |_, options| Ok(Box::new(Session::new(&options.file, options)?)),
};

/// The longest description read.
const LONGEST_METADATA: u64 = 1 << 20;

/// A session read file by file.
struct Session {
    archive: ZipArchive<BufReader<File>>,
    files: VecDeque<String>,
    /// The file being read, unpacked; sigrok splits long recordings into files of a few megabytes.
    samples: Vec<u8>,
    at: usize,
    unit: usize,
    data: usize,
    clock: Option<usize>,
    sampler: Sampler,
    /// Seconds a sample.
    period: f64,
    count: u64,
}

/// The largest file of samples that is unpacked: what is larger is no file that sigrok writes.
const LARGEST_PART: u64 = 1 << 28;

impl Session {
    fn new(path: &str, options: &CaptureOptions) -> Result<Self, String> {
        if path == "-" {
            return Err("a .sr session cannot be read from a pipe; give the file".into());
        }
        let file = File::open(path).map_err(|error| format!("cannot open: {error}"))?;
        let mut archive =
            ZipArchive::new(BufReader::new(file)).map_err(|error| format!("no sigrok session: {error}"))?;
        let mut text = String::new();
        let metadata = archive.by_name("metadata").map_err(|_| "no sigrok session: there is no metadata in it")?;
        metadata
            .take(LONGEST_METADATA)
            .read_to_string(&mut text)
            .map_err(|error| format!("metadata: cannot read: {error}"))?;
        let value = |key: &str| {
            let mut pairs = text.lines().filter_map(|line| line.split_once('='));
            pairs.find(|(name, _)| name.trim() == key).map(|(_, value)| value.trim())
        };
        let unit: usize = value("unitsize")
            .and_then(|text| text.parse().ok())
            .filter(|unit| (1..=64).contains(unit))
            .ok_or("metadata: no unitsize; only logic captures are read")?;
        let prefix = value("capturefile").ok_or("metadata: no capturefile; only logic captures are read")?;
        let probes: Vec<(usize, &str)> = text
            .lines()
            .filter_map(|line| line.split_once('='))
            .filter_map(|(key, name)| Some((key.trim().strip_prefix("probe")?.parse().ok()?, name.trim())))
            .filter(|(number, _)| (1..=8 * unit).contains(number))
            .collect();
        let names = || probes.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ");
        let find = |wanted: &str| -> Result<usize, String> {
            let named = probes.iter().find(|(_, name)| name.eq_ignore_ascii_case(wanted));
            let numbered = || probes.iter().find(|(number, _)| wanted.parse() == Ok(*number));
            let hit = named.or_else(numbered).ok_or_else(|| format!("no channel {wanted:?}; there are {}", names()))?;
            Ok(hit.0 - 1)
        };
        let clocked = options.clock.as_deref().map(clock).transpose()?;
        let clock_bit = clocked.map(|(name, _)| find(name)).transpose()?;
        let data = match &options.signal {
            Some(name) => find(name)?,
            None => {
                let free: Vec<usize> = probes.iter().map(|p| p.0 - 1).filter(|bit| Some(*bit) != clock_bit).collect();
                match free.as_slice() {
                    [only] => *only,
                    _ => return Err(format!("several channels; choose one with --signal: {}", names())),
                }
            }
        };
        let sample_rate = value("samplerate").and_then(frequency);
        let sampling = match (clocked, options.rate) {
            (Some((_, falling)), _) => Sampling::Edge { falling },
            (None, Some(rate)) => Sampling::Rate(rate),
            (None, None) => Sampling::Each,
        };
        if matches!(sampling, Sampling::Rate(_)) && sample_rate.is_none() {
            return Err("metadata: no samplerate, so --rate says nothing; use --clock".into());
        }
        // `logic-1`, or `logic-1-1`, `logic-1-2`, ...
        let mut files: Vec<(u64, String)> = archive
            .file_names()
            .filter_map(|name| {
                let name = name.ok()?;
                let rest = name.strip_prefix(prefix)?;
                let number = if rest.is_empty() { 0 } else { rest.strip_prefix('-')?.parse().ok()? };
                Some((number, name.into_owned()))
            })
            .collect();
        files.sort_unstable();
        if files.is_empty() {
            return Err(format!("no samples: there is no {prefix} in it"));
        }
        Ok(Self {
            archive,
            files: files.into_iter().map(|(_, name)| name).collect(),
            samples: Vec::new(),
            at: 0,
            unit,
            data,
            clock: clock_bit,
            sampler: Sampler::new(sampling),
            period: sample_rate.map_or(1.0, |rate| 1.0 / rate),
            count: 0,
        })
    }
}

impl Reader for Session {
    fn more(&mut self, out: &mut BitBuffer) -> Result<bool, String> {
        if self.at == self.samples.len() {
            let Some(name) = self.files.pop_front() else {
                self.sampler.end(self.count as f64 * self.period, out)?;
                return Ok(false);
            };
            self.samples.clear();
            self.at = 0;
            let part = self.archive.by_name(&name).map_err(|error| format!("{name}: {error}"))?;
            let read = part.take(LARGEST_PART + 1).read_to_end(&mut self.samples);
            if read.map_err(|error| format!("{name}: cannot unpack: {error}"))? as u64 > LARGEST_PART {
                return Err(format!("{name}: larger than {LARGEST_PART} bytes unpacked; record in more than one file"));
            }
            let whole = self.samples.len() / self.unit * self.unit;
            self.samples.truncate(whole);
        }
        let end = self.samples.len().min(self.at + PIECE / self.unit * self.unit);
        for sample in self.samples[self.at..end].chunks_exact(self.unit) {
            let bit = |bit: usize| sample[bit / 8] >> (bit % 8) & 1 == 1;
            let time = self.count as f64 * self.period;
            self.sampler.step(time, Some(bit(self.data)), self.clock.map(bit), out)?;
            self.count += 1;
        }
        self.at = end;
        Ok(true)
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
