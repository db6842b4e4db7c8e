//! Polynomials over GF(2) of any degree: arithmetic, gcd, factorisation, powers of x (feature `alloc`).
//!
//! A [`Poly`] is a vector of words; bit *i* is the coefficient of x^i, leading term included. A [`Modulus`] holds what repeated
//! arithmetic modulo one polynomial needs. Degrees up to 127 without allocation are `gf2`.
//!
//! ```
//! use lfsr_core::poly::Poly;
//!
//! // x^102 + x^101 + x^36 + x^35 + 1, printed in many tap tables as maximal, is not even irreducible.
//! let row = Poly::from_exponents([102, 101, 36, 35, 0]);
//! let degrees: Vec<_> = row.factor().iter().map(|(p, e)| (p.degree().unwrap(), *e)).collect();
//! assert_eq!(degrees, [(3, 1), (34, 1), (65, 1)]);
//! ```

mod factor;
mod fft;
mod gcd;
mod irreducible;
mod massey;
mod modulus;
mod mul;
mod rem;

use alloc::{format, string::String, vec, vec::Vec};
use core::{cmp::Ordering, fmt, ops};

pub(crate) use factor::prime_divisors;
pub use modulus::Modulus;
pub(crate) use rem::power_series_inverse;

pub use crate::vector::clmul::{Multiplier, multiplier, set_multiplier};

/// A polynomial over GF(2) of any degree.
///
/// Ordered by value, that is by degree first. `+`, `*` and `<<` never fail; division by zero is a `None`.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Poly {
    /// Least significant first; the last word is not zero.
    words: Vec<u64>,
}

impl Poly {
    /// 0.
    #[must_use]
    pub const fn zero() -> Self {
        Self { words: Vec::new() }
    }

    /// 1.
    #[must_use]
    pub fn one() -> Self {
        Self::from_word(1)
    }

    /// x.
    #[must_use]
    pub fn x() -> Self {
        Self::from_word(2)
    }

    /// x^n. Allocates n / 8 bytes.
    #[must_use]
    pub fn monomial(n: usize) -> Self {
        let mut words = vec![0; n / 64 + 1];
        words[n / 64] = 1 << (n % 64);
        Self { words }
    }

    /// The polynomial whose coefficient of x^(64 i + j) is bit j of `words[i]`; zeros at the end are dropped.
    #[must_use]
    pub fn from_words(mut words: Vec<u64>) -> Self {
        let len = significant(&words);
        words.truncate(len);
        Self { words }
    }

    /// The polynomial of `gf2`: bit i = coefficient of x^i.
    #[must_use]
    pub fn from_u128(bits: u128) -> Self {
        Self::from_words(vec![bits as u64, (bits >> 64) as u64])
    }

    /// The sum of x^e over the exponents; a pair of equal ones cancels. Allocates an eighth of the largest in bytes.
    #[must_use]
    pub fn from_exponents(exponents: impl IntoIterator<Item = usize>) -> Self {
        let mut words: Vec<u64> = Vec::new();
        for exponent in exponents {
            if words.len() <= exponent / 64 {
                words.resize(exponent / 64 + 1, 0);
            }
            words[exponent / 64] ^= 1 << (exponent % 64);
        }
        Self::from_words(words)
    }

    fn from_word(word: u64) -> Self {
        Self::from_words(vec![word])
    }

    /// The degree, or `None` for the zero polynomial.
    #[must_use]
    pub fn degree(&self) -> Option<usize> {
        let top = self.words.last()?;
        Some(64 * self.words.len() - 1 - top.leading_zeros() as usize)
    }

    /// The words, least significant first, without zeros at the end.
    #[must_use]
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// The words, least significant first, without zeros at the end.
    #[must_use]
    pub fn into_words(self) -> Vec<u64> {
        self.words
    }

    /// The polynomial as an integer, or `None` if its degree exceeds 127.
    #[must_use]
    pub fn to_u128(&self) -> Option<u128> {
        match *self.words {
            [] => Some(0),
            [low] => Some(low.into()),
            [low, high] => Some(u128::from(high) << 64 | u128::from(low)),
            _ => None,
        }
    }

    /// The coefficient of x^i.
    #[must_use]
    pub fn coefficient(&self, i: usize) -> bool {
        self.words.get(i / 64).is_some_and(|word| word >> (i % 64) & 1 == 1)
    }

