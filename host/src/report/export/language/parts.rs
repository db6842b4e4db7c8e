//! [`Parts`]: the numbers that a checker in hardware is built of, the same in each language.

use super::{
    super::{Checker, Design, design::Window, network::Network},
    bits_for,
};

/// How many bits each of its numbers has.
pub(super) struct Parts {
    /// Cells.
    pub(super) n: usize,
    /// Bits at a clock.
    pub(super) width: usize,
    /// Of the counters.
    pub(super) counter: usize,
    /// Clocks that obey.
    pub(super) run: usize,
    /// Wrong bits of a clock.
    pub(super) count: usize,
    /// Wrong bits of a block.
    pub(super) block: usize,
    /// Wrong bits of the window.
    pub(super) total: usize,
    /// Clocks of a block; 0 if it is one.
    pub(super) group: usize,
    /// Complete blocks of the window: 3 and more.
    pub(super) older: usize,
    /// Where a complemented line differs from what is predicted; `None` if a complement obeys the recurrence as well.
    pub(super) opposite: Option<Vec<bool>>,
    pub(super) window: Window,
    /// The most bits of a slip that is looked for; 0: none is.
    pub(super) slips: usize,
    /// Of the size of a slip, in two's complement.
    pub(super) slip: usize,
}

impl Parts {
    pub(super) fn new(design: &Design, network: &Network, checker: &Checker) -> Self {
        let (n, width) = (design.cells(), design.width);
        let window = checker.window(n, width);
        Self {
            n,
            width,
            counter: checker.counter,
            run: bits_for(window.lock),
            count: bits_for(width),
            block: bits_for(window.block(width)),
            total: bits_for(window.span(width)),
            group: bits_for(window.group - 1),
            older: window.blocks - 1,
            opposite: opposite(network),
            window,
            slips: checker.slips,
            slip: checker.slip_bits(),
        }
    }

    /// Bits of the window, and of a block.
    pub(super) fn lengths(&self) -> (usize, usize) {
        (self.window.span(self.width), self.window.block(self.width))
    }
}

fn opposite(network: &Network) -> Option<Vec<bool>> {
    let predicted = network.outputs.iter().find(|output| output.name == "predicted")?;
    let differs: Vec<bool> = predicted.bits.iter().map(|sum| sum.terms().count() % 2 == 0).collect();
    differs.contains(&true).then_some(differs)
}
