//! The field of 2^64 elements, x^64 = x^4 + x^3 + x + 1, several at a time: the transform of `poly::fft`.
//!
//! Where there is no carry-less multiply, Karatsuba's products are used instead.

#[cfg(not(target_arch = "x86_64"))]
mod none;
#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(not(target_arch = "x86_64"))]
use none::Width;
#[cfg(target_arch = "x86_64")]
use x86::Width;

/// Proof that the CPU has what a width needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field(Width);

impl Field {
    /// The widest one that goes with the multiplier in use.
    pub(crate) fn get() -> Option<Self> {
        Width::of(super::multiplier()).map(Self)
    }

    /// Every one that the CPU has, whatever multiplier is in use at the moment.
    #[cfg(test)]
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Width::available().map(Self)
    }

    /// Hundredths of a nanosecond for each word and level, three transforms together, where a product of 32 words by the multiplier of the same CPU
    /// takes 220 ns. Only the ratio matters.
    pub(crate) fn cost(self) -> usize {
        self.0.cost()
    }

    /// Values at the first 2^m points from coefficients in the Lin-Chung-Han basis. `block` has 2^m words, m >= 3; `twiddles`
    /// has half as many: see `poly::fft`.
    pub(crate) fn forward(self, block: &mut [u64], twiddles: &[u64]) {
        debug_assert!(block.len() >= 8 && block.len().is_power_of_two() && 2 * twiddles.len() >= block.len());
        self.0.forward(block, twiddles);
    }

    /// The inverse of [`Self::forward`].
    pub(crate) fn inverse(self, block: &mut [u64], twiddles: &[u64]) {
        debug_assert!(block.len() >= 8 && block.len().is_power_of_two() && 2 * twiddles.len() >= block.len());
        self.0.inverse(block, twiddles);
    }

    /// a\[i\] <- a\[i\] b\[i\]; the length is a multiple of 8.
    pub(crate) fn pointwise(self, a: &mut [u64], b: &[u64]) {
        debug_assert!(a.len() == b.len() && a.len().is_multiple_of(8));
        self.0.pointwise(a, b);
    }
}
