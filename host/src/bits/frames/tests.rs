//! Frames made by the checksum engine, and looked at without it.

use lfsr_core::{crc::Algorithm, random::SplitMix64};

use super::*;
use crate::bits::checksum::{Checksum, Sum};

fn random_bytes(random: &mut SplitMix64, count: usize) -> Vec<u8> {
    (0..count).map(|_| random.next_word() as u8).collect()
}

/// The checksum of a message.
fn sum(algorithm: &Algorithm, message: &[u8]) -> u128 {
    let mut sum = Sum::new(&Checksum::of(*algorithm));
    sum.bytes(message);
    sum.finish().unwrap()
}

/// The frame of a message, whose checksum has that byte first: hexadecimal digits.
fn frame_in_order(algorithm: &Algorithm, message: &[u8], is_lowest_first: bool) -> String {
    let mut check = sum(algorithm, message).to_le_bytes()[..algorithm.width() as usize / 8].to_vec();
    if !is_lowest_first {
        check.reverse();
    }
    message.iter().chain(&check).map(|byte| format!("{byte:02x}")).collect()
}

/// The same with the checksum as a receiver would like it.
fn frame(entry: &Entry, message: &[u8]) -> String {
    let algorithm = &entry.checksum.algorithm;
    frame_in_order(algorithm, message, algorithm.refout())
}

/// The algorithms of widths that are looked for.
fn algorithms() -> impl Iterator<Item = &'static Entry> {
    let is_one = |entry: &&Entry| {
        let algorithm = &entry.checksum.algorithm;
        let mut alike = catalogue::matching(algorithm.width(), algorithm.poly());
        alike.any(|other| other.name == entry.name) && (NARROWEST..=WIDEST).contains(&(algorithm.width() as usize))
    };
    catalogue::all().filter(is_one)
}

/// The bits of a message, as they are sent, and those of its checksum.
fn bit_frame(algorithm: &Algorithm, message: &[bool]) -> String {
    let checksum = Checksum::of(*algorithm);
    let mut sum = Sum::new(&checksum);
    message.iter().for_each(|bit| sum.bits((*bit).into(), 1));
    let value = sum.finish().unwrap();
    let sent = if algorithm.refout() { algorithm.reflected(value) } else { value };
    let check = (0..algorithm.width()).rev().map(|i| sent >> i & 1 == 1);
    message.iter().copied().chain(check).map(|bit| if bit { '1' } else { '0' }).collect()
}

fn read(lines: &[String]) -> Frames {
    Frames::read(&lines.join("\n"), None).unwrap()
}

fn found(lines: &[String]) -> Found {
    match identify(&read(lines)) {
        Finding::Crc(found) => *found,
        other => panic!("{other:?}\n{}", lines.join("\n")),
    }
}

/// Whether two algorithms give the same checksum for every message of these lengths.
fn are_alike(a: &Algorithm, b: &Algorithm, lengths: impl IntoIterator<Item = usize>) -> bool {
    let mut random = SplitMix64(5);
    lengths.into_iter().all(|length| {
        let message = random_bytes(&mut random, length);
        sum(a, &message) == sum(b, &message)
    })
}

/// Messages of mixed lengths.
fn messages(random: &mut SplitMix64, count: usize) -> Vec<Vec<u8>> {
    (0..count)
        .map(|_| {
            let length = 5 + (random.next_word() % 30) as usize;
            random_bytes(random, length)
        })
        .collect()
}

/// Eight messages of mixed lengths name every algorithm of whole bytes; so do twelve of which one is wrong, and say which.
#[test]
fn every_algorithm_of_the_catalogue_is_named() {
    let mut random = SplitMix64(21);
    let mut tried = 0;
    for entry in algorithms().filter(|entry| entry.checksum.algorithm.width().is_multiple_of(8)) {
        tried += 1;
        let lines: Vec<String> = messages(&mut random, 8).iter().map(|message| frame(entry, message)).collect();
        let all = found(&lines);
        assert!(all.entries.iter().any(|found| found.name == entry.name), "{}: {all:?}", entry.name);
        assert!(all.wrong.is_empty());
        let mut lines: Vec<String> = messages(&mut random, 12).iter().map(|message| frame(entry, message)).collect();
        let at = (random.next_word() % 12) as usize;
        let flipped = if lines[at].starts_with('0') { "1" } else { "0" };
        lines[at].replace_range(0..1, flipped);
        let all = found(&lines);
        assert!(all.entries.iter().any(|found| found.name == entry.name), "{}: {all:?}", entry.name);
        assert_eq!(all.wrong, [at as u64 + 1], "{}", entry.name);
    }
    assert!(tried >= 79, "{tried}");
}

/// Messages of bits, of any length, name the algorithms of all widths.
#[test]
fn bits_name_algorithms_of_every_width() {
    let mut random = SplitMix64(22);
    for entry in algorithms() {
        let algorithm = &entry.checksum.algorithm;
        let count = 8 + 40 / algorithm.width() as usize;
        let lines: Vec<String> = (0..count)
            .map(|_| {
                let length = 20 + random.next_word() % 100;
                let message: Vec<bool> = (0..length).map(|_| random.next_word() & 1 == 1).collect();
                bit_frame(algorithm, &message)
            })
            .collect();
        // Where the checksum begins may be said.
        let width = algorithm.width() as usize;
        let marked: Vec<String> = lines
            .iter()
            .map(|line| {
                let (message, check) = line.split_at(line.len() - width);
                format!("{message};{check}")
            })
            .collect();
        let all = found(if width.is_multiple_of(2) { &lines } else { &marked });
        let is_it = |found: &Entry| {
            let other = &found.checksum.algorithm;
            (other.width(), other.poly(), other.init()) == (algorithm.width(), algorithm.poly(), algorithm.init())
        };
        assert!(all.entries.iter().any(|found| is_it(found)), "{}: {all:?}", entry.name);
    }
}

