//! [`identify`]: which register made these bits, with errors among them or not.

mod noisy;

use lfsr_core::{
    algebra::BigUint,
    bit_order::BitOrder,
    catalogue::{self, ENTRIES, Entry},
    poly::Poly,
    register::{AnyRegister, Register},
};

use crate::bits::probe::{Bits, probe};

/// How sure an answer from few bits must be: a register found by chance fits so many bits more with probability 2^-8.
const FEWEST_SPARE: usize = 8;

/// Bits of the first, quick look.
const FIRST_LOOK: usize = 4096;

/// Wrong bits in 256 that a register found in the first bits may leave in all.
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
    /// The order of bits in bytes.
    pub order: BitOrder,
    /// The plain Fibonacci state at the first bit, if it is known.
    pub state: Option<Poly>,
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

/// Finds the register of `bits` bits as they came, tried in each of the orders.
#[must_use]
pub fn identify(words: &[u64], bits: u64, orders: &[BitOrder]) -> Finding {
    let count = usize::try_from(bits).unwrap_or(usize::MAX).min(64 * words.len());
    let plain: Vec<(BitOrder, Vec<u64>)> =
        orders.iter().map(|&order| (order, words.iter().map(|&word| order.word(word)).collect())).collect();
    let Some((_, first)) = plain.first() else { return nothing(&[], 0, 0) };
    if let Some(level) = constant(first, count) {
        return Finding::Constant(level);
    }
    // Without errors: the shortest register of the first bits, then of more.
    let mut shortest = usize::MAX;
    let mut look = FIRST_LOOK.min(count);
    loop {
        let mut best: Option<Identified> = None;
        for (order, words) in &plain {
            let c = Poly::shortest_register(words, look);
            let complexity = c.degree().unwrap_or(0);
            shortest = shortest.min(if look == count { complexity } else { usize::MAX });
            let spare = look.saturating_sub(2 * complexity);
            if spare < FEWEST_SPARE.min(look / 4).max(4) || best.as_ref().is_some_and(|b| b.spare >= spare) {
                continue;
            }
            let found = exact(words, count, *order, c, spare);
            if found.errors * 256 <= found.compared * MOST_WRONG {
                best = Some(found);
            }
        }
        if let Some(found) = best {
            return Finding::Register(Box::new(found));
        }
        if look == count {
            break;
        }
        // With errors, before the long look: known sequences, then any register.
        if look == FIRST_LOOK
            && let Some(found) = with_errors(words, count, &plain, orders)
        {
            return Finding::Register(Box::new(found));
        }
        look = look.saturating_mul(16).min(count);
    }
    if count <= FIRST_LOOK
        && let Some(found) = with_errors(words, count, &plain, orders)
    {
        return Finding::Register(Box::new(found));
    }
    nothing(first, count, shortest)
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

/// The register, with the complement taken out, run over all bits.
fn exact(words: &[u64], count: usize, order: BitOrder, c: Poly, spare: usize) -> Identified {
    let mut best: Option<Identified> = None;
    // If x + 1 divides c once, the complement of the bits may obey the rest alone.
    let rest = c.div_exact(&Poly::from_u128(0b11)).filter(|rest| rest.evaluate(true) && rest.degree() > Some(0));
    for (characteristic, inverted) in rest.map(|rest| (rest, true)).into_iter().chain([(c, false)]) {
        let n = characteristic.degree().unwrap_or(0);
        let flip = if inverted { u64::MAX } else { 0 };
        let first: Vec<u64> = words.iter().take(n.div_ceil(64)).map(|word| word ^ flip).collect();
        let state = Poly::from_words(first).low(n);
        let mut errors = 0;
        if let Ok(register) = AnyRegister::from_characteristic(characteristic.clone()) {
            let mut sequence = register.words(&state);
            for (i, &word) in words.iter().enumerate().take(count.div_ceil(64)) {
                let bits = (count - 64 * i).min(64);
                let wrong = (word ^ flip ^ sequence.next_word()) & u64::MAX >> (64 - bits);
                errors += u64::from(wrong.count_ones());
            }
        }
        let found = Identified {
            characteristic,
            inverted,
            order,
            state: Some(state),
            compared: count as u64,
            errors,
            how: "shortest register",
            spare,
        };
        if best.as_ref().is_none_or(|best| found.errors < best.errors) {
            best = Some(found);
        }
    }
    // The loop above runs at least once.
    best.unwrap_or(Identified {
        characteristic: Poly::one(),
        inverted: false,
        order,
        state: None,
        compared: 0,
        errors: 0,
        how: "",
        spare,
    })
}

fn with_errors(words: &[u64], count: usize, plain: &[(BitOrder, Vec<u64>)], orders: &[BitOrder]) -> Option<Identified> {
    let bits = Bits { words, count: (count as u64).min(1 << 20) };
    if let Some(found) = probe(bits, orders, |settings| settings) {
        let register = found.entry.register().sequence();
        return Some(Identified {
            characteristic: Poly::from_u128(register.characteristic()),
            inverted: found.report.inverted,
            order: found.order,
            state: state_at_start(&register, &found.report),
            compared: found.report.compared,
            errors: found.report.errors,
            how: "catalogue",
            spare: 0,
        });
    }
    plain.iter().find_map(|(order, words)| noisy::find(words, count, *order))
}

/// The state at the first bit, from that at the first bit compared.
fn state_at_start(register: &Register, report: &lfsr_core::check::Report) -> Option<Poly> {
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
