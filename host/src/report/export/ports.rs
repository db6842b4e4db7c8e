//! [`Port`]: what a module has outside.

use super::{Design, Kind};
use crate::bits::scramble::Way;

/// A port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Port {
    /// Its name.
    pub(super) name: &'static str,
    /// How many bits.
    pub(super) width: usize,
    /// Which way.
    pub(super) is_input: bool,
    /// What it is for; empty if the name says it.
    pub(super) what: &'static str,
}

impl Design {
    /// All ports but the clock, inputs first.
    pub(super) fn ports(&self) -> Vec<Port> {
        let input = |name, width, what| Port { name, width, is_input: true, what };
        let output = |name, width, what| Port { name, width, is_input: false, what };
        let (n, width) = (self.cells(), self.width);
        let first = "bit 0 is first in time";
        let mut ports = vec![
            input("rst", 1, "back to the contents of the start"),
            input("load", 1, "the contents become seed"),
            input("seed", n, ""),
            input("enable", 1, "a step of all bits"),
        ];
        match &self.kind {
            Kind::Generator => ports.push(output("data", width, first)),
            Kind::Scrambler(_, way) => ports.extend([
                input("data_in", width, first),
                output("data_out", width, if *way == Way::Scramble { "scrambled" } else { "as before scrambling" }),
            ]),
            Kind::Checker(checker) => {
                ports.extend([
                    input("clear", 1, "counters to zero, under the same lock"),
                    input("data_in", width, first),
                    output("locked", 1, "bits are compared"),
                    output("inverted", 1, "the line is complemented"),
                    output("stuck", 1, "not locked, and all that came last is the same"),
                    output("wrong", width, "the bits of data_in that are wrong"),
                    output("bits", checker.counter, "compared"),
                    output("errors", checker.counter, "of them wrong"),
                    output("losses", checker.counter, "times the lock was lost"),
                    output("saturated", 1, "a counter is at its end: the counts are too low"),
                ]);
                if checker.slips > 0 {
                    ports.extend([
                        output("slips", checker.counter, "losses by bits lost or too many"),
                        output("slip", checker.slip_bits(), "the last: bits too many, or below zero bits lost"),
                        output("unslipped", n, "the last bits, had there been no slip"),
                    ]);
                }
            }
            Kind::Crc(unit) => {
                ports.push(input("first", 1, "this word begins a message"));
                ports.push(input("data_in", width, unit.order(width)));
                if unit.keep {
                    ports.push(input("keep", width / 8, "bytes that count: all, but in the last word"));
                }
                ports.push(output("crc", n, "of the words before this one"));
                if unit.has_residue() {
                    ports.push(output("good", 1, "they were a message and its checksum"));
                }
            }
            Kind::Counter(_) => ports.push(output("done", 1, "the last state: the next is the first")),
        }
        ports.push(output("state", n, self.contents()));
        ports.sort_by_key(|port| !port.is_input);
        ports
    }

    /// What the contents are.
    fn contents(&self) -> &'static str {
        match self.kind {
            Kind::Checker(_) => "the last bits, bit 0 the oldest",
            Kind::Crc(_) => "the contents: crc without the final XOR",
            _ => "the contents",
        }
    }

    /// Those that the long run sets and looks at: not what only single cases need.
    pub(super) fn run_ports(&self) -> Vec<Port> {
        let ports = self.ports().into_iter();
        ports
            .filter(|port| !["rst", "load", "seed", "enable", "clear", "state", "unslipped"].contains(&port.name))
            .collect()
    }
}

impl super::CrcUnit {
    /// Whether a good message with its checksum behind it ends in a known state.
    pub(super) fn has_residue(&self) -> bool {
        self.algorithm.refin() == self.algorithm.refout()
    }

    /// Which bit of a word comes when.
    fn order(&self, width: usize) -> &'static str {
        match (self.algorithm.refin(), width.is_multiple_of(8), self.high_first) {
            (true, true, false) => "the lowest byte is first, of each byte bit 0",
            (true, true, true) => "the highest byte is first, of each byte bit 0",
            (false, true, false) if width > 8 => "the lowest byte is first, of each byte bit 7",
            (true, false, _) => "bit 0 is first in time",
            (false, ..) => "the highest bit is first in time",
        }
    }

    /// The place in a word of the bit that comes at time `t`.
    pub(super) fn place(&self, t: usize, width: usize) -> usize {
        if !width.is_multiple_of(8) {
            return if self.algorithm.refin() { t } else { width - 1 - t };
        }
        let byte = if self.high_first { width / 8 - 1 - t / 8 } else { t / 8 };
        8 * byte + if self.algorithm.refin() { t % 8 } else { 7 - t % 8 }
    }

    /// The cell that leaves after `t` more steps, in the contents as they are written.
    pub(super) fn cell(&self, t: usize) -> usize {
        if self.algorithm.refout() { t } else { self.algorithm.width() as usize - 1 - t }
    }
}
