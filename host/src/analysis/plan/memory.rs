//! [`memory`]: how many bytes of tables and lists an enumeration takes.

use lfsr_core::{cycle::Quotient, gf2, register::Register};

use super::{
    choose::{TABLE_ENTRY, longest_period},
    kernel::Kernel,
    options::Options,
};

/// What bounds the tables and lists of one enumeration.
pub(super) struct Sizes<'a> {
    /// The register.
    pub(super) register: &'a Register,
    /// The non-singular register with the same cycles.
    pub(super) sequence: Option<&'a Register>,
    /// The longest period, if algebra knows it.
    pub(super) order: Option<u128>,
}

/// Bytes of tables and lists; `u64::MAX` if they are more.
pub(super) fn memory(sizes: &Sizes<'_>, kernel: Kernel, options: &Options) -> u64 {
    let n = sizes.sequence.map_or(0, Register::degree);
    let table: u128 = match kernel {
        // Two bitmaps, to find the cyclic states of a singular register.
        Kernel::Bitmap => (sizes.register.state_count() / 8) * if sizes.register.is_singular() { 2 } else { 1 },
        Kernel::Word(z) | Kernel::Block(z) => u128::from(TABLE_ENTRY) << (n - z),
        Kernel::Leader => 0,
        // A bit for each state of the smaller register and 16 bytes for each cycle; for each worker a bit for each state of a coset.
        Kernel::Coset(divisor) => {
            let bits = gf2::degree(divisor.into()).unwrap_or(0);
            let base = sizes.sequence.and_then(|sequence| Quotient::new(sequence, divisor.into()));
            let longest = base.and_then(|quotient| longest_period(quotient.base())).unwrap_or(1).max(1);
            let cycles = (1u128 << bits) / longest;
            (1 << bits >> 3) + 32 * cycles + (((1u128 << n) >> bits >> 3) + 8) * options.workers as u128
        }
    };
    // At least states / longest period cycles, each 16 bytes.
    let listed = if options.leaders { 16 * ((1u128 << n) / sizes.order.unwrap_or(1).max(1)) } else { 0 };
    u64::try_from(table + listed).unwrap_or(u64::MAX)
}
