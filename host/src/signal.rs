//! [`Signal`]: a register and how its sequence is sent: from which state, complemented or not.

use lfsr_core::{
    catalogue::{self, Entry},
    kernel::Backend,
    order::BitOrder,
    poly::Poly,
    stream::{Blocks, LongWords, Style, force_ones},
};

use crate::{
    input::{self, Defaults},
    subject::Subject,
};

/// A REGISTER as something that sends bits.
#[derive(Debug, Clone)]
pub struct Signal {
    /// The register.
    pub subject: Subject,
    /// The catalogue's entry, if it was given by name.
    pub entry: Option<&'static Entry>,
    /// The state to start from.
    pub start: Poly,
    /// Sent complemented.
    pub inverted: bool,
    /// A 1 is forced before this many zeros; 0: never.
    pub zero_limit: u8,
}

impl Signal {
    /// Reads a REGISTER: a name brings its seed and inversion, anything else starts from all ones (XNOR: zero).
    ///
    /// # Errors
    /// With the column and what was found there.
    pub fn new(text: &str, defaults: Defaults) -> Result<Self, String> {
        let subject = input::subject(text, defaults)?;
        let entry = catalogue::find(text);
        let same = |entry: &&Entry| (entry.form, entry.xnor) == (subject.form, subject.xnor);
        let start = match entry.filter(same) {
            Some(entry) => Poly::from_u128(entry.start().into()),
            None if subject.xnor => Poly::zero(),
            None => Poly::from_exponents(0..subject.degree()),
        };
        Ok(Self {
            entry,
            start,
            inverted: entry.is_some_and(Entry::is_inverted),
            zero_limit: entry.map_or(0, |entry| entry.zero_limit),
            subject,
        })
    }

    /// The bits from [`Signal::start`] on, in this order; complemented too if the signal is.
    #[must_use]
    pub fn bits(&self, order: BitOrder) -> Bits {
        let style = Style { order, inverted: self.inverted };
        let source = match self.subject.register() {
            Some(register) if self.zero_limit == 0 => {
                let state = self.start.to_u128().unwrap_or(0) as u64;
                return Bits(Source::Fast(Box::new(Blocks::new(&register, state, style, Backend::detect()))));
            }
            Some(register) => {
                let state = self.start.to_u128().unwrap_or(0) as u64;
                Plain::Blocks(Box::new(Blocks::new(&register, state, Style::PLAIN, Backend::detect())))
            }
            None => {
                let Subject { characteristic, form, xnor } = &self.subject;
                match LongWords::new(characteristic, *form, *xnor, &self.start) {
                    Some(words) => Plain::Long(words),
                    // Degree 0 is no register; parsers refuse it.
                    None => return Bits(Source::Nothing),
                }
            }
        };
        let mut source = Slow { source, pending: 0, limit: self.zero_limit, style };
        source.pending = source.source.next_word();
        Bits(Source::Slow(source))
    }
}

/// Bits without end.
#[derive(Debug)]
pub struct Bits(Source);

#[derive(Debug)]
enum Source {
    Fast(Box<Blocks>),
    Slow(Slow),
    Nothing,
}

#[derive(Debug)]
enum Plain {
    Blocks(Box<Blocks>),
    Long(LongWords),
}

/// Whatever needs more than the recurrence of words.
#[derive(Debug)]
struct Slow {
    source: Plain,
    /// The word after the last one given out.
    pending: u64,
    limit: u8,
    style: Style,
}

impl Bits {
    /// The next words.
    pub fn fill(&mut self, out: &mut [u64]) {
        match &mut self.0 {
            Source::Fast(blocks) => blocks.fill(out),
            Source::Slow(slow) => out.iter_mut().for_each(|word| *word = slow.next_word()),
            Source::Nothing => out.fill(0),
        }
    }
}

impl Slow {
    fn next_word(&mut self) -> u64 {
        let next = self.source.next_word();
        let word = force_ones(self.pending, next, self.limit);
        self.pending = next;
        self.style.order.word(word) ^ if self.style.inverted { u64::MAX } else { 0 }
    }
}

impl Plain {
    fn next_word(&mut self) -> u64 {
        match self {
            Self::Blocks(blocks) => blocks.next_word(),
            Self::Long(words) => words.next_word(),
        }
    }
}

/// Reads a state: `0x...`, `0b...` or decimal, below 2^degree.
///
/// # Errors
/// With what was found.
pub fn parse_state(text: &str, degree: usize) -> Result<Poly, String> {
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
    let state = state.ok_or_else(|| format!("{text:?} is no state; write hexadecimal such as 0x1f, or 0b1011"))?;
    if state.degree().is_some_and(|top| top >= degree) {
        return Err(format!("state {text} has more than the {degree} bits of the register"));
    }
    Ok(state)
}

/// A state in hexadecimal, as wide as the register.
#[must_use]
pub fn show_state(state: &Poly, degree: usize) -> String {
    format!("0x{:0>digits$}", format!("{state:x}"), digits = degree.div_ceil(4))
}

/// Reads a number of bits: digits, `_`, and an optional k, M, G, T for 10^3 to 10^12; `1e9` too.
///
/// # Errors
/// If it is no such number or beyond 2^64.
pub fn parse_count(text: &str) -> Result<u64, String> {
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
    fn states_and_counts() {
        assert_eq!(parse_state("0xACE1", 16).map(|s| s.to_u128()), Ok(Some(0xace1)));
        assert_eq!(parse_state("0b101", 3).map(|s| s.to_u128()), Ok(Some(5)));
        assert_eq!(parse_state("44257", 16).map(|s| s.to_u128()), Ok(Some(0xace1)));
        let wide = format!("0x1{}", "0".repeat(50));
        assert_eq!(parse_state(&wide, 201).map(|s| s.degree()), Ok(Some(200)));
        for bad in ["", "0x", "0b2", "0xg", "-1", "seed", "0x1ffff"] {
            assert!(parse_state(bad, 16).is_err(), "{bad}");
        }
        assert_eq!(show_state(&Poly::from_u128(0x1f), 16), "0x001f");
        for (text, count) in [("0", 0), ("1_000", 1000), ("10k", 10_000), ("2G", 2_000_000_000), ("1e9", 1_000_000_000)]
        {
            assert_eq!(parse_count(text), Ok(count));
        }
        for bad in ["", "k", "-1", "1.5k", "e9", "1e99", "99999999999999999999", "10 apples"] {
            assert!(parse_count(bad).is_err(), "{bad}");
        }
    }
}
