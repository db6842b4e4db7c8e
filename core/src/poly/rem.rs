//! Division with remainder: a word of quotient at a time, or by the reciprocal power series where the quotient is long.

use alloc::{vec, vec::Vec};

use super::{Poly, add_assign, mul, shift_left, shift_right, significant};
use crate::vector::clmul;

/// Where quotient and divisor are both longer than this many words, Newton's method is faster. Measured.
const NEWTON: usize = 512;

/// A divisor shifted up so that it is x^(64 m) + low with `low` of m words: a word of quotient then costs two products.
#[derive(Debug, Clone)]
pub(super) struct Aligned {
    /// How far it was shifted: 0 to 63.
    pub(super) shift: usize,
    /// The part below x^(64 m).
    pub(super) low: Vec<u64>,
    /// floor(x^128 / (x^64 + top word of `low`)) - x^64.
    inverse: u64,
}

impl Aligned {
    /// Of a divisor with `words` (without zeros at the end) of degree >= 1.
    pub(super) fn new(words: &[u64]) -> Self {
        let top = words.last().map_or(0, |word| word.leading_zeros() as usize);
        // The leading term moves out of a word into bit 0 of the next; exactly there already if it is bit 0.
        let shift = (top + 1) % 64;
        let mut low = shift_left(words, shift);
        low.truncate(significant(&low));
        low.pop();
        let inverse = low.last().map_or(0, |&word| invert(word));
        Self { shift, low, inverse }
    }

    /// Number of words of a remainder.
    pub(super) fn len(&self) -> usize {
        self.low.len()
    }

    /// Replaces `a` (already shifted) by its remainder, in the lowest m words; hands out the quotient's words from the top,
    /// each with its position.
    pub(super) fn reduce(&self, a: &mut [u64], mut quotient: impl FnMut(usize, u64)) {
        let m = self.len();
        for i in (m..a.len()).rev() {
            let top = a[i];
            if top != 0 {
                // Barrett's estimate is exact: nothing carries in GF(2)[x].
                let q = top ^ (clmul::mul_word(top, self.inverse) >> 64) as u64;
                clmul::add_multiple(&mut a[i - m..], &self.low, q);
                a[i] = 0;
                quotient(i - m, q);
            }
        }
    }
}

/// floor(x^128 / (x^64 + c)) - x^64.
fn invert(c: u64) -> u64 {
    // Long division of x^64 c by x^64 + c, a bit at a time.
    let (mut rest, mut quotient) = (c, 0);
    for bit in (0..64).rev() {
        let carry = rest >> 63;
        rest <<= 1;
        if carry == 1 {
            rest ^= c;
            quotient |= 1 << bit;
        }
    }
    quotient
}

/// Quotient and remainder; `b` has no zeros at the end and is not empty.
pub(super) fn divrem(a: &[u64], b: &[u64]) -> (Vec<u64>, Vec<u64>) {
    let a = &a[..significant(a)];
    if b == [1] {
        return (a.to_vec(), Vec::new());
    }
    if a.len() < b.len() {
        return (Vec::new(), a.to_vec());
    }
    if b.len() > NEWTON && a.len() - b.len() > NEWTON {
        return newton(a, b);
    }
    let divisor = Aligned::new(b);
    let mut rest = shift_left(a, divisor.shift);
    let mut quotient = vec![0; (rest.len() + 1).saturating_sub(divisor.len())];
    divisor.reduce(&mut rest, |i, word| quotient[i] = word);
    rest.truncate(divisor.len());
    (quotient, shift_right(&rest, divisor.shift))
}

/// The quotient from the reciprocal of the reversed divisor: floor(a / b) = rev(rev(a) / rev(b) mod x^(k+1)).
fn newton(a: &[u64], b: &[u64]) -> (Vec<u64>, Vec<u64>) {
    let (a, b) = (Poly::from_words(a.to_vec()), Poly::from_words(b.to_vec()));
    let (Some(p), Some(q)) = (a.degree(), b.degree()) else { return (Vec::new(), Vec::new()) };
    if p < q {
        return (Vec::new(), a.words);
    }
    let k = p - q;
    let inverse = power_series_inverse(&b.reversed_top(k + 1), k + 1);
    let reversed = (&a.reversed_top(k + 1) * &inverse).low(k + 1);
    let quotient = Poly::from_words(super::reverse(&reversed.words, k));
    let rest = &a + &(&quotient * &b);
    (quotient.words, rest.words)
}

impl Poly {
    /// The `n` leading coefficients, leading one first.
    fn reversed_top(&self, n: usize) -> Self {
        let degree = self.degree().unwrap_or(0);
        let top = self >> (degree + 1).saturating_sub(n);
        let mut reversed = top.reciprocal();
        // `reciprocal` drops nothing at the top: the leading coefficient becomes the constant term.
        reversed.words.truncate(significant(&reversed.words));
        reversed
    }
}

