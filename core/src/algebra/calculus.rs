//! Index calculus in GF(2^d), d <= 64: logarithms modulo a prime q of 2^d - 1 that is too large for baby steps.
//!
//! After Blake, Fuji-Hara, Mullin and Vanstone (SIAM J. Alg. Disc. Meth. 5, 1984): a random power of x is written as r / s with r and s
//! of half the degree (Euclid, stopped in the middle); where both fall into irreducible polynomials of degree <= 11 it is a
//! linear equation between their logarithms. A few hundred such equations are solved modulo q; then one such quotient for u x^k gives the
//! logarithm of u. For d = 61: 412 unknowns, some 10^5 quotients.

use alloc::{vec, vec::Vec};

use crate::gf2;

/// The largest degree in the factor base. Smaller: fewer quotients fall apart; larger: more equations to solve. Tried at d = 61.
const SMOOTH: u32 = 11;

/// N modulo `q` with x^N = u modulo the irreducible `p` of degree <= 64; `None` if u is 0 or equations do not suffice.
///
/// `q` must be a prime, below 2^63, that divides the order of x once.
pub(super) fn log(p: u128, u: u128, q: u64) -> Option<u64> {
    let base = Base::new();
    let logs = base.logs(p, q)?;
    let mut shift = gf2::rem(1, p);
    // u x^k for k = 0, 1, ...
    for k in 0..u64::from(u32::MAX) {
        if let Some(row) = base.row(p, gf2::mul_mod(u, shift, p)) {
            let field = Prime(q);
            let sum = row.iter().fold(0, |sum, &(i, e)| field.add(sum, field.times(logs[i], e)));
            return Some(field.add(sum, q - k % q));
        }
        shift = gf2::mul_mod(shift, 0b10, p);
    }
    None
}

/// The irreducible polynomials of degree <= [`SMOOTH`]; the first is x.
struct Base {
    polys: Vec<u128>,
    /// For each polynomial its number.
    number: Vec<u16>,
}

impl Base {
    fn new() -> Self {
        let polys: Vec<u128> = (2..1 << (SMOOTH + 1)).filter(|&f| gf2::is_irreducible(f)).collect();
        let mut number = vec![u16::MAX; 1 << (SMOOTH + 1)];
        for (i, &f) in polys.iter().enumerate() {
            number[f as usize] = i as u16;
        }
        Self { polys, number }
    }

    /// (number, exponent) of the factors of a quotient r / s = a modulo p, if all are in the base.
    fn row(&self, p: u128, a: u128) -> Option<Vec<(usize, i64)>> {
        let (r, s) = halves(p, a)?;
        let mut row = Vec::new();
        for (part, sign) in [(r, 1), (s, -1)] {
            if !is_smooth(part) {
                return None;
            }
            for (f, e) in &gf2::factor(part) {
                let number = *self.number.get(usize::try_from(f).ok()?)?;
                if number == u16::MAX {
                    return None;
                }
                row.push((usize::from(number), sign * i64::from(e)));
            }
        }
        Some(row)
    }

    /// The logarithms of all of the base, to the base x, modulo q; that of x is 1.
    fn logs(&self, p: u128, q: u64) -> Option<Vec<u64>> {
        let field = Prime(q);
        let n = self.polys.len();
        let mut system = System::new(field, n);
        // Random powers of x, by a walk with known exponents.
        let (mut exponent, mut power, mut seed) = (0u64, gf2::rem(1, p), 0x9e37_79b9_7f4a_7c15u64);
        for _ in 0..50_000_000u64 {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let jump = seed >> 44;
            exponent = field.add(exponent, jump % q);
            power = gf2::mul_mod(power, gf2::pow_x_mod(jump.into(), p), p);
            let Some(row) = self.row(p, power) else { continue };
            let mut equation = vec![0u64; n + 1];
            for (i, e) in row {
                equation[i] = field.add(equation[i], field.times(1, e));
            }
            equation[n] = exponent;
            // That of x is known: it goes to the other side.
            equation[n] = field.add(equation[n], field.times(equation[0], -1));
            equation[0] = 0;
            system.add(equation);
            if system.rank == n - 1 {
                break;
            }
        }
        let mut logs = system.solve()?;
        logs[0] = 1;
        Some(logs)
    }
}

