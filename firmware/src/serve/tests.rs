extern crate std;

use core::convert::Infallible;
use std::{cell::RefCell, collections::VecDeque, rc::Rc, vec::Vec};

use embedded_io::ErrorType;
use lfsr_core::{
    cycle::brent,
    link::{Decoder, MAX_ENCODED, encode},
    record::Record,
    register::{Form, Register},
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
    let end = Server::new(input, out.clone(), kernel, "a board with a long name").run();
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
                assert_eq!((last.0, last.1), (1, count.div_ceil(8) as u32));
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
    assert!((10..14).contains(&before.len()), "{}", before.len());
    assert!(before.iter().all(|reply| reply.0 == 1 && matches!(reply.2, Reply::Records(_))));
}
