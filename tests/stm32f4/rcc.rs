//! [`Rcc`]: reset and clock control (RM0090 section 7), and its bit-band alias (section 2.3.3).

use std::{cell::RefCell, rc::Rc};

use armagnac::memory::{Env, MemoryAccessError, MemoryInterface, MemoryReadResult, MemoryWriteResult};

use super::peripheral::Peripheral;

/// Shared by the processor and by every peripheral that has a clock.
pub(crate) type Clocks = Rc<RefCell<Rcc>>;

/// A bit of the enable registers and of the reset registers: byte offset of the former, and the bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gate(pub(crate) usize, pub(crate) u32);

// Sections 7.3.10, 7.3.13 and 7.3.14.
pub(crate) const GPIO_A: Gate = Gate(0x30, 0);
pub(crate) const GPIO_B: Gate = Gate(0x30, 1);
pub(crate) const CRC: Gate = Gate(0x30, 12);
pub(crate) const USART2: Gate = Gate(0x40, 17);
pub(crate) const DAC: Gate = Gate(0x40, 29);
pub(crate) const USART1: Gate = Gate(0x44, 4);
pub(crate) const SPI1: Gate = Gate(0x44, 12);
pub(crate) const SYSCFG: Gate = Gate(0x44, 14);

/// From an enable register to the reset register of the same bus.
const RESET: usize = 0x20;

const CR: usize = 0x00;
const PLLCFGR: usize = 0x04;
const CFGR: usize = 0x08;

/// The internal oscillator (section 7.2.2), in Hz.
const HSI: u64 = 16_000_000;

/// Clocks that are ready at once, gates, and resets.
pub(crate) struct Rcc {
    words: [u32; 0x100],
    /// How often each gate was reset.
    resets: Vec<(Gate, u32)>,
    /// A gate whose clock never comes.
    pub(crate) broken: Option<Gate>,
}

impl Rcc {
    pub(crate) fn new() -> Clocks {
        let mut words = [0; 0x100];
        words[CR / 4] = 0x83;
        words[PLLCFGR / 4] = 0x2400_3010;
        Rc::new(RefCell::new(Self { words, resets: vec![], broken: None }))
    }

    /// Whether the clock runs.
    pub(crate) fn runs(&self, gate: Gate) -> bool {
        self.words[gate.0 / 4] >> gate.1 & 1 == 1 && self.broken != Some(gate)
    }

    /// How often the peripheral was reset.
    pub(crate) fn resets(&self, gate: Gate) -> u32 {
        self.resets.iter().find(|(known, _)| *known == gate).map_or(0, |(_, count)| *count)
    }

    /// Frequency of AHB in Hz, by the registers (sections 7.3.2 and 7.3.3).
    pub(crate) fn ahb(&self) -> u64 {
        let field = |word: usize, at: u32, bits: u32| u64::from(self.words[word / 4] >> at & ((1 << bits) - 1));
        let system = match field(CFGR, 0, 2) {
            0 => HSI,
            2 => {
                assert_eq!(field(PLLCFGR, 22, 1), 0, "the PLL is fed by an oscillator that need not be there");
                let voltage_controlled = HSI / field(PLLCFGR, 0, 6) * field(PLLCFGR, 6, 9);
                assert!((100_000_000..=432_000_000).contains(&voltage_controlled), "{voltage_controlled} Hz");
                voltage_controlled / (2 * field(PLLCFGR, 16, 2) + 2)
            }
            other => panic!("system clock {other}"),
        };
        system >> [0, 1, 2, 3, 4, 6, 7, 8, 9][field(CFGR, 4, 4).saturating_sub(7) as usize]
    }

    /// Frequency of APB1 in Hz.
    pub(crate) fn apb1(&self) -> u64 {
        self.ahb() >> (self.words[CFGR / 4] >> 10 & 7).saturating_sub(3)
    }

    /// Frequency of APB2 in Hz.
    pub(crate) fn apb2(&self) -> u64 {
        self.ahb() >> (self.words[CFGR / 4] >> 13 & 7).saturating_sub(3)
    }

    fn write(&mut self, offset: usize, value: u32) {
        let before = core::mem::replace(&mut self.words[offset / 4], value);
        match offset {
            // Each oscillator is ready as soon as it is on: bits 0 and 1, and pairs from 16 on (section 7.3.1).
            CR => self.words[0] = value & !0x0a0a_0002 | (value & 1) << 1 | (value & 0x0505_0000) << 1,
            CFGR => self.words[CFGR / 4] = value & !0b1100 | (value & 0b11) << 2,
            0x10..=0x24 => {
                let risen = value & !before;
                for bit in (0..32).filter(|bit| risen >> bit & 1 == 1) {
                    let gate = Gate(offset + RESET, bit);
                    match self.resets.iter_mut().find(|(known, _)| *known == gate) {
                        Some((_, count)) => *count += 1,
                        None => self.resets.push((gate, 1)),
                    }
                }
            }
            _ => {}
        }
    }
}

