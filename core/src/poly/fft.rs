//! Products of long polynomials by the additive Fourier transform over the field of 2^64 elements.
//!
//! The transform is that of Lin, Chung & Han (*Novel polynomial basis and its application to Reed-Solomon erasure codes*, 2014)
//! on a Cantor basis b\[0\] = 1, b\[i\] = b\[i+1\]^2 + b\[i+1\], with Gao and Mateer's (2010) change of basis; used for products in
//! GF(2)\[x\] as by Chen, Cheng, Kuo, Li & Yang (*Faster multiplication for long binary polynomials*, 2017). Operands are cut into
//! 32-bit pieces, so that no sum of their products is reduced.
//!
//! With s_k(x) = the product of x + w over the span of b\[0\], ..., b\[k-1\], and X_i = the product of s_t over the bits t of i, a
//! polynomial in the basis X is split as f0 + s_(k-1) f1. On the coset that block j covers, s_(k-1) is the constant c_j, and c_j + 1
//! on its upper half, where c_j is the sum of b\[t+1\] over the bits t of j whatever the level, because s_1(b\[i+1\]) = b\[i\].

use alloc::{vec, vec::Vec};

use super::add_assign;
use crate::vector::clmul::Field;

/// Shorter operands (in words) are never worth it. Measured.
const SHORTEST: usize = 256;

/// The Cantor basis from b\[1\] on; enough for 2^32 pieces.
#[rustfmt::skip]
const BASIS: [u64; 32] = [
    0x19c9_369f_278a_dc02, 0xa181_e7d6_6f5f_f794, 0x5db8_4357_ce78_5d08, 0xb973_d466_f5c9_d0ca, 0x521a_c889_831a_075e,
    0x033c_e8be_ddc8_a656, 0xb584_6c4e_07b9_1010, 0x4087_b8cb_b37a_32ec, 0x00d0_d388_8c0a_e17c, 0xafd5_ac70_237f_2222,
    0xe3f5_af99_cc3a_aaf8, 0x5a1d_b3b1_6a0b_58b8, 0x0994_7c54_fe7e_e248, 0x0e8e_af0e_0068_f544, 0xa2a1_1350_0b4b_4f5a,
    0xe96f_9805_d6ce_0bb0, 0x5349_6f8b_5c9e_dd4c, 0xad32_5cb6_f4ac_2a9e, 0x4a8d_cf8b_d7ed_e826, 0xa3e9_c552_b643_4210,
    0x5fa9_2ad9_c9bc_7ed0, 0xa389_f910_cd77_34de, 0xe916_f3df_ca46_09d8, 0xf895_7871_4bd2_8f96, 0x564d_da59_237a_3352,
    0xad33_bc6c_c75a_ed38, 0x57a3_104f_cd0e_5f34, 0xb0f5_02e4_cd60_039a, 0xeb42_e79f_91f4_9f8c, 0x54e5_bf37_74b3_f850,
    0xb668_64e6_ec14_b4d2, 0xed57_ce77_8f0d_6244,
];

/// `out = a b` if the transform is available and is expected to be faster than Karatsuba's method; else `false`.
pub(super) fn mul(out: &mut [u64], a: &[u64], b: &[u64]) -> bool {
    if a.len().min(b.len()) < SHORTEST {
        return false;
    }
    let size = (2 * (a.len() + b.len())).next_power_of_two();
    match Field::get() {
        Some(field) if is_faster(field, size, a.len().max(b.len()), a.len().min(b.len())) => {
            transform_mul(field, out, a, b)
        }
        _ => false,
    }
}

/// Both costs in nanoseconds or so: two transforms and one back of `size` words, against products of up to 32 words, which take
/// about 7 ns a word.
fn is_faster(field: Field, size: usize, long: usize, short: usize) -> bool {
    let transforms = size.saturating_mul(size.ilog2() as usize).saturating_mul(field.cost()) / 100;
    let (mut karatsuba, mut n) = (1usize, short);
    while n > 32 {
        karatsuba = karatsuba.saturating_mul(3);
        n = n.div_ceil(2);
    }
    transforms < karatsuba.saturating_mul(7 * n).saturating_mul(long) / short
}

