//! Messages with their checksums: which checksum they carry ([`identify`]).
//!
//! A frame is a message and its checksum, as a polynomial P whose last bit is the coefficient of 1. With a CRC of generator g, of L bits before
//! its checksum, P = init x^L + xorout modulo g. So
//!
//! ```text
//!      read        lines of hexadecimal digits or bits become frames
//!      field       one way to take the bits: which bit of a byte is first, where the lowest byte of the checksum is, whether it is reversed
//!      relation    sums of frames without init and xorout, all multiples of g: their greatest common divisor is g, or little more
//!      unknowns    init and xorout, by linear equations; a frame that contradicts those before it is wrong
//! ```
//!
//! (W. W. Peterson and D. T. Brown, "Cyclic codes for error detection", Proc. IRE 49 (1961), for the equations; that differences of messages
//! are multiples of the generator is what CRC RevEng uses, too.)

mod field;
mod read;
mod relation;
#[cfg(test)]
mod tests;
mod total;
mod unknowns;

use lfsr_core::{crc::Algorithm, gf2, poly::Poly};

pub use field::Field;
pub use read::{Frame, FrameError, Frames};
pub use total::{Kind, Total};

use crate::bits::{
    checksum::{
        Checksum,
        catalogue::{self, Entry},
    },
    evidence::LEAST,
};
use unknowns::Unknowns;

/// The widest generator that is looked for.
pub const WIDEST: usize = 64;

/// The narrowest: anything is a multiple of something.
pub const NARROWEST: usize = 3;

/// Of so many frames one may be wrong.
pub const ONE_WRONG_IN: usize = 10;

/// What the frames carry.
#[derive(Debug, Clone)]
pub enum Finding {
    /// A CRC.
    Crc(Box<Found>),
    /// The sum of the bytes.
    Total(Total),
    /// Something fits, but so few frames fit many things.
    TooFew {
        /// How many more frames would decide, about.
        more: usize,
    },
    /// Neither.
    None,
}

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

/// Which checksum the frames carry at their ends.
///
/// # Complexity
/// For each of some forty ways to take the bits: some greatest common divisors of polynomials as long as two frames, then w^2 operations for
/// each frame and a checksum of w bits. Forty times that where some frames are wrong, or none has a checksum.
#[must_use]
pub fn identify(frames: &Frames) -> Finding {
    let ways: Vec<Way> = Field::all(frames).into_iter().filter_map(|field| Way::new(frames, field)).collect();
    let choices = (ways.len().max(1) as f64).log2();
    let mut best: Option<Found> = None;
    let mut doubtful: Option<f64> = None;
    for sample in relation::samples(frames.all.len()) {
        for way in &ways {
            for found in way.try_sample(frames, &sample, choices) {
                if found.evidence < LEAST {
                    let more = (LEAST - found.evidence) / f64::from(found.algorithm.width());
                    doubtful = Some(doubtful.unwrap_or(f64::INFINITY).min(more));
                } else if best.as_ref().is_none_or(|best| is_better(&found, best)) {
                    best = Some(found);
                }
            }
        }
        if best.is_some() {
            break;
        }
    }
    if let Some(found) = best {
        return Finding::Crc(Box::new(found));
    }
    if let Some(total) = total::find(frames) {
        return Finding::Total(total);
    }
    doubtful.map_or(Finding::None, |more| Finding::TooFew { more: more.ceil() as usize })
}

/// A name is worth more than a longer generator, whose last factor may be chance; more evidence is worth more.
fn is_better(found: &Found, other: &Found) -> bool {
    let rank = |found: &Found| (!found.entries.is_empty(), found.evidence);
    rank(found) > rank(other)
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
            bits.checked_sub(width as usize).is_some_and(|before| unknowns.learn(before, rest))
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
