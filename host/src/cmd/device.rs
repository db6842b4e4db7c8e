//! `lfsr device`: talks to the firmware.

mod check;
mod cross_check;
mod simple;

use core::time::Duration;
use std::{io, path::PathBuf};

use clap::{ArgGroup, Args, Subcommand};
use lfsr_core::link::ClientError;

use super::failure::Failure;
use crate::{
    cmd::{options::Global, status::Status},
    device::{self, DeviceClient, Emulated, Feed, Port},
    report::TextOrJson,
};

/// Silence after which a command is sent again.
const SILENCE: Duration = Duration::from_secs(3);

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
    Ports,
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
            Self::Ports => simple::ports(),
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
}

/// A device in hand.
struct Connected {
    client: DeviceClient,
    /// Ends with us.
    _emulated: Option<Emulated>,
}

impl Link {
    /// Opens the link and makes sure that the device answers. `feed` goes to the source of an emulated one.
    fn connect(&self, feed: Option<Feed>) -> Result<Connected, Failure> {
        let (port, emulated) = match (&self.port, &self.tcp) {
            (Some(path), _) => (Port::serial(path, self.baud, SILENCE)?, None),
            (_, Some(address)) => (Port::tcp(address, SILENCE)?, None),
            _ => {
                let image = device::find_image(self.image.as_deref())?;
                let emulated = Emulated::start(&image, SILENCE, feed)?;
                (emulated.port.try_clone().map_err(|error| Failure::failed(error.to_string()))?, Some(emulated))
            }
        };
        let mut client = device::client(port).map_err(|error| Failure::failed(error.to_string()))?;
        // The greeting after a reset is one reason to ask twice.
        client.info().map_err(|error| Failure::failed(format!("{}: {}", self.name(), device::explain(&error))))?;
        Ok(Connected { client, _emulated: emulated })
    }

    fn name(&self) -> String {
        match (&self.port, &self.tcp) {
            (Some(path), _) => path.display().to_string(),
            (_, Some(address)) => address.clone(),
            _ => "emulated lm3s6965evb".into(),
        }
    }

    /// What went wrong with the device, in one line.
    fn failure(&self, error: &ClientError<io::Error, io::Error>) -> Failure {
        Failure::failed(format!("{}: {}", self.name(), device::explain(error)))
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
    fn number(&self, link: &Link, client: &mut DeviceClient) -> Result<u8, Failure> {
        let names = client.sources().map_err(|error| link.failure(&error))?;
        let Some(wanted) = &self.source else {
            return if names.is_empty() {
                Err(Failure::failed(format!("{} has no sources", link.name())))
            } else {
                Ok(0)
            };
        };
        let by_name = names.iter().position(|name| name.eq_ignore_ascii_case(wanted));
        let found = by_name.or_else(|| wanted.parse().ok().filter(|number: &usize| *number < names.len()));
        found.and_then(|number| u8::try_from(number).ok()).ok_or_else(|| {
            let names: Vec<_> = names.iter().map(ToString::to_string).collect();
            Failure::bad_input(format!("--source {wanted}: {} has {}", link.name(), names.join(", ")))
        })
    }
}

#[derive(Debug, Clone, Copy, Args)]
struct FormatOption {
    /// How the result is written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}
