//! [`Dac`]: channel 1 of the digital-to-analogue converter with its noise generator (RM0090 sections 14.3 and 14.5), and what can
//! be wrong with it.

use super::peripheral::Peripheral;

const CR: u32 = 0x00;
const SWTRIGR: u32 = 0x04;
const DHR12R1: u32 = 0x08;
const DOR1: u32 = 0x2c;

/// The preload of the noise register (section 14.3.8).
const PRELOAD: u32 = 0xaaa;

/// The cells that are XORed (figure of section 14.3.8: X^0, X, X^4, X^6).
pub(crate) const TAPS: [u32; 4] = [0, 1, 4, 6];

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// One input of the XOR is open.
    CutTap(u32),
    /// A cell of the register has always this value.
    StuckCell(u32, u32),
    /// A line from DOR1 to the core has always this value; the register is sound.
    StuckLine(u32, u32),
    /// One word, the one of this trigger, is read with one wrong bit.
    Glitch(u64, u32),
    /// At this trigger the register makes no step.
    Lazy(u64),
}

/// The converter.
#[derive(Debug)]
pub(crate) struct Dac {
    control: u32,
    base: u32,
    output: u32,
    noise: u32,
    fault: Option<Fault>,
    /// Triggers that were obeyed.
    pub(crate) triggers: u64,
    /// Readings of DOR1.
    pub(crate) reads: u64,
}

impl Dac {
    pub(crate) fn new(fault: Option<Fault>) -> Self {
        Self { control: 0, base: 0, output: 0, noise: PRELOAD, fault, triggers: 0, reads: 0 }
    }

    fn field(&self, at: u32, bits: u32) -> u32 {
        self.control >> at & ((1 << bits) - 1)
    }

    fn trigger(&mut self) {
        // EN1, TEN1 and the software trigger in TSEL1.
        if self.field(0, 1) == 0 || self.field(2, 1) == 0 || self.field(3, 3) != 0b111 {
            return;
        }
        self.triggers += 1;
        // MAMP1 unmasks one cell more for each step, from bit 0 on; 1011 and more: all.
        let mask = (1 << (self.field(8, 4) + 1).min(12)) - 1;
        let noise = if self.field(6, 2) == 0b01 { self.noise & mask } else { 0 };
        self.output = (self.base + noise).min(0xfff);
        if self.fault != Some(Fault::Lazy(self.triggers)) {
            self.step();
        }
    }

    fn step(&mut self) {
        let cut = if let Some(Fault::CutTap(tap)) = self.fault { Some(tap) } else { None };
        let fed = TAPS.into_iter().filter(|tap| Some(*tap) != cut).map(|tap| self.noise >> tap & 1);
        // The gate below the register keeps it from zero.
        let entering = fed.fold(u32::from(self.noise == 0), |sum, bit| sum ^ bit);
        self.noise = self.noise >> 1 | entering << 11;
        if let Some(Fault::StuckCell(cell, value)) = self.fault {
            self.noise = self.noise & !(1 << cell) | value << cell;
        }
    }
}

impl Peripheral for Dac {
    fn reset(&mut self) {
        (self.control, self.base, self.output, self.noise) = (0, 0, 0, PRELOAD);
    }

    fn read(&mut self, offset: u32) -> u32 {
        match offset {
            CR => self.control,
            DHR12R1 => self.base,
            DOR1 => {
                self.reads += 1;
                match self.fault {
                    Some(Fault::StuckLine(line, value)) => self.output & !(1 << line) | value << line,
                    Some(Fault::Glitch(trigger, line)) if trigger == self.triggers => self.output ^ 1 << line,
                    _ => self.output,
                }
            }
            // SWTRIGR is for writing.
            _ => 0,
        }
    }

    fn write(&mut self, offset: u32, value: u32) {
        match offset {
            CR => {
                self.control = value;
                if self.field(6, 2) == 0 {
                    self.noise = PRELOAD;
                }
            }
            SWTRIGR if value & 1 == 1 => self.trigger(),
            DHR12R1 => self.base = value & 0xfff,
            _ => {}
        }
    }
}
