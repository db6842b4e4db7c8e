//! [`Radix`]: how the values of a bus are written in a table.

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

    /// The value of a bus of `width` lines; `None` if a line is unknown.
    ///
    /// # Errors
    /// With what should stand there.
    pub(super) fn value(self, text: &str, width: usize) -> Result<Option<u128>, &'static str> {
        let clean: String = text.chars().filter(|c| *c != '_').collect::<String>().to_ascii_lowercase();
        let (digits, radix) = self.digits(&clean, width);
        if digits.is_empty() || radix != 10 && digits.contains(['x', 'z']) {
            return Ok(None);
        }
        let is_negative = radix == 10 && digits.starts_with('-');
        let value = u128::from_str_radix(digits.strip_prefix('-').filter(|_| is_negative).unwrap_or(digits), radix);
        let wanted = match radix {
            2 => "0s and 1s, one for each line of the bus,",
            10 => "a decimal number of the bus",
            _ => "a hexadecimal number of the bus",
        };
        let mask = u128::MAX >> (128 - width);
        let value = value.map_err(|_| wanted)?;
        match is_negative {
            // Two's complement.
            true if value <= mask / 2 + 1 => Ok(Some(value.wrapping_neg() & mask)),
            false if value <= mask => Ok(Some(value)),
            _ => Err(wanted),
        }
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
            (Radix::Hex, "ffffffffffffffffffffffffffffffff", 128, u128::MAX),
        ] {
            assert_eq!(radix.value(text, width), Ok(Some(value)), "{radix:?} {text}");
        }
        for unknown in ["", "xx", "8'hzz", "1x"] {
            assert_eq!(Radix::Hex.value(unknown, 8), Ok(None), "{unknown}");
        }
        for (radix, text) in [
            (Radix::Hex, "1ff"),
            (Radix::Decimal, "256"),
            (Radix::Decimal, "-129"),
            (Radix::Binary, "12"),
            (Radix::ByLook, "g"),
        ] {
            assert!(radix.value(text, 8).is_err(), "{radix:?} {text}");
        }
        assert_eq!(
            ["HEX", "Radix - UNSIGNED", "BINARY", "colour"].map(Radix::by_name),
            [Some(Radix::Hex), Some(Radix::Decimal), Some(Radix::Binary), None]
        );
    }
}
