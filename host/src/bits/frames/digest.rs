//! [`Digest`]: a checksum with a key. Of the bits of the message that are 1 the keys are added, and the key of the next bit is a step of a register.
//!
//! ```text
//!      sum = constant
//!      for each bit of the message, first to last or last to first:
//!          if it is 1: sum += key
//!          key = the register's next state: shifted right or left, the generator added if a 1 fell out
//! ```
//!
//! A step is a multiplication by x modulo g, so the sum is D = K M + C modulo g, where M has bit t of the message as the coefficient of x^t. The
//! differences of frames have no C, and D M' + D' M of two such differences has no K: all are multiples of g, and their common divisor is g, or
//! little more. Then K and C are linear equations. (The functions `lfsr_digest8`, `lfsr_digest8_reflect` and `lfsr_digest16` of rtl_433 are
//! such digests; a CRC is one, too, last bit to first, with the key x^w.)

use lfsr_core::poly::Poly;

use super::{Fitting, Frame, Frames, ONE_WRONG_IN, relation, unknowns::Unknowns};

/// Which way the key is shifted: bit 0 falls out of a key that is shifted right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    /// To lower bits.
    Right,
    /// To higher bits.
    Left,
}

/// The order in which the bits of a message are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The last byte is the first.
    pub is_backward: bool,
    /// Of each byte the lowest bit is the first.
    pub is_lowest_first: bool,
}

/// Generator and key: what the steps are made of, as numbers of `width` bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steps {
    /// Bits of the digest, up to 64.
    pub width: u32,
    /// Which way.
    pub shift: Shift,
    /// What is added when a 1 falls out.
    pub generator: u128,
    /// Of the first bit that is taken.
    pub key: u128,
}

/// A keyed digest that frames carry.
#[derive(Debug, Clone, PartialEq)]
pub struct Digest {
    /// Generator and key.
    pub steps: Steps,
    /// In which order the bits of the message are taken.
    pub order: Order,
    /// What is added to the sum.
    pub constant: u128,
    /// Of the digest the lowest byte comes first.
    pub is_lowest_first: bool,
    /// The same for frames of one length: from the other end, with the opposite shift.
    pub other: Option<(Order, Steps)>,
    /// Key and constant were found but for so many bits: 2 to this pairs of them fit as well.
    pub undecided: u32,
    /// Lines whose digest is wrong.
    pub wrong: Vec<u64>,
    /// Frames whose digest is right.
    pub right: usize,
    /// Bits by which they say more than was found from them.
    pub evidence: f64,
}

impl Steps {
    /// The sum of the keys of the bits that are 1.
    #[must_use]
    pub fn sum(&self, message: impl IntoIterator<Item = bool>) -> u128 {
        let (mut key, mut sum) = (self.key, 0);
        for bit in message {
            sum ^= if bit { key } else { 0 };
            key = self.next(key);
        }
        sum
    }

    fn next(&self, key: u128) -> u128 {
        let mask = u128::MAX >> (128 - self.width);
        let (shifted, is_out) = match self.shift {
            Shift::Right => (key >> 1, key & 1 == 1),
            Shift::Left => (key << 1 & mask, key >> (self.width - 1) & 1 == 1),
        };
        if is_out { shifted ^ self.generator } else { shifted }
    }

    /// The same keys for a message of so many bits, last to first; `None` if a step cannot be undone.
    fn reversed(&self, bits: usize) -> Option<Self> {
        let (mask, top) = (u128::MAX >> (128 - self.width), 1 << (self.width - 1));
        let (shift, generator) = match self.shift {
            Shift::Right => (Shift::Left, (self.generator & top != 0).then_some(self.generator << 1 & mask | 1)?),
            Shift::Left => (Shift::Right, (self.generator & 1 != 0).then_some(self.generator >> 1 | top)?),
        };
        let key = (1..bits).fold(self.key, |key, _| self.next(key));
        Some(Self { width: self.width, shift, generator, key })
    }

    /// A number of the digest as a polynomial whose step is a multiplication by x, and the other way round.
    fn turned(shift: Shift, width: u32, number: u128) -> u128 {
        match shift {
            Shift::Left => number,
            Shift::Right => number.reverse_bits() >> (128 - width),
        }
    }
}

