//! Scramblers over data that are not idle: data whose bits, or whose bits at one place of each byte, are more often 0 than 1.
//!
//! ```text
//!   self-synchronising   y[t] + sum of y[t-k] over the lags is the data                    for each register that is tried
//!   additive             the same of every m-th bit (c(x)^m = c(x^m) for m = 8) is a sum of data bits at one place of the bytes;
//!                        where those are nearly constant, the checker finds the sequence in them, and with it all data
//! ```
//!
//! What comes out is judged by how uneven it is: see `sums`.

mod codes;
mod lane;
mod sums;

use lfsr_core::{
    catalogue::{Kind, matching},
    gf2,
    register::Register,
    stream::{Style, Words},
};

use lane::state_over_bytes;
use sums::{SumBits, Sums, clear_beyond};

use super::{Identified, Plain, parts};
use crate::bits::{
    evidence::{self, Evidence},
    probe::sequences,
    reading::Reading,
    scramble::Mode,
};

/// Bits that are looked at: where many registers are tried, and where one is.
const FEW_BITS: usize = 1 << 15;
const MOST_BITS: usize = 1 << 18;

/// The largest lags of registers of no catalogue, with two and with four of them.
const WIDEST: [u32; 2] = [64, 33];

/// What a scrambler must have: interleaved streams that are too short for another answer look like one, with some fifty bits.
const LEAST: Evidence = 80.0;

/// Data are in bytes.
const BYTE: usize = 8;

/// A scrambler over data.
#[derive(Debug, Clone)]
pub struct Scrambled {
    /// Its register.
    pub register: Register,
    /// The code that was added, and how many of its bits came before the first; `None` if the register says all.
    pub code: Option<(&'static str, u64)>,
    /// How data and register are joined.
    pub mode: Mode,
    /// Whether the other mode fits as well: the data repeat.
    pub is_either: bool,
    /// The way to take the bits.
    pub reading: Reading,
    /// Additive: the Fibonacci state at the first bit.
    pub state: Option<u64>,
    /// The fraction of ones at each place of the data: one for all, or one for each bit of a byte or period.
    pub ones: Vec<f64>,
    /// The data in time, from bit `from` on.
    pub data: Vec<u64>,
    /// The first bit of the data: a self-synchronising one needs n bits before.
    pub from: usize,
    /// Bits of the data.
    pub count: usize,
    /// How unlikely chance is.
    pub evidence: Evidence,
}

/// The scrambler or code of the catalogue with the most evidence, in any of the readings; nothing where the bits themselves are uneven, so that
/// sums of them are.
pub(super) fn known(plain: &[Plain]) -> Option<Scrambled> {
    let mut known: Vec<Register> = Vec::new();
    for register in sequences().map(|entry| entry.register().sequence().with_xnor(false)) {
        if !known.contains(&register) {
            known.push(register);
        }
    }
    let tries = tries(known.len() * plain.len());
    let even = || plain.iter().filter(|plain| is_even(plain));
    let all = even().flat_map(|plain| known.iter().map(move |register| (plain, register)));
    let found = all.flat_map(|(plain, register)| [1, BYTE].map(|period| both(plain, register, period, None, tries)));
    let codes = even().map(|plain| codes::find(plain, tries));
    found.chain(codes).flatten().reduce(Scrambled::or_better)
}

/// What a register that is a product may be: one of long period, over data that repeat.
pub(super) fn of_product(plain: &[Plain], found: &Identified) -> Option<Scrambled> {
    let c = &found.characteristic;
    let (own, period) = parts::scrambler(c)?;
    let register = Register::from_characteristic(own.to_u128()?).ok()?;
    let state = parts::share(c, &own, found.state.as_ref()?)?.to_u128()? as u64;
    let plain = plain.iter().find(|plain| plain.reading == found.reading)?;
    let scrambled = both(plain, &register, usize::try_from(period).ok()?, Some(state), tries(1))?;
    // The product has said that they repeat, and how sure that is.
    let repeats = scrambled.ones.iter().all(|ones| *ones == 0.0 || *ones == 1.0);
    repeats.then_some(Scrambled { evidence: found.evidence, ..scrambled })
}

/// Whether the bits are as often 1 as 0, at every place of a byte.
fn is_even(plain: &Plain) -> bool {
    let sum = Sums::new(plain, MOST_BITS).of(&[], 1);
    sum.uneven(1).max(sum.uneven(BYTE)) < evidence::LEAST
}

/// What must be subtracted for so many registers, two modes and some periods.
fn tries(registers: usize) -> f64 {
    (6.0 * registers.max(1) as f64).log2()
}

/// Both modes of one register, over data that are uneven, or repeat, with this period; `state` is that of an additive one, if it is known.
fn both(plain: &Plain, register: &Register, period: usize, state: Option<u64>, tries: f64) -> Option<Scrambled> {
    let through = through(plain, register, period, tries);
    let added = added(plain, register, period, state, tries);
    match (through, added) {
        (Some(through), Some(added)) if through.is_as_good_as(&added) => Some(by_kind(through, added)),
        (Some(through), Some(added)) => Some(through.or_better(added)),
        (through, added) => through.or(added),
    }
}

/// Of two that fit equally that of the catalogue's mode; a register of no catalogue is more often self-synchronising, where data may be anything.
fn by_kind(through: Scrambled, added: Scrambled) -> Scrambled {
    let kinds: Vec<Kind> = matching(through.register.characteristic()).map(|entry| entry.kind).collect();
    let is_additive = kinds.contains(&Kind::Additive) && !kinds.contains(&Kind::Multiplicative);
    Scrambled { is_either: true, ..if is_additive { added } else { through } }
}

impl Scrambled {
    pub(super) fn or_better(self, other: Self) -> Self {
        if other.evidence > self.evidence { other } else { self }
    }

