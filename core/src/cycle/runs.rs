//! [`Run`]: where runs of zeros end in a stream of 64-bit words.

/// Finds the ends of runs of at least `zeros` zeros, a word at a time.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    zeros: u32,
}

impl Run {
    /// For runs of `zeros` zeros, 0 to 64 (larger values count as 64).
    #[must_use]
    pub const fn new(zeros: u32) -> Self {
        Self { zeros: if zeros > 64 { 64 } else { zeros } }
    }

    /// Bit i of the answer is set if bits i-zeros+1 ..= i of the stream are all zero, where bit 0 is the lowest (oldest) bit of
    /// `word` and bit -1 the highest of `before`. O(log zeros).
    #[must_use]
    #[inline(always)]
    pub fn ends(self, before: u64, word: u64) -> u64 {
        if self.zeros >= 15 && !self.possible(before, word) {
            return 0;
        }
        if self.zeros == 0 {
            return u64::MAX;
        }
        // Erosion by doubling: after a round, bit i says that the `length` bits ending at i are zero.
        let (mut old, mut new) = (!before, !word);
        let mut length = 1;
        while length < self.zeros {
            let by = length.min(self.zeros - length);
            new &= new << by | old >> (64 - by);
            old &= old << by;
            length += by;
        }
        new
    }

    /// False only if no run of 15 or more zeros ends in `word`: such a run contains an aligned zero byte, in `word` or last in `before`.
    #[inline(always)]
    fn possible(self, before: u64, word: u64) -> bool {
        before >> 56 == 0 || word.wrapping_sub(0x0101_0101_0101_0101) & !word & 0x8080_8080_8080_8080 != 0
        // A run of 64 zeros may end before the first whole byte of `word` only if `before` ends in zeros: covered above.
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::tests::splitmix;

    fn naive(zeros: u32, before: u64, word: u64) -> u64 {
        let stream = u128::from(word) << 64 | u128::from(before);
        (0..64).filter(|i| (0..zeros).all(|k| stream >> (64 + i - k) & 1 == 0)).fold(0, |ends, i| ends | 1 << i)
    }

    #[test]
    fn ends_of_runs() {
        let mut random = 3;
        for zeros in 0..=64 {
            for _ in 0..2000 {
                // A run of about `zeros` zeros somewhere in otherwise random bits.
                let length = (u64::from(zeros) + splitmix(&mut random) % 5).saturating_sub(2).min(127);
                let at = splitmix(&mut random) % (128 - length);
                let noise = u128::from(splitmix(&mut random)) << 64 | u128::from(splitmix(&mut random));
                let stream = noise & !(((1u128 << length) - 1) << at);
                let (before, word) = (stream as u64, (stream >> 64) as u64);
                let found = Run::new(zeros).ends(before, word);
                assert_eq!(found, naive(zeros, before, word), "{zeros} zeros in {word:016x} {before:016x}");
            }
        }
    }
}
