//! Sizes in bytes: `2GiB` in, `2.0 GiB` out; and how much memory there is.

use std::fmt;

/// Printed with a binary unit.
#[derive(Debug, Clone, Copy)]
pub struct Bytes(pub u64);

const UNITS: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let power = (63 - (self.0 | 1).leading_zeros()) / 10;
        if power == 0 {
            return write!(f, "{} B", self.0);
        }
        write!(f, "{:.1} {}", self.0 as f64 / f64::from(power as i32 * 10).exp2(), UNITS[power as usize])
    }
}

/// A text that is no size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no size; write for example 2GiB, 512MiB or 1000000")]
pub struct SizeError(pub String);

/// Reads `2GiB`, `512M`, `100kB` (decimal), `4096`.
///
/// # Errors
/// If it is no number with a known unit, or is beyond 2^64.
pub fn parse_bytes(text: &str) -> Result<u64, SizeError> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let expected = || SizeError(text.to_owned());
    let number: u64 = number.parse().map_err(|_| expected())?;
    let unit = unit.trim().to_ascii_lowercase();
    let factor: u64 = match unit.as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "t" | "tib" => 1 << 40,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        _ => return Err(expected()),
    };
    number.checked_mul(factor).ok_or_else(expected)
}

/// Bytes of memory of this machine; 4 GiB if the system does not tell.
#[must_use]
pub fn total_memory() -> u64 {
    let info = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib =
        info.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix("kB")?.trim().parse().ok());
    kib.map_or(4 << 30, |kib: u64| kib << 10)
}

/// The largest resident size of this process so far, in bytes, if the system tells.
#[must_use]
pub fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(parse_bytes("2GiB"), Ok(2 << 30));
        assert_eq!(parse_bytes(" 512 M "), Ok(512 << 20));
        assert_eq!(parse_bytes("100kB"), Ok(100_000));
        assert_eq!(parse_bytes("0"), Ok(0));
        for bad in ["", "GiB", "-1", "1.5GiB", "99999999999999999999", "17179869184GiB", "3 apples"] {
            assert!(parse_bytes(bad).is_err(), "{bad}");
        }
        assert_eq!(Bytes(1536).to_string(), "1.5 KiB");
        assert_eq!(Bytes(12).to_string(), "12 B");
        assert_eq!(Bytes(u64::MAX).to_string(), "16.0 EiB");
    }
}
