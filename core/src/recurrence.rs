//! The recurrence of a sequence by words instead of bits: one rule behind every generator of this crate.
//!
//! Over GF(2), c(x)^B = c(x^B) for B a power of two. So a sequence with c(E) s = 0 (E the shift by one bit) also has c(E^B) s = 0: words of B
//! bits obey the recurrence of the bits, with the same lags, and B bits cost one XOR of words for each lag.
//!
//! Complemented feedback says c(E) s = 1. Then c(E)^B s = c(E)^(B-1) 1 = c(1)^(B-1): the ones stay for B > 1 if c(1) = 1, that is if the number
//! of lags is even, and vanish if it is odd.

/// Whether ones are added in the recurrence by words of two bits and more, where they are (`by_bits`) in that by bits.
pub(crate) const fn adds_ones(by_bits: bool, lags: usize) -> bool {
    by_bits && lags.is_multiple_of(2)
}