impl Digest {
    /// The digest of a message, its bits as they are written.
    #[must_use]
    pub fn of(&self, message: &[bool]) -> u128 {
        self.constant ^ self.steps.sum(self.order.of(message))
    }
}

impl Fitting for Digest {
    fn width(&self) -> u32 {
        self.steps.width
    }

    fn evidence(&self) -> f64 {
        self.evidence
    }

    /// More evidence is worth more; where it is the same, what is usual.
    fn is_better(&self, other: &Self) -> bool {
        let usual =
            |found: &Self| (!found.order.is_backward, found.steps.shift == Shift::Right, !found.is_lowest_first);
        let rank = |found: &Self| (found.evidence, usual(found));
        rank(self) > rank(other)
    }
}

impl Order {
    /// The bits in that order.
    pub(super) fn of(self, message: &[bool]) -> Vec<bool> {
        let mut bits: Vec<bool> = match self.is_lowest_first == self.is_backward {
            true => message.to_vec(),
            false => message.chunks(8).flat_map(|byte| byte.iter().rev().copied()).collect(),
        };
        if self.is_backward {
            bits.reverse();
        }
        bits
    }
}

/// One way to take the frames: each a message M and a digest D.
struct Way {
    width: u32,
    shift: Shift,
    order: Order,
    is_lowest_first: bool,
    all: Vec<(Poly, u128)>,
}

/// Those that fit the frames of a sample and nearly all others. `choices`: the logarithm of how many places were tried before.
pub(super) fn fitting(frames: &Frames, choices: f64) -> impl Fn(&[usize]) -> Vec<Digest> {
    let ways: Vec<Way> = ways(frames);
    let choices = choices + (ways.len().max(1) as f64).log2();
    move |sample| ways.iter().flat_map(|way| way.try_sample(frames, sample, choices)).collect()
}

/// The ways that are worth trying.
fn ways(frames: &Frames) -> Vec<Way> {
    let said = frames.check();
    let widths: &[usize] = if frames.are_bytes { &[8, 16, 24, 32] } else { &[4, 8, 16, 5, 6, 7, 12] };
    let widths = said.map_or(widths.to_vec(), |said| vec![said]);
    let are_equal = frames.all.windows(2).all(|pair| pair[0].bits.len() == pair[1].bits.len());
    let mut all = Vec::new();
    for width in widths.into_iter().filter(|width| (super::NARROWEST..=super::WIDEST).contains(width)) {
        for shift in [Shift::Right, Shift::Left] {
            for (is_backward, is_lowest_first) in [(false, false), (true, true), (false, true), (true, false)] {
                // From the other end frames of one length are the same; without bytes there is no order in them.
                if are_equal && is_backward || !frames.are_bytes && is_backward != is_lowest_first {
                    continue;
                }
                for is_reversed in [false, true].into_iter().take(if frames.are_bytes && width > 8 { 2 } else { 1 }) {
                    let order = Order { is_backward, is_lowest_first };
                    let taken = |frame| taken(frame, width, shift, order, is_reversed);
                    if let Some(all_of) = frames.all.iter().map(taken).collect::<Option<Vec<_>>>() {
                        all.push(Way { width: width as u32, shift, order, is_lowest_first: is_reversed, all: all_of });
                    }
                }
            }
        }
    }
    all
}

/// Message and digest of a frame as polynomials; `None` if it is too short.
fn taken(frame: &Frame, width: usize, shift: Shift, order: Order, is_lowest_first: bool) -> Option<(Poly, u128)> {
    let (message, digest) = frame.split(width)?;
    let bits = order.of(message);
    let words = bits.chunks(64).map(|chunk| chunk.iter().rev().fold(0, |word, &bit| word << 1 | u64::from(bit)));
    let number = number(digest, is_lowest_first);
    Some((Poly::from_words(words.collect()), Steps::turned(shift, width as u32, number)))
}