/// 1 / f modulo x^n, for f(0) = 1: g <- f g^2 doubles the precision, because 2 g = 0 (Newton's method).
pub(crate) fn power_series_inverse(f: &Poly, n: usize) -> Poly {
    let mut steps = Vec::new();
    let mut precision = n;
    while precision > 1 {
        steps.push(precision);
        precision = precision.div_ceil(2);
    }
    let mut g = Poly::one();
    for precision in steps.into_iter().rev() {
        g = (&f.low(precision) * &g.square()).low(precision);
    }
    g
}

/// floor(x^(128 m) / c) - x^(64 m), m words, for c = x^(64 m) + `low` of m words: Barrett's constant.
pub(super) fn barrett(low: &[u64]) -> Vec<u64> {
    let m = low.len();
    let mut words = low.to_vec();
    words.push(1);
    let reversed = Poly::from_words(super::reverse(&words, 64 * m));
    let inverse = power_series_inverse(&reversed, 64 * m + 1);
    let mut inverse = super::reverse(&inverse.words, 64 * m);
    inverse.resize(m, 0);
    inverse
}

/// Reduces `a` of at most 2 m words modulo x^(64 m) + `low`, given its [`barrett`] constant: two products of m words.
pub(super) fn barrett_reduce(a: &mut Vec<u64>, low: &[u64], inverse: &[u64], scratch: &mut Vec<u64>) {
    let m = low.len();
    if a.len() <= m {
        return;
    }
    let mut quotient = a.split_off(m);
    let mut product = vec![0; quotient.len() + m];
    mul::mul_into(&mut product, &quotient, inverse, scratch);
    add_assign(&mut quotient, &product[m..]);
    mul::mul_into(&mut product, &quotient, low, scratch);
    add_assign(a, &product[..m]);
}

#[cfg(test)]
mod tests {
    use super::{super::tests::Noise, *};

    fn check(a: &Poly, b: &Poly) {
        let (quotient, rest) = a.divrem(b).unwrap();
        assert!(rest.degree() < b.degree() || rest.is_zero(), "{:?} / {:?}", a.degree(), b.degree());
        assert!(&(&quotient * b) + &rest == *a, "{:?} / {:?}", a.degree(), b.degree());
    }

    #[test]
    fn quotients_at_word_boundaries() {
        let mut noise = Noise(9);
        let degrees = [0, 1, 2, 31, 62, 63, 64, 65, 126, 127, 128, 129, 191, 192, 193, 500];
        for p in degrees {
            for q in degrees {
                check(&noise.poly(p), &noise.poly(q));
                check(&Poly::monomial(p), &noise.poly(q));
                check(&noise.poly(p), &Poly::monomial(q));
            }
        }
        assert_eq!(Poly::x().divrem(&Poly::zero()), None);
        check(&Poly::zero(), &Poly::x());
    }

    #[test]
    fn long_quotients() {
        let mut noise = Noise(11);
        for (p, q) in [
            (80_000, 40_000),
            (70_000, 33_000),
            (100_000, 35_000),
            (66_000, 33_000),
            (66_000, 32_700),
            (20_000, 10_000),
        ] {
            check(&noise.poly(p), &noise.poly(q));
            check(&Poly::monomial(p), &noise.poly(q));
        }
        // A remainder of zero, and a quotient that is a power of x.
        let (a, b) = (noise.poly(39_000), noise.poly(38_000));
        assert_eq!((&a * &b).divrem(&b), Some((a.clone(), Poly::zero())));
        assert_eq!((&b << 37_000).divrem(&b), Some((Poly::monomial(37_000), Poly::zero())));
    }

    #[test]
    fn series_and_barrett() {
        let mut noise = Noise(13);
        for n in [1, 2, 3, 63, 64, 65, 200, 1000] {
            let f = &(&noise.poly(n + 5) << 1) + &Poly::one();
            let g = power_series_inverse(&f, n);
            assert_eq!((&f * &g).low(n), Poly::one(), "{n}");
        }
        for m in [1, 2, 5, 40] {
            for extra in [0, 1, m] {
                let low: Vec<u64> = (0..m).map(|_| noise.word()).collect();
                let mut a: Vec<u64> = (0..m + extra).map(|_| noise.word()).collect();
                let mut c = low.clone();
                c.push(1);
                let expected = Poly::from_words(a.clone()).rem(&Poly::from_words(c)).unwrap();
                barrett_reduce(&mut a, &low, &barrett(&low), &mut Vec::new());
                assert_eq!(Poly::from_words(a), expected, "{m} {extra}");
            }
        }
    }
}
