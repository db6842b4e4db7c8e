//! [`Device`]: QEMU with the image in it, the link to it and its log. Every wait ends, and so does QEMU.

use core::time::Duration;
use std::{
    env,
    ffi::OsString,
    io::{self, ErrorKind, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, ChildStdout, Command, Stdio},
    thread::{self, JoinHandle},
    time::Instant,
};

use defmt_decoder::{DecodeError, Table};
use embedded_io_adapters::std::FromStd;
use lfsr_core::link::Client;

/// How long QEMU may take to start or to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many lines of a device's log are shown.
const SHOWN: usize = 10;

/// Ends QEMU when its own input ends, so also when the test is killed.
const KEEPER: &str = r#""$@" </dev/null & pid=$!; cat >/dev/null; kill $pid 2>/dev/null; wait $pid"#;

/// The emulated board; its log leaves by standard output.
const QEMU: [&str; 9] = [
    "qemu-system-arm",
    "-M",
    "lm3s6965evb",
    "-display",
    "none",
    "-nic",
    "none",
    "-semihosting-config",
    "enable=on,target=native",
];

/// An emulated device with the link in hand.
pub(crate) struct Device {
    pub(crate) client: Client<FromStd<Wire>, FromStd<Wire>>,
    pub(crate) monitor: Monitor,
    keeper: Child,
    log: Option<JoinHandle<Vec<String>>>,
    greeted: u32,
}

impl Device {
    /// QEMU with the image, or `None` if there is no image.
    pub(crate) fn start(name: &'static str) -> Option<Self> {
        Self::launch(name, None, Duration::from_secs(20))
    }

    /// The same with a bad line in both directions.
    pub(crate) fn start_damaged(name: &'static str, damage: Damage, seed: u64) -> Option<Self> {
        Self::launch(name, Some((damage, seed)), Duration::from_millis(400))
    }

    fn launch(name: &'static str, damage: Option<(Damage, u64)>, silence: Duration) -> Option<Self> {
        let image = image(name)?;
        let link = TcpListener::bind("127.0.0.1:0").expect("a local port");
        let monitor = TcpListener::bind("127.0.0.1:0").expect("a local port");
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .args(QEMU)
            .args(["-chardev", &chardev("link", &link), "-serial", "chardev:link"])
            .args(["-chardev", &chardev("monitor", &monitor), "-mon", "chardev=monitor"])
            .arg("-kernel")
            .arg(&image)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("sh runs");
        let output = keeper.stdout.take().expect("its output is piped");
        let table = std::fs::read(&image).expect("the image is readable");
        let log = thread::spawn(move || decode(name, output, &table));
        let streams = accept(&link).and_then(|link| Ok((link.try_clone()?, link, accept(&monitor)?)));
        let (reader, writer, monitor) = match streams {
            Ok(streams) => streams,
            Err(error) => {
                drop(keeper.stdin.take());
                let _ = keeper.wait();
                panic!("QEMU does not connect ({error}); is qemu-system-arm installed?");
            }
        };
        reader.set_read_timeout(Some(silence)).expect("a time-out");
        let (attempts, seed) = damage.map_or((5, 0), |(_, seed)| (25, seed));
        let damage = damage.map(|(damage, _)| damage);
        let reader = Wire { stream: reader, damage, noise: Noise::new(2 * seed + 1) };
        let writer = Wire { stream: writer, damage, noise: Noise::new(2 * seed + 2) };
        let client = Client::new(FromStd::new(reader), FromStd::new(writer), attempts);
        let mut device = Self { client, monitor: Monitor(monitor), keeper, log: Some(log), greeted: 0 };
        device.client.info().expect("the device answers");
        device.greeted = if damage.is_some() { 1 } else { device.client.retries() };
        Some(device)
    }

    /// How often the client had to ask until the device was up: its greeting after the reset is one reason to.
    pub(crate) fn greeted(&self) -> u32 {
        self.greeted
    }

    /// Ends QEMU and returns what the device has logged.
    pub(crate) fn stop(mut self) -> Vec<String> {
        self.end();
        self.log.take().expect("taken once").join().expect("the log is decoded")
    }

