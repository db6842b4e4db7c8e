//! Every message there and back, against postcard; damaged frames.

use postcard::ser_flavors::{Cobs, Slice};

use postcard::ser_flavors::Flavor;

use super::*;
use crate::{
    check::Settings,
    link::{
        BoardName, CapturePlan, CheckPlan, Command, Counters, CountersOf, Fault, Info, MessageRef, Names, RecordChunk,
        Reply, ReplyRef, RunUnit, Then, Totals, shorten,
    },
    record::Record,
    register::{Form, Register},
    unit::Unit,
};

const WIDEST: Record = Record { start: u64::MAX, end: u64::MAX, steps: u64::MAX };

fn samples() -> [Message; 19] {
    let register = Register::from_characteristic(1 << 64 | 0x1b).unwrap().with_form(Form::Galois).with_xnor(true);
    let unit = Unit { first: u64::MAX, count: u64::MAX };
    let info = Info {
        firmware: [255; 3],
        board: "sixteen letters!".try_into().unwrap(),
        max_degree: u32::MAX,
        static_ram: u32::MAX,
        bad_frames: u32::MAX,
    };
    let settings = Settings {
        lock_bits: u32::MAX,
        loss_errors: u32::MAX,
        max_slip: u32::MAX,
        inverted: Some(true),
        zero_limit: 255,
        ..Settings::new(&register)
    };
    let plan = CheckPlan::new(u32::MAX, 255, register, &settings);
    let most = u64::MAX;
    let counters = Counters {
        session: u32::MAX,
        bits: most,
        compared: most,
        errors: most,
        skipped: most,
        locks: most,
        losses: most,
        slips: most,
        inserted: most,
        deleted: most,
        flips: most,
        stuck_low: most,
        stuck_high: most,
        bursts: most,
        overruns: u32::MAX,
        ..Counters::default()
    };
    let small = Record { start: 0, end: 0, steps: 1 };
    [
        Message::Command(Command::Info),
        Message::Command(Command::RunUnit(RunUnit { register, zeros: u32::MAX, unit })),
        Message::Reply(Reply::Records([WIDEST; 4].into_iter().collect())),
        Message::Reply(Reply::Records([small; 4].into_iter().collect())),
        Message::Reply(Reply::Records(RecordChunk::new())),
        Message::Reply(Reply::Done(Totals { records: u64::MAX, steps: u64::MAX })),
        Message::Reply(Reply::Error(Fault::Version(9))),
        Message::Reply(Reply::Error(Fault::NoSession)),
        Message::Reply(Reply::Started(info.clone())),
        Message::Command(Command::StartCheck(plan)),
        Message::Command(Command::Capture(CapturePlan { source: 255, bytes: u32::MAX })),
        Message::Command(Command::Counters(CountersOf { session: u32::MAX, then: Then::GoOn })),
        Message::Command(Command::Counters(CountersOf { session: u32::MAX, then: Then::Freeze })),
        Message::Command(Command::Counters(CountersOf { session: u32::MAX, then: Then::Clear })),
        Message::Reply(Reply::Info(info)),
        Message::Reply(Reply::Sources(
            core::iter::repeat_n(BoardName::try_from("sixteen letters!").unwrap(), 8).collect(),
        )),
        Message::Reply(Reply::Counters(counters)),
        Message::Reply(Reply::Bits((0..128).collect())),
        Message::Reply(Reply::SelfTest(u32::MAX)),
    ]
}

fn decode(bytes: &[u8]) -> impl Iterator<Item = Result<Frame, FrameError>> {
    let mut decoder = Decoder::new();
    bytes.iter().filter_map(move |&byte| decoder.push(byte))
}

/// A small generator, so that the tests need no crate.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

#[test]
fn the_check_value_of_the_crc() {
    assert_eq!(CRC.checksum(b"123456789"), 0xE306_9283);
}

#[test]
fn one_frame_byte_by_byte() {
    // Worked out by hand from the description of the layout: version, request, part, Command, Info; CRC by the bit.
    let body = [VERSION, 0x81, 0x02, 0, 0, 0];
    let mut crc = u32::MAX;
    for byte in body {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = crc >> 1 ^ if crc & 1 == 1 { 0x1EDC_6F41u32.reverse_bits() } else { 0 };
        }
    }
    let crc = (!crc).to_le_bytes();
    assert!(crc.iter().all(|&byte| byte != 0), "else the stuffing below differs");
    let expected = [0, 4, VERSION, 0x81, 0x02, 1, 1, 5, crc[0], crc[1], crc[2], crc[3], 0];
    let mut buffer = [0xff; MAX_ENCODED];
    assert_eq!(encode(&mut buffer, 257, 0, &Message::Command(Command::Info)), Ok(expected.clone().as_mut_slice()));
}

