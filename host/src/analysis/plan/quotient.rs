//! Which divisor of c makes the coset kernel quickest, and how long it would take.

use lfsr_core::{
    cycle::{MOST_COSET_BITS, Quotient},
    gf2,
    register::Register,
};

use super::{choose::choose, kernel::Kernel, options::Options, period::longest_period};

/// The most bits of a smaller register whose cycles are found by single steps; those of larger ones by the other kernels.
pub(crate) const MOST_STEPPED_BITS: u32 = 22;

/// Cycles of smaller registers than this are found by single steps even where all are images of one: as quick, and more convincing.
const LEAST_IMAGED_BITS: u32 = 17;

/// Whether the cycles of a smaller register are found as images of one: its polynomial is irreducible.
pub(crate) fn has_images(base: &Register) -> bool {
    base.degree() >= LEAST_IMAGED_BITS && gf2::is_irreducible(base.characteristic())
}

/// The most bits of the smaller register, and the most cycles of it, which are kept.
const MOST_BASE_BITS: u32 = 31;
const MOST_BASES: f64 = (1 << 22) as f64;

/// The most divisors looked at.
const MOST_DIVISORS: u64 = 1 << 12;

/// Seconds for one state of a coset, or of the smaller register; for one coset, apart from its states. Measured.
const STATE: f64 = 3.5e-9;
const COSET: f64 = 0.6e-6;

/// Seconds for a cycle that is the image of another.
const IMAGE: f64 = 2e-8;

/// Below this degree every kernel is done in a few milliseconds.
const LEAST_COSET_DEGREE: u32 = 23;

/// The coset kernel, if it is well ahead of `kernel`; all else being equal the others, which walk through every state, are the more
/// convincing. It has no leaders to offer, and is not kept in checkpoints.
pub(super) fn quicker(sequence: &Register, kernel: Kernel, options: &Options) -> Option<Kernel> {
    if sequence.degree() < LEAST_COSET_DEGREE || options.leaders || options.kept {
        return None;
    }
    let (divisor, seconds) = best(sequence, options)?;
    // What the block kernel takes is known well; the others may leave many cycles to be found one by one.
    let ahead = if matches!(kernel, Kernel::Block(_)) { 4.0 } else { 2.0 };
    (ahead * seconds < kernel.seconds(sequence.degree())).then_some(Kernel::Coset(divisor))
}

/// The best divisor of the characteristic polynomial of a sequence register, and the estimated seconds of CPU time; `None` if none is
/// small enough, or there are too many.
///
/// # Complexity
/// One factorisation, then O(n) for each divisor.
fn best(sequence: &Register, options: &Options) -> Option<(u32, f64)> {
    let factors = gf2::factor(sequence.characteristic());
    let factors = factors.as_slice();
    let count = factors.iter().fold(1, |count: u64, (_, e)| count.saturating_mul(u64::from(*e) + 1));
    if count > MOST_DIVISORS {
        return None;
    }
    let mut exponents = vec![0; factors.len()];
    let mut best: Option<(u32, f64)> = None;
    for _ in 0..count {
        if let Some(divisor) = product(factors, &exponents)
            && let Some(seconds) = seconds(sequence, divisor, options)
            && best.is_none_or(|(_, least)| seconds < least)
        {
            best = Some((divisor, seconds));
        }
        // Count on, in the mixed radix of the multiplicities.
        for (exponent, (_, most)) in exponents.iter_mut().zip(factors) {
            if *exponent < *most {
                *exponent += 1;
                break;
            }
            *exponent = 0;
        }
    }
    best
}

/// The estimate for one divisor.
pub(crate) fn seconds(sequence: &Register, divisor: u32, options: &Options) -> Option<f64> {
    let quotient = Quotient::new(sequence, divisor.into())?;
    if quotient.base().degree() > MOST_BASE_BITS || quotient.coset_bits() > MOST_COSET_BITS {
        return None;
    }
    let (cofactor, _) = gf2::divrem(sequence.characteristic(), divisor.into())?;
    let (period, own) = (longest_period(quotient.base())?, gf2::order(cofactor)?);
    let (base, coset) = (2f64.powi(quotient.base().degree() as i32), 2f64.powi(quotient.coset_bits() as i32));
    let cosets = base / period as f64;
    if cosets > MOST_BASES {
        return None;
    }
    let degree = quotient.base().degree();
    let found = if has_images(quotient.base()) {
        IMAGE * cosets
    } else if degree > MOST_STEPPED_BITS {
        choose(degree, Some(period), options).seconds(degree)
    } else {
        STATE * base
    };
    // Where the map on the coset is a translation nothing is walked; else, and over the zero state, one of each class.
    let mut walked = 1.0;
    if period.is_multiple_of(own) {
        for (p, e) in gf2::factor(divisor.into()).iter() {
            // The largest part whose periods are too short for that.
            let mut smaller = u128::from(divisor);
            for _ in 0..e {
                smaller = gf2::divrem(smaller, p)?.0;
                let period = gf2::order(smaller)?;
                if !period.is_multiple_of(own) {
                    walked += 2f64.powi(gf2::degree(smaller)? as i32) / period as f64;
                    break;
                }
            }
        }
    } else {
        // The maps of this period have 2 to the number of states that it returns as classes.
        let returned = gf2::gcd(cofactor, gf2::pow_x_mod(period, cofactor) ^ 1);
        walked += cosets.min(2f64.powi(gf2::degree(returned)? as i32));
    }
    Some(found + STATE * walked * coset + COSET * cosets)
}

/// A divisor that the coset kernel could hold.
fn product(factors: &[(u128, u32)], exponents: &[u32]) -> Option<u32> {
    let degree: u32 = factors.iter().zip(exponents).map(|((p, _), e)| e * gf2::degree(*p).unwrap_or(0)).sum();
    if !(1..=MOST_BASE_BITS).contains(&degree) {
        return None;
    }
    let product =
        factors.iter().zip(exponents).try_fold(1, |h, ((p, _), e)| (0..*e).try_fold(h, |h, _| gf2::mul(h, *p)))?;
    u32::try_from(product).ok()
}
