//! [`Structure`]: the factors of a characteristic polynomial, their orders, and every cycle length with its count.

use alloc::{collections::BTreeMap, vec, vec::Vec};
use core::fmt;

use super::{BigUint, Order, Representatives, lcm, order_of_irreducible, power_of_two};
use crate::{
    poly::Poly,
    register::{AnyRegister, Form},
};

/// More different periods than this are not listed.
pub const MAX_PERIODS: usize = 1 << 16;

/// One irreducible factor of a characteristic polynomial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factor {
    /// The irreducible polynomial.
    pub poly: Poly,
    /// How often it divides, at least once.
    pub multiplicity: u32,
    /// The order of x modulo `poly`; `None` for the factor x.
    pub order: Option<Order>,
}

/// All cycles of one length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycles {
    /// Steps from a state back to itself.
    pub period: BigUint,
    /// The number of cycles of this length.
    pub count: BigUint,
}

/// Why a question has no exact answer here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unanswered {
    /// The order of x modulo this irreducible factor is only bounded: 2^d - 1 is not factored.
    OrderNotProven {
        /// The factor.
        factor: Poly,
        /// What is proven.
        order: Order,
    },
    /// There are more than [`MAX_PERIODS`] different periods.
    TooManyPeriods,
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OrderNotProven { factor, order } => {
                let degree = factor.degree().unwrap_or(0);
                write!(
                    f,
                    "the order of a factor of degree {degree} is not proven (the factors of 2^{degree}-1 are not all known): "
                )?;
                write!(f, "{order}")
            }
            Self::TooManyPeriods => write!(f, "more than {MAX_PERIODS} different periods"),
        }
    }
}

impl core::error::Error for Unanswered {}

/// Everything that follows from the factors of a characteristic polynomial c = x^k g, g(0) = 1.
#[derive(Debug, Clone)]
pub struct Structure {
    register: AnyRegister,
    factors: Vec<Factor>,
    order: Order,
}

impl AnyRegister {
    /// Factors the characteristic polynomial and finds the orders: see [`Structure::new`].
    #[must_use]
    pub fn structure(&self) -> Structure {
        Structure::new(self.clone())
    }

    /// Every cycle length with the number of cycles, ascending: see [`Structure::cycles`].
    ///
    /// # Errors
    /// As [`Structure::cycles`].
    pub fn cycles(&self) -> Result<Vec<Cycles>, Unanswered> {
        self.structure().cycles()
    }
}

impl Structure {
    /// Factors the characteristic polynomial of `register` and finds the orders.
    ///
    /// Milliseconds for degrees in the thousands.
    #[must_use]
    pub fn new(register: AnyRegister) -> Self {
        let mut order = Order::one();
        let mut highest = 1;
        let factor =
            |(poly, multiplicity): (Poly, u32)| Factor { order: order_of_irreducible(&poly), poly, multiplicity };
        let factors: Vec<Factor> = register.characteristic().factor().into_iter().map(factor).collect();
        for factor in &factors {
            if let Some(of_factor) = &factor.order {
                order = order.lcm(of_factor);
                highest = highest.max(factor.multiplicity);
            }
        }
        Self { order: order.doubled(log2_ceil(highest)), register, factors }
    }

    /// Of which register.
    #[must_use]
    pub fn register(&self) -> &AnyRegister {
        &self.register
    }

    /// The irreducible factors in ascending order, x included.
    #[must_use]
    pub fn factors(&self) -> &[Factor] {
        &self.factors
    }

    /// The order of x modulo g, which is the longest period without complemented feedback.
    #[must_use]
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// k, where c = x^k g: the longest preperiod; 0 if the map is a permutation.
    #[must_use]
    pub fn max_preperiod(&self) -> usize {
        self.register.singularity()
    }

    /// Whether c is irreducible.
    #[must_use]
    pub fn is_irreducible(&self) -> bool {
        matches!(&*self.factors, [Factor { multiplicity: 1, .. }])
    }

    /// Whether c is primitive; `None` if that is not proven either way.
    #[must_use]
    pub fn is_primitive(&self) -> Option<bool> {
        if !self.is_irreducible() || self.register.is_singular() {
            return Some(false);
        }
        let full = power_of_two(self.register.degree()) - 1u32;
        match self.order.exact() {
            Some(order) => Some(*order == full),
            // The bound from above is a proof too.
            None if *self.order.divides() != full => Some(false),
            None => None,
        }
    }

    /// 2^n.
    #[must_use]
    pub fn states(&self) -> BigUint {
        power_of_two(self.register.degree())
    }

    /// 2^(n-k), the number of states that lie on a cycle.
    #[must_use]
    pub fn cyclic_states(&self) -> BigUint {
        power_of_two(self.register.degree() - self.register.singularity())
    }

