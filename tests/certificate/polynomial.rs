//! Polynomials over GF(2): shift and add.

use super::{fields::shortened, integer::Integer};

/// Bit i of the words is the coefficient of x^i; no zero words at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Polynomial(Vec<u64>);

impl Polynomial {
    pub(super) fn one() -> Self {
        Self(vec![1])
    }

    pub(super) fn is_one(&self) -> bool {
        self.0 == [1]
    }

    /// 0x...
    pub(super) fn from_hex(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix("0x").ok_or_else(|| format!("{} is not hexadecimal", shortened(text)))?;
        let mut words = vec![0u64; digits.len() / 16 + 1];
        for (i, digit) in digits.bytes().rev().enumerate() {
            let digit =
                char::from(digit).to_digit(16).ok_or_else(|| format!("{} is not hexadecimal", shortened(text)))?;
            words[i / 16] |= u64::from(digit) << (4 * (i % 16));
        }
        Ok(Self(words).trimmed())
    }

    pub(super) fn to_text(&self) -> String {
        let terms = (0..=self.degree().unwrap_or(0)).rev().filter(|i| self.has(*i)).map(|i| match i {
            0 => "1".to_owned(),
            1 => "x".to_owned(),
            _ => format!("x^{i}"),
        });
        terms.collect::<Vec<_>>().join("+")
    }

    pub(super) fn degree(&self) -> Option<usize> {
        let last = self.0.last()?;
        Some(64 * self.0.len() - 1 - last.leading_zeros() as usize)
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        let mut product = Self(vec![0; self.0.len() + other.0.len() + 1]);
        for i in (0..64 * other.0.len()).filter(|i| other.has(*i)) {
            product.add_shifted(self, i);
        }
        product.trimmed()
    }

    /// x^n modulo this, of degree at least 1, from the highest bit of n down.
    pub(super) fn power_of_x(&self, n: &Integer) -> Self {
        let mut power = Self::one();
        for bit in (0..n.bits()).rev() {
            power = power.spread().modulo(self);
            if n.bit(bit) {
                let mut shifted = Self(vec![0; power.0.len() + 1]);
                shifted.add_shifted(&power, 1);
                power = shifted.trimmed().modulo(self);
            }
        }
        power
    }

    /// The square: a zero after every coefficient.
    fn spread(&self) -> Self {
        let mut square = Self(vec![0; 2 * self.0.len()]);
        for i in (0..64 * self.0.len()).filter(|i| self.has(*i)) {
            square.0[2 * i / 64] |= 1 << (2 * i % 64);
        }
        square.trimmed()
    }

    fn modulo(mut self, modulus: &Self) -> Self {
        let n = modulus.degree().expect("not zero");
        while let Some(degree) = self.degree().filter(|degree| *degree >= n) {
            self.add_shifted(modulus, degree - n);
            self = self.trimmed();
        }
        self
    }

    fn has(&self, i: usize) -> bool {
        self.0[i / 64] >> (i % 64) & 1 == 1
    }

    /// Adds `other` x^i, for which there is room.
    fn add_shifted(&mut self, other: &Self, i: usize) {
        let (words, bits) = (i / 64, i % 64);
        for (j, word) in other.0.iter().enumerate() {
            self.0[j + words] ^= word << bits;
            if bits > 0 && word >> (64 - bits) != 0 {
                self.0[j + words + 1] ^= word >> (64 - bits);
            }
        }
    }

    fn trimmed(mut self) -> Self {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }
}