    /// The exponents of the terms, ascending.
    pub fn exponents(&self) -> impl DoubleEndedIterator<Item = usize> + '_ {
        let bits = |word: u64| (0..64).filter(move |bit| word >> bit & 1 == 1);
        self.words.iter().enumerate().flat_map(move |(i, &word)| bits(word).map(move |bit| 64 * i + bit))
    }

    /// The number of terms.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether this is 0.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether this is 1.
    #[must_use]
    pub fn is_one(&self) -> bool {
        *self.words == [1]
    }

    /// k, where this is x^k g with g(0) = 1; 0 for the zero polynomial.
    #[must_use]
    pub fn trailing_zeros(&self) -> usize {
        match self.words.iter().position(|&word| word != 0) {
            Some(i) => 64 * i + self.words[i].trailing_zeros() as usize,
            None => 0,
        }
    }

    /// The square: a zero after every coefficient. Linear time.
    #[must_use]
    pub fn square(&self) -> Self {
        Self::from_words(mul::square(&self.words))
    }

    /// Becomes `a b`, in the memory that it has already: for products that are made again and again.
    pub fn assign_product(&mut self, a: &Self, b: &Self) {
        // What is in it is written over.
        self.words.resize(a.words.len() + b.words.len(), 0);
        mul::mul_into(&mut self.words, &a.words, &b.words, &mut Vec::new());
        self.words.truncate(significant(&self.words));
    }

    /// The `n`-th power by repeated squaring; `n` = 0 gives 1.
    #[must_use]
    pub fn pow(&self, n: u32) -> Self {
        let mut power = Self::one();
        for bit in (0..u32::BITS - n.leading_zeros()).rev() {
            power = power.square();
            if n >> bit & 1 == 1 {
                power = &power * self;
            }
        }
        power
    }

    /// The polynomial whose square this is, or `None` if there is an odd exponent.
    #[must_use]
    pub fn square_root(&self) -> Option<Self> {
        const EVEN: u64 = u64::MAX / 3;
        if self.words.iter().any(|word| word & !EVEN != 0) {
            return None;
        }
        let half = |word: u64| {
            let mut x = word;
            x = (x | x >> 1) & 0x3333_3333_3333_3333;
            x = (x | x >> 2) & 0x0f0f_0f0f_0f0f_0f0f;
            x = (x | x >> 4) & 0x00ff_00ff_00ff_00ff;
            x = (x | x >> 8) & 0x0000_ffff_0000_ffff;
            (x | x >> 16) & 0x0000_0000_ffff_ffff
        };
        let pair = |pair: &[u64]| half(pair[0]) | pair.get(1).map_or(0, |&high| half(high) << 32);
        Some(Self::from_words(self.words.chunks(2).map(pair).collect()))
    }

    /// The derivative: the odd coefficients, one place lower.
    #[must_use]
    pub fn derivative(&self) -> Self {
        // No bit crosses a word: bit 0 of a word is an even coefficient.
        Self::from_words(self.words.iter().map(|word| word >> 1 & (u64::MAX / 3)).collect())
    }

    /// x^n f(1/x), where n is the degree: the coefficients in reverse order (trailing zeros are lost).
    #[must_use]
    pub fn reciprocal(&self) -> Self {
        match self.degree() {
            Some(n) => Self::from_words(reverse(&self.words, n)),
            None => Self::zero(),
        }
    }

    /// Quotient and remainder, or `None` if `divisor` is zero. Sub-quadratic for long quotients.
    #[must_use]
    pub fn divrem(&self, divisor: &Self) -> Option<(Self, Self)> {
        if divisor.is_zero() {
            return None;
        }
        let (quotient, rest) = rem::divrem(&self.words, &divisor.words);
        Some((Self::from_words(quotient), Self::from_words(rest)))
    }

    /// The remainder, or `None` if `divisor` is zero.
    #[must_use]
    pub fn rem(&self, divisor: &Self) -> Option<Self> {
        Some(self.divrem(divisor)?.1)
    }

    /// The quotient if the division leaves no remainder.
    #[must_use]
    pub fn div_exact(&self, divisor: &Self) -> Option<Self> {
        self.divrem(divisor).filter(|(_, rest)| rest.is_zero()).map(|(quotient, _)| quotient)
    }

    /// The value at 0 or 1.
    #[must_use]
    pub fn evaluate(&self, at: bool) -> bool {
        if at { self.weight() % 2 == 1 } else { self.coefficient(0) }
    }

    /// The remainder modulo x^n: coefficients 0 to n-1.
    #[must_use]
    pub fn low(&self, n: usize) -> Self {
        let mut words = self.words[..self.words.len().min(n.div_ceil(64))].to_vec();
        if !n.is_multiple_of(64) && words.len() > n / 64 {
            words[n / 64] &= (1 << (n % 64)) - 1;
        }
        Self::from_words(words)
    }
}

