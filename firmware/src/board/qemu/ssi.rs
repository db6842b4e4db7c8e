//! SSI0 (a PL022), which clocks a generator at its receiving pin.

use core::convert::Infallible;

use embedded_hal::spi::{ErrorType, SpiBus};

use super::port::Port;

/// The bus: mode 0, 8 bits, 1 MHz of the 12 MHz after reset.
pub(super) struct Ssi;

impl Ssi {
    /// Called once.
    pub(super) fn begin() -> Self {
        port(CONTROL_1).write(0);
        port(PRESCALE).write(12);
        port(CONTROL_0).write(EIGHT_BITS);
        port(CONTROL_1).write(ENABLE);
        Self
    }

    /// One byte out, one in.
    fn exchange(&mut self, byte: u8) -> u8 {
        port(DATA).write(byte.into());
        while port(STATUS).read() & RECEIVED == 0 {}
        port(DATA).read() as u8
    }
}

impl ErrorType for Ssi {
    type Error = Infallible;
}

impl SpiBus for Ssi {
    fn read(&mut self, words: &mut [u8]) -> Result<(), Infallible> {
        words.iter_mut().for_each(|word| *word = self.exchange(0xff));
        Ok(())
    }

    fn write(&mut self, words: &[u8]) -> Result<(), Infallible> {
        for word in words {
            self.exchange(*word);
        }
        Ok(())
    }

    fn transfer(&mut self, read: &mut [u8], write: &[u8]) -> Result<(), Infallible> {
        let mut write = write.iter();
        for word in read {
            *word = self.exchange(write.next().copied().unwrap_or(0xff));
        }
        for word in write {
            self.exchange(*word);
        }
        Ok(())
    }

    fn transfer_in_place(&mut self, words: &mut [u8]) -> Result<(), Infallible> {
        words.iter_mut().for_each(|word| *word = self.exchange(*word));
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

fn port(offset: usize) -> Port {
    Port(SSI0 + offset)
}

// LM3S6965 data sheet, SSI: CR0, CR1, DR, SR, CPSR.
const SSI0: usize = 0x4000_8000;
const CONTROL_0: usize = 0;
const CONTROL_1: usize = 4;
const DATA: usize = 8;
const STATUS: usize = 0xC;
const PRESCALE: usize = 0x10;
const EIGHT_BITS: u32 = 7;
const ENABLE: u32 = 1 << 1;
const RECEIVED: u32 = 1 << 2;
