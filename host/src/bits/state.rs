//! States as text: `0x1f` in any width.

use lfsr_core::poly::Poly;

/// A text that is no state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// No number.
    #[error("{0:?} is no state; write hexadecimal such as 0x1f, or 0b1011")]
    Syntax(String),
    /// Wider than the register.
    #[error("state {text} has more than the {degree} bits of the register")]
    TooWide {
        /// What was read.
        text: String,
        /// Cells of the register.
        degree: usize,
    },
}

/// Reads a state: `0x...`, `0b...` or decimal, below 2^degree.
///
/// # Errors
/// With what was found.
pub fn parse_state(text: &str, degree: usize) -> Result<Poly, StateError> {
    let clean: String = text.chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
    let lower = clean.to_ascii_lowercase();
    let radix = |digits: &str, bits: usize| -> Option<Poly> {
        let mut words = vec![0u64; (digits.len() * bits).div_ceil(64).max(1)];
        for (i, c) in digits.chars().rev().enumerate() {
            let value = u64::from(c.to_digit(1 << bits)?);
            words[i * bits / 64] |= value << (i * bits % 64);
        }
        (!digits.is_empty()).then(|| Poly::from_words(words))
    };
    let state = if let Some(digits) = lower.strip_prefix("0x") {
        radix(digits, 4)
    } else if let Some(digits) = lower.strip_prefix("0b") {
        radix(digits, 1)
    } else {
        lower.parse::<u128>().ok().map(Poly::from_u128)
    };
    let state = state.ok_or_else(|| StateError::Syntax(text.to_owned()))?;
    if state.degree().is_some_and(|top| top >= degree) {
        return Err(StateError::TooWide { text: text.to_owned(), degree });
    }
    Ok(state)
}

/// A state in hexadecimal, as wide as the register.
#[must_use]
pub fn show_state(state: &Poly, degree: usize) -> String {
    state.to_hex(degree.div_ceil(4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states() {
        assert_eq!(parse_state("0xACE1", 16).map(|s| s.to_u128()), Ok(Some(0xace1)));
        assert_eq!(parse_state("0b101", 3).map(|s| s.to_u128()), Ok(Some(5)));
        assert_eq!(parse_state("44257", 16).map(|s| s.to_u128()), Ok(Some(0xace1)));
        let wide = format!("0x1{}", "0".repeat(50));
        assert_eq!(parse_state(&wide, 201).map(|s| s.degree()), Ok(Some(200)));
        for bad in ["", "0x", "0b2", "0xg", "-1", "seed", "0x1ffff"] {
            assert!(parse_state(bad, 16).is_err(), "{bad}");
        }
        assert_eq!(show_state(&Poly::from_u128(0x1f), 16), "0x001f");
    }
}
