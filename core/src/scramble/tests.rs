//! Every [`Join`] against the definition, one bit after the other.

extern crate std;
use std::{format, string::String, vec::Vec};

use super::*;
use crate::{
    catalogue::ENTRIES,
    register::{
        Register,
        tests::{registers_of_every_degree, splitmix},
    },
    stream::{Style, Words},
};

/// Frames: none, of one bit, within words, of whole words, of many.
const FRAMES: [Option<u64>; 6] = [None, Some(1), Some(77), Some(128), Some(700), Some(64 * 130 + 1)];

const COUNT: u64 = 64 * 160 + 11;

fn data(random: &mut u64) -> Vec<u64> {
    (0..COUNT.div_ceil(64)).map(|_| splitmix(random)).collect()
}

fn bit(words: &[u64], t: u64) -> u64 {
    words[(t / 64) as usize] >> (t % 64) & 1
}

/// The scrambled bits of `x` by the definition; `held` bit i is the scrambled bit of n - i steps before a frame.
fn through(x: &[u64], lags: &[u64], xnor: bool, held: impl Fn(u64) -> u64, frame: Option<u64>) -> Vec<u64> {
    let n = lags.last().copied().unwrap_or(0);
    let mut y: Vec<u64> = x.to_vec();
    for t in 0..COUNT {
        let begin = frame.map_or(0, |frame| t - t % frame);
        let past = |k: u64| if t - begin >= k { bit(&y, t - k) } else { held(n + t - begin - k) };
        let sum = lags.iter().fold(u64::from(xnor), |sum, &k| sum ^ past(k));
        y[(t / 64) as usize] ^= sum << (t % 64);
    }
    y
}

/// In pieces: of whole words, and the last one of some bits.
fn apply(join: impl Join, frame: Option<u64>, x: &[u64], random: &mut u64) -> Vec<u64> {
    let (mut scrambler, mut words, mut at) = (Scrambler::new(join, frame), x.to_vec(), 0);
    while at < words.len() {
        let end = (at + 1 + splitmix(random) as usize % 90).min(words.len());
        scrambler.apply(&mut words[at..end], COUNT - 64 * at as u64);
        at = end;
    }
    words
}

#[test]
fn through_any_register_as_defined() {
    let mut random = 5;
    for register in registers_of_every_degree() {
        let x = data(&mut random);
        let held = splitmix(&mut random) & register.state_mask();
        let lags: Vec<u64> = register.sequence().lags().map(u64::from).collect();
        let frame = FRAMES[splitmix(&mut random) as usize % FRAMES.len()];
        let label = format!("{register:?} {held:#x} {frame:?}");
        // The oldest bit of a singular register counts for nothing, and may have no lag.
        let n = u64::from(register.degree());
        let last = lags.last().copied().unwrap_or(0);
        let expected = through(&x, &lags, register.sequence().xnor(), |i| held >> (i + n - last) & 1, frame);
        let join = Through::new(&register, held, Way::Scramble);
        assert_eq!(apply(join, frame, &x, &mut random), expected, "{label}");
        let join = Through::new(&register, held, Way::Descramble);
        assert_eq!(apply(join, frame, &expected, &mut random), x, "{label}");
        #[cfg(feature = "alloc")]
        for (way, from, to) in [(Way::Scramble, &x, &expected), (Way::Descramble, &expected, &x)] {
            let (register, held) = (register.into(), crate::poly::Poly::from_u128(held.into()));
            let join = LongThrough::new(&register, &held, way);
            assert_eq!(&apply(join, frame, from, &mut random), to, "{label}, long, {way:?}");
        }
    }
}

#[cfg(feature = "alloc")]
#[test]
fn through_long_registers_as_defined() {
    use crate::{AnyRegister, poly::Poly};
    let mut random = 6;
    let registers: [&[u64]; 9] = [
        &[65],
        &[1, 65],
        &[63, 64, 65],
        &[64, 128],
        &[127, 130],
        &[3, 129, 200],
        &[32, 521],
        &[7, 1000],
        &[1, 2, 8193],
    ];
    for lags in registers {
        for (xnor, frame) in
            [false, true].into_iter().zip(FRAMES).chain([false; 4].into_iter().zip(FRAMES.into_iter().skip(2)))
        {
            let n = lags[lags.len() - 1] as usize;
            let c = Poly::from_exponents(lags.iter().map(|lag| n - *lag as usize).chain([n]));
            let register = AnyRegister::from_characteristic(c).unwrap().with_xnor(xnor);
            let held = Poly::from_exponents((0..n).filter(|_| splitmix(&mut random).is_multiple_of(3)));
            let x = data(&mut random);
            let expected = through(&x, lags, xnor, |i| held.coefficient(i as usize).into(), frame);
            let join = LongThrough::new(&register, &held, Way::Scramble);
            assert_eq!(apply(join, frame, &x, &mut random), expected, "{lags:?} {xnor} {frame:?}");
            let join = LongThrough::new(&register, &held, Way::Descramble);
            assert_eq!(apply(join, frame, &expected, &mut random), x, "{lags:?} {xnor} {frame:?}");
        }
    }
}

