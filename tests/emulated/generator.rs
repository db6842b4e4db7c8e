//! [`Generator`]: what the chips' inputs are wired to.

/// A shift register of 15 cells, fed with the XOR of the last two: PRBS15.
#[derive(Debug, Clone)]
pub(crate) struct Generator {
    cells: u16,
    pub(crate) steps: u64,
}

impl Generator {
    pub(crate) fn new() -> Self {
        Self { cells: 0x7fff, steps: 0 }
    }

    /// The last cell, which is on the wire.
    pub(crate) fn bit(&self) -> bool {
        self.cells >> 14 & 1 == 1
    }

    /// A clock.
    pub(crate) fn step(&mut self) {
        self.cells = (self.cells << 1 | (self.cells >> 14 ^ self.cells >> 13) & 1) & 0x7fff;
        self.steps += 1;
    }

    pub(crate) fn next(&mut self) -> bool {
        let bit = self.bit();
        self.step();
        bit
    }
}
