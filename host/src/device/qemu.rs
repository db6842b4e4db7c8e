//! [`Emulated`]: QEMU's `lm3s6965evb` with the firmware in it, the link on UART0 and a generator of ours on UART1.

use core::time::Duration;
use std::{
    env, fs,
    io::{self, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    thread,
    time::Instant,
};

use super::Port;

/// How long QEMU may take to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// Ends QEMU when its own input ends, so also when we are killed.
const KEEPER: &str = r#""$@" </dev/null & pid=$!; cat >/dev/null; kill $pid 2>/dev/null; wait $pid"#;

/// Where `cargo xtask firmware` leaves the image.
const IMAGES: [&str; 2] = ["qemu-defmt", "qemu"];

/// What the generator on UART1 sends: the next bytes of the line, none at its end.
pub type Feed = Box<dyn FnMut(&mut Vec<u8>) + Send>;

/// Why there is no emulated device.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmulatorError {
    /// The image that was named is not there.
    #[error("{}: no such image", .0.display())]
    NoSuchImage(PathBuf),
    /// There is no image where `cargo xtask firmware` would leave one.
    #[error("no firmware image here; `cargo xtask firmware` makes one")]
    NoImage,
    /// The emulator does not start.
    #[error("cannot emulate {}: {source}; is qemu-system-arm installed?", image.display())]
    Start {
        /// With which image.
        image: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// The emulator; ended when dropped.
#[derive(Debug)]
pub struct Emulated {
    keeper: Child,
    /// The link.
    pub port: Port,
    /// What the image says by semihosting (its log, if it has one): only from [`Emulated::start_with`], until it is taken.
    pub log: Option<ChildStdout>,
}

/// The image to emulate: as told, or by LFSR_FIRMWARE_IMAGE, or where `cargo xtask firmware` leaves it.
///
/// # Errors
/// If there is none.
pub fn find_image(told: Option<&Path>) -> Result<PathBuf, EmulatorError> {
    let told = told.map(Path::to_path_buf).or_else(|| env::var_os("LFSR_FIRMWARE_IMAGE").map(PathBuf::from));
    if let Some(image) = told {
        return if image.is_file() { Ok(image) } else { Err(EmulatorError::NoSuchImage(image)) };
    }
    let targets = env::var_os("CARGO_TARGET_DIR").map(|folder| Path::new(&folder).join("firmware"));
    let targets = targets.into_iter().chain([PathBuf::from("firmware/target")]);
    let images = targets.flat_map(|target| IMAGES.map(|name| target.join(name)));
    images
        .map(|folder| folder.join("thumbv7m-none-eabi").join("release").join("lfsr-firmware"))
        .filter_map(|image| Some((fs::metadata(&image).ok()?.modified().ok()?, image)))
        // The newest: one with logs may be of an older state.
        .max_by_key(|(made, _)| *made)
        .map(|(_, image)| image)
        .ok_or(EmulatorError::NoImage)
}

impl Emulated {
    /// Starts QEMU with the image; `feed` goes to UART1.
    ///
    /// # Errors
    /// If the emulator is missing, or does not start.
    pub fn start(image: &Path, silence: Duration, feed: Option<Feed>) -> Result<Self, EmulatorError> {
        Self::launch(image, silence, feed, &[], false).map_err(|error| cannot(image, error))
    }

    /// The same with more arguments for QEMU (a monitor, say), and the log kept for the caller, who has to read it.
    ///
    /// # Errors
    /// As [`Emulated::start`].
    pub fn start_with(
        image: &Path,
        silence: Duration,
        feed: Option<Feed>,
        arguments: &[String],
    ) -> Result<Self, EmulatorError> {
        Self::launch(image, silence, feed, arguments, true).map_err(|error| cannot(image, error))
    }

    fn launch(
        image: &Path,
        silence: Duration,
        feed: Option<Feed>,
        arguments: &[String],
        log: bool,
    ) -> io::Result<Self> {
        let link = TcpListener::bind("127.0.0.1:0")?;
        let line = TcpListener::bind("127.0.0.1:0")?;
        let mut command = Command::new("sh");
        command.args([
            "-c",
            KEEPER,
            "keeper",
            "qemu-system-arm",
            "-M",
            "lm3s6965evb",
            "-display",
            "none",
            "-nic",
            "none",
        ]);
        command.args(["-semihosting-config", "enable=on,target=native"]);
        for (name, listener) in [("link", &link), ("line", &line)] {
            let port = listener.local_addr()?.port();
            let socket = format!("socket,id={name},host=127.0.0.1,port={port},nodelay=on");
            command.args(["-chardev", &socket, "-serial", &format!("chardev:{name}")]);
        }
        command.args(arguments).arg("-kernel").arg(image);
        let output = if log { Stdio::piped() } else { Stdio::null() };
        let mut keeper = command.stdin(Stdio::piped()).stdout(output).stderr(Stdio::null()).spawn()?;
        let log = keeper.stdout.take();
        // From here on the emulator ends with us.
        let mut waiting = Waiting(Some(keeper));
        let (link, line) = (waiting.accept(&link)?, waiting.accept(&line)?);
        if let Some(feed) = feed {
            thread::Builder::new().name("feed".into()).spawn(move || send(feed, line))?;
        }
        let port = Port::stream(link, silence)?;
        let keeper = waiting.0.take().ok_or(io::ErrorKind::Other)?;
        Ok(Self { keeper, port, log })
    }
}

fn cannot(image: &Path, source: io::Error) -> EmulatorError {
    EmulatorError::Start { image: image.into(), source }
}

impl Drop for Emulated {
    fn drop(&mut self) {
        end(&mut self.keeper);
    }
}

/// Closes the keeper's input, whereupon it ends the emulator and itself; one that does not is killed.
fn end(keeper: &mut Child) {
    drop(keeper.stdin.take());
    let deadline = Instant::now() + PATIENCE;
    while let Ok(None) = keeper.try_wait() {
        if Instant::now() > deadline {
            let _ = keeper.kill();
            let _ = keeper.wait();
            return;
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// Feeds the line until its end, or that of the emulator; the socket slows us down to what the UART takes.
fn send(mut feed: Feed, mut line: TcpStream) {
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        feed(&mut bytes);
        if bytes.is_empty() || line.write_all(&bytes).is_err() {
            break;
        }
    }
    // The line stays open and silent.
    loop {
        if matches!(io::Read::read(&mut line, &mut [0; 64]), Ok(0) | Err(_)) {
            return;
        }
    }
}

/// An emulator that has not connected yet.
struct Waiting(Option<Child>);

impl Waiting {
    fn accept(&mut self, listener: &TcpListener) -> io::Result<TcpStream> {
        listener.set_nonblocking(true)?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            match listener.accept() {
                Ok((stream, _)) => {
                    stream.set_nonblocking(false)?;
                    return Ok(stream);
                }
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
                Err(_) => {}
            }
            let ended = self.0.as_mut().is_none_or(|keeper| !matches!(keeper.try_wait(), Ok(None)));
            if ended || Instant::now() > deadline {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "the emulator does not start"));
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(keeper) = &mut self.0 {
            end(keeper);
        }
    }
}
