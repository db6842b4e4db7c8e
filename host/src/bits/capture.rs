//! [`Capture`]: received bits out of raw files, text, tables and the files of logic analysers, a piece at a time.

mod lines;
mod sampler;
mod table;
mod text;
mod vcd;
mod zipped;

use std::{
    fs::File,
    io::{self, Read},
};

use clap::{Args, ValueEnum};
use lfsr_core::bit_order::BitOrder;

use sampler::BitBuffer;
pub use sampler::Sampling;

/// Bytes read at a time.
const PIECE: usize = 1 << 17;

/// Bytes that are looked at to tell the format.
const HEAD: usize = 4096;

/// Where received bits are and how they are written.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Input")]
pub struct CaptureOptions {
    /// The file; `-` or nothing is standard input.
    #[arg(value_name = "FILE", default_value = "-")]
    pub file: String,
    /// How the bits are written [default: by name and content; unknown bytes are raw, in whichever order fits].
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    pub input: InputFormat,
    /// Which signal of a VCD, .sr or CSV file: a name, or the number of a column or channel from 1 on [default: the only one].
    #[arg(long, value_name = "NAME")]
    pub signal: Option<String>,
    /// Take a bit at each edge of this signal: NAME, NAME:rising (the default) or NAME:falling.
    #[arg(long, value_name = "NAME[:EDGE]", conflicts_with = "rate")]
    pub clock: Option<String>,
    /// Bits per second: bits are counted from transition to transition.
    #[arg(long, value_name = "HZ", value_parser = parse_rate)]
    pub rate: Option<f64>,
}

fn parse_rate(text: &str) -> Result<f64, String> {
    let (digits, factor) = match text.trim().char_indices().last() {
        Some((at, 'k' | 'K')) => (&text.trim()[..at], 1e3),
        Some((at, 'M')) => (&text.trim()[..at], 1e6),
        Some((at, 'G')) => (&text.trim()[..at], 1e9),
        _ => (text.trim(), 1.0),
    };
    match digits.parse::<f64>() {
        Ok(rate) if rate.is_finite() && rate > 0.0 => Ok(rate * factor),
        _ => Err("a number of bits per second such as 9600, 1M or 2.5e9".into()),
    }
}

/// How bits are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InputFormat {
    /// Told from name and content.
    Auto,
    /// Eight bits a byte, the first in bit 7.
    RawMsb,
    /// Eight bits a byte, the first in bit 0.
    RawLsb,
    /// Characters 0 and 1; blanks, commas and _ are skipped, # starts a comment.
    Ascii,
    /// Hexadecimal digits, the first bit the highest of each.
    Hex,
    /// A table: one row a sample, the bit in a column.
    Csv,
    /// Value change dump of a simulator.
    Vcd,
    /// sigrok session.
    Sr,
    /// Saleae Logic's digital export: one row a transition, the time in the first column.
    Saleae,
}

/// Received bits. `order` says how each byte of the words given out is filled.
pub struct Capture {
    name: String,
    /// Of the words that [`Capture::read`] gives.
    pub order: BitOrder,
    /// Whether the order was not said and is a guess.
    pub is_order_guessed: bool,
    decoder: Decoder,
    buffer: BitBuffer,
    done: bool,
}

enum Decoder {
    Raw(Box<dyn Read + Send>),
    Text(text::Text),
    Table(Box<table::Rows>),
    Vcd(Box<vcd::Dump>),
    Zip(Box<zipped::Session>),
}

impl core::fmt::Debug for Capture {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Capture").field("name", &self.name).field("order", &self.order).finish_non_exhaustive()
    }
}

impl Capture {
    /// Opens the file and finds out its format.
    ///
    /// # Errors
    /// With the name of the file, and a remedy.
    pub fn open(options: &CaptureOptions) -> Result<Self, String> {
        let name = if options.file == "-" { "standard input".to_owned() } else { options.file.clone() };
        let mut reader: Box<dyn Read + Send> = if options.file == "-" {
            Box::new(io::stdin())
        } else {
            let path = std::path::Path::new(&options.file);
            if path.is_dir() {
                return Err(format!("{name}: is a directory; give a file of bits"));
            }
            Box::new(File::open(path).map_err(|error| format!("{name}: cannot open: {error}"))?)
        };
        let mut head = Vec::new();
        let format = match options.input {
            InputFormat::Auto => {
                reader
                    .by_ref()
                    .take(HEAD as u64)
                    .read_to_end(&mut head)
                    .map_err(|e| format!("{name}: cannot read: {e}"))?;
                guess(&options.file, &head)
            }
            known => known,
        };
        if !matches!(format, InputFormat::Csv | InputFormat::Vcd | InputFormat::Sr | InputFormat::Saleae)
            && (options.signal.is_some() || options.clock.is_some() || options.rate.is_some())
        {
            return Err(format!(
                "{name}: --signal, --clock and --rate are for CSV, VCD, .sr and Saleae files; say which with --input"
            ));
        }
        let reader: Box<dyn Read + Send> = Box::new(io::Cursor::new(head).chain(reader));
        let in_file = |message: String| format!("{name}: {message}");
        let decoder = match format {
            InputFormat::Auto | InputFormat::RawMsb | InputFormat::RawLsb => Decoder::Raw(reader),
            InputFormat::Ascii => Decoder::Text(text::Text::new(reader, false)),
            InputFormat::Hex => Decoder::Text(text::Text::new(reader, true)),
            InputFormat::Csv => {
                Decoder::Table(Box::new(table::Rows::new(lines::bounded(reader), options, false).map_err(in_file)?))
            }
            InputFormat::Saleae => {
                Decoder::Table(Box::new(table::Rows::new(lines::bounded(reader), options, true).map_err(in_file)?))
            }
            InputFormat::Vcd => {
                Decoder::Vcd(Box::new(vcd::Dump::new(lines::bounded(reader), options).map_err(in_file)?))
            }
            InputFormat::Sr => Decoder::Zip(Box::new(zipped::Session::new(&options.file, options).map_err(in_file)?)),
        };
        let raw = matches!(decoder, Decoder::Raw(_));
        Ok(Self {
            name,
            order: if raw && format != InputFormat::RawLsb { BitOrder::Msb } else { BitOrder::Lsb },
            is_order_guessed: format == InputFormat::Auto,
            decoder,
            buffer: BitBuffer::default(),
            done: false,
        })
    }

