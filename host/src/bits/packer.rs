//! [`Packer`]: bits that come a few at a time, put together to words; `each` takes words apart again.

use lfsr_core::lane::Lane;

/// Words whose bit 0 is the first.
#[derive(Debug, Clone, Default)]
pub struct Packer {
    words: Vec<u64>,
    /// The beginning of the next word, and how many bits.
    rest: u64,
    count: u32,
}

impl Packer {
    /// Adds the lowest `count` bits, at most 64; those above are zeros.
    #[inline]
    pub fn put(&mut self, bits: u64, count: u32) {
        self.rest |= bits << self.count;
        self.count += count;
        if self.count >= u64::BITS {
            self.words.push(self.rest);
            self.count -= u64::BITS;
            // What did not fit; nothing if all did.
            self.rest = bits.checked_shr(count - self.count).unwrap_or(0);
        }
    }

    /// Adds what a lane has of the first `count` bits of the next words of a stream; a count that is no multiple of 64 ends it.
    pub fn put_lane(&mut self, lane: &mut Lane, words: &[u64], count: u64) {
        let (whole, last) = words.split_at((count / 64) as usize);
        // A local variable's fields are in registers of the CPU: twice as fast.
        let mut packer = core::mem::take(self);
        lane.take_each(whole, |bits, taken| packer.put(bits, taken));
        *self = packer;
        if let (Some(word), rest @ 1..) = (last.first(), (count % 64) as u32) {
            let (bits, taken) = lane.take_last(*word, rest);
            self.put(bits, taken);
        }
    }

    /// The whole words that are ready.
    pub fn take(&mut self) -> Vec<u64> {
        // As many will come next.
        let room = Vec::with_capacity(self.words.len());
        core::mem::replace(&mut self.words, room)
    }

    /// Everything, and how many bits.
    pub fn finish(&mut self) -> (Vec<u64>, u64) {
        let mut words = self.take();
        let bits = 64 * words.len() as u64 + u64::from(self.count);
        if self.count > 0 {
            words.push(self.rest);
        }
        (self.rest, self.count) = (0, 0);
        (words, bits)
    }
}

/// Calls `with` with each word and how many of its bits count, those above being zeros.
pub(super) fn each(words: &[u64], count: u64, mut with: impl FnMut(u64, u32)) {
    for (i, &word) in words.iter().enumerate() {
        match count.saturating_sub(64 * i as u64) {
            0 => break,
            left @ 1..64 => with(word & ((1 << left) - 1), left as u32),
            _ => with(word, 64),
        }
    }
}

/// The bits of a lane out of words in the order of time.
pub(super) fn dealt(words: &[u64], count: u64, lanes: u32, group: u32, lane: u32) -> (Vec<u64>, u64) {
    let Some(mut taker) = Lane::new(lanes, group, lane) else { return (vec![], 0) };
    let mut packer = Packer::default();
    packer.put_lane(&mut taker, words, count);
    packer.finish()
}

#[cfg(test)]
mod tests {
    use lfsr_core::random::SplitMix64;

    use super::*;

    #[test]
    fn words_are_the_bits_in_order() {
        let mut random = SplitMix64(1);
        let (mut packer, mut bits, mut words) = (Packer::default(), Vec::new(), Vec::new());
        for _ in 0..2000 {
            let count = (random.next_word() % 65) as u32;
            let value = random.next_word() & 1u64.checked_shl(count).unwrap_or(0).wrapping_sub(1);
            bits.extend((0..count).map(|i| value >> i & 1 == 1));
            packer.put(value, count);
            if count == 7 {
                words.extend(packer.take());
            }
        }
        let (last, count) = packer.finish();
        assert_eq!(64 * words.len() as u64 + count, bits.len() as u64);
        words.extend(last);
        assert!(bits.iter().enumerate().all(|(t, bit)| words[t / 64] >> (t % 64) & 1 == u64::from(*bit)));
        assert_eq!(packer.finish(), (vec![], 0));
    }
}
