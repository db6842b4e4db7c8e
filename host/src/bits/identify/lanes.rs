//! Streams that take turns: bit t belongs to lane t mod N.

use lfsr_core::{catalogue, poly::Poly, register::AnyRegister};

use super::{Finding, Identified, Plain, known, shortest};
use crate::bits::{
    evidence::{Evidence, LEAST},
    packer::dealt,
};

/// Numbers of lanes that are tried. In bytes whose bits are in the wrong order each eighth bit is right, but eight lanes have less evidence.
const LANES: [usize; 5] = [2, 3, 4, 5, 8];

/// How much more evidence more lanes must have than fewer.
pub(super) const CLEARLY: Evidence = 2.0;

/// The evidence of all lanes together, beyond that of one stream: so many numbers of lanes were tried.
const LEAST_OF_ALL: f64 = LEAST + 4.0;

/// The lanes, each a sequence that is known or a short register without an error, of the number and reading with the most evidence.
pub(super) fn find(plain: &[Plain]) -> Option<Vec<Identified>> {
    let all = LANES.into_iter().flat_map(|n| plain.iter().filter_map(move |plain| lanes(plain, n)));
    // A stream of two lanes is one of four, too.
    let factor = |best: &[Identified], found: &[Identified]| if found.len() > best.len() { CLEARLY } else { 1.0 };
    all.reduce(|best, found| if of_all(&found) > factor(&best, &found) * of_all(&best) { found } else { best })
}

/// The evidence of lanes together.
pub(super) fn of_all(lanes: &[Identified]) -> Evidence {
    lanes.iter().map(|lane| lane.evidence).sum()
}

/// The lanes of a register that is several streams.
pub(super) fn of(plain: &[Plain], found: &Identified) -> Option<Finding> {
    let (n, _) = found.interleaving()?;
    let plain = plain.iter().find(|plain| plain.reading == found.reading)?;
    lanes(plain, n).map(Finding::Lanes)
}

fn lanes(plain: &Plain, n: usize) -> Option<Vec<Identified>> {
    let all: Vec<Plain> = (0..n).map(|lane| every(plain, n, lane)).collect();
    let same = known::find_in_all(&all, &known::CATALOGUE).filter(|(_, evidence)| *evidence >= LEAST_OF_ALL);
    if let Some((lanes, _)) = same {
        return Some(lanes);
    }
    let each = |lane: &Plain| {
        let known = known::find(core::slice::from_ref(lane), &known::CATALOGUE);
        let is_clean = |found: &Identified| found.errors + found.from == 0 && found.evidence >= LEAST;
        known.or_else(|| shortest::short(lane).filter(|found| is_clean(found) && found.interleaving().is_none()))
    };
    all.iter().map(each).collect()
}

/// The one stream that lanes are, if they are: every n-th bit of many sequences obeys the same register as the whole.
pub(super) fn joined(lanes: &[Identified]) -> Option<Identified> {
    let (first, n) = (lanes.first()?, lanes.len());
    let c = &first.characteristic;
    if lanes.iter().any(|lane| lane.characteristic != *c || lane.inverted != first.inverted) {
        return None;
    }
    let (register, degree) = (AnyRegister::from_characteristic(c.clone()).ok()?, c.degree()?);
    // As many bits of each as decide.
    let sequences: Option<Vec<Poly>> = lanes
        .iter()
        .map(|lane| {
            let mut words = register.words(lane.state.as_ref()?);
            Some(Poly::from_words((0..(2 * degree).div_ceil(64)).map(|_| words.next_word()).collect()))
        })
        .collect();
    let sequences = sequences?;
    let bit = |t: usize| sequences[t % n].coefficient(t / n);
    let sum = |t: usize| c.exponents().filter(|k| bit(t + k)).count() % 2 == 1;
    if (0..degree).any(sum) {
        return None;
    }
    let state = Poly::from_exponents((0..degree).filter(|t| bit(*t)));
    let all = |of: fn(&Identified) -> u64| lanes.iter().map(of).sum();
    let from = lanes.iter().enumerate().map(|(i, lane)| lane.from * n as u64 + i as u64).min()?;
    let from = if from < n as u64 { 0 } else { from };
    Some(Identified {
        state: Some(state),
        from,
        slips: all(|lane| lane.slips),
        compared: all(|lane| lane.compared),
        errors: all(|lane| lane.errors),
        evidence: of_all(lanes),
        ..first.clone()
    })
}

/// N and d with c(x) = d(x^N), N as large as it may be; `None` if N is 1, or the register is known by another name.
pub(super) fn interleaving(c: &Poly) -> Option<(usize, Poly)> {
    let gcd = c.exponents().fold(0, gcd);
    let is_known = c.to_u128().is_some_and(|c| catalogue::matching(c).next().is_some());
    let n = LANES.into_iter().rev().find(|n| !is_known && gcd > 0 && gcd.is_multiple_of(*n))?;
    Some((n, Poly::from_exponents(c.exponents().map(|k| k / n))))
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Every n-th bit.
pub(super) fn every(plain: &Plain, n: usize, first: usize) -> Plain {
    let (words, count) = dealt(&plain.words, plain.count as u64, n as u32, 1, first as u32);
    Plain { reading: plain.reading, words, count: count as usize }
}

#[cfg(test)]
mod tests {
    use lfsr_core::register::Register;

    use super::*;
    use crate::bits::reading::Reading;

    /// Lanes cut from one stream are one stream; those of two are not.
    #[test]
    fn lanes_of_one_stream_are_joined() {
        let register: Register = "x^9+x^5+1".parse().unwrap();
        let lane = |state: u64, at: u64| {
            let any = AnyRegister::from(register);
            let whole = any.jump(&Poly::from_u128(state.into()), &at.into(), lfsr_core::algebra::Direction::Forward);
            let mut words = any.words(&whole.unwrap());
            let bits = Poly::from_words((0..3).map(|_| words.next_word()).collect());
            Identified {
                characteristic: any.characteristic().clone(),
                inverted: false,
                reading: Reading::IN_TIME,
                state: Some(Poly::from_exponents((0..9).filter(|i| bits.coefficient(2 * i)))),
                from: 3,
                slips: 0,
                compared: 100,
                errors: 1,
                how: "catalogue",
                evidence: 50.0,
            }
        };
        let one = joined(&[lane(0x155, 0), lane(0x155, 1)]).unwrap();
        assert_eq!(one.state, Some(Poly::from_u128(0x155)));
        assert_eq!((one.from, one.compared, one.errors), (6, 200, 2));
        assert!(joined(&[lane(0x155, 0), lane(0x155, 2)]).is_none());
        assert!(joined(&[lane(0x155, 0), lane(0x0ff, 1)]).is_none());
    }
}
