//! [`identify`]: which register made these bits, with errors among them or not.
//!
//! ```text
//!   shortest   the shortest register of the first bits, if the rest agrees           any register, no error at the beginning
//!   known      the checker, with each sequence of the catalogue, and every 3rd bit of it   any errors, slips, bits that do not belong
//!   lanes      the same of every 2nd, 3rd, 4th, ... bit                               interleaved streams
//!   noisy      the shortest registers of clean windows; sums of few bits that repeat  any register up to 64 cells, with errors
//!   scrambled  what comes out behind each scrambler is more often 0 than 1            scramblers over data that are not idle
//! ```
//!
//! The first that gives enough [`evidence`] is the answer.

mod aligned;
mod known;
mod lanes;
mod noisy;
mod parts;
mod scrambled;
mod shortest;

use lfsr_core::{
    check::Report,
    poly::Poly,
    register::{AnyRegister, Register},
};

pub(super) use self::known::taken;
pub use self::{
    parts::{Name, Part, names, names_of, parts, reversed_names, satellite, scrambler},
    scrambled::Scrambled,
};
use super::{
    evidence::{self, Evidence},
    reading::Reading,
};

/// Bits of the first, quick look.
const FIRST_LOOK: usize = 4096;

/// Readings that are worth a long search; the others are tried if nothing else is found, on few bits.
const LIKELY_READINGS: usize = 2;

/// Few bits.
const FEW: usize = 1 << 16;

/// The answer.
#[derive(Debug, Clone)]
pub enum Finding {
    /// All bits are the same.
    Constant(bool),
    /// A register.
    Register(Box<Identified>),
    /// Several streams that take turns: the first has bits 0, N, 2 N, ..., the second 1, N + 1, ...
    Lanes(Vec<Identified>),
    /// A scrambler over data.
    Scrambler(Box<Scrambled>),
    /// Nothing short of this many cells.
    None(None),
}

impl Finding {
    /// How unlikely chance is; 0 where nothing was found.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        match self {
            Self::Register(found) => found.evidence,
            Self::Lanes(lanes) => lanes::of_all(lanes),
            Self::Scrambler(found) => found.evidence,
            Self::Constant(_) | Self::None(_) => 0.0,
        }
    }
}

/// A register that puts out the bits.
#[derive(Debug, Clone)]
pub struct Identified {
    /// Its characteristic polynomial, without the factor that a complement adds.
    pub characteristic: Poly,
    /// Whether the bits are the complement of its sequence (or its feedback is complemented).
    pub inverted: bool,
    /// The way to take the bits.
    pub reading: Reading,
    /// The plain Fibonacci state at the first bit, if it is known.
    pub state: Option<Poly>,
    /// The first bit compared: those before do not belong to it.
    pub from: u64,
    /// Times bits were inserted or deleted.
    pub slips: u64,
    /// Bits compared, and wrong ones among them.
    pub compared: u64,
    /// Wrong bits.
    pub errors: u64,
    /// How it was found.
    pub how: &'static str,
    /// How unlikely chance is.
    pub evidence: Evidence,
}

/// Why there is none.
#[derive(Debug, Clone)]
pub struct None {
    /// No register has fewer cells than this.
    pub complexity: usize,
    /// Bits looked at.
    pub bits: usize,
    /// The fraction of ones.
    pub ones: f64,
    /// The fraction of bits that equal the one before.
    pub repeats: f64,
}

/// Bits in time, by one reading.
struct Plain {
    reading: Reading,
    words: Vec<u64>,
    count: usize,
}

impl Plain {
    fn new(reading: Reading, words: &[u64], count: usize) -> Self {
        let words = words.get(..count.div_ceil(64)).unwrap_or(words);
        Self { reading, words: reading.in_time(words, count as u64), count }
    }