    fn end(&mut self) {
        drop(self.keeper.stdin.take());
        let deadline = Instant::now() + PATIENCE;
        while matches!(self.keeper.try_wait(), Ok(None)) {
            if Instant::now() > deadline {
                let _ = self.keeper.kill();
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        self.end();
    }
}

/// What presses the device's buttons.
pub(crate) struct Monitor(TcpStream);

impl Monitor {
    /// The reset button.
    pub(crate) fn reset(&mut self) {
        self.0.write_all(b"system_reset\n").expect("QEMU's monitor listens");
    }
}

/// A socket of QEMU's that connects to `listener`.
fn chardev(name: &str, listener: &TcpListener) -> String {
    let port = listener.local_addr().expect("the port's number").port();
    format!("socket,id={name},host=127.0.0.1,port={port},nodelay=on")
}

/// The image, or a loud remark.
fn image(name: &str) -> Option<OsString> {
    let image = env::var_os("LFSR_FIRMWARE_IMAGE");
    if image.is_none() {
        let remark = format!("host_vs_device {name}: SKIPPED, no LFSR_FIRMWARE_IMAGE (cargo xtask test sets it)");
        assert!(env::var_os("CI").is_none(), "{remark}");
        // Not through println!, which the test harness would hide.
        let _ = writeln!(io::stderr(), "\n*** {remark} ***");
    }
    image
}

fn accept(listener: &TcpListener) -> io::Result<TcpStream> {
    listener.set_nonblocking(true)?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false)?;
                stream.set_write_timeout(Some(PATIENCE))?;
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock && Instant::now() < deadline => {
                thread::sleep(Duration::from_millis(5));
            }
            Err(error) => return Err(error),
        }
    }
}

/// The device's log, line by line as it comes, until it ends.
fn decode(name: &str, mut output: ChildStdout, image: &[u8]) -> Vec<String> {
    let table = Table::parse(image).expect("the image is an ELF file").expect("it has a log table");
    let mut decoder = table.new_stream_decoder();
    let mut lines = Vec::new();
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = output.read(&mut buffer) {
        decoder.received(&buffer[..count]);
        loop {
            match decoder.decode() {
                Ok(frame) => {
                    let level = frame.level().map_or("PRINT", |level| level.as_str()).to_uppercase();
                    let line = format!("{level} {}", frame.display_message());
                    if lines.len() < SHOWN {
                        println!("device {name}: {line}");
                    }
                    lines.push(line);
                }
                Err(DecodeError::UnexpectedEof) => break,
                Err(DecodeError::Malformed) => lines.push("MALFORMED".to_owned()),
            }
        }
    }
    println!("device {name}: {} lines of log in all", lines.len());
    lines
}

/// What a bad line does to one byte in some two hundred.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Damage {
    Flip,
    Drop,
    Double,
}

/// One end of the link; damaged if so wished.
pub(crate) struct Wire {
    stream: TcpStream,
    damage: Option<Damage>,
    noise: Noise,
}

impl Wire {
    fn damage(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut damaged = Vec::with_capacity(bytes.len() + 8);
        for &byte in bytes {
            match self.damage {
                Some(damage) if self.noise.next().is_multiple_of(200) => match damage {
                    Damage::Flip => damaged.push(byte ^ 1 << (self.noise.next() % 8)),
                    Damage::Drop => {}
                    Damage::Double => damaged.extend([byte, byte]),
                },
                _ => damaged.push(byte),
            }
        }
        damaged
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.damage.is_none() {
            return self.stream.read(buffer);
        }
        loop {
            // Half of the room, for doubled bytes.
            let half = buffer.len().div_ceil(2).min(16);
            let count = self.stream.read(&mut buffer[..half])?;
            let damaged = self.damage(&buffer[..count]);
            if count == 0 || !damaged.is_empty() {
                buffer[..damaged.len()].copy_from_slice(&damaged);
                return Ok(damaged.len());
            }
        }
    }
}

impl Write for Wire {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let damaged = self.damage(buffer);
        self.stream.write_all(&damaged)?;
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// A small seeded generator (xorshift*, S. Vigna).
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }
}
