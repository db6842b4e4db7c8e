//! Natural numbers: schoolbook, 32 bits at a time.

use core::cmp::Ordering;

/// Least significant digit first, base 2^32; no zeros at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Integer(Vec<u32>);

impl Integer {
    pub(super) fn one() -> Self {
        Self(vec![1])
    }

    fn small(value: u32) -> Self {
        Self(vec![value]).trimmed()
    }

    /// 2^n - 1.
    pub(super) fn mersenne(n: usize) -> Self {
        let mut digits = vec![u32::MAX; n / 32];
        digits.push((1u32 << (n % 32)) - 1);
        Self(digits).trimmed()
    }

    pub(super) fn from_decimal(text: &str) -> Result<Self, String> {
        let mut value = Self(vec![]);
        for digit in text.bytes() {
            let digit = char::from(digit).to_digit(10).ok_or_else(|| format!("{text} is no number"))?;
            let mut carry = u64::from(digit);
            for word in &mut value.0 {
                carry += u64::from(*word) * 10;
                *word = carry as u32;
                carry >>= 32;
            }
            value.0.push(carry as u32);
            value = value.trimmed();
        }
        Ok(value)
    }

    pub(super) fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn is_one(&self) -> bool {
        self.0 == [1]
    }

    pub(super) fn bits(&self) -> usize {
        self.0.last().map_or(0, |last| 32 * self.0.len() - last.leading_zeros() as usize)
    }

    pub(super) fn bit(&self, i: usize) -> bool {
        self.0.get(i / 32).is_some_and(|word| word >> (i % 32) & 1 == 1)
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        let mut product = vec![0u32; self.0.len() + other.0.len()];
        for (i, a) in self.0.iter().enumerate() {
            let mut carry = 0u64;
            for (j, b) in other.0.iter().enumerate() {
                carry += u64::from(product[i + j]) + u64::from(*a) * u64::from(*b);
                product[i + j] = carry as u32;
                carry >>= 32;
            }
            product[i + other.0.len()] = carry as u32;
        }
        Self(product).trimmed()
    }

    /// Quotient and rest, bit by bit.
    pub(super) fn divided(&self, divisor: &Self) -> (Self, Self) {
        let mut quotient = vec![0u32; self.0.len()];
        let mut rest = Self(vec![]);
        for i in (0..self.bits()).rev() {
            rest.double(self.bit(i));
            if rest >= *divisor {
                rest.subtract(divisor);
                quotient[i / 32] |= 1 << (i % 32);
            }
        }
        (Self(quotient).trimmed(), rest)
    }

    /// Miller-Rabin with the first twelve primes.
    pub(super) fn is_probable_prime(&self) -> bool {
        if *self <= Self::one() {
            return false;
        }
        let mut less = self.clone();
        less.subtract(&Self::one());
        let twos = (0..less.bits()).take_while(|i| !less.bit(*i)).count();
        for base in [2u32, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37] {
            let base = Self::small(base);
            if base == *self {
                return true;
            }
            if self.divided(&base).1.is_zero() {
                return false;
            }
            let mut power = Self::one();
            for i in (twos..less.bits()).rev() {
                power = power.times(&power).divided(self).1;
                if less.bit(i) {
                    power = power.times(&base).divided(self).1;
                }
            }
            let mut passes = power.is_one() || power == less;
            for _ in 1..twos {
                power = power.times(&power).divided(self).1;
                passes |= power == less;
            }
            if !passes {
                return false;
            }
            // A second base says little more of a number this long that is not made to deceive; it only costs.
            if self.bits() > 600 {
                return true;
            }
        }
        true
    }

    fn double(&mut self, mut carry: bool) {
        for word in &mut self.0 {
            let out = *word >> 31 == 1;
            *word = *word << 1 | u32::from(carry);
            carry = out;
        }
        if carry {
            self.0.push(1);
        }
    }

    /// `other` is not larger.
    fn subtract(&mut self, other: &Self) {
        let mut borrow = false;
        for (i, word) in self.0.iter_mut().enumerate() {
            let (less, under) = word.overflowing_sub(other.0.get(i).copied().unwrap_or(0));
            let (less, again) = less.overflowing_sub(u32::from(borrow));
            *word = less;
            borrow = under || again;
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    fn trimmed(mut self) -> Self {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }
}

impl Ord for Integer {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

impl PartialOrd for Integer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
