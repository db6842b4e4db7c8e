//! The shortest register of a long sequence, by the half-gcd.
//!
//! The minimal polynomial of bits s\[0\], ..., s\[N-1\] is the cofactor of R = sum s\[t\] x^(N-1-t) at the place in Euclid's algorithm for x^N
//! and R where the remainder's degree drops below the cofactor's (Brent, Gustavson & Yun 1980): O(M(N) log N).

use super::{Poly, gcd::half, reverse};

impl Poly {
    /// The characteristic polynomial of the shortest register that puts out the first `count` bits of `bits`: bit i % 64 of word i / 64
    /// is number i. Its degree is the number of cells; the constant 1 for zeros only.
    ///
    /// It is the only one of its length if its degree is at most half of `count`.
    ///
    /// # Complexity
    /// O(M(N) log N), N = `count`.
    #[must_use]
    pub fn shortest_register(bits: &[u64], count: usize) -> Self {
        let count = count.min(64 * bits.len());
        let words = bits.get(..count.div_ceil(64)).unwrap_or(bits).to_vec();
        let sequence = Self::from_words(words).low(count);
        if sequence.is_zero() {
            return Self::one();
        }
        let all = Self::monomial(count);
        let backwards = Self::from_words(reverse(&sequence.words, count - 1));
        let matrix = half(&all, &backwards);
        let [[_, q], [r, s]] = &matrix.rows;
        // The second remainder, r x^N + s R, has degree below N / 2 already.
        let rest = &(r << count) + &(s * &backwards);
        if rest.degree() < s.degree() {
            return s.clone();
        }
        // One more division step: its cofactor has degree N - deg rest > N / 2.
        let [[p, _], _] = &matrix.rows;
        let before = &(p << count) + &(q * &backwards);
        match before.divrem(&rest) {
            Some((quotient, _)) => q + &(&quotient * s),
            None => s.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{massey::Massey, poly::tests::Noise};

    #[test]
    fn agrees_with_massey_on_noise_and_sequences() {
        let mut noise = Noise(61);
        for count in (0..200usize).chain([255, 256, 257, 500, 1000, 1999]) {
            for kind in 0..4 {
                let mut words: alloc::vec::Vec<u64> = (0..count.div_ceil(64).max(1)).map(|_| noise.word()).collect();
                match kind {
                    // Zeros first, zeros last, a single one.
                    1 => words[..count / 128].fill(0),
                    2 => words[count / 128..].fill(0),
                    3 => {
                        words.fill(0);
                        words[count / 100] = 1 << (count % 64);
                    }
                    _ => {}
                }
                let mut massey = Massey::<32>::new();
                (0..count).for_each(|t| assert!(massey.push(words[t / 64] >> (t % 64) & 1 == 1)));
                let c = Poly::shortest_register(&words, count);
                assert_eq!(c.degree(), Some(massey.complexity() as usize), "{count} {kind}");
                // Unique only if there are enough bits.
                if 2 * massey.complexity() as usize <= count {
                    let feedback = Poly::from_words(massey.feedback().to_vec());
                    assert_eq!(c.reciprocal(), feedback, "{count} {kind}");
                }
            }
        }
    }

    #[test]
    fn a_long_register() {
        let c = Poly::from_exponents([1279, 216, 0]);
        let register = crate::register::AnyRegister::from_characteristic(c.clone()).unwrap();
        let mut long = register.words(&Poly::from_exponents([5, 900]));
        let words: alloc::vec::Vec<u64> = (0..50).map(|_| long.next_word()).collect();
        assert_eq!(Poly::shortest_register(&words, 3000), c);
        assert_eq!(Poly::shortest_register(&words, 2558), c);
    }
}
