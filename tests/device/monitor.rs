//! [`Monitor`]: what presses the buttons of the emulated board, and looks into its memory.

use core::time::Duration;
use std::{
    fs,
    io::{ErrorKind, Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::Instant,
};

/// How long QEMU may take to start, or to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// QEMU's monitor.
pub(crate) struct Monitor(TcpStream);

/// A monitor that has not called yet.
pub(crate) struct Listening(TcpListener);

impl Monitor {
    /// The place to call, and the arguments that make QEMU do so.
    pub(crate) fn listen() -> (Listening, Vec<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a local port");
        let chardev = chardev("monitor", &listener);
        (Listening(listener), ["-chardev", &chardev, "-mon", "chardev=monitor"].map(str::to_owned).to_vec())
    }

    /// The reset button.
    pub(crate) fn reset(&mut self) {
        self.0.write_all(b"system_reset\n").expect("QEMU's monitor listens");
    }

    /// The GPIO ports of the board, as QEMU names them.
    pub(crate) fn ports(&mut self) -> Vec<String> {
        self.0.write_all(b"info qom-tree /machine/unattached\n").expect("QEMU's monitor listens");
        let mut said = Vec::new();
        let mut buffer = [0; 4096];
        while !said.ends_with(b"(qemu) ") || !said.windows(5).any(|word| word == b"pl061") {
            let count = self.0.read(&mut buffer).expect("the monitor answers");
            assert!(count > 0, "the monitor answers");
            said.extend(&buffer[..count]);
        }
        let said = String::from_utf8_lossy(&said);
        let ports = said.lines().filter(|line| line.contains("(pl061"));
        let names = ports.filter_map(|line| line.trim().trim_start_matches('/').split(' ').next());
        names.map(|name| format!("/machine/unattached/{name}")).collect()
    }

    /// The memory from `address` on, as it is now.
    pub(crate) fn memory(&mut self, address: u32, length: usize) -> Vec<u8> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("memory");
        writeln!(self.0, "pmemsave {address:#x} {length} \"{}\"", file.display()).expect("QEMU's monitor listens");
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Ok(bytes) = fs::read(&file)
                && bytes.len() == length
            {
                return bytes;
            }
            assert!(Instant::now() < deadline, "the monitor does not save the memory");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Listening {
    /// QEMU's call.
    pub(crate) fn accept(self) -> Monitor {
        Monitor(accept(&self.0))
    }
}

/// A socket of QEMU's that connects to `listener`.
pub(crate) fn chardev(name: &str, listener: &TcpListener) -> String {
    let port = listener.local_addr().expect("the port's number").port();
    format!("socket,id={name},host=127.0.0.1,port={port},nodelay=on")
}

/// The call of QEMU to one of its sockets.
pub(crate) fn accept(listener: &TcpListener) -> TcpStream {
    listener.set_nonblocking(true).expect("a listener");
    let deadline = Instant::now() + PATIENCE;
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false).expect("a stream");
                stream.set_write_timeout(Some(PATIENCE)).expect("a time-out");
                stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
                stream.set_nodelay(true).expect("a stream");
                return stream;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock && Instant::now() < deadline => {
                thread::sleep(Duration::from_millis(5));
            }
            Err(error) => panic!("QEMU does not connect: {error}"),
        }
    }
}