#[test]
fn everything_comes_back_and_fits() {
    let mut longest = 0;
    for message in samples() {
        let mut buffer = [0; MAX_ENCODED];
        let bytes = encode(&mut buffer, u32::MAX, u32::MAX, &message).unwrap();
        longest = longest.max(bytes.len());
        assert_eq!((bytes.first(), bytes.last()), (Some(&0), Some(&0)));
        assert!(bytes[1..bytes.len() - 1].iter().all(|&byte| byte != 0));
        let mut found = decode(bytes);
        assert_eq!(found.next(), Some(Ok(Frame { request: u32::MAX, part: u32::MAX, message })));
        assert_eq!(found.next(), None);
    }
    // Little is given away.
    assert!((MAX_ENCODED - 10..=MAX_ENCODED).contains(&longest), "{longest}");
}

/// A device writes from where things lie; on the line it is the same, and it reads the longest commands.
#[test]
fn a_device_speaks_the_same_language() {
    for message in samples() {
        let mut buffer = [0; MAX_ENCODED];
        let expected = encode(&mut buffer, u32::MAX, u32::MAX, &message).unwrap();
        let names = ["sixteen letters!!!"; 9];
        let answer = match &message {
            Message::Command(command) => {
                let mut decoder = Decoder::<Option<Command>, MAX_COMMAND>::of();
                let found = expected.iter().find_map(|&byte| decoder.push(byte)).unwrap().unwrap();
                assert_eq!((found.request, &found.message), (u32::MAX, &Some(command.clone())));
                continue;
            }
            Message::Reply(reply) => match reply {
                Reply::Info(info) => ReplyRef::Info(info),
                Reply::Records(records) => ReplyRef::Records(records),
                Reply::Done(totals) => ReplyRef::Done(*totals),
                Reply::Error(fault) => ReplyRef::Error(*fault),
                Reply::Started(info) => ReplyRef::Started(info),
                Reply::Sources(_) => ReplyRef::Sources(Names(&names)),
                Reply::Counters(counters) => ReplyRef::Counters(counters),
                Reply::Bits(bits) => ReplyRef::Bits(bits),
                Reply::SelfTest(failed) => ReplyRef::SelfTest(*failed),
            },
        };
        let mut own = [0; MAX_ENCODED];
        assert_eq!(encode(&mut own, u32::MAX, u32::MAX, &MessageRef::Reply(answer)), Ok(expected), "{message:?}");
    }
    for fault in [
        Fault::Garbled,
        Fault::Version(7),
        Fault::Unknown,
        Fault::BadSection,
        Fault::BadUnit,
        Fault::Unsupported,
        Fault::BadSource,
        Fault::NoSession,
    ] {
        let mut buffers = [[0; MAX_ENCODED]; 2];
        let [own, expected] = &mut buffers;
        let own = encode(own, 1, 0, &MessageRef::Reply(ReplyRef::Error(fault)));
        assert_eq!(own, encode(expected, 1, 0, &Message::Reply(Reply::Error(fault))));
    }
    // A reply, its own echo, is no command and no error.
    let mut buffer = [0; MAX_ENCODED];
    let echo = encode(&mut buffer, 1, 0, &MessageRef::Reply(ReplyRef::SelfTest(0))).unwrap();
    let mut decoder = Decoder::<Option<Command>, MAX_COMMAND>::of();
    let found = echo.iter().find_map(|&byte| decoder.push(byte));
    assert_eq!(found, Some(Ok(Frame { request: 1, part: 0, message: None })));
    assert_eq!((shorten(""), shorten("fifteen letters\u{fc}")), ("", "fifteen letters"));
}

#[test]
fn a_buffer_that_is_too_short_is_an_error() {
    for message in samples() {
        let mut buffer = [0; MAX_ENCODED];
        let length = encode(&mut buffer, 1, 0, &message).unwrap().len();
        for short in 0..length {
            assert_eq!(encode(&mut buffer[..short], 1, 0, &message), Err(FrameError::TooLong));
        }
    }
}

/// Every place, or under miri a few of them.
const STRIDE: usize = if cfg!(miri) { 97 } else { 1 };

#[test]
fn every_flipped_bit_and_every_cut_is_seen() {
    for message in samples() {
        let mut buffer = [0; MAX_ENCODED];
        let length = encode(&mut buffer, 77, 3, &message).unwrap().len();
        for bit in (8..8 * (length - 1)).step_by(STRIDE) {
            buffer[bit / 8] ^= 1 << (bit % 8);
            assert!(decode(&buffer[..length]).all(|found| found.is_err()), "{message:?} bit {bit}");
            buffer[bit / 8] ^= 1 << (bit % 8);
        }
        for cut in (2..length - 1).step_by(STRIDE) {
            // The tail is missing, then the head; the next frame is whole.
            let tail = [&buffer[..cut], &buffer[..length]].concat();
            let head = [&buffer[cut..length], &buffer[..length]].concat();
            for bytes in [tail, head] {
                let mut decoder = Decoder::new();
                let mut found = [const { None }; 4];
                let mut count = 0;
                for byte in bytes {
                    if let Some(result) = decoder.push(byte) {
                        found[count] = Some(result);
                        count += 1;
                    }
                }
                assert_eq!(count, 2, "cut {cut}: {found:?}");
                assert!(found[0].as_ref().is_some_and(Result::is_err));
                assert_eq!(found[1], Some(Ok(Frame { request: 77, part: 3, message: message.clone() })));
            }
        }
        for gone in (1..length - 1).step_by(STRIDE) {
            let mut bytes = [0; MAX_ENCODED];
            bytes[..length].copy_from_slice(&buffer[..length]);
            bytes.copy_within(gone + 1..length, gone);
            assert!(decode(&bytes[..length - 1]).all(|found| found.is_err()), "{message:?} without byte {gone}");
        }
    }
}