    /// Every cycle length with the number of cycles, ascending.
    ///
    /// The states annihilated by p^j and by no smaller power number 2^(dj) - 2^(d(j-1)) and have period e 2^ceil(log2 j), for p
    /// irreducible of degree d and order e; coprime parts multiply, periods by their least common multiple. The form does not
    /// matter, except that Fibonacci XNOR feedback adds the constant 1 to the recurrence: its sequences are those of (x+1) c that
    /// are none of c. (Galois XNOR complements the states, which moves no cycle.)
    ///
    /// # Errors
    /// If an order is not proven, or there are more than about [`MAX_PERIODS`] periods.
    pub fn cycles(&self) -> Result<Vec<Cycles>, Unanswered> {
        // period -> states with that period
        let mut states = BTreeMap::from([(BigUint::from(1u32), BigUint::from(1u32))]);
        let mut work = 0usize;
        for component in self.components()? {
            let part = component.periods();
            // Most products are of a new period; where they are not, so many would still take too long.
            work = states.len().saturating_mul(part.len()).saturating_add(work);
            if work > 4 * MAX_PERIODS {
                return Err(Unanswered::TooManyPeriods);
            }
            let mut product = BTreeMap::new();
            for (p, a) in &states {
                for (q, b) in &part {
                    *product.entry(lcm(p, q)).or_insert(BigUint::ZERO) += a * b;
                    if product.len() > MAX_PERIODS {
                        return Err(Unanswered::TooManyPeriods);
                    }
                }
            }
            states = product;
        }
        Ok(states.into_iter().map(|(period, states)| Cycles { count: states / &period, period }).collect())
    }

    /// A state on every cycle, one after the other, each found when asked for.
    ///
    /// # Errors
    /// If an order is not proven.
    pub fn representatives(&self) -> Result<Representatives, Unanswered> {
        let components = self.components()?;
        Ok(Representatives::new(self.register.clone(), components))
    }

    /// The primary parts of the space of all periodic sequences.
    fn components(&self) -> Result<Vec<Component>, Unanswered> {
        let mut components = Vec::new();
        // Of the part that x + 1 has in (x + 1) c, the sequences of the highest annihilator are those outside c.
        let mut affine = (self.register.xnor() && self.register.form() == Form::Fibonacci).then(|| Component {
            prime: Poly::from_u128(3),
            order: BigUint::from(1u32),
            powers: vec![1],
        });
        for factor in &self.factors {
            let Some(order) = &factor.order else { continue };
            let Some(exact) = order.exact() else {
                return Err(Unanswered::OrderNotProven { factor: factor.poly.clone(), order: order.clone() });
            };
            if let Some(affine) = affine.as_mut().filter(|affine| affine.prime == factor.poly) {
                affine.powers = vec![factor.multiplicity.saturating_add(1)];
            } else {
                let powers = (0..=factor.multiplicity).collect();
                components.push(Component { prime: factor.poly.clone(), order: exact.clone(), powers });
            }
        }
        components.extend(affine);
        Ok(components)
    }
}

/// The sequences annihilated by a power of one irreducible polynomial.
#[derive(Debug, Clone)]
pub(super) struct Component {
    pub(super) prime: Poly,
    /// Of x modulo `prime`.
    pub(super) order: BigUint,
    /// The exponents that occur: 0 for the zero sequence, else those of the exact annihilator; ascending.
    pub(super) powers: Vec<u32>,
}

impl Component {
    /// The period of a sequence annihilated by the `j`-th power and no smaller one.
    pub(super) fn period(&self, j: u32) -> BigUint {
        if j == 0 { BigUint::from(1u32) } else { &self.order << log2_ceil(j) }
    }

    /// period -> number of sequences.
    fn periods(&self) -> BTreeMap<BigUint, BigUint> {
        let degree = self.prime.degree().unwrap_or(0);
        let mut states = BTreeMap::new();
        let (Some(&first), Some(&last)) = (self.powers.first(), self.powers.last()) else { return states };
        // All sequences annihilated by power j number 2^(d j); the period changes only behind a power of two.
        let mut below = if first == 0 { BigUint::ZERO } else { power_of_two(degree * (first - 1) as usize) };
        let mut j = first;
        while j <= last {
            let end = if j == 0 { 0 } else { j.checked_next_power_of_two().unwrap_or(last).min(last) };
            let up_to = power_of_two(degree * end as usize);
            *states.entry(self.period(j)).or_insert(BigUint::ZERO) += &up_to - &below;
            below = up_to;
            j = end + 1;
        }
        states
    }
}

