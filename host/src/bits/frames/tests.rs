//! Frames made by the checksum engine, and looked at without it.

use lfsr_core::{crc::Algorithm, random::SplitMix64};

use super::*;
use crate::bits::checksum::{
    Checksum, Sum,
    catalogue::{self, Entry},
};

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
    match identify(&read(lines), None).finding {
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
    for round in 0..if std::env::var_os("LFSR_LONG").is_some() { 500 } else { 150 } {
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
    for round in 0..120 {
        let lines: Vec<String> = (0..8 + round % 10)
            .map(|_| random_bytes(&mut random, 12).iter().map(|byte| format!("{byte:02x}")).collect())
            .collect();
        assert!(
            !matches!(identify(&read(&lines), None).finding, Finding::Crc(_) | Finding::Total(_)),
            "{}",
            lines.join("\n")
        );
    }
    let sums: Vec<String> = messages(&mut random, 12)
        .iter()
        .map(|message| {
            let sum = message.iter().fold(0x55u8, |sum, byte| sum.wrapping_add(*byte));
            message.iter().chain([&sum.wrapping_neg()]).map(|byte| format!("{byte:02x}")).collect()
        })
        .collect();
    let Finding::Total(total) = identify(&read(&sums), None).finding else {
        panic!("{:?}", identify(&read(&sums), None).finding)
    };
    assert_eq!((total.width, total.kind, total.constant, total.right), (8, Kind::Negated, 0xab, 12));
    let entry = catalogue::find("CRC-8").unwrap();
    let lines: Vec<String> = messages(&mut random, 3).iter().map(|message| frame(entry, message)).collect();
    let few = identify(&read(&lines), None);
    assert!(matches!(few.finding, Finding::TooFew { more: 1..=4 } | Finding::None(Linearity::Open { .. })), "{few:?}");
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

/// A digest by its definition, on bytes: as the functions of rtl_433 do it.
fn keyed(message: &[u8], steps: &Steps, order: Order) -> u128 {
    let mask = u128::MAX >> (128 - steps.width);
    let (mut key, mut sum) = (steps.key, 0);
    for i in 0..message.len() {
        let byte = message[if order.is_backward { message.len() - 1 - i } else { i }];
        for j in 0..8 {
            let bit = byte >> if order.is_lowest_first { j } else { 7 - j } & 1;
            if bit == 1 {
                sum ^= key;
            }
            key = match (steps.shift, key & 1 == 1, key >> (steps.width - 1) == 1) {
                (Shift::Right, false, _) => key >> 1,
                (Shift::Right, true, _) => key >> 1 ^ steps.generator,
                (Shift::Left, _, false) => key << 1,
                (Shift::Left, _, true) => key << 1 & mask ^ steps.generator,
            };
        }
    }
    sum
}

fn line(message: &[u8], check: u128, width: u32, is_lowest_first: bool) -> String {
    let mut check = check.to_le_bytes()[..width as usize / 8].to_vec();
    if !is_lowest_first {
        check.reverse();
    }
    message.iter().chain(&check).map(|byte| format!("{byte:02x}")).collect()
}

/// Digests of any generator, key, order and constant: what is found gives the digests of other messages, and names a line that is wrong.
#[test]
fn keyed_digests_are_found() {
    let mut random = SplitMix64(27);
    for round in 0..200 {
        let mut next = || random.next_word();
        let width = [8, 16, 8, 24, 8, 32][round % 6];
        let mask = u128::MAX >> (128 - width);
        let shift = if next() & 1 == 1 { Shift::Left } else { Shift::Right };
        let out = if shift == Shift::Left { 1 } else { 1 << (width - 1) };
        let generator = u128::from(next()) & mask | out;
        // With the generator as its key it is a CRC.
        let key = u128::from(next()) & mask | 1;
        let steps = Steps { width, shift, generator, key: if key == generator { key ^ 2 } else { key } };
        let order = Order { is_backward: next() & 1 == 1, is_lowest_first: next() & 1 == 1 };
        let (constant, is_lowest_first) = (u128::from(next()) & mask, next() & 1 == 1);
        let is_equal = next() & 1 == 1;
        let has_wrong = round % 4 == 3;
        let count = if has_wrong { 14 } else { 10 };
        let messages: Vec<Vec<u8>> = (0..count + 3)
            .map(|_| {
                let length = if is_equal { 7 } else { 4 + (random.next_word() % 8) as usize };
                random_bytes(&mut random, length)
            })
            .collect();
        let mut lines: Vec<String> = messages[..count]
            .iter()
            .map(|message| line(message, keyed(message, &steps, order) ^ constant, width, is_lowest_first))
            .collect();
        let at = (random.next_word() % count as u64) as usize;
        if has_wrong {
            let flipped = if lines[at].ends_with('0') { "1" } else { "0" };
            let end = lines[at].len();
            lines[at].replace_range(end - 1.., flipped);
        }
        let case = format!("{round}: {steps:?} {order:?} {constant:#x}\n{}", lines.join("\n"));
        let Answer { finding: Finding::Digest(found), place: Place::END } = identify(&read(&lines), None) else {
            panic!("{:?} {case}", identify(&read(&lines), None))
        };
        assert_eq!(found.wrong, if has_wrong { vec![at as u64 + 1] } else { vec![] }, "{case}");
        assert!(width == 8 || found.is_lowest_first == is_lowest_first, "{case}");
        for message in &messages {
            let bits: Vec<bool> =
                message.iter().flat_map(|byte| (0..8).rev().map(move |i| byte >> i & 1 == 1)).collect();
            assert_eq!(found.of(&bits), keyed(message, &steps, order) ^ constant, "{found:?} {case}");
            if let Some((order, steps)) = &found.other {
                assert_eq!(keyed(message, steps, *order) ^ found.constant, found.of(&bits), "{case}");
            }
        }
        assert!(found.other.is_some() == is_equal, "{case}");
    }
}

/// Frames that were received: four of a LaCrosse TX141TH, in the notes of rtl_433's decoder with the question why two pairs have equal checksums, and
/// two of an Acurite 606. Their digests by the functions of this file.
#[test]
fn digests_that_were_received() {
    let backward = Order { is_backward: true, is_lowest_first: true };
    let forward = Order { is_backward: false, is_lowest_first: false };
    let lacrosse = Steps { width: 8, shift: Shift::Left, generator: 0x31, key: 0xf4 };
    let acurite = Steps { width: 8, shift: Shift::Right, generator: 0x98, key: 0xf1 };
    for (received, steps, order) in [
        ("87023c3be1", lacrosse, backward),
        ("87027d37e1", lacrosse, backward),
        ("8701c331d8", lacrosse, backward),
        ("87022837d8", lacrosse, backward),
        ("a38065ea", acurite, forward),
        ("a3806c29", acurite, forward),
    ] {
        let frame = &read(&[received.to_owned()]).all[0];
        let (message, sent) = frame.bits.split_at(frame.bits.len() - 8);
        assert_eq!(
            steps.sum(order.of(message)),
            sent.iter().fold(0, |sum, bit| sum << 1 | u128::from(*bit)),
            "{received}"
        );
    }
}

/// A checksum in the middle of a frame, or one that leaves out the first bytes or the last, is found where it is; or where it is said to be.
#[test]
fn checksums_anywhere_are_found() {
    let mut random = SplitMix64(28);
    let crc = |name: &str, message: &[u8]| sum(&catalogue::find(name).unwrap().checksum.algorithm, message) as u8;
    let hex = |bytes: Vec<u8>| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut frames = |of: &dyn Fn(&[u8]) -> Vec<u8>| -> Vec<String> {
        (0..9).map(|i| random_bytes(&mut random, 9 + i % 3)).map(|message| hex(of(&message))).collect()
    };
    let name = "CRC-8/MAXIM-DOW";
    let begin = frames(&|message| [&[crc(name, message)], message].concat());
    let middle = frames(&|message| [&message[..4], &[crc(name, message)], &message[4..]].concat());
    let before = frames(&|message| [&message[..6], &[crc(name, &message[..6])], &message[6..]].concat());
    let tail = frames(&|message| [message, &[crc(name, message)], &[message[0] ^ message[2], 0x55]].concat());
    let skipped = frames(&|message| [message, &[crc(name, &message[2..])]].concat());
    let digest = |message: &[u8]| {
        let steps = Steps { width: 8, shift: Shift::Right, generator: 0x98, key: 0x3e };
        keyed(message, &steps, Order { is_backward: false, is_lowest_first: false }) as u8
    };
    let keyed = frames(&|message| [&message[..5], &[digest(message)], &message[5..]].concat());
    let total =
        frames(&|message| [&[message.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte))], message].concat());
    let cases = [
        (begin, "0..8", Covers::Others),
        (middle, "32..40", Covers::Others),
        (before, "48..56", Covers::Before),
        (tail, "-24..-16", Covers::Before),
        (skipped, "", Covers::From(16)),
        (keyed, "40..48", Covers::Others),
        (total, "0..8", Covers::Others),
    ];
    for (lines, span, covers) in cases {
        let span = span.parse::<Span>().ok();
        for said in [None, span] {
            let answer = identify(&read(&lines), said);
            assert_eq!(answer.place, Place { span, covers }, "{answer:?}\n{}", lines.join("\n"));
            let named = match &answer.finding {
                Finding::Crc(found) => found.entries.iter().any(|entry| entry.name == name),
                Finding::Digest(found) => (found.steps.generator, found.steps.key) == (0x98, 0x3e),
                Finding::Total(found) => found.constant == 0,
                _ => false,
            };
            assert!(named, "{answer:?}\n{}", lines.join("\n"));
        }
    }
}

