//! [`longest_period`]: what algebra says of a register before it is run.

use lfsr_core::{gf2, register::Register};

/// The longest period of a sequence register: the order of x modulo its recurrence.
pub(crate) fn longest_period(sequence: &Register) -> Option<u128> {
    let c = sequence.characteristic();
    gf2::order(if sequence.xnor() { c ^ c << 1 } else { c })
}
