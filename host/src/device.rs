//! Devices: microcontrollers with the firmware of lfsrkit, real ones and an emulated one.

mod port;
mod qemu;
mod usb;

pub use port::{Port, PortError, Silence, serial_ports};
pub use qemu::{Emulated, EmulatorError, Feed, find_image};

use std::io;

use embedded_io_adapters::std::FromStd;
use lfsr_core::link::{Client, ClientError, RecvError, SendError};

/// The host's end of a link.
pub type DeviceClient = Client<FromStd<Port>, FromStd<Port>>;

/// How often a command is sent before a device counts as gone.
const ATTEMPTS: u32 = 5;

/// A client over a port.
///
/// # Errors
/// If the port cannot be used twice, for reading and for writing.
pub fn client(port: Port) -> io::Result<DeviceClient> {
    Ok(Client::new(FromStd::new(port.try_clone()?), FromStd::new(port), ATTEMPTS))
}

/// One line about a command that came to nothing.
#[must_use]
pub fn explain(error: &ClientError<io::Error, io::Error>) -> String {
    match error {
        ClientError::Receive(RecvError::Stream(error)) if is_silence(error) => {
            "no answer: is the firmware running, and the rate right?".into()
        }
        ClientError::Receive(RecvError::Stream(error)) | ClientError::Send(SendError::Stream(error)) => {
            format!("the link failed: {error}")
        }
        other => other.to_string(),
    }
}

fn is_silence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}
