//! [`Port`]: the byte stream to a device, by serial port or TCP, with a limit to every wait.

use core::time::Duration;
use std::{
    io::{self, Read, Write},
    net::{TcpStream, ToSocketAddrs},
    path::{Path, PathBuf},
    sync::Arc,
};

use serial2::SerialPort;

use super::usb;

/// How long a device may be silent before it is asked again.
pub type Silence = Duration;

/// Why a port cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// A serial port.
    #[error("{}: cannot open: {source}", path.display())]
    Serial {
        /// Its name.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A TCP address.
    #[error("{address}: cannot connect: {source}")]
    Tcp {
        /// Which.
        address: String,
        /// What the system said.
        source: io::Error,
    },
}

/// An open port.
#[derive(Debug)]
pub enum Port {
    /// A serial port.
    Serial(Arc<SerialPort>),
    /// A TCP connection: a terminal server, an emulator.
    Tcp(TcpStream),
}

impl Port {
    /// Opens a serial port, 8N1.
    ///
    /// # Errors
    /// If there is no such port, or it may not be opened.
    pub fn serial(path: &Path, baud: u32, silence: Silence) -> Result<Self, PortError> {
        let open = || {
            let mut port = SerialPort::open(path, baud)?;
            port.set_read_timeout(silence)?;
            port.set_write_timeout(silence)?;
            // What came before is of another conversation.
            port.discard_buffers()?;
            Ok(port)
        };
        let opened: io::Result<SerialPort> = open();
        match opened {
            Ok(port) => Ok(Self::Serial(Arc::new(port))),
            Err(source) => Err(PortError::Serial { path: path.into(), source }),
        }
    }

    /// Connects to `HOST:PORT` within `timeout`.
    ///
    /// # Errors
    /// If there is no such address, or nobody answers there.
    pub fn tcp(address: &str, timeout: Duration, silence: Silence) -> Result<Self, PortError> {
        let named = |source: io::Error| PortError::Tcp { address: address.to_owned(), source };
        let mut last = io::Error::new(io::ErrorKind::NotFound, "no such address; write HOST:PORT");
        for target in address.to_socket_addrs().map_err(named)? {
            match TcpStream::connect_timeout(&target, timeout) {
                Ok(stream) => return Self::stream(stream, silence).map_err(named),
                Err(error) => last = error,
            }
        }
        Err(named(last))
    }

    /// Over an open connection.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn stream(stream: TcpStream, silence: Silence) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(silence))?;
        stream.set_write_timeout(Some(silence))?;
        Ok(Self::Tcp(stream))
    }

    /// For the other direction.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(match self {
            Self::Serial(port) => Self::Serial(Arc::clone(port)),
            Self::Tcp(stream) => Self::Tcp(stream.try_clone()?),
        })
    }
}

impl Read for Port {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Serial(port) => port.read(buffer),
            Self::Tcp(stream) => stream.read(buffer),
        }
    }
}

impl Write for Port {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match self {
            Self::Serial(port) => port.write(buffer),
            Self::Tcp(stream) => stream.write(buffer),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Serial(port) => port.flush(),
            Self::Tcp(stream) => stream.flush(),
        }
    }
}

/// The serial ports of this machine, and what each seems to be, if it may be a microcontroller's (USB, or a debugger's).
///
/// # Errors
/// Those of the operating system.
pub fn serial_ports() -> io::Result<Vec<(String, Option<&'static str>)>> {
    let mut ports: Vec<_> = SerialPort::available_ports()?.iter().map(|path| path.display().to_string()).collect();
    ports.sort();
    let guess = |port: &str| {
        let usual = ["ttyACM", "ttyUSB", "cu.usbmodem", "cu.usbserial", "COM"].iter().any(|part| port.contains(part));
        let known = usb::ids(Path::new("/sys"), port).and_then(usb::name);
        known.or(usual.then_some("looks like a board or its debugger"))
    };
    Ok(ports.into_iter().map(|port| (port.clone(), guess(&port))).collect())
}