fn transform_mul(field: Field, out: &mut [u64], a: &[u64], b: &[u64]) -> bool {
    let size = (2 * (a.len() + b.len())).next_power_of_two();
    if size.ilog2() as usize > BASIS.len() || size < 8 {
        return false;
    }
    let twiddles = twiddles(size / 2);
    let values = |words: &[u64]| {
        let mut pieces = vec![0; size];
        for (pair, word) in pieces.chunks_exact_mut(2).zip(words) {
            pair.copy_from_slice(&[word & 0xffff_ffff, word >> 32]);
        }
        to_basis(&mut pieces, size.ilog2() as usize, 1);
        field.forward(&mut pieces, &twiddles);
        pieces
    };
    let (mut product, other) = (values(a), values(b));
    field.pointwise(&mut product, &other);
    field.inverse(&mut product, &twiddles);
    from_basis(&mut product, size.ilog2() as usize, 1);
    // Piece i is worth x^(32 i) and is shorter than 64 bits.
    let mut carry = 0;
    for (out, pair) in out.iter_mut().zip(product.chunks_exact(2)) {
        *out = pair[0] ^ pair[1] << 32 ^ carry;
        carry = pair[1] >> 32;
    }
    true
}

/// c_j for j < `len`: the sum of b\[t+1\] over the bits t of j.
fn twiddles(len: usize) -> Vec<u64> {
    let mut sums = Vec::with_capacity(len);
    sums.push(0);
    for basis in BASIS {
        if sums.len() >= len {
            break;
        }
        let upper: Vec<u64> = sums.iter().map(|sum| sum ^ basis).collect();
        sums.extend(upper);
    }
    sums
}

/// From powers of x to the basis X, in place: 2^m elements of `width` words each.
///
/// With k the largest power of two below m, y = s_k(x) = x^(2^k) + x: first the expansion in powers of y, by divisions by
/// y^(2^i) = x^(2^(k+i)) + x^(2^i); then the same for the polynomial in y and for its coefficients, because s_(k+t)(x) = s_t(y).
fn to_basis(block: &mut [u64], m: usize, width: usize) {
    let Some(k) = split(m) else { return };
    if let (16, Ok(leaf)) = (1 << m, block.try_into()) {
        return to_basis_16(leaf);
    }
    for t in (k..m).rev() {
        for part in block.chunks_exact_mut(width << (t + 1)) {
            let step = width << (t - k);
            let (low, high) = part.split_at_mut(width << t);
            let (first, last) = high.split_at_mut(high.len() - step);
            // The highest terms change the lowest ones of the same half.
            add_assign(first, last);
            add_assign(&mut low[step..], first);
        }
    }
    to_basis(block, m - k, width << k);
    block.chunks_exact_mut(width << k).for_each(|row| to_basis(row, k, width));
}

/// The inverse of [`to_basis`].
fn from_basis(block: &mut [u64], m: usize, width: usize) {
    let Some(k) = split(m) else { return };
    if let (16, Ok(leaf)) = (1 << m, block.try_into()) {
        return from_basis_16(leaf);
    }
    block.chunks_exact_mut(width << k).for_each(|row| from_basis(row, k, width));
    from_basis(block, m - k, width << k);
    for t in k..m {
        for part in block.chunks_exact_mut(width << (t + 1)) {
            let step = width << (t - k);
            let (low, high) = part.split_at_mut(width << t);
            let (first, last) = high.split_at_mut(high.len() - step);
            add_assign(&mut low[step..], first);
            add_assign(first, last);
        }
    }
}

/// [`to_basis`] for 16 elements of a word, written out: most of the time is spent in these.
fn to_basis_16(p: &mut [u64; 16]) {
    (p[8], p[9]) = (p[8] ^ p[14], p[9] ^ p[15]);
    (2..8).for_each(|i| p[i] ^= p[i + 6]);
    for q in p.as_chunks_mut::<8>().0 {
        q[4] ^= q[7];
        (1..4).for_each(|i| q[i] ^= q[i + 3]);
    }
    (8..12).for_each(|i| p[i] ^= p[i + 4]);
    (4..8).for_each(|i| p[i] ^= p[i + 4]);
    for q in p.as_chunks_mut::<4>().0 {
        q[2] ^= q[3];
        q[1] ^= q[2];
    }
}

/// The inverse of [`to_basis_16`].
fn from_basis_16(p: &mut [u64; 16]) {
    for q in p.as_chunks_mut::<4>().0 {
        q[1] ^= q[2];
        q[2] ^= q[3];
    }
    (4..8).for_each(|i| p[i] ^= p[i + 4]);
    (8..12).for_each(|i| p[i] ^= p[i + 4]);
    for q in p.as_chunks_mut::<8>().0 {
        (1..4).for_each(|i| q[i] ^= q[i + 3]);
        q[4] ^= q[7];
    }
    (2..8).for_each(|i| p[i] ^= p[i + 6]);
    (p[8], p[9]) = (p[8] ^ p[14], p[9] ^ p[15]);
}

