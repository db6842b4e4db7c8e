//! The first-return kernel for long arcs: up to 1024 states a block, see [`crate::vector`].

use core::{cell::Cell, fmt, ops::ControlFlow};

use super::Monitor;
use crate::{
    leap::Leap,
    record::Record,
    vector::{Backend, Block, Extend, GROUP, Gaps, MOST_BLOCKS, Recurrence, Ring, SearchStart, Turns, Windows},
};

/// The shortest run of zeros the block kernel can look for: shorter ones come by too often.
pub const MIN_BLOCK_ZEROS: u32 = 14;

/// Blocks in the ring, if the recurrence does not reach further back: 24 KiB, to stay in the first-level cache.
const RING: usize = 384;

/// Turns of the ring between two calls of the monitor.
const TURNS: usize = 16;

/// With more lags than this, looking up words is faster than adding up earlier ones.
const MOST_LAGS_TO_ADD: usize = 8;

/// The working memory of one block kernel; 33 KiB.
pub struct BlockBuffer {
    blocks: [Block; MOST_BLOCKS + GROUP],
}

impl Default for BlockBuffer {
    fn default() -> Self {
        Self { blocks: [Block([0; 8]); MOST_BLOCKS + GROUP] }
    }
}

impl fmt::Debug for BlockBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockBuffer").finish_non_exhaustive()
    }
}

/// Follows section states to the next section state, a block of up to 1024 states at a time.
#[derive(Debug, Clone, Copy)]
pub struct BlockArcs<'a> {
    leap: &'a Leap,
    backend: Backend,
    windows: Windows,
    /// If the windows have gaps.
    gaps: Option<&'a Gaps>,
    /// Of the register itself.
    own: Recurrence,
    /// What the ring uses.
    ring: Recurrence,
}

impl<'a> BlockArcs<'a> {
    /// For the section of `zeros` zeros, at least [`MIN_BLOCK_ZEROS`]; `None` if it is less or the register is singular.
    #[must_use]
    pub fn new(leap: &'a Leap, zeros: u32, backend: Backend) -> Option<Self> {
        Self::with(leap, zeros, backend, &Recurrence::plain(leap.register()))
    }

    /// The same by another recurrence of the same sequence, such as [`Recurrence::sparse`].
    #[must_use]
    pub fn with(leap: &'a Leap, zeros: u32, backend: Backend, recurrence: &Recurrence) -> Option<Self> {
        let register = leap.register();
        if zeros > register.degree() || register.is_singular() || recurrence.register() != register {
            return None;
        }
        let windows = Windows::new(zeros)?;
        Some(Self { leap, backend, windows, gaps: None, own: Recurrence::of(register), ring: *recurrence })
    }

    /// The same arcs at twice the rate, if the section has [`Gaps::LEAST_ZEROS`] or more: half of the bits are left out. Gaps of another register are not used.
    #[must_use]
    pub fn over(mut self, gaps: &'a Gaps) -> Self {
        if let Some(windows) = Windows::gapped(self.windows.zeros())
            && gaps.register() == self.leap.register()
        {
            (self.windows, self.gaps) = (windows, Some(gaps));
        }
        self
    }

    /// The arc that begins at the section state `start`, or `None` if the monitor stopped it.
    ///
    /// # Complexity
    /// To start with, about n words by look-up or as many XORs as lags, and as many blocks as the recurrence reaches back. Then for
    /// each block, which stands for 32 times the spacing of the lanes (128, 256, 512 states for z from 14, 18, 26 on, 1024 with
    /// [`BlockArcs::over`]), one load for each lag, one store, one minimum.
    pub fn arc(&self, start: u64, buffer: &mut BlockBuffer, monitor: &mut impl Monitor) -> Option<Record> {
        self.follow(start, buffer, monitor)
    }

    /// One body for all monitors: it is large, is built here, as this crate is, and calls its monitor once in millions of states.
    fn follow(&self, start: u64, buffer: &mut BlockBuffer, monitor: &mut dyn Monitor) -> Option<Record> {
        let n = i64::from(self.leap.degree());
        let filled = self.ring.reach().next_multiple_of(GROUP);
        let size = filled.max(RING);
        self.begin(start, &mut buffer.blocks);
        let blocks = Cell::from_mut(&mut buffer.blocks[..size + GROUP]).as_slice_of_cells();
        let ring = Ring { recurrence: &self.ring, windows: self.windows, gaps: self.gaps, size };
        let own = Extend {
            blocks: blocks.get(..filled)?,
            known: n as usize,
            lags: self.own.lags(),
            constant: self.own.constant(),
        };
        self.backend.apply(own);
        ring.repeat(blocks);
        let record = |first_bit: u64, bit: i64| Record {
            start,
            end: ring.bits(blocks, bit + 1 - n) & self.leap.register().state_mask(),
            steps: first_bit.wrapping_add_signed(bit + 1 - n),
        };
        // Bit e of the sequence is the newest bit of the state e - n + 1 steps on: the first step brings bit n.
        if let Some(bit) = self.backend.apply(SearchStart { ring: &ring, blocks, end: filled - 1, allowed: n }) {
            return Some(record(0, bit));
        }
        let turn_bits = size as u64 * self.windows.block_bits();
        let (mut first_bit, mut first) = (0u64, filled / GROUP);
        loop {
            if let Some(hit) = self.backend.apply(Turns { ring: &ring, blocks, first, turns: TURNS }) {
                return Some(record(first_bit.wrapping_add(hit.turn as u64 * turn_bits), hit.bit));
            }
            first = 0;
            first_bit = first_bit.wrapping_add(TURNS as u64 * turn_bits);
            if let ControlFlow::Break(()) = monitor.advanced(TURNS as u64 * turn_bits) {
                return None;
            }
        }
    }

