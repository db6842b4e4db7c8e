//! The transform on x86-64, in vectors of three widths.
//!
//! What is the same whatever the width is written once, as a macro: a function of a CPU's features cannot be generic over them.
#![allow(unsafe_code)]

mod wide128;
mod wide256;
mod wide512;

use super::super::Multiplier;
use crate::cpu;

/// How many words are done at a time. Only values that are available are ever made.
#[derive(Debug, Clone, Copy)]
pub(super) enum Width {
    /// PCLMULQDQ.
    Two,
    /// VPCLMULQDQ with AVX2, as CPUs without AVX-512 have it.
    Four,
    /// VPCLMULQDQ with AVX-512.
    Eight,
}

// What is detected here is what the functions of `wide256` enable; the multipliers see to those of the others.
cpufeatures::new!(four, "pclmulqdq", "sse2", "avx2", "vpclmulqdq");

impl Width {
    /// The widest one that goes with that multiplier, which is available.
    pub(super) fn of(multiplier: Multiplier) -> Option<Self> {
        match multiplier {
            Multiplier::Portable => None,
            Multiplier::Pclmul => Some(if Self::has_four() { Self::Four } else { Self::Two }),
            Multiplier::Vpclmul => Some(Self::Eight),
        }
    }

    /// Whether VPCLMULQDQ goes with AVX2 here, and was not hidden.
    fn has_four() -> bool {
        !cpu::is_hidden(Multiplier::Vpclmul.name()) && four::get()
    }

    /// All that this CPU has.
    #[cfg(test)]
    pub(super) fn available() -> impl Iterator<Item = Self> {
        let all = [
            (Self::Two, Multiplier::Pclmul.is_available()),
            (Self::Four, Multiplier::Pclmul.is_available() && Self::has_four()),
            (Self::Eight, Multiplier::Vpclmul.is_available()),
        ];
        all.into_iter().filter(|(_, is_available)| *is_available).map(|(width, _)| width)
    }

    /// See `Field::cost`. Measured: eight words on a Zen 4 server, the others on a Zen 3 one, where four words are hardly faster than two.
    pub(super) const fn cost(self) -> usize {
        match self {
            Self::Two => 260,
            Self::Four => 250,
            Self::Eight => 230,
        }
    }

    pub(super) fn forward(self, block: &mut [u64], twiddles: &[u64]) {
        // SAFETY: a width exists only if it is available, that is if all features that the function enables were detected.
        unsafe {
            match self {
                Self::Two => wide128::forward(block, 0, twiddles),
                Self::Four => wide256::forward(block, 0, twiddles),
                Self::Eight => wide512::forward(block, 0, twiddles),
            }
        }
    }

    pub(super) fn inverse(self, block: &mut [u64], twiddles: &[u64]) {
        // SAFETY: as in `forward`.
        unsafe {
            match self {
                Self::Two => wide128::inverse(block, 0, twiddles),
                Self::Four => wide256::inverse(block, 0, twiddles),
                Self::Eight => wide512::inverse(block, 0, twiddles),
            }
        }
    }

    pub(super) fn pointwise(self, a: &mut [u64], b: &[u64]) {
        // SAFETY: as in `forward`.
        unsafe {
            match self {
                Self::Two => wide128::pointwise(a, b),
                Self::Four => wide256::pointwise(a, b),
                Self::Eight => wide512::pointwise(a, b),
            }
        }
    }
}

/// The functions of a width of `$words` words, from the instructions named and `set1`, `load`, `store`, `leaf_forward` and `leaf_inverse` where it
/// stands.
macro_rules! transform {
    (
        $features:literal,
        $words:literal,
        $vector:ty,
        $clmul:ident,
        $unpack_low:ident,
        $unpack_high:ident,
        $right:ident,
        $left:ident,
        $xor:ident
    ) => {
        /// Products word by word.
        #[target_feature(enable = $features)]
        #[inline]
        fn mul(a: $vector, b: $vector) -> $vector {
            let even = $clmul::<0x00>(a, b);
            let odd = $clmul::<0x11>(a, b);
            let (low, high) = ($unpack_low(even, odd), $unpack_high(even, odd));
            // high x^64 = high + high x + high x^3 + high x^4; what leaves the word at the top is folded in the same way, and is
            // so short that nothing leaves a second time.
            let over = $xor($xor($right::<63>(high), $right::<61>(high)), $right::<60>(high));
            let high = $xor(high, over);
            let fold = $xor($xor($left::<1>(high), $left::<3>(high)), $left::<4>(high));
            $xor($xor(low, high), fold)
        }

        /// a\[i\] <- a\[i\] b\[i\].
        #[target_feature(enable = $features)]
        pub(super) fn pointwise(a: &mut [u64], b: &[u64]) {
            for (a, b) in a.as_chunks_mut::<$words>().0.iter_mut().zip(b.as_chunks::<$words>().0) {
                let product = mul(load(a), load(b));
                store(a, product);
            }
        }

        /// Block number `j` of its level: (u, v) -> (u + c v, u + (c + 1) v), then both halves.
        #[target_feature(enable = $features)]
        pub(super) fn forward(block: &mut [u64], j: usize, twiddles: &[u64]) {
            if let [first] = block.as_chunks_mut::<$words>().0 {
                return leaf_forward(first, j, twiddles);
            }
            let half = block.len() / 2;
            let (low, high) = block.split_at_mut(half);
            let factor = set1(twiddles[j]);
            for (u, v) in low.as_chunks_mut::<$words>().0.iter_mut().zip(high.as_chunks_mut::<$words>().0) {
                let odd = load(v);
                let even = $xor(load(u), mul(odd, factor));
                store(u, even);
                store(v, $xor(even, odd));
            }
            forward(low, 2 * j, twiddles);
            forward(high, 2 * j + 1, twiddles);
        }

        /// The inverse: both halves, then (u, v) -> (u + c (u + v), u + v).
        #[target_feature(enable = $features)]
        pub(super) fn inverse(block: &mut [u64], j: usize, twiddles: &[u64]) {
            if let [first] = block.as_chunks_mut::<$words>().0 {
                return leaf_inverse(first, j, twiddles);
            }
            let half = block.len() / 2;
            let (low, high) = block.split_at_mut(half);
            inverse(low, 2 * j, twiddles);
            inverse(high, 2 * j + 1, twiddles);
            let factor = set1(twiddles[j]);
            for (u, v) in low.as_chunks_mut::<$words>().0.iter_mut().zip(high.as_chunks_mut::<$words>().0) {
                let even = load(u);
                let odd = $xor(even, load(v));
                store(u, $xor(even, mul(odd, factor)));
                store(v, odd);
            }
        }
    };
}

use transform;