/// So do those of chips.
#[test]
fn units_are_named() {
    let mut random = SplitMix64(26);
    for name in ["SX127x-CCITT", "SX127x-IBM", "nRF24L01-CRC8", "CC1101-CRC"] {
        let entry = catalogue::find(name).unwrap();
        let lines: Vec<String> = messages(&mut random, 9).iter().map(|message| frame(entry, message)).collect();
        let all = found(&lines);
        assert!(all.entries.iter().any(|found| found.name == entry.name), "{name}: {all:?}");
    }
}

/// Parameters of no catalogue: the ones that were, or others that give the same checksums.
#[test]
fn random_algorithms_are_found() {
    let mut random = SplitMix64(23);
    for round in 0..500 {
        let width = 8 * (1 + (random.next_word() % 8) as u32);
        let mask = u128::MAX >> (128 - width);
        let mut value = || u128::from(random.next_word()) & mask;
        let algorithm = Algorithm::new(width, value() | 1).unwrap().with_init(value()).unwrap().with_xorout(value());
        let reflected = [value() & 1 == 1, value() & 1 == 1];
        let algorithm = algorithm.unwrap().with_reflection(reflected[0], reflected[1]);
        let is_lowest_first = value() & 1 == 1;
        let messages = messages(&mut random, 12);
        let lines: Vec<String> =
            messages.iter().map(|message| frame_in_order(&algorithm, message, is_lowest_first)).collect();
        let all = found(&lines);
        let same = all.algorithm;
        assert_eq!((same.width(), same.poly()), (width, algorithm.poly()), "{round}: {algorithm}: {all:?}");
        assert!(are_alike(&same, &algorithm, (5..35).step_by(6)), "{round}: {algorithm}, found {same}");
        assert!(width == 8 || all.field.is_lowest_first == is_lowest_first, "{round}: {algorithm}");
    }
}

/// Of messages of one length init and xorout cannot be told apart, and it says so; the checksums of that length are right.
#[test]
fn equal_lengths_leave_init_open() {
    let mut random = SplitMix64(24);
    for name in ["CRC-16/MODBUS", "CRC-32", "CRC-8/MAXIM-DOW", "CRC-64/XZ"] {
        let entry = catalogue::find(name).unwrap();
        let lines: Vec<String> = (0..8).map(|_| frame(entry, &random_bytes(&mut random, 12))).collect();
        let all = found(&lines);
        assert_eq!(all.undecided, entry.checksum.algorithm.width(), "{name}");
        assert!(all.entries.iter().any(|found| found.name == entry.name), "{name}: {all:?}");
        assert!(are_alike(&all.algorithm, &entry.checksum.algorithm, [12; 5]), "{name}");
    }
    // x + 1 divides the generator of ARC and every difference of powers: one bit stays open, and never matters.
    let entry = catalogue::find("CRC-16/ARC").unwrap();
    let lines: Vec<String> = messages(&mut random, 9).iter().map(|message| frame(entry, message)).collect();
    assert!(found(&lines).undecided >= 1);
}

/// Neither noise nor sums with carries are CRCs; too few frames are too few.
#[test]
fn what_is_no_crc_is_none() {
    let mut random = SplitMix64(25);
    for round in 0..300 {
        let lines: Vec<String> = (0..8 + round % 10)
            .map(|_| random_bytes(&mut random, 12).iter().map(|byte| format!("{byte:02x}")).collect())
            .collect();
        assert!(!matches!(identify(&read(&lines)), Finding::Crc(_) | Finding::Total(_)), "{}", lines.join("\n"));
    }
    let sums: Vec<String> = messages(&mut random, 12)
        .iter()
        .map(|message| {
            let sum = message.iter().fold(0x55u8, |sum, byte| sum.wrapping_add(*byte));
            message.iter().chain([&sum.wrapping_neg()]).map(|byte| format!("{byte:02x}")).collect()
        })
        .collect();
    let Finding::Total(total) = identify(&read(&sums)) else { panic!("{:?}", identify(&read(&sums))) };
    assert_eq!((total.width, total.kind, total.constant, total.right), (8, Kind::Negated, 0xab, 12));
    let entry = catalogue::find("CRC-8").unwrap();
    let lines: Vec<String> = messages(&mut random, 3).iter().map(|message| frame(entry, message)).collect();
    assert!(matches!(identify(&read(&lines)), Finding::TooFew { more: 1..=4 } | Finding::None));
}

#[test]
fn lines_as_people_write_them() {
    let frames = |text: &str| Frames::read(text, None);
    let a = frames("# a remark\n0x12 34,56 ; ab:cd\n\n{20}12345f # 20 bits\n").unwrap();
    assert_eq!((a.all.len(), a.are_bytes), (2, false));
    assert_eq!((a.all[0].line, a.all[0].bits.len(), a.all[0].check), (2, 40, Some(16)));
    assert_eq!((a.all[1].line, a.all[1].bits.len()), (4, 20));
    assert!(frames("123456\nabcdef").unwrap().are_bytes);
    let bits = frames("0101 1\n1_1111;0").unwrap();
    assert!(!bits.are_bytes && bits.all[1].check == Some(1) && bits.all[0].bits.len() == 5);
    for (text, line, what) in [
        ("12\n3g", 2, "no hexadecimal digit"),
        ("1;2;a", 1, "second `;`"),
        ("{x}12", 1, "number of bits"),
        ("{99}12", 1, "stands before 8 bits"),
    ] {
        let error = frames(text).unwrap_err();
        assert!(error.line == line && error.what.contains(what), "{error}");
    }
}
