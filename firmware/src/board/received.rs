//! [`Queue`]: bytes that an interrupt receives, and [`Receiving`], the stream of them.

use core::{cell::RefCell, convert::Infallible};

use critical_section::Mutex;
use embedded_io::{ErrorType, Read, ReadReady};
use heapless::Deque;

/// The longest command is far shorter, and a host waits for the answer.
const ROOM: usize = 256;

/// Bytes received and not read yet. What finds no room is dropped: the check sum of the frame, or the checker, will tell.
pub(super) struct Queue(Mutex<RefCell<Deque<u8, ROOM>>>);

impl Queue {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(RefCell::new(Deque::new())))
    }

    /// For the interrupt.
    pub(super) fn push(&self, byte: u8) {
        critical_section::with(|cs| {
            let _ = self.0.borrow_ref_mut(cs).push_back(byte);
        });
    }

    pub(super) fn clear(&self) {
        critical_section::with(|cs| self.0.borrow_ref_mut(cs).clear());
    }

    pub(super) fn is_empty(&self) -> bool {
        critical_section::with(|cs| self.0.borrow_ref(cs).is_empty())
    }
}

/// Sleeps until an interrupt, unless one of the queues holds something.
pub(super) fn sleep(queues: &[&Queue]) {
    critical_section::with(|_| {
        // With interrupts held back a pending one still wakes the core: none can slip in before it sleeps.
        if queues.iter().all(|queue| queue.is_empty()) {
            cortex_m::asm::wfi();
        }
    });
}

/// What a queue receives.
pub(crate) struct Receiving(pub(super) &'static Queue);

impl ErrorType for Receiving {
    type Error = Infallible;
}

impl Read for Receiving {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let count = critical_section::with(|cs| {
                let mut queue = self.0.0.borrow_ref_mut(cs);
                let count = buffer.len().min(queue.len());
                for slot in buffer.iter_mut().take(count) {
                    *slot = queue.pop_front().unwrap_or(0);
                }
                count
            });
            if count > 0 {
                return Ok(count);
            }
            sleep(&[self.0]);
        }
    }
}

impl ReadReady for Receiving {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        Ok(!self.0.is_empty())
    }
}
