//! [`AnyRegister::index`]: how many steps from one state to another, the discrete logarithm.
//!
//! States are residues A modulo c ([`Residues`]); common factors of A and c go out; the rest is x^N = u modulo the product of powers of
//! irreducible p. Modulo p, Pohlig and Hellman's method (1978) for each prime of the order of x: baby steps and giant steps (Shanks 1971) for
//! primes up to 2^44, index calculus above ([`super::calculus`]); modulo p^e a power of two more, bit by bit. Then the Chinese remainder theorem.

use alloc::{vec, vec::Vec};
use core::fmt;

use super::{BigUint, calculus, gcd, lcm, mersenne_factors, order_of_irreducible, residues::Residues};
use crate::{
    gf2,
    poly::{Modulus, Poly},
    register::AnyRegister,
    sums::fill_sums,
};

/// The number of steps from one state to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// The least number.
    pub steps: BigUint,
    /// After so many more steps the state comes again; `None` if it is on no cycle.
    pub period: Option<BigUint>,
}

/// Why there is no answer, not even "no".
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoIndex {
    /// An irreducible factor of this degree: 127 is the largest.
    TooWide(usize),
    /// The order of x modulo a factor of this degree is not known.
    UnknownOrder(usize),
    /// A prime of the order has so many bits that no method here is fast enough.
    HardPrime(u64),
}

impl fmt::Display for NoIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooWide(degree) => write!(f, "an irreducible factor of degree {degree}; 127 is the largest"),
            Self::UnknownOrder(degree) => write!(f, "the factors of 2^{degree}-1 are not all known"),
            Self::HardPrime(bits) => {
                write!(f, "the order has a prime of {bits} bits; beyond degree 64 up to 44 bits can be done")
            }
        }
    }
}

impl core::error::Error for NoIndex {}

/// The largest prime for baby steps and giant steps: 2^22 table entries of 32 bytes.
const LARGEST_SMALL: u64 = 1 << 44;

impl AnyRegister {
    /// The number of steps from state `from` to state `to`, or `Ok(None)` if `to` is never reached.
    ///
    /// Any register whose characteristic polynomial has irreducible factors of degree <= 64: reducible, repeated, singular, complemented; beyond, up
    /// to 127, if the order is made of primes below 2^44.
    ///
    /// # Errors
    /// If the answer is out of reach: see [`NoIndex`].
    ///
    /// # Complexity
    /// O(sqrt q) products for the largest prime q <= 2^44 of the order; about a second for 2^61 - 1.
    pub fn index(&self, from: &Poly, to: &Poly) -> Result<Option<Index>, NoIndex> {
        let residues = Residues::new(self);
        let (mut a, b) = (residues.of(from), residues.of(to));
        // The transient part, on foot.
        let k = residues.modulus.poly().trailing_zeros();
        let mut walked = 0u64;
        for _ in 0..k {
            if a == b {
                break;
            }
            a = residues.modulus.mul(&a, &Poly::x());
            walked += 1;
        }
        let on_cycle = |residue: &Poly| residue.trailing_zeros() >= k || residue.is_zero();
        if a == b && !on_cycle(&a) {
            return Ok(Some(Index { steps: walked.into(), period: None }));
        }
        if !on_cycle(&b) || !on_cycle(&a) {
            return Ok(None);
        }
        let (a, b, g) = (&a >> k, &b >> k, residues.modulus.poly() >> k);
        let common = a.gcd(&g);
        if b.gcd(&g) != common {
            return Ok(None);
        }
        let reduced = |poly: &Poly| poly.div_exact(&common).unwrap_or_else(Poly::zero);
        let h = reduced(&g);
        let (mut steps, mut period) = (BigUint::ZERO, BigUint::from(1u32));
        if let Some(modulus) = Modulus::new(&h) {
            let (a, b) = (modulus.reduce(&reduced(&a)), modulus.reduce(&reduced(&b)));
            let Some(inverse) = modulus.inverse(&a) else { return Ok(None) };
            let u = modulus.mul(&b, &inverse);
            let factors = h.factor();
            // The orders first: they tell what is possible, and cost little.
            for (p, e) in factors {
                let Some((n, order)) = in_power(&p, e, &u)? else { return Ok(None) };
                let Some(both) = chinese(&steps, &period, &n, &order) else { return Ok(None) };
                period = lcm(&period, &order);
                steps = both;
            }
        }
        Ok(Some(Index { steps: steps + walked, period: Some(period) }))
    }
}

