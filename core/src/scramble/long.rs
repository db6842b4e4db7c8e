//! [`LongThrough`]: data through a register of any number of cells.

use alloc::{boxed::Box, vec, vec::Vec};

use super::{Join, Way, read, solve::solve};
use crate::{poly::Poly, register::AnyRegister};

/// Words that are appended before the oldest are thrown away.
const ROOM: usize = 128;

/// A self-synchronising register of any degree: n / 8 bytes and one kilobyte.
#[derive(Debug, Clone)]
pub struct LongThrough {
    /// The lags, ascending.
    lags: Box<[usize]>,
    constant: u64,
    way: Way,
    /// Those below 64.
    short: Box<[u8]>,
    first: Box<[u64]>,
    /// Scrambled bits in the order of time. The last of them is the highest of word `end` - 1; as many words before it as `first` has are known.
    past: Vec<u64>,
    end: usize,
}

impl LongThrough {
    /// With cells that hold `held`, a state of a Fibonacci register with the sequence of `register`: bit i is the scrambled bit of n - i steps ago.
    #[must_use]
    pub fn new(register: &AnyRegister, held: &Poly, way: Way) -> Self {
        let register = register.sequence();
        let n = register.degree();
        let mut first = vec![0; n.div_ceil(64) + 1];
        let oldest = 64 * first.len() - n;
        for i in held.low(n).exponents() {
            if let Some(word) = first.get_mut((oldest + i) / 64) {
                *word |= 1 << ((oldest + i) % 64);
            }
        }
        let lags: Box<[usize]> = register.lags().collect();
        let short = lags.iter().filter(|lag| **lag < 64).map(|lag| *lag as u8).collect();
        let constant = if register.xnor() { u64::MAX } else { 0 };
        let mut past = first.clone();
        past.resize(first.len() + ROOM, 0);
        Self { lags, constant, way, short, end: first.len(), first: first.into(), past }
    }

    /// What bits of before this word add to it.
    fn before(&self) -> u64 {
        let from = |lag: usize| {
            // Fewer are known of those; what stands behind them is old.
            let (back, beyond) = if lag < 64 { (64, 64 - lag) } else { (lag, 0) };
            read(&self.past, (64 * self.end - back) as u64) >> beyond
        };
        self.lags.iter().fold(self.constant, |sum, &lag| sum ^ from(lag))
    }

    /// 64 bits more.
    fn push(&mut self, line: u64) {
        if self.end == self.past.len() {
            let known = self.first.len();
            self.past.copy_within(self.end - known.., 0);
            self.end = known;
        }
        if let Some(word) = self.past.get_mut(self.end) {
            *word = line;
        }
        self.end += 1;
    }

    /// Fewer than 64 bits more: all that is known moves.
    fn push_bits(&mut self, line: u64, bits: u32) {
        let known = self.end - self.first.len();
        let Some(past) = self.past.get_mut(known..self.end) else { return };
        let mut above = line;
        for word in past.iter_mut().rev() {
            let moved = *word >> bits | above << (64 - bits);
            above = core::mem::replace(word, moved);
        }
    }
}

impl Join for LongThrough {
    fn next(&mut self, data: u64, bits: u32) -> u64 {
        let z = data ^ self.before();
        let (other, line) = match self.way {
            Way::Scramble => {
                let line = solve(&self.short, z);
                (line, line)
            }
            Way::Descramble => {
                let within = |sum, &lag: &u8| sum ^ data << lag;
                (self.short.iter().fold(z, within), data)
            }
        };
        match bits {
            64 => self.push(line),
            _ => self.push_bits(line, bits),
        }
        other
    }

    fn restart(&mut self) {
        self.end = self.first.len();
        if let Some(past) = self.past.get_mut(..self.end) {
            past.copy_from_slice(&self.first);
        }
    }
}
