//! `lfsr identify`.

use std::{
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use clap::Args;

use super::{
    failure::{Failure, note_terminal},
    options::{CaptureArgs, Global, parse_count},
    print::{titled, write},
    status::Status,
};
use crate::{
    bits::{
        frames::{self, Frames, Span},
        identify::{Finding, identify},
    },
    report::{
        TextOrJson,
        draw::complexity::{Profile, USUAL_BITS},
        frames as frames_report,
        identify::{self as report, Seen},
    },
    terminal::output::Output,
};

/// Finds the shortest register that makes the bits of a capture, and its name, phase, polarity and bit order.
///
/// Without errors by the Berlekamp-Massey algorithm; with errors by the catalogue (every few-th bit and interleaved streams included),
/// clean windows and sums of few bits. Of random streams at most one in 1000 gets a name. Exit status 1 if there is no answer.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  lfsr generate PRBS9 --bits 5k --errors 3e-4 -q | lfsr identify\n  echo FF E1 1D 9A ED 85 33 24 | lfsr identify\n  printf 'c555\\nd714bd\\n8495\\nf8cfdf\\n9bf4b4\\nb70c' | lfsr identify --frames -"
)]
pub(super) struct Identify {
    #[command(flatten)]
    capture: CaptureArgs,
    /// Instead: which checksum the messages of this file carry at their ends, one a line in hexadecimal or bits; `-` is standard input.
    ///
    /// A CRC of 3 to 64 bits with all its parameters, in the catalogue or not; a digest whose key a register steps; a sum. If there is none
    /// at the ends, anywhere else. A `;` may stand before the checksum, `{N}` before the digits says that they are N bits, `#` begins a
    /// remark. Eight frames are enough for most; of ten one may be wrong.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["file", "signal", "clock", "rate", "max_bits"])]
    frames: Option<PathBuf>,
    /// The checksum is bits A to B-1 of each frame, counted from 0; below 0 from the end, as in `-16..` or `-24..-8`.
    #[arg(long, value_name = "A..B", requires = "frames", allow_hyphen_values = true)]
    check: Option<Span>,
    /// Bits looked at, at most.
    #[arg(long, value_name = "N", default_value = "1000000", value_parser = parse_count)]
    max_bits: u64,
    /// Also draw how the shortest register grows, as `lfsr draw complexity` does, into this file (SVG).
    #[arg(long, value_name = "FILE", conflicts_with = "frames")]
    plot: Option<PathBuf>,
    /// How the result is written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

/// Fewer bits are never an answer.
const FEWEST: u64 = 16;

impl Identify {
    /// Reads the bits and prints what they are.
    ///
    /// # Errors
    /// If the input cannot be read or the output not be written.
    pub(super) fn run(self, global: &Global) -> Result<Status, Failure> {
        if let Some(path) = &self.frames {
            return self.run_frames(path, global);
        }
        let mut capture = self.capture.open()?;
        let (words, bits) = capture.read_all(self.max_bits)?;
        let file = capture.name();
        if bits < FEWEST {
            return Err(Failure::bad_input(format!("{file}: {bits} bits; at least {FEWEST} are needed")));
        }
        if let Some(path) = &self.plot {
            let profile = Profile::simplest(capture.worth_trying(), &words, bits.min(USUAL_BITS));
            write(Some(path), profile.svg(file).as_bytes())?;
        }
        let finding = identify(&words, bits, &capture.readings);
        let seen = Seen { file, bits, said: capture.is_said.then_some(capture.readings[0]) };
        let text = match self.format {
            TextOrJson::Text => titled(&report::text(&seen, &finding), global),
            TextOrJson::Json => report::json(&seen, &finding),
        };
        let mut out = Output::new(None)?;
        writeln!(out, "{text}").map_err(|error| out.error(error))?;
        out.finish()?;
        Ok(if matches!(finding, Finding::Constant(_) | Finding::None(_)) { Status::No } else { Status::Done })
    }

    /// Reads the frames and prints which checksum they carry.
    fn run_frames(&self, path: &Path, global: &Global) -> Result<Status, Failure> {
        let bits = match self.capture.format_name() {
            None => None,
            Some("hex") => Some(false),
            Some("ascii") => Some(true),
            Some(other) => {
                return Err(Failure::bad_input(format!(
                    "--input {other}: --frames takes hex or ascii, one frame a line"
                )));
            }
        };
        let is_stdin = path.to_str() == Some("-");
        if is_stdin {
            note_terminal("frames");
        }
        let file = if is_stdin { "standard input".to_owned() } else { path.display().to_string() };
        let text = read(path).map_err(|error| Failure::bad_input(format!("{file}: {error}")))?;
        let all = Frames::read(&text, bits).map_err(|error| Failure::bad_input(format!("{file}: {error}")))?;
        if all.all.len() < FEWEST_FRAMES {
            return Err(Failure::bad_input(format!(
                "{file}: {} of the {FEWEST_FRAMES} frames that are needed at least, one a line",
                all.all.len()
            )));
        }
        let answer = frames::identify(&all, self.check);
        let text = match self.format {
            TextOrJson::Text => titled(&frames_report::text(&file, &all, &answer), global),
            TextOrJson::Json => frames_report::json(&file, &all, &answer),
        };
        let mut out = Output::new(None)?;
        writeln!(out, "{text}").map_err(|error| out.error(error))?;
        out.finish()?;
        let is_none = matches!(answer.finding, frames::Finding::None(_) | frames::Finding::TooFew { .. });
        Ok(if is_none { Status::No } else { Status::Done })
    }
}

/// Fewer frames fit anything.
const FEWEST_FRAMES: usize = 3;

/// The longest file of frames, in bytes.
const LONGEST: u64 = 1 << 22;

fn read(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    let count = match path.to_str() {
        Some("-") => io::stdin().lock().take(LONGEST + 1).read_to_end(&mut bytes)?,
        _ => std::fs::File::open(path)?.take(LONGEST + 1).read_to_end(&mut bytes)?,
    };
    if count as u64 > LONGEST {
        return Err(io::Error::other("more than 4 MiB; a few dozen frames are enough"));
    }
    String::from_utf8(bytes)
        .map_err(|_| io::Error::other("no text: write the frames in hexadecimal or bits, one a line"))
}
