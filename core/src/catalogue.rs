//! Standard sequences: what a name such as PRBS31 or "BLE whitening" stands for, without room for doubt.
//!
//! A printed polynomial does not fix a sequence: `x^9+x^5+1` is the recurrence y\[t\] = y\[t-5\] + y\[t-9\] in ITU-T O.150 and
//! y\[t\] = y\[t-4\] + y\[t-9\] in TI's whitening. So an [`Entry`] holds lags, form, direction of the shift, where the output is taken,
//! seed, inversion, bit order, its source, and a check made outside this project where one was found ([`Check`]).
//!
//! ```
//! use lfsr_core::catalogue;
//!
//! let entry = catalogue::find("prbs-31").unwrap();
//! assert!(entry.register().lags().eq([28, 31]));
//! assert_eq!(entry.inversion, catalogue::Inversion::Inverted);
//! ```

mod entries;
mod gold;
mod gps;
mod lora;

use core::fmt;

pub use entries::ENTRIES;
pub use gold::{gps_ca, lte_gold};
pub use gps::{gps_delay, gps_satellite};
pub use lora::lora_whitening;

pub use crate::register::Shift;
use crate::{
    bit_order::BitOrder,
    register::{Form, Register},
};

/// One standard sequence.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The name that is printed.
    pub name: &'static str,
    /// Other names it is found by.
    pub aliases: &'static [&'static str],
    /// What kind of thing it is.
    pub kind: Kind,
    /// Where it is used.
    pub used: &'static str,
    /// The polynomial as the source prints it, whichever side that is.
    pub printed: &'static str,
    /// c(x), bit i = coefficient of x^i.
    pub characteristic: u128,
    /// Where the XOR gates sit.
    pub form: Form,
    /// Complemented feedback.
    pub xnor: bool,
    /// Which way the source shifts; [`Entry::seed`] is written that way.
    pub shift: Shift,
    /// Where the source takes the output.
    pub tap: Tap,
    /// The contents the source starts from, most significant bit first; `None` if any non-zero contents will do.
    pub seed: Option<u64>,
    /// Whether the sequence goes out complemented.
    pub inversion: Inversion,
    /// The order of bits in bytes that the source fixes.
    pub order: Option<BitOrder>,
    /// A 1 replaces the 0 before a run of this many zeros (QRSS: 14); 0 if there is no such rule.
    pub zero_limit: u8,
    /// Where all this is written.
    pub source: &'static str,
    /// What was reproduced.
    pub check: Check,
}

/// What kind of sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A test pattern of bit-error-rate testers.
    Pattern,
    /// A scrambler or whitener whose sequence is added to the data.
    Additive,
    /// A self-synchronising scrambler: the data goes through the register.
    Multiplicative,
    /// A spreading code.
    Code,
    /// A register in a chip.
    Chip,
    /// A cyclic redundancy check.
    Crc,
}

/// Where a source takes the output bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tap {
    /// The bit that leaves the register.
    Leaving,
    /// The feedback: the bit that enters, n steps before it leaves (Fibonacci form).
    Entering,
}

/// Whether a sequence is sent complemented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inversion {
    /// As the register puts it out.
    Plain,
    /// Complemented.
    Inverted,
    /// Sources disagree; plain here.
    Disputed(&'static str),
}

/// Something published outside this project that the entry reproduces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// No such thing was found: lags and form are as printed in the source.
    None,
    /// The first bytes from the seed.
    Bytes {
        /// From this seed, written as [`Entry::seed`] is.
        seed: u64,
        /// What follows.
        bytes: &'static [u8],
        /// The order of their bits.
        order: BitOrder,
        /// Who printed them.
        source: &'static str,
    },
    /// Bits of the sequence as text, their phase free.
    Bits {
        /// `0` and `1`.
        text: &'static str,
        /// The source prints the reciprocal sequence: read the text from its end.
        backwards: bool,
        /// Who printed them.
        source: &'static str,
    },
    /// Successive states, written as [`Entry::seed`] is.
    States(&'static [u64], &'static str),
    /// Every cycle: (period, how many).
    Cycles(&'static [(u64, u64)], &'static str),
    /// A CRC of the text `123456789`.
    Crc(Crc),
}

