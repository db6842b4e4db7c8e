//! Natural numbers: schoolbook, 32 bits at a time.

use core::cmp::Ordering;

use super::fields::shortened;

/// Least significant digit first, base 2^32; no zeros at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Integer(Vec<u32>);

impl Integer {
    pub(super) fn one() -> Self {
        Self(vec![1])
    }

    pub(super) fn small(value: u32) -> Self {
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
            let digit = char::from(digit).to_digit(10).ok_or_else(|| format!("{} is no number", shortened(text)))?;
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

    /// Quotient and rest of a division by what is not zero: on paper, digit by digit (Knuth, The Art of Computer Programming 2, 4.3.1 D).
    pub(super) fn divided(&self, divisor: &Self) -> (Self, Self) {
        let n = divisor.0.len();
        assert!(n > 0, "a division by zero");
        if *self < *divisor {
            return (Self(vec![]), self.clone());
        }
        // The divisor's highest digit must be large: then two digits are enough for a guess that is at most 2 too large.
        let shift = divisor.0[n - 1].leading_zeros();
        let (mut rest, divisor) = (self.shifted(shift).0, divisor.shifted(shift).0);
        rest.resize(self.0.len() + 1, 0);
        let highest = u64::from(divisor[n - 1]);
        let second = u64::from(n.checked_sub(2).map_or(0, |i| divisor[i]));
        let mut quotient = vec![0; rest.len() - n];
        for at in (0..quotient.len()).rev() {
            let two = u64::from(rest[at + n]) << 32 | u64::from(rest[at + n - 1]);
            let third = u64::from((at + n).checked_sub(2).map_or(0, |i| rest[i]));
            let (mut guess, mut left) = (two / highest, two % highest);
            while guess >> 32 != 0 || guess * second > (left << 32 | third) {
                (guess, left) = (guess - 1, left + highest);
                if left >> 32 != 0 {
                    break;
                }
            }
            let below = subtract_times(&mut rest[at..=at + n], &divisor, guess);
            if below {
                guess -= 1;
                add_to(&mut rest[at..=at + n], &divisor);
            }
            quotient[at] = guess as u32;
        }
        (Self(quotient).trimmed(), Self(rest).trimmed().halved(shift))
    }

    /// The rest of a division.
    pub(super) fn modulo(&self, modulus: &Self) -> Self {
        self.divided(modulus).1
    }

    /// The lowest 32 bits.
    pub(super) fn low(&self) -> u32 {
        self.0.first().copied().unwrap_or(0)
    }

    /// Of what is not zero: how many times 2 divides it.
    pub(super) fn trailing_zeros(&self) -> usize {
        (0..self.bits()).take_while(|i| !self.bit(*i)).count()
    }

    /// `value` modulo n, which is larger.
    pub(super) fn signed(value: i64, n: &Self) -> Self {
        let size = Self::small(u32::try_from(value.unsigned_abs()).expect("a small number"));
        if value < 0 { Self(vec![]).minus(&size, n) } else { size }
    }

    /// The sum modulo n of two numbers below n.
    pub(super) fn plus(&self, other: &Self, n: &Self) -> Self {
        let mut sum = self.clone();
        sum.add(other);
        if sum >= *n {
            sum.subtract(n);
        }
        sum
    }

    /// The difference modulo n of two numbers below n.
    pub(super) fn minus(&self, other: &Self, n: &Self) -> Self {
        let mut difference = self.clone();
        if difference < *other {
            difference.add(n);
        }
        difference.subtract(other);
        difference
    }

    /// Half of a number below an odd n, modulo n.
    pub(super) fn half(&self, n: &Self) -> Self {
        let mut even = self.clone();
        if even.bit(0) {
            even.add(n);
        }
        even.halved(1)
    }

    /// The lowest p bits plus the others: the same modulo 2^p - 1.
    pub(super) fn low_plus_high(&self, p: usize) -> Self {
        let mut low = Self(self.0[..self.0.len().min(p / 32 + 1)].to_vec());
        if let Some(last) = low.0.get_mut(p / 32) {
            *last &= (1 << (p % 32)) - 1;
        }
        let high = Self(self.0.get(p / 32..).unwrap_or_default().to_vec()).trimmed().halved((p % 32) as u32);
        low = low.trimmed();
        low.add(&high);
        low
    }

    /// Whether it is the square of a natural number: by Newton's method.
    pub(super) fn is_square(&self) -> bool {
        let mut root = Self(vec![u32::MAX; self.0.len() / 2 + 1]);
        loop {
            let mut next = if root.is_zero() { return self.is_zero() } else { self.divided(&root).0 };
            next.add(&root);
            let next = next.halved(1);
            if next >= root {
                return root.times(&root) == *self;
            }
            root = next;
        }
    }

    /// 2^`bits` times it; fewer than 32.
    fn shifted(&self, bits: u32) -> Self {
        let mut carry = 0;
        let mut digits: Vec<u32> = Vec::with_capacity(self.0.len() + 1);
        for word in &self.0 {
            let wide = u64::from(*word) << bits | carry;
            digits.push(wide as u32);
            carry = wide >> 32;
        }
        digits.push(carry as u32);
        Self(digits).trimmed()
    }

    /// It divided by 2^`bits`, rounded down; fewer than 32.
    fn halved(mut self, bits: u32) -> Self {
        let mut above = 0u64;
        for word in self.0.iter_mut().rev() {
            let wide = above << 32 | u64::from(*word);
            above = wide & ((1 << bits) - 1);
            *word = (wide >> bits) as u32;
        }
        self.trimmed()
    }

    pub(super) fn add(&mut self, other: &Self) {
        if self.0.len() <= other.0.len() {
            self.0.resize(other.0.len() + 1, 0);
        } else {
            self.0.push(0);
        }
        add_to(&mut self.0, &other.0);
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    /// `other` is not larger.
    pub(super) fn subtract(&mut self, other: &Self) {
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

/// Adds `other` to `digits`; what is carried out of them is dropped.
fn add_to(digits: &mut [u32], other: &[u32]) {
    let mut carry = 0;
    for (i, digit) in digits.iter_mut().enumerate() {
        carry += u64::from(*digit) + u64::from(other.get(i).copied().unwrap_or(0));
        *digit = carry as u32;
        carry >>= 32;
    }
}

/// Subtracts `times` x `other` from `digits`, one digit longer; whether the difference is below zero (and 2^32 to their number was added).
fn subtract_times(digits: &mut [u32], other: &[u32], times: u64) -> bool {
    let mut owed = 0u64;
    for (i, digit) in digits.iter_mut().enumerate() {
        owed += times * u64::from(other.get(i).copied().unwrap_or(0));
        let (less, below) = digit.overflowing_sub(owed as u32);
        *digit = less;
        owed = (owed >> 32) + u64::from(below);
    }
    owed > 0
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Quotient times divisor plus rest, with digits that make the guesses of a long division wrong.
    #[test]
    fn divisions_multiply_back() {
        let digits = [0, 1, 2, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xffff_fffe, u32::MAX];
        let mut random = 1u64;
        let mut number = |longest: u64| {
            let mut next = || {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                random >> 33
            };
            let length = next() % longest;
            Integer((0..length).map(|_| digits[next() as usize % digits.len()]).collect()).trimmed()
        };
        for _ in 0..200_000 {
            let (n, divisor) = (number(8), number(5));
            if divisor.is_zero() {
                continue;
            }
            let (quotient, rest) = n.divided(&divisor);
            assert!(rest < divisor, "{n:?} by {divisor:?}");
            let mut back = quotient.times(&divisor);
            back.add(&rest);
            assert_eq!(back, n, "{n:?} by {divisor:?}");
        }
    }
}
