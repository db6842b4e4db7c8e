//! The registers inside the chip: the noise generator of the digital-to-analogue converter, and the CRC unit.

use lfsr_firmware::source::Stepped;
use stm32f4xx_hal::{
    crc32::Crc32,
    gpio::{Analog, PA4},
    pac::{self, CRC, DAC},
    rcc::{Enable, Rcc, Reset},
};

/// Section 14.3.8: the noise register has 12 cells.
pub(super) const NOISE_CELLS: u32 = 12;

/// Section 4.2: the CRC-32 polynomial of Ethernet, without x^32.
pub(super) const CRC_POLYNOMIAL: u32 = 0x04C1_1DB7;

/// A conversion takes one clock of APB1 from the software trigger (section 14.3.4), the noise three (section 14.3.8); this is eight.
const CONVERSION_CYCLES: u32 = 16;

/// TSEL1: the software trigger (section 14.5.1).
const SOFTWARE: u8 = 0b111;

/// Channel 1 of the converter, giving noise alone: each step is one software trigger, and DOR1 is the register.
pub(super) struct Noise {
    dac: DAC,
    /// The channel's output, which the converter needs no driver for but must have to itself.
    _pin: PA4<Analog>,
}

impl Noise {
    pub(super) fn new(dac: DAC, pin: PA4, rcc: &mut Rcc) -> Self {
        DAC::enable(rcc);
        DAC::reset(rcc);
        // The base that the noise is added to.
        dac.dhr12r1().write(|w| w.daccdhr().set(0));
        let mut noise = Self { dac, _pin: pin.into_analog() };
        noise.restart();
        noise
    }

    /// Back to the first state: without a wave the register is cleared (section 14.3.8).
    pub(super) fn restart(&mut self) {
        self.dac.cr().write(|w| w.en1().enabled());
        // All 12 cells unmasked.
        self.dac
            .cr()
            .write(|w| w.en1().enabled().ten1().enabled().tsel1().set(SOFTWARE).wave1().noise().mamp1().amp4095());
    }
}

impl Stepped for Noise {
    fn step(&mut self) -> Option<u32> {
        self.dac.swtrigr().write(|w| w.swtrig1().enabled());
        cortex_m::asm::delay(CONVERSION_CYCLES);
        Some(self.dac.dor1().read().bits())
    }
}

/// The CRC unit, fed zeros.
pub(super) struct CrcUnit(Crc32);

impl CrcUnit {
    pub(super) fn new(crc: CRC, rcc: &mut pac::RCC) -> Self {
        Self(Crc32::new(crc, rcc))
    }

    /// Back to all ones.
    pub(super) fn restart(&mut self) {
        self.0.init();
    }
}

impl Stepped for CrcUnit {
    fn step(&mut self) -> Option<u32> {
        Some(self.0.update(&[0]))
    }
}
