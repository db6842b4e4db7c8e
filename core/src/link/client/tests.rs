//! The client against a model of a device with a bad cable.

use core::{cell::RefCell, convert::Infallible};

use embedded_io::{ErrorKind, ErrorType};
use heapless::Deque;

use super::*;
use crate::{
    check::Settings,
    link::{
        BITS_PER_CHUNK, BoardName, Decoder, Fault, MAX_ENCODED, RECORDS_PER_CHUNK, RecordChunk, Reply, TransferError,
        encode,
    },
    register::Register,
};

const RUN: RunUnit = RunUnit {
    register: match Register::from_characteristic(0b1_0001_1101) {
        Ok(register) => register,
        Err(_) => panic!("degree 8"),
    },
    zeros: 2,
    unit: Unit { first: 3, count: 40 },
};

fn record(start: u64) -> Record {
    Record { start, end: start ^ 1, steps: start * 3 + 1 }
}

fn info() -> Info {
    Info {
        firmware: [0, 1, 0],
        board: BoardName::try_from("model").unwrap(),
        max_degree: 64,
        static_ram: 0,
        bad_frames: 0,
    }
}

fn sources() -> Vec<BoardName, SOURCES> {
    ["spi", "pins"].iter().map(|name| BoardName::try_from(*name).unwrap()).collect()
}

/// Counters that tell the session.
fn counted(session: u32) -> Counters {
    Counters { session, bits: 1 << 40, errors: u64::from(session) * 3, is_locked: true, ..Counters::default() }
}

/// What happens to the frames the device sends, by their number since the start.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Harm {
    None,
    Lose(u32),
    Double(u32),
    Garble(u32),
    Cut(u32),
    Noise(u32),
    Reset(u32),
    LoseCommand(u32),
    Swallow(u32),
}

/// A device with a bad cable, all in one thread: what it answers waits in a queue.
struct Model {
    decoder: Decoder,
    out: Deque<u8, 8192>,
    harm: Harm,
    commands: u32,
    frames: u32,
}

impl Model {
    fn reply(&mut self, request: u32, part: u32, reply: Reply) {
        let mut buffer = [0; MAX_ENCODED];
        let bytes = encode(&mut buffer, request, part, &Message::Reply(reply)).unwrap();
        let length = bytes.len();
        let number = self.frames;
        self.frames += 1;
        let (mut to, mut times) = (length, 1);
        match self.harm {
            Harm::Lose(at) if at == number => times = 0,
            Harm::Double(at) if at == number => times = 2,
            Harm::Garble(at) if at == number => bytes[length / 2] ^= 0x40,
            Harm::Cut(at) if at == number => to = length / 2,
            Harm::Noise(at) if at == number => [0x13, 0x37, 0xff].iter().for_each(|&b| self.out.push_back(b).unwrap()),
            _ => {}
        }
        for _ in 0..times {
            bytes[..to].iter().for_each(|&byte| self.out.push_back(byte).unwrap());
        }
    }

