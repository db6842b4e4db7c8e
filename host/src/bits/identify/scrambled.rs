//! Scramblers over data that are not idle: data whose bits, or whose bits at one place of each byte, are more often 0 than 1.
//!
//! ```text
//!   self-synchronising   y[t] + sum of y[t-k] over the lags is the data                    for each register that is tried
//!   additive             the same of every m-th bit (c(x)^m = c(x^m) for m = 8) is a sum of data bits at one place of the bytes;
//!                        where those are nearly constant, the checker finds the sequence in them, and with it all data
//! ```
//!
//! Of random bits, whatever register is tried, what comes out is random. So the counts of ones decide. Of N bits in classes of N_r each
//! the probability that the counts are as uneven as sum N_r (1 - H(p_r)) = E or more is below 2^-E times the number of their values, the
//! product of N_r + 1 (the method of types: Cover & Thomas, Elements of Information Theory, theorem 11.2.1).

use lfsr_core::{
    catalogue::{Kind, matching},
    check::Settings,
    gf2,
    register::Register,
    stream::{Style, Words},
};

use super::{Identified, Plain, lanes::every, parts, state_at_start};
use crate::bits::{
    evidence::{self, Evidence, entropy},
    probe::{Bits, fitting, sequences},
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
    /// How data and register are joined.
    pub mode: Mode,
    /// Whether the other mode fits as well: the data repeat.
    pub is_either: bool,
    /// The way to take the bits.
    pub reading: Reading,
    /// Additive: the Fibonacci state at the first bit.
    pub state: Option<u64>,
    /// The fraction of ones at each place of the data, which repeat or are even less often in places so far apart.
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

/// The scrambler of the catalogue with the most evidence, in any of the readings; nothing where the bits themselves are uneven, so that
/// sums of them are.
pub(super) fn known(plain: &[Plain]) -> Option<Scrambled> {
    let mut known: Vec<Register> = Vec::new();
    for register in sequences().map(|entry| entry.register().sequence().with_xnor(false)) {
        if !known.contains(&register) {
            known.push(register);
        }
    }
    let tries = tries(known.len() * plain.len());
    let all = plain.iter().filter(|plain| is_even(plain));
    let all = all.flat_map(|plain| known.iter().map(move |register| (plain, register)));
    let found = all.flat_map(|(plain, register)| [1, BYTE].map(|period| both(plain, register, period, None, tries)));
    found.flatten().reduce(Scrambled::or_better)
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
    fn or_better(self, other: Self) -> Self {
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
    let Sum { words: data, from, count } = sum;
    let mode = Mode::SelfSynchronising;
    Some(Scrambled {
        register: *register,
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
    let sum = Sum { words: data, from: 0, count };
    let evidence = sum.uneven(period) - tries - f64::from(register.degree());
    (evidence >= LEAST).then(|| Scrambled {
        register: *register,
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

/// The state at the first bit, found at the place of each byte where the data change least.
fn state_over_bytes(plain: &Plain, register: &Register, period: usize, tries: f64) -> Option<u64> {
    if period != BYTE {
        return None;
    }
    // Every 8th bit of a sequence obeys the same register, as every 2nd does.
    let lags: Vec<u32> = register.lags().collect();
    let sum = Sums::new(plain, MOST_BITS).of(&lags, BYTE);
    if sum.uneven(BYTE) - tries < LEAST {
        return None;
    }
    let far = |ones: &f64| (ones - 0.5).abs();
    let (place, _) = sum.ones(BYTE).into_iter().enumerate().max_by(|a, b| far(&a.1).total_cmp(&far(&b.1)))?;
    let lane = every(plain, BYTE, place);
    let (words, count) = lane.words_of(MOST_BITS);
    let report = fitting(register, Settings::new(register), Bits { words, count: count as u64 })?;
    let of_lane = state_at_start(register, &report)?.to_u128()? as u64;
    state_of(register, of_lane, BYTE, place)
}

/// No ones beyond so many bits.
fn clear_beyond(words: &mut [u64], count: usize) {
    if let Some(last) = words.get_mut(count / 64).filter(|_| !count.is_multiple_of(64)) {
        *last &= (1 << (count % 64)) - 1;
    }
}

/// The state whose sequence has the sequence of `of_lane` at bits `place`, `place + stride`, ...; `None` if none or several do.
fn state_of(register: &Register, of_lane: u64, stride: usize, place: usize) -> Option<u64> {
    let n = register.degree() as usize;
    // Bit i of column j: what state bit j contributes to bit i of the lane.
    let column = |j: usize| {
        let mut words = Words::new(register, 1 << j, Style::PLAIN);
        let bits: Vec<u64> = (0..(stride * n + place).div_ceil(64)).map(|_| words.next_word()).collect();
        (0..n).map(|i| place + i * stride).enumerate().fold(0, |sum, (i, t)| sum | (bits[t / 64] >> (t % 64) & 1) << i)
    };
    // Gauss: columns with what they stand for.
    let mut rest: Vec<(u64, u64)> = (0..n).map(|j| (column(j), 1 << j)).collect();
    let (mut lane, mut state) = (of_lane, 0);
    for bit in 0..n {
        let at = rest.iter().position(|(column, _)| column >> bit & 1 == 1)?;
        let (pivot, own) = rest.swap_remove(at);
        for (column, stands) in rest.iter_mut().filter(|(column, _)| column >> bit & 1 == 1) {
            *column ^= pivot;
            *stands ^= own;
        }
        if lane >> bit & 1 == 1 {
            lane ^= pivot;
            state ^= own;
        }
    }
    Some(state)
}

/// Sums of received bits.
struct Sums<'a> {
    words: &'a [u64],
    count: usize,
}

/// A stream of such sums: the first is that of bit `from`.
struct Sum {
    words: Vec<u64>,
    from: usize,
    count: usize,
}

impl<'a> Sums<'a> {
    fn new(plain: &'a Plain, most: usize) -> Self {
        let (words, count) = plain.words_of(most);
        Self { words, count }
    }

    /// Each bit and those at these lags times the stride before it.
    fn of(&self, lags: &[u32], stride: usize) -> Sum {
        let reach = lags.last().map_or(0, |n| *n as usize * stride);
        let count = self.count.saturating_sub(reach);
        let word = |i: usize| self.words.get(i).copied().unwrap_or(0);
        let from = |t: usize, i: usize| {
            let (at, shift) = (t / 64 + i, t % 64);
            ((u128::from(word(at)) | u128::from(word(at + 1)) << 64) >> shift) as u64
        };
        let words = (0..count.div_ceil(64))
            .map(|i| lags.iter().fold(from(reach, i), |sum, k| sum ^ from(reach - *k as usize * stride, i)));
        let mut words: Vec<u64> = words.collect();
        clear_beyond(&mut words, count);
        Sum { words, from: reach, count }
    }
}

impl Sum {
    /// Bits and ones at each place.
    fn classes(&self, period: usize) -> Vec<(usize, u64)> {
        let mut classes = vec![(0, 0); period];
        for (place, class) in classes.iter_mut().enumerate() {
            // The first sum at this place.
            let first = (place + period - self.from % period) % period;
            class.0 = self.count.saturating_sub(first).div_ceil(period);
        }
        if period.is_power_of_two() && period <= 64 {
            let mask = (0..64 / period).fold(0u64, |mask, i| mask | 1 << (i * period));
            for word in &self.words {
                for place in 0..period {
                    classes[(place + self.from) % period].1 += u64::from((word >> place & mask).count_ones());
                }
            }
        } else {
            for t in (0..self.count).filter(|t| self.words[t / 64] >> (t % 64) & 1 == 1) {
                classes[(t + self.from) % period].1 += 1;
            }
        }
        classes
    }

    /// The fraction of ones at each place.
    fn ones(&self, period: usize) -> Vec<f64> {
        self.classes(period).into_iter().map(|(bits, ones)| ones as f64 / bits.max(1) as f64).collect()
    }

    /// How unlikely counts so uneven are by chance.
    fn uneven(&self, period: usize) -> Evidence {
        let values: Evidence = self.classes(period).into_iter().map(|(bits, _)| (bits as f64 + 1.0).log2()).sum();
        self.unevenness(period) - values
    }

    /// The same of just these counts.
    fn unevenness(&self, period: usize) -> Evidence {
        let of = |(bits, ones): (usize, u64)| bits as f64 * (1.0 - entropy(ones as f64 / bits.max(1) as f64));
        self.classes(period).into_iter().map(of).sum()
    }

    /// Whether these are rather sums, at those lags, of bits that are themselves uneven: then sums a difference of lags apart have a bit in
    /// common, and agree more often than others do.
    fn is_of_sums(&self, lags: &[u32], period: usize) -> bool {
        if period > 1 {
            return false;
        }
        let bias = 1.0 - 2.0 * self.ones(1)[0];
        let terms = lags.len() as f64 + 1.0;
        let of = |k: usize| {
            let differ = Sums { words: &self.words, count: self.count }.of(&[k as u32], 1);
            1.0 - 2.0 * differ.ones(1)[0]
        };
        let mut agreement = 0.0;
        let mut pairs = 0.0;
        let mut all = vec![0];
        all.extend(lags);
        for (i, a) in all.iter().enumerate() {
            for b in &all[i + 1..] {
                agreement += of((b - a) as usize);
                pairs += 1.0;
            }
        }
        let (independent, common) = (bias * bias, bias.abs().powf(2.0 - 2.0 / terms));
        agreement / f64::max(pairs, 1.0) > (independent + common) / 2.0
    }
}

#[cfg(test)]
mod tests;
