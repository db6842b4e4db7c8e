//! Registers that are in no catalogue, from bits with errors among them.

use lfsr_core::{bit_order::BitOrder, check::Settings, massey::Massey, poly::Poly, register::Register};

use super::{Identified, state_at_start};
use crate::bits::probe::{self, Bits};

/// Lengths of the windows in which no bit may be wrong; a register of n cells needs 2 n + 24 bits.
const WINDOWS: [usize; 6] = [64, 96, 160, 256, 512, 1024];

/// Bits that a register must fit beyond twice its length: by chance one window in 2^24 does.
const SPARE: usize = 24;

/// Bits in which windows are taken and sums are counted.
const LOOK: usize = 1 << 16;

/// The largest lag of sums of three bits, and of five.
const WIDEST: [usize; 2] = [1024, 56];

/// A register that fits, with few errors, and is no longer than 64 cells.
pub(super) fn find(words: &[u64], count: usize, order: BitOrder) -> Option<Identified> {
    windows(words, count, order).or_else(|| sums(words, count, order))
}

/// Massey's algorithm on windows: one without a wrong bit is enough.
fn windows(words: &[u64], count: usize, order: BitOrder) -> Option<Identified> {
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
            let plain = c.div_exact(&Poly::from_u128(0b11)).filter(|rest| rest.evaluate(true));
            let found = plain.into_iter().chain([c]).find_map(|c| verified(&c, words, count, order, "clean windows"));
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

/// Sums of three or five bits at fixed distances that are too often the same: multiples of the feedback polynomial.
fn sums(words: &[u64], count: usize, order: BitOrder) -> Option<Identified> {
    let look = count.min(LOOK / 2);
    let widest = WIDEST[0].min(look / 8);
    let used = (look - widest) / 64;
    if used < 8 {
        return None;
    }
    // shifted[k]: the bits from number k on.
    let shifted: Vec<Vec<u64>> = (0..=widest)
        .map(|k| {
            let word = |i: usize| words.get(i).copied().unwrap_or(0);
            (0..used)
                .map(|i| (u128::from(word(i + k / 64)) | u128::from(word(i + k / 64 + 1)) << 64) >> (k % 64))
                .map(|w| w as u64)
                .collect()
        })
        .collect();
    let total = (used * 64) as f64;
    // Eight standard deviations: half a million sums of noise do not get there.
    let far = 4.0 * total.sqrt();
    let unlikely = |ones: u32| (f64::from(ones) - total / 2.0).abs() > far;
    let mut multiple = Poly::zero();
    let mut note = |exponents: &[usize]| {
        let highest = exponents.iter().max().copied().unwrap_or(0);
        // s[t] + s[t+a] + s[t+b]: the characteristic side; the feedback side is the reciprocal.
        let f = Poly::from_exponents(exponents.iter().map(|e| highest - e));
        let gcd = if multiple.is_zero() { f } else { multiple.gcd(&f) };
        if gcd.degree() > Some(0) {
            multiple = gcd;
        }
    };
    let mut hits = 0;
    'three: for b in 1..=widest {
        for a in 1..b {
            let ones = |i: usize| (shifted[0][i] ^ shifted[a][i] ^ shifted[b][i]).count_ones();
            // A first look at a quarter of the bits settles nearly all.
            let quarter = used / 4;
            let few: u32 = (0..quarter).map(ones).sum();
            if (f64::from(few) - quarter as f64 * 32.0).abs() < far / 4.0 {
                continue;
            }
            if unlikely(few + (quarter..used).map(ones).sum::<u32>()) {
                note(&[0, a, b]);
                hits += 1;
                if hits == 8 {
                    break 'three;
                }
            }
        }
    }
    if hits == 0 {
        let widest = WIDEST[1].min(widest);
        let quarter = used.min(128);
        'five: for d in 4..=widest {
            for c in 3..d {
                for b in 2..c {
                    let part: Vec<u64> =
                        (0..quarter).map(|i| shifted[0][i] ^ shifted[b][i] ^ shifted[c][i] ^ shifted[d][i]).collect();
                    for (a, third) in shifted.iter().enumerate().take(b).skip(1) {
                        let few: u32 = part.iter().zip(third).map(|(p, s)| (p ^ s).count_ones()).sum();
                        if (f64::from(few) - quarter as f64 * 32.0).abs() < 4.0 * (quarter as f64 * 64.0).sqrt() {
                            continue;
                        }
                        note(&[0, a, b, c, d]);
                        hits += 1;
                        if hits == 4 {
                            break 'five;
                        }
                    }
                }
            }
        }
    }
    if multiple.is_zero() {
        return None;
    }
    // What is common to all may still be a multiple: try its factors, the longest first.
    let c = multiple.reciprocal();
    let mut candidates: Vec<Poly> = c.factor().into_iter().map(|(p, _)| p).collect();
    candidates.sort_by_key(|p| core::cmp::Reverse(p.degree()));
    candidates.into_iter().chain([c]).find_map(|c| verified(&c, words, count, order, "sums of few bits"))
}

/// The register, if the checker locks to it and few bits are wrong.
fn verified(c: &Poly, words: &[u64], count: usize, order: BitOrder, how: &'static str) -> Option<Identified> {
    let register = Register::from_characteristic(c.to_u128()?).ok()?;
    let bits = Bits { words, count: (count as u64).min(1 << 20) };
    let n = register.degree();
    // At a high error rate few stretches are clean: a shorter one must do, which noise passes as rarely in so many bits.
    let found = [n.max(32), n.clamp(16, 24)].into_iter().find_map(|lock_bits| {
        let settings = Settings { lock_bits, ..Settings::new(&register) };
        probe::check(&register, settings, bits).filter(probe::fits)
    })?;
    Some(Identified {
        characteristic: c.clone(),
        inverted: found.inverted,
        order,
        state: state_at_start(&register, &found),
        compared: found.compared,
        errors: found.errors,
        how,
        spare: 0,
    })
}