    /// The first n blocks of the sequence that begins with the state `start`.
    fn begin(&self, start: u64, blocks: &mut [Block]) {
        let n = self.leap.degree() as usize;
        let mut words = [0; 64 * 8];
        let words = &mut words[..8 * n];
        let looked_up = if self.own.lags().len() > MOST_LAGS_TO_ADD { 8 * n } else { n };
        let step = 4 << self.windows.spacing_log();
        let (mut state, mut bits, mut known) = (start, 0u128, 0);
        for to in &mut words[..looked_up] {
            while known <= 64 {
                let (word, next) = self.leap.word(state);
                bits |= u128::from(word) << known;
                state = next;
                known += 64;
            }
            *to = self.windows.word(bits);
            bits = bits.checked_shr(step).unwrap_or(0);
            known -= step;
        }
        let constant = if self.own.constant() { u64::MAX } else { 0 };
        for at in looked_up..words.len() {
            words[at] = self.own.lags().iter().fold(constant, |sum, &lag| sum ^ words[at - usize::from(lag)]);
        }
        for (block, words) in blocks.iter_mut().zip(words.as_chunks().0) {
            *block = Block(*words);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cycle::{AffineMap, Budget, Ladder, WordArcs},
        register::{
            Register,
            tests::{registers_of_every_degree, splitmix},
        },
    };
    extern crate std;
    use std::{boxed::Box, collections::BTreeSet};

    /// The word kernel, itself tested against single steps, is the oracle here.
    fn compare(register: &Register, zeros: u32, backend: Backend, start: u64) -> u64 {
        let leap = Leap::new(register);
        let mut buffer = Box::new(BlockBuffer::default());
        let stream = BlockArcs::new(&leap, zeros, backend).unwrap();
        let expected = WordArcs::new(&leap, zeros).arc(start, &mut Budget::new()).unwrap();
        let found = stream.arc(start, &mut buffer, &mut Budget::new()).unwrap();
        assert_eq!(found, expected, "{register:?} z = {zeros} {backend}");
        found.steps
    }

    #[test]
    fn arcs_of_every_degree_and_section() {
        let mut random = 5;
        for backend in Backend::available() {
            let (mut arcs, mut long) = (0, 0);
            for register in registers_of_every_degree().filter(|r| !r.is_singular() && r.degree() >= 14) {
                let register = register.sequence();
                // Sparse registers may hold section states that do not return in a lifetime: skip all but random ones.
                if register.lags().count() < 4 {
                    continue;
                }
                for zeros in [14, 15, 17, 18, 20, 22] {
                    if zeros > register.degree() {
                        continue;
                    }
                    let start = splitmix(&mut random) & register.state_mask() >> zeros.min(63);
                    let steps = compare(&register, zeros, backend, start);
                    arcs += 1;
                    long += u32::from(steps > 512 * 8 * u64::from(register.degree()));
                }
            }
            assert!(long > 200 && long * 10 > arcs, "{backend}: only {long} of {arcs} arcs reached the ring");
        }
    }

    /// Every section state of registers of each degree 20 to 34: the ends fall on every bit of a block, every block of a group and
    /// of the ring, the seam after the start, and the turn.
    #[test]
    fn all_arcs_across_every_boundary() {
        for backend in Backend::available() {
            let mut random = 6;
            let mut seen = BTreeSet::new();
            for n in (21..=32).cycle().take(60) {
                let mut taps = splitmix(&mut random) & ((1 << n) - 1) | 1;
                // Two, four and any number of lags have bodies of their own.
                if random & 1 == 0 {
                    taps = 1 | 1 << (1 + random % 7) | 1 << (8 + random / 8 % 5) | 1 << (14 + random / 64 % 6);
                }
                let xnor = splitmix(&mut random) & 1 == 0;
                let register = Register::from_characteristic(1u128 << n | u128::from(taps)).unwrap().with_xnor(xnor);
                let leap = Leap::new(&register);
                let mut buffer = Box::new(BlockBuffer::default());
                let zeros = n - 6;
                let stream = BlockArcs::new(&leap, zeros, backend).unwrap();
                let short = WordArcs::new(&leap, zeros);
                for start in 0..1 << 6 {
                    let found = stream.arc(start, &mut buffer, &mut Budget::new()).unwrap();
                    assert_eq!(Some(found), short.arc(start, &mut Budget::new()), "{register:?} {backend} z = {zeros}");
                    let newest = found.steps + u64::from(n) - 1;
                    if newest > 512 * 8 * u64::from(n) {
                        seen.insert(("bit", newest % 512));
                        seen.insert(("block", newest / stream.windows.block_bits() % RING as u64));
                        seen.insert((
                            "turn",
                            (newest / stream.windows.block_bits() / RING as u64).min(5 * TURNS as u64),
                        ));
                    }
                }
            }
            let count = |what| seen.iter().filter(|(kind, _)| *kind == what).count();
            assert!(count("bit") > 400, "{backend}: ended on {} of 512 bits only", count("bit"));
            assert!(count("block") > RING * 9 / 10, "{backend}: ended in {} of {RING} blocks only", count("block"));
            assert!(count("turn") > 4 * TURNS, "{backend}: ended in {} turns only", count("turn"));
        }
    }

    /// Long runs, and taps of which the word kernel would take too long: checked by jumping ahead, and by the other backends.
    #[test]
    fn runs_of_26_and_more() {
        for (n, low, zeros) in [
            (33u32, 1u128 << 13 | 1, 26),
            (35, 0b101, 27),
            (33, 0b10_0011, 28),
            (34, 0b1_0000_1001, 31),
            (40, 0b10_1001, 31),
        ] {
            for xnor in [false, true] {
                let register = Register::from_characteristic(1 << n | low).unwrap().with_xnor(xnor);
                let leap = Leap::new(&register);
                let ladder = Ladder::new(&register, [AffineMap::step_of(&register); 41]);
                let mut buffer = Box::new(BlockBuffer::default());
                let mut long = 0;
                let section = 1 << (n - zeros);
                for start in (1..section).rev().take(4) {
                    let mut first = None;
                    for backend in Backend::available() {
                        let stream = BlockArcs::new(&leap, zeros, backend).unwrap();
                        let found = stream.arc(start, &mut buffer, &mut Budget::new()).unwrap();
                        assert!(found.end >> (n - zeros) == 0, "{register:?} {found:?}");
                        assert_eq!(ladder.jump(start, found.steps), Some(found.end), "{register:?} {backend}");
                        assert_eq!(*first.get_or_insert(found), found, "{register:?} {backend}");
                        long += u32::from(found.steps > 1 << 20);
                    }
                }
                assert!(long > 0, "{register:?}");
                if zeros == 26 {
                    compare(&register, zeros, Backend::detect(), 5);
                }
            }
        }
    }

    /// `steps` single steps back.
    fn earlier(register: &Register, state: u64, steps: u64) -> u64 {
        (0..steps).fold(state, |state, _| {
            let before = state << 1 & register.state_mask();
            if register.step(before) == state { before } else { before | 1 }
        })
    }

    /// Lanes with gaps. Arcs to runs of 42 zeros are too long to be walked here, so the walks begin a few steps before a run, on every bit of a
    /// block, in the first blocks and behind the turn of the ring.
    #[test]
    fn lanes_with_gaps() {
        let mut random = 12;
        for backend in Backend::available() {
            let (mut seen, mut registers) = (BTreeSet::new(), 0);
            for register in registers_of_every_degree().filter(|r| !r.is_singular() && r.degree() >= 42) {
                let register = register.sequence();
                let n = register.degree();
                let leap = Leap::new(&register);
                let Some(gaps) = Gaps::new(&leap) else { continue };
                registers += 1;
                let mut buffer = Box::new(BlockBuffer::default());
                for zeros in [42, 43, 45, 47, 48, 55, n].into_iter().filter(|&zeros| zeros <= n) {
                    let by_words = WordArcs::new(&leap, zeros);
                    let plain = BlockArcs::new(&leap, zeros, backend).unwrap();
                    let gapped = plain.over(&gaps);
                    assert!(gapped.windows.block_bits() == 1024 && plain.windows.block_bits() == 512);
                    let end = splitmix(&mut random) & register.state_mask().checked_shr(zeros).unwrap_or(0);
                    if register.step(end) == end {
                        continue;
                    }
                    for most in [1 << 7, 1 << 14, 1 << 19] {
                        let start = earlier(&register, end, 1 + splitmix(&mut random) % most);
                        let found = gapped.arc(start, &mut buffer, &mut Budget::new());
                        let expected = by_words.arc(start, &mut Budget::new());
                        assert_eq!(found, expected, "{register:?} z = {zeros} {backend}");
                        seen.insert(found.unwrap().steps % 1024);
                    }
                }
            }
            assert!(registers > 60 && seen.len() > 500, "{backend}: {registers} registers, {} bits", seen.len());
        }
    }

    /// The widest registers reach back furthest.
    #[test]
    fn the_buffer_holds_every_recurrence() {
        for register in registers_of_every_degree().filter(|r| !r.is_singular()) {
            let recurrence = Recurrence::of(&register.sequence()).spread();
            assert!(recurrence.reach() <= MOST_BLOCKS, "{register:?}");
        }
        let widest = Register::from_characteristic(1 << 64 | 1 << 63 | 1).unwrap();
        assert_eq!(Recurrence::of(&widest).spread().reach(), MOST_BLOCKS);
    }
}
