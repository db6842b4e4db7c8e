//! [`Queue`]: bytes from an interrupt to whoever reads them.

use core::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// A ring for one writer and one reader at a time, such as an interrupt and the main loop; `N` bytes, a power of two.
#[derive(Debug)]
pub struct Queue<const N: usize> {
    bytes: [AtomicU8; N],
    /// Bytes written and read so far, modulo the word.
    written: AtomicUsize,
    read: AtomicUsize,
}

impl<const N: usize> Queue<N> {
    /// Empty.
    #[must_use]
    pub const fn new() -> Self {
        const { assert!(N.is_power_of_two()) };
        Self { bytes: [const { AtomicU8::new(0) }; N], written: AtomicUsize::new(0), read: AtomicUsize::new(0) }
    }

    /// Bytes that wait.
    pub fn len(&self) -> usize {
        self.written.load(Ordering::Acquire).wrapping_sub(self.read.load(Ordering::Acquire))
    }

    /// Whether no byte waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether no more bytes fit.
    pub fn is_full(&self) -> bool {
        self.len() >= N
    }

    /// Adds a byte; false, and the byte dropped, if the queue is full.
    pub fn push(&self, byte: u8) -> bool {
        let at = self.written.load(Ordering::Relaxed);
        match self.bytes.get(at & (N - 1)) {
            Some(slot) if !self.is_full() => {
                slot.store(byte, Ordering::Relaxed);
                self.written.store(at.wrapping_add(1), Ordering::Release);
                true
            }
            _ => false,
        }
    }

    /// Takes the oldest byte.
    pub fn pop(&self) -> Option<u8> {
        if self.is_empty() {
            return None;
        }
        let at = self.read.load(Ordering::Relaxed);
        let byte = self.bytes.get(at & (N - 1))?.load(Ordering::Relaxed);
        self.read.store(at.wrapping_add(1), Ordering::Release);
        Some(byte)
    }

    /// Drops all bytes; from the reader's side.
    pub fn clear(&self) {
        self.read.store(self.written.load(Ordering::Acquire), Ordering::Release);
    }
}

impl<const N: usize> Default for Queue<N> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;

    #[test]
    fn what_goes_in_comes_out_in_order() {
        let queue = Queue::<8>::new();
        let (mut next, mut due) = (0u8, 0u8);
        for round in 0..1000u32 {
            for _ in 0..round % 11 {
                let full = queue.is_full();
                assert_eq!(full, queue.len() == 8);
                assert_eq!(queue.push(next), !full);
                next = next.wrapping_add(u8::from(!full));
            }
            for _ in 0..round % 7 {
                assert_eq!(queue.is_empty(), next == due);
                assert_eq!(queue.pop(), (next != due).then_some(due));
                due = due.wrapping_add(u8::from(next != due));
            }
        }
        queue.clear();
        assert_eq!((queue.len(), queue.pop()), (0, None));
    }

    #[test]
    fn two_threads_pass_everything_on() {
        let queue = Queue::<16>::new();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for i in 0..100_000u32 {
                    while queue.is_full() {
                        std::thread::yield_now();
                    }
                    queue.push(i as u8);
                }
            });
            for i in 0..100_000u32 {
                let byte = loop {
                    if let Some(byte) = queue.pop() {
                        break byte;
                    }
                    std::thread::yield_now();
                };
                assert_eq!(byte, i as u8);
            }
        });
    }
}
