//! [`Crc`]: the CRC unit (RM0090 section 4), and what can be wrong with it.

use super::peripheral::Peripheral;

const DR: u32 = 0x00;
const IDR: u32 = 0x04;
const CR: u32 = 0x08;

/// Section 4.2: CRC-32 of Ethernet.
pub(crate) const ETHERNET: u32 = 0x04c1_1db7;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It divides by another polynomial.
    Polynomial(u32),
    /// A cell of the register has always this value.
    StuckCell(u32, u32),
    /// One word, that after so many words written, is read with one wrong bit.
    Glitch(u64, u32),
    /// A word, the one of this number, is not taken.
    Lazy(u64),
}

/// The unit.
#[derive(Debug)]
pub(crate) struct Crc {
    data: u32,
    independent: u32,
    fault: Option<Fault>,
    /// Words written.
    pub(crate) writes: u64,
    /// Those that were not zero.
    pub(crate) nonzero: u64,
    /// Readings of DR.
    pub(crate) reads: u64,
}

impl Crc {
    pub(crate) fn new(fault: Option<Fault>) -> Self {
        Self { data: u32::MAX, independent: 0, fault, writes: 0, nonzero: 0, reads: 0 }
    }

    /// All 32 bits, the highest first.
    fn divide(&mut self, word: u32) {
        let polynomial = if let Some(Fault::Polynomial(other)) = self.fault { other } else { ETHERNET };
        for i in (0..32).rev() {
            let leaving = self.data >> 31 ^ word >> i & 1;
            self.data <<= 1;
            if leaving == 1 {
                self.data ^= polynomial;
            }
            if let Some(Fault::StuckCell(cell, value)) = self.fault {
                self.data = self.data & !(1 << cell) | value << cell;
            }
        }
    }
}

impl Peripheral for Crc {
    fn reset(&mut self) {
        self.data = u32::MAX;
        self.independent = 0;
    }

    fn read(&mut self, offset: u32) -> u32 {
        match offset {
            DR => {
                self.reads += 1;
                match self.fault {
                    Some(Fault::Glitch(word, line)) if word == self.writes => self.data ^ 1 << line,
                    _ => self.data,
                }
            }
            IDR => self.independent,
            _ => 0,
        }
    }

    fn write(&mut self, offset: u32, value: u32) {
        match offset {
            DR => {
                self.writes += 1;
                self.nonzero += u64::from(value != 0);
                if self.fault != Some(Fault::Lazy(self.writes)) {
                    self.divide(value);
                }
            }
            IDR => self.independent = value & 0xff,
            CR if value & 1 == 1 => self.data = u32::MAX,
            _ => {}
        }
    }
}
