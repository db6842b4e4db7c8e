//! The two atomics of the schedules: a shared queue that is only a number, and a range that can be taken from both ends.

use core::ops::Range;

// Of the module that has this one: `tests/models.rs` has loom's instead of the processor's.
use super::atomic::{AtomicU64, Ordering};

/// The queue 0..end, of which only the front is stored: nothing is listed.
#[derive(Debug)]
pub(super) struct Queue {
    front: AtomicU64,
    end: u64,
}

impl Queue {
    pub(super) fn new(end: u64) -> Self {
        Self { front: AtomicU64::new(0), end }
    }

    /// Takes `wanted(left)` elements, at least one, from the front.
    ///
    /// Does not block: after a few lost races it takes a single element, which cannot fail.
    pub(super) fn take(&self, wanted: impl Fn(u64) -> u64) -> Option<Range<u64>> {
        // Relaxed throughout: elements are plain numbers, and an atomic read-modify-write hands out each exactly once.
        let mut front = self.front.load(Ordering::Relaxed);
        for _ in 0..4 {
            if front >= self.end {
                return None;
            }
            let left = self.end - front;
            let next = front + wanted(left).clamp(1, left);
            match self.front.compare_exchange_weak(front, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Some(front..next),
                Err(now) => front = now,
            }
        }
        let front = self.front.fetch_add(1, Ordering::Relaxed);
        (front < self.end).then(|| front..front + 1)
    }
}

/// A range whose owner takes from the front while others take from the back.
///
/// Both ends sit in one word, so every take is one compare-exchange on the whole range.
#[derive(Debug)]
pub(super) struct TwoEnded(AtomicU64);

impl TwoEnded {
    pub(super) fn new(range: Range<u32>) -> Self {
        Self(AtomicU64::new(pack(range)))
    }

    /// The first element.
    pub(super) fn take_front(&self) -> Option<u32> {
        self.take(|range| range.start..range.start + 1).map(|taken| taken.start)
    }

    /// The back half, rounded up.
    pub(super) fn take_back(&self) -> Option<Range<u32>> {
        self.take(|range| range.start + (range.end - range.start) / 2..range.end)
    }

    /// Takes the part of the range that `part` names, which must lie at one end of it.
    fn take(&self, part: impl Fn(Range<u32>) -> Range<u32>) -> Option<Range<u32>> {
        // Relaxed: as for `Queue`.
        let mut now = self.0.load(Ordering::Relaxed);
        loop {
            let range = unpack(now);
            if range.is_empty() {
                return None;
            }
            let taken = part(range.clone());
            let left = if taken.start == range.start { taken.end..range.end } else { range.start..taken.start };
            match self.0.compare_exchange_weak(now, pack(left), Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Some(taken),
                Err(other) => now = other,
            }
        }
    }
}

fn pack(range: Range<u32>) -> u64 {
    u64::from(range.start) << 32 | u64::from(range.end)
}

fn unpack(word: u64) -> Range<u32> {
    (word >> 32) as u32..word as u32
}
