//! Devices: microcontrollers with the firmware of lfsrkit, real ones and an emulated one.

mod drive;
mod line;
mod port;
mod qemu;
mod usb;

pub use drive::{FlashError, UF2_BOARDS, Uf2Board};
pub use line::{Line, Patience, SLICE, Seen};
pub use port::{Port, PortError, Silence, serial_ports};
pub use qemu::{Emulated, EmulatorError, Feed, find_image};
pub use usb::udev_rules;

use std::io;

use embedded_io_adapters::std::FromStd;
use lfsr_core::link::{Client, ClientError, RecvError, SendError};

/// The host's end of a link.
pub type DeviceClient = Client<FromStd<Line>, FromStd<Line>>;

/// How often a command is sent before a device counts as gone.
const ATTEMPTS: u32 = 5;

/// A client over a port, which should time out after [`SLICE`].
///
/// # Errors
/// If the port cannot be used twice, for reading and for writing.
pub fn client(port: Port, patience: &Patience) -> io::Result<DeviceClient> {
    let line = |port| FromStd::new(Line::new(port, patience.clone()));
    Ok(Client::new(line(port.try_clone()?), line(port), ATTEMPTS))
}

/// One line about a command that came to nothing.
#[must_use]
pub fn explain(error: &ClientError<io::Error, io::Error>, patience: &Patience) -> String {
    match error {
        ClientError::Receive(RecvError::Stream(error)) | ClientError::Send(SendError::Stream(error))
            if error.kind() == io::ErrorKind::TimedOut =>
        {
            format!("no answer in {} s: {}", patience.timeout().as_secs_f64(), patience.seen())
        }
        ClientError::Receive(RecvError::Stream(error)) | ClientError::Send(SendError::Stream(error)) => {
            format!("the link failed: {error}")
        }
        other => other.to_string(),
    }
}
