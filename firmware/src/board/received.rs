//! [`Queue`]: bytes that an interrupt receives, and [`Receiving`], the stream of them.

use core::{
    cell::{Cell, RefCell},
    convert::Infallible,
};

use critical_section::{CriticalSection, Mutex};
use embedded_io::{ErrorType, Read, ReadReady};
use heapless::Deque;

/// For the link: the longest command is far shorter, and a host waits for the answer.
pub(super) const COMMANDS: usize = 256;

/// For bits to be checked: while a reply is sent, some 10 ms, they only pile up. 8192 of them.
pub(super) const LINE: usize = 1024;

/// The most bytes taken at once: interrupts wait meanwhile, and the one of a clock must not wait long.
const PIECE: usize = 16;

/// Bytes received and not read yet. What finds no room is dropped, an overrun.
pub(super) struct Queue<const N: usize> {
    bytes: Mutex<RefCell<Deque<u8, N>>>,
    overran: Mutex<Cell<bool>>,
}

impl<const N: usize> Queue<N> {
    pub(super) const fn new() -> Self {
        Self { bytes: Mutex::new(RefCell::new(Deque::new())), overran: Mutex::new(Cell::new(false)) }
    }

    /// For the interrupt.
    pub(super) fn push(&self, cs: CriticalSection<'_>, byte: u8) {
        if self.bytes.borrow_ref_mut(cs).push_back(byte).is_err() {
            self.overrun(cs);
        }
    }

    /// For the interrupt: bytes went lost before they came here.
    pub(super) fn overrun(&self, cs: CriticalSection<'_>) {
        self.overran.borrow(cs).set(true);
    }

    pub(super) fn clear(&self) {
        let _ = self.overran();
        critical_section::with(|cs| self.bytes.borrow_ref_mut(cs).clear());
    }

    /// Whether bytes went lost since the last call. All that wait are dropped then, so that what was read is whole up to there, and so is what comes.
    pub(super) fn overran(&self) -> bool {
        critical_section::with(|cs| {
            let overran = self.overran.borrow(cs).replace(false);
            if overran {
                self.bytes.borrow_ref_mut(cs).clear();
            }
            overran
        })
    }

    pub(super) fn is_empty(&self, cs: CriticalSection<'_>) -> bool {
        self.bytes.borrow_ref(cs).is_empty()
    }
}

/// Sleeps until an interrupt, unless there is work.
pub(super) fn sleep(idle: impl FnOnce(CriticalSection<'_>) -> bool) {
    critical_section::with(|cs| {
        // With interrupts held back a pending one still wakes the core: none can slip in before it sleeps.
        if idle(cs) {
            cortex_m::asm::wfi();
        }
    });
}

/// What a queue receives.
pub(crate) struct Receiving<const N: usize>(pub(super) &'static Queue<N>);

impl<const N: usize> ErrorType for Receiving<N> {
    type Error = Infallible;
}

impl<const N: usize> Read for Receiving<N> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let count = critical_section::with(|cs| {
                let mut queue = self.0.bytes.borrow_ref_mut(cs);
                let count = buffer.len().min(queue.len()).min(PIECE);
                for slot in buffer.iter_mut().take(count) {
                    *slot = queue.pop_front().unwrap_or(0);
                }
                count
            });
            if count > 0 {
                return Ok(count);
            }
            sleep(|cs| self.0.is_empty(cs));
        }
    }
}

impl<const N: usize> ReadReady for Receiving<N> {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        Ok(critical_section::with(|cs| !self.0.is_empty(cs)))
    }
}
