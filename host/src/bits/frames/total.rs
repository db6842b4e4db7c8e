//! [`Total`]: the sum of the bytes of a message, with carries: no register makes it.

use std::collections::BTreeMap;

use super::{Frame, Frames, ONE_WRONG_IN};
use crate::bits::evidence::LEAST;

/// How bytes are summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The sum.
    Sum,
    /// What makes the sum zero.
    Negated,
}

/// A sum of the bytes, and a constant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// Bits: 8 or 16.
    pub width: u32,
    /// How.
    pub kind: Kind,
    /// What is added to it.
    pub constant: u16,
    /// The lower byte comes first.
    pub is_lowest_first: bool,
    /// Lines that have another one.
    pub wrong: Vec<u64>,
    /// Frames that have it.
    pub right: usize,
}

/// The sum that all but a few frames end with.
pub(super) fn find(frames: &Frames) -> Option<Total> {
    let said = frames.check();
    if !frames.are_bytes {
        return None;
    }
    let ways = [(8, false), (16, false), (16, true)];
    let ways = ways.into_iter().filter(|(width, _)| said.is_none_or(|said| said == *width as usize));
    ways.flat_map(|way| [Kind::Sum, Kind::Negated].map(|kind| (way, kind)))
        .find_map(|((width, is_lowest_first), kind)| with(frames, width, is_lowest_first, kind))
}

fn with(frames: &Frames, width: u32, is_lowest_first: bool, kind: Kind) -> Option<Total> {
    let mask = u16::MAX >> (16 - width);
    let constant = |frame: &Frame| {
        let bytes: Vec<u8> =
            frame.bits.chunks(8).map(|byte| byte.iter().fold(0, |byte, &bit| byte << 1 | u8::from(bit))).collect();
        let (message, check) = bytes.split_at_checked(bytes.len().checked_sub(width as usize / 8)?)?;
        let value = |check: &mut dyn Iterator<Item = &u8>| check.fold(0, |value, byte| value << 8 | u16::from(*byte));
        let check = if is_lowest_first { value(&mut check.iter().rev()) } else { value(&mut check.iter()) };
        let sum = message.iter().fold(0u16, |sum, byte| sum.wrapping_add((*byte).into()));
        let sum = if kind == Kind::Sum { sum } else { sum.wrapping_neg() };
        Some(check.wrapping_sub(sum) & mask)
    };
    let constants: Vec<Option<u16>> = frames.all.iter().map(constant).collect();
    let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
    constants.iter().flatten().for_each(|constant| *counts.entry(*constant).or_insert(0) += 1);
    let (&constant, &right) = counts.iter().max_by_key(|(_, count)| **count)?;
    let wrong = constants.len() - right;
    // The constant is taken from one of them.
    let evidence = f64::from(width) * (right as f64 - 1.0) - wrong as f64 * (constants.len() as f64).log2();
    if wrong * ONE_WRONG_IN > constants.len() || evidence < LEAST {
        return None;
    }
    let others = frames.all.iter().zip(&constants).filter(|(_, other)| **other != Some(constant));
    Some(Total { width, kind, constant, is_lowest_first, wrong: others.map(|(frame, _)| frame.line).collect(), right })
}
