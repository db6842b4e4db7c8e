//! A state on every cycle, listed lazily.
//!
//! The periodic sequences of a register form the module F2\[x\]/(g) over the shift: the sequence of `a` is the expansion of a/g in
//! 1/x, and a step multiplies `a` by x. So cycles are orbits of multiplication by x. By partial fractions a/g is a sum of b/p^j with
//! b a unit modulo p^j, and
//!
//! * the units modulo p^j, up to powers of x, are c^i v: c generates the units of the field modulo p up to powers of x, and v runs
//!   over the one-units 1 + p v1 + p^2 v2 + ... with one bit of each of v1, v2, v4, v8, ... fixed, which divides out the powers of
//!   h = x^order = 1 + p u + ... (h^(2^s) = 1 + p^(2^s) u^(2^s) + ..., and u is not 0 modulo p);
//! * orbits of lengths r and s combine to gcd(r, s) orbits of length lcm(r, s), told apart by shifting the second one.
//!
//! This is the task solved by Chang, Ezerman, Ling & Wang (arXiv:1612.07928); the transversal by one-units is derived here.

use alloc::{vec, vec::Vec};

use super::{
    BigUint, gcd, lcm, mersenne_factors, power_of_two,
    structure::{Component, log2_ceil},
};
use crate::{
    poly::{Modulus, Poly},
    register::{AnyRegister, Form},
};

/// A state on a cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Representative {
    /// The state, bit j of the integer = coefficient of x^j; not in general the smallest of its cycle.
    pub state: Poly,
    /// The length of its cycle.
    pub period: BigUint,
}

/// Iterator over one state of each cycle, of all cycles; see [`Structure::representatives`](super::Structure::representatives).
#[derive(Debug, Clone)]
pub struct Representatives {
    register: AnyRegister,
    components: Vec<Component>,
    /// Which power of each component, as an index into its `powers`; `None` when all are done.
    choice: Option<Vec<usize>>,
    class: Class,
    /// Cycles of the class already given.
    index: BigUint,
}

/// All sequences with one annihilator.
#[derive(Debug, Clone, Default)]
struct Class {
    annihilator: Poly,
    period: BigUint,
    count: BigUint,
    parts: Vec<Part>,
}

/// The share of one component in the sequences of a class.
#[derive(Debug, Clone)]
struct Part {
    prime: Poly,
    j: u32,
    /// Modulo prime^j.
    modulus: Modulus,
    /// The annihilator of the class divided by prime^j.
    others: Poly,
    /// Powers of this are units in different classes up to powers of x.
    coset: Poly,
    cosets: BigUint,
    /// For s = 0, 1, ...: which bit of digit 2^s of a one-unit is fixed to 0.
    fixed: Vec<usize>,
    /// Bits of a one-unit that are free.
    free: usize,
    /// Shifts against the components before.
    shifts: BigUint,
}

impl Representatives {
    pub(super) fn new(register: AnyRegister, components: Vec<Component>) -> Self {
        let choice = vec![0; components.len()];
        let class = Class::new(&components, &choice);
        Self { register, components, choice: Some(choice), class, index: BigUint::ZERO }
    }

    /// The next combination of powers, the first component fastest.
    fn next_class(&mut self) {
        let Some(choice) = &mut self.choice else { return };
        self.index = BigUint::ZERO;
        for (digit, component) in choice.iter_mut().zip(&self.components) {
            *digit += 1;
            if *digit < component.powers.len() {
                self.class = Class::new(&self.components, choice);
                return;
            }
            *digit = 0;
        }
        self.choice = None;
    }

    /// The state from the numerator of the sequence: the first n terms of its expansion in 1/x.
    fn state(&self, numerator: &Poly) -> Poly {
        let n = self.register.degree();
        let quotient =
            (numerator << n).divrem(&self.class.annihilator).map_or_else(Poly::zero, |(quotient, _)| quotient);
        // Term j of the sequence is the coefficient of x^(n-1-j).
        let window = &quotient.reciprocal() << (n - 1).saturating_sub(quotient.degree().unwrap_or(0));
        match self.register.form() {
            Form::Fibonacci => window,
            // XNOR gates complement states and output: the plain register's sequence is meant here.
            Form::Galois => self.register.state_from_output(&(&window + &self.register.flip())),
        }
    }
}