/// N with x^N = u modulo p^e, and the order of x there.
fn in_power(p: &Poly, e: u32, u: &Poly) -> Result<Option<(BigUint, BigUint)>, NoIndex> {
    let degree = p.degree().unwrap_or(0);
    let bits = p.to_u128().ok_or(NoIndex::TooWide(degree))?;
    let order = order_of_irreducible(p).and_then(|order| order.exact().cloned());
    let order = order.ok_or(NoIndex::UnknownOrder(degree))?;
    let residue = u.rem(p).and_then(|rest| rest.to_u128()).unwrap_or(0);
    let Some(n) = in_field(bits, &order, residue)? else { return Ok(None) };
    if e == 1 {
        return Ok(Some((n, order)));
    }
    // y = x^order has order 2^t modulo p^e; what is left of u is a power of it.
    let t = e.next_power_of_two().ilog2();
    let Some(modulus) = Modulus::new(&p.pow(e)) else { return Ok(None) };
    let Some(inverse) = modulus.inverse(&modulus.pow_x(&n)) else { return Ok(None) };
    let mut rest = modulus.mul(u, &inverse);
    let Some(mut y) = modulus.inverse(&modulus.pow_x(&order)) else { return Ok(None) };
    let mut multiple = BigUint::ZERO;
    for i in 0..t {
        if !modulus.frobenius(&rest, (t - 1 - i) as usize).is_one() {
            rest = modulus.mul(&rest, &y);
            multiple.set_bit(i.into(), true);
        }
        y = modulus.square(&y);
    }
    if !rest.is_one() {
        return Ok(None);
    }
    Ok(Some((n + multiple * &order, order << t)))
}

/// N with x^N = u modulo the irreducible p, whose x has that order; `None` if u is no power of x.
fn in_field(p: u128, order: &BigUint, u: u128) -> Result<Option<BigUint>, NoIndex> {
    let x = gf2::rem(0b10, p);
    let small =
        |n: &BigUint| -> u128 { n.iter_u64_digits().rev().fold(0, |value, digit| value << 64 | u128::from(digit)) };
    let n = small(order);
    if gf2::pow_mod(u, n, p) != 1 {
        return Ok(None);
    }
    let degree = gf2::degree(p).unwrap_or(0);
    let (mut steps, mut modulus) = (BigUint::ZERO, BigUint::from(1u32));
    for prime in mersenne_factors(degree as usize).primes {
        let mut power = 0;
        let mut cofactor = order.clone();
        while &cofactor % &prime == BigUint::ZERO {
            cofactor /= &prime;
            power += 1;
        }
        if power == 0 {
            continue;
        }
        let q = u64::try_from(&prime).map_err(|_| NoIndex::HardPrime(prime.bits()))?;
        let log = if q <= LARGEST_SMALL {
            let (base, target) = (gf2::pow_mod(x, small(&cofactor), p), gf2::pow_mod(u, small(&cofactor), p));
            Some(prime_power(p, base, target, q, power))
        } else if degree <= 64 && power == 1 {
            Some(calculus::log(p, u, q).map(u128::from))
        } else {
            None
        };
        let Some(log) = log.ok_or_else(|| NoIndex::HardPrime(prime.bits()))? else { return Ok(None) };
        let part = prime.pow(power);
        let Some(both) = chinese(&steps, &modulus, &log.into(), &part) else { return Ok(None) };
        modulus *= part;
        steps = both;
    }
    Ok((gf2::pow_mod(x, small(&steps), p) == u).then_some(steps))
}