#[test]
fn additive_ones_add_the_sequence() {
    let mut random = 7;
    for entry in ENTRIES.iter().filter(|entry| entry.kind == Kind::Additive) {
        for frame in FRAMES {
            let sequence = Words::new(&entry.register(), entry.start(), Style::PLAIN);
            let all: Vec<u64> = core::iter::repeat_with({
                let mut sequence = sequence.clone();
                move || sequence.next_word()
            })
            .take(COUNT.div_ceil(64) as usize)
            .collect();
            let x = data(&mut random);
            let mut expected = x.clone();
            for t in 0..COUNT {
                expected[(t / 64) as usize] ^= bit(&all, frame.map_or(t, |frame| t % frame)) << (t % 64);
            }
            let changed = apply(Additive::new(sequence.clone()), frame, &x, &mut random);
            assert_eq!(changed, expected, "{} {frame:?}", entry.name);
            assert_eq!(apply(Additive::new(sequence), frame, &changed, &mut random), x, "{} {frame:?}", entry.name);
        }
    }
}

/// Bits beyond the count stay, and so do bytes' orders.
#[test]
fn bytes_and_what_is_beyond() {
    let register: Register = crate::parse("x^17+x^12+1").unwrap();
    let join = |way| Through::new(&register, 0x1_2345, way);
    let mut words = [u64::MAX; 3];
    Scrambler::new(join(Way::Scramble), None).apply(&mut words, 70);
    assert_eq!((words[1] >> 6, words[2]), (u64::MAX >> 6, u64::MAX));
    for (count, order) in
        [(0usize, BitOrder::Lsb), (1, BitOrder::Msb), (7, BitOrder::Lsb), (8, BitOrder::Msb), (29, BitOrder::Msb)]
    {
        let bytes: Vec<u8> = (0..count as u8).map(|i| i.wrapping_mul(59)).collect();
        let text = |bytes: &[u8]| -> String {
            let turned = bytes.iter().map(|byte| if order == BitOrder::Msb { *byte } else { byte.reverse_bits() });
            turned.map(|byte| format!("{byte:08b}")).collect()
        };
        let bits = text(&bytes);
        let mut words = [0; 4];
        for (t, _) in bits.bytes().enumerate().filter(|(_, digit)| *digit == b'1') {
            words[t / 64] |= 1 << (t % 64);
        }
        Scrambler::new(join(Way::Scramble), Some(50)).apply(&mut words, 8 * count as u64);
        let mut changed = bytes.clone();
        Scrambler::new(join(Way::Scramble), Some(50)).apply_bytes(&mut changed, order);
        let expected: String = (0..8 * count as u64).map(|t| if bit(&words, t) == 1 { '1' } else { '0' }).collect();
        assert_eq!(text(&changed), expected, "{count} {order:?}");
        Scrambler::new(join(Way::Descramble), Some(50)).apply_bytes(&mut changed, order);
        assert_eq!(changed, bytes);
    }
}

/// What each frame does to zeros, which shows the sequence, and what it passes: in pieces of every size.
#[test]
fn frames_of_standards() {
    let entry = crate::catalogue::find("DVB").unwrap();
    let sequence = || Words::new(&entry.register(), entry.start(), Style::PLAIN);
    let mut words = sequence();
    let made: Vec<u64> = (0..400).map(|_| words.next_word()).collect();
    // (frame, its bits, what happens to a bit: the number of the bit of the sequence, or whether it is complemented)
    type What = fn(u64) -> Result<u64, bool>;
    let frames: [(Frame, u64, What); 4] = [
        // The register steps for the sync bytes but the first.
        (Frame::Dvb, 8 * 1504, |t| {
            if t < 8 {
                Err(true)
            } else if t % 1504 < 8 {
                Err(false)
            } else {
                Ok(t - 8)
            }
        }),
        (Frame::Sts(3), 8 * 2430, |t| if t < 72 { Err(false) } else { Ok(t - 72) }),
        (Frame::B66, u64::MAX, |t| if t % 66 < 2 { Err(false) } else { Ok(t / 66 * 64 + t % 66 - 2) }),
        (Frame::B130, u64::MAX, |t| if t % 130 < 2 { Err(false) } else { Ok(t / 130 * 128 + t % 130 - 2) }),
    ];
    let (mut random, count) = (9, 64 * 390);
    for (frame, bits, what) in frames {
        let x: Vec<u64> = (0..390).map(|_| splitmix(&mut random)).collect();
        let (mut y, mut at) = (x.clone(), 0);
        let mut scrambler = Scrambler::new(Additive::new(sequence()), frame);
        while at < y.len() {
            let end = (at + 1 + splitmix(&mut random) as usize % 40).min(y.len());
            scrambler.apply(&mut y[at..end], u64::MAX);
            at = end;
        }
        for t in 0..count {
            let added = match what(t % bits) {
                Ok(of_sequence) => bit(&made, of_sequence),
                Err(is_complemented) => is_complemented.into(),
            };
            assert_eq!(bit(&y, t), bit(&x, t) ^ added, "{frame:?}, bit {t}");
        }
        Scrambler::new(Additive::new(sequence()), frame).apply(&mut y, count);
        assert_eq!(y, x, "{frame:?}");
    }
    // Frames of no bits are none.
    for frame in [Frame::Bits(0), Frame::Sts(0), Frame::Headed { header: 0, block: 0 }] {
        let mut y = [0; 3];
        Scrambler::new(Additive::new(sequence()), frame).apply(&mut y, 192);
        assert_eq!(y, made[..3], "{frame:?}");
    }
}