    fn command(&mut self, request: u32, command: Command) {
        let number = self.commands;
        self.commands += 1;
        match command {
            _ if self.harm == Harm::LoseCommand(number) => {}
            Command::Info => self.reply(request, 0, Reply::Info(info())),
            Command::Sources => self.reply(request, 0, Reply::Sources(sources())),
            Command::StartCheck(plan) => self.reply(request, 0, Reply::Counters(counted(plan.session))),
            Command::Counters(of) => self.reply(request, 0, Reply::Counters(counted(of.session))),
            Command::SelfTest => self.reply(request, 0, Reply::SelfTest(0b100)),
            Command::Capture(plan) => {
                let mut part = 0;
                for from in (0..plan.bytes).step_by(BITS_PER_CHUNK) {
                    if self.harm == Harm::Reset(self.frames) {
                        self.harm = Harm::None;
                        return self.reply(0, 0, Reply::Started(info()));
                    }
                    let bytes = (from..plan.bytes.min(from + BITS_PER_CHUNK as u32)).map(|i| i as u8);
                    self.reply(request, part, Reply::Bits(bytes.collect()));
                    part += 1;
                }
                self.reply(request, part, Reply::Done(Totals { records: plan.bytes.into(), steps: 0 }));
            }
            Command::RunUnit(run) => {
                let mut totals = Totals::default();
                let mut part = 0;
                let mut chunk = RecordChunk::new();
                for start in run.unit.starts() {
                    if self.harm == Harm::Reset(self.frames) {
                        self.harm = Harm::None;
                        return self.reply(0, 0, Reply::Started(info()));
                    }
                    totals.add(&record(start));
                    if self.harm != Harm::Swallow(start as u32) {
                        chunk.push(record(start)).unwrap();
                    }
                    if chunk.len() == RECORDS_PER_CHUNK {
                        self.reply(request, part, Reply::Records(core::mem::take(&mut chunk)));
                        part += 1;
                    }
                }
                if !chunk.is_empty() {
                    self.reply(request, part, Reply::Records(chunk));
                    part += 1;
                }
                self.reply(request, part, Reply::Done(totals));
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Wire<'a>(&'a RefCell<Model>);

#[derive(Debug, PartialEq, Clone, Copy)]
struct Silence;

impl core::fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("timed out")
    }
}

impl core::error::Error for Silence {}

impl embedded_io::Error for Silence {
    fn kind(&self) -> ErrorKind {
        ErrorKind::TimedOut
    }
}

struct In<'a>(&'a RefCell<Model>);

impl ErrorType for In<'_> {
    type Error = Silence;
}

impl Read for In<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Silence> {
        let mut model = self.0.borrow_mut();
        let mut count = 0;
        while let Some(slot) = buffer.get_mut(count)
            && let Some(byte) = model.out.pop_front()
        {
            *slot = byte;
            count += 1;
        }
        if count == 0 { Err(Silence) } else { Ok(count) }
    }
}

impl ErrorType for Wire<'_> {
    type Error = Infallible;
}

