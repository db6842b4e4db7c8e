//! The command loop on the host, over queues.

extern crate std;

use core::convert::Infallible;
use std::{cell::RefCell, collections::VecDeque, rc::Rc, vec::Vec};

use embedded_io::ErrorType;
use lfsr_core::{
    bit_order::BitOrder,
    check::{Settings, SmallChecker},
    cycle::brent,
    link::{Counters, Decoder, MAX_ENCODED, Message, Reply, encode},
    record::Record,
    register::{Form, Register},
    stream::{Style, Words},
    unit::Unit,
};

use super::*;
use crate::kernel::{Leaping, Stepping};

/// What the host sends; after `calm` questions whether there is more, the rest becomes visible.
struct In {
    now: VecDeque<u8>,
    later: Vec<u8>,
    calm: u32,
}

impl ErrorType for In {
    type Error = Infallible;
}

impl Read for In {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        if self.now.is_empty() {
            self.now.extend(self.later.drain(..));
        }
        let count = buffer.len().min(self.now.len());
        for (slot, byte) in buffer.iter_mut().zip(self.now.drain(..count)) {
            *slot = byte;
        }
        Ok(count)
    }
}

impl ReadReady for In {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        if self.calm == 0 {
            self.now.extend(self.later.drain(..));
        }
        self.calm = self.calm.saturating_sub(1);
        Ok(!self.now.is_empty())
    }
}

#[derive(Clone, Default)]
struct Out(Rc<RefCell<Vec<u8>>>);

impl ErrorType for Out {
    type Error = Infallible;
}