/// The logarithm of `target` to `base`, of order q^power, digit by digit.
fn prime_power(p: u128, base: u128, target: u128, q: u64, power: u32) -> Option<u128> {
    let q_wide = u128::from(q);
    let top = q_wide.pow(power - 1);
    let root = gf2::pow_mod(base, top, p);
    let table = Steps::new(p, root, q);
    let order = top * q_wide;
    let (mut log, mut weight) = (0, 1);
    for i in 0..power {
        // What is left has order q^(power - i) at most.
        let left = gf2::mul_mod(target, gf2::pow_mod(base, order - log % order, p), p);
        let digit = table.find(gf2::pow_mod(left, q_wide.pow(power - 1 - i), p))?;
        log += u128::from(digit) * weight;
        weight *= q_wide;
    }
    Some(log)
}

/// Baby steps of an element of prime order q.
struct Steps {
    q: u64,
    /// (element, exponent), in an open hash table; an empty place has exponent `u32::MAX`.
    slots: Vec<(u128, u32)>,
    shift: u32,
    size: u64,
    /// Product by root^(-size).
    giant: Multiplier,
}

impl Steps {
    fn new(p: u128, root: u128, q: u64) -> Self {
        let size = q.isqrt() + 1;
        let bits = (2 * size).next_power_of_two().ilog2();
        let mut slots = vec![(0, u32::MAX); 1 << bits];
        let shift = 64 - bits;
        let baby = Multiplier::new(p, root);
        let mut power = 1;
        for exponent in 0..size {
            let mut at = place(power, shift);
            while slots[at].1 != u32::MAX {
                at = (at + 1) % slots.len();
            }
            slots[at] = (power, exponent as u32);
            power = baby.apply(power);
        }
        // root^(-size)
        let back = (u128::from(q) - u128::from(size) % u128::from(q)) % u128::from(q);
        let giant = Multiplier::new(p, gf2::pow_mod(root, back, p));
        Self { q, slots, shift, size, giant }
    }

    /// The exponent of an element, if it is a power of the root.
    fn find(&self, element: u128) -> Option<u64> {
        let mut current = element;
        for giant in 0..=self.size {
            let mut at = place(current, self.shift);
            while self.slots[at].1 != u32::MAX {
                if self.slots[at].0 == current {
                    return Some((giant * self.size + u64::from(self.slots[at].1)) % self.q);
                }
                at = (at + 1) % self.slots.len();
            }
            current = self.giant.apply(current);
        }
        None
    }
}

