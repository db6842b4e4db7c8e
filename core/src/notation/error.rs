//! [`ParseError`]: what is wrong with a text, and where.

use core::fmt;

/// Why a text is not a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseError {
    /// Where in the text: the byte offset of what was found there.
    pub at: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong at that place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// Nothing but blanks.
    Empty,
    /// The text ends too early; the value says what should follow.
    Ends(&'static str),
    /// A character that cannot stand there, and what should.
    Found(char, &'static str),
    /// A term or tap given twice.
    Repeated(u64),
    /// An exponent, tap or width, and the largest degree that is possible here.
    TooLarge(u64, u64),
    /// A coefficient that is neither 0 nor 1.
    NotABit(char),
    /// No term of positive degree: there is no cell.
    NoCells,
    /// A hexadecimal value with more bits than its width.
    WiderThan(u64),
    /// A prefix (the text before the colon) that is none of the notations.
    UnknownNotation,
    /// A word that is no name in the catalogue.
    UnknownName,
    /// A bare number: which bit stands for which power is not said.
    BareNumber,
    /// Zeros and ones with commas between them: coefficients or taps.
    BareList,
    /// A word after the semicolon that is none of `fibonacci`, `galois` and `xnor`.
    UnknownWord,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.at + 1, self.problem)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("nothing there; give a register such as x^16+x^14+x^13+x^11+1"),
            Self::Ends(expected) => write!(f, "the text ends where {expected} should follow"),
            Self::Found(found, expected) => write!(f, "found {found:?} where {expected} should stand"),
            Self::Repeated(exponent) => write!(f, "{exponent} is given twice"),
            Self::TooLarge(degree, most) => write!(f, "degree {degree} is larger than {most}"),
            Self::NotABit(found) => write!(f, "found {found:?} where a coefficient 0 or 1 should stand"),
            Self::NoCells => f.write_str("degree 0: a register needs at least one cell"),
            Self::WiderThan(width) => write!(f, "the value has more than {width} bits"),
            Self::UnknownNotation => f.write_str(
                "unknown notation; use char:, taps:, coeffs:, mask:, gr:, normal:, reversed:, koopman:, full: or a name",
            ),
            Self::UnknownName => f.write_str("no sequence of that name is in the catalogue"),
            Self::UnknownWord => f.write_str("the word there is none of fibonacci, galois, xnor"),
            Self::BareNumber => {
                f.write_str("a bare number does not say which bit is which; use mask:, normal:, reversed:, koopman: or full:")
            }
            Self::BareList => f.write_str("zeros and ones may be coefficients or taps; write coeffs: or taps: before them"),
        }
    }
}

impl core::error::Error for ParseError {}