/// The largest power of two below `m`; `None` if 2^m elements are their own expansion.
fn split(m: usize) -> Option<usize> {
    (m > 1).then(|| 1 << (m - 1).ilog2())
}

#[cfg(test)]
mod tests {
    use super::{super::tests::Noise, *};

    fn field_mul(a: u64, b: u64) -> u64 {
        let modulus = 1 << 64 | 0x1b;
        crate::gf2::mul_mod(a.into(), b.into(), modulus) as u64
    }

    #[test]
    fn the_basis_is_cantors() {
        let mut below = 1;
        for b in BASIS {
            assert_eq!(field_mul(b, b) ^ b, below);
            below = b;
        }
    }

    #[test]
    fn change_of_basis_by_its_definition() {
        // X_i is a product of s_t; s_0 = x, s_(t+1) = s_t^2 + s_t, all with coefficients in GF(2).
        use super::super::Poly;
        let mut noise = Noise(61);
        for m in 0..=7 {
            let mut s = vec![Poly::x()];
            for t in 0..m {
                s.push(&s[t].square() + &s[t]);
            }
            let coefficients: Vec<u64> = (0..1 << m).map(|_| noise.word() & 1).collect();
            let sum = coefficients.iter().enumerate().filter(|(_, c)| **c == 1).fold(Poly::zero(), |sum, (i, _)| {
                let element = (0..m).filter(|t| i >> t & 1 == 1).fold(Poly::one(), |product, t| &product * &s[t]);
                &sum + &element
            });
            let mut block: Vec<u64> = (0..1 << m).map(|i| u64::from(sum.coefficient(i))).collect();
            let powers = block.clone();
            to_basis(&mut block, m, 1);
            assert_eq!(block, coefficients, "2^{m}");
            from_basis(&mut block, m, 1);
            assert_eq!(block, powers, "2^{m}");
        }
    }

    #[test]
    fn values_by_evaluation() {
        let mut noise = Noise(63);
        for (field, m) in Field::all().flat_map(|field| [3, 4, 6].map(|m| (field, m))) {
            let coefficients: Vec<u64> = (0..1 << m).map(|_| noise.word()).collect();
            let mut block = coefficients.clone();
            let twiddles = twiddles(1 << (m - 1));
            to_basis(&mut block, m, 1);
            field.forward(&mut block, &twiddles);
            for (i, value) in block.iter().enumerate() {
                let basis = |t: usize| if t == 0 { 1 } else { BASIS[t - 1] };
                let point = (0..m).filter(|t| i >> t & 1 == 1).fold(0, |sum, t| sum ^ basis(t));
                let expected = coefficients.iter().rev().fold(0, |sum, c| field_mul(sum, point) ^ c);
                assert_eq!(*value, expected, "{field:?}: point {i} of 2^{m}");
            }
            field.inverse(&mut block, &twiddles);
            from_basis(&mut block, m, 1);
            assert_eq!(block, coefficients);
        }
    }

    #[test]
    fn products_agree_with_karatsuba() {
        let mut noise = Noise(65);
        let sizes = [(1, 1), (3, 2), (8, 8), (31, 33), (100, 64), (128, 128), (129, 127), (1000, 1024), (700, 3000)];
        for (field, (na, nb)) in Field::all().flat_map(|field| sizes.map(|size| (field, size))) {
            let a: Vec<u64> = (0..na).map(|_| noise.word()).collect();
            let b: Vec<u64> = (0..nb).map(|_| noise.word()).collect();
            let mut expected = vec![0; na + nb];
            for (i, w) in b.iter().enumerate() {
                crate::vector::clmul::add_multiple(&mut expected[i..], &a, *w);
            }
            let mut out = vec![0; na + nb];
            assert!(transform_mul(field, &mut out, &a, &b) || 2 * (na + nb) < 8);
            assert!(out == expected || 2 * (na + nb) < 8, "{field:?}: {na} x {nb}");
        }
        for field in Field::all() {
            let ones = vec![!0; 4096];
            let mut out = vec![0; 8192];
            assert!(transform_mul(field, &mut out, &ones, &ones));
            assert!(out == super::super::mul::square(&ones), "{field:?}");
        }
    }
}
