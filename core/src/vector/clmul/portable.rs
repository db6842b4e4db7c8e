//! Carry-less products on any CPU: shifts and a table of sixteen multiples.

pub(super) fn mul_word(a: u64, b: u64) -> u128 {
    multiply(&multiples(a), b)
}

pub(super) fn mul_short(out: &mut [u64], a: &[u64], b: &[u64]) {
    out.fill(0);
    for (i, &w) in b.iter().enumerate() {
        if let Some(out) = out.get_mut(i..) {
            add_multiple(out, a, w);
        }
    }
}

pub(super) fn add_multiple(out: &mut [u64], a: &[u64], w: u64) {
    if w == 0 {
        return;
    }
    let table = multiples(w);
    let mut carry = 0;
    for (out, &a) in out.iter_mut().zip(a) {
        let product = multiply(&table, a);
        *out ^= product as u64 ^ carry;
        carry = (product >> 64) as u64;
    }
    if let Some(top) = out.get_mut(a.len()) {
        *top ^= carry;
    }
}

pub(super) fn square(out: &mut [u64], a: &[u64]) {
    for (pair, &word) in out.chunks_exact_mut(2).zip(a) {
        pair.copy_from_slice(&[spread(word as u32), spread((word >> 32) as u32)]);
    }
}

/// w times every polynomial of degree < 4.
fn multiples(w: u64) -> [u128; 16] {
    let mut table = [0; 16];
    for i in 1..16 {
        table[i] = (table[i >> 1] << 1) ^ (u128::from(w) * (i as u128 & 1));
    }
    table
}

fn multiply(table: &[u128; 16], a: u64) -> u128 {
    (0..16).rev().fold(0, |sum, nibble| sum << 4 ^ table[(a >> (4 * nibble) & 15) as usize])
}

/// Puts a zero after every bit.
fn spread(half: u32) -> u64 {
    let mut x = u64::from(half);
    x = (x | x << 16) & 0x0000_ffff_0000_ffff;
    x = (x | x << 8) & 0x00ff_00ff_00ff_00ff;
    x = (x | x << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    x = (x | x << 2) & 0x3333_3333_3333_3333;
    (x | x << 1) & 0x5555_5555_5555_5555
}
