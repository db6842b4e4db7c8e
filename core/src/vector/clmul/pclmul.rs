//! Carry-less products by PCLMULQDQ, two words at a time.
#![allow(unsafe_code)]

use core::arch::x86_64::*;

use super::SHORT;

#[target_feature(enable = "pclmulqdq,sse2")]
pub(super) fn mul_word(a: u64, b: u64) -> u128 {
    wide(_mm_clmulepi64_si128::<0>(word(a), word(b)))
}

#[target_feature(enable = "pclmulqdq,sse2")]
pub(super) fn square(out: &mut [u64], a: &[u64]) {
    for (pair, &w) in out.chunks_exact_mut(2).zip(a) {
        let square = wide(_mm_clmulepi64_si128::<0>(word(w), word(w)));
        pair.copy_from_slice(&[square as u64, (square >> 64) as u64]);
    }
}

#[target_feature(enable = "pclmulqdq,sse2")]
pub(super) fn add_multiple(out: &mut [u64], a: &[u64], w: u64) {
    let w = word(w);
    let mut carry = 0;
    for (out, &a) in out.iter_mut().zip(a) {
        let product = wide(_mm_clmulepi64_si128::<0>(word(a), w));
        *out ^= product as u64 ^ carry;
        carry = (product >> 64) as u64;
    }
    if let Some(top) = out.get_mut(a.len()) {
        *top ^= carry;
    }
}

/// Two words a lane, by Karatsuba's method (Karatsuba & Ofman 1962) down to single lanes; numbers of lanes in between are filled up.
#[target_feature(enable = "pclmulqdq,sse2")]
pub(super) fn mul_short(out: &mut [u64], a: &[u64], b: &[u64]) {
    let (a, b) = if a.len() < b.len() { (b, a) } else { (a, b) };
    let (na, nb) = (a.len().div_ceil(2), b.len().div_ceil(2));
    if 2 * nb <= na {
        return pieces(out, a, b);
    }
    if matches!((a.len(), b.len()), (9, 9) | (17, 17)) {
        return one_more(out, a, b);
    }
    match na {
        1 => lanes_1(out, a, b),
        2 => lanes_2(out, a, b),
        3 => lanes_3(out, a, b),
        4 => lanes_4(out, a, b),
        5 | 6 => lanes_6(out, a, b),
        7 | 8 => lanes_8(out, a, b),
        9..=12 => lanes_12(out, a, b),
        _ => lanes_16(out, a, b),
    }
}

/// Words by a product of lanes. None of these functions is part of its caller, or the short ones would save and clear what the long ones need.
macro_rules! by_lanes {
    ($($name:ident by $product:ident;)*) => {$(
        #[target_feature(enable = "pclmulqdq,sse2")]
        #[inline(never)]
        fn $name(out: &mut [u64], a: &[u64], b: &[u64]) {
            join(out, &$product(&lanes(a), &lanes(b)));
        }
    )*};
}

by_lanes! {
    lanes_1 by mul_1;
    lanes_2 by mul_2;
    lanes_3 by mul_3;
    lanes_4 by mul_4;
    lanes_6 by mul_6;
    lanes_8 by mul_8;
    lanes_12 by mul_12;
    lanes_16 by mul_16;
}

/// Operands that are a word longer than what is fast: the word by itself.
#[target_feature(enable = "pclmulqdq,sse2")]
fn one_more(out: &mut [u64], a: &[u64], b: &[u64]) {
    let (Some((top_a, low_a)), Some((top_b, low_b))) = (a.split_last(), b.split_last()) else { return };
    let n = low_a.len();
    mul_short(&mut out[..2 * n], low_a, low_b);
    out[2 * n..].fill(0);
    add_multiple(&mut out[n..], a, *top_b);
    add_multiple(&mut out[n..], low_b, *top_a);
}

