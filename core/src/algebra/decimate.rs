//! [`AnyRegister::decimated`]: the register whose sequence is every m-th bit of another's.
//!
//! Bit k of a sequence is a sum of the first n bits: those at which x^k modulo c(x) has a term. So bit m t is the sum at the terms of
//! (x^m)^t, 2 n of which determine the shortest register (Massey). For a primitive c of degree n and m without a factor in common with
//! 2^n - 1 that register is primitive and of degree n too (Golomb, Shift Register Sequences, ch. 4): m = 2 gives c itself.

use super::BigUint;
use crate::{
    poly::{Modulus, Poly},
    register::AnyRegister,
};

impl AnyRegister {
    /// The shortest Fibonacci register that puts out every m-th bit of what this register puts out from `state` on, the first bit
    /// included; and the state it starts from. `None` if all those bits are 0.
    ///
    /// ```
    /// use lfsr_core::{algebra::BigUint, register::AnyRegister};
    ///
    /// // Every third bit of PRBS7 obeys another polynomial.
    /// let prbs7: AnyRegister = "PRBS7".parse().unwrap();
    /// let (third, _) = prbs7.decimated(&prbs7.ones(), &BigUint::from(3u32)).unwrap();
    /// assert_eq!(third.to_string(), "char:x^7+x^5+x^3+x+1");
    /// ```
    ///
    /// # Complexity
    /// 2 n products modulo c and log m squarings: O(n M(n) + M(n) log m).
    #[must_use]
    pub fn decimated(&self, state: &Poly, m: &BigUint) -> Option<(Self, Poly)> {
        // With complemented feedback the sum of two neighbours is a sequence of c: multiply by x + 1.
        let linear = if self.sequence().xnor() {
            self.characteristic() + &(self.characteristic() << 1)
        } else {
            self.characteristic().clone()
        };
        let n = linear.degree()?;
        let mut words = self.words(state);
        let first = Poly::from_words((0..n.div_ceil(64)).map(|_| words.next_word()).collect()).low(n);
        let modulus = Modulus::new(&linear)?;
        let step = modulus.pow_x(m);
        let mut power = modulus.reduce(&Poly::one());
        let bits = Poly::from_exponents((0..2 * n).filter(|_| {
            let terms = power.words().iter().zip(first.words()).map(|(a, b)| (a & b).count_ones());
            let is_one = terms.sum::<u32>() % 2 == 1;
            power = modulus.mul(&power, &step);
            is_one
        }));
        let mut all = bits.words().to_vec();
        all.resize((2 * n).div_ceil(64), 0);
        let shortest = Self::from_characteristic(Poly::shortest_register(&all, 2 * n)).ok()?;
        let state = bits.low(shortest.degree());
        Some((shortest, state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        algebra::Direction,
        register::tests::{registers_of_every_degree, splitmix},
    };

    #[test]
    fn every_mth_bit() {
        let mut random = 3;
        for register in registers_of_every_degree() {
            let any = AnyRegister::from(register);
            let start = splitmix(&mut random) & register.state_mask();
            for m in [1usize, 2, 3, 4, 7, 12] {
                let mut state = start;
                let mut expected = alloc::vec::Vec::new();
                for t in 0..200 * m {
                    if t % m == 0 {
                        expected.push(register.output(state) == 1);
                    }
                    state = register.step(state);
                }
                let found = any.decimated(&Poly::from_u128(start.into()), &BigUint::from(m));
                let Some((found, state)) = found else {
                    assert!(expected.iter().all(|bit| !bit), "{register:?} {m}");
                    continue;
                };
                let mut words = found.words(&state);
                let words: alloc::vec::Vec<u64> = (0..4).map(|_| words.next_word()).collect();
                let got = (0..200).map(|t| words[t / 64] >> (t % 64) & 1 == 1);
                assert!(got.eq(expected.iter().copied()), "{register:?} {m}");
            }
        }
    }

    #[test]
    fn astronomical_steps() {
        let any = AnyRegister::from_characteristic(Poly::from_exponents([127, 1, 0])).unwrap();
        let m = BigUint::from(3u32).pow(200);
        let (third, start) = any.decimated(&any.ones(), &m).unwrap();
        let mut words = third.words(&start);
        let word = words.next_word();
        for t in 0..20u32 {
            let state = any.jump(&any.ones(), &(&m * t), Direction::Forward).unwrap();
            assert_eq!(word >> t & 1 == 1, state.coefficient(0), "{t}");
        }
    }
}