    /// The same, but no more bits than `most`.
    fn words_of(&self, most: usize) -> (&[u64], usize) {
        let count = self.count.min(most);
        (self.words.get(..count.div_ceil(64)).unwrap_or(&self.words), count)
    }
}

/// Finds the register of `bits` bits as they came, tried in each of the readings.
#[must_use]
pub fn identify(words: &[u64], bits: u64, readings: &[Reading]) -> Finding {
    let count = usize::try_from(bits).unwrap_or(usize::MAX).min(64 * words.len());
    if let Some(level) = constant(words, count) {
        return Finding::Constant(level);
    }
    let (likely, others) = readings.split_at(readings.len().min(LIKELY_READINGS));
    let likely: Vec<Plain> = likely.iter().map(|&reading| Plain::new(reading, words, count)).collect();
    let Some(first) = likely.first() else { return nothing(&[], 0, 0) };
    let few = count.min(FEW);
    let found = quick(&likely);
    // Bits in a wrong order obey a register, too: many times the cells of the right one, which is no answer.
    let others = || others.iter().filter_map(|&reading| quick(&[Plain::new(reading, words, few)]));
    let found =
        found.or_else(|| others().reduce(|best, found| if found.evidence() > best.evidence() { found } else { best }));
    let found = found.map(|found| data_or(found, &likely)).or_else(|| thorough(&likely));
    found.unwrap_or_else(|| {
        let shortest = Poly::shortest_register(&first.words, count).degree().unwrap_or(0);
        nothing(&first.words, count, shortest)
    })
}

/// This, or the scrambler that it is over data that repeat: no register of the catalogue, but a product.
fn data_or(found: Finding, plain: &[Plain]) -> Finding {
    /// Of the evidence of what was found a scrambler must have so much.
    const MOST: Evidence = 0.9;
    let scrambled = match &found {
        Finding::Register(register) if names(register).is_empty() && satellite(&parts(register)).is_none() => {
            scrambled::of_product(plain, register)
        }
        Finding::Lanes(lanes) if lanes.iter().all(|lane| names(lane).is_empty()) => scrambled::known(plain),
        _ => Option::None,
    };
    match scrambled.filter(|scrambled| scrambled.evidence > MOST * found.evidence()) {
        Some(scrambled) => Finding::Scrambler(Box::new(scrambled)),
        Option::None => found,
    }
}

/// What is found in a fraction of a second.
fn quick(plain: &[Plain]) -> Option<Finding> {
    let short = plain.iter().filter_map(shortest::short).reduce(Identified::or_better);
    // Bits with a few errors obey some long register, too.
    let is_perfect = |found: &Identified| {
        found.errors + found.from == 0 && found.evidence >= found.characteristic.degree().unwrap_or(0) as Evidence
    };
    let found = match short {
        Some(found) if is_perfect(&found) => Some(found),
        short => short.into_iter().chain(known::find(plain, &known::CATALOGUE)).reduce(Identified::or_better),
    };
    match found {
        // Interleaved streams are one register too, of more cells; as lanes they say more.
        Some(found) if found.interleaving().is_some() => {
            Some(lanes::of(plain, &found).unwrap_or_else(|| Finding::Register(Box::new(found))))
        }
        Some(found) if plain.iter().all(|plain| found.explains(plain.count)) => {
            Some(Finding::Register(Box::new(found)))
        }
        found => {
            let taken = known::find(plain, &known::TAKEN);
            let lanes = lanes::find(plain);
            let joined = lanes.as_deref().and_then(lanes::joined);
            let lanes = lanes.filter(|_| joined.is_none());
            let one = found.into_iter().chain(taken).chain(joined).reduce(Identified::or_better);
            let of_one = one.as_ref().map_or(0.0, |one| one.evidence);
            // One stream is also several that take turns, each every few-th bit of it.
            match lanes {
                Some(lanes) if lanes::of_all(&lanes) > lanes::CLEARLY * of_one => Some(Finding::Lanes(lanes)),
                _ => one.map(|one| Finding::Register(Box::new(one))),
            }
        }
    }
}

