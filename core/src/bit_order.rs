//! [`BitOrder`]: which bit of a byte comes first on the wire.

use core::fmt;

/// Which bit of a byte is the first in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum BitOrder {
    /// Bit 7 first: Ethernet test sets, SONET, DVB, most text dumps.
    #[default]
    Msb,
    /// Bit 0 first: UART, USB, PCIe, Bluetooth, Ethernet data.
    Lsb,
}

impl BitOrder {
    /// A word whose bit i is number i in time, from (or to) eight bytes in this order read as a little-endian word. Its own inverse.
    #[must_use]
    #[inline(always)]
    pub const fn word(self, word: u64) -> u64 {
        match self {
            Self::Lsb => word,
            Self::Msb => word.reverse_bits().swap_bytes(),
        }
    }
}

impl fmt::Display for BitOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Msb => "MSB first",
            Self::Lsb => "LSB first",
        })
    }
}