impl MemoryInterface for Rcc {
    fn size(&self) -> u32 {
        0x400
    }

    fn read_u32le(&mut self, address: u32, _: &mut Env) -> MemoryReadResult<u32> {
        Ok(self.words[address as usize / 4])
    }

    fn write_u32le(&mut self, address: u32, value: u32, _: &mut Env) -> MemoryWriteResult {
        self.write(address as usize, value);
        Ok(())
    }
}

/// The alias of the reset and clock control: each of its bits as a word.
pub(crate) struct BitBand(pub(crate) Clocks);

impl BitBand {
    /// Where it begins, for registers that begin at `base`.
    pub(crate) fn alias(base: u32) -> u32 {
        0x4200_0000 + (base - 0x4000_0000) * 32
    }
}

impl MemoryInterface for BitBand {
    fn size(&self) -> u32 {
        0x400 * 32
    }

    fn read_u32le(&mut self, address: u32, env: &mut Env) -> MemoryReadResult<u32> {
        let (word, bit) = (address / 128 * 4, address / 4 % 32);
        Ok(self.0.borrow_mut().read_u32le(word, env)? >> bit & 1)
    }

    fn write_u32le(&mut self, address: u32, value: u32, env: &mut Env) -> MemoryWriteResult {
        let (word, bit) = (address / 128 * 4, address / 4 % 32);
        let mut rcc = self.0.borrow_mut();
        let before = rcc.read_u32le(word, env)?;
        rcc.write_u32le(word, before & !(1 << bit) | (value & 1) << bit, env)
    }
}

/// A peripheral behind a gate: without its clock it reads 0 and ignores what is written, and it can be reset.
pub(crate) struct Gated<P> {
    clocks: Clocks,
    gate: Gate,
    resets: u32,
    size: u32,
    pub(crate) inner: P,
}

impl<P: Peripheral> Gated<P> {
    pub(crate) fn new(clocks: &Clocks, gate: Gate, inner: P) -> Rc<RefCell<Self>> {
        Rc::new(RefCell::new(Self { clocks: Rc::clone(clocks), gate, resets: 0, size: 0x400, inner }))
    }

    fn clocked(&mut self) -> bool {
        let (runs, resets) = {
            let clocks = self.clocks.borrow();
            (clocks.runs(self.gate), clocks.resets(self.gate))
        };
        if resets != self.resets {
            self.resets = resets;
            self.inner.reset();
        }
        runs
    }
}

impl<P: Peripheral> MemoryInterface for Gated<P> {
    fn size(&self) -> u32 {
        self.size
    }

    fn read_u32le(&mut self, address: u32, _: &mut Env) -> MemoryReadResult<u32> {
        Ok(if self.clocked() { self.inner.read(address) } else { 0 })
    }

    fn write_u32le(&mut self, address: u32, value: u32, _: &mut Env) -> MemoryWriteResult {
        if self.clocked() {
            self.inner.write(address, value);
        }
        Ok(())
    }

    // The peripherals that the firmware may access by half words (section 30.6: all of the USART's) take them at their place in the word.
    fn read_u16le(&mut self, address: u32, env: &mut Env) -> MemoryReadResult<u16> {
        if !address.is_multiple_of(4) {
            return Err(MemoryAccessError::InvalidAlignment);
        }
        self.read_u32le(address, env).map(|value| value as u16)
    }

    fn write_u16le(&mut self, address: u32, value: u16, env: &mut Env) -> MemoryWriteResult {
        if !address.is_multiple_of(4) {
            return Err(MemoryAccessError::InvalidAlignment);
        }
        self.write_u32le(address, value.into(), env)
    }

    // SPI's data register is accessed by bytes (section 28.5.4).
    fn read_u8(&mut self, address: u32, env: &mut Env) -> MemoryReadResult<u8> {
        self.read_u16le(address, env).map(|value| value as u8)
    }

    fn write_u8(&mut self, address: u32, value: u8, env: &mut Env) -> MemoryWriteResult {
        self.write_u16le(address, value.into(), env)
    }

    fn update(&mut self, env: &mut Env) {
        self.inner.tick(env.cycles);
    }
}
