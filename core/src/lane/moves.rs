//! [`Moves`]: how the bits under a mask are moved together.

/// How the bits under a mask are moved together: by 1, 2, 4, ... 32.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moves {
    pub(super) mask: u64,
    pub(super) moved: [u64; 6],
}

impl Moves {
    pub(super) fn of(mask: u64) -> Self {
        let mut moved = [0; 6];
        // Zeros of the mask below each bit decide by how much it moves: the binary digits of that number, from the lowest on.
        let (mut left, mut zeros) = (mask, !mask << 1);
        for (step, moved) in moved.iter_mut().enumerate() {
            let mut parity = zeros;
            for shift in [1, 2, 4, 8, 16, 32] {
                parity ^= parity << shift;
            }
            *moved = parity & left;
            left = (left ^ *moved) | *moved >> (1 << step);
            zeros &= !parity;
        }
        Self { mask, moved }
    }

    /// The bits of `word` under the mask, from bit 0 on.
    #[inline]
    pub(super) fn compress(&self, word: u64) -> u64 {
        let mut bits = word & self.mask;
        for (step, moved) in self.moved.iter().enumerate() {
            let going = bits & moved;
            bits = (bits ^ going) | going >> (1 << step);
        }
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SplitMix64;

    #[test]
    fn bits_under_any_mask() {
        let mut random = SplitMix64(2);
        for round in 0..1000 {
            let word = random.next_word();
            let mask = match round % 3 {
                0 => random.next_word(),
                1 => random.next_word() & random.next_word() & random.next_word(),
                _ => random.next_word() | random.next_word() | random.next_word(),
            };
            let (mut expected, mut count) = (0, 0);
            for i in (0..64).filter(|i| mask >> i & 1 == 1) {
                expected |= (word >> i & 1) << count;
                count += 1;
            }
            assert_eq!(Moves::of(mask).compress(word), expected);
        }
        let all = |mask| Moves::of(mask).compress(u64::MAX);
        assert_eq!((all(u64::MAX), all(0)), (u64::MAX, 0));
    }
}