/// The parameters of a CRC beyond its polynomial, and its check value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crc {
    /// Least significant bit of each byte first, and the result that way round.
    pub reflected: bool,
    /// The register at the start, x^(n-1) first whatever the order of the bits.
    pub init: u64,
    /// Added to the result.
    pub xor_out: u64,
    /// The CRC of the nine ASCII digits.
    pub check: u64,
}

/// A sequence with a name that no register alone says: the output of `state`, a state of `register`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The register, in Fibonacci form.
    pub register: Register,
    /// The first bits of the code, bit 0 first.
    pub state: u64,
}

impl Entry {
    /// The register, with its form.
    #[must_use]
    pub fn register(&self) -> Register {
        let register = Register::from_characteristic(self.characteristic);
        // Every entry is tested to be a register.
        register.unwrap_or(ONE_CELL).with_form(self.form).with_xnor(self.xnor)
    }

    /// The state of [`Entry::register`] whose output is what the source puts out from the contents `printed`. At most 64 steps.
    #[must_use]
    pub fn state_of(&self, printed: u64) -> u64 {
        let register = self.register();
        let state = self.shift.turn(printed, register.degree());
        (0..self.lead()).fold(state, |state, _| register.step(state))
    }

    /// The contents, as the source writes them, from which it puts out what `state` does: the inverse of [`Entry::state_of`]. `None` if
    /// the register is singular. At most 64 steps.
    #[must_use]
    pub fn printed_of(&self, state: u64) -> Option<u64> {
        let register = self.register();
        let state = (0..self.lead()).try_fold(state, |state, _| register.step_back(state))?;
        Some(self.shift.turn(state, register.degree()))
    }

    /// Steps by which the output of the source is ahead of the bit that leaves.
    #[must_use]
    pub fn lead(&self) -> u32 {
        match self.tap {
            Tap::Leaving => 0,
            Tap::Entering => self.register().degree(),
        }
    }

    /// The state of [`Entry::register`] to start from: that of the seed, or else all ones (XNOR: zero).
    #[must_use]
    pub fn start(&self) -> u64 {
        match self.seed {
            Some(seed) => self.state_of(seed),
            None if self.xnor => 0,
            None => self.register().state_mask(),
        }
    }

    /// Whether the sequence goes out complemented.
    #[must_use]
    pub fn is_inverted(&self) -> bool {
        self.inversion == Inversion::Inverted
    }
}

/// x + 1.
const ONE_CELL: Register = match Register::from_characteristic(3) {
    Ok(register) => register,
    Err(_) => unreachable!(),
};

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pattern => "test pattern",
            Self::Additive => "additive scrambler",
            Self::Multiplicative => "self-synchronising scrambler",
            Self::Code => "spreading code",
            Self::Chip => "register in a chip",
            Self::Crc => "CRC",
        })
    }
}

/// The entry of that name; case, blanks and the signs `-`, `_`, `/` do not matter.
#[must_use]
pub fn find(name: &str) -> Option<&'static Entry> {
    let is = |known: &&str| is_same_name(known, name);
    ENTRIES.iter().find(|entry| is(&entry.name) || entry.aliases.iter().any(&is))
}

/// The entries with that characteristic polynomial.
pub fn matching(characteristic: u128) -> impl Iterator<Item = &'static Entry> {
    ENTRIES.iter().filter(move |entry| entry.characteristic == characteristic)
}

/// Whether two names differ in case, blanks and the signs `-`, `_`, `/` only.
#[must_use]
pub fn is_same_name(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

fn letters(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_' | '/')).map(|c| c.to_ascii_lowercase())
}

#[cfg(test)]
mod tests;
