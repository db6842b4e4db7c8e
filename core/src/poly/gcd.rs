//! Greatest common divisors by the half-gcd: matrices found from the leading coefficients alone, applied to the whole.
//!
//! Divide and conquer after Schönhage and Moenck as in von zur Gathen & Gerhard, *Modern Computer Algebra*, chapter 11:
//! O(M(n) log n). The recursion ends at 128 bits, in machine words.

use alloc::vec::Vec;

use super::{Poly, add_assign, significant};
use crate::{gf2, vector::clmul};

/// Up to this degree a gcd proceeds about 64 bits at a time (Lehmer); above, by recursion. Measured.
const LEHMER_GCD: usize = 64 * 110;

/// Up to this degree a matrix is found about 64 bits at a time; above, by recursion. Measured.
const LEHMER_HALF: usize = 64 * 40;

/// (a, b) -> (m00 a + m01 b, m10 a + m11 b), a product of division steps, so its determinant is 1.
#[derive(Debug, Clone)]
pub(super) struct Matrix {
    pub(super) rows: [[Poly; 2]; 2],
}

impl Matrix {
    fn identity() -> Self {
        Self { rows: [[Poly::one(), Poly::zero()], [Poly::zero(), Poly::one()]] }
    }

    fn apply(&self, a: &Poly, b: &Poly) -> (Poly, Poly) {
        let [[p, q], [r, s]] = &self.rows;
        (&(p * a) + &(q * b), &(r * a) + &(s * b))
    }

    /// This one after `first`.
    fn after(&self, first: &Self) -> Self {
        let [[p, q], [r, s]] = &first.rows;
        let (p, r) = self.apply(p, r);
        let (q, s) = self.apply(q, s);
        Self { rows: [[p, q], [r, s]] }
    }

    /// One more division step, by `quotient`: (a, b) -> (b, a + quotient b).
    fn step(&mut self, quotient: &Poly) {
        let [above, below] = &mut self.rows;
        for (upper, lower) in above.iter_mut().zip(below) {
            *upper += &(quotient * lower);
            core::mem::swap(upper, lower);
        }
    }
}

impl Poly {
    /// The greatest common divisor; `gcd(a, 0)` is `a`. O(M(n) log n).
    #[must_use]
    pub fn gcd(&self, other: &Self) -> Self {
        let (mut a, mut b) = (self.clone(), other.clone());
        if a.degree() < b.degree() {
            core::mem::swap(&mut a, &mut b);
        }
        if a.degree() == b.degree() {
            a += &b;
            core::mem::swap(&mut a, &mut b);
        }
        while let Some(degree) = b.degree() {
            if degree < 128 {
                // Everything fits two words after one more division.
                let rest = a.rem(&b).and_then(|rest| rest.to_u128()).unwrap_or(0);
                return Self::from_u128(gf2::gcd(b.to_u128().unwrap_or(0), rest));
            }
            if a.degree() < b.degree().map(|degree| degree + 256) {
                if a.degree() > Some(LEHMER_GCD) {
                    (a, b) = half(&a, &b).apply(&a, &b);
                } else if let Some(matrix) = lehmer_matrix(&a, &b, 0) {
                    (a, b) = apply_words(&matrix, &a, &b);
                }
            }
            let Some(rest) = a.rem(&b) else { return a };
            (a, b) = (b, rest);
        }
        a
    }

    /// (g, t) with g = gcd(self, other) and t other = g modulo self.
    pub(super) fn half_extended_gcd(&self, other: &Self) -> (Self, Self) {
        let (mut a, mut b) = (self.clone(), other.clone());
        // a = ... + s other, b = ... + t other; the cofactors of self are not kept.
        let (mut s, mut t) = (Self::zero(), Self::one());
        while !b.is_zero() {
            if a.degree() > b.degree() {
                let matrix = half(&a, &b);
                (a, b) = matrix.apply(&a, &b);
                (s, t) = matrix.apply(&s, &t);
            }
            let Some((quotient, rest)) = a.divrem(&b) else { break };
            (a, b) = (b, rest);
            s += &(&quotient * &t);
            core::mem::swap(&mut s, &mut t);
        }
        (a, s)
    }
}

/// For deg a > deg b: the matrix of the division steps up to the last remainder of degree >= deg a / 2.
pub(super) fn half(a: &Poly, b: &Poly) -> Matrix {
    let Some(n) = a.degree() else { return Matrix::identity() };
    let m = n.div_ceil(2);
    if b.degree().is_none_or(|degree| degree < m) {
        return Matrix::identity();
    }
    if n < 128 {
        let (p, q) = (a.to_u128().unwrap_or(0), b.to_u128().unwrap_or(0));
        let rows = half_words(p, q, m as u32).map(|row| row.map(|entry| Poly::from_u128(entry.into())));
        return Matrix { rows };
    }
    if n <= LEHMER_HALF {
        return half_by_words(a, b, m);
    }
    let first = half(&(a >> m), &(b >> m));
    let (mut c, mut d) = first.apply(a, b);
    let Some(degree) = d.degree().filter(|degree| *degree >= m) else { return first };
    let mut matrix = first;
    if let Some((quotient, rest)) = c.divrem(&d) {
        matrix.step(&quotient);
        (c, d) = (d, rest);
    }
    if d.degree().is_none_or(|degree| degree < m) {
        return matrix;
    }
    // Of the remaining pair, the leading 2 (degree - m) coefficients decide the rest.
    let k = (2 * m).saturating_sub(degree);
    half(&(&c >> k), &(&d >> k)).after(&matrix)
}

