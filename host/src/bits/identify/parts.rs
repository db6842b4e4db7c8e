//! What a register that was found is called: names of the catalogue, names of its factors, what it is made of.

use lfsr_core::{
    algebra::{BigUint, Factor},
    catalogue::{self, ENTRIES, Entry, Kind, gps_satellite},
    poly::{Modulus, Poly},
    register::AnyRegister,
};

use super::{
    Identified,
    known::{DISTANCES, taken},
};
use crate::bits::probe::sequences;

/// An entry of the catalogue that a register is.
#[derive(Debug, Clone)]
pub struct Name {
    /// The entry.
    pub entry: &'static Entry,
    /// 1: the sequence itself; m: every m-th bit of it.
    pub every: u32,
    /// Steps from its start (seed, or all ones) to the first bit.
    pub phase: Option<BigUint>,
    /// The contents at the first bit, as the source of the entry writes them.
    pub contents: Option<u64>,
}

/// One of several registers whose outputs are added.
#[derive(Debug, Clone)]
pub struct Part {
    /// An irreducible factor, and how often it divides.
    pub poly: Poly,
    /// How often.
    pub multiplicity: u32,
    /// What is known of it.
    pub names: Vec<Name>,
}

/// The entries with that recurrence, each with the phase of the first bit; else those of which it is every few-th bit.
#[must_use]
pub fn names(found: &Identified) -> Vec<Name> {
    let Some(c) = found.characteristic.to_u128() else { return Vec::new() };
    let own = names_of(c, found.state.as_ref());
    if !own.is_empty() {
        return own;
    }
    let distances = || sequences().flat_map(|entry| DISTANCES.into_iter().map(move |every| (entry, every)));
    let is_taken = |(entry, every): &(&'static Entry, u32)| {
        taken(&entry.register(), *every).is_some_and(|r| r.characteristic() == c)
    };
    let taken = distances().filter(is_taken);
    taken.map(|(entry, every)| Name { entry, every, phase: None, contents: None }).collect()
}

/// The entries with that characteristic polynomial, each with the phase of the plain Fibonacci state, if it is known.
#[must_use]
pub fn names_of(c: u128, state: Option<&Poly>) -> Vec<Name> {
    catalogue::matching(c).map(|entry| named(entry, state)).collect()
}

fn named(entry: &'static Entry, state: Option<&Poly>) -> Name {
    let register = entry.register();
    let plain = AnyRegister::from(register.sequence().with_xnor(false));
    let phase = state.filter(|_| !entry.xnor).and_then(|state| {
        let start = Poly::from_u128(register.output_from_state(entry.start()).into());
        plain.index(&start, state).ok().flatten().map(|index| index.steps)
    });
    let own =
        state.filter(|_| !entry.xnor).and_then(Poly::to_u128).map(|state| register.state_from_output(state as u64));
    Name { entry, every: 1, phase, contents: own.and_then(|own| entry.printed_of(own)) }
}

/// The entries whose sequence this is backwards.
#[must_use]
pub fn reversed_names(found: &Identified) -> Vec<&'static Entry> {
    let own = &found.characteristic;
    let Some(c) = own.reciprocal().to_u128().filter(|_| own.reciprocal() != *own) else { return Vec::new() };
    ENTRIES.iter().filter(|entry| entry.characteristic == c).collect()
}

/// For a polynomial that is a product: (one factor, the period of the rest), as of a scrambler over idle data. The factor is a scrambler of the
/// catalogue, else that of the longest period.
#[must_use]
pub fn scrambler(c: &Poly) -> Option<(Poly, BigUint)> {
    /// Idle data repeat after so many bits at most, and a register of no catalogue after many times more.
    const LONGEST_IDLE: u32 = 4096;
    const TIMES: u32 = 4;
    let structure = AnyRegister::from_characteristic(c.clone()).ok()?.structure();
    if structure.factors().len() < 2 {
        return None;
    }
    // An order that is not known is a long one.
    let order = |factor: &Factor| factor.order.as_ref().map_or(BigUint::ZERO, |order| order.divides().clone());
    let is_scrambler = |entry: &Entry| matches!(entry.kind, Kind::Additive | Kind::Multiplicative);
    let is_known = |factor: &&Factor| factor.poly.to_u128().is_some_and(|c| catalogue::matching(c).any(is_scrambler));
    let single = || structure.factors().iter().filter(|factor| factor.multiplicity == 1);
    let known = single().find(is_known);
    let own = known.or_else(|| single().max_by_key(|factor| order(factor)))?;
    let rest = c.div_exact(&own.poly)?;
    let period = AnyRegister::from_characteristic(rest).ok()?.structure().order().exact()?.clone();
    let is_short = period <= BigUint::from(LONGEST_IDLE) && (known.is_some() || &period * TIMES <= order(own));
    is_short.then(|| (own.poly.clone(), period))
}

/// The factors of a product, each with its names; empty if the polynomial is irreducible.
#[must_use]
pub fn parts(found: &Identified) -> Vec<Part> {
    let c = &found.characteristic;
    let factors = c.factor();
    if factors.len() < 2 {
        return Vec::new();
    }
    let part = |(poly, multiplicity): (Poly, u32)| {
        let entries = poly.to_u128().into_iter().flat_map(catalogue::matching);
        let state =
            if multiplicity == 1 { found.state.as_ref().and_then(|state| share(c, &poly, state)) } else { None };
        Part { names: entries.map(|entry| named(entry, state.as_ref())).collect(), poly, multiplicity }
    };
    factors.into_iter().map(part).collect()
}

/// The state of the register of a factor p whose output is its share of what the register of c puts out from `state` on.
///
/// The polynomial e that is 1 modulo p and 0 modulo c / p, applied to the sequence (x^k is the bit k steps on), leaves that share.
pub(super) fn share(c: &Poly, p: &Poly, state: &Poly) -> Option<Poly> {
    let rest = c.div_exact(p)?;
    let modulus = Modulus::new(p)?;
    let inverse = modulus.inverse(&modulus.reduce(&rest))?;
    let e = &rest * &inverse;
    let (n, reach) = (p.degree()?, e.degree()?);
    let mut words = AnyRegister::from_characteristic(c.clone()).ok()?.words(state);
    let bits = Poly::from_words((0..(n + reach).div_ceil(64) + 1).map(|_| words.next_word()).collect());
    let bit = |t: usize| e.exponents().filter(|k| bits.coefficient(t + k)).count() % 2 == 1;
    Some(Poly::from_exponents((0..n).filter(|t| bit(*t))))
}

/// The satellite whose C/A code two parts are together, and how far into its code the first bit is.
#[must_use]
pub fn satellite(parts: &[Part]) -> Option<(u8, u64)> {
    let phase = |name: &str| {
        let names = parts.iter().flat_map(|part| &part.names);
        names.filter(|named| named.entry.name == name).find_map(|named| u64::try_from(named.phase.clone()?).ok())
    };
    let (g1, g2) = (phase("GPS-G1")?, phase("GPS-G2")?);
    // G2 is late by so many chips.
    let delay = (g1 + 1023 - g2) % 1023;
    Some((gps_satellite(delay as u16)?, g1))
}