impl Iterator for Representatives {
    type Item = Representative;

    fn next(&mut self) -> Option<Representative> {
        self.choice.as_ref()?;
        let numerator = self.class.numerator(&self.index);
        let found = Representative { state: self.state(&numerator), period: self.class.period.clone() };
        self.index += 1u32;
        if self.index >= self.class.count {
            self.next_class();
        }
        Some(found)
    }
}

impl Class {
    fn new(components: &[Component], choice: &[usize]) -> Self {
        let mut class = Self {
            annihilator: Poly::one(),
            period: BigUint::from(1u32),
            count: BigUint::from(1u32),
            parts: Vec::new(),
        };
        let chosen = || components.iter().zip(choice).map(|(c, i)| (c, c.powers.get(*i).copied().unwrap_or(0)));
        for (component, j) in chosen() {
            class.annihilator = &class.annihilator * &component.prime.pow(j);
        }
        for (component, j) in chosen() {
            let power = component.prime.pow(j);
            // The zero sequence is one, and adds nothing.
            let Some(modulus) = Modulus::new(&power) else { continue };
            let period = component.period(j);
            let shifts = gcd(&class.period, &period);
            class.period = lcm(&class.period, &period);
            let others = class.annihilator.div_exact(&power).unwrap_or_default();
            let part = Part::new(component, j, modulus, others, shifts);
            class.count *= (&part.cosets * &part.shifts) << part.free;
            class.parts.push(part);
        }
        class
    }

    /// Of the sequence number `index` < count, over the annihilator.
    fn numerator(&self, index: &BigUint) -> Poly {
        let mut rest = index.clone();
        let mut digit = |radix: &BigUint| {
            let digit = &rest % radix;
            rest /= radix;
            digit
        };
        let mut sum = Poly::zero();
        for part in &self.parts {
            let (coset, shift) = (digit(&part.cosets), digit(&part.shifts));
            let unit = part.one_unit(&digit(&power_of_two(part.free)));
            let unit = part.modulus.mul(&unit, &part.modulus.pow(&part.coset, &coset));
            let unit = part.modulus.mul(&unit, &part.modulus.pow_x(&shift));
            sum += &(&unit * &part.others);
        }
        sum
    }
}

impl Part {
    fn new(component: &Component, j: u32, modulus: Modulus, others: Poly, shifts: BigUint) -> Self {
        let prime = &component.prime;
        let degree = prime.degree().unwrap_or(1);
        let cosets = (power_of_two(degree) - 1u32) / &component.order;
        let fixed = fixed_bits(component, j);
        Self {
            coset: coset_generator(component, &cosets),
            cosets,
            free: degree * (j as usize - 1) - fixed.len(),
            fixed,
            shifts,
            others,
            modulus,
            j,
            prime: prime.clone(),
        }
    }

    /// 1 + p v1 + p^2 v2 + ... modulo p^j, the free bits of the digits taken from `bits`.
    fn one_unit(&self, bits: &BigUint) -> Poly {
        let degree = self.prime.degree().unwrap_or(1);
        let mut next = 0;
        let mut digits = Vec::with_capacity(self.j as usize - 1);
        for k in 1..self.j {
            let fixed = k.is_power_of_two().then(|| self.fixed.get(k.ilog2() as usize)).flatten();
            digits.push(Poly::from_exponents((0..degree).filter(|i| {
                if Some(i) == fixed {
                    return false;
                }
                next += 1;
                bits.bit(next - 1)
            })));
        }
        let highest_first = digits.into_iter().rev();
        let sum = highest_first.fold(Poly::zero(), |sum, digit| &(&sum * &self.prime) + &digit);
        &(&sum * &self.prime) + &Poly::one()
    }
}

/// For each s with 2^s < j: a bit that is set in u^(2^s) modulo p, where x^order = 1 + p u modulo p^2.
fn fixed_bits(component: &Component, j: u32) -> Vec<usize> {
    let prime = &component.prime;
    let (Some(modulus), Some(square)) = (Modulus::new(prime), Modulus::new(&prime.square())) else { return Vec::new() };
    let h = &square.pow_x(&component.order) + &Poly::one();
    let mut u = modulus.reduce(&h.div_exact(prime).unwrap_or_default());
    let mut fixed = Vec::new();
    for _ in 0..log2_ceil(j) {
        fixed.push(u.trailing_zeros());
        u = modulus.square(&u);
    }
    fixed
}

