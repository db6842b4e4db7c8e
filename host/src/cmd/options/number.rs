//! Numbers of steps, bits and rows as people write them: `1000`, `1M`, `1e9`, `0xff`, `2^31-1`.

use lfsr_core::algebra::{BigUint, Direction};

/// The longest number read: 10^6 digits.
const MOST_DIGITS: usize = 1_000_000;

/// The largest power, in bits.
const MOST_BITS: u64 = 4_000_000;

/// A number with a sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Steps {
    /// Back, if it is negative.
    pub direction: Direction,
    /// Its size.
    pub count: BigUint,
}

/// Reads a sum of terms with signs. A term is decimal or 0x..., with an optional k, M, G, T for 10^3 to 10^12; or AeB, or A^B. Blanks
/// around signs and `_` between digits do not matter.
///
/// # Errors
/// If it is no such sum, or too large to be worked with.
pub(crate) fn parse_steps(text: &str) -> Result<Steps, String> {
    let clean: String = text.chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
    if clean.len() > MOST_DIGITS {
        return Err(format!("more than {MOST_DIGITS} digits"));
    }
    let (mut more, mut less) = (BigUint::ZERO, BigUint::ZERO);
    let mut rest = clean.as_str();
    loop {
        let sum = match rest.strip_prefix('-') {
            Some(after) => {
                rest = after;
                &mut less
            }
            None => {
                rest = rest.strip_prefix('+').unwrap_or(rest);
                &mut more
            }
        };
        let end = rest.find(['+', '-']).unwrap_or(rest.len());
        *sum += term(&rest[..end])?;
        rest = &rest[end..];
        if rest.is_empty() {
            break;
        }
    }
    Ok(if more >= less {
        Steps { direction: Direction::Forward, count: more - less }
    } else {
        Steps { direction: Direction::Back, count: less - more }
    })
}

/// Reads a number of bits or rows, below 2^64.
///
/// # Errors
/// As [`parse_steps`], and if it is negative or too large.
pub(crate) fn parse_count(text: &str) -> Result<u64, String> {
    let Steps { direction, count } = parse_steps(text)?;
    if direction == Direction::Back {
        return Err("less than nothing".into());
    }
    count.try_into().map_err(|_| "2^64 or more".into())
}

fn term(text: &str) -> Result<BigUint, String> {
    let bad = || format!("{text:?} is no number; write for example 1000, 10M, 1e9, 0xff or 2^31-1");
    let digits = |text: &str, radix| BigUint::parse_bytes(text.as_bytes(), radix).ok_or_else(bad);
    let power = |base: &BigUint, exponent: &str| {
        let exponent: u32 = exponent.parse().map_err(|_| bad())?;
        if base.bits() * u64::from(exponent) > MOST_BITS {
            return Err(format!("{text:?} has more than {MOST_BITS} bits"));
        }
        Ok(base.pow(exponent))
    };
    if let Some((base, exponent)) = text.split_once('^') {
        return power(&term(base)?, exponent);
    }
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return digits(hex, 16);
    }
    let ten = BigUint::from(10u32);
    if let Some((number, exponent)) = text.split_once(['e', 'E']) {
        return Ok(digits(number, 10)? * power(&ten, exponent)?);
    }
    let zeros = match text.chars().last() {
        Some('k' | 'K') => 3,
        Some('M' | 'm') => 6,
        Some('G' | 'g') => 9,
        Some('T' | 't') => 12,
        _ => return digits(text, 10),
    };
    Ok(digits(&text[..text.len() - 1], 10)? * ten.pow(zeros))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        let large = u64::MAX.to_string();
        for (text, count) in [
            ("0", 0),
            ("1_000", 1000),
            ("10k", 10_000),
            ("2G", 2_000_000_000),
            ("1e9", 1_000_000_000),
            ("2^31-1", (1 << 31) - 1),
            ("2^31 - 1", (1 << 31) - 1),
            ("-1+0x10", 15),
            ("1M+1", 1_000_001),
            (&large, u64::MAX),
        ] {
            assert_eq!(parse_count(text), Ok(count), "{text}");
        }
        for bad in ["", "k", "-1", "1.5k", "e9", "1e99", "99999999999999999999", "10 apples", "1--", "2^", "2^^2", "é"]
        {
            assert!(parse_count(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn steps() {
        let back = parse_steps("-2^100").unwrap();
        assert_eq!((back.direction, back.count), (Direction::Back, BigUint::from(1u32) << 100));
        assert_eq!(parse_steps("5-7").unwrap(), Steps { direction: Direction::Back, count: 2u32.into() });
        for absurd in ["2^99999999", "10^2^30", "1e99999999", "0xffffffff^999999"] {
            assert!(parse_steps(absurd).unwrap_err().contains(if absurd.contains("^2^") {
                "no number"
            } else {
                "bits"
            }));
        }
    }
}
