//! The cycles of the smaller register: by single steps, as images of one, or by the other engines.

use std::time::Instant;

use lfsr_core::{
    cycle::Quotient,
    gf2,
    leap::Leap,
    notation::Polynomial,
    register::{Form, Register},
};

use crate::{
    analysis::{
        engine::run::Run,
        error::Error,
        map::Cycle,
        plan::{MOST_STEPPED_BITS, has_images},
    },
    sched::{RunStats, WorkerStats},
};

/// The cycles of the smaller register.
pub(super) struct Bases {
    /// Those of one period together; of each any state.
    pub(super) cycles: Vec<Cycle>,
    /// Whether they are all.
    pub(super) all: bool,
    /// What it took; states of the smaller register are not counted.
    pub(super) stats: RunStats,
    /// How they were found, where that needs a word.
    pub(super) proof: Option<String>,
}

/// Finds them in the way that the plan has reckoned with.
pub(super) fn bases(run: &Run<'_>, quotient: &Quotient) -> Result<Bases, Error> {
    let begun = Instant::now();
    let base = quotient.base();
    let (mut all, mut stats, mut proof) = (true, RunStats::default(), None);
    let mut cycles = if let Some(images) = Images::new(base) {
        let cycles = images.cycles();
        proof = Some(format!(
            "the {} cycles of {} are images of one: multiplying by {} steps with them, and leads to all",
            cycles.len() - 1,
            Polynomial(base.characteristic()),
            Polynomial(images.multiplier),
        ));
        cycles
    } else if base.degree() <= MOST_STEPPED_BITS {
        stepped(base)
    } else {
        let map = run.smaller(base)?;
        (all, stats) = (!map.partial, map.stats);
        map.leaders.unwrap_or_default()
    };
    cycles.sort_by_key(|cycle| cycle.period);
    stats.workers.iter_mut().for_each(|worker| worker.states = 0);
    stats.workers.resize(stats.workers.len().max(1), WorkerStats::default());
    stats.add_alone(begun.elapsed().saturating_sub(stats.wall));
    Ok(Bases { cycles, all, stats, proof })
}

/// By single steps.
pub(super) fn stepped(register: &Register) -> Vec<Cycle> {
    let mut seen = vec![0u64; (register.state_mask() as usize + 1).div_ceil(64)];
    let mut cycles = vec![];
    for leader in 0..=register.state_mask() {
        let (mut state, mut period) = (leader, 0);
        while seen[state as usize / 64] >> (state % 64) & 1 == 0 {
            seen[state as usize / 64] |= 1 << (state % 64);
            state = register.step(state);
            period += 1;
        }
        if period > 0 {
            cycles.push(Cycle { leader, period });
        }
    }
    cycles
}

/// The cycles of a register of an irreducible polynomial, each the image of the one before.
///
/// The state space is a field of 2^d elements, in which a step is multiplication by x, of order p: all cycles but that of 0 have the same
/// length. Multiplying by another element steps with them, so it takes cycles to cycles. It leads through all (2^d - 1) / p of them if
/// its order in the group modulo the powers of x is their number; that is decided by one power for each prime of that number. (R. Lidl and
/// H. Niederreiter, "Finite Fields", chapter 8.)
struct Images {
    plain: Register,
    /// The element that multiplies, as a polynomial in x.
    multiplier: u128,
    period: u64,
    /// The state that is its own cycle: 0, or with XNOR the one that stands for it.
    fixed: u64,
}

impl Images {
    /// `None` if the polynomial is not irreducible, or single steps are as quick.
    fn new(register: &Register) -> Option<Self> {
        if !has_images(register) {
            return None;
        }
        let c = register.characteristic();
        let period = gf2::order_of_irreducible(c)?;
        let multiplier = (2..1 << 16).find(|&element| leads_through_all(element, c, period))?;
        let fixed = [0, register.state_mask()].into_iter().find(|&state| register.step(state) == state)?;
        let plain = register.with_xnor(false).with_form(Form::Fibonacci);
        Some(Self { plain, multiplier, period: u64::try_from(period).ok()?, fixed })
    }

