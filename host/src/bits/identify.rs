//! [`identify`]: which register made these bits, with errors among them or not.

mod noisy;

use lfsr_core::{
    algebra::{BigUint, Direction},
    catalogue::{self, ENTRIES, Entry},
    check::{Report, Settings},
    poly::Poly,
    register::{AnyRegister, Register},
};

use crate::bits::{
    probe::{Bits, check, fits, probe},
    reading::Reading,
};

/// Bits in time, by one reading.
type Plain = (Reading, Vec<u64>);

/// How sure an answer from few bits must be: a register found by chance fits so many bits more with probability 2^-8.
const FEWEST_SPARE: usize = 8;

/// The same of a register too long for the checker, which nothing else confirms.
const FEWEST_LONG_SPARE: usize = 24;

/// The most cells that the checker takes, which finds its way over errors, slips and bits that do not belong.
const MOST_CHECKED: usize = 64;

/// Bits of the first, quick look.
const FIRST_LOOK: usize = 4096;

/// Wrong bits in 256 that a long register found in the first bits may leave in all.
const MOST_WRONG: u64 = 64;

/// The answer.
#[derive(Debug, Clone)]
pub enum Finding {
    /// All bits are the same.
    Constant(bool),
    /// A register.
    Register(Box<Identified>),
    /// Nothing short of this many cells.
    None(None),
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
    /// Bits beyond those that any register could be fitted to; 0 if errors are expected.
    pub spare: usize,
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

/// An entry of the catalogue with the same recurrence, and how far from its start the first bit is.
#[derive(Debug, Clone)]
pub struct Named {
    /// The entry.
    pub entry: &'static Entry,
    /// Steps from its start (seed, or all ones) to the first bit.
    pub phase: Option<BigUint>,
}

/// Finds the register of `bits` bits as they came, tried in each of the readings.
#[must_use]
pub fn identify(words: &[u64], bits: u64, readings: &[Reading]) -> Finding {
    let count = usize::try_from(bits).unwrap_or(usize::MAX).min(64 * words.len());
    let in_time = |&reading: &Reading| (reading, reading.in_time(words, bits));
    let plain: Vec<Plain> = readings.iter().map(in_time).collect();
    let Some((_, first)) = plain.first() else { return nothing(&[], 0, 0) };
    if let Some(level) = constant(first, count) {
        return Finding::Constant(level);
    }
    // A short register of the first bits, if the rest agrees; known sequences, if they fit better; then any register in clean windows.
    let look = FIRST_LOOK.min(count);
    let short = plain.iter().filter_map(|(reading, words)| short(words, count, look, *reading));
    let short = short.min_by_key(|found| (found.errors + found.from, found.slips));
    if short.as_ref().is_none_or(|found| found.errors + found.from > 0) {
        let known = catalogued(words, count, readings);
        let bad = |found: &Identified| found.errors + count as u64 - found.compared;
        if let Some(known) = known.filter(|known| short.as_ref().is_none_or(|short| bad(known) < bad(short))) {
            return Finding::Register(Box::new(known));
        }
    }
    if let Some(found) = short {
        return Finding::Register(Box::new(found));
    }
    // A long register without an error is a better answer than a short one with some; one with errors is not.
    let (mut long, mut shortest) = longest_spare(&plain, count, look);
    if long.as_ref().is_none_or(|found| found.errors > 0) {
        let windows = plain.iter().find_map(|(reading, words)| noisy::find(words, count, *reading));
        long = windows.or(long);
    }
    let mut look = look;
    while long.is_none() && look < count {
        look = look.saturating_mul(16).min(count);
        (long, shortest) = longest_spare(&plain, count, look);
    }
    long.map_or_else(|| nothing(first, count, shortest), |found| Finding::Register(Box::new(found)))
}

/// The register of the first `look` bits that has most bits to spare, of those too long for the checker; and the cells of the shortest of all.
fn longest_spare(plain: &[Plain], count: usize, look: usize) -> (Option<Identified>, usize) {
    let mut best: Option<Identified> = Option::None;
    let mut shortest = usize::MAX;
    for (reading, words) in plain {
        let c = Poly::shortest_register(words, look);
        let complexity = c.degree().unwrap_or(0);
        shortest = shortest.min(complexity);
        let spare = look.saturating_sub(2 * complexity);
        if spare >= FEWEST_LONG_SPARE && best.as_ref().is_none_or(|best| best.spare < spare) {
            best = long(words, count, *reading, &c, spare).or(best);
        }
    }
    (best, shortest)
}

/// The entries with that recurrence, each with the phase of the first bit.
#[must_use]
pub fn names(found: &Identified) -> Vec<Named> {
    let Some(c) = found.characteristic.to_u128() else { return Vec::new() };
    catalogue::matching(c)
        .map(|entry| {
            let register = entry.register();
            let start = register.output_from_state(entry.start());
            let phase = found.state.as_ref().and_then(|state| {
                let start = Poly::from_u128(start.into());
                let plain = register.sequence();
                let answer = AnyRegister::from(plain).index(&start, state);
                answer.ok().flatten().map(|index| index.steps)
            });
            Named { entry, phase }
        })
        .collect()
}

/// The entries whose sequence this is backwards.
#[must_use]
pub fn reversed_names(found: &Identified) -> Vec<&'static Entry> {
    let own = &found.characteristic;
    let Some(c) = own.reciprocal().to_u128().filter(|_| own.reciprocal() != *own) else { return Vec::new() };
    ENTRIES.iter().filter(|entry| entry.characteristic == c).collect()
}