/// Sums of half bytes, bytes and words, with carries that are dropped or go round.
#[test]
fn sums_are_named() {
    let mut random = SplitMix64(29);
    let words = |message: &[u8]| -> u64 {
        message.chunks(2).map(|word| u64::from(word[0]) << 8 | word.get(1).map_or(0, |byte| u64::from(*byte))).sum()
    };
    let around = |sum: u64| ((sum & 0xffff) + (sum >> 16)) as u16;
    let bytes = |message: &[u8]| message.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    let nibbles = |message: &[u8]| message.iter().map(|byte| u64::from(byte >> 4) + u64::from(byte & 15)).sum::<u64>();
    type Of<'a> = &'a dyn Fn(&[u8]) -> Vec<u8>;
    let cases: [(Of<'_>, u32, u32, Kind, bool); 5] = [
        (&|m| (!around(words(m))).to_be_bytes().into(), 16, 16, Kind::Negated, true),
        (&|m| (words(m) as u16).to_be_bytes().into(), 16, 16, Kind::Sum, false),
        (&|m| ((bytes(m) as u16).wrapping_neg()).to_le_bytes().into(), 16, 8, Kind::Negated, false),
        (&|m| vec![nibbles(m) as u8], 8, 4, Kind::Sum, false),
        (&|m| vec![(255 - bytes(m) % 255) as u8], 8, 8, Kind::Negated, true),
    ];
    for (check, width, unit, kind, is_end_around) in cases {
        let messages = messages(&mut random, 10);
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let lines: Vec<String> = messages.iter().map(|message| hex(message) + &hex(&check(message))).collect();
        let Finding::Total(found) = identify(&read(&lines), None).finding else {
            panic!("{:?}", identify(&read(&lines), None))
        };
        assert_eq!((found.width, found.unit, found.kind, found.is_end_around), (width, unit, kind, is_end_around));
        assert_eq!((found.constant, found.right), (0, 10), "{found:?}");
    }
    // Of a half byte, marked.
    let lines: Vec<String> = messages(&mut random, 12)
        .iter()
        .map(|message| {
            let digits: String = message.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{digits};{:x}", nibbles(message) & 15)
        })
        .collect();
    let Finding::Total(found) = identify(&read(&lines), None).finding else { panic!("{lines:?}") };
    assert_eq!((found.width, found.unit, found.kind), (4, 4, Kind::Sum));
}

/// Linear, but no register; linear but for one line; not linear, and which lines show it; too few to say.
#[test]
fn what_is_linear_is_told_from_what_is_not() {
    let mut random = SplitMix64(30);
    let weights: Vec<u8> = random_bytes(&mut random, 32);
    let bit = |message: &[u8], i: usize| message[i / 8] >> (7 - i % 8) & 1 == 1;
    let linear = |message: &[u8]| (0..32).filter(|i| bit(message, *i)).fold(0x5a, |sum, i| sum ^ weights[i]);
    let product = |message: &[u8]| linear(message) ^ (message[0] & message[1]);
    let mut lines = |of: &dyn Fn(&[u8]) -> u8, count: usize| -> Vec<String> {
        let messages = (0..count).map(|_| random_bytes(&mut random, 4));
        messages.map(|message| line(&message, of(&message).into(), 8, false)).collect()
    };
    let linearity = |lines: &[String]| match identify(&read(lines), None).finding {
        Finding::None(linearity) => linearity,
        other => panic!("{other:?}\n{}", lines.join("\n")),
    };
    let good = lines(&linear, 40);
    assert_eq!(linearity(&good), Linearity::Linear { width: 8, tests: 7, wrong: None });
    let mut one_wrong = good.clone();
    let other = if one_wrong[17].ends_with("00") { "01" } else { "00" };
    one_wrong[17].replace_range(8..10, other);
    assert_eq!(linearity(&one_wrong), Linearity::Linear { width: 8, tests: 6, wrong: Some(18) });
    let Linearity::Not { width: 8, lines: named, linear: bits } = linearity(&lines(&product, 60)) else { panic!() };
    assert!(!named.is_empty() && named.len() % 2 == 0 && bits.is_empty(), "{named:?} {bits:?}");
    assert_eq!(linearity(&lines(&product, 20)), Linearity::Open { more: 15 });
    // The last bit of a sum is linear; so odd a sum has no name here.
    let odd = |message: &[u8]| message.iter().fold(0u8, |sum, byte| sum.wrapping_mul(3).wrapping_add(*byte));
    let Linearity::Not { linear: bits, .. } = linearity(&lines(&odd, 60)) else { panic!() };
    assert_eq!(bits, [0]);
}
