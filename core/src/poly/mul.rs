//! Products of word slices: the kernel for short operands, Karatsuba above, the additive FFT for long ones.

use alloc::{vec, vec::Vec};

use super::{add_assign, fft, significant};
use crate::vector::clmul;

/// The product; `a.len() + b.len()` words.
pub(super) fn mul(a: &[u64], b: &[u64]) -> Vec<u64> {
    // Memory that need not be zeros is had in half the time, which is most of what a short product takes.
    let mut short = [0; 16];
    if let Some(out) = short.get_mut(..a.len() + b.len()) {
        mul_into(out, a, b, &mut Vec::new());
        return out.to_vec();
    }
    let mut out = vec![0; a.len() + b.len()];
    mul_into(&mut out, a, b, &mut Vec::new());
    out
}

/// The square; `2 a.len()` words.
pub(super) fn square(a: &[u64]) -> Vec<u64> {
    let mut out = vec![0; 2 * a.len()];
    clmul::square(&mut out, a);
    out
}

/// `out = a b`, of `a.len() + b.len()` words; `scratch` grows to what is needed and can be used again.
pub(super) fn mul_into(out: &mut [u64], a: &[u64], b: &[u64], scratch: &mut Vec<u64>) {
    let (long, short) = if a.len() < b.len() { (b, a) } else { (a, b) };
    if let ([low, high], [a], [b]) = (&mut *out, long, short) {
        let product = clmul::mul_word(*a, *b);
        (*low, *high) = (product as u64, (product >> 64) as u64);
    } else if short.is_empty() {
        out.fill(0);
    } else if long.len() <= clmul::SHORT {
        clmul::mul_short(out, long, short);
    } else if fft::mul(out, long, short) {
        // Done.
    } else if long.len() == short.len() {
        let need = scratch_len(long.len());
        if scratch.len() < need {
            scratch.resize(need, 0);
        }
        karatsuba(out, long, short, scratch);
    } else {
        unbalanced(out, long, short, scratch);
    }
}

/// Blocks of the longer operand, as long as the shorter one.
fn unbalanced(out: &mut [u64], long: &[u64], short: &[u64], scratch: &mut Vec<u64>) {
    out.fill(0);
    let block = short.len().max(clmul::SHORT);
    let mut part = vec![0; block + short.len()];
    for (i, piece) in long.chunks(block).enumerate() {
        let part = &mut part[..piece.len() + short.len()];
        if significant(piece) > 0 {
            mul_into(part, piece, short, scratch);
            add_assign(&mut out[i * block..], part);
        }
    }
}

/// Words of scratch for operands of `n` words: 4 h a level, where h <= n / 2 + 4.
fn scratch_len(n: usize) -> usize {
    4 * n + 48 * (usize::BITS - n.leading_zeros()) as usize
}

/// `out = a b` for operands of one length >= 1 (Karatsuba & Ofman 1962): three products of half the length.
fn karatsuba(out: &mut [u64], a: &[u64], b: &[u64], scratch: &mut [u64]) {
    let n = a.len();
    if n <= clmul::SHORT {
        return clmul::mul_short(out, a, b);
    }
    if n == clmul::SHORT + 1 {
        // The word that is too much by itself.
        let (low_a, low_b) = (&a[..n - 1], &b[..n - 1]);
        clmul::mul_short(&mut out[..2 * n - 2], low_a, low_b);
        out[2 * n - 2..].fill(0);
        clmul::add_multiple(&mut out[n - 1..], a, b[n - 1]);
        return clmul::add_multiple(&mut out[n - 1..], low_b, a[n - 1]);
    }
    // The lower half is the longer one, and a whole number of vectors.
    let h = n.div_ceil(2).next_multiple_of(clmul::multiplier().words());
    let ((a0, a1), (b0, b1)) = (a.split_at(h), b.split_at(h));
    let (low, high) = out.split_at_mut(2 * h);
    karatsuba(low, a0, b0, scratch);
    karatsuba(high, a1, b1, scratch);
    let (sums, rest) = scratch.split_at_mut(2 * h);
    let (middle, rest) = rest.split_at_mut(2 * h);
    let (sa, sb) = sums.split_at_mut(h);
    sum(sa, a0, a1);
    sum(sb, b0, b1);
    karatsuba(middle, sa, sb, rest);
    add_assign(middle, low);
    add_assign(middle, high);
    // Its topmost words are zero where they would not fit.
    add_assign(&mut out[h..], middle);
}

/// `out = a + b`, `b` being at most as long as `a`.
fn sum(out: &mut [u64], a: &[u64], b: &[u64]) {
    out.copy_from_slice(a);
    add_assign(out, b);
}

#[cfg(test)]
mod tests {
    use super::{super::tests::Noise, *};

    /// A row at a time, by shifts.
    fn naive(a: &[u64], b: &[u64]) -> Vec<u64> {
        let mut out = vec![0; a.len() + b.len() + 1];
        for i in (0..64 * b.len()).filter(|i| b[i / 64] >> (i % 64) & 1 == 1) {
            add_assign(&mut out, &super::super::shift_left(a, i));
        }
        out.truncate(a.len() + b.len());
        out
    }

    #[test]
    fn products_at_the_thresholds() {
        let mut noise = Noise(5);
        let mut words = |n: usize| -> Vec<u64> { (0..n).map(|_| noise.word()).collect() };
        let lengths = [0, 1, 2, 7, 8, 9, 31, 32, 33, 40, 41, 48, 49, 63, 64, 65, 80, 97, 130];
        for na in lengths {
            for nb in lengths {
                let (a, b) = (words(na), words(nb));
                assert!(mul(&a, &b) == naive(&a, &b), "{na} x {nb} words");
            }
        }
        for n in 33..160 {
            let (a, b) = (words(n), words(n));
            assert!(mul(&a, &b) == naive(&a, &b), "{n} words");
        }
        let (a, b) = (words(700), words(650));
        assert!(mul(&a, &b) == naive(&a, &b));
        assert!(square(&a) == mul(&a, &a));
    }

    /// The choice is process-wide, but no result depends on it, so tests that run at the same time do not mind.
    #[test]
    fn no_backend_changes_an_answer() {
        let mut noise = Noise(7);
        let (a, b) = (noise.poly(9000), noise.poly(5000));
        let c = noise.poly(400);
        let usual = super::super::multiplier();
        let answers = super::super::Multiplier::ALL
            .into_iter()
            .filter(|multiplier| super::super::set_multiplier(*multiplier))
            .map(|_| {
                let modulus = super::super::Modulus::new(&b).expect("not constant");
                (&a * &b, a.divrem(&b), a.gcd(&b), modulus.square(&a), (&c * &c).factor(), a.square())
            });
        let answers: Vec<_> = answers.collect();
        super::super::set_multiplier(usual);
        assert!(answers.iter().all(|answer| *answer == answers[0]));
    }

    #[test]
    fn all_ones_and_sparse() {
        for n in [33, 64, 100] {
            let ones = vec![!0; n];
            assert!(mul(&ones, &ones) == square(&ones), "{n}");
            let mut edge = vec![0; n];
            (edge[0], edge[n - 1]) = (1, 1 << 63);
            assert!(mul(&edge, &ones) == naive(&edge, &ones), "{n}");
        }
    }
}
