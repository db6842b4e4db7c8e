//! [`Leap`]: the next 64 bits of a register's sequence in one look-up per byte of its state.
//!
//! The bits s\[t+n\] ... s\[t+n+63\] are a linear (XNOR: affine) function of the n bits of the state, so they are the XOR of one
//! table entry per state byte: 8 loads for 64 states at any number of taps, with no start-up cost.

use crate::{register::Register, sums::fill_sums};

/// How many steps one leap makes.
pub const LEAP: u32 = 64;

/// Look-up tables for one register's sequence; 16 KiB.
///
/// Works on the *Fibonacci* state (the next n bits of the sequence), whatever the form of the register.
#[derive(Clone)]
pub struct Leap {
    /// `table[i][b]`: what byte i of the state, of value b, adds to the next 64 bits. The affine constant sits in `table[0]`.
    table: [[u64; 256]; 8],
    register: Register,
    degree: u32,
}

impl core::fmt::Debug for Leap {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Leap").field("register", &self.register).finish_non_exhaustive()
    }
}

impl Leap {
    /// The tables of the sequence that `register` puts out ([`Register::sequence`]).
    ///
    /// # Complexity
    /// 64 (n + 1) steps and 2048 XORs, once.
    #[must_use]
    pub fn new(register: &Register) -> Self {
        let register = register.sequence();
        let mut leap = Self { table: [[0; 256]; 8], register, degree: register.degree() };
        leap.fill();
        leap
    }

    fn fill(&mut self) {
        let constant = ahead_by_steps(&self.register, 0);
        self.table[0][0] = constant;
        for (i, table) in self.table.iter_mut().enumerate() {
            fill_sums(table, |bit| {
                let j = 8 * i as u32 + bit;
                if j < self.degree { ahead_by_steps(&self.register, 1 << j) ^ constant } else { 0 }
            });
        }
    }

    /// The Fibonacci register whose sequence this is.
    #[must_use]
    pub const fn register(&self) -> &Register {
        &self.register
    }

    /// n, the degree of the register.
    #[must_use]
    pub const fn degree(&self) -> u32 {
        self.degree
    }

    /// The 64 bits s\[t+n\] ... s\[t+n+63\] that follow the Fibonacci state `state`, bit 0 first.
    #[must_use]
    #[inline(always)]
    pub fn ahead(&self, state: u64) -> u64 {
        let [a, b, c, d, e, f, g, h] = &self.table;
        let byte = |i: u32| (state >> (8 * i)) as usize & 0xff;
        let low = (a[byte(0)] ^ b[byte(1)]) ^ (c[byte(2)] ^ d[byte(3)]);
        if self.degree <= 32 {
            return low;
        }
        low ^ (e[byte(4)] ^ f[byte(5)]) ^ (g[byte(6)] ^ h[byte(7)])
    }

    /// The 64 bits s\[t\] ... s\[t+63\] beginning with `state` itself, and the state 64 steps on.
    #[must_use]
    #[inline(always)]
    pub fn word(&self, state: u64) -> (u64, u64) {
        let ahead = self.ahead(state);
        if self.degree == LEAP {
            return (state, ahead);
        }
        (state | ahead << self.degree, ahead >> (LEAP - self.degree))
    }
}

/// The definition: 64 single steps.
fn ahead_by_steps(register: &Register, mut state: u64) -> u64 {
    let top = register.degree() - 1;
    let mut bits = 0;
    for i in 0..LEAP {
        state = register.step(state);
        bits |= (state >> top & 1) << i;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::tests::{registers_of_every_degree, splitmix};

    #[test]
    fn leaps_equal_single_steps() {
        let mut random = 1;
        for register in registers_of_every_degree() {
            let sequence = register.sequence();
            let leap = Leap::new(&register);
            for _ in 0..8 {
                let state = splitmix(&mut random) & register.state_mask();
                assert_eq!(leap.ahead(state), ahead_by_steps(&sequence, state), "{register:?}");
                let (mut stepped, mut bits) = (state, 0);
                for i in 0..64 {
                    bits |= (stepped & 1) << i;
                    stepped = sequence.step(stepped);
                }
                assert_eq!(leap.word(state), (bits, stepped), "{register:?}");
            }
        }
    }
}
