//! Registers that are in no catalogue, from bits with errors among them.

use lfsr_core::{check::Settings, massey::Massey, poly::Poly, register::Register};

use super::{Identified, Plain, identified};
use crate::bits::{
    evidence::LEAST,
    probe::{self, Bits},
};

/// Lengths of the windows in which no bit may be wrong; a register of n cells needs 2 n + 24 bits.
const WINDOWS: [usize; 6] = [64, 96, 160, 256, 512, 1024];

/// Bits that a register must fit beyond twice its length: by chance one window in 2^24 does.
const SPARE: usize = 24;

/// Bits in which windows are taken and sums are counted.
const LOOK: usize = 1 << 16;

/// The largest lag of sums of three bits, and of five.
const WIDEST: [usize; 2] = [1024, 56];

/// A register that fits, with few errors, and is no longer than 64 cells.
pub(super) fn find(plain: &Plain) -> Option<Identified> {
    windows(plain).or_else(|| sums(plain))
}

/// Massey's algorithm on windows: one without a wrong bit is enough.
fn windows(plain: &Plain) -> Option<Identified> {
    let (words, count) = (&plain.words, plain.count);
    let mut tried = Vec::new();
    for length in WINDOWS {
        for start in (0..count.min(LOOK).saturating_sub(length)).step_by(length / 8) {
            let mut massey = Massey::<9>::new();
            let fits = (start..start + length).all(|t| massey.push(words[t / 64] >> (t % 64) & 1 == 1));
            let cells = massey.complexity() as usize;
            if !fits || cells == 0 || 2 * cells + SPARE > length {
                continue;
            }
            let feedback = Poly::from_words(massey.feedback().to_vec());
            if tried.contains(&feedback) {
                continue;
            }
            tried.push(feedback.clone());
            // The complement, or a bit inserted, adds a factor: take out x + 1 first.
            let c = feedback.reciprocal();
            let rest = c.div_exact(&Poly::from_u128(0b11)).filter(|rest| rest.evaluate(true));
            let found = rest.into_iter().chain([c]).find_map(|c| verified(&c, plain, "clean windows"));
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

/// Sums of three or five bits at fixed distances that are too often the same: multiples of the feedback polynomial.
fn sums(plain: &Plain) -> Option<Identified> {
    let shifted = Shifted::new(&plain.words, plain.count)?;
    let mut multiples = Multiples { common: Poly::zero(), hits: 0 };
    threes(&shifted, &mut multiples);
    if multiples.hits == 0 {
        fives(&shifted, &mut multiples);
    }
    if multiples.common.is_zero() {
        return None;
    }
    // What is common to all may still be a multiple: try its factors, the longest first.
    let c = multiples.common.reciprocal();
    let mut candidates: Vec<Poly> = c.factor().into_iter().map(|(p, _)| p).collect();
    candidates.sort_by_key(|p| core::cmp::Reverse(p.degree()));
    candidates.into_iter().chain([c]).find_map(|c| verified(&c, plain, "sums of few bits"))
}

/// The same bits from number 0 on, from number 1 on, and so on: their words can be added without shifting.
struct Shifted {
    /// by[k]: the bits from number k on.
    by: Vec<Vec<u64>>,
    /// Words of each.
    used: usize,
}

impl Shifted {
    /// `None` if there are too few bits to tell a sum from noise.
    fn new(words: &[u64], count: usize) -> Option<Self> {
        let look = count.min(LOOK / 2);
        let widest = WIDEST[0].min(look / 8);
        let used = (look - widest) / 64;
        let word = move |i: usize| u128::from(words.get(i).copied().unwrap_or(0));
        let from =
            |k: usize| (0..used).map(move |i| ((word(i + k / 64) | word(i + k / 64 + 1) << 64) >> (k % 64)) as u64);
        (used >= 8).then(|| Self { by: (0..=widest).map(|k| from(k).collect()).collect(), used })
    }
}

/// The greatest common divisor of the multiples seen so far.
struct Multiples {
    common: Poly,
    hits: usize,
}

impl Multiples {
    /// The sum of the bits at these distances is too often the same.
    fn add(&mut self, exponents: &[usize]) {
        let highest = exponents.iter().max().copied().unwrap_or(0);
        // s[t] + s[t+a] + s[t+b]: the characteristic side; the feedback side is the reciprocal.
        let f = Poly::from_exponents(exponents.iter().map(|e| highest - e));
        let gcd = if self.common.is_zero() { f } else { self.common.gcd(&f) };
        if gcd.degree() > Some(0) {
            self.common = gcd;
        }
        self.hits += 1;
    }
}

/// Whether so many ones of so many bits are no accident: eight standard deviations, which half a million sums of noise do not reach.
fn is_biased(ones: u32, bits: usize) -> bool {
    (f64::from(ones) - bits as f64 / 2.0).abs() > 4.0 * (bits as f64).sqrt()
}

/// Looks at all sums of three bits, until eight are found.
fn threes(Shifted { by, used }: &Shifted, multiples: &mut Multiples) {
    // A first look at a quarter of the bits settles nearly all: half of eight standard deviations must be there by then.
    let quarter = used / 4;
    let least = (*used as f64 * 64.0).sqrt();
    for b in 1..by.len() {
        for a in 1..b {
            let ones = |i: usize| (by[0][i] ^ by[a][i] ^ by[b][i]).count_ones();
            let few: u32 = (0..quarter).map(ones).sum();
            if (f64::from(few) - quarter as f64 * 32.0).abs() < least {
                continue;
            }
            if is_biased(few + (quarter..*used).map(ones).sum::<u32>(), 64 * used) {
                multiples.add(&[0, a, b]);
                if multiples.hits == 8 {
                    return;
                }
            }
        }
    }
}

/// Looks at all sums of five bits that are close together, until four are found.
fn fives(Shifted { by, used }: &Shifted, multiples: &mut Multiples) {
    let used = (*used).min(128);
    for d in 4..by.len().min(WIDEST[1] + 1) {
        for c in 3..d {
            for b in 2..c {
                let four: Vec<u64> = (0..used).map(|i| by[0][i] ^ by[b][i] ^ by[c][i] ^ by[d][i]).collect();
                for (a, third) in by.iter().enumerate().take(b).skip(1) {
                    let ones: u32 = four.iter().zip(third).map(|(p, s)| (p ^ s).count_ones()).sum();
                    if is_biased(ones, 64 * used) {
                        multiples.add(&[0, a, b, c, d]);
                        if multiples.hits == 4 {
                            return;
                        }
                    }
                }
            }
        }
    }
}

/// The register, if the checker locks to it and few bits are wrong.
fn verified(c: &Poly, plain: &Plain, how: &'static str) -> Option<Identified> {
    let register = Register::from_characteristic(c.to_u128()?).ok()?;
    let (words, count) = plain.words_of(1 << 20);
    let bits = Bits { words, count: count as u64 };
    let n = register.degree();
    // At a high error rate few stretches are clean: a shorter one must do, which noise passes as rarely in so many bits.
    let found = [n.max(32), n.clamp(16, 24)].into_iter().find_map(|lock_bits| {
        let settings = Settings { lock_bits, ..Settings::new(&register) };
        probe::check(&register, settings, bits).filter(|report| probe::fits(report, &register))
    })?;
    let found =
        identified(&register, plain.reading, &found, 2.0 * f64::from(n)).filter(|found| found.evidence >= LEAST)?;
    Some(Identified { how, ..found })
}
