//! [`Through`]: data through a register of up to 64 cells.

use super::{Join, Way, solve::solve};
use crate::register::Register;
#[cfg(feature = "alloc")]
use crate::vector::clmul::{OnePlus, divide_stream, multiply_stream};

/// A self-synchronising register of up to 64 cells: 130 bytes.
#[derive(Debug, Clone)]
pub struct Through {
    /// The lags, ascending, and how many.
    lags: [u8; 64],
    count: usize,
    /// Added to every bit.
    constant: u64,
    way: Way,
    /// For carry-less products; `None` if a lag is 64.
    #[cfg(feature = "alloc")]
    one_plus: Option<OnePlus>,
    first: u64,
    /// The last 64 scrambled bits, the newest in bit 63.
    past: u64,
}

impl Through {
    /// With cells that hold `held`, a state of a Fibonacci register with the sequence of `register`: bit i is the scrambled bit of n - i steps ago.
    #[must_use]
    pub fn new(register: &Register, held: u64, way: Way) -> Self {
        let register = register.sequence();
        let (mut lags, mut count) = ([0; 64], 0);
        for (to, lag) in lags.iter_mut().zip(register.lags()) {
            *to = lag as u8;
            count += 1;
        }
        let first = (held & register.state_mask()) << (u64::BITS - register.degree());
        let constant = if register.xnor() { u64::MAX } else { 0 };
        Self {
            #[cfg(feature = "alloc")]
            one_plus: one_plus(lags.get(..count).unwrap_or(&[]), constant),
            lags,
            count,
            constant,
            way,
            first,
            past: first,
        }
    }

    fn lags(&self) -> &[u8] {
        self.lags.get(..self.count).unwrap_or(&[])
    }

    /// Whole words by carry-less products, if this CPU has them and no lag is 64; the last scrambled word.
    #[cfg(feature = "alloc")]
    fn by_products(&self, words: &mut [u64]) -> Option<u64> {
        match self.way {
            Way::Scramble => divide_stream(self.one_plus?, self.past, words),
            Way::Descramble => multiply_stream(self.one_plus?, self.past, words),
        }
    }

    #[cfg(not(feature = "alloc"))]
    fn by_products(&self, _: &mut [u64]) -> Option<u64> {
        None
    }

    /// Whole words on any CPU; the last scrambled word.
    fn by_shifts(&self, words: &mut [u64]) -> u64 {
        let (way, constant, past, lags) = (self.way, self.constant, self.past, self.lags());
        // Those that nearly all scramblers have, so that the lags are in registers of the CPU: twice as fast.
        match (lags.first_chunk::<1>(), lags.first_chunk::<2>(), lags.first_chunk::<4>(), lags.len()) {
            (Some(lags), _, _, 1) => way.pass(lags, constant, past, words),
            (_, Some(lags), _, 2) => way.pass(lags, constant, past, words),
            (_, _, Some(lags), 4) => way.pass(lags, constant, past, words),
            _ => way.pass(lags, constant, past, words),
        }
    }
}

/// One and the sum of x^k over the lags; `None` if a lag is 64.
#[cfg(feature = "alloc")]
fn one_plus(lags: &[u8], constant: u64) -> Option<OnePlus> {
    let p = lags.iter().try_fold(0, |p, &lag| Some(p | 1u64.checked_shl(lag.into())?))?;
    Some(OnePlus { p, inverse: solve(lags, 1), constant })
}

impl Join for Through {
    fn next(&mut self, data: u64, bits: u32) -> u64 {
        let mut word = [data];
        let past = self.way.pass(self.lags(), self.constant, self.past, &mut word);
        self.past = self.past.checked_shr(bits).unwrap_or(0) | past << (u64::BITS - bits);
        word[0]
    }

    fn words(&mut self, words: &mut [u64]) {
        self.past = self.by_products(words).unwrap_or_else(|| self.by_shifts(words));
    }

    fn restart(&mut self) {
        self.past = self.first;
    }
}

impl Way {
    /// Changes the words and returns the last of the scrambled ones.
    #[inline(always)]
    fn pass(self, lags: &[u8], constant: u64, mut past: u64, words: &mut [u64]) -> u64 {
        // What bits of before this word add to it; a lag of 64 has all of them.
        let before = |past: u64| lags.iter().fold(constant, |sum, &lag| sum ^ past >> (64 - u32::from(lag)));
        match self {
            Self::Scramble => {
                for word in words {
                    past = solve(lags, *word ^ before(past));
                    *word = past;
                }
            }
            Self::Descramble => {
                for word in words {
                    let line = *word;
                    let within = |sum, &lag: &u8| sum ^ line.checked_shl(lag.into()).unwrap_or(0);
                    *word = lags.iter().fold(line ^ before(past), within);
                    past = line;
                }
            }
        }
        past
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::vec::Vec;

    use super::*;
    use crate::register::tests::{registers_of_every_degree, splitmix};

    /// Products, shifts, and words one by one are the same.
    #[test]
    fn every_way_is_the_same() {
        let (mut random, mut by_products) = (8, 0);
        for register in registers_of_every_degree() {
            for way in [Way::Scramble, Way::Descramble] {
                let mut join = Through::new(&register, splitmix(&mut random), way);
                let data: Vec<u64> = (0..50).map(|_| splitmix(&mut random)).collect();
                let [mut one, mut two, mut three] = [(); 3].map(|()| data.clone());
                let past = join.by_shifts(&mut one);
                if let Some(products) = join.by_products(&mut two) {
                    assert_eq!((&two, products), (&one, past), "{register:?}, {way:?}, products");
                    by_products += 1;
                }
                assert_eq!(join.by_shifts(&mut []), join.past);
                for word in &mut three {
                    *word = join.next(*word, 64);
                }
                assert_eq!((three, join.past), (one, past), "{register:?}, {way:?}, one by one");
            }
        }
        #[cfg(feature = "alloc")]
        {
            use crate::vector::clmul::{Multiplier, multiplier};
            assert_eq!(by_products > 0, multiplier() != Multiplier::Portable);
        }
        #[cfg(not(feature = "alloc"))]
        assert_eq!(by_products, 0);
    }
}