    /// The fixed state, then one state of each cycle.
    fn cycles(&self) -> Vec<Cycle> {
        let mut cycles = vec![Cycle { leader: self.fixed, period: 1 }];
        let leap = Leap::new(&self.plain);
        let mut state = 1;
        for _ in 0..self.plain.state_mask() / self.period {
            cycles.push(Cycle { leader: state ^ self.fixed, period: self.period });
            state = self.multiplied(&leap, state);
        }
        cycles
    }

    /// The sum of the states so many steps ahead as the multiplier has powers of x.
    fn multiplied(&self, leap: &Leap, state: u64) -> u64 {
        // A state and 16 steps beyond it fit a word.
        let (sequence, _) = leap.word(state);
        let powers = (0..self.multiplier.ilog2() + 1).filter(|i| self.multiplier >> i & 1 == 1);
        powers.fold(0, |sum, i| sum ^ sequence >> i) & self.plain.state_mask()
    }
}

/// Whether the powers of `element` modulo the irreducible `c`, times powers of x (of order `period`), are all elements but 0.
fn leads_through_all(element: u128, c: u128, period: u128) -> bool {
    let degree = gf2::degree(c).unwrap_or(0);
    let group = (1 << degree) - 1;
    // It is so unless the index of the smallest group that holds both has a prime in common with the number of cycles.
    gf2::mersenne_primes(degree)
        .map(u128::from)
        .filter(|prime| (group / period).is_multiple_of(*prime))
        .all(|prime| gf2::pow_mod(element, group / prime, c) != 1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The smallest state and the length of the cycle of a state.
    fn cycle(register: &Register, state: u64) -> (u64, u64) {
        let (mut at, mut least, mut period) = (register.step(state), state, 1);
        while at != state {
            (least, at, period) = (least.min(at), register.step(at), period + 1);
        }
        (least, period)
    }

    /// They are the cycles that single steps find, each once: all irreducible polynomials of degree 17 with few terms, and those of
    /// higher degrees whose cycles are many.
    #[test]
    fn images_are_all_cycles() {
        let few = (1..17).flat_map(|i| (1..i).map(move |j| 1u128 << 17 | 1 << i | 1 << j | 1));
        // Palindromes of degree 20: their orders divide 2^10 + 1.
        let many = (0..1u128 << 9).map(|half| {
            let low = 1 | half << 1 | 1 << 10;
            (0..10).fold(1 << 20 | low, |c, i| c | (low >> i & 1) << (20 - i))
        });
        let mut tried = 0;
        for c in few.take(60).chain(many).filter(|&c| gf2::is_irreducible(c)) {
            for xnor in [false, true] {
                let register = Register::from_characteristic(c).unwrap().with_xnor(xnor);
                let images = Images::new(&register).unwrap();
                let all: BTreeSet<(u64, u64)> =
                    images.cycles().iter().map(|found| cycle(&register, found.leader)).collect();
                let stepped: BTreeSet<(u64, u64)> =
                    stepped(&register).iter().map(|found| (found.leader, found.period)).collect();
                assert_eq!(all, stepped, "{c:#x}, XNOR {xnor}");
                assert_eq!(images.cycles().len(), stepped.len());
                tried += u32::from(stepped.len() > 1000);
            }
        }
        assert!(tried > 20, "{tried}");
    }

    /// A multiplier that does not lead to all cycles is none; nor has a polynomial images that is not irreducible.
    #[test]
    fn wrong_multipliers_are_refused() {
        // Of order 1025: 1023 cycles of that length, 3 * 11 * 31.
        let c = (1u128 << 19..1 << 21).find(|&c| gf2::is_irreducible(c) && gf2::order(c) == Some(1025)).unwrap();
        assert!(!leads_through_all(2, c, 1025), "x leads nowhere");
        let all = (2..1 << 12).find(|&element| leads_through_all(element, c, 1025)).unwrap();
        for prime in [3, 11, 31] {
            assert!(!leads_through_all(gf2::pow_mod(all, prime, c), c, 1025), "the power by {prime} leads to a part");
        }
        assert!(leads_through_all(gf2::pow_mod(all, 2, c), c, 1025));
        let register = |c| Register::from_characteristic(c).unwrap();
        assert!(Images::new(&register(1 << 18 | 1)).is_none());
        assert!(Images::new(&register(0b10011)).is_none(), "single steps are as quick");
    }
}