#[test]
fn random_bytes_give_no_frame_and_no_panic() {
    let rounds = if cfg!(miri) { 2_000 } else { 2_000_000 };
    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    let mut decoder = Decoder::new();
    let mut errors = 0;
    for _ in 0..rounds {
        let random = noise.next();
        // Zeros often and rarely, so that frames of all lengths occur.
        let byte = if random >> 32 & 0xff == 0 { 0 } else { random as u8 };
        match decoder.push(byte) {
            None => {}
            Some(Ok(frame)) => panic!("{frame:?} out of noise"),
            Some(Err(_)) => errors += 1,
        }
    }
    assert!(errors > rounds / 1000, "{errors}");
}

#[test]
fn sound_frames_with_random_content_do_not_panic() {
    // Right version and CRC around noise: the content parser is on its own.
    let rounds = if cfg!(miri) { 200 } else { 100_000 };
    let mut noise = Noise(1);
    let mut refused = 0;
    for round in 0..rounds {
        let mut body = [0u8; 64];
        body.iter_mut().for_each(|byte| *byte = (noise.next() >> 20) as u8 & [0xff, 0x0f, 0x83][round % 3]);
        body[0] = VERSION;
        let length = 1 + noise.next() as usize % 60;
        let crc = CRC.checksum(&body[..length]).to_le_bytes();
        body[length..length + 4].copy_from_slice(&crc);
        let mut decoder = Decoder::new();
        let mut found = None;
        let mut wire = [0; 80];
        let used = postcard_cobs(&body[..length + 4], &mut wire);
        for &byte in &wire[..used] {
            found = decoder.push(byte).or(found);
        }
        match found {
            Some(Err(FrameError::Content(_))) => refused += 1,
            Some(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(refused > rounds / 2, "{refused}");
}

fn postcard_cobs(plain: &[u8], wire: &mut [u8]) -> usize {
    let mut flavor = Cobs::try_new(Slice::new(wire)).unwrap();
    plain.iter().for_each(|&byte| flavor.try_push(byte).unwrap());
    flavor.finalize().unwrap().len()
}

#[test]
fn long_noise_is_named_and_left_behind() {
    let mut decoder = Decoder::new();
    for _ in 0..1000 {
        assert_eq!(decoder.push(0x55), None);
    }
    assert_eq!(decoder.push(0), Some(Err(FrameError::TooLong)));
    let mut buffer = [0; MAX_ENCODED];
    let message = Message::Command(Command::Info);
    let bytes = encode(&mut buffer, 1, 0, &message).unwrap();
    let last = bytes.iter().filter_map(|&byte| decoder.push(byte)).last();
    assert_eq!(last, Some(Ok(Frame { request: 1, part: 0, message })));
}

#[test]
fn another_version_and_an_invalid_register_are_named() {
    let mut wire = [0; 64];
    let sealed = |body: &[u8], wire: &mut [u8]| {
        let mut plain = [0; 64];
        plain[..body.len()].copy_from_slice(body);
        plain[body.len()..body.len() + 4].copy_from_slice(&CRC.checksum(body).to_le_bytes());
        postcard_cobs(&plain[..body.len() + 4], wire)
    };
    let used = sealed(&[VERSION + 1, 1, 2, 3, 4, 5, 6], &mut wire);
    assert_eq!(decode(&wire[..used]).last(), Some(Err(FrameError::Version(VERSION + 1))));
    // Command, RunUnit, no cells, Fibonacci, no XNOR, z = 0, unit 0..1; request 5.
    let used = sealed(&[VERSION, 5, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1], &mut wire);
    assert_eq!(decode(&wire[..used]).last(), Some(Err(FrameError::Content(5))));
    // The same with one cell is a register.
    let used = sealed(&[VERSION, 5, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1], &mut wire);
    assert!(matches!(decode(&wire[..used]).last(), Some(Ok(Frame { request: 5, part: 0, .. }))));
    // And with a byte too many it is nothing.
    let used = sealed(&[VERSION, 5, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 0], &mut wire);
    assert_eq!(decode(&wire[..used]).last(), Some(Err(FrameError::Content(5))));
}
