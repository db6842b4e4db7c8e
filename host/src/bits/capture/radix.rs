//! [`Radix`]: how the values of a bus are written in a table.

use bitvec::field::BitField;
use lfsr_core::algebra::BigUint;

use super::lines::{Levels, WIDEST};

/// How the values of a bus are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Radix {
    Binary,
    Hex,
    Decimal,
    /// As it looks: 0x.., 0b.., 8'h..; as many 0 and 1 as the bus has lines are binary, anything else hexadecimal.
    ByLook,
}

impl Radix {
    /// As the second row of a table names it: `HEX`, or `Radix - UNSIGNED`.
    pub(super) fn by_name(text: &str) -> Option<Self> {
        let word = text.rsplit(|c: char| !c.is_ascii_alphabetic()).next()?.to_ascii_uppercase();
        Some(match word.as_str() {
            "HEX" | "HEXADECIMAL" => Self::Hex,
            "BIN" | "BINARY" => Self::Binary,
            "UNSIGNED" | "DECIMAL" | "SIGNED" => Self::Decimal,
            _ => return None,
        })
    }

    /// The levels of a bus of `width` lines; `None` if a line is unknown.
    ///
    /// # Errors
    /// With what should stand there.
    pub(super) fn levels(self, text: &str, width: usize) -> Result<Option<Levels>, &'static str> {
        let clean: String = text.chars().filter(|c| *c != '_').collect::<String>().to_ascii_lowercase();
        let (digits, radix) = self.digits(&clean, width);
        if digits.is_empty() || radix != 10 && digits.contains(['x', 'z']) {
            return Ok(None);
        }
        let is_negative = radix == 10 && digits.starts_with('-');
        let wanted = match radix {
            2 => "0s and 1s, one for each line of the bus,",
            10 => "a decimal number of the bus",
            _ => "a hexadecimal number of the bus",
        };
        let digits = digits.strip_prefix('-').filter(|_| is_negative).unwrap_or(digits);
        // Leading zeros mean nothing; more digits than lines are too large a number.
        let significant = digits.trim_start_matches('0');
        let value = match significant {
            "" if !digits.is_empty() => Some(BigUint::ZERO),
            _ if significant.len() > WIDEST => None,
            _ => BigUint::parse_bytes(significant.as_bytes(), radix),
        };
        let (value, states) = (value.ok_or(wanted)?, BigUint::from(1u32) << width);
        let value = match is_negative {
            // Two's complement.
            true if &value + &value <= states => (&states - value) % states,
            false if value < states => value,
            _ => return Err(wanted),
        };
        let mut levels = Levels::ZERO;
        levels.chunks_exact_mut(64).zip(value.iter_u64_digits()).for_each(|(word, digit)| word.store_le(digit));
        Ok(Some(levels))
    }

    fn digits(self, text: &str, width: usize) -> (&str, u32) {
        if let Some(hex) = text.strip_prefix("0x") {
            return (hex, 16);
        }
        if let Some((_, rest)) = text.split_once('\'') {
            return match rest.split_at_checked(1) {
                Some(("h", digits)) => (digits, 16),
                Some(("b", digits)) => (digits, 2),
                Some(("d", digits)) => (digits, 10),
                _ => (rest, 16),
            };
        }
        match self {
            Self::Binary => (text.strip_prefix("0b").unwrap_or(text), 2),
            Self::Hex => (text, 16),
            Self::Decimal => (text, 10),
            // 0b is also a hexadecimal number of two digits.
            Self::ByLook => match text.strip_prefix("0b").filter(|digits| digits.len() == width) {
                Some(digits) => (digits, 2),
                None if text.len() == width && text.chars().all(|c| matches!(c, '0' | '1' | 'x' | 'z')) => (text, 2),
                None => (text, 16),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_as_tools_write_them() {
        for (radix, text, width, value) in [
            (Radix::ByLook, "a5", 8, 0xa5),
            (Radix::ByLook, "0xA5", 8, 0xa5),
            (Radix::ByLook, "10100101", 8, 0xa5),
            (Radix::ByLook, "0b10100101", 8, 0xa5),
            (Radix::ByLook, "8'hA5", 8, 0xa5),
            (Radix::ByLook, "8'b1010_0101", 8, 0xa5),
            (Radix::ByLook, "11", 8, 0x11),
            (Radix::ByLook, "0b", 8, 0x0b),
            (Radix::Hex, "10100101", 32, 0x1010_0101),
            (Radix::Binary, "101", 8, 5),
            (Radix::Decimal, "165", 8, 165),
            (Radix::Decimal, "-91", 8, 0xa5),
            (Radix::Decimal, "-0", 8, 0),
            (Radix::Decimal, "000000165", 8, 0xa5),
            (Radix::Hex, "ffffffffffffffffffffffffffffffff", 128, u128::MAX),
        ] {
            let levels = radix.levels(text, width).unwrap().unwrap();
            let words = levels.data.iter().rev().fold(BigUint::ZERO, |value, &word| (value << usize::BITS) + word);
            assert_eq!(words, BigUint::from(value), "{radix:?} {text}");
        }
        let widest = Radix::Hex.levels(&format!("8{}5", "0".repeat(254)), 1024).unwrap().unwrap();
        assert!(widest[1023] && widest[0] && widest[2] && widest.count_ones() == 3);
        for unknown in ["", "xx", "8'hzz", "1x"] {
            assert_eq!(Radix::Hex.levels(unknown, 8), Ok(None), "{unknown}");
        }
        for (radix, text) in [
            (Radix::Hex, "1ff"),
            (Radix::Decimal, "256"),
            (Radix::Decimal, "-129"),
            (Radix::Binary, "12"),
            (Radix::Decimal, "-"),
            (Radix::Decimal, &"9".repeat(1_000_000)),
            (Radix::ByLook, "g"),
        ] {
            assert!(radix.levels(text, 8).is_err(), "{radix:?} {text}");
        }
        assert_eq!(
            ["HEX", "Radix - UNSIGNED", "BINARY", "colour"].map(Radix::by_name),
            [Some(Radix::Hex), Some(Radix::Decimal), Some(Radix::Binary), None]
        );
    }
}
