//! Recurrences of few lags for registers of many: multiples of the feedback polynomial.
//!
//! A sequence obeys the recurrence of every multiple of its polynomial, too, and each lag costs a load for each block. Of the sums of
//! m powers x^k, k < 376, about 376^m / (m! 2^n) are 1 modulo the feedback polynomial: for m = 6 that is one even at n = 41. Sums of two
//! are kept, all others looked up: about 2^(n-16) of them, a small part of what the 2^n states cost. (D. Wagner, "A generalized birthday
//! problem", CRYPTO 2002, has the idea; two lists are enough here.)

use alloc::{vec, vec::Vec};

use super::recurrence::{GROUP, Recurrence};
use crate::register::Register;

/// A register with no more lags than this is left as it is.
const FEW_LAGS: usize = 7;

/// The widest register for which a search is worth while: nobody runs through all states of a wider one.
const WIDEST: u32 = 48;

/// log2 of the size of the filter before the list, in bits.
const FILTER_LOG: u32 = 21;

/// log2 of how many more sums are looked up than are expected to be needed for one success.
const PATIENCE_LOG: u32 = 3;

/// Sums of two powers, to be looked up by value.
struct Pairs {
    /// (sum, larger lag, smaller lag), ascending.
    sums: Vec<(u64, u16, u16)>,
    /// By hash: a sum may be in the list.
    filter: Vec<u64>,
}

impl Pairs {
    fn new(powers: &[(u64, u16)]) -> Self {
        let mut sums = Vec::with_capacity(powers.len() * powers.len() / 2);
        for (i, &(a, larger)) in powers.iter().enumerate() {
            sums.extend(powers[..i].iter().map(|&(b, smaller)| (a ^ b, larger, smaller)));
        }
        sums.sort_unstable();
        let mut filter = vec![0; 1 << (FILTER_LOG - 6)];
        for &(sum, ..) in &sums {
            let (word, bit) = Self::place(sum);
            filter[word] |= 1 << bit;
        }
        Self { sums, filter }
    }

    #[inline]
    fn place(sum: u64) -> (usize, u32) {
        let hash = sum.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - FILTER_LOG);
        ((hash >> 6) as usize, hash as u32 & 63)
    }

    #[inline]
    fn find(&self, sum: u64) -> Option<(u16, u16)> {
        let (word, bit) = Self::place(sum);
        if self.filter[word] >> bit & 1 == 0 {
            return None;
        }
        let at = self.sums.partition_point(|&(other, ..)| other < sum);
        self.sums.get(at).filter(|&&(other, ..)| other == sum).map(|&(_, larger, smaller)| (larger, smaller))
    }
}

/// `count` lags whose powers add up to 1, found by looking up about `left` sums.
///
/// All lags but three are drawn at random: sums that have much in common would find the same multiples again.
fn search(powers: &[(u64, u16)], pairs: &Pairs, count: usize, mut left: u64) -> Option<Vec<u16>> {
    let mut random = count as u64;
    let mut lags = Vec::with_capacity(count);
    while left > 0 {
        lags.clear();
        let mut rest = 1;
        for _ in 0..count - 3 {
            // D. Knuth's constants (MMIX), high bits: only to spread the search.
            random = random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            let (power, lag) = powers[((random >> 33) % powers.len() as u64) as usize];
            rest ^= power;
            lags.push(lag);
        }
        for &(power, lag) in powers {
            let Some((larger, smaller)) = pairs.find(rest ^ power) else { continue };
            lags.extend([lag, larger, smaller]);
            lags.sort_unstable();
            if lags.windows(2).all(|two| two[0] < two[1]) {
                return Some(lags);
            }
            // Equal powers cancel: a multiple with fewer terms, hardly ever met; go on from other lags.
            break;
        }
        left = left.saturating_sub(powers.len() as u64);
    }
    None
}

impl Recurrence {
    /// The recurrence of fewest lags for `sequence`, a non-singular Fibonacci register, that is found in a small part of the time that
    /// 2^n states take.
    ///
    /// # Complexity
    /// For more than 7 lags and n = 26 to 48: up to 70,000 sums sorted, then 2^(n-16) looked up for a success, 2^(n-13) for giving up.
    #[must_use]
    pub fn sparse(sequence: &Register) -> Self {
        let own = Self::of(sequence);
        let n = sequence.degree();
        // With XNOR the sequence obeys (x + 1) c without a constant.
        let feedback =
            if sequence.xnor() { sequence.feedback() ^ sequence.feedback() << 1 } else { sequence.feedback() };
        let degree = 127 - feedback.leading_zeros();
        if own.lags().len() <= FEW_LAGS || !(26..=WIDEST).contains(&n) || degree > 64 {
            return own.spread();
        }
        let reach: u16 = match n {
            ..=29 => 176,
            30..=33 => 256,
            _ => 376,
        };
        let mut powers = Vec::with_capacity(reach.into());
        let mut power = 1u128;
        for lag in 1..=reach {
            power <<= 1;
            if power >> degree & 1 == 1 {
                power ^= feedback;
            }
            if usize::from(lag) >= GROUP {
                powers.push((power as u64, lag));
            }
        }
        let pairs = Pairs::new(&powers);
        let needed = n.saturating_sub(pairs.sums.len().ilog2());
        // A multiple of x + 1 has an even number of terms, the constant one among them. Of fewer lags there are hardly any.
        let counts: &[usize] = match (feedback.count_ones() % 2 == 0, n) {
            (true, ..=36) => &[5, 7],
            (true, _) => &[7],
            (false, ..=29) => &[4, 5, 6],
            (false, ..=41) => &[5, 6],
            (false, ..=46) => &[7],
            (false, _) => &[8],
        };
        for &lags in counts.iter().take_while(|&&lags| lags < own.lags().len()) {
            let left = 1 << (needed + PATIENCE_LOG);
            if let Some(lags) = search(&powers, &pairs, lags, left) {
                return own.replaced(&lags);
            }
        }
        own.spread()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::tests::splitmix;
    extern crate std;

    /// The lags found hold for the sequence, bit by bit, and are few.
    #[test]
    fn dense_registers_get_few_lags() {
        let mut random = 10;
        let mut few = 0;
        for n in [26, 28, 29, 30, 32, 33, 35, 36] {
            for xnor in [false, true] {
                let taps = splitmix(&mut random) & ((1 << n) - 1) | 0x7f;
                let register = Register::from_characteristic(1 << n | u128::from(taps)).unwrap().with_xnor(xnor);
                let recurrence = Recurrence::sparse(&register);
                let mut bits = std::vec![];
                let mut state = splitmix(&mut random) & register.state_mask();
                for _ in 0..4000 {
                    bits.push(state & 1 == 1);
                    state = register.step(state);
                }
                for t in recurrence.reach()..bits.len() {
                    let lags = recurrence.lags().iter();
                    let sum = lags.fold(false, |sum, &lag| sum ^ bits[t - usize::from(lag)]);
                    // A constant survives only the powers of two; at 1 it is that of the register.
                    let spread = recurrence.lags().len() > FEW_LAGS;
                    assert!(spread || sum == bits[t], "{register:?} {recurrence:?}");
                }
                few += usize::from(recurrence.lags().len() <= FEW_LAGS);
            }
        }
        assert!(few >= 14, "only {few} of 16 dense registers have a sparse multiple");
    }
}
