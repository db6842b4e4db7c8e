//! Pins of port B (a PL061): a generator that the board clocks, and one with a clock of its own, which interrupts.

use core::{
    convert::Infallible,
    sync::atomic::{AtomicBool, AtomicU8, Ordering},
};

use embedded_hal::digital::{ErrorType, InputPin, OutputPin};
use lfsr_firmware::queue::Queue;

use super::port::Port;

/// PB0, whose rising edge takes the bit at PB1.
const WATCHED_CLOCK: u32 = 1 << 0;
const WATCHED_DATA: u32 = 1 << 1;

/// PB2, which the board drives, and the data at PB3.
pub(super) const CLOCK: Pin = Pin(1 << 2);
pub(super) const DATA: Pin = Pin(1 << 3);

/// Bits of the watched clock, eight to a byte, bit 0 first.
pub(super) static BITS: Bits = Bits { held: AtomicU8::new(Bits::NONE), queue: Queue::new(), overran: AtomicBool::new(false) };

/// Called once.
pub(super) fn begin() {
    port(DIGITAL).set(0b1111);
    port(DIRECTION).set(CLOCK.0);
    port(RISING).set(WATCHED_CLOCK);
    port(INTERRUPT_MASK).set(WATCHED_CLOCK);
}

/// A pin of port B.
pub(super) struct Pin(u32);

impl Pin {
    /// The address says which pins are meant.
    fn data(&self) -> Port {
        port(self.0 as usize * 4)
    }
}

impl ErrorType for Pin {
    type Error = Infallible;
}

impl InputPin for Pin {
    fn is_high(&mut self) -> Result<bool, Infallible> {
        Ok(self.data().read() != 0)
    }

    fn is_low(&mut self) -> Result<bool, Infallible> {
        Ok(self.data().read() == 0)
    }
}

impl OutputPin for Pin {
    fn set_high(&mut self) -> Result<(), Infallible> {
        self.data().write(self.0);
        Ok(())
    }

    fn set_low(&mut self) -> Result<(), Infallible> {
        self.data().write(0);
        Ok(())
    }
}

/// Bits from the interrupt.
pub(super) struct Bits {
    /// Bits that do not fill a byte, below a 1 that marks their end.
    held: AtomicU8,
    pub(super) queue: Queue<8>,
    overran: AtomicBool,
}

impl Bits {
    /// No bit.
    const NONE: u8 = 1 << 7;

    /// For the interrupt of port B.
    pub(super) fn collect(&self) {
        if port(INTERRUPTS).read() & WATCHED_CLOCK == 0 {
            return;
        }
        // The data first: a generator that waits for us waits for the interrupt to be cleared.
        let bit = Pin(WATCHED_DATA).data().read() != 0;
        port(INTERRUPT_CLEAR).write(WATCHED_CLOCK);
        let held = self.held.load(Ordering::Relaxed);
        let bits = held >> 1 | u8::from(bit) << 7;
        let full = held & 1 == 1;
        if full && !self.queue.push(bits) {
            self.overran.store(true, Ordering::Relaxed);
        }
        self.held.store(if full { Self::NONE } else { bits }, Ordering::Relaxed);
    }

    /// With interrupts held back: whether bits went lost since the last call. What waits is dropped then.
    pub(super) fn overran(&self) -> bool {
        let overran = self.overran.load(Ordering::Relaxed);
        if overran {
            self.clear();
        }
        overran
    }

    /// With interrupts held back.
    pub(super) fn clear(&self) {
        self.overran.store(false, Ordering::Relaxed);
        self.held.store(Self::NONE, Ordering::Relaxed);
        self.queue.clear();
    }

    /// What there is by now.
    pub(super) fn read(&self, buffer: &mut [u8]) -> usize {
        buffer.iter_mut().map_while(|slot| Some(*slot = self.queue.pop()?)).count()
    }
}

fn port(offset: usize) -> Port {
    Port(PORT_B + offset)
}

// LM3S6965 data sheet, GPIO: port B, DIR, IEV, IM, MIS, ICR, DEN.
const PORT_B: usize = 0x4000_5000;
const DIRECTION: usize = 0x400;
const RISING: usize = 0x40C;
const INTERRUPT_MASK: usize = 0x410;
const INTERRUPTS: usize = 0x418;
const INTERRUPT_CLEAR: usize = 0x41C;
const DIGITAL: usize = 0x51C;