/// For a polynomial that is a product: (the factor of long period, the period of the rest), as of a scrambler over idle data.
#[must_use]
pub fn scrambler(c: &Poly) -> Option<(Poly, BigUint)> {
    /// Idle data repeat after so many bits at most.
    const LONGEST_IDLE: u32 = 4096;
    let structure = AnyRegister::from_characteristic(c.clone()).ok()?.structure();
    let long = |order: Option<&BigUint>| order.is_none_or(|order| *order > BigUint::from(LONGEST_IDLE));
    let mut longs = structure.factors().iter().filter(|f| long(f.order.as_ref().and_then(|order| order.exact())));
    let (only, more) = (longs.next()?, longs.next());
    if more.is_some() || only.multiplicity > 1 || structure.factors().len() < 2 {
        return None;
    }
    let rest = c.div_exact(&only.poly)?;
    let period = AnyRegister::from_characteristic(rest).ok()?.structure().order().exact()?.clone();
    (period <= BigUint::from(LONGEST_IDLE)).then(|| (only.poly.clone(), period))
}

/// What may be the register's polynomial in the shortest that the first bits obey, and whether it is that of the complement. A factor x^k
/// says that the first k bits do not belong, or are wrong; a factor x + 1 that the complement may obey the rest alone.
fn candidates(c: &Poly) -> impl Iterator<Item = (Poly, bool)> {
    let transient = c.exponents().min().unwrap_or(0);
    let own = Poly::from_exponents(c.exponents().map(|k| k - transient));
    let rest = own.div_exact(&Poly::from_u128(0b11)).filter(|rest| rest.evaluate(true));
    let all = rest.map(|rest| (rest, true)).into_iter().chain([(own, false)]);
    all.filter(|(c, _)| c.degree() > Some(0))
}

/// A register short enough for the checker that the first `look` bits obey and the others confirm.
fn short(words: &[u64], count: usize, look: usize, reading: Reading) -> Option<Identified> {
    let c = Poly::shortest_register(words, look);
    let spare = look.saturating_sub(2 * c.degree()?);
    if spare < FEWEST_SPARE.min(look / 4).max(4) {
        return None;
    }
    let found = candidates(&c).filter(|(c, _)| c.degree() <= Some(MOST_CHECKED)).filter_map(|(c, inverted)| {
        // What few bits there are beyond those that make a state must do.
        let register = Register::from_characteristic(c.to_u128()?).ok()?;
        let settings = Settings { inverted: Some(inverted), ..Settings::new(&register) };
        let lock_bits = settings.lock_bits.min(u32::try_from(look - c.degree()?).unwrap_or(u32::MAX).max(1));
        let settings = Settings { lock_bits, ..settings };
        let report = check(&register, settings, Bits { words, count: count as u64 }).filter(fits)?;
        Some(Identified { spare, how: "shortest register", ..identified(&register, reading, &report) })
    });
    found.min_by_key(|found| found.errors + found.from)
}

/// A register too long for the checker, run over all bits.
fn long(words: &[u64], count: usize, reading: Reading, c: &Poly, spare: usize) -> Option<Identified> {
    let from = c.exponents().min().unwrap_or(0);
    let found = candidates(c).filter_map(|(characteristic, inverted)| {
        let n = characteristic.degree()?;
        let flip = if inverted { u64::MAX } else { 0 };
        let bit = |t: usize| words.get(t / 64).is_some_and(|word| (word ^ flip) >> (t % 64) & 1 == 1);
        let state = Poly::from_exponents((0..n).filter(|i| bit(from + i)));
        let register = AnyRegister::from_characteristic(characteristic.clone()).ok()?;
        // The bits before are wrong ones, if there are few; the register was running.
        let state = register.jump(&state, &BigUint::from(from), Direction::Back)?;
        let mut sequence = register.words(&state);
        let mut errors = 0;
        for (i, &word) in words.iter().enumerate().take(count.div_ceil(64)) {
            let wrong = (word ^ flip ^ sequence.next_word()) & u64::MAX >> (64 - (count - 64 * i).min(64));
            errors += u64::from(wrong.count_ones());
        }
        (errors * 256 <= count as u64 * MOST_WRONG).then_some(Identified {
            characteristic,
            inverted,
            reading,
            state: Some(state),
            from: 0,
            slips: 0,
            compared: count as u64,
            errors,
            how: "shortest register",
            spare,
        })
    });
    found.min_by_key(|found| found.errors)
}

/// A sequence of the catalogue, with errors or not.
fn catalogued(words: &[u64], count: usize, readings: &[Reading]) -> Option<Identified> {
    let bits = Bits { words, count: (count as u64).min(1 << 20) };
    let found = probe(bits, readings, |settings| settings)?;
    Some(identified(&found.entry.register().sequence(), found.reading, &found.report))
}

/// What the checker says of a register.
fn identified(register: &Register, reading: Reading, report: &Report) -> Identified {
    Identified {
        characteristic: Poly::from_u128(register.characteristic()),
        inverted: report.inverted,
        reading,
        state: state_at_start(register, report),
        from: report.details.first.map_or(0, |(at, _)| at),
        slips: report.slips,
        compared: report.compared,
        errors: report.errors,
        how: "catalogue",
        spare: 0,
    }
}

/// The state at the first bit, from that at the first bit compared.
fn state_at_start(register: &Register, report: &Report) -> Option<Poly> {
    let (at, mut state) = report.details.first?;
    for _ in 0..at {
        state = register.step_back(state)?;
    }
    Some(Poly::from_u128(state.into()))
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
