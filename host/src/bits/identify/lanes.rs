//! Streams that take turns: bit t belongs to lane t mod N.

use lfsr_core::{catalogue, poly::Poly};

use super::{Finding, Identified, Plain, known, shortest};
use crate::bits::evidence::{Evidence, LEAST};

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
    let bits = (first..plain.count).step_by(n).map(|t| plain.words[t / 64] >> (t % 64) & 1);
    let mut words = Vec::new();
    let mut count = 0;
    for bit in bits {
        if count % 64 == 0 {
            words.push(0);
        }
        if let Some(word) = words.last_mut() {
            *word |= bit << (count % 64);
        }
        count += 1;
    }
    Plain { reading: plain.reading, words, count }
}
