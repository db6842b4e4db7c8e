//! [`Line`]: a port that is given up when no good frame comes for too long, whatever else comes.

use core::time::Duration;
use std::{
    fmt,
    io::{self, Read, Write},
    sync::{Arc, Mutex, MutexGuard},
    time::Instant,
};

use super::Port;
use crate::sched::lock;

/// The longest single wait of a port under a line: after it the line looks at the time.
pub const SLICE: Duration = Duration::from_millis(100);

/// Of the time without a good frame, the part after which a command is sent again.
const ASK_AGAIN: u32 = 3;

/// Bytes that are kept to show what the other end sends.
const SHOWN: usize = 24;

/// How long the other end may go without a good frame, and what came from it meanwhile. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Patience {
    timeout: Duration,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    /// When the last good frame came, or the wait began.
    good: Instant,
    /// When something was last asked.
    asked: Instant,
    seen: Seen,
}

/// What came since the last good frame.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// How many bytes.
    pub bytes: u64,
    /// How many of them were 0x00.
    pub zeros: u64,
    /// How many of them were 0xff.
    pub ones: u64,
    /// The first few.
    pub first: Vec<u8>,
}

impl Patience {
    /// So long without a good frame.
    #[must_use]
    pub fn new(timeout: Duration) -> Self {
        let now = Instant::now();
        let state = State { good: now, asked: now, seen: Seen::default() };
        Self { timeout, state: Arc::new(Mutex::new(state)) }
    }

    /// A good frame came, or a new command begins: the time starts afresh.
    pub fn renew(&self) {
        let mut state = self.lock();
        state.good = Instant::now();
        state.seen = Seen::default();
    }

    /// What came since.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.lock().seen.clone()
    }

    /// How long may pass without a good frame.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// # Errors
    /// If the time is over: for good, or for what was asked last.
    fn check(&self) -> io::Result<()> {
        let state = self.lock();
        let over =
            state.good.elapsed() >= self.timeout || state.asked.max(state.good).elapsed() >= self.timeout / ASK_AGAIN;
        if over { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) }
    }
}

impl Seen {
    fn add(&mut self, bytes: &[u8]) {
        let count = |wanted: u8| bytes.iter().filter(|byte| **byte == wanted).count() as u64;
        self.bytes += bytes.len() as u64;
        self.zeros += count(0);
        self.ones += count(u8::MAX);
        self.first.extend(bytes.iter().take(SHOWN - self.first.len().min(SHOWN)));
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bytes, zeros, ones, first } = self;
        match *bytes {
            0 => f.write_str("the other end sends nothing: is the firmware running, and the rate right?"),
            all if all == *zeros => write!(f, "the other end sends zeros ({bytes} of them): is the line held low?"),
            all if all == *ones => write!(f, "the other end sends ones ({bytes} of them): is the line held high?"),
            _ if first.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()) => {
                let text = String::from_utf8_lossy(first);
                write!(f, "the other end sends text, beginning with {text:?}: is this the right port?")
            }
            _ => write!(
                f,
                "the other end sends {bytes} bytes and no frame in them: is it the firmware, and the rate right?"
            ),
        }
    }
}

/// A port under a [`Patience`].
#[derive(Debug)]
pub struct Line {
    port: Port,
    patience: Patience,
}

impl Line {
    /// The port should time out after [`SLICE`].
    #[must_use]
    pub fn new(port: Port, patience: Patience) -> Self {
        Self { port, patience }
    }
}

/// Whether an error only says that nothing has happened yet.
fn is_pause(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}

impl Read for Line {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            self.patience.check()?;
            match self.port.read(buffer) {
                Ok(count) => {
                    self.patience.lock().seen.add(&buffer[..count]);
                    return Ok(count);
                }
                Err(error) if is_pause(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Write for Line {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.patience.lock().asked = Instant::now();
        loop {
            match self.port.write(buffer) {
                Err(error) if is_pause(&error) => self.patience.check()?,
                result => return result,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.port.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;
    use crate::device::client;

    /// Somebody who talks and never says anything: the wait ends all the same, and says what it heard.
    #[test]
    fn whatever_comes_the_wait_ends() {
        type Talk = fn(&mut TcpStream) -> io::Result<()>;
        let cases: [(&str, Talk); 6] = [
            ("sends nothing", |_| {
                std::thread::sleep(Duration::from_secs(3));
                Ok(())
            }),
            ("sends zeros", |stream| stream.write_all(&[0; 512])),
            ("sends ones", |stream| stream.write_all(&[0xff; 512])),
            ("sends text, beginning with \"$GPRMC", |stream| stream.write_all(b"$GPRMC,123519,A,4807.038,N\r\n")),
            ("no frame", |stream| stream.write_all(&[7, 1, 0x80, 3, 0, 0x55, 9])),
            ("no frame", |stream| {
                std::thread::sleep(Duration::from_millis(30));
                stream.write_all(&[0x81])
            }),
        ];
        for (what, talk) in cases {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap();
            std::thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                while talk(&mut stream).is_ok() {}
            });
            let port = Port::stream(TcpStream::connect(address).unwrap(), SLICE).unwrap();
            let patience = Patience::new(Duration::from_millis(600));
            let mut client = client(port, &patience).unwrap();
            let begun = Instant::now();
            assert!(client.info().is_err(), "{what}");
            assert!(begun.elapsed() < Duration::from_secs(20), "{what}: {:?}", begun.elapsed());
            assert!(patience.seen().to_string().contains(what), "{what}: {}", patience.seen());
        }
    }
}