/// The bits as a number, the highest first, or the lowest byte first.
fn number(bits: &[bool], is_lowest_first: bool) -> u128 {
    let value = |bits: &mut dyn Iterator<Item = &bool>| bits.fold(0, |value, bit| value << 1 | u128::from(*bit));
    if is_lowest_first { value(&mut bits.chunks(8).rev().flatten()) } else { value(&mut bits.iter()) }
}

impl Way {
    fn try_sample(&self, frames: &Frames, sample: &[usize], choices: f64) -> Vec<Digest> {
        let multiple = self.common(sample);
        relation::divisors(&multiple, Some(self.width as usize))
            .filter_map(|generator| self.fit(frames, sample, generator, choices))
            .collect()
    }

    /// A multiple of the generator.
    fn common(&self, sample: &[usize]) -> Poly {
        let difference = |pair: &[usize]| {
            let [(a, d), (b, e)] = [&self.all[pair[0]], &self.all[pair[1]]];
            (a + b, Poly::from_u128(d ^ e))
        };
        let differences: Vec<_> = sample.windows(2).map(difference).collect();
        // What all messages have in common says nothing: the bits at the end that never change.
        let common = differences.iter().fold(Poly::default(), |common, (message, _)| common.gcd(message));
        let differences: Vec<_> = differences
            .into_iter()
            .filter_map(|(message, digest)| Some((message.div_exact(&common)?, digest)))
            .collect();
        let mut multiple = Poly::default();
        for pair in differences.windows(2) {
            let [(message, digest), (other, other_digest)] = [&pair[0], &pair[1]];
            multiple = multiple.gcd(&(&(digest * other) + &(other_digest * message)));
            if multiple.is_one() {
                break;
            }
        }
        multiple
    }

    /// Key and constant for a generator, if all but a few frames obey them.
    fn fit(&self, frames: &Frames, sample: &[usize], generator: u128, choices: f64) -> Option<Digest> {
        let width = self.width;
        let modulus = Poly::from_u128(generator);
        let mut unknowns = Unknowns::new(generator);
        let mut obeys = |i: usize| {
            let (message, digest) = &self.all[i];
            let rest = message.rem(&modulus).and_then(|rest| rest.to_u128()).unwrap_or(0);
            unknowns.learn(rest, *digest)
        };
        if !sample.iter().all(|&i| obeys(i)) {
            return None;
        }
        let right = (0..self.all.len()).filter(|i| sample.contains(i) || obeys(*i)).count();
        let wrong = self.all.len() - right;
        if wrong * ONE_WRONG_IN > self.all.len() {
            return None;
        }
        // The generator was chosen, too.
        let chosen = choices + wrong as f64 * (self.all.len() as f64).log2();
        let evidence = f64::from(width) * (right as f64 - 1.0) - f64::from(unknowns.known()) - chosen;
        let [key, constant] = unknowns.without_other().map(|value| Steps::turned(self.shift, width, value));
        if key == 0 {
            return None;
        }
        let generator = Steps::turned(self.shift, width, generator ^ 1 << width);
        let steps = Steps { width, shift: self.shift, generator, key };
        let (first, order) = (frames.all.first()?.bits.len(), self.order);
        let are_equal = frames.all.iter().all(|frame| frame.bits.len() == first);
        let turned = Order { is_backward: !order.is_backward, is_lowest_first: !order.is_lowest_first };
        let other = are_equal.then(|| steps.reversed(first - width as usize)).flatten().map(|steps| (turned, steps));
        let mut digest = Digest {
            steps,
            order,
            constant,
            is_lowest_first: self.is_lowest_first,
            other,
            undecided: 2 * width - unknowns.known(),
            wrong: vec![],
            right,
            evidence,
        };
        // By its definition, which shares nothing with the equations.
        let is_right = |frame: &&Frame| {
            let parts = frame.split(width as usize);
            parts.is_some_and(|(message, sent)| digest.of(message) == number(sent, digest.is_lowest_first))
        };
        let wrong: Vec<u64> = frames.all.iter().filter(|frame| !is_right(frame)).map(|frame| frame.line).collect();
        (wrong.len() + right == frames.all.len()).then(|| {
            digest.wrong = wrong;
            digest
        })
    }
}
