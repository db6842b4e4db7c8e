//! [`Total`]: the sum of the bytes of a message, or of its half bytes or words, with carries: no register makes it.

use std::collections::BTreeMap;

use super::{Frame, Frames, ONE_WRONG_IN};
use crate::bits::evidence::LEAST;

/// How they are summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The sum.
    Sum,
    /// What makes the sum zero.
    Negated,
}

/// A sum, and a constant.
#[derive(Debug, Clone, PartialEq)]
pub struct Total {
    /// Bits of the sum: 4, 8 or 16.
    pub width: u32,
    /// Bits of what is summed: 4, 8 or 16.
    pub unit: u32,
    /// How.
    pub kind: Kind,
    /// Carries are added at the lowest bit: it is a sum modulo 2^width - 1, as in the headers of the Internet protocol (RFC 1071).
    pub is_end_around: bool,
    /// What is added to it.
    pub constant: u16,
    /// The lower byte comes first.
    pub is_lowest_first: bool,
    /// Lines that have another one.
    pub wrong: Vec<u64>,
    /// Frames that have it.
    pub right: usize,
    /// Bits by which they say more than was found from them.
    pub evidence: f64,
}

/// One way to sum: width and unit, kind, carries, order of bytes.
#[derive(Debug, Clone, Copy)]
struct Way {
    width: usize,
    unit: usize,
    kind: Kind,
    is_end_around: bool,
    is_lowest_first: bool,
}

/// The sum that all but a few frames end with: of 16 bits rather than of 8 if both fit. `choices`: the logarithm of how many places were tried before.
pub(super) fn find(frames: &Frames, choices: f64) -> Option<Total> {
    let said = frames.check();
    let ways: Vec<Way> = ways().filter(|way| said.is_none_or(|said| said == way.width)).collect();
    let choices = choices + (ways.len().max(1) as f64).log2();
    let all = ways.into_iter().filter_map(|way| with(frames, way, choices));
    all.reduce(|best, found| if found.evidence > best.evidence { found } else { best })
}

/// The usual ones first.
fn ways() -> impl Iterator<Item = Way> {
    let sizes =
        [(8, 8, false), (16, 8, false), (16, 8, true), (16, 16, false), (16, 16, true), (8, 4, false), (4, 4, false)];
    let kinds = [(Kind::Sum, false), (Kind::Negated, false), (Kind::Negated, true), (Kind::Sum, true)];
    sizes.into_iter().flat_map(move |(width, unit, is_lowest_first)| {
        let kinds = kinds.into_iter().filter(move |(_, is_end_around)| !is_end_around || width == unit && width > 4);
        kinds.map(move |(kind, is_end_around)| Way { width, unit, kind, is_end_around, is_lowest_first })
    })
}

impl Way {
    /// The constant that makes the checksum of this frame right.
    fn constant(&self, frame: &Frame) -> Option<u16> {
        let (message, check) = frame.split(self.width)?;
        let rest = message.len() % self.unit;
        // An odd byte is filled up with zeros, as RFC 1071 has it.
        if rest != 0 && (self.unit != 16 || rest != 8) {
            return None;
        }
        let sum = message.chunks(self.unit).fold(0u64, |sum, bits| sum + self.value(bits, self.unit));
        let modulus = if self.is_end_around { (1 << self.width) - 1 } else { 1 << self.width };
        let (check, sum) = (self.value(check, self.width) % modulus, sum % modulus);
        let added = if self.kind == Kind::Sum { modulus - sum } else { sum };
        u16::try_from((check + added) % modulus).ok()
    }

    /// Bits as a number, followed by zeros up to that width.
    fn value(&self, bits: &[bool], width: usize) -> u64 {
        let value = (0..width).fold(0, |value, i| value << 1 | u64::from(bits.get(i).is_some_and(|bit| *bit)));
        if self.is_lowest_first && width == 16 { u64::from((value as u16).swap_bytes()) } else { value }
    }
}

fn with(frames: &Frames, way: Way, choices: f64) -> Option<Total> {
    let Way { width, unit, kind, is_end_around, is_lowest_first } = way;
    let constants: Vec<Option<u16>> = frames.all.iter().map(|frame| way.constant(frame)).collect();
    let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
    constants.iter().flatten().for_each(|constant| *counts.entry(*constant).or_insert(0) += 1);
    let (&constant, &right) = counts.iter().max_by_key(|(_, count)| **count)?;
    let wrong = constants.len() - right;
    // The constant is taken from one of them.
    let chosen = choices + wrong as f64 * (constants.len() as f64).log2();
    let evidence = width as f64 * (right as f64 - 1.0) - chosen;
    if wrong * ONE_WRONG_IN > constants.len() || evidence < LEAST {
        return None;
    }
    let others = frames.all.iter().zip(&constants).filter(|(_, other)| **other != Some(constant));
    let wrong = others.map(|(frame, _)| frame.line).collect();
    let (width, unit) = (width as u32, unit as u32);
    Some(Total { width, unit, kind, is_end_around, constant, is_lowest_first, wrong, right, evidence })
}
