//! [`SplitMix64`]: a small seeded generator, the same on every machine.

/// S. Vigna's splitmix64 (public domain, 2015): period 2^64, not for secrets.
///
/// It is not linear over GF(2), so that no register makes its bits, and polynomials drawn by it lie in no subspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitMix64(pub u64);

impl SplitMix64 {
    /// The next 64 bits.
    pub const fn next_word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }
}

#[cfg(test)]
mod tests {
    use super::SplitMix64;

    #[test]
    fn the_published_sequence() {
        // From seed 1234567, as Rosetta Code prints it ("Pseudo-random numbers/Splitmix64").
        let mut random = SplitMix64(1_234_567);
        let expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431];
        assert_eq!(expected.map(|_| random.next_word()), expected);
    }
}
