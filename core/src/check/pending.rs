//! [`Pending`]: received words on which the decision is still open.

/// Words kept at most: 4096 bits.
pub(super) const CAPACITY: usize = 64;

/// Words as received (bit 0 first), with what was wrong under the lock of that time; the last may be shorter.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    received: [u64; CAPACITY],
    wrong: [u64; CAPACITY],
    len: usize,
    /// Bits of the last word.
    last_bits: u32,
}

impl Default for Pending {
    fn default() -> Self {
        Self { received: [0; CAPACITY], wrong: [0; CAPACITY], len: 0, last_bits: 64 }
    }
}

impl Pending {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// All bits.
    pub(super) fn bits(&self) -> u32 {
        (self.len as u32 * 64).saturating_sub(64 - self.last_bits)
    }

    /// Adds a word; there must be room.
    pub(super) fn push(&mut self, received: u64, wrong: u64, bits: u32) {
        if let (Some(to), Some(wrong_to)) = (self.received.get_mut(self.len), self.wrong.get_mut(self.len)) {
            (*to, *wrong_to) = (received, wrong);
            self.len += 1;
            self.last_bits = bits;
        }
    }

    /// Word `at`: received, wrong, bits.
    pub(super) fn get(&self, at: usize) -> Option<(u64, u64, u32)> {
        let bits = if at + 1 == self.len { self.last_bits } else { 64 };
        (at < self.len).then_some(())?;
        Some((*self.received.get(at)?, *self.wrong.get(at)?, bits))
    }

    pub(super) fn take_first(&mut self) -> Option<(u64, u64, u32)> {
        let first = self.get(0)?;
        self.received.copy_within(1..self.len, 0);
        self.wrong.copy_within(1..self.len, 0);
        self.len -= 1;
        Some(first)
    }

    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    /// Wrong bits in the last `words`.
    pub(super) fn errors_of_last(&self, words: usize) -> u32 {
        let from = self.len.saturating_sub(words);
        self.wrong.get(from..self.len).unwrap_or(&[]).iter().map(|word| word.count_ones()).sum()
    }

    /// The bit up to which the old lock fits better than nothing: where 4 x errors - bits is least.
    pub(super) fn best_old_end(&self) -> u32 {
        let (mut best, mut best_end, mut cost) = (0i64, 0, 0i64);
        for at in 0..self.bits() {
            cost += 4 * i64::from(self.is_wrong(at)) - 1;
            if cost < best {
                (best, best_end) = (cost, at + 1);
            }
        }
        best_end
    }

    /// Whether bit `at` was wrong under the old lock.
    pub(super) fn is_wrong(&self, at: u32) -> bool {
        self.wrong.get(at as usize / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }
}