/// The least k with 2^k >= j, for j >= 1.
pub(super) fn log2_ceil(j: u32) -> u32 {
    j.checked_sub(1).map_or(0, |less| u32::BITS - less.leading_zeros())
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;
    use crate::register::Register;

    /// period -> count by running the register, and the longest preperiod.
    fn brute_force(register: &Register) -> (Vec<Cycles>, usize, Vec<u64>) {
        let size = register.state_mask() as usize + 1;
        let mut period = vec![0u64; size];
        let mut counts = BTreeMap::new();
        // The states on cycles are the image after n steps.
        for start in 0..size as u64 {
            let core = (0..register.degree()).fold(start, |state, _| register.step(state));
            if period[core as usize] != 0 {
                continue;
            }
            let (mut state, mut steps) = (register.step(core), 1u64);
            while state != core {
                state = register.step(state);
                steps += 1;
            }
            *counts.entry(steps).or_insert(0u64) += 1;
            for _ in 0..steps {
                period[state as usize] = steps;
                state = register.step(state);
            }
        }
        let preperiod = |start: usize| {
            let (mut state, mut steps) = (start as u64, 0);
            while period[state as usize] == 0 {
                state = register.step(state);
                steps += 1;
            }
            steps
        };
        let longest = (0..size).map(preperiod).max().unwrap_or(0);
        let list = counts.into_iter().map(|(period, count)| Cycles { period: period.into(), count: count.into() });
        (list.collect(), longest, period)
    }

    #[test]
    #[cfg_attr(miri, ignore = "8,000 registers")]
    fn every_register_of_degree_up_to_10_against_its_state_graph() {
        for c in 2..1u128 << 11 {
            for form in [Form::Fibonacci, Form::Galois] {
                for xnor in [false, true] {
                    let register = Register::from_characteristic(c).unwrap().with_form(form).with_xnor(xnor);
                    let structure = AnyRegister::from(register).structure();
                    let (cycles, preperiod, period_of) = brute_force(&register);
                    assert_eq!(structure.cycles().unwrap(), cycles, "{register:?}");
                    assert_eq!(structure.max_preperiod(), preperiod, "{register:?}");
                    // One representative for each cycle, of the period it claims.
                    let mut seen = vec![false; period_of.len()];
                    let mut count = 0u64;
                    for representative in structure.representatives().unwrap() {
                        let start = representative.state.to_u128().unwrap() as u64;
                        assert!(!seen[start as usize], "{register:?}: two representatives on the cycle of {start:#x}");
                        assert_eq!(representative.period, period_of[start as usize].into(), "{register:?} {start:#x}");
                        let mut state = start;
                        while !seen[state as usize] {
                            seen[state as usize] = true;
                            state = register.step(state);
                        }
                        count += 1;
                    }
                    let total = cycles.iter().fold(BigUint::ZERO, |sum, cycles| sum + &cycles.count);
                    assert_eq!(BigUint::from(count), total, "{register:?}");
                }
            }
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "65,536 states each")]
    fn random_registers_of_degree_11_to_16_against_their_state_graphs() {
        let mut noise = crate::poly::tests::Noise(75);
        for round in 0..60 {
            let c = noise.poly(11 + round % 6).to_u128().unwrap();
            let register = Register::from_characteristic(c).unwrap().with_xnor(round % 2 == 1);
            let (cycles, preperiod, _) = brute_force(&register);
            let structure = AnyRegister::from(register).structure();
            assert_eq!(structure.cycles().unwrap(), cycles, "{register:?}");
            assert_eq!(structure.max_preperiod(), preperiod);
        }
    }

    #[test]
    fn states_are_conserved() {
        for c in [
            Poly::from_exponents([4096, 0]),
            Poly::from_exponents(0..=4095),
            Poly::from_exponents([1279, 216, 0]),
            &Poly::from_exponents([127, 1, 0]).pow(5) * &Poly::from_exponents([89, 38, 0]).pow(2),
            &Poly::from_exponents([500, 3, 0]).pow(3) * &Poly::monomial(500),
        ] {
            for xnor in [false, true] {
                let structure = AnyRegister::from_characteristic(c.clone()).unwrap().with_xnor(xnor).structure();
                let cycles = match structure.cycles() {
                    Ok(cycles) => cycles,
                    Err(Unanswered::OrderNotProven { order, .. }) => {
                        assert_eq!(order.exact(), None);
                        continue;
                    }
                    Err(other) => panic!("{other}"),
                };
                let sum = cycles.iter().fold(BigUint::ZERO, |sum, cycles| sum + &cycles.period * &cycles.count);
                assert_eq!(sum, structure.cyclic_states(), "{c}");
            }
        }
    }

    #[test]
    fn contract_examples() {
        let list = |c: u128| -> Vec<_> {
            let cycles = AnyRegister::from_characteristic(Poly::from_u128(c)).unwrap().cycles().unwrap();
            cycles.iter().map(|cycles| (cycles.period.to_string(), cycles.count.to_string())).collect()
        };
        let expected =
            |pairs: &[(u32, u32)]| -> Vec<_> { pairs.iter().map(|(p, c)| (p.to_string(), c.to_string())).collect() };
        assert_eq!(list(0b1_1001), expected(&[(1, 1), (15, 1)]));
        assert_eq!(list(0b1110), expected(&[(1, 1), (3, 1)]));
        assert_eq!(list(0b1_1011), expected(&[(1, 2), (2, 1), (3, 2), (6, 1)]));
    }
}
