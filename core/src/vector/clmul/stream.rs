//! A stream of words divided by 1 + p, or multiplied with it, by PCLMULQDQ: two products a word, or one, whatever the number of terms.

use core::arch::x86_64::*;

use super::{
    OnePlus,
    pclmul::{wide, word},
};

/// Each word of the quotient needs the one before it: nine cycles a word on CPUs whose product takes four.
#[target_feature(enable = "pclmulqdq,sse2")]
pub(super) fn divide(by: OnePlus, past: u64, words: &mut [u64]) -> u64 {
    // The low half: p; the high half: the inverse.
    let factors = _mm_unpacklo_epi64(word(by.p), word(by.inverse));
    let mut y = word(past);
    for x in words {
        // What the word before adds to this one is in the high half, where the word is put as well.
        let z = _mm_xor_si128(_mm_clmulepi64_si128::<0x00>(y, factors), _mm_slli_si128::<8>(word(*x ^ by.constant)));
        y = _mm_clmulepi64_si128::<0x11>(z, factors);
        *x = wide(y) as u64;
    }
    wide(y) as u64
}

#[target_feature(enable = "pclmulqdq,sse2")]
pub(super) fn multiply(by: OnePlus, past: u64, words: &mut [u64]) -> u64 {
    let p = word(by.p);
    let (mut last, mut carry) = (past, wide(_mm_clmulepi64_si128::<0>(word(past), p)) >> 64);
    for word_of in words {
        last = *word_of;
        let product = wide(_mm_clmulepi64_si128::<0>(word(last), p));
        *word_of = last ^ by.constant ^ product as u64 ^ carry as u64;
        carry = product >> 64;
    }
    last
}
