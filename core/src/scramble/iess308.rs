//! [`Iess308`]: a self-synchronising scrambler with a counter against short periods: no register alone.
//!
//! ```text
//!   y[t] = x[t] + y[t-3] + y[t-20] + 1 + d[t],   d[t] = 1 if the counter stands at 31
//!   the counter:  0 after a step with y[t-1] != y[t-9], else one more, after 31 again 0
//! ```
//!
//! Of satellite modems: Intelsat IESS-308, ETSI ETR 192 (figure 8); as gr-satellites (`descrambler308`) and leansdr (`etr192_descrambler`) have it.

use super::{Join, Way};

/// From a register and a counter of zeros.
#[derive(Debug, Clone)]
pub struct Iess308 {
    way: Way,
    /// Scrambled bits, the newest in bit 0; 20 of them count.
    past: u32,
    counter: u8,
}

impl Iess308 {
    /// Puts it on, or takes it off.
    #[must_use]
    pub const fn new(way: Way) -> Self {
        Self { way, past: 0, counter: 0 }
    }

    fn bit(&mut self, bit: u32) -> u32 {
        let past = self.past;
        let other = (bit ^ past >> 2 ^ past >> 19 ^ 1 ^ u32::from(self.counter == 31)) & 1;
        let is_equal = (past ^ past >> 8) & 1 == 0;
        self.counter = if is_equal { (self.counter + 1) % 32 } else { 0 };
        let line = if self.way == Way::Scramble { other } else { bit };
        self.past = past << 1 | line;
        other
    }
}

impl Join for Iess308 {
    fn next(&mut self, data: u64, bits: u32) -> u64 {
        (0..bits).fold(0, |all, i| all | u64::from(self.bit((data >> i) as u32 & 1)) << i)
    }

    fn restart(&mut self) {
        *self = Self::new(self.way);
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::vec::Vec;

    use super::*;
    use crate::random::SplitMix64;

    /// By the formulas at the top, over data that make the counter fire: the line is kept constant, so that y[t-1] = y[t-9] for long.
    #[test]
    fn by_the_formulas() {
        let mut random = SplitMix64(4);
        let count = 4000;
        // Zeros before the beginning.
        let (mut y, mut x, mut fired, mut counter) = ([0u64; 20].to_vec(), Vec::new(), 0, 0);
        for t in 20..20 + count {
            let detected = u64::from(counter == 31);
            fired += detected;
            // Random data now and then; else whatever holds the line at 1.
            let data = match t / 500 % 2 {
                0 => random.next_word() & 1,
                _ => 1 ^ y[t - 3] ^ y[t - 20] ^ 1 ^ detected,
            };
            counter = if y[t - 1] == y[t - 9] { (counter + 1) % 32 } else { 0 };
            x.push(data);
            y.push(data ^ y[t - 3] ^ y[t - 20] ^ 1 ^ detected);
        }
        assert!(fired > 20, "{fired}");
        let pack = |bits: &[u64]| {
            bits.chunks(64).map(|bits| bits.iter().rev().fold(0, |word, bit| word << 1 | bit)).collect::<Vec<u64>>()
        };
        let (x, y) = (pack(&x), pack(&y[20..]));
        for (way, from, to) in [(Way::Scramble, &x, &y), (Way::Descramble, &y, &x)] {
            let mut words = from.clone();
            super::super::Scrambler::new(Iess308::new(way), None).apply(&mut words, count as u64);
            assert_eq!(words[..62], to[..62], "{way:?}");
            assert_eq!((words[62] ^ to[62]) & ((1 << (count % 64)) - 1), 0);
        }
    }
}
