//! The one parser of registers: no allocation, any length of input, errors with their position.

#[cfg(feature = "alloc")]
use alloc::vec::Vec;
use core::{fmt, iter::Peekable, str::CharIndices};

#[cfg(feature = "alloc")]
use crate::poly::Poly;
use crate::{
    catalogue,
    register::{MAX_DEGREE, Register},
};

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
                "unknown notation; use char:, taps:, coeffs:, normal:, reversed:, koopman:, full: or a name",
            ),
            Self::UnknownName => {
                f.write_str("no sequence of that name is in the catalogue (`lfsr catalogue` lists them)")
            }
            Self::BareNumber => {
                f.write_str("a bare number does not say which bit is which; use normal:, reversed:, koopman: or full:")
            }
        }
    }
}

impl core::error::Error for ParseError {}

/// What the exponents of a parsed text are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Exponents k > 0 are lags; the constant term is implied.
    Feedback,
    /// Exponents of the characteristic polynomial, the leading term among them.
    Characteristic,
}

/// The Fibonacci register, without XNOR, that `text` describes, or that of the catalogue's entry of that name.
///
/// # Errors
/// With the byte offset at which the text stops being a register of degree 1 to [`MAX_DEGREE`].
pub fn parse(text: &str) -> Result<Register, ParseError> {
    if let Some(entry) = catalogue::find(text) {
        return Ok(entry.register());
    }
    let mut terms = Terms::default();
    let side = parse_terms(text, |exponent, at| terms.add(exponent, at))?;
    if let Side::Feedback = side {
        terms.0 |= 1;
        let degree = 127 - terms.0.leading_zeros();
        terms.0 = terms.0.reverse_bits() >> (127 - degree);
    }
    terms.register()
}

/// The Fibonacci register of a list of coefficients c_0,...,c_{n-1}, each 0 or 1, as in a CSV row.
///
/// # Errors
/// As [`parse`].
pub fn parse_coefficients(text: &str) -> Result<Register, ParseError> {
    let mut terms = Terms::default();
    Parser::new(text, 0).coefficients(&mut |exponent, at| terms.add(exponent, at))?;
    terms.register()
}

/// The largest degree of a polynomial that is read from text, 2^20: dense ones of that degree are still factored in hours.
#[cfg(feature = "alloc")]
pub const MAX_POLY_DEGREE: u64 = 1 << 20;

/// The characteristic polynomial that `text` describes, of degree 1 to [`MAX_POLY_DEGREE`].
///
/// # Errors
/// With the byte offset at which the text stops being such a polynomial.
#[cfg(feature = "alloc")]
pub fn parse_poly(text: &str) -> Result<Poly, ParseError> {
    let mut terms = LongTerms::default();
    let side = parse_terms(text, |exponent, at| terms.add(exponent, at))?;
    if let Side::Feedback = side {
        terms.set(0);
        terms.into_poly().map(|feedback| feedback.reciprocal())
    } else {
        terms.into_poly()
    }
}

/// The characteristic polynomial of a list of coefficients c_0,...,c_{n-1}, each 0 or 1.
///
/// # Errors
/// As [`parse_poly`].
#[cfg(feature = "alloc")]
pub fn parse_poly_coefficients(text: &str) -> Result<Poly, ParseError> {
    let mut terms = LongTerms::default();
    Parser::new(text, 0).coefficients(&mut |exponent, at| terms.add(exponent, at))?;
    terms.into_poly()
}

/// A polynomial of any degree.
#[cfg(feature = "alloc")]
#[derive(Default)]
struct LongTerms(Vec<u64>);

#[cfg(feature = "alloc")]
impl LongTerms {
    fn add(&mut self, exponent: u64, at: usize) -> Result<(), ParseError> {
        if exponent > MAX_POLY_DEGREE {
            return Err(ParseError { at, problem: Problem::TooLarge(exponent, MAX_POLY_DEGREE) });
        }
        if self.set(exponent as usize) { Ok(()) } else { Err(ParseError { at, problem: Problem::Repeated(exponent) }) }
    }

