//! The first-return kernel for long arcs: 512 states a block, see [`crate::kernel`].

use core::{cell::Cell, fmt, ops::ControlFlow};

use super::{
    FirstReturn, Monitor,
    first_return::{End, Walk},
};
use crate::{
    kernel::{BLOCK_BITS, Backend, Block, Chunk},
    leap::Leap,
    record::Record,
};

/// The shortest run of zeros the stream kernel can look for: a shorter one need not contain a whole byte.
pub const MIN_STREAM_ZEROS: u32 = 15;

/// Blocks computed between two moves of the window; a multiple of the group of eight.
const CHUNK: usize = 384;

/// The working memory of one stream kernel: 28 KiB, to stay in the first-level cache.
pub struct StreamBuffer {
    blocks: [Block; 64 + CHUNK],
}

impl Default for StreamBuffer {
    fn default() -> Self {
        Self { blocks: [Block([0; 8]); 64 + CHUNK] }
    }
}

impl fmt::Debug for StreamBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamBuffer").finish_non_exhaustive()
    }
}

/// Follows section states to the next section state, a block of 512 states at a time.
#[derive(Debug, Clone, Copy)]
pub struct Stream<'a> {
    leap: &'a Leap,
    short: FirstReturn<'a>,
    backend: Backend,
    zeros: u32,
    lags: [u32; 64],
    lag_count: usize,
    constant: bool,
}

impl<'a> Stream<'a> {
    /// For the section of `zeros` zeros, at least [`MIN_STREAM_ZEROS`]; `None` if it is less or the register is singular.
    #[must_use]
    pub fn new(leap: &'a Leap, zeros: u32, backend: Backend) -> Option<Self> {
        let register = leap.register();
        if zeros < MIN_STREAM_ZEROS || zeros > register.degree() || register.is_singular() {
            return None;
        }
        let mut lags = [0; 64];
        let mut lag_count = 0;
        for (to, lag) in lags.iter_mut().zip(register.lags()) {
            *to = lag;
            lag_count += 1;
        }
        // c(E) s = 1 gives c(E)^512 s = c(1)^511: the constant survives only if the number of lags is even.
        let constant = register.xnor() && lag_count % 2 == 0;
        Some(Self { leap, short: FirstReturn::new(leap, zeros), backend, zeros, lags, lag_count, constant })
    }

    /// The arc that begins at the section state `start`, or `None` if the monitor stopped it.
    ///
    /// # Complexity
    /// 8n words by look-up, then per 512 states one block load for each lag, one store, one fold.
    pub fn arc(&self, start: u64, buffer: &mut StreamBuffer, monitor: &mut impl Monitor) -> Option<Record> {
        let n = self.leap.degree() as usize;
        let mut walk = Walk::new(self.leap, start);
        for block in &mut buffer.blocks[..n] {
            for slot in &mut block.0 {
                let (word, state) = self.leap.word(walk.state);
                if let Some(end) = self.short.end(&walk, word) {
                    let (end, steps) = end.state(self.leap, walk.before, word);
                    return Some(Record { start, end, steps });
                }
                walk.next(word, state);
                *slot = word;
            }
        }
        let blocks = Cell::from_mut(&mut buffer.blocks[..n + CHUNK]).as_slice_of_cells();
        let chunk = Chunk { degree: n, lags: &self.lags[..self.lag_count], constant: self.constant, zeros: self.zeros };
        let mut first_word: u64 = 0;
        loop {
            if let Some(bit) = self.backend.run(&chunk, blocks) {
                let word = |i: usize| blocks[i / 8].get().0[i % 8];
                let at = bit / 64;
                let end = End { index: first_word.wrapping_add(at as u64), bit: bit as u32 % 64 };
                let (end, steps) = end.state(self.leap, word(at - 1), word(at));
                return Some(Record { start, end, steps });
            }
            for (to, from) in blocks[..n].iter().zip(&blocks[CHUNK..]) {
                to.set(from.get());
            }
            first_word = first_word.wrapping_add(8 * CHUNK as u64);
            if let ControlFlow::Break(()) = monitor.advanced(CHUNK as u64 * BLOCK_BITS) {
                return None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::{
        Register,
        tests::{registers_of_every_degree, splitmix},
    };
    extern crate std;
    use std::boxed::Box;

    /// The word kernel, itself tested against single steps, is the oracle here.
    fn compare(register: &Register, zeros: u32, backend: Backend, start: u64) -> u64 {
        let leap = Leap::new(register);
        let mut buffer = Box::new(StreamBuffer::default());
        let stream = Stream::new(&leap, zeros, backend).unwrap();
        let expected = FirstReturn::new(&leap, zeros).arc(start, &mut ()).unwrap();
        let found = stream.arc(start, &mut buffer, &mut ()).unwrap();
        assert_eq!(found, expected, "{register:?} z = {zeros} {backend}");
        found.steps
    }

    #[test]
    fn arcs_of_every_degree_and_section() {
        let mut random = 5;
        for backend in Backend::available() {
            let (mut arcs, mut long) = (0, 0);
            for register in registers_of_every_degree().filter(|r| !r.is_singular() && r.degree() >= 15) {
                let register = register.sequence();
                // Sparse registers may hold section states that do not return in a lifetime: skip all but random ones.
                if register.lags().count() < 4 {
                    continue;
                }
                for zeros in [15, 16, 19, 22] {
                    if zeros > register.degree() {
                        continue;
                    }
                    let start = splitmix(&mut random) & register.state_mask() >> zeros.min(63);
                    let steps = compare(&register, zeros, backend, start);
                    arcs += 1;
                    long += u32::from(steps > 512 * u64::from(register.degree()));
                }
            }
            assert!(long > 200 && long * 6 > arcs, "{backend}: only {long} of {arcs} arcs reached the block kernel");
        }
    }

    #[test]
    fn all_arcs_across_every_boundary() {
        // Every section state of one register of each degree 20 to 34: the ends fall on every bit of a block, every block of a
        // group, the seam after the start, and the move of the window.
        for backend in Backend::available() {
            let mut random = 6;
            let mut seen = [0u32; 512];
            for n in (22..=34).cycle().take(39) {
                let taps = splitmix(&mut random) & ((1 << n) - 1) | 1;
                let register = Register::from_characteristic(1u128 << n | u128::from(taps)).unwrap();
                let leap = Leap::new(&register);
                let mut buffer = Box::new(StreamBuffer::default());
                let zeros = n - 7;
                let stream = Stream::new(&leap, zeros, backend).unwrap();
                let short = FirstReturn::new(&leap, zeros);
                for start in 1..1 << 7 {
                    let found = stream.arc(start, &mut buffer, &mut ()).unwrap();
                    assert_eq!(Some(found), short.arc(start, &mut ()), "{register:?} {backend}");
                    seen[(found.steps + u64::from(n) - 1) as usize % 512] +=
                        u32::from(found.steps > 512 * u64::from(n));
                }
            }
            let hit = seen.iter().filter(|&&count| count > 0).count();
            assert!(hit > 480, "{backend}: the block kernel ended on {hit} of 512 bit positions only");
        }
    }

    #[test]
    fn runs_of_31_and_more() {
        // c = x^n + x + 1: the section of n - 4 zeros of a trinomial of degree 35 to 40 returns within 2^36 steps or so, too long
        // for the word kernel; check against jumping ahead instead.
        for backend in Backend::available() {
            for n in [33u32, 35] {
                for low in [0b11u128, 0b10_0011, 0b101] {
                    let register = Register::from_characteristic(1 << n | low).unwrap();
                    compare(&register, 31, backend, 1);
                }
            }
        }
    }
}
