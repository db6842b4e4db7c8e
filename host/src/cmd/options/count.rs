//! Numbers of bits and rows as people write them.

/// Reads a number of bits: digits, `_`, and an optional k, M, G, T for 10^3 to 10^12; `1e9` too.
///
/// # Errors
/// If it is no such number or beyond 2^64.
pub(crate) fn parse_count(text: &str) -> Result<u64, String> {
    let bad = || format!("{text:?} is no number of bits; write for example 1000000, 10M or 1e9");
    let clean: String = text.chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
    let (digits, power) = match clean.find(['e', 'E']) {
        Some(at) => (&clean[..at], clean[at + 1..].parse::<u32>().map_err(|_| bad())?),
        None => {
            let power = match clean.chars().last() {
                Some('k' | 'K') => 3,
                Some('M' | 'm') => 6,
                Some('G' | 'g') => 9,
                Some('T' | 't') => 12,
                _ => 0,
            };
            (clean.strip_suffix(|c: char| power > 0 && c.is_alphabetic()).unwrap_or(&clean), power)
        }
    };
    let number: u64 = digits.parse().map_err(|_| bad())?;
    10u64.checked_pow(power).and_then(|factor| number.checked_mul(factor)).ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        for (text, count) in [("0", 0), ("1_000", 1000), ("10k", 10_000), ("2G", 2_000_000_000), ("1e9", 1_000_000_000)]
        {
            assert_eq!(parse_count(text), Ok(count));
        }
        for bad in ["", "k", "-1", "1.5k", "e9", "1e99", "99999999999999999999", "10 apples"] {
            assert!(parse_count(bad).is_err(), "{bad}");
        }
    }
}
