//! Look-up tables of a linear map: the sums of all subsets of some columns.

use core::ops::BitXor;

/// Fills `table[v]` with `table[0]` plus the columns of the bits of v. The length is a power of two; one XOR an entry.
pub(crate) fn fill_sums<T: Copy + BitXor<Output = T>>(table: &mut [T], mut column: impl FnMut(u32) -> T) {
    for bit in 0..table.len().checked_ilog2().unwrap_or(0) {
        let column = column(bit);
        let (filled, rest) = table.split_at_mut(1 << bit);
        for (to, from) in rest.iter_mut().zip(filled.iter()) {
            *to = *from ^ column;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subset() {
        let columns = [3u64, 5, 0x100, 7];
        let mut table = [0x40u64; 16];
        fill_sums(&mut table, |bit| columns[bit as usize]);
        for (v, found) in table.into_iter().enumerate() {
            let sum = (0..4).filter(|bit| v >> bit & 1 == 1).fold(0x40, |sum, bit| sum ^ columns[bit]);
            assert_eq!(found, sum, "{v}");
        }
    }
}