impl Write for Wire<'_> {
    fn write(&mut self, buffer: &[u8]) -> Result<usize, Infallible> {
        let mut model = self.0.borrow_mut();
        for &byte in buffer {
            if let Some(Ok(frame)) = model.decoder.push(byte)
                && let Message::Command(command) = frame.message
            {
                model.command(frame.request, command);
            }
        }
        Ok(buffer.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

fn model(harm: Harm) -> RefCell<Model> {
    RefCell::new(Model { decoder: Decoder::new(), out: Deque::new(), harm, commands: 0, frames: 0 })
}

#[test]
fn whatever_happens_to_a_frame_the_records_are_right() {
    let kinds: [fn(u32) -> Harm; 7] =
        [Harm::Lose, Harm::Double, Harm::Garble, Harm::Cut, Harm::Noise, Harm::Reset, Harm::LoseCommand];
    for kind in kinds {
        for at in if cfg!(miri) { 1..2 } else { 0..13 } {
            let model = model(kind(at));
            let mut client = Client::new(In(&model), Wire(&model), 3);
            assert_eq!(client.info(), Ok(info()), "{:?}", kind(at));
            let mut next = RUN.unit.first;
            let totals = client.run_unit(&RUN, |found| {
                assert_eq!(*found, record(next), "{:?}", kind(at));
                next += 1;
            });
            let steps = RUN.unit.starts().map(|start| record(start).steps).sum();
            assert_eq!(totals, Ok(Totals { records: 40, steps }), "{:?}", kind(at));
            assert_eq!(next, 43);
            let expected = match kind(at) {
                // Frame 0 is the info, 1 to 10 are records, 11 is the end.
                Harm::Lose(0..=11) | Harm::Garble(0..=11) | Harm::Cut(0..=11) => 1,
                Harm::Reset(1..=10) | Harm::LoseCommand(0..=1) => 1,
                _ => 0,
            };
            assert_eq!(client.retries(), expected, "{:?}", kind(at));
        }
    }
}

#[test]
fn whatever_happens_to_a_frame_counters_and_captures_are_right() {
    let kinds: [fn(u32) -> Harm; 7] =
        [Harm::Lose, Harm::Double, Harm::Garble, Harm::Cut, Harm::Noise, Harm::Reset, Harm::LoseCommand];
    let register = RUN.register;
    for kind in kinds {
        for at in if cfg!(miri) { 1..2 } else { 0..12 } {
            let model = model(kind(at));
            let mut client = Client::new(In(&model), Wire(&model), 3);
            assert_eq!(client.info(), Ok(info()), "{:?}", kind(at));
            assert_eq!(client.sources(), Ok(sources()), "{:?}", kind(at));
            let plan = CheckPlan::new(9, 1, register, &Settings::new(&register));
            assert_eq!(client.start_check(&plan), Ok(counted(9)), "{:?}", kind(at));
            assert_eq!(client.counters(9, Then::Freeze), Ok(counted(9)), "{:?}", kind(at));
            assert_eq!(client.self_test(), Ok(0b100), "{:?}", kind(at));
            // A capture that is begun anew has nothing of the one before.
            let bytes = RefCell::new(Vec::<u8, 2000>::new());
            let plan = CapturePlan { source: 0, bytes: 500 };
            let sink = |chunk: &[u8]| bytes.borrow_mut().extend_from_slice(chunk).unwrap();
            assert_eq!(client.capture(&plan, sink, || bytes.borrow_mut().clear()), Ok(()), "{:?}", kind(at));
            assert!(bytes.borrow().iter().copied().eq((0..500u32).map(|i| i as u8)), "{:?}", kind(at));
        }
    }
}

#[test]
fn a_record_the_device_forgets_is_missed() {
    let model = model(Harm::Swallow(20));
    let mut client = Client::new(In(&model), Wire(&model), 3);
    let mut count = 0;
    let outcome = client.run_unit(&RUN, |_| count += 1);
    assert_eq!(outcome, Err(ClientError::Transfer(TransferError::Inconsistent)));
    assert_eq!(count, 16);
}

#[test]
fn a_dead_device_is_reported() {
    let model = model(Harm::LoseCommand(0));
    model.borrow_mut().decoder = Decoder::new();
    let mut client = Client::new(In(&model), Wire(&model), 1);
    assert_eq!(client.info(), Err(ClientError::Receive(RecvError::Stream(Silence))));
}

#[test]
fn a_refusal_is_not_repeated() {
    let unit = Unit { first: 60, count: 5 };
    assert_eq!(RunUnit { unit, ..RUN }.check(), Err(Fault::BadUnit));
    assert_eq!(RunUnit { zeros: 9, ..RUN }.check(), Err(Fault::BadSection));
    assert_eq!(RunUnit { unit: Unit { first: 60, count: 4 }, ..RUN }.check(), Ok(()));
    let mut transfer = Transfer::unit(4, RUN);
    let frame = super::super::Frame { request: 4, part: 0, message: Message::Reply(Reply::Error(Fault::Unsupported)) };
    let error = transfer.accept(&frame).unwrap_err();
    assert_eq!(error, TransferError::Device(Fault::Unsupported));
    assert!(!error.is_transient());
}

#[test]
fn an_echo_or_an_older_answer_is_no_answer() {
    let mut transfer = Transfer::answer(7);
    let frame = |request, part, message| super::super::Frame { request, part, message };
    let echo = frame(7, 0, Message::Command(Command::Info));
    assert_eq!(transfer.accept(&echo), Err(TransferError::Unexpected));
    let old = frame(6, 0, Message::Reply(Reply::Info(info())));
    assert_eq!(transfer.accept(&old), Ok(Event::Stale));
    let wrong = frame(7, 0, Message::Reply(Reply::Done(Totals::default())));
    assert_eq!(transfer.accept(&wrong), Err(TransferError::Unexpected));
    let gap = frame(7, 1, Message::Reply(Reply::Info(info())));
    assert_eq!(transfer.accept(&gap), Err(TransferError::Lost { expected: 0, found: 1 }));
    let right = frame(7, 0, Message::Reply(Reply::Info(info())));
    assert_eq!(transfer.accept(&right), Ok(Event::ReplyRef(&Reply::Info(info()))));
}
