//! [`Ring`]: words that a controller writes to memory by itself, round and round, and that are read behind it.

use core::sync::atomic::{AtomicU32, Ordering};

/// The writer may have written so many words more than it says.
const AHEAD: u32 = 4;

/// The reader's side of a ring of words. A writer that is a whole ring ahead has overwritten what was not read yet, and goes on: an overrun, which is
/// noticed even if it happens while words are copied.
#[derive(Debug)]
pub struct Ring<const N: usize> {
    /// Bytes read so far, modulo 4 rounds.
    read: u32,
    overran: bool,
    /// The writer stops with the last word of the ring, so that the first ones stay.
    stops: bool,
}

impl<const N: usize> Default for Ring<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> Ring<N> {
    /// The writer counts its words modulo this: a power of two, far more than the ring holds.
    pub const ROUND: u32 = {
        assert!(N.is_power_of_two() && N >= 64);
        N as u32 * 16
    };

    /// Before the writer begins, at the first word.
    #[must_use]
    pub const fn new() -> Self {
        Self { read: 0, overran: false, stops: false }
    }

    /// The same of a writer that stops with the last word of the ring.
    #[must_use]
    pub const fn once() -> Self {
        Self { stops: true, ..Self::new() }
    }

    /// Copies the next bytes to `buffer`, least significant first in each word, and returns how many; `written` tells how many words the writer has written by now,
    /// modulo [`Self::ROUND`]. After an overrun nothing is copied, and reading goes on with what is written next.
    pub fn read(&mut self, words: &[AtomicU32; N], written: impl Fn() -> u32, buffer: &mut [u8]) -> usize {
        let mut at = self.read;
        let there = Self::behind(written(), at);
        let count = buffer.len().min(there as usize);
        let mut rest = buffer.get_mut(..count).unwrap_or(&mut []);
        if at.is_multiple_of(4) {
            // Nearly always, and in a third of the time.
            let (whole, last) = rest.as_chunks_mut::<4>();
            for bytes in whole {
                *bytes = words.get(at as usize / 4 % N).map_or(0, |word| word.load(Ordering::Relaxed)).to_le_bytes();
                at = at.wrapping_add(4);
            }
            rest = last;
        }
        while !rest.is_empty() {
            let word = words.get(at as usize / 4 % N).map_or(0, |word| word.load(Ordering::Relaxed)).to_le_bytes();
            let bytes = word.get(at as usize % 4..).unwrap_or(&[]);
            let taken = bytes.len().min(rest.len());
            let (now, later) = rest.split_at_mut(taken);
            now.iter_mut().zip(bytes).for_each(|(slot, byte)| *slot = *byte);
            rest = later;
            at = at.wrapping_add(taken as u32);
        }
        let written = written();
        if !self.stops && Self::behind(written, self.read) > 4 * (N as u32 - AHEAD) {
            (self.read, self.overran) = (4 * written, true);
            return 0;
        }
        self.read = at;
        count
    }

    /// Whether there was an overrun since the last call; if the writer has stopped, whether all is read and nothing more will come.
    pub fn overran(&mut self) -> bool {
        core::mem::take(&mut self.overran) || self.stops && self.read == 4 * N as u32
    }

    /// After so many words the writer stops, or begins to count anew.
    pub const fn count(&self) -> u32 {
        if self.stops { N as u32 } else { Self::ROUND }
    }

    /// Whether the writer stops with the last word of the ring.
    pub const fn stops(&self) -> bool {
        self.stops
    }

    /// Bytes from `read` to the writer.
    fn behind(written: u32, read: u32) -> u32 {
        (4 * written).wrapping_sub(read) & (4 * Self::ROUND - 1)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::{cell::Cell, vec, vec::Vec};

    use super::*;

    const N: usize = 64;

    /// The controller: words that count up from 0.
    struct Writer {
        words: [AtomicU32; N],
        written: Cell<u32>,
    }

    impl Writer {
        fn new() -> Self {
            Self { words: [const { AtomicU32::new(0) }; N], written: Cell::new(0) }
        }

        fn write(&self, count: u32) {
            for _ in 0..count {
                let at = self.written.get();
                self.words[at as usize % N].store(at, Ordering::Relaxed);
                self.written.set(at.wrapping_add(1));
            }
        }

        fn count(&self) -> u32 {
            self.written.get() % Ring::<N>::ROUND
        }
    }

    #[test]
    fn all_bytes_come_in_order_for_many_rounds() {
        let (writer, mut ring) = (Writer::new(), Ring::<N>::new());
        let (mut random, mut due) = (1u32, 0u64);
        let mut bytes = 0;
        while due < 5 * u64::from(Ring::<N>::ROUND) * 4 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            writer.write(random >> 27);
            let mut buffer = vec![0; (random >> 8) as usize % 200];
            let count = ring.read(&writer.words, || writer.count(), &mut buffer);
            for byte in &buffer[..count] {
                assert_eq!(*byte, ((due / 4) >> (8 * (due % 4))) as u8, "byte {due}");
                due += 1;
            }
            bytes += count;
            // Never so far behind that there is an overrun.
            let mut rest = [0; 4 * N];
            let count = ring.read(&writer.words, || writer.count(), &mut rest);
            due += count as u64;
            bytes += count;
            assert!(!ring.overran());
        }
        assert_eq!(bytes as u64, u64::from(writer.written.get()) * 4);
    }

    #[test]
    fn a_writer_that_is_ahead_is_noticed_and_followed_anew() {
        for ahead in 1..3 * N as u32 {
            let (writer, mut ring) = (Writer::new(), Ring::<N>::new());
            writer.write(5);
            let mut buffer = [0; 20];
            assert_eq!(ring.read(&writer.words, || writer.count(), &mut buffer), 20);
            writer.write(ahead);
            let count = ring.read(&writer.words, || writer.count(), &mut buffer);
            let is_too_far = ahead > N as u32 - AHEAD;
            assert_eq!((count == 0, ring.overran()), (is_too_far, is_too_far), "{ahead}");
            assert!(!ring.overran(), "told once");
            if is_too_far {
                writer.write(2);
                assert_eq!(ring.read(&writer.words, || writer.count(), &mut buffer), 8);
                assert_eq!(buffer[..4], (5 + ahead).to_le_bytes());
            }
        }
    }

    #[test]
    fn words_that_are_overwritten_while_they_are_copied_are_not_handed_out() {
        let (writer, mut ring) = (Writer::new(), Ring::<N>::new());
        writer.write(32);
        let asked = Cell::new(0);
        let written = || {
            // Between the first question and the last the writer runs a ring ahead.
            if asked.replace(asked.get() + 1) == 1 {
                writer.write(N as u32);
            }
            writer.count()
        };
        let mut buffer = [0; 128];
        assert_eq!((ring.read(&writer.words, written, &mut buffer), ring.overran()), (0, true));
    }

    #[test]
    fn a_ring_that_is_written_once_is_used_up_in_the_end() {
        for at_once in [16, N as u32] {
            let (writer, mut ring) = (Writer::new(), Ring::<N>::once());
            let mut all: Vec<u8> = vec![];
            while all.len() < 4 * N {
                assert!(!ring.overran());
                writer.write(at_once.min(N as u32 - writer.written.get()));
                let mut buffer = [0; 30];
                let count = ring.read(&writer.words, || writer.count(), &mut buffer);
                all.extend(&buffer[..count]);
            }
            assert!(ring.overran() && ring.overran(), "from then on");
            assert!(all.chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).eq(0..N as u32));
        }
    }
}