/// Pieces of the longer operand, as long as the shorter one.
#[target_feature(enable = "pclmulqdq,sse2")]
fn pieces(out: &mut [u64], long: &[u64], short: &[u64]) {
    out.fill(0);
    if short.is_empty() {
        return;
    }
    let length = short.len().next_multiple_of(2);
    let mut product = [0; 2 * SHORT];
    for (i, piece) in long.chunks(length).enumerate() {
        let product = &mut product[..piece.len() + short.len()];
        mul_short(product, piece, short);
        out[i * length..].iter_mut().zip(product).for_each(|(out, word)| *out ^= *word);
    }
}

#[target_feature(enable = "sse2")]
#[inline]
fn add(out: &mut [__m128i], more: &[__m128i]) {
    out.iter_mut().zip(more).for_each(|(out, more)| *out = _mm_xor_si128(*out, *more));
}

#[target_feature(enable = "pclmulqdq,sse2")]
#[inline]
fn mul_1(&[a]: &[__m128i; 1], &[b]: &[__m128i; 1]) -> [__m128i; 2] {
    let (low, high) = (_mm_clmulepi64_si128::<0x00>(a, b), _mm_clmulepi64_si128::<0x11>(a, b));
    let middle = xor3(_mm_clmulepi64_si128::<0x00>(both(a), both(b)), low, high);
    [_mm_xor_si128(low, _mm_slli_si128::<8>(middle)), _mm_xor_si128(high, _mm_srli_si128::<8>(middle))]
}

/// Six products of one lane: those of each pair of lanes come from a sum.
#[target_feature(enable = "pclmulqdq,sse2")]
#[inline]
fn mul_3(a: &[__m128i; 3], b: &[__m128i; 3]) -> [__m128i; 6] {
    let own = |i: usize| mul_1(&[a[i]], &[b[i]]);
    let sum = |i: usize, j: usize| mul_1(&[_mm_xor_si128(a[i], a[j])], &[_mm_xor_si128(b[i], b[j])]);
    let [[d0, d1], [e0, e1], [f0, f1]] = [own(0), own(1), own(2)];
    let [[g0, g1], [h0, h1], [i0, i1]] = [sum(0, 1), sum(0, 2), sum(1, 2)];
    // The coefficients of 1, 2 and 3 lanes, each of two lanes.
    let (x1, y1) = (xor3(g0, d0, e0), xor3(g1, d1, e1));
    let (x2, y2) = (xor3(_mm_xor_si128(h0, e0), d0, f0), xor3(_mm_xor_si128(h1, e1), d1, f1));
    let (x3, y3) = (xor3(i0, e0, f0), xor3(i1, e1, f1));
    [d0, _mm_xor_si128(d1, x1), _mm_xor_si128(y1, x2), _mm_xor_si128(y2, x3), _mm_xor_si128(y3, f0), f1]
}