/// Where an element belongs in a table of 2^(64 - shift) places.
fn place(element: u128, shift: u32) -> usize {
    let mixed = (element as u64 ^ (element >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> shift.min(63)) as usize
}

/// The product by one element, a look-up for each byte.
struct Multiplier {
    tables: Vec<[u128; 256]>,
}

impl Multiplier {
    fn new(p: u128, element: u128) -> Self {
        let bytes = gf2::degree(p).unwrap_or(0).div_ceil(8) as usize;
        let mut tables = vec![[0; 256]; bytes];
        let mut column = element;
        for table in &mut tables {
            fill_sums(table, |_| {
                let now = column;
                column = gf2::mul_mod(column, 0b10, p);
                now
            });
        }
        Self { tables }
    }

    #[inline]
    fn apply(&self, a: u128) -> u128 {
        let bytes = a.to_le_bytes();
        self.tables.iter().zip(bytes).fold(0, |product, (table, byte)| product ^ table[usize::from(byte)])
    }
}

/// N with N = a modulo m and N = b modulo n, below lcm(m, n).
fn chinese(a: &BigUint, m: &BigUint, b: &BigUint, n: &BigUint) -> Option<BigUint> {
    let g = gcd(m, n);
    let difference = (b % n + n - a % n) % n;
    if &difference % &g != BigUint::ZERO {
        return None;
    }
    let part = n / &g;
    if part == BigUint::from(1u32) {
        return Some(a.clone());
    }
    let inverse = (m / &g).modinv(&part)?;
    Some(a + m * (difference / g * inverse % part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        algebra::Direction,
        register::{
            Form, Register,
            tests::{registers_of_every_degree, splitmix},
        },
    };

    fn poly(state: u64) -> Poly {
        Poly::from_u128(state.into())
    }

    #[test]
    fn every_pair_of_states_of_small_registers() {
        for c in 2..1u128 << 6 {
            for (form, xnor) in
                [(Form::Fibonacci, false), (Form::Fibonacci, true), (Form::Galois, false), (Form::Galois, true)]
            {
                let register = Register::from_characteristic(c).unwrap().with_form(form).with_xnor(xnor);
                for from in 0..=register.state_mask() {
                    // The first time each state is seen, on foot.
                    let mut expected = vec![None; register.state_count() as usize];
                    let mut state = from;
                    for steps in 0..2 * register.state_count() as u64 {
                        expected[state as usize].get_or_insert(steps);
                        state = register.step(state);
                    }
                    for to in 0..=register.state_mask() {
                        let found = AnyRegister::from(register).index(&poly(from), &poly(to)).unwrap();
                        let steps = found.as_ref().map(|found| u64::try_from(&found.steps).unwrap());
                        assert_eq!(steps, expected[to as usize], "{register:?} {from:#x} {to:#x}");
                        if let Some(period) = found.and_then(|found| found.period) {
                            let mut state = to;
                            (0..u64::try_from(&period).unwrap()).for_each(|_| state = register.step(state));
                            assert_eq!(state, to, "{register:?} period {period}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn the_index_of_a_jump_at_every_degree() {
        let mut random = 41;
        for register in registers_of_every_degree().filter(|r| !r.is_singular()) {
            // 49, 59 and 61 take seconds each: below.
            let factors = crate::gf2::factor(register.characteristic());
            let hard = |p: u128| matches!(crate::gf2::degree(p), Some(49 | 59 | 61));
            if factors.as_slice().iter().any(|(p, _)| hard(*p)) || cfg!(miri) && register.degree() > 12 {
                continue;
            }
            let any = AnyRegister::from(register);
            let from = poly(splitmix(&mut random) & register.state_mask());
            let steps = BigUint::from(splitmix(&mut random));
            let to = any.jump(&from, &steps, Direction::Forward).unwrap();
            let found = any.index(&from, &to).unwrap().unwrap();
            let period = found.period.unwrap();
            assert_eq!(found.steps, &steps % &period, "{register:?}");
        }
    }

    #[test]
    fn large_primes() {
        for c in
            [1u128 << 49 | 1 << 9 | 1, 1 << 59 | 1 << 7 | 1 << 4 | 1 << 2 | 1, 1 << 61 | 1 << 5 | 1 << 2 | 1 << 1 | 1]
        {
            assert_eq!(gf2::is_primitive(c), Some(true), "{c:#x}");
            let from = poly(0x1234_5678_9abc);
            let steps = BigUint::from(0x1f3_5793_1415_9265u64);
            let galois = AnyRegister::from_characteristic(Poly::from_u128(c)).unwrap().with_form(Form::Galois);
            let to = galois.jump(&from, &steps, Direction::Forward).unwrap();
            let found = galois.index(&from, &to).unwrap().unwrap();
            assert_eq!(&found.steps, &(&steps % found.period.unwrap()));
        }
    }

    #[test]
    fn what_is_out_of_reach_is_said() {
        let trinomial = |n: usize, k: usize| {
            AnyRegister::from_characteristic(Poly::from_exponents([n, k, 0])).unwrap().index(&poly(1), &poly(2))
        };
        assert_eq!(trinomial(89, 38), Err(NoIndex::HardPrime(89)));
        assert_eq!(trinomial(1279, 216), Err(NoIndex::TooWide(1279)));
    }
}