/// A unit of the field modulo p whose powers meet every class of units up to powers of x.
fn coset_generator(component: &Component, cosets: &BigUint) -> Poly {
    let one = BigUint::from(1u32);
    let degree = component.prime.degree().unwrap_or(1);
    let Some(modulus) = Modulus::new(&component.prime).filter(|_| *cosets > one) else { return Poly::one() };
    // The classes form a cyclic group of order `cosets`, whose primes divide 2^d - 1 and are known, as the order is.
    let primes: Vec<BigUint> =
        mersenne_factors(degree).primes.into_iter().filter(|prime| cosets % prime == BigUint::ZERO).collect();
    let full = power_of_two(degree) - 1u32;
    let generates = |candidate: &Poly| primes.iter().all(|prime| !modulus.pow(candidate, &(&full / prime)).is_one());
    // a^((2^d-1)/q) = (a^(cosets/q))^order is 1 iff a^(cosets/q) is a power of x. Half or more of small polynomials will do.
    (3u128..).step_by(2).map(Poly::from_u128).find(generates).unwrap_or_else(Poly::one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poly::tests::Noise;

    /// The Fibonacci state after `steps`: s\[j\] becomes the sum of s\[i\] over the terms x^i of x^(steps + j) modulo c.
    fn jump(c: &Poly, state: &Poly, steps: &BigUint) -> Poly {
        let modulus = Modulus::new(c).unwrap();
        let mut power = modulus.pow_x(steps);
        Poly::from_exponents((0..modulus.degree()).filter(|_| {
            let bit = power.exponents().filter(|i| state.coefficient(*i)).count() % 2 == 1;
            power = modulus.reduce(&(&power << 1));
            bit
        }))
    }

    #[test]
    fn periods_of_wide_registers() {
        let mut noise = Noise(71);
        for round in 0..12 {
            let mut c = Poly::one();
            for _ in 0..3 {
                let part = &(&noise.poly(3 + noise.0 as usize % 20) << 1) + &Poly::one();
                c = &c * &part.pow(1 + noise.0 as u32 % 4);
            }
            let register = AnyRegister::from_characteristic(c.clone()).unwrap();
            for (i, found) in register.structure().representatives().unwrap().take(40).enumerate() {
                assert_eq!(jump(&c, &found.state, &found.period), found.state, "{c}, number {i}");
                for prime in (2..1000u32).filter(|p| &found.period % p == BigUint::ZERO) {
                    if (2..prime).all(|d| prime % d != 0) {
                        assert_ne!(jump(&c, &found.state, &(&found.period / prime)), found.state, "{c}, number {i}");
                    }
                }
                // The Galois state of the same place in the list has the same output.
                if round == 0 {
                    let galois = register.clone().with_form(Form::Galois).structure();
                    let same = galois.representatives().unwrap().nth(i).unwrap();
                    assert_eq!(register.state_in(Form::Galois, &found.state), Some(same.state));
                    assert_eq!(same.period, found.period);
                }
            }
        }
    }

    #[test]
    fn as_many_as_there_are_cycles() {
        let mut noise = Noise(73);
        for _ in 0..40 {
            let c = &noise.poly(9).pow(1 + noise.0 as u32 % 2) * &Poly::from_u128(0b101);
            for xnor in [false, true] {
                let structure = AnyRegister::from_characteristic(c.clone()).unwrap().with_xnor(xnor).structure();
                let expected = structure.cycles().unwrap();
                let total = expected.iter().fold(BigUint::ZERO, |sum, cycles| sum + &cycles.count);
                if total > BigUint::from(3000u32) {
                    continue;
                }
                let mut counts = alloc::collections::BTreeMap::new();
                for found in structure.representatives().unwrap() {
                    *counts.entry(found.period).or_insert(BigUint::ZERO) += 1u32;
                }
                assert!(expected.iter().map(|cycles| (&cycles.period, &cycles.count)).eq(&counts), "{c}");
            }
        }
    }
}