/// Twice as many lanes by three products.
macro_rules! doubled {
    ($($(#[$inline:meta])* $name:ident of $half:ident: $h:literal, $n:literal, $double:literal;)*) => {$(
        #[target_feature(enable = "pclmulqdq,sse2")]
        $(#[$inline])*
        fn $name(a: &[__m128i; $n], b: &[__m128i; $n]) -> [__m128i; $double] {
            let half = |lanes: &[__m128i; $n], from: usize| -> [__m128i; $h] { core::array::from_fn(|i| lanes[from + i]) };
            let sum = |lanes: &[__m128i; $n]| {
                let mut sum = half(lanes, 0);
                add(&mut sum, &lanes[$h..]);
                sum
            };
            let (low, high) = ($half(&half(a, 0), &half(b, 0)), $half(&half(a, $h), &half(b, $h)));
            let middle = $half(&sum(a), &sum(b));
            let mut out = [_mm_setzero_si128(); $double];
            for i in 0..$h {
                let inner = _mm_xor_si128(low[$h + i], high[i]);
                out[i] = low[i];
                out[$h + i] = xor3(middle[i], low[i], inner);
                out[$n + i] = xor3(middle[$h + i], high[$h + i], inner);
                out[$n + $h + i] = high[$h + i];
            }
            out
        }
    )*};
}

doubled! {
    #[inline]
    mul_2 of mul_1: 1, 2, 4;
    mul_4 of mul_2: 2, 4, 8;
    mul_6 of mul_3: 3, 6, 12;
    mul_8 of mul_4: 4, 8, 16;
    mul_12 of mul_6: 6, 12, 24;
    mul_16 of mul_8: 8, 16, 32;
}

#[target_feature(enable = "sse2")]
#[inline]
fn xor3(a: __m128i, b: __m128i, c: __m128i) -> __m128i {
    _mm_xor_si128(_mm_xor_si128(a, b), c)
}

/// The sum of the words of a lane.
#[target_feature(enable = "sse2")]
#[inline]
fn both(lane: __m128i) -> __m128i {
    _mm_xor_si128(lane, _mm_srli_si128::<8>(lane))
}

/// Words as lanes, zeros behind them.
#[target_feature(enable = "sse2")]
#[inline]
fn lanes<const N: usize>(words: &[u64]) -> [__m128i; N] {
    let (pairs, last) = words.as_chunks::<2>();
    if let Some(pairs) = pairs.first_chunk::<N>() {
        return core::array::from_fn(|i| load_pair(&pairs[i]));
    }
    if let (&[last], true) = (last, pairs.len() == N - 1) {
        return core::array::from_fn(|i| if i < N - 1 { load_pair(&pairs[i]) } else { word(last) });
    }
    let mut lanes = [_mm_setzero_si128(); N];
    lanes.iter_mut().zip(pairs).for_each(|(lane, pair)| *lane = load_pair(pair));
    if let (&[last], Some(lane)) = (last, lanes.get_mut(pairs.len())) {
        *lane = word(last);
    }
    lanes
}

/// Lanes as words, as many as there is room for.
#[target_feature(enable = "sse2")]
#[inline]
fn join<const N: usize>(words: &mut [u64], lanes: &[__m128i; N]) {
    let (pairs, last) = words.as_chunks_mut::<2>();
    if let Some(pairs) = pairs.first_chunk_mut::<N>() {
        return (0..N).for_each(|i| store_pair(&mut pairs[i], lanes[i]));
    }
    let whole = pairs.len();
    if whole == N - 1 {
        (0..N - 1).for_each(|i| store_pair(&mut pairs[i], lanes[i]));
    } else {
        pairs.iter_mut().zip(lanes).for_each(|(pair, &lane)| store_pair(pair, lane));
    }
    if let ([last], Some(&lane)) = (last, lanes.get(whole)) {
        *last = wide(lane) as u64;
    }
}

#[target_feature(enable = "sse2")]
#[inline]
pub(super) fn word(w: u64) -> __m128i {
    _mm_cvtsi64_si128(w as i64)
}

#[target_feature(enable = "sse2")]
#[inline]
pub(super) fn wide(v: __m128i) -> u128 {
    let high = _mm_cvtsi128_si64(_mm_unpackhi_epi64(v, v)) as u64;
    u128::from(high) << 64 | u128::from(_mm_cvtsi128_si64(v) as u64)
}

#[target_feature(enable = "sse2")]
#[inline]
pub(super) fn load_pair(words: &[u64; 2]) -> __m128i {
    // SAFETY: the reference is valid for 16 bytes, and the load needs no alignment.
    unsafe { _mm_loadu_si128(words.as_ptr().cast()) }
}

#[target_feature(enable = "sse2")]
#[inline]
pub(super) fn store_pair(words: &mut [u64; 2], lane: __m128i) {
    // SAFETY: the reference is valid for writes of 16 bytes, and the store needs no alignment.
    unsafe { _mm_storeu_si128(words.as_mut_ptr().cast(), lane) }
}
