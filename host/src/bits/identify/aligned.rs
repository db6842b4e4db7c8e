//! A known register in few bits, many of them wrong: where enough bits in a row obey it, its sequence is laid over all bits.
//!
//! The checker needs some 32 bits in a row that obey a register before it locks. Of a few hundred bits with errors there may be no such
//! stretch, and none is needed: how many bits agree over all decides, see [`evidence`].

use lfsr_core::{
    poly::Poly,
    register::Register,
    stream::{Style, Words},
};

use super::{Identified, Plain};
use crate::bits::evidence::{Evidence, evidence};

/// More bits than this are for the checker.
const MOST_BITS: usize = 1 << 11;

/// Sums of the recurrence in a row that must be right for a state to be tried.
const RUN: usize = 6;

/// The weight of a wrong bit against a right one: a stretch in which one bit of six is wrong is worth nothing. Idle bits look like long
/// registers that hold a single 1, with more wrong bits than that.
const WRONG: i64 = 5;

/// Of a stretch of so many bits one may be left out behind it.
const LEFT_OUT: usize = 16;

/// A stretch of bits that a sequence agrees with.
#[derive(Debug, Clone, Copy, Default)]
struct Stretch {
    from: usize,
    to: usize,
    weight: i64,
}

/// What fits best of the register's sequences and their complements, if that is at least so much evidence; `free` bits could be chosen.
pub(super) fn find(register: &Register, plain: &Plain, free: f64, least: Evidence) -> Option<Identified> {
    let n = register.degree() as usize;
    if plain.count > MOST_BITS || plain.count < n + RUN {
        return None;
    }
    let bits: Vec<bool> = (0..plain.count).map(|t| plain.words[t / 64] >> (t % 64) & 1 == 1).collect();
    let lags: Vec<usize> = register.lags().map(|k| k as usize).collect();
    // The sum of the recurrence is 0 where it holds; 1 where that of the complement does, if the number of its terms is odd.
    let sum = |t: usize| lags.iter().fold(bits[t], |sum, k| sum ^ bits[t - k]);
    let complement_differs = lags.len().is_multiple_of(2);
    let mut best: Option<Identified> = None;
    let (mut run, mut last) = (0, None);
    for t in n..bits.len() {
        let now = sum(t);
        run = if Some(now) == last { run + 1 } else { 1 };
        last = Some(now);
        if run != RUN {
            continue;
        }
        for inverted in [false, true] {
            // A run of ones is one of the complement, if that obeys another recurrence.
            let is_of_this =
                if complement_differs { inverted == (now != register.xnor()) } else { now == register.xnor() };
            let found = if is_of_this { laid(register, plain, &bits, t + 1 - RUN - n, inverted, free) } else { None };
            if let Some(found) = found
                && best.as_ref().is_none_or(|best| best.evidence < found.evidence)
            {
                best = Some(found);
            }
        }
    }
    best.filter(|best| best.evidence >= least)
}

/// The sequence that has the n bits from `at` on, laid over all bits.
fn laid(register: &Register, plain: &Plain, bits: &[bool], at: usize, inverted: bool, free: f64) -> Option<Identified> {
    let n = register.degree() as usize;
    let window = bits[at..at + n].iter().rev().fold(0, |window, bit| window << 1 | u64::from(*bit != inverted));
    if register.step(window) == window {
        return None;
    }
    let state = (0..at).try_fold(window, |state, _| register.step_back(state))?;
    let mut words = Words::new(register, state, Style::PLAIN);
    let sequence: Vec<u64> = (0..bits.len().div_ceil(64)).map(|_| words.next_word()).collect();
    let is_wrong = |t: usize| (sequence[t / 64] >> (t % 64) & 1 == 1) != (bits[t] != inverted);
    let Stretch { from, to, .. } = stretch(bits.len(), is_wrong);
    // What ends before the stream does is some other stream that happened to look alike.
    if (bits.len() - to) * LEFT_OUT > to - from {
        return None;
    }
    let errors = (from..to).filter(|t| is_wrong(*t)).count() as u64;
    let ends = usize::from(from > 0) + usize::from(to < bits.len());
    let chosen = ends as f64 * (bits.len() as f64).log2();
    let evidence = evidence((to - from) as u64, errors, free + chosen);
    Some(Identified {
        characteristic: Poly::from_u128(register.characteristic()),
        inverted,
        reading: plain.reading,
        state: Some(Poly::from_u128(state.into())),
        from: from as u64,
        slips: 0,
        compared: (to - from) as u64,
        errors,
        how: "catalogue",
        evidence,
    })
}

/// The stretch of most weight (Kadane).
fn stretch(count: usize, is_wrong: impl Fn(usize) -> bool) -> Stretch {
    let (mut best, mut now) = (Stretch::default(), Stretch::default());
    for t in 0..count {
        if now.weight <= 0 {
            now = Stretch { from: t, to: t, weight: 0 };
        }
        now.weight += if is_wrong(t) { -WRONG } else { 1 };
        now.to = t + 1;
        if now.weight > best.weight {
            best = now;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_stretch() {
        let wrong = |text: &'static str| move |t: usize| text.as_bytes()[t] == b'x';
        let Stretch { from, to, weight } = stretch(16, wrong("xx.x.....x....xx"));
        assert_eq!((from, to, weight), (4, 9, 5));
        assert_eq!(stretch(4, wrong("xxxx")).weight, 0);
    }
}
