//! Which divisor of c makes the coset kernel quickest, and how long it would take.

use std::collections::BTreeMap;

use lfsr_core::{
    cycle::{MOST_COSET_BITS, Quotient},
    gf2,
    register::Register,
};

use super::{choose::choose, kernel::Kernel, options::Options};

/// The most bits of a smaller register whose cycles are found by single steps; those of larger ones by the other kernels.
pub(crate) const MOST_STEPPED_BITS: u32 = 22;

/// Cycles of smaller registers than this are found by single steps even where all are images of one: as quick, and more convincing.
const LEAST_IMAGED_BITS: u32 = 17;

/// Whether the cycles of a smaller register are found as images of one: its polynomial is irreducible.
pub(crate) fn has_images(base: &Register) -> bool {
    is_imaged(base.degree(), || gf2::is_irreducible(base.characteristic()))
}

fn is_imaged(degree: u32, is_irreducible: impl FnOnce() -> bool) -> bool {
    degree >= LEAST_IMAGED_BITS && is_irreducible()
}

/// The most bits of the smaller register, and the most cycles of it, which are kept.
const MOST_BASE_BITS: u32 = 31;
const MOST_BASES: f64 = (1 << 22) as f64;

/// The most divisors looked at.
const MOST_DIVISORS: u64 = 1 << 12;

/// Seconds for one state of a coset, or of the smaller register; for one coset, apart from its states. Measured.
const STATE: f64 = 3.5e-9;
const COSET: f64 = 1e-7;

/// Seconds for a cycle of the smaller register that is the image of another; for one that another kernel finds and lists.
const IMAGE: f64 = 2e-8;
const LISTED: f64 = 2e-7;

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
/// One factorisation, then for each divisor that is not too dear by its own cycles a step for each divisor of it.
fn best(sequence: &Register, options: &Options) -> Option<(u32, f64)> {
    let mut shapes = shapes(sequence, 1)?;
    let count = shapes.iter().fold(1, |count: u64, shape| count.saturating_mul(u64::from(shape.exponents[1]) + 1));
    if count > MOST_DIVISORS {
        return None;
    }
    let mut best: Option<(u32, f64)> = None;
    for _ in 0..count {
        let most = best.map_or(f64::INFINITY, |(_, least)| least);
        if let Some(seconds) = estimate(&shapes, sequence.xnor(), most, options)
            && seconds < most
            && let Some(divisor) = product(&shapes)
        {
            best = Some((divisor, seconds));
        }
        // Count on, in the mixed radix of the multiplicities.
        for Shape { exponents: [own, rest], .. } in &mut shapes {
            if *rest > 0 {
                (*own, *rest) = (*own + 1, *rest - 1);
                break;
            }
            (*own, *rest) = (0, *own);
        }
    }
    best
}

/// The estimate for one divisor.
pub(crate) fn seconds(sequence: &Register, divisor: u32, options: &Options) -> Option<f64> {
    Quotient::new(sequence, divisor.into())?;
    estimate(&shapes(sequence, divisor.into())?, sequence.xnor(), f64::INFINITY, options)
}

/// What a factor of c is to the smaller register and to the coset.
struct Shape {
    factor: u128,
    degree: u32,
    order: u128,
    /// Its exponents in the divisor and in what it leaves.
    exponents: [u32; 2],
}

fn shapes(sequence: &Register, divisor: u128) -> Option<Vec<Shape>> {
    let mut shapes = vec![];
    for (factor, all) in &gf2::factor(sequence.characteristic()) {
        let (mut rest, mut own) = (divisor, 0);
        while let Some((quotient, 0)) = gf2::divrem(rest, factor) {
            (rest, own) = (quotient, own + 1);
        }
        let (degree, order) = (gf2::degree(factor)?, gf2::order_of_irreducible(factor)?);
        shapes.push(Shape { factor, degree, order, exponents: [own, all - own] });
    }
    Some(shapes)
}

/// The divisor, if it fits.
fn product(shapes: &[Shape]) -> Option<u32> {
    let power = |c, shape: &Shape| (0..shape.exponents[0]).try_fold(c, |c, _| gf2::mul(c, shape.factor));
    u32::try_from(shapes.iter().try_fold(1, power)?).ok()
}

/// Seconds for the divisor of these shapes; `None` if it is too large, leaves too much, or takes `most` seconds without the walks.
fn estimate(shapes: &[Shape], xnor: bool, most: f64, options: &Options) -> Option<f64> {
    let bits = |of: usize| shapes.iter().map(|shape| shape.degree * shape.exponents[of]).sum::<u32>();
    let (degree, coset_bits) = (bits(0), bits(1));
    if !(1..=MOST_BASE_BITS).contains(&degree) || !(1..=MOST_COSET_BITS).contains(&coset_bits) {
        return None;
    }
    // XNOR is as good as another factor x + 1.
    let exponent = |shape: &Shape| shape.exponents[0] + u32::from(xnor && shape.factor == 0b11);
    let powers = shapes.iter().map(|shape| (shape.order, exponent(shape)));
    let period = gf2::order_of_powers(powers.filter(|(_, exponent)| *exponent > 0));
    let base = 2f64.powi(degree as i32);
    let cosets = base / period as f64;
    if cosets > MOST_BASES {
        return None;
    }
    let found = if is_imaged(degree, || shapes.iter().map(|shape| shape.exponents[0]).sum::<u32>() == 1) {
        IMAGE * cosets
    } else if degree > MOST_STEPPED_BITS {
        choose(degree, Some(period), options).seconds(degree) + LISTED * cosets
    } else {
        STATE * base
    };
    let least = found + COSET * cosets;
    (least < most).then(|| least + STATE * walked(shapes) * 2f64.powi(coset_bits as i32))
}

/// Cosets that are walked: for each period of the smaller register one of each class, unless the map is a translation.
///
/// The states whose sequences obey a divisor and no smaller one have as period the least common multiple of the orders of its factors times the
/// power of two that reaches its highest exponent. p steps leave 2^k states of the coset as they are, and so have 2^k classes, where k is the
/// degree of what x^p + 1 has in common with its polynomial.
fn walked(shapes: &[Shape]) -> f64 {
    let mut cosets: BTreeMap<u128, f64> = BTreeMap::new();
    let mut exponents = vec![0; shapes.len()];
    loop {
        let powers = || exponents.iter().zip(shapes).filter(|(e, _)| **e > 0);
        let states: f64 = powers()
            .map(|(&e, shape)| 2f64.powi((shape.degree * e) as i32) - 2f64.powi((shape.degree * (e - 1)) as i32))
            .product();
        let period = gf2::order_of_powers(powers().map(|(&e, shape)| (shape.order, e)));
        *cosets.entry(period).or_insert(0.0) += states / period as f64;
        // Count on, in the mixed radix of the exponents.
        let mut digits = exponents.iter_mut().zip(shapes);
        if !digits.any(|(e, shape)| {
            *e = if *e < shape.exponents[0] { *e + 1 } else { 0 };
            *e > 0
        }) {
            break;
        }
    }
    let classes = |period: u128| {
        let power = 1 << period.trailing_zeros().min(20);
        let common = |shape: &Shape| match period.is_multiple_of(shape.order) {
            true => shape.degree * shape.exponents[1].min(power),
            false => 0,
        };
        let (common, all) = shapes.iter().fold((0, 0), |(common_bits, all), shape| {
            (common_bits + common(shape), all + shape.degree * shape.exponents[1])
        });
        if common == all { 0.0 } else { 2f64.powi(common as i32) }
    };
    cosets.iter().map(|(&period, &count)| count.min(classes(period))).sum()
}
