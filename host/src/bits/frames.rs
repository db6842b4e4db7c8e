//! Messages with their checksums: which checksum they carry ([`identify`]).
//!
//! ```text
//!      read        lines of hexadecimal digits or bits become frames
//!      place       where the checksum stands: the frames with the covered bits first, and the checksum at the end
//!      crc         a CRC: its generator divides differences of frames
//!      digest      a sum of keys that a register steps
//!      total       a sum with carries
//!      linear      none of them: whether it is linear at all
//! ```

mod crc;
mod digest;
mod field;
mod linear;
mod place;
mod read;
mod relation;
#[cfg(test)]
mod tests;
mod total;
mod unknowns;

pub use crc::Found;
pub use digest::{Digest, Order, Shift, Steps};
pub use field::Field;
pub use linear::Linearity;
pub use place::{Covers, Place, Span, SpanError};
pub use read::{Frame, FrameError, Frames};
pub use total::{Kind, Total};

use crate::bits::evidence::LEAST;

/// The widest generator that is looked for.
pub const WIDEST: usize = 64;

/// The narrowest: anything is a multiple of something.
pub const NARROWEST: usize = 3;

/// Of so many frames one may be wrong.
pub const ONE_WRONG_IN: usize = 10;

/// Samples of many frames that are tried where the checksum may be anywhere.
const SAMPLES_ELSEWHERE: usize = 8;

/// What the frames carry, and where.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What.
    pub finding: Finding,
    /// Where it stands.
    pub place: Place,
}

/// What the frames carry.
#[derive(Debug, Clone)]
pub enum Finding {
    /// A CRC.
    Crc(Box<Found>),
    /// A digest with a key.
    Digest(Box<Digest>),
    /// A sum with carries.
    Total(Total),
    /// Something fits, but so few frames fit many things.
    TooFew {
        /// How many more frames would decide, about.
        more: usize,
    },
    /// None of them; whether it is linear at all.
    None(Linearity),
}

/// No place explains the frames better.
const MOST_PLAIN: u8 = 2;

impl Answer {
    /// Bits that never change may be covered or not; what has a name, or no odd constants, is rather what somebody has made.
    fn plainness(&self) -> u8 {
        match &self.finding {
            Finding::Crc(found) if found.entries.is_empty() => found.has_plain_constants().into(),
            Finding::Digest(found) if found.constant != 0 => 0,
            Finding::Total(found) if found.constant != 0 => 0,
            Finding::Crc(_) | Finding::Digest(_) | Finding::Total(_) => MOST_PLAIN,
            Finding::TooFew { .. } | Finding::None(_) => 0,
        }
    }
}

/// Which checksum the frames carry: in that span of bits if it is said, else at their ends or anywhere.
///
/// # Complexity
/// For each of some forty ways to take the bits as a CRC, and as many as a digest: some greatest common divisors of polynomials as long as two
/// frames, then w^2 operations for each frame and a checksum of w bits. Forty times that where some frames are wrong, or none has a checksum at its
/// end; then some hundred times that for the other places.
#[must_use]
pub fn identify(frames: &Frames, said: Option<Span>) -> Answer {
    let mut fewest: Option<f64> = None;
    let first = said.map_or(vec![Place::END], Frames::at);
    let elsewhere = if said.is_none() { frames.elsewhere() } else { vec![] };
    let mut tried = 0;
    let places: Vec<Place> = first.iter().chain(&elsewhere).copied().collect();
    for places in places.chunk_by(|a, b| a.span == b.span) {
        let mut best: Option<Answer> = None;
        for place in places {
            tried += 1;
            let is_first = tried <= first.len();
            let samples = if is_first { usize::MAX } else { SAMPLES_ELSEWHERE };
            let Some(placed) = frames.placed(place) else { continue };
            let mut doubtful = None;
            let finding = at_end(&placed, (tried as f64).log2(), samples, &mut doubtful);
            if is_first {
                fewest = fewest.into_iter().chain(doubtful).reduce(f64::min);
            }
            let answer = finding.map(|finding| Answer { finding, place: *place });
            let is_better = |answer: &Answer| best.as_ref().is_none_or(|best| answer.plainness() > best.plainness());
            best = answer.filter(is_better).or(best);
            if best.as_ref().is_some_and(|best| best.plainness() == MOST_PLAIN) {
                break;
            }
        }
        if let Some(best) = best {
            return best;
        }
    }
    let linearity = || frames.placed(&first[0]).map_or(Linearity::Open { more: 1 }, |placed| linear::find(&placed));
    let finding = match fewest {
        Some(more) => Finding::TooFew { more: more.ceil() as usize },
        None => Finding::None(linearity()),
    };
    Answer { finding, place: first[0] }
}

/// What the frames end with. `choices`: the logarithm of how many places were tried; `doubtful` becomes how many more frames would decide.
fn at_end(frames: &Frames, choices: f64, samples: usize, doubtful: &mut Option<f64>) -> Option<Finding> {
    let samples = || relation::samples(frames.all.len()).take(samples);
    let crc = best(samples(), crc::fitting(frames, choices), doubtful);
    let digests = digest::fitting(frames, choices);
    let digest = match &crc {
        // The frames that have the CRC have the digest, too, of which it may be a part.
        Some((sample, _)) => best([sample.clone()].into_iter(), digests, doubtful),
        None => best(samples(), digests, doubtful),
    };
    let (crc, digest) = (crc.map(|(_, found)| found), digest.map(|(_, found)| found));
    match (crc, digest) {
        // A factor of a digest's generator may make a part of it a shorter CRC.
        (Some(crc), Some(digest)) if digest.width() > crc.width() && digest.evidence > crc.evidence => {
            Some(Finding::Digest(Box::new(digest)))
        }
        (Some(crc), _) => Some(Finding::Crc(Box::new(crc))),
        (None, Some(digest)) => Some(Finding::Digest(Box::new(digest))),
        (None, None) => total::find(frames, choices).map(Finding::Total),
    }
}

/// Something that fits most frames.
trait Fitting {
    /// Bits of the checksum.
    fn width(&self) -> u32;
    /// Bits by which the frames say more than was found from them.
    fn evidence(&self) -> f64;
    /// Whether it is rather this one.
    fn is_better(&self, other: &Self) -> bool;
}

/// The first sample that anything fits, and the best of those that fit.
fn best<F: Fitting>(
    mut samples: impl Iterator<Item = Vec<usize>>,
    fitting: impl Fn(&[usize]) -> Vec<F>,
    doubtful: &mut Option<f64>,
) -> Option<(Vec<usize>, F)> {
    samples.find_map(|sample| {
        let (sure, unsure): (Vec<F>, Vec<F>) =
            fitting(&sample).into_iter().partition(|found| found.evidence() >= LEAST);
        let more = unsure.iter().map(|found| (LEAST - found.evidence()) / f64::from(found.width()));
        *doubtful = more.chain(*doubtful).reduce(f64::min);
        let best = sure.into_iter().reduce(|best, found| if found.is_better(&best) { found } else { best })?;
        Some((sample, best))
    })
}