impl Identified {
    /// This, or the other if that has more evidence.
    fn or_better(self, other: Self) -> Self {
        if other.evidence > self.evidence { other } else { self }
    }

    /// Whether most bits are explained, and few of those are wrong: then nothing better is to be found.
    fn explains(&self, count: usize) -> bool {
        let all = count as u64;
        self.compared * 4 >= all * 3
            && self.errors * 16 <= self.compared
            && self.evidence * 4.0 >= self.compared as Evidence
    }

    /// N and d, if the register is N streams of the register d that take turns: c(x) = d(x^N).
    #[must_use]
    pub fn interleaving(&self) -> Option<(usize, Poly)> {
        lanes::interleaving(&self.characteristic)
    }
}

/// What may take seconds.
fn thorough(plain: &[Plain]) -> Option<Finding> {
    let count = plain.first()?.count;
    // A long register without an error is a better answer than a short one with some; one with errors is not.
    let mut look = FIRST_LOOK.min(count);
    let mut long = shortest::long(plain, look);
    if long.as_ref().is_none_or(|found| found.errors > 0) {
        long = plain.iter().find_map(noisy::find).or(long);
    }
    if long.is_none() {
        let scrambled = scrambled::known(plain).into_iter().chain(scrambled::unknown(plain));
        if let Some(scrambled) = scrambled.reduce(Scrambled::or_better) {
            return Some(Finding::Scrambler(Box::new(scrambled)));
        }
    }
    while long.is_none() && look < count {
        look = look.saturating_mul(16).min(count);
        long = shortest::long(plain, look);
    }
    let found = long?;
    Some(lanes::of(plain, &found).unwrap_or_else(|| Finding::Register(Box::new(found))))
}

/// What the checker says of a register, if it is more likely than chance; `free` bits could be chosen.
fn identified(register: &Register, reading: Reading, report: &Report, free: f64) -> Option<Identified> {
    /// Idle bits look like a long register that holds a single 1, but for one bit of five.
    const MOST_WRONG: u64 = 6;
    let evidence = evidence::of_report(report, free);
    (evidence > 0.0 && report.errors * MOST_WRONG < report.compared).then(|| Identified {
        characteristic: Poly::from_u128(register.characteristic()),
        inverted: report.inverted,
        reading,
        state: state_at_start(register, report),
        from: report.details.first.map_or(0, |(at, _)| at),
        slips: report.slips,
        compared: report.compared,
        errors: report.errors,
        how: "catalogue",
        evidence,
    })
}

/// The state at the first bit, from that at the first bit compared.
fn state_at_start(register: &Register, report: &Report) -> Option<Poly> {
    let (at, state) = report.details.first?;
    let back = lfsr_core::algebra::Direction::Back;
    AnyRegister::from(*register).jump(&Poly::from_u128(state.into()), &at.into(), back)
}

fn constant(words: &[u64], count: usize) -> Option<bool> {
    let level = words.first()? & 1 == 1;
    let flip = if level { u64::MAX } else { 0 };
    let same = words.iter().enumerate().take(count.div_ceil(64)).all(|(i, word)| {
        let bits = (count - 64 * i).min(64);
        (word ^ flip) & u64::MAX >> (64 - bits) == 0
    });
    same.then_some(level)
}

fn nothing(words: &[u64], count: usize, complexity: usize) -> Finding {
    let bit = |t: usize| words.get(t / 64).is_some_and(|word| word >> (t % 64) & 1 == 1);
    let ones = (0..count).filter(|&t| bit(t)).count() as f64 / count.max(1) as f64;
    let repeats = (1..count).filter(|&t| bit(t) == bit(t - 1)).count() as f64 / (count.max(2) - 1) as f64;
    Finding::None(None { complexity: complexity.min(count), bits: count, ones, repeats })
}

#[cfg(test)]
mod tests;
