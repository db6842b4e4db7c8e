//! The shortest register of the first bits (Berlekamp-Massey by the half-gcd), confirmed by the rest.

use lfsr_core::{
    algebra::{BigUint, Direction},
    check::Settings,
    poly::Poly,
    register::{AnyRegister, Register},
};

use super::{FIRST_LOOK, Identified, Plain, identified};
use crate::bits::{
    evidence::{self, LEAST},
    probe::{Bits, check, fits},
};

/// The most cells that the checker takes, which finds its way over errors, slips and bits that do not belong.
const MOST_CHECKED: usize = 64;

/// The evidence that a register too long for the checker must have, which nothing else confirms.
const LEAST_LONG: f64 = 24.0;

/// A register short enough for the checker that the first bits obey and the others confirm.
pub(super) fn short(plain: &Plain) -> Option<Identified> {
    let Plain { reading, words, count } = plain;
    let look = FIRST_LOOK.min(*count);
    let c = Poly::shortest_register(words, look);
    let found = candidates(&c).filter(|(c, _)| c.degree() <= Some(MOST_CHECKED)).filter_map(|(c, inverted)| {
        // What few bits there are beyond those that make a state must do.
        let n = c.degree()?;
        let register = Register::from_characteristic(c.to_u128()?).ok()?;
        let settings = Settings { inverted: Some(inverted), ..Settings::new(&register) };
        let lock_bits = settings.lock_bits.min(u32::try_from(look.checked_sub(n)?).unwrap_or(u32::MAX).max(1));
        let settings = Settings { lock_bits, ..settings };
        let report = check(&register, settings, Bits { words, count: *count as u64 })?;
        let report = Some(report).filter(|report| fits(report, &register))?;
        // Cells and taps were both chosen to fit.
        let found = identified(&register, *reading, &report, 2.0 * n as f64).filter(|found| found.evidence >= LEAST)?;
        Some(Identified { how: "shortest register", ..found })
    });
    found.min_by_key(|found| found.errors + found.from)
}

/// The register of the first `look` bits with the most evidence, of those too long for the checker.
pub(super) fn long(plain: &[Plain], look: usize) -> Option<Identified> {
    let found = plain.iter().filter_map(|plain| {
        let c = Poly::shortest_register(&plain.words, look);
        let spare = look.checked_sub(2 * c.degree()?)?;
        if (spare as f64) < LEAST_LONG { None } else { run(plain, &c) }
    });
    found.max_by(|a, b| a.evidence.total_cmp(&b.evidence))
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

/// A register of any length, run over all bits.
fn run(Plain { reading, words, count }: &Plain, c: &Poly) -> Option<Identified> {
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
        let evidence = evidence::evidence(*count as u64, errors, 2.0 * n as f64);
        (evidence >= LEAST_LONG).then_some(Identified {
            characteristic,
            inverted,
            reading: *reading,
            state: Some(state),
            from: 0,
            slips: 0,
            compared: *count as u64,
            errors,
            how: "shortest register",
            evidence,
        })
    });
    found.min_by_key(|found| found.errors)
}
