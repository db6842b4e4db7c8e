//! Both ends of the link in one program: a device in memory that can do nothing but say who it is, and the client that asks it.
//!
//! With a serial port instead of `Device` (`embedded-io-adapters` makes one of anything that reads and writes) the client talks to a board.
//!
//! cargo run -p lfsr-core --features link --example device
#![allow(clippy::print_stdout, reason = "an example")]

use core::convert::Infallible;
use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use embedded_io::{ErrorType, Read, Write};
use lfsr_core::link::{Client, Command, Decoder, Info, MAX_ENCODED, Message, Reply, encode};

/// A device that hears bytes and answers at once.
#[derive(Default)]
struct Device {
    heard: Decoder,
    says: VecDeque<u8>,
}

#[derive(Clone, Default)]
struct Line(Rc<RefCell<Device>>);

impl ErrorType for Line {
    type Error = Infallible;
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        let device = &mut *self.0.borrow_mut();
        for &byte in bytes {
            if let Some(Ok(frame)) = device.heard.push(byte)
                && let Message::Command(Command::Info) = frame.message
            {
                let info = Info { board: "memory".try_into().expect("short"), ..Info::default() };
                let mut buffer = [0; MAX_ENCODED];
                let reply = Message::Reply(Reply::Info(info));
                device.says.extend(&*encode(&mut buffer, frame.request, 0, &reply).expect("it fits"));
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

impl Read for Line {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        let says = &mut self.0.borrow_mut().says;
        let count = buffer.len().min(says.len());
        for (to, byte) in buffer.iter_mut().zip(says.drain(..count)) {
            *to = byte;
        }
        Ok(count)
    }
}

fn main() {
    let line = Line::default();
    let mut client = Client::new(line.clone(), line, 3);
    let info = client.info().expect("an answer");
    println!("the board is {}", info.board);
    assert_eq!(info.board, "memory");
}
