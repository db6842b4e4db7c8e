//! [`Pending`]: received words on which the decision is still open.

/// Words kept at most: 2048 bits.
pub(super) const CAPACITY: usize = 32;

/// Words, bit 0 first: as received while no lock was ever there, else what was wrong with them under the last lock. The last may be
/// shorter.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    /// A ring: word i is at `first` + i.
    words: [u64; CAPACITY],
    first: usize,
    len: usize,
    /// How many bits are missing in the last word.
    missing: u32,
}

impl Pending {
    pub(super) const EMPTY: Self = Self { words: [0; CAPACITY], first: 0, len: 0, missing: 0 };

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// All bits.
    pub(super) fn bits(&self) -> u32 {
        self.len as u32 * 64 - self.missing
    }

    /// Adds a word; there must be room.
    pub(super) fn push(&mut self, word: u64, bits: u32) {
        self.words[(self.first + self.len) % CAPACITY] = word;
        self.len += 1;
        self.missing = 64 - bits;
    }

    /// Word `at`; 0 beyond the last.
    pub(super) fn word(&self, at: usize) -> u64 {
        if at < self.len { self.words[(self.first + at) % CAPACITY] } else { 0 }
    }

    /// How many bits word `at` has.
    pub(super) fn bits_of(&self, at: usize) -> u32 {
        if at + 1 == self.len { 64 - self.missing } else { 64 }
    }

    /// Bit `at`: whether it is wrong, under the lock there was.
    pub(super) fn bit(&self, at: u32) -> bool {
        self.word(at as usize / 64) >> (at % 64) & 1 == 1
    }

    /// Drops the first word; returns it and its bits.
    pub(super) fn take_first(&mut self) -> (u64, u32) {
        let first = (self.word(0), self.bits_of(0));
        self.first = (self.first + 1) % CAPACITY;
        self.len = self.len.saturating_sub(1);
        if self.len == 0 {
            self.missing = 0;
        }
        first
    }

    /// Adds a word of a sequence to each.
    pub(super) fn add(&mut self, mut next: impl FnMut() -> u64) {
        for at in 0..self.len {
            self.words[(self.first + at) % CAPACITY] ^= next() & u64::MAX >> (64 - self.bits_of(at));
        }
    }

    pub(super) fn clear(&mut self) {
        (self.len, self.missing) = (0, 0);
    }

    /// Ones in the last `words`.
    pub(super) fn errors_of_last(&self, words: usize) -> u32 {
        (self.len.saturating_sub(words)..self.len).map(|at| self.word(at).count_ones()).sum()
    }

    /// The bit up to which the old lock fits better than nothing: where 4 x errors - bits is least.
    pub(super) fn best_old_end(&self) -> u32 {
        let (mut best, mut best_end, mut cost) = (0, 0, 0i32);
        for at in 0..self.bits() {
            cost += 4 * i32::from(self.bit(at)) - 1;
            if cost < best {
                (best, best_end) = (cost, at + 1);
            }
        }
        best_end
    }
}
