//! [`Gaps`]: the bits of a sequence between lanes that do not touch.
//!
//! With lanes 32 bits apart, 16 of every 32 bits are never computed. Eight such lanes are 128 bits of the sequence, each an affine function
//! of the n bits of the state; if those functions tell all states apart, elimination turns them round, and one look-up for each byte
//! of the eight lanes gives 64 bits without gaps. That is needed only where a run of zeros may be.
//!
//! ```text
//!      computed:   0...15 ------ 32...47 ------ 64...79 ------ ... ------ 224...239    eight lanes
//!      wanted:     0.....................................63                            the same place, nothing left out
//! ```

use super::windows::LEAST_TESTED;
use crate::{leap::Leap, register::Register, sums::fill_sums};

/// log2 of the spacing of lanes with gaps.
pub(crate) const GAPPED_LOG: u32 = 5;

/// Look-up tables that fill the gaps in one register's sequence; 32 KiB.
#[derive(Clone)]
pub struct Gaps {
    /// `table[i][b]`: what byte i of eight lanes, of value b, adds to the 64 bits. The affine constant sits in `table[0]`.
    table: [[u64; 256]; 16],
    /// Whose sequence it is.
    register: Register,
}

impl core::fmt::Debug for Gaps {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Gaps").finish_non_exhaustive()
    }
}

impl Gaps {
    /// The fewest zeros of a section whose kernel has a use for them: 42.
    pub const LEAST_ZEROS: u32 = (1 << GAPPED_LOG) + LEAST_TESTED - 1;

    /// The tables of the sequence of `leap`; `None` if two states have the same bits in eight lanes, as those of x^64 + x^32 + 1 may.
    ///
    /// # Complexity
    /// n^2 operations on words and 4096 XORs, once.
    #[must_use]
    pub fn new(leap: &Leap) -> Option<Self> {
        let constant = (eight_lanes(leap, 0), leap.word(0).0);
        let mut rows = [(0u128, 0u64); 64];
        let rows = &mut rows[..leap.degree() as usize];
        for (j, row) in rows.iter_mut().enumerate() {
            *row = (eight_lanes(leap, 1 << j) ^ constant.0, leap.word(1 << j).0 ^ constant.1);
        }
        let mut pivots = [0; 64];
        for own in 0..rows.len() {
            let (lanes, contiguous) = rows[own];
            if lanes == 0 {
                return None;
            }
            let pivot = lanes & lanes.wrapping_neg();
            pivots[own] = pivot.trailing_zeros() as usize;
            for (_, other) in rows.iter_mut().enumerate().filter(|(number, row)| *number != own && row.0 & pivot != 0) {
                *other = (other.0 ^ lanes, other.1 ^ contiguous);
            }
        }
        // Each pivot is now in its own row only, so the rows whose pivots are set add up to the lanes.
        let mut bits = [0; 128];
        for (&(_, contiguous), pivot) in rows.iter().zip(pivots) {
            bits[pivot] = contiguous;
        }
        let mut gaps = Self { table: [[0; 256]; 16], register: *leap.register() };
        let undone = (0..128).filter(|bit| constant.0 >> bit & 1 == 1).fold(0, |sum, bit| sum ^ bits[bit as usize]);
        gaps.table[0][0] = constant.1 ^ undone;
        for (i, table) in gaps.table.iter_mut().enumerate() {
            fill_sums(table, |bit| bits[8 * i + bit as usize]);
        }
        Some(gaps)
    }

    /// Whose sequence it is.
    pub(crate) const fn register(&self) -> &Register {
        &self.register
    }

    /// The 64 bits from the first of `lanes` on: eight lanes 32 bits apart, the oldest lowest.
    #[inline]
    pub(crate) fn fill(&self, lanes: u128) -> u64 {
        self.table.iter().zip(lanes.to_le_bytes()).fold(0, |bits, (table, byte)| bits ^ table[byte as usize])
    }
}

/// The definition: the lowest 16 of every 32 bits of the sequence from `state` on.
fn eight_lanes(leap: &Leap, mut state: u64) -> u128 {
    let mut lanes = 0;
    for i in 0..4 {
        let (word, next) = leap.word(state);
        lanes |= u128::from(word & 0xffff | word >> 16 & 0xffff_0000) << (32 * i);
        state = next;
    }
    lanes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::tests::{registers_of_every_degree, splitmix};

    #[test]
    fn filled_lanes_are_the_sequence() {
        let (mut random, mut filled) = (3, 0);
        for register in registers_of_every_degree() {
            let leap = Leap::new(&register);
            let Some(gaps) = Gaps::new(&leap) else { continue };
            filled += u32::from(register.degree() >= 42);
            for _ in 0..16 {
                let state = splitmix(&mut random) & register.state_mask();
                assert_eq!(gaps.fill(eight_lanes(&leap, state)), leap.word(state).0, "{register:?}");
            }
        }
        assert!(filled > 70, "only {filled} wide registers have tables");
    }

    #[test]
    fn lanes_that_do_not_tell_states_apart_are_refused() {
        // s[t+64] = s[t+32] + s[t]: bits 16 to 31 never show.
        let register = crate::register::Register::from_characteristic(1 << 64 | 1 << 32 | 1).unwrap();
        assert!(Gaps::new(&Leap::new(&register)).is_none());
    }
}