    /// False if it was set.
    fn set(&mut self, exponent: usize) -> bool {
        if self.0.len() <= exponent / 64 {
            self.0.resize(exponent / 64 + 1, 0);
        }
        let word = &mut self.0[exponent / 64];
        let fresh = *word >> (exponent % 64) & 1 == 0;
        *word |= 1 << (exponent % 64);
        fresh
    }

    fn into_poly(self) -> Result<Poly, ParseError> {
        let poly = Poly::from_words(self.0);
        if poly.degree().is_some_and(|degree| degree > 0) {
            Ok(poly)
        } else {
            Err(ParseError { at: 0, problem: Problem::NoCells })
        }
    }
}

/// A polynomial that fits a register.
#[derive(Default)]
struct Terms(u128);

impl Terms {
    fn add(&mut self, exponent: u64, at: usize) -> Result<(), ParseError> {
        if exponent > u64::from(MAX_DEGREE) {
            return Err(ParseError { at, problem: Problem::TooLarge(exponent, MAX_DEGREE.into()) });
        }
        if self.0 >> exponent & 1 == 1 {
            return Err(ParseError { at, problem: Problem::Repeated(exponent) });
        }
        self.0 |= 1 << exponent;
        Ok(())
    }

    fn register(&self) -> Result<Register, ParseError> {
        Register::from_characteristic(self.0).map_err(|_| ParseError { at: 0, problem: Problem::NoCells })
    }
}

/// Calls `term(exponent, byte offset)` for every non-zero term that `text` gives, in the order of the text, and says what they are.
///
/// This is the whole syntax, for polynomials of any degree; what is too large or given twice is for `term` to refuse.
///
/// # Errors
/// Those of `term`, and of the syntax.
pub fn parse_terms(text: &str, mut term: impl FnMut(u64, usize) -> Result<(), ParseError>) -> Result<Side, ParseError> {
    let term = &mut term;
    let trimmed = text.trim_start();
    let start = text.len() - trimmed.len();
    if trimmed.is_empty() {
        return Err(ParseError { at: text.len(), problem: Problem::Empty });
    }
    if let Some(entry) = catalogue::find(text) {
        let c = entry.characteristic;
        (0..=127u64).filter(|i| c >> i & 1 == 1).try_for_each(|i| term(i, start))?;
        return Ok(Side::Characteristic);
    }
    if let Some((prefix, rest)) = trimmed.split_once(':') {
        let parser = Parser::new(rest, start + prefix.len() + 1);
        let is = |name: &str| prefix.trim_end().eq_ignore_ascii_case(name);
        if is("feedback") {
            parser.polynomial(term)?;
            return Ok(Side::Feedback);
        } else if is("taps") {
            parser.list(None, term)?;
            return Ok(Side::Feedback);
        } else if is("char") {
            parser.polynomial(term)?;
        } else if is("coeffs") {
            parser.coefficients(term)?;
        } else if is("normal") {
            parser.hex(Hex::Normal, term)?;
        } else if is("reversed") {
            parser.hex(Hex::Reversed, term)?;
        } else if is("koopman") {
            parser.hex(Hex::Koopman, term)?;
        } else if is("full") {
            parser.hex(Hex::Full, term)?;
        } else {
            return Err(ParseError { at: start, problem: Problem::UnknownNotation });
        }
        return Ok(Side::Characteristic);
    }
    if let Some(rest) = trimmed.strip_prefix('[') {
        Parser::new(rest, start + 1).list(Some(']'), term)?;
        return Ok(Side::Feedback);
    }
    let number = trimmed.strip_prefix("0x").or_else(|| trimmed.strip_prefix("0X")).unwrap_or(trimmed);
    if number.trim() != "1" && number.chars().all(|c| c.is_ascii_hexdigit() || c.is_whitespace()) {
        return Err(ParseError { at: start, problem: Problem::BareNumber });
    }
    if trimmed.starts_with(|c: char| c.is_alphabetic() && !c.eq_ignore_ascii_case(&'x')) {
        return Err(ParseError { at: start, problem: Problem::UnknownName });
    }
    Parser::new(trimmed, start).polynomial(term)?;
    Ok(Side::Feedback)
}

