//! Sums of frames that are multiples of the generator, whatever init and xorout are.

use lfsr_core::{gf2, poly::Poly, random::SplitMix64};

use super::{NARROWEST, WIDEST};

/// As many frames give the generator where there are enough to measure it by the others.
const SAMPLE: usize = 6;

/// Frames that are all taken: one in ten of them is none.
const FEW: usize = 9;

/// Samples of many frames: with one in ten wrong, half of them have none of these.
const SAMPLES: usize = 40;

/// By so many bits the common divisor of so few relations may be longer than the generator.
const MOST_TOO_LONG: usize = 6;

/// Which frames are looked at together.
pub(super) fn samples(count: usize) -> impl Iterator<Item = Vec<usize>> {
    let mut random = SplitMix64(count as u64);
    let sampled = if count <= FEW { 1 } else { SAMPLES };
    (0..sampled).map(move |_| {
        let mut all: Vec<usize> = (0..count).collect();
        if count <= FEW {
            return all;
        }
        for i in 0..SAMPLE {
            all.swap(i, i + (random.next_word() % (count - i) as u64) as usize);
        }
        all.truncate(SAMPLE);
        all
    })
}

/// A multiple of the generator, mostly itself.
///
/// The sum of two frames is without xorout: D = init E modulo g, where E = x^L + x^L' for frames of L and L' bits, 0 if they are equal. Two such sums
/// without init are D E' + D' E, divided by what E and E' have in common.
pub(super) fn common<'a>(frames: impl Iterator<Item = &'a (Poly, usize)>) -> Poly {
    let frames: Vec<_> = frames.collect();
    let mut multiple = Poly::default();
    let mut before: Option<(Poly, Poly)> = None;
    for pair in frames.windows(2) {
        let [(a, bits_a), (b, bits_b)] = [pair[0], pair[1]];
        let sum = a + b;
        let lengths = &Poly::monomial(*bits_a) + &Poly::monomial(*bits_b);
        let relation = if lengths.is_zero() {
            sum
        } else {
            let now = (sum, lengths);
            let relation = before.as_ref().and_then(|before| without_init(before, &now));
            before = Some(now);
            relation.unwrap_or_default()
        };
        multiple = multiple.gcd(&relation);
        if multiple.is_one() {
            break;
        }
    }
    &multiple >> multiple.trailing_zeros()
}

fn without_init((sum, lengths): &(Poly, Poly), (other, other_lengths): &(Poly, Poly)) -> Option<Poly> {
    let common = lengths.gcd(other_lengths);
    Some(&(sum * &other_lengths.div_exact(&common)?) + &(other * &lengths.div_exact(&common)?))
}

/// What the generator may be, the longest first: of that width, or of any.
pub(super) fn divisors(multiple: &Poly, width: Option<usize>) -> impl Iterator<Item = u128> + use<> {
    let degree = multiple.degree().unwrap_or(0);
    let (least, most) = match width {
        Some(width) => (width, width),
        None => (degree.saturating_sub(MOST_TOO_LONG).max(NARROWEST), WIDEST),
    };
    let is_near = !multiple.is_zero() && (NARROWEST..=WIDEST + MOST_TOO_LONG).contains(&degree);
    let is_near = is_near && degree >= least && degree.saturating_sub(MOST_TOO_LONG) <= most;
    let multiple = multiple.to_u128().filter(|_| is_near).unwrap_or(0);
    let mut all = vec![multiple];
    if multiple != 0 && degree > least {
        for (factor, exponent) in &gf2::factor(multiple) {
            for _ in 0..exponent {
                let shorter = |c: &u128| gf2::divrem(*c, factor).filter(|(_, rest)| *rest == 0).map(|(c, _)| c);
                let more: Vec<u128> = all.iter().filter_map(shorter).collect();
                all.extend(more);
                all.sort_unstable_by(|a, b| b.cmp(a));
                all.dedup();
                all.retain(|c| gf2::degree(*c).is_some_and(|degree| degree as usize >= least));
            }
        }
    }
    all.into_iter().filter(move |c| gf2::degree(*c).is_some_and(|d| (least..=most).contains(&(d as usize))) && *c > 1)
}