impl Write for Out {
    fn write(&mut self, buffer: &[u8]) -> Result<usize, Infallible> {
        self.0.borrow_mut().extend_from_slice(buffer);
        Ok(buffer.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

fn frame(request: u32, command: Command) -> Vec<u8> {
    let mut buffer = [0; MAX_ENCODED];
    encode(&mut buffer, request, 0, &Message::Command(command)).unwrap().to_vec()
}

/// Serves the bytes to the end and returns the replies.
fn serve(kernel: &mut impl Kernel, now: Vec<u8>, later: Vec<u8>, calm: u32) -> Vec<(u32, u32, Reply)> {
    let out = Out::default();
    let input = In { now: now.into(), later, calm };
    let end = Server::new(input, out.clone(), kernel, (), "a board with a long name").run();
    assert_eq!(end.map(|_| ()), Err(ServeError::Receive(RecvError::Closed)));
    let bytes = out.0.take();
    let mut decoder = Decoder::new();
    let replies = bytes.iter().filter_map(|&byte| decoder.push(byte)).map(|found| {
        let Frame { request, part, message: Message::Reply(reply) } = found.unwrap() else { panic!("a command") };
        (request, part, reply)
    });
    let mut replies: Vec<_> = replies.collect();
    assert!(matches!(replies.remove(0), (0, 0, Reply::Started(_))));
    replies
}

fn register(characteristic: u128) -> Register {
    Register::from_characteristic(characteristic).unwrap()
}

fn unit(register: Register, zeros: u32, first: u64, count: u64) -> Command {
    Command::RunUnit(RunUnit { register, zeros, unit: Unit { first, count } })
}

fn naive(run: &RunUnit, start: u64) -> Record {
    let sequence = run.register.sequence();
    let (mut end, mut steps) = (sequence.step(start), 1);
    while !run.in_section(end) {
        end = sequence.step(end);
        steps += 1;
    }
    Record { start, end, steps }
}

#[test]
fn info_is_cut_to_its_field() {
    let replies = serve(&mut Stepping::new(), frame(9, Command::Info), Vec::new(), 0);
    let [(9, 0, Reply::Info(info))] = replies.as_slice() else { panic!("{replies:?}") };
    assert_eq!(info.board, "a board with a l");
    assert_eq!((info.firmware, info.max_degree, info.bad_frames), ([0, 1, 0], 64, 0));
}

#[test]
fn both_kernels_send_the_naive_records() {
    let mut leaping = Leaping::new();
    for characteristic in [0b1_1001, 0b1_0001_1101, 0x1_1021 | 1, 0x1_002d, 0b11_1111_1111, 0b10_0000_0001] {
        for form in [Form::Fibonacci, Form::Galois] {
            for (xnor, zeros) in [(false, 0), (false, 2), (true, 0), (true, 2), (true, 4)] {
                let register = register(characteristic).with_form(form).with_xnor(xnor);
                let size = (register.state_mask() >> zeros) + 1;
                let (first, count) = (size / 3, (size - size / 3).min(100));
                let run = RunUnit { register, zeros, unit: Unit { first, count } };
                let bytes = frame(1, Command::RunUnit(run));
                let replies = serve(&mut leaping, bytes.clone(), Vec::new(), 0);
                assert_eq!(replies, serve(&mut Stepping::new(), bytes, Vec::new(), 0));
                let records: Vec<_> = replies
                    .iter()
                    .filter_map(|(_, _, reply)| if let Reply::Records(chunk) = reply { Some(chunk) } else { None })
                    .flatten()
                    .copied()
                    .collect();
                let expected: Vec<_> = run.unit.starts().map(|start| naive(&run, start)).collect();
                assert_eq!(records, expected, "{register:?} z = {zeros}");
                let steps = expected.iter().map(|record| record.steps).sum();
                let last = replies.last().unwrap();
                assert_eq!((last.0, last.1), (1, count.div_ceil(4) as u32));
                assert_eq!(last.2, Reply::Done(Totals { records: count, steps }));
            }
        }
    }
}

#[test]
fn one_arc_is_the_period_that_brent_finds() {
    let register = register(0x1_002d);
    let replies = serve(&mut Leaping::new(), frame(1, unit(register, 15, 1, 1)), Vec::new(), 0);
    let Some((1, 0, Reply::Records(records))) = replies.first() else { panic!("{replies:?}") };
    assert_eq!(records[0].steps, brent(|state| register.step(state), 1).period);
}

#[test]
fn what_cannot_be_run_is_refused() {
    let good = register(0b1_1001);
    let cases = [
        (unit(register(0b1_1000), 0, 0, 1), Fault::Unsupported),
        (unit(good, 5, 0, 1), Fault::BadSection),
        (unit(good, 2, 0, 5), Fault::BadUnit),
        (unit(good, 0, u64::MAX, u64::MAX), Fault::BadUnit),
    ];
    for (command, fault) in cases {
        let replies = serve(&mut Leaping::new(), frame(3, command), Vec::new(), 0);
        assert_eq!(replies, [(3, 0, Reply::Error(fault))]);
    }
    let replies = serve(&mut Leaping::new(), frame(3, unit(good, 2, 4, 0)), Vec::new(), 0);
    assert_eq!(replies, [(3, 0, Reply::Done(Totals::default()))]);
}

#[test]
fn a_repeated_command_runs_once_and_info_each_time() {
    let run = frame(2, unit(register(0b1_1001), 3, 0, 1));
    let bytes = [frame(1, Command::Info), frame(1, Command::Info), run.clone(), run].concat();
    let replies = serve(&mut Leaping::new(), bytes, Vec::new(), 0);
    let numbers: Vec<_> = replies.iter().map(|reply| reply.0).collect();
    // The first info is asked for twice; the second copy of the unit does not even interrupt the first.
    assert_eq!(numbers, [1, 1, 2, 2], "{replies:?}");
}

#[test]
fn garbled_foreign_and_unknown_frames_are_answered_as_such() {
    let mut garbled = frame(1, Command::Info);
    garbled[3] ^= 0x10;
    let echo = {
        let mut buffer = [0; MAX_ENCODED];
        encode(&mut buffer, 1, 0, &Message::Reply(Reply::Done(Totals::default()))).unwrap().to_vec()
    };
    let bytes = [garbled, echo, frame(0, Command::Info), b"noise\0".to_vec(), frame(5, Command::Info)].concat();
    let replies = serve(&mut Leaping::new(), bytes, Vec::new(), 0);
    let [(0, 0, first), (0, 0, second), (5, 0, Reply::Info(info))] = replies.as_slice() else { panic!("{replies:?}") };
    assert_eq!((first, second), (&Reply::Error(Fault::Garbled), &Reply::Error(Fault::Garbled)));
    assert_eq!(info.bad_frames, 2);
}

#[test]
fn a_new_command_ends_the_old_one() {
    // One arc of 2^40 - 1 steps: without the interruption the test would last minutes.
    let long = frame(1, unit(register(1 << 40 | 0b11_1001), 39, 1, 1));
    let replies = serve(&mut Leaping::new(), long, frame(2, Command::Info), 20);
    assert!(matches!(replies.as_slice(), [(2, 0, Reply::Info(_))]), "{replies:?}");
    // Many short arcs: the records sent so far are of the old command, then comes the new one's answer.
    let many = frame(1, unit(register(0x1_002d), 0, 0, 1 << 16));
    let replies = serve(&mut Stepping::new(), many, frame(2, Command::Info), 100);
    let (last, before) = replies.split_last().unwrap();
    assert!(matches!(last, (2, 0, Reply::Info(_))));
    assert!((22..28).contains(&before.len()), "{}", before.len());
    assert!(before.iter().all(|reply| reply.0 == 1 && matches!(reply.2, Reply::Records(_))));
}

/// A source of the line's bytes in pieces of changing length, then silence.
struct Tape {
    /// What came before anyone asked: dropped by a flush.
    stale: Vec<u8>,
    bytes: VecDeque<u8>,
    piece: usize,
    idle: Rc<RefCell<u32>>,
    /// Bytes read so far, and after how many of them the source overruns, and loses the next hundred.
    read: usize,
    overruns: Vec<usize>,
}

impl Tape {
    fn new(bytes: impl IntoIterator<Item = u8>) -> Self {
        Self {
            stale: std::vec![0xff; 9],
            bytes: bytes.into_iter().collect(),
            piece: 0,
            idle: Rc::default(),
            read: 0,
            overruns: Vec::new(),
        }
    }
}

impl Sources for Tape {
    fn names(&self) -> &[&'static str] {
        &["silent", "a tape with a long name"]
    }

    fn read(&mut self, source: u8, buffer: &mut [u8]) -> usize {
        if source == 0 {
            return 0;
        }
        if !self.stale.is_empty() {
            let count = self.stale.len().min(buffer.len());
            self.stale.drain(..count).zip(buffer).for_each(|(byte, slot)| *slot = byte);
            return count;
        }
        self.piece = (self.piece + 5) % 23;
        let until = self.overruns.first().map_or(usize::MAX, |at| at - self.read);
        let count = self.piece.min(buffer.len()).min(self.bytes.len()).min(until);
        self.read += count;
        for (slot, byte) in buffer.iter_mut().zip(self.bytes.drain(..count)) {
            *slot = byte;
        }
        count
    }

    fn flush(&mut self, _: u8) {
        self.stale.clear();
    }

    fn overran(&mut self, _: u8) -> bool {
        let overran = self.overruns.first() == Some(&self.read);
        if overran {
            self.overruns.remove(0);
            self.bytes.drain(..100);
        }
        overran
    }

    fn idle(&mut self) {
        *self.idle.borrow_mut() += 1;
    }
}

/// Serves commands, the later ones after `calm` looks at the link; the first reply of each.
fn serve_tape(tape: Tape, now: Vec<u8>, later: Vec<u8>, calm: u32) -> Vec<(u32, u32, Reply)> {
    let out = Out::default();
    let input = In { now: now.into(), later, calm };
    let end = Server::new(input, out.clone(), &mut Leaping::new(), tape, "board").run();
    assert_eq!(end.map(|_| ()), Err(ServeError::Receive(RecvError::Closed)));
    let mut decoder = Decoder::new();
    let replies = out.0.take().into_iter().filter_map(|byte| decoder.push(byte)).map(|found| {
        let Frame { request, part, message: Message::Reply(reply) } = found.unwrap() else { panic!("a command") };
        (request, part, reply)
    });
    replies.skip(1).collect()
}

/// 20,000 bits of a sequence, in bytes.
fn line(register: &Register, msb_first: bool) -> Vec<u8> {
    let order = if msb_first { BitOrder::Msb } else { BitOrder::Lsb };
    let mut words = Words::new(register, 0x5a5, Style { order, inverted: false });
    (0..320).flat_map(|_| words.next_word().to_le_bytes()).collect()
}

fn plan(session: u32, register: Register, order: BitOrder) -> CheckPlan {
    CheckPlan::new(session, 1, register, &Settings { order, ..Settings::new(&register) })
}

fn counters(session: u32, then: Then) -> Command {
    Command::Counters(CountersOf { session, then })
}

#[test]
fn a_check_goes_on_between_commands_and_agrees_with_a_checker_of_the_whole() {
    for (characteristic, msb_first) in [(0x83, true), (1 << 31 | 0b1001, false), (1 << 64 | 0b1_1011, true)] {
        let register = register(characteristic);
        let mut bytes = line(&register, msb_first);
        bytes[700] ^= 0x18;
        bytes[1900] ^= 1;
        // Not a whole word at the end.
        bytes.truncate(2501);
        let plan = plan(7, register, if msb_first { BitOrder::Msb } else { BitOrder::Lsb });
        let mut whole = SmallChecker::new(&register, plan.settings()).unwrap();
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| whole.push(&[u64::from_le_bytes(*word)]));
        let last = rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
        whole.push_last(last, 8 * rest.len() as u32);
        whole.finish();
        assert_eq!(whole.report().errors, 3);

        let tape = Tape::new(bytes);
        let idle = Rc::clone(&tape.idle);
        let later = [
            frame(2, counters(7, Then::GoOn)),
            frame(3, Command::StartCheck(plan)),
            frame(4, counters(7, Then::Freeze)),
            frame(5, counters(7, Then::Freeze)),
            frame(6, counters(8, Then::GoOn)),
        ];
        let replies = serve_tape(tape, frame(1, Command::StartCheck(plan)), later.concat(), 1000);
        let [(1, 0, Reply::Counters(first)), (2, 0, Reply::Counters(open)), (3, 0, Reply::Counters(again)), rest @ ..] =
            replies.as_slice()
        else {
            panic!("{replies:?}")
        };
        assert_eq!((first.session, first.bits), (7, 0));
        assert!(open.bits == 20_008 - 40 && open == again, "{open:?}");
        let expected = Counters::new(7, whole.report());
        let all = [
            (4, 0, Reply::Counters(expected)),
            (5, 0, Reply::Counters(expected)),
            (6, 0, Reply::Error(Fault::NoSession)),
        ];
        assert_eq!(rest, all);
        assert!(*idle.borrow() > 100, "a silent source lets the board sleep");
    }
}

#[test]
fn bits_that_a_source_lost_are_no_errors() {
    let register = register(1 << 31 | 0b1001);
    let plan = plan(7, register, BitOrder::Lsb);
    let mut bytes = line(&register, false);
    bytes[300] ^= 4;
    let tape = Tape { overruns: std::vec![501, 1003, 1800], ..Tape::new(bytes) };
    let replies = serve_tape(tape, frame(1, Command::StartCheck(plan)), frame(2, counters(7, Then::Freeze)), 1000);
    let [_, (2, 0, Reply::Counters(found))] = replies.as_slice() else { panic!("{replies:?}") };
    let bits = 20_480 - 3 * 800;
    let expected = Counters {
        session: 7,
        bits,
        compared: bits,
        errors: 1,
        locks: 4,
        overruns: 3,
        bursts: 1,
        is_locked: true,
        ..Counters::default()
    };
    assert_eq!(*found, expected);
}

#[test]
fn counters_are_cleared_by_command() {
    let register = register(1 << 31 | 0b1001);
    let plan = plan(7, register, BitOrder::Lsb);
    let mut bytes = line(&register, false);
    bytes[300] ^= 4;
    let later = [frame(2, counters(7, Then::Clear)), frame(3, counters(7, Then::Freeze))];
    // All bits are there before the counters are cleared.
    let replies = serve_tape(Tape::new(bytes), frame(1, Command::StartCheck(plan)), later.concat(), 1000);
    let [_, (2, 0, Reply::Counters(cleared)), (3, 0, Reply::Counters(last))] = replies.as_slice() else {
        panic!("{replies:?}")
    };
    let nothing = Counters { session: 7, locks: 1, is_locked: true, ..Counters::default() };
    assert_eq!((*cleared, *last), (nothing, nothing));
}

#[test]
fn what_cannot_be_checked_is_refused() {
    let good = plan(7, register(0x83), BitOrder::Lsb);
    let cases = [
        (Command::StartCheck(CheckPlan { source: 2, ..good }), Fault::BadSource),
        (Command::StartCheck(plan(7, register(0b1_0000), BitOrder::Lsb)), Fault::Unsupported),
        (counters(7, Then::GoOn), Fault::NoSession),
        (Command::Capture(CapturePlan { source: 9, bytes: 1 }), Fault::BadSource),
    ];
    for (command, fault) in cases {
        let replies = serve_tape(Tape::new([]), frame(3, command), Vec::new(), 0);
        assert_eq!(replies, [(3, 0, Reply::Error(fault))]);
    }
    // A board without sources.
    let replies = serve(&mut Stepping::new(), frame(3, Command::StartCheck(good)), Vec::new(), 0);
    assert_eq!(replies, [(3, 0, Reply::Error(Fault::BadSource))]);
    let replies = serve_tape(Tape::new([]), frame(3, Command::Sources), Vec::new(), 0);
    let [(3, 0, Reply::Sources(names))] = replies.as_slice() else { panic!("{replies:?}") };
    assert_eq!(names.as_slice(), ["silent", "a tape with a lo"]);
}

#[test]
fn a_capture_is_what_came() {
    let bytes: Vec<u8> = (0..1000u32).map(|i| (i * i / 7) as u8).collect();
    for wanted in [0, 1, 128, 129, 1000] {
        let command = Command::Capture(CapturePlan { source: 1, bytes: wanted });
        let replies = serve_tape(Tape::new(bytes.clone()), frame(3, command), Vec::new(), 0);
        let (last, chunks) = replies.split_last().unwrap();
        assert_eq!(last.2, Reply::Done(Totals { records: wanted.into(), steps: 0 }));
        let found: Vec<u8> = chunks
            .iter()
            .flat_map(|(_, _, reply)| if let Reply::Bits(bits) = reply { bits.to_vec() } else { panic!("{reply:?}") })
            .collect();
        assert_eq!(found, bytes[..wanted as usize]);
    }
    // Where bytes are missing it ends, with those before.
    let tape = Tape { overruns: std::vec![200], ..Tape::new(bytes.clone()) };
    let replies = serve_tape(tape, frame(3, Command::Capture(CapturePlan { source: 1, bytes: 500 })), Vec::new(), 0);
    let [(3, 0, Reply::Bits(first)), (3, 1, Reply::Bits(second)), (3, 2, Reply::Error(Fault::Overrun))] =
        replies.as_slice()
    else {
        panic!("{replies:?}")
    };
    assert!(first.iter().chain(second).eq(&bytes[..200]));
    // A silent source: the next command ends it.
    let silent = frame(1, Command::Capture(CapturePlan { source: 0, bytes: 9 }));
    let replies = serve_tape(Tape::new([]), silent, frame(2, Command::Sources), 50);
    assert!(matches!(replies.as_slice(), [(2, 0, Reply::Sources(_))]), "{replies:?}");
}

#[test]
fn the_self_test_passes_with_both_kernels_and_fails_with_a_broken_one() {
    struct Broken;
    impl Kernel for Broken {
        fn prepare(&mut self, _: &Register) {}

        fn arc(&self, _: u32, start: u64, _: &mut impl Monitor) -> Option<Record> {
            Some(Record { start, end: start, steps: 511 })
        }
    }
    let test = frame(1, Command::SelfTest);
    assert_eq!(serve(&mut Leaping::new(), test.clone(), Vec::new(), 0), [(1, 0, Reply::SelfTest(0))]);
    assert_eq!(serve(&mut Stepping::new(), test.clone(), Vec::new(), 0), [(1, 0, Reply::SelfTest(0))]);
    assert_eq!(serve(&mut Broken, test, Vec::new(), 0), [(1, 0, Reply::SelfTest(0b10))]);
}