/// r and s of about half the degree of p with r = s a modulo p.
fn halves(p: u128, a: u128) -> Option<(u128, u128)> {
    let half = gf2::degree(p)? / 2;
    let (mut r0, mut r1, mut s0, mut s1) = (p, a, 0, 1u128);
    while gf2::degree(r1)? > half {
        let (quotient, rest) = gf2::divrem(r0, r1)?;
        (r0, r1) = (r1, rest);
        (s0, s1) = (s1, s0 ^ gf2::mul(quotient, s1)?);
    }
    Some((r1, s1))
}

/// Whether all irreducible factors have degree <= [`SMOOTH`]: f divides f' times the product of x^(2^i) + x, i in the upper half.
fn is_smooth(f: u128) -> bool {
    match gf2::degree(f) {
        None => return false,
        Some(degree) if degree <= SMOOTH => return true,
        Some(_) => {}
    }
    let mut product = gf2::rem(gf2::derivative(f), f);
    let mut power = 0b10;
    for i in 1..=SMOOTH {
        power = gf2::square_mod(power, f);
        if 2 * i > SMOOTH {
            product = gf2::mul_mod(product, power ^ 0b10, f);
        }
    }
    product == 0
}

/// The integers modulo a prime below 2^63.
#[derive(Clone, Copy)]
struct Prime(u64);

impl Prime {
    fn add(self, a: u64, b: u64) -> u64 {
        let sum = a + b;
        if sum >= self.0 { sum - self.0 } else { sum }
    }

    fn mul(self, a: u64, b: u64) -> u64 {
        const M61: u64 = (1 << 61) - 1;
        let product = u128::from(a) * u128::from(b);
        if self.0 == M61 {
            return self.add((product >> 61) as u64, product as u64 & M61);
        }
        (product % u128::from(self.0)) as u64
    }

    fn times(self, a: u64, e: i64) -> u64 {
        let product = self.mul(a, e.unsigned_abs() % self.0);
        if e < 0 && product > 0 { self.0 - product } else { product }
    }

    fn inverse(self, a: u64) -> u64 {
        let (mut power, mut square, mut e) = (1, a, self.0 - 2);
        while e > 0 {
            if e & 1 == 1 {
                power = self.mul(power, square);
            }
            square = self.mul(square, square);
            e >>= 1;
        }
        power
    }
}

/// Linear equations, kept in echelon form.
struct System {
    field: Prime,
    unknowns: usize,
    /// The equation with its first unknown there, coefficient 1.
    pivots: Vec<Option<Vec<u64>>>,
    rank: usize,
}

impl System {
    fn new(field: Prime, unknowns: usize) -> Self {
        Self { field, unknowns, pivots: vec![None; unknowns], rank: 0 }
    }

    fn add(&mut self, mut equation: Vec<u64>) {
        let field = self.field;
        for i in 1..self.unknowns {
            let factor = equation[i];
            if factor == 0 {
                continue;
            }
            match &self.pivots[i] {
                Some(pivot) => {
                    let factor = field.0 - factor;
                    for (to, from) in equation[i..].iter_mut().zip(&pivot[i..]) {
                        *to = field.add(*to, field.mul(*from, factor));
                    }
                }
                None => {
                    let inverse = field.inverse(factor);
                    equation[i..].iter_mut().for_each(|value| *value = field.mul(*value, inverse));
                    self.pivots[i] = Some(equation);
                    self.rank += 1;
                    return;
                }
            }
        }
    }

    /// All unknowns but number 0, if they are determined.
    fn solve(&self) -> Option<Vec<u64>> {
        let field = self.field;
        let mut values = vec![0; self.unknowns];
        for i in (1..self.unknowns).rev() {
            let pivot = self.pivots[i].as_ref()?;
            let known = (i + 1..self.unknowns).fold(0, |sum, j| field.add(sum, field.mul(pivot[j], values[j])));
            values[i] = field.add(pivot[self.unknowns], (field.0 - known) % field.0);
        }
        Some(values)
    }
}