/// [`half`] about 64 bits at a time.
fn half_by_words(a: &Poly, b: &Poly, m: usize) -> Matrix {
    let (mut a, mut b) = (a.clone(), b.clone());
    let mut matrix = Matrix::identity();
    while b.degree() >= Some(m) {
        if let Some(words) = lehmer_matrix(&a, &b, m) {
            (a, b) = apply_words(&words, &a, &b);
            let [[p, q], [r, s]] = &matrix.rows;
            let ((p, r), (q, s)) = (apply_words(&words, p, r), apply_words(&words, q, s));
            matrix.rows = [[p, q], [r, s]];
        } else if let Some((quotient, rest)) = a.divrem(&b) {
            matrix.step(&quotient);
            (a, b) = (b, rest);
        }
    }
    matrix
}

/// The division steps in machine words, for deg b < deg a < 128, up to the last remainder of degree >= `stop` >= deg a / 2.
fn half_words(mut a: u128, mut b: u128, stop: u32) -> [[u64; 2]; 2] {
    let mut rows = [[1u64, 0], [0, 1]];
    while gf2::degree(b).is_some_and(|degree| degree >= stop) {
        // a + x^k b repeatedly is the division a by b, its quotient a bit at a time.
        while let Some(k) = gf2::degree(a).zip(gf2::degree(b)).and_then(|(p, q)| p.checked_sub(q)) {
            a ^= b << k;
            rows[0] = [rows[0][0] ^ rows[1][0] << k, rows[0][1] ^ rows[1][1] << k];
        }
        core::mem::swap(&mut a, &mut b);
        rows.swap(0, 1);
    }
    rows
}

/// Division steps for about 64 bits at once, found from the leading 128 bits (Lehmer 1938), none of which makes a remainder of
/// degree below `m` the first of the pair; `None` if there are no such steps.
fn lehmer_matrix(a: &Poly, b: &Poly, m: usize) -> Option<[[u64; 2]; 2]> {
    let down = a.degree()?.checked_sub(127)?;
    let window = |words: &Poly| {
        let at = |i: usize| u128::from(words.words.get(down / 64 + i).copied().unwrap_or(0));
        let (low, bit) = (at(0) | at(1) << 64, down % 64);
        if bit == 0 { low } else { low >> bit | at(2) << (128 - bit) }
    };
    let stop = m.saturating_sub(down).clamp(64, 128);
    let matrix = half_words(window(a), window(b), stop as u32);
    // Without a step it is still the identity.
    (matrix[0] != [1, 0]).then_some(matrix)
}

fn apply_words(matrix: &[[u64; 2]; 2], a: &Poly, b: &Poly) -> (Poly, Poly) {
    let combine = |row: [u64; 2]| {
        let mut out: Vec<u64> = alloc::vec![0; a.words.len().max(b.words.len()) + 1];
        for (poly, factor) in [a, b].into_iter().zip(row) {
            match factor {
                0 => {}
                1 => add_assign(&mut out, &poly.words),
                _ => clmul::add_multiple(&mut out, &poly.words, factor),
            }
        }
        let len = significant(&out);
        out.truncate(len);
        Poly { words: out }
    };
    (combine(matrix[0]), combine(matrix[1]))
}

#[cfg(test)]
mod tests {
    use super::{super::tests::Noise, *};

    /// Euclid, a division at a time.
    fn naive(a: &Poly, b: &Poly) -> Poly {
        let (mut a, mut b) = (a.clone(), b.clone());
        while !b.is_zero() {
            let rest = a.rem(&b).unwrap();
            (a, b) = (b, rest);
        }
        a
    }

    #[test]
    fn gcds_of_many_sizes() {
        let mut noise = Noise(31);
        let degrees = [0, 1, 60, 64, 127, 128, 129, 130, 191, 192, 200, 256, 383, 500, 1000, 2559, 2561, 3000, 6000];
        for p in degrees {
            for q in degrees {
                let (a, b) = (noise.poly(p), noise.poly(q));
                assert_eq!(a.gcd(&b), naive(&a, &b), "{p} {q}");
                let common = noise.poly((p + q) % 300);
                let (a, b) = (&a * &common, &b * &common);
                assert_eq!(a.gcd(&b), naive(&a, &b), "{p} {q} with a common factor");
            }
        }
    }

    #[test]
    fn edges() {
        let mut noise = Noise(33);
        let a = noise.poly(700);
        for (p, q, expected) in [
            (Poly::zero(), Poly::zero(), Poly::zero()),
            (a.clone(), Poly::zero(), a.clone()),
            (Poly::zero(), a.clone(), a.clone()),
            (a.clone(), a.clone(), a.clone()),
            (a.clone(), Poly::one(), Poly::one()),
            (Poly::monomial(5000), Poly::monomial(3000), Poly::monomial(3000)),
            (
                &Poly::monomial(6000) + &Poly::one(),
                &Poly::monomial(4000) + &Poly::one(),
                &Poly::monomial(2000) + &Poly::one(),
            ),
        ] {
            assert_eq!(p.gcd(&q), expected);
        }
    }

    #[test]
    fn a_half_matrix_stops_in_the_middle() {
        let mut noise = Noise(35);
        for n in [100, 127, 128, 129, 300, 1000, 5000] {
            for gap in [1, 2, 40] {
                let (a, b) = (noise.poly(n), noise.poly(n - gap));
                let (c, d) = half(&a, &b).apply(&a, &b);
                let m = n.div_ceil(2);
                assert!(c.degree() >= Some(m) && d.degree() < Some(m), "{n}: {:?} {:?}", c.degree(), d.degree());
            }
        }
    }
}
