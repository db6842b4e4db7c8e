//! `lfsr device`: talks to the firmware.

mod board;
mod check;
mod cross_check;
mod failure;
mod simple;

use core::{cell::RefCell, time::Duration};
use std::{io, path::PathBuf};

use clap::{ArgGroup, Args, Subcommand};
use lfsr_core::link::{CapturePlan, ClientError};

use super::failure::Failure;
use crate::{
    cmd::{options::Global, status::Status},
    device::{self, DeviceClient, Emulated, Feed, Patience, Port, SLICE},
    report::TextOrJson,
};

/// Time without a good frame after which a device is given up.
const TIMEOUT: f64 = 5.0;

/// The same for an emulated one, which shares the processor with us.
const EMULATED_TIMEOUT: f64 = 30.0;

/// What to do with a device.
#[derive(Debug, Subcommand)]
pub(super) enum Device {
    /// Who is there: board, firmware, sources.
    Info(simple::Info),
    /// Measures the bit error rate of what a source of the device receives.
    Check(check::Check),
    /// Fetches bits of a source as they come.
    Capture(simple::Capture),
    /// Runs random registers, and with --qemu random streams, on the device and here, and compares.
    CrossCheck(cross_check::CrossCheck),
    /// Lets the device test itself by known answers.
    Selftest(simple::SelfTest),
    /// Lists the serial ports of this machine.
    Ports(simple::Ports),
    /// Puts the firmware on a board.
    Flash(board::Flash),
    /// Rights to use boards, for Linux.
    Setup(board::Setup),
}

impl Device {
    /// Runs the command.
    ///
    /// # Errors
    /// If the device cannot be reached, fails, or the output cannot be written.
    pub(super) fn run(self, global: &Global) -> Result<Status, Failure> {
        match self {
            Self::Info(command) => command.run(),
            Self::Check(command) => command.run(global),
            Self::Capture(command) => command.run(),
            Self::CrossCheck(command) => command.run(global),
            Self::Selftest(command) => command.run(),
            Self::Ports(command) => command.run(),
            Self::Flash(command) => command.run(),
            Self::Setup(command) => command.run(),
        }
    }
}

/// How to reach the device.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "The device")]
#[group(skip)]
#[command(group = ArgGroup::new("transport").required(true).args(["port", "tcp", "qemu"]))]
struct Link {
    /// A serial port, such as /dev/ttyACM0 or COM3.
    #[arg(long, value_name = "PORT")]
    port: Option<PathBuf>,
    /// A TCP address.
    #[arg(long, value_name = "HOST:PORT")]
    tcp: Option<String>,
    /// An emulated board (needs qemu-system-arm and the image of `cargo xtask firmware`).
    #[arg(long)]
    qemu: bool,
    /// Of the serial port.
    #[arg(long, value_name = "RATE", default_value = "115200")]
    baud: u32,
    /// The image for --qemu.
    #[arg(long, value_name = "FILE", requires = "qemu")]
    image: Option<PathBuf>,
    /// Give up after so long without a good frame, whatever else comes [default: 5; 30 with --qemu].
    #[arg(long, value_name = "SECONDS", value_parser = parse_timeout)]
    timeout: Option<Duration>,
}

fn parse_timeout(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds: &f64| (0.01..=86_400.0).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| "a number of seconds from 0.01 to 86400".into())
}

/// A device in hand.
struct Connected {
    client: DeviceClient,
    name: String,
    patience: Patience,
    /// Ends with us.
    _emulated: Option<Emulated>,
}

impl Connected {
    /// Does something with the device; it is given up after the time-out without a good frame.
    fn ask<T>(
        &mut self,
        what: impl FnOnce(&mut DeviceClient) -> Result<T, ClientError<io::Error, io::Error>>,
    ) -> Result<T, Failure> {
        self.patience.renew();
        what(&mut self.client).map_err(|error| self.failure(&error))
    }

    /// The first bytes that a source gives, in a row; and why there are no more, if there should be.
    fn capture(&mut self, plan: &CapturePlan) -> (Vec<u8>, Result<(), ClientError<io::Error, io::Error>>) {
        // Held until whole, since a capture that is begun anew must not leave a beginning behind.
        let taken = RefCell::new(Vec::new());
        let patience = self.patience.clone();
        patience.renew();
        let sink = |chunk: &[u8]| {
            patience.renew();
            taken.borrow_mut().extend_from_slice(chunk);
        };
        let outcome = self.client.capture(plan, sink, || taken.borrow_mut().clear());
        (taken.into_inner(), outcome)
    }

    fn failure(&self, error: &ClientError<io::Error, io::Error>) -> Failure {
        Failure::failed(format!("{}: {}", self.name, device::explain(error, &self.patience)))
    }
}

impl Link {
    /// Opens the link and makes sure that the device answers. `feed` goes to the source of an emulated one.
    fn connect(&self, feed: Option<Feed>) -> Result<Connected, Failure> {
        let usual = if self.qemu { EMULATED_TIMEOUT } else { TIMEOUT };
        let patience = Patience::new(self.timeout.unwrap_or(Duration::from_secs_f64(usual)));
        let (port, emulated) = match (&self.port, &self.tcp) {
            (Some(path), _) => (Port::serial(path, self.baud, SLICE)?, None),
            (_, Some(address)) => (Port::tcp(address, patience.timeout(), SLICE)?, None),
            _ => {
                let image = device::find_image(self.image.as_deref())?;
                let emulated = Emulated::start(&image, SLICE, feed)?;
                (emulated.port.try_clone().map_err(|error| Failure::failed(error.to_string()))?, Some(emulated))
            }
        };
        let client = device::client(port, &patience).map_err(|error| Failure::failed(error.to_string()))?;
        let mut device = Connected { client, name: self.name(), patience, _emulated: emulated };
        // The greeting after a reset is one reason to ask twice.
        device.ask(DeviceClient::info)?;
        Ok(device)
    }

    fn name(&self) -> String {
        match (&self.port, &self.tcp) {
            (Some(path), _) => path.display().to_string(),
            (_, Some(address)) => address.clone(),
            _ => "emulated lm3s6965evb".into(),
        }
    }
}

/// Which source: by name or number.
#[derive(Debug, Clone, Args)]
struct SourceOption {
    /// Name or number of the source [default: the first].
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,
}

impl SourceOption {
    fn number(&self, device: &mut Connected) -> Result<u8, Failure> {
        let names = device.ask(DeviceClient::sources)?;
        let Some(wanted) = &self.source else {
            return if names.is_empty() {
                Err(Failure::failed(format!("{} has no sources", device.name)))
            } else {
                Ok(0)
            };
        };
        let by_name = names.iter().position(|name| name.eq_ignore_ascii_case(wanted));
        let found = by_name.or_else(|| wanted.parse().ok().filter(|number: &usize| *number < names.len()));
        found.and_then(|number| u8::try_from(number).ok()).ok_or_else(|| {
            let names: Vec<_> = names.iter().map(ToString::to_string).collect();
            Failure::bad_input(format!("--source {wanted}: {} has {}", device.name, names.join(", ")))
        })
    }
}

#[derive(Debug, Clone, Copy, Args)]
struct FormatOption {
    /// How the result is written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}