/// The number of words without the zeros at the end.
fn significant(words: &[u64]) -> usize {
    words.iter().rposition(|&word| word != 0).map_or(0, |i| i + 1)
}

/// `out += a` for the words they share.
fn add_assign(out: &mut [u64], a: &[u64]) {
    out.iter_mut().zip(a).for_each(|(out, a)| *out ^= a);
}

/// Coefficient i becomes coefficient n - i; `words` has none above n.
fn reverse(words: &[u64], n: usize) -> Vec<u64> {
    let mut reversed: Vec<u64> = words.iter().rev().map(|word| word.reverse_bits()).collect();
    reversed.resize(reversed.len().max(n / 64 + 1), 0);
    // Reversed over all given words, coefficient 0 is at 64 len - 1; it belongs at n.
    let have = 64 * words.len();
    if have > n + 1 { shift_right(&reversed, have - n - 1) } else { shift_left(&reversed, n + 1 - have) }
}

/// Divided by x^k, rounded down.
fn shift_right(words: &[u64], k: usize) -> Vec<u64> {
    let words = words.get(k / 64..).unwrap_or(&[]);
    let k = k % 64;
    if k == 0 {
        return words.to_vec();
    }
    let above = words.iter().skip(1).copied().chain([0]);
    words.iter().zip(above).map(|(word, above)| word >> k | above << (64 - k)).collect()
}

/// Times x^k.
fn shift_left(words: &[u64], k: usize) -> Vec<u64> {
    let mut shifted = vec![0; k / 64];
    shifted.reserve(words.len() + 1);
    let k = k % 64;
    if k == 0 {
        shifted.extend_from_slice(words);
        return shifted;
    }
    let mut carry = 0;
    for word in words {
        shifted.push(word << k | carry);
        carry = word >> (64 - k);
    }
    shifted.push(carry);
    shifted
}

impl Ord for Poly {
    fn cmp(&self, other: &Self) -> Ordering {
        self.words.len().cmp(&other.words.len()).then_with(|| self.words.iter().rev().cmp(other.words.iter().rev()))
    }
}

impl PartialOrd for Poly {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl ops::AddAssign<&Poly> for Poly {
    fn add_assign(&mut self, other: &Poly) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        add_assign(&mut self.words, &other.words);
        let len = significant(&self.words);
        self.words.truncate(len);
    }
}

impl ops::Add for &Poly {
    type Output = Poly;

    fn add(self, other: Self) -> Poly {
        let mut sum = self.clone();
        sum += other;
        sum
    }
}

impl ops::Mul for &Poly {
    type Output = Poly;

    fn mul(self, other: Self) -> Poly {
        Poly::from_words(mul::mul(&self.words, &other.words))
    }
}

impl ops::Shl<usize> for &Poly {
    type Output = Poly;

    fn shl(self, k: usize) -> Poly {
        if self.is_zero() {
            return Poly::zero();
        }
        Poly::from_words(shift_left(&self.words, k))
    }
}

impl ops::Shr<usize> for &Poly {
    type Output = Poly;

    /// The quotient by x^k.
    fn shr(self, k: usize) -> Poly {
        Poly::from_words(shift_right(&self.words, k))
    }
}

impl From<u128> for Poly {
    fn from(bits: u128) -> Self {
        Self::from_u128(bits)
    }
}

/// `x^4+x+1`, largest exponent first; `0` for zero.
impl fmt::Display for Poly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_zero() {
            return f.write_str("0");
        }
        for (i, exponent) in self.exponents().rev().enumerate() {
            if i > 0 {
                f.write_str("+")?;
            }
            match exponent {
                0 => f.write_str("1")?,
                1 => f.write_str("x")?,
                _ => write!(f, "x^{exponent}")?,
            }
        }
        Ok(())
    }
}

/// Bit i = coefficient of x^i; `{:#x}` adds the prefix.
impl fmt::LowerHex for Poly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            f.write_str("0x")?;
        }
        let mut words = self.words.iter().rev();
        write!(f, "{:x}", words.next().unwrap_or(&0))?;
        words.try_for_each(|word| write!(f, "{word:016x}"))
    }
}