    fn is_as_good_as(&self, other: &Self) -> bool {
        // Both explain nearly all bits.
        const NEARLY: Evidence = 0.95;
        self.evidence.min(other.evidence) > NEARLY * self.evidence.max(other.evidence)
    }
}

/// Registers of no catalogue: those with two lags, then those with four.
pub(super) fn unknown(plain: &[Plain]) -> Option<Scrambled> {
    /// Of fewer bits so many registers could choose that nothing is left.
    const FEWEST: usize = 512;
    /// What a quarter of the bits must show; of random ones one in a thousand does.
    const FIRST_LOOK: Evidence = 16.0;
    let mut lags: Vec<Vec<u32>> = Vec::new();
    for n in 2..=WIDEST[0] {
        lags.extend((1..n).map(|k| vec![k, n]));
    }
    for n in 4..WIDEST[1] {
        for a in 1..n - 2 {
            for b in a + 1..n - 1 {
                lags.extend((b + 1..n).map(|c| vec![a, b, c, n]));
            }
        }
    }
    let tries = tries(lags.len() * plain.len());
    let mut best: Option<(Evidence, &Plain, &[u32], usize)> = None;
    for plain in plain.iter().filter(|plain| plain.count >= FEWEST && is_even(plain)) {
        let (quarter, all) = (Sums::new(plain, FEW_BITS.min(plain.count) / 4), Sums::new(plain, FEW_BITS));
        for lags in &lags {
            for (stride, periods) in [(1, &[1, BYTE][..]), (BYTE, &[BYTE])] {
                // A first look at a quarter of the bits settles nearly all.
                if quarter.of(lags, stride).unevenness(BYTE) < FIRST_LOOK {
                    continue;
                }
                let sum = all.of(lags, stride);
                for period in periods {
                    let evidence = sum.uneven(*period) - tries;
                    if evidence >= LEAST && best.is_none_or(|(most, ..)| evidence > most) {
                        best = Some((evidence, plain, lags, *period));
                    }
                }
            }
        }
    }
    let (_, plain, lags, period) = best?;
    let n = *lags.last()?;
    let c = lags.iter().fold(1u128 << n, |c, k| c | 1 << (n - k));
    // A multiple of the register's polynomial has fewer terms, perhaps: the factor that leaves the most is the register.
    let factors = gf2::factor(c);
    let candidates = factors.iter().map(|(p, _)| p).chain([c]).filter(|p| *p > 3);
    let registers = candidates.filter_map(|c| Register::from_characteristic(c).ok());
    let found = registers.filter_map(|register| both(plain, &register, period, None, tries));
    found.reduce(Scrambled::or_better)
}

/// The data, if they went through the register.
fn through(plain: &Plain, register: &Register, period: usize, tries: f64) -> Option<Scrambled> {
    let lags: Vec<u32> = register.lags().collect();
    let sum = Sums::new(plain, MOST_BITS).of(&lags, 1);
    let evidence = sum.uneven(period) - tries;
    // A sum of data bits at the lags of an additive scrambler is uneven, too.
    if evidence < LEAST || sum.is_of_sums(&lags, period) {
        return None;
    }
    let ones = sum.ones(period);
    let SumBits { words: data, from, count } = sum;
    let mode = Mode::SelfSynchronising;
    Some(Scrambled {
        register: *register,
        code: None,
        mode,
        is_either: false,
        reading: plain.reading,
        state: None,
        ones,
        data,
        from,
        count,
        evidence,
    })
}

/// The data, if the register's sequence was added, and they are nearly constant at some place of each period; or from this state on.
fn added(plain: &Plain, register: &Register, period: usize, state: Option<u64>, tries: f64) -> Option<Scrambled> {
    let state = match state {
        Some(state) => state,
        None => state_over_bytes(plain, register, period, tries)?,
    };
    let mut sequence = Words::new(register, state, Style::PLAIN);
    let (words, count) = plain.words_of(MOST_BITS);
    let mut data: Vec<u64> = words.iter().map(|word| word ^ sequence.next_word()).collect();
    clear_beyond(&mut data, count);
    let sum = SumBits { words: data, from: 0, count };
    let evidence = sum.uneven(period) - tries - f64::from(register.degree());
    (evidence >= LEAST).then(|| Scrambled {
        register: *register,
        code: None,
        mode: Mode::Additive,
        is_either: false,
        reading: plain.reading,
        state: Some(state),
        ones: sum.ones(period),
        data: sum.words,
        from: 0,
        count,
        evidence,
    })
}

#[cfg(test)]
mod tests;
