//! [`Bits`]: bits that an interrupt receives one by one.

use core::cell::Cell;

use critical_section::Mutex;

use super::received::{LINE, Queue};

/// Bits that an interrupt takes at each clock of a generator; bit 0 of each byte is the first.
pub(super) struct Bits {
    /// Bits that do not fill a byte, below a 1 that marks their end.
    held: Mutex<Cell<u8>>,
    pub(super) queue: Queue<LINE>,
}

impl Bits {
    /// No bit.
    const NONE: u8 = 1 << 7;

    pub(super) const fn new() -> Self {
        Self { held: Mutex::new(Cell::new(Self::NONE)), queue: Queue::new() }
    }

    /// For the interrupt.
    pub(super) fn push(&self, bit: bool) {
        critical_section::with(|cs| {
            let held = self.held.borrow(cs);
            let (full, bits) = (held.get() & 1 == 1, held.get() >> 1 | u8::from(bit) << 7);
            if full {
                self.queue.push(cs, bits);
            }
            held.set(if full { Self::NONE } else { bits });
        });
    }

    pub(super) fn clear(&self) {
        critical_section::with(|cs| self.held.borrow(cs).set(Self::NONE));
        self.queue.clear();
    }
}
