//! `lfsr device info`, `capture`, `selftest` and `ports`.

use std::{io::Write, path::PathBuf};

use clap::Args;
use lfsr_core::{
    bit_order::BitOrder,
    link::{CapturePlan, SELF_TESTS},
};
use serde_json::json;

use super::{FormatOption, Link, SourceOption, check::feed};
use crate::{
    cmd::{failure::Failure, options::RegisterOptions, print::print, status::Status},
    device::{DeviceClient, serial_ports},
    report::TextOrJson,
    terminal::output::Output,
};

/// `lfsr device info`.
#[derive(Debug, Args)]
pub(crate) struct Info {
    #[command(flatten)]
    link: Link,
    #[command(flatten)]
    format: FormatOption,
}

impl Info {
    pub(super) fn run(self) -> Result<Status, Failure> {
        let mut device = self.link.connect(None)?;
        let info = device.ask(DeviceClient::info)?;
        let sources = device.ask(DeviceClient::sources)?;
        let sources: Vec<_> = sources.iter().map(ToString::to_string).collect();
        let [major, minor, patch] = info.firmware;
        let text = match self.format.format {
            TextOrJson::Json => json!({
                "schema": "lfsr.device/1", "link": self.link.name(), "board": info.board.as_str(),
                "firmware": format!("{major}.{minor}.{patch}"), "max_degree": info.max_degree,
                "static_ram": info.static_ram, "bad_frames": info.bad_frames, "sources": sources,
            })
            .to_string(),
            TextOrJson::Text => format!(
                "{}: {}, lfsr-firmware {major}.{minor}.{patch}\n  registers      up to degree {}\n  sources        {}\n  \
                 kernel and buffers in RAM  {} bytes\n  damaged frames since it started  {}",
                self.link.name(),
                info.board,
                info.max_degree,
                if sources.is_empty() { "none".into() } else { sources.join(", ") },
                info.static_ram,
                info.bad_frames
            ),
        };
        print(format!("{text}\n").as_bytes())
    }
}

/// `lfsr device capture`.
#[derive(Debug, Args)]
pub(crate) struct Capture {
    #[command(flatten)]
    link: Link,
    #[command(flatten)]
    source: SourceOption,
    /// How many bytes.
    #[arg(long, value_name = "N", default_value_t = 4096)]
    bytes: u32,
    /// Write to a file, whole or not at all; `lfsr check` and `lfsr identify` read it as raw bits.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// With --qemu: the sequence that the emulated source is sent.
    #[arg(long, value_name = "REGISTER", default_value = "PRBS7")]
    send: String,
}

impl Capture {
    pub(super) fn run(self) -> Result<Status, Failure> {
        let signal = RegisterOptions::default().signal(&self.send)?;
        let mut out = Output::new(self.output.as_deref())?;
        let mut device = self.link.connect(Some(feed(&signal, BitOrder::Lsb, 0.0, false)))?;
        let source = self.source.number(&mut device)?;
        let (bytes, outcome) = device.capture(&CapturePlan { source, bytes: self.bytes });
        outcome.map_err(|error| device.failure(&error))?;
        out.write_all(&bytes).map_err(|error| out.error(error))?;
        out.finish()?;
        Ok(Status::Done)
    }
}

/// `lfsr device selftest`.
#[derive(Debug, Args)]
pub(crate) struct SelfTest {
    #[command(flatten)]
    link: Link,
    #[command(flatten)]
    format: FormatOption,
}

impl SelfTest {
    pub(super) fn run(self) -> Result<Status, Failure> {
        let mut device = self.link.connect(None)?;
        let failed = device.ask(DeviceClient::self_test)?;
        let passed = |i: usize| failed >> i & 1 == 0;
        let text = match self.format.format {
            TextOrJson::Json => {
                let tests: Vec<_> =
                    (0..SELF_TESTS.len()).map(|i| json!({"test": SELF_TESTS[i], "passed": passed(i)})).collect();
                json!({"schema": "lfsr.device-selftest/1", "link": self.link.name(), "passed": failed == 0, "tests": tests}).to_string()
            }
            TextOrJson::Text => {
                let word = |i| if passed(i) { "passed" } else { "FAILED" };
                (0..SELF_TESTS.len()).map(|i| format!("{}  {}", word(i), SELF_TESTS[i])).collect::<Vec<_>>().join("\n")
            }
        };
        print(format!("{text}\n").as_bytes())?;
        Ok(if failed == 0 { Status::Done } else { Status::No })
    }
}

/// `lfsr device ports`.
#[derive(Debug, Args)]
pub(crate) struct Ports {
    #[command(flatten)]
    format: FormatOption,
}

impl Ports {
    pub(super) fn run(self) -> Result<Status, Failure> {
        let ports =
            serial_ports().map_err(|error| Failure::failed(format!("cannot list the serial ports: {error}")))?;
        let text = match self.format.format {
            TextOrJson::Json => {
                let ports: Vec<_> = ports.iter().map(|(name, guess)| json!({"name": name, "guess": guess})).collect();
                json!({"schema": "lfsr.device-ports/1", "ports": ports}).to_string()
            }
            TextOrJson::Text if ports.is_empty() => "no serial ports here".to_owned(),
            TextOrJson::Text => {
                let line = |(name, guess): &(String, Option<_>)| {
                    guess.map_or(name.clone(), |guess: &str| format!("{name}  ({guess})"))
                };
                ports.iter().map(line).collect::<Vec<_>>().join("\n")
            }
        };
        print(format!("{text}\n").as_bytes())
    }
}
