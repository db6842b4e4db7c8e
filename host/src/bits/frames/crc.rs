//! [`Found`]: a CRC that frames carry.
//!
//! A frame is a message and its checksum, as a polynomial P whose last bit is the coefficient of 1. With a CRC of generator g, of L bits before
//! its checksum, P = init x^L + xorout modulo g. So
//!
//! ```text
//!      field       one way to take the bits: which bit of a byte is first, where the lowest byte of the checksum is, whether it is reversed
//!      relation    sums of frames without init and xorout, all multiples of g: their greatest common divisor is g, or little more
//!      unknowns    init and xorout, by linear equations; a frame that contradicts those before it is wrong
//! ```
//!
//! (W. W. Peterson and D. T. Brown, "Cyclic codes for error detection", Proc. IRE 49 (1961), for the equations; that differences of messages
//! are multiples of the generator is what CRC RevEng uses, too.)

use lfsr_core::{crc::Algorithm, gf2, poly::Poly};

use super::{Field, Fitting, Frames, ONE_WRONG_IN, relation, unknowns::Unknowns};
use crate::bits::checksum::{
    Checksum,
    catalogue::{self, Entry},
};

/// A CRC that the frames carry.
#[derive(Debug, Clone)]
pub struct Found {
    /// The parameters.
    pub algorithm: Algorithm,
    /// Its entry in the catalogue. Where init and xorout are not decided, all entries that fit.
    pub entries: Vec<&'static Entry>,
    /// How the bits were taken.
    pub field: Field,
    /// init and xorout were found but for so many bits: 2 to this pairs of them fit as well.
    pub undecided: u32,
    /// Lines whose checksum is wrong.
    pub wrong: Vec<u64>,
    /// Frames whose checksum is right.
    pub right: usize,
    /// Bits by which they say more than was found from them.
    pub evidence: f64,
}

impl Found {
    /// Zeros or ones before the message and after it.
    pub(super) fn has_plain_constants(&self) -> bool {
        let ones = u128::MAX >> (128 - self.algorithm.width());
        [self.algorithm.init(), self.algorithm.xorout()].iter().all(|value| [0, ones].contains(value))
    }
}

impl Fitting for Found {
    fn width(&self) -> u32 {
        self.algorithm.width()
    }

    fn evidence(&self) -> f64 {
        self.evidence
    }

    /// A name is worth more than a longer generator, whose last factor may be chance; more evidence is worth more.
    fn is_better(&self, other: &Self) -> bool {
        let rank = |found: &Self| (!found.entries.is_empty(), found.evidence);
        rank(self) > rank(other)
    }
}

/// Those that fit the frames of a sample and nearly all others. `choices`: the logarithm of how many places were tried before.
pub(super) fn fitting(frames: &Frames, choices: f64) -> impl Fn(&[usize]) -> Vec<Found> {
    let ways: Vec<Way> = Field::all(frames).into_iter().filter_map(|field| Way::new(frames, field)).collect();
    let choices = choices + (ways.len().max(1) as f64).log2();
    move |sample| ways.iter().flat_map(|way| way.try_sample(frames, sample, choices)).collect()
}

/// All frames with their bits taken in one way: polynomials, and their bits.
struct Way {
    field: Field,
    all: Vec<(Poly, usize)>,
}

impl Way {
    /// `None` if a frame is too short for that.
    fn new(frames: &Frames, field: Field) -> Option<Self> {
        let all = frames.all.iter().map(|frame| field.polynomial(frame)).collect::<Option<_>>()?;
        Some(Self { field, all })
    }

    /// All that fits these frames, and nearly all others.
    fn try_sample(&self, frames: &Frames, sample: &[usize], choices: f64) -> Vec<Found> {
        let multiple = relation::common(sample.iter().map(|&i| &self.all[i]));
        relation::divisors(&multiple, self.field.width)
            .filter_map(|generator| self.fit(frames, sample, generator, choices))
            .collect()
    }

    /// init and xorout for a generator, if all but a few frames obey them. `choices`: the logarithm of how many ways are tried.
    fn fit(&self, frames: &Frames, sample: &[usize], generator: u128, choices: f64) -> Option<Found> {
        let Self { field, all } = self;
        let width = gf2::degree(generator)?;
        let modulus = Poly::from_u128(generator);
        let mut unknowns = Unknowns::new(generator);
        let mut obeys = |i: usize| {
            let (poly, bits) = &all[i];
            let rest = poly.rem(&modulus).and_then(|rest| rest.to_u128()).unwrap_or(0);
            bits.checked_sub(width as usize)
                .is_some_and(|before| unknowns.learn(gf2::pow_x_mod(before as u128, generator), rest))
        };
        // Those that gave the generator say what init and xorout are; the others are measured by that.
        if !sample.iter().all(|&i| obeys(i)) {
            return None;
        }
        let is_right: Vec<bool> = (0..all.len()).map(|i| sample.contains(&i) || obeys(i)).collect();
        let right = is_right.iter().filter(|right| **right).count();
        let wrong = all.len() - right;
        if wrong * ONE_WRONG_IN > all.len() {
            return None;
        }
        let chosen = choices + wrong as f64 * (all.len() as f64).log2();
        let evidence = f64::from(width) * (right as f64 - 1.0) - f64::from(unknowns.known()) - chosen;
        // Units of chips, too, that take bytes as they come and show the result as it is.
        let has_generator = |entry: &&Entry| {
            entry.checksum.algorithm.width() == width && entry.checksum.algorithm.poly() == generator ^ 1 << width
        };
        let entries: Vec<&Entry> = catalogue::all()
            .filter(has_generator)
            .filter(|entry| entry.checksum == Checksum::of(entry.checksum.algorithm))
            .filter(|entry| field.is_of(&entry.checksum.algorithm, frames.are_bytes))
            .filter(|entry| unknowns.allow(field.unknowns_of(&entry.checksum.algorithm)))
            .collect();
        let algorithm = match entries.first() {
            Some(entry) => entry.checksum.algorithm,
            None => field.algorithm(width, generator, unknowns.plainest())?,
        };
        let lines = frames.all.iter().zip(&is_right).filter(|(_, right)| !**right);
        Some(Found {
            algorithm,
            entries,
            field: *field,
            undecided: 2 * width - unknowns.known(),
            wrong: lines.map(|(frame, _)| frame.line).collect(),
            right,
            evidence,
        })
    }
}
