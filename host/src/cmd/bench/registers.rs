//! Registers to measure: of a given degree, number of terms and kind of cycles.

use std::fmt;

use lfsr_core::{gf2, random::SplitMix64, register::Register};

/// How many candidates are looked at for a register of a kind.
const CANDIDATES: u32 = 64;

/// How the states fall into cycles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Cycles {
    /// The longest cycles among the candidates: all states but a few on one, if there is such a register.
    Long,
    /// The median of the candidates: several lengths.
    Mixed,
    /// Cycles about as long as the register, 2^n / n of them.
    Short,
}

impl fmt::Display for Cycles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Long => "long",
            Self::Mixed => "mixed",
            Self::Short => "short",
        })
    }
}

/// A register of that degree (a multiple of 4), number of terms (3, 5 or more) and kind.
pub(super) fn register(degree: u32, terms: u32, cycles: Cycles) -> Option<Register> {
    let characteristic = match cycles {
        Cycles::Short => evenly_spread(degree, terms),
        Cycles::Long | Cycles::Mixed => {
            let mut candidates: Vec<(u128, u128)> =
                candidates(degree, terms).into_iter().filter_map(|c| Some((gf2::order(c)?, c))).collect();
            candidates.sort_unstable();
            let at = if cycles == Cycles::Long { candidates.len().checked_sub(1)? } else { candidates.len() / 2 };
            candidates.get(at)?.1
        }
    };
    Register::from_characteristic(characteristic).ok()
}

/// Polynomials of that degree with a constant term: all of three terms, else some at random.
fn candidates(degree: u32, terms: u32) -> Vec<u128> {
    if terms == 3 {
        return (1..degree).map(|k| 1 << degree | 1 << k | 1).collect();
    }
    let mut random = Random::new(u64::from(degree) << 8 | u64::from(terms));
    (0..CANDIDATES).map(|_| random.with_terms(degree, terms)).collect()
}

/// 1 + y + ... + y^m or 1 + y + y^2 with y a power of x: a divisor of y^(m+1) + 1, whose order is near the degree.
fn evenly_spread(degree: u32, terms: u32) -> u128 {
    let steps = (1..terms).rev().find(|steps| degree.is_multiple_of(*steps)).unwrap_or(1);
    (0..=steps).fold(0, |c, i| c | 1 << (i * (degree / steps)))
}

/// Draws polynomials, the same everywhere.
#[derive(Debug, Clone)]
pub(super) struct Random(SplitMix64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(SplitMix64(seed))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0.next_word()
    }

    /// A polynomial of that degree with a constant term and that many terms.
    pub(super) fn with_terms(&mut self, degree: u32, terms: u32) -> u128 {
        let mut c = 1u128 << degree | 1;
        while c.count_ones() < terms.min(degree + 1) {
            c |= 1 << (self.next() % u64::from(degree));
        }
        c
    }
}