type Term<'t> = &'t mut dyn FnMut(u64, usize) -> Result<(), ParseError>;

/// The four hexadecimal notations of a CRC generator.
#[derive(Clone, Copy, PartialEq)]
enum Hex {
    Normal,
    Reversed,
    Koopman,
    Full,
}

struct Parser<'a> {
    /// Without blanks.
    chars: Peekable<Unblanked<'a>>,
    length: usize,
    offset: usize,
}

#[derive(Clone)]
struct Unblanked<'a>(CharIndices<'a>);

impl Iterator for Unblanked<'_> {
    type Item = (usize, char);
    fn next(&mut self) -> Option<(usize, char)> {
        self.0.find(|(_, c)| !c.is_whitespace())
    }
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, offset: usize) -> Self {
        Self { chars: Unblanked(text.char_indices()).peekable(), length: text.len(), offset }
    }

    fn at(&mut self) -> usize {
        self.offset + self.chars.peek().map_or(self.length, |&(at, _)| at)
    }

    /// The error "something else should stand here".
    fn expected<T>(&mut self, what: &'static str) -> Result<T, ParseError> {
        let problem = self.chars.peek().map_or(Problem::Ends(what), |&(_, c)| Problem::Found(c, what));
        Err(ParseError { at: self.at(), problem })
    }

    fn eat(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        self.chars.next_if(|&(_, c)| wanted(c)).map(|(_, c)| c)
    }

    fn is_done(&mut self) -> bool {
        self.chars.peek().is_none()
    }

    /// A decimal number; huge ones stay huge.
    fn number(&mut self, what: &'static str) -> Result<u64, ParseError> {
        let Some(first) = self.eat(|c| c.is_ascii_digit()) else { return self.expected(what) };
        let mut value = u64::from(first as u8 - b'0');
        while let Some(digit) = self.eat(|c| c.is_ascii_digit()) {
            value = value.saturating_mul(10).saturating_add(u64::from(digit as u8 - b'0'));
        }
        Ok(value)
    }

    /// x^16+x^14+1
    fn polynomial(mut self, term: Term<'_>) -> Result<(), ParseError> {
        loop {
            let at = self.at();
            let exponent = if self.eat(|c| c.eq_ignore_ascii_case(&'x')).is_some() {
                self.exponent()?
            } else if self.eat(|c| c == '1').is_some() {
                0
            } else {
                return self.expected("a term such as x^5, x5, x or 1");
            };
            term(exponent, at)?;
            if self.is_done() {
                return Ok(());
            }
            if self.eat(|c| c == '+').is_none() {
                return self.expected("'+'");
            }
        }
    }

    /// What follows an x: ^16, **16, 16 or nothing.
    fn exponent(&mut self) -> Result<u64, ParseError> {
        if self.eat(|c| c == '*').is_some() {
            if self.eat(|c| c == '*').is_none() {
                return self.expected("'*' (as in x**16)");
            }
        } else if self.eat(|c| c == '^').is_none() && !self.chars.peek().is_some_and(|(_, c)| c.is_ascii_digit()) {
            return Ok(1);
        }
        self.number("an exponent")
    }

    /// 16,14,13,11
    fn list(mut self, close: Option<char>, term: Term<'_>) -> Result<(), ParseError> {
        if close.is_none() && self.eat(|c| c == '[').is_some() {
            return self.list(Some(']'), term);
        }
        loop {
            let at = self.at();
            let lag = self.number("a tap, a decimal number")?;
            term(lag, at)?;
            if self.eat(|c| c == ',').is_some() {
                continue;
            }
            if let Some(close) = close
                && self.eat(|c| c == close).is_none()
            {
                return self.expected("',' or ']'");
            }
            if self.is_done() {
                return Ok(());
            }
            return self.expected(if close.is_some() { "nothing more" } else { "','" });
        }
    }

    /// 1,1,0,1
    fn coefficients(mut self, term: Term<'_>) -> Result<(), ParseError> {
        let mut index = 0;
        loop {
            let at = self.at();
            match self.chars.next() {
                Some((_, '0')) => {}
                Some((_, '1')) => term(index, at)?,
                Some((_, found)) => return Err(ParseError { at, problem: Problem::NotABit(found) }),
                None => return self.expected("a coefficient 0 or 1"),
            }
            index += 1;
            if self.is_done() {
                // The leading term.
                return term(index, at);
            }
            if self.eat(|c| c == ',').is_none() {
                return self.expected("','");
            }
        }
    }

    /// 0x1021/16
    fn hex(mut self, kind: Hex, term: Term<'_>) -> Result<(), ParseError> {
        let mut first = self.chars.clone();
        if self.eat(|c| c == '0').is_some() && self.eat(|c| c.eq_ignore_ascii_case(&'x')).is_some() {
            first = self.chars.clone();
        } else {
            self.chars = first.clone();
        }
        let mut digits: u64 = 0;
        while self.eat(|c| c.is_ascii_hexdigit()).is_some() {
            digits += 1;
        }
        if digits == 0 {
            return self.expected("a hexadecimal value such as 0x1021");
        }
        let width = match kind {
            Hex::Normal | Hex::Reversed => Some(self.width(term)?),
            Hex::Koopman | Hex::Full => None,
        };
        if !self.is_done() {
            return self.expected("nothing more");
        }
        if kind == Hex::Koopman {
            term(0, self.offset)?;
        }
        for (index, (at, digit)) in first.take(digits as usize).enumerate() {
            let value = digit.to_digit(16).unwrap_or(0);
            for bit in (0..4).rev().filter(|bit| value >> bit & 1 == 1) {
                let exponent = (digits - 1 - index as u64) * 4 + bit;
                let at = self.offset + at;
                if let Some(width) = width
                    && exponent >= width
                {
                    return Err(ParseError { at, problem: Problem::WiderThan(width) });
                }
                let exponent = match (kind, width) {
                    (Hex::Reversed, Some(width)) => width - 1 - exponent,
                    (Hex::Koopman, _) => exponent + 1,
                    _ => exponent,
                };
                term(exponent, at)?;
            }
        }
        Ok(())
    }

    /// /16: the width, which is the degree of the implied leading term.
    fn width(&mut self, term: Term<'_>) -> Result<u64, ParseError> {
        if self.eat(|c| c == '/').is_none() {
            return self.expected("'/' and the width, as in 0x1021/16");
        }
        let at = self.at();
        let width = self.number("the width in bits, a decimal number")?;
        if width == 0 {
            return Err(ParseError { at, problem: Problem::NoCells });
        }
        term(width, at)?;
        Ok(width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contract_notations_agree() {
        let same = [
            "x^16+x^14+x^13+x^11+1",
            "x16 + x14 + x13 + x11 + 1",
            " 1+X^11+x^13 + x^14+x^16 ",
            "char:x^16+x^5+x^3+x^2+1",
            "CHAR : x^16 + x5 + x**3 + x^2 + 1",
            "taps:16,14,13,11",
            "[16,14,13,11,0]",
            "[ 11, 13, 14, 16 ]",
            "taps:[16,14,13,11]",
            "feedback:x^16+x^14+x^13+x^11+1",
            "coeffs:1,0,1,1,0,1,0,0,0,0,0,0,0,0,0,0",
            "normal:0x002d/16",
            "normal:2D/16",
            "normal:02D/16",
            "reversed:0xB400/16",
            "koopman:0x8016",
            "full:0x1002d",
            "full:0x000001002d",
        ];
        for text in same {
            assert_eq!(parse(text).map(|r| r.characteristic()), Ok(0x1002d), "{text}");
        }
        assert_eq!(parse("1+x^28+x^31").unwrap().feedback(), 1 << 31 | 1 << 28 | 1);
        for ccitt in ["normal:0x1021/16", "reversed:0x8408/16", "koopman:0x8810", "full:0x11021"] {
            assert_eq!(parse(ccitt).unwrap().characteristic(), 0x11021, "{ccitt}");
        }
        assert_eq!(parse_coefficients(" 1, 0 ,0,1").unwrap().characteristic(), 0b1_1001);
        assert_eq!(parse("coeffs:0,1,1").unwrap().characteristic(), 0b1110);
        assert_eq!(parse("x").unwrap().characteristic(), 0b11);
        assert_eq!(parse("PRBS31").unwrap().feedback(), 1 << 31 | 1 << 28 | 1);
        assert_eq!(
            parse("crc-16/xmodem").map(|r| (r.characteristic(), r.form())),
            Ok((0x11021, crate::register::Form::Galois))
        );
        assert_eq!(parse("x^64+x^4+x^3+x+1").unwrap().degree(), 64);
        assert_eq!(parse("koopman:0x8000000000000000").unwrap().characteristic(), 1 << 64 | 1);
    }

    #[cfg(feature = "alloc")]
    #[test]
    fn long_and_short_registers_are_read_alike() {
        for text in [
            "x^16+x^14+x^13+x^11+1",
            "char:x^5+x^2",
            "taps:16,14,13,11",
            "normal:0x1021/16",
            "koopman:0x8810",
            "x",
            "PRBS9",
        ] {
            assert_eq!(parse_poly(text).unwrap().to_u128(), Some(parse(text).unwrap().characteristic()), "{text}");
        }
        let row = parse_poly("taps:168,166,153,151").unwrap();
        assert_eq!(row, Poly::from_exponents([168, 17, 15, 2, 0]));
        assert_eq!(
            parse_poly("char:x^1048577"),
            Err(ParseError { at: 5, problem: Problem::TooLarge(1_048_577, 1 << 20) })
        );
        assert_eq!(parse_poly("1"), Err(ParseError { at: 0, problem: Problem::NoCells }));
        assert_eq!(parse_poly("x^100+x^100"), Err(ParseError { at: 6, problem: Problem::Repeated(100) }));
        assert_eq!(parse_poly_coefficients("1,1,0"), Ok(Poly::from_u128(0b1011)));
    }

    #[test]
    fn errors_name_the_place() {
        use Problem::*;
        let cases = [
            ("", 0, Empty),
            ("   ", 3, Empty),
            ("x^16+", 5, Ends("a term such as x^5, x5, x or 1")),
            ("x^16 + y", 7, Found('y', "a term such as x^5, x5, x or 1")),
            ("x^16 x^3", 5, Found('x', "'+'")),
            ("x^4+x^4+1", 4, Repeated(4)),
            ("x^65+1", 0, TooLarge(65, 64)),
            ("x^99999999999999999999999+1", 0, TooLarge(u64::MAX, 64)),
            ("taps:4,3,4", 9, Repeated(4)),
            ("taps:4;3", 6, Found(';', "','")),
            ("[4,3", 4, Ends("',' or ']'")),
            ("[4,3]]", 5, Found(']', "nothing more")),
            ("coeffs:1,2,0", 9, NotABit('2')),
            ("coeffs:1,,0", 9, NotABit(',')),
            ("coeffs:", 7, Ends("a coefficient 0 or 1")),
            ("normal:0x1021", 13, Ends("'/' and the width, as in 0x1021/16")),
            ("normal:0x11021/16", 9, WiderThan(16)),
            ("normal:0x1/0", 11, NoCells),
            ("normal:0x1/65", 11, TooLarge(65, 64)),
            ("full:0x1", 0, NoCells),
            ("full:0xg", 7, Found('g', "a hexadecimal value such as 0x1021")),
            ("crc:0x1", 0, UnknownNotation),
            (" PRBS8", 1, UnknownName),
            ("0x1021", 0, BareNumber),
            ("1", 0, NoCells),
            ("taps:0", 0, NoCells),
        ];
        for (text, at, problem) in cases {
            assert_eq!(parse(text), Err(ParseError { at, problem }), "{text:?}");
        }
    }
}