impl Poly {
    /// In hexadecimal with leading zeros, at least so many digits, and `0x` before them. (A width in a format has 16 bits only.)
    ///
    /// ```
    /// use lfsr_core::poly::Poly;
    ///
    /// assert_eq!(Poly::from_u128(0x1f).to_hex(4), "0x001f");
    /// ```
    #[must_use]
    pub fn to_hex(&self, digits: usize) -> String {
        let own = format!("{self:x}");
        let mut text = String::with_capacity(2 + digits.max(own.len()));
        text.push_str("0x");
        text.extend(core::iter::repeat_n('0', digits.saturating_sub(own.len())));
        text.push_str(&own);
        text
    }
}

impl fmt::Debug for Poly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Poly({self:#x})")
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use alloc::string::ToString;

    use super::*;

    /// Deterministic noise.
    pub(crate) struct Noise(pub(crate) u64);

    impl Noise {
        pub(crate) fn word(&mut self) -> u64 {
            self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (self.0 ^ self.0 >> 31).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        }

        /// Of exactly this degree.
        pub(crate) fn poly(&mut self, degree: usize) -> Poly {
            let mut words: Vec<u64> = (0..=degree / 64).map(|_| self.word()).collect();
            words[degree / 64] &= u64::MAX >> (63 - degree % 64);
            words[degree / 64] |= 1 << (degree % 64);
            Poly::from_words(words)
        }
    }

    #[test]
    fn a_product_in_memory_that_is_there() {
        let mut noise = Noise(12);
        let mut product = noise.poly(500);
        for (m, n) in [(0, 0), (0, 70), (1, 1), (63, 64), (64, 200), (900, 40), (2000, 2100), (3, 5)] {
            let (a, b) = (noise.poly(m), noise.poly(n));
            product.assign_product(&a, &b);
            assert_eq!(product, &a * &b, "{m} and {n} bits");
        }
    }

    #[test]
    fn text() {
        assert_eq!(Poly::from_u128(0b1_0011).to_string(), "x^4+x+1");
        assert_eq!(
            (Poly::zero().to_string(), Poly::one().to_string(), Poly::x().to_string()),
            ("0".into(), "1".into(), "x".into())
        );
        assert_eq!(format!("{:#x} {:x}", Poly::from_exponents([64, 4, 0]), Poly::zero()), "0x10000000000000011 0");
    }

    #[test]
    fn shifts_and_reversal_at_word_boundaries() {
        let mut noise = Noise(1);
        for degree in [0, 1, 62, 63, 64, 65, 127, 128, 129, 200] {
            let a = noise.poly(degree);
            for k in [0, 1, 63, 64, 65, 128, 130] {
                let up = &a << k;
                assert!(up.exponents().eq(a.exponents().map(|e| e + k)));
                assert_eq!(&up >> k, a);
                assert!((&a >> k).exponents().eq(a.exponents().filter(|e| *e >= k).map(|e| e - k)));
                assert!(a.low(k).exponents().eq(a.exponents().filter(|e| *e < k)));
            }
            assert!(a.reciprocal().exponents().eq(a.exponents().rev().map(|e| degree - e)));
            assert_eq!(a.square().square_root(), Some(a.clone()));
            assert!(a.square().exponents().eq(a.exponents().map(|e| 2 * e)));
            assert!(a.derivative().exponents().eq(a.exponents().filter(|e| e % 2 == 1).map(|e| e - 1)));
            assert_eq!(a.weight(), a.exponents().count());
        }
        assert_eq!(Poly::x().square_root(), None);
        assert_eq!((Poly::zero().reciprocal(), Poly::zero().trailing_zeros()), (Poly::zero(), 0));
        assert_eq!(Poly::monomial(130).trailing_zeros(), 130);
    }

    #[test]
    fn order_is_by_value() {
        let values = [0u128, 1, 2, 3, u64::MAX as u128, 1 << 64, 1 << 64 | 1, 1 << 65, u128::MAX];
        for a in values {
            for b in values {
                assert_eq!(Poly::from_u128(a).cmp(&Poly::from_u128(b)), a.cmp(&b));
                assert_eq!((&Poly::from_u128(a) + &Poly::from_u128(b)).to_u128(), Some(a ^ b));
            }
        }
    }
}