    /// The name for messages.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Replaces `words` by the next ones; returns the number of bits in them: 0 at the end, and no multiple of 64 only right before.
    ///
    /// # Errors
    /// With the name of the file, the place and what was found there.
    pub fn read(&mut self, words: &mut Vec<u64>) -> Result<u64, String> {
        words.clear();
        while !self.done && self.buffer.len() < 64 {
            let more = match &mut self.decoder {
                Decoder::Raw(reader) => raw(reader, &mut self.buffer),
                Decoder::Text(text) => text.more(&mut self.buffer),
                Decoder::Table(rows) => rows.more(&mut self.buffer),
                Decoder::Vcd(dump) => dump.more(&mut self.buffer),
                Decoder::Zip(session) => session.more(&mut self.buffer),
            };
            self.done = !more.map_err(|message| format!("{}: {message}", self.name))?;
        }
        Ok(self.buffer.take(words, self.done))
    }

    /// Everything up to `most` bits, in time order: bit i of word j is number 64 j + i.
    ///
    /// # Errors
    /// Those of [`Capture::read`].
    pub fn read_all(&mut self, most: u64) -> Result<(Vec<u64>, u64), String> {
        let (mut all, mut piece, mut bits) = (Vec::new(), Vec::new(), 0);
        while bits < most {
            let now = self.read(&mut piece)?;
            if now == 0 {
                break;
            }
            all.extend(piece.iter().map(|&word| self.order.word(word)));
            bits += now;
        }
        let bits = bits.min(most);
        all.truncate(bits.div_ceil(64) as usize);
        if !bits.is_multiple_of(64)
            && let Some(last) = all.last_mut()
        {
            *last &= (1 << (bits % 64)) - 1;
        }
        Ok((all, bits))
    }
}

/// Reads what there is, whole bytes.
fn raw(reader: &mut dyn Read, buffer: &mut BitBuffer) -> Result<bool, String> {
    let mut bytes = vec![0; PIECE];
    loop {
        match reader.read(&mut bytes) {
            Ok(0) => return Ok(false),
            Ok(count) => {
                buffer.push_bytes(&bytes[..count]);
                return Ok(true);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(format!("cannot read: {error}")),
        }
    }
}

/// The format by the name's ending, then by content; `Auto` for raw bytes.
fn guess(name: &str, head: &[u8]) -> InputFormat {
    let lower = name.to_ascii_lowercase();
    let ends = |ending: &str| lower.ends_with(ending);
    if head.starts_with(b"PK\x03\x04") || ends(".sr") {
        return InputFormat::Sr;
    }
    let text = head.iter().all(|b| b.is_ascii_graphic() || b.is_ascii_whitespace()) && !head.is_empty();
    if !text {
        return InputFormat::Auto;
    }
    let start = head.trim_ascii_start();
    if ends(".vcd") || start.starts_with(b"$") {
        return InputFormat::Vcd;
    }
    let lines: Vec<&[u8]> = head.split(|&b| b == b'\n').collect();
    if lines[0].to_ascii_lowercase().starts_with(b"time") && lines[0].contains(&b',') {
        return InputFormat::Saleae;
    }
    let bits = |b: &u8| matches!(b, b'0' | b'1' | b'_' | b',') || b.is_ascii_whitespace();
    if ends(".csv") || (lines[0].contains(&b',') && !head.iter().all(bits)) {
        return InputFormat::Csv;
    }
    let body: Vec<u8> =
        lines.iter().flat_map(|line| line.split(|&b| b == b'#').next().unwrap_or(&[])).copied().collect();
    if body.iter().all(bits) {
        InputFormat::Ascii
    } else if body.iter().all(|b| b.is_ascii_hexdigit() || b.is_ascii_whitespace() || matches!(b, b'_' | b'x' | b'X')) {
        InputFormat::Hex
    } else {
        InputFormat::Auto
    }
}

#[cfg(test)]
mod tests;
