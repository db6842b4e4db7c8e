//! The syntax: from text to exponents, without allocation, for any length of input; errors with their position.

use core::{iter::Peekable, str::CharIndices};

use super::{ParseError, Problem, Side};
use crate::{
    catalogue::{self, Entry},
    register::Form,
};

/// What a text says beside the exponents.
pub(super) struct Reading {
    /// What the exponents are.
    pub(super) side: Side,
    /// The entry of the catalogue, if the text is its name.
    pub(super) entry: Option<&'static Entry>,
    /// The form, if a word behind the semicolon says it.
    pub(super) form: Option<Form>,
    /// Whether a word behind the semicolon says XNOR.
    pub(super) xnor: bool,
}

/// What a text without a prefix is, if it begins as none of the notations does.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Bare {
    /// A feedback polynomial.
    Polynomial,
    /// Coefficients c_0, c_1, ..., as in a line of a CSV file.
    Coefficients,
}

/// Calls `term(exponent, byte offset)` for every non-zero term that `text` gives, in the order of the text, and says what they are.
///
/// This is the whole syntax, for polynomials of any degree; what is too large or given twice is for `term` to refuse.
pub(super) fn read(text: &str, bare: Bare, term: Term<'_>) -> Result<Reading, ParseError> {
    let body = text.split(';').next().unwrap_or_default();
    let trimmed = body.trim_start();
    let start = body.len() - trimmed.len();
    if trimmed.is_empty() {
        return Err(ParseError { at: body.len(), problem: Problem::Empty });
    }
    let entry = catalogue::find(body);
    let side = match entry {
        Some(entry) => {
            let c = entry.characteristic;
            (0..=127u64).filter(|i| c >> i & 1 == 1).try_for_each(|i| term(i, start))?;
            Side::Characteristic
        }
        None => exponents(trimmed, start, bare, term)?,
    };
    let mut reading = Reading { side, entry, form: None, xnor: false };
    if let Some(words) = text.get(body.len() + 1..) {
        reading.words(words, body.len() + 1)?;
    }
    Ok(reading)
}

impl Reading {
    /// Reads what stands behind the semicolon, which begins at byte `offset` of the text.
    fn words(&mut self, words: &str, offset: usize) -> Result<(), ParseError> {
        let mut rest = words;
        while let Some(skip) = rest.find(|c: char| !c.is_whitespace()) {
            let at = offset + words.len() - rest.len() + skip;
            rest = &rest[skip..];
            let word = rest.split(char::is_whitespace).next().unwrap_or_default();
            if word.eq_ignore_ascii_case("fibonacci") {
                self.form = Some(Form::Fibonacci);
            } else if word.eq_ignore_ascii_case("galois") {
                self.form = Some(Form::Galois);
            } else if word.eq_ignore_ascii_case("xnor") {
                self.xnor = true;
            } else {
                return Err(ParseError { at, problem: Problem::UnknownWord });
            }
            rest = &rest[word.len()..];
        }
        Ok(())
    }
}

/// The exponents of a text that is no name; it begins at byte `start`.
fn exponents(text: &str, start: usize, bare: Bare, term: Term<'_>) -> Result<Side, ParseError> {
    if let Some((prefix, rest)) = text.split_once(':') {
        let parser = Parser::new(rest, start + prefix.len() + 1);
        let Some(&(_, notation)) = PREFIXES.iter().find(|(name, _)| prefix.trim_end().eq_ignore_ascii_case(name))
        else {
            return Err(ParseError { at: start, problem: Problem::UnknownNotation });
        };
        match notation {
            Prefixed::Feedback | Prefixed::Characteristic => parser.polynomial(term)?,
            Prefixed::Taps => parser.list(None, term)?,
            Prefixed::Coefficients => parser.coefficients(term)?,
            Prefixed::Hex(kind) => parser.hex(kind, term)?,
            Prefixed::Mask(mask) => parser.mask(mask, term)?,
        }
        let lags = matches!(notation, Prefixed::Feedback | Prefixed::Taps);
        return Ok(if lags { Side::Feedback } else { Side::Characteristic });
    }
    if let Some(rest) = text.strip_prefix('[') {
        Parser::new(rest, start + 1).list(Some(']'), term)?;
        return Ok(Side::Feedback);
    }
    if is_literal(text) {
        Parser::new(text, start).mask(Mask::Lags, term)?;
        return Ok(Side::Characteristic);
    }
    let is_name = text.starts_with(|c: char| c.is_alphabetic() && !c.eq_ignore_ascii_case(&'x'));
    let is_polynomial = text.starts_with(['x', 'X']) || text.starts_with("1+");
    if bare == Bare::Coefficients && !is_name && !is_polynomial {
        // One comma at the end is what spreadsheets leave.
        let row = text.trim_end();
        Parser::new(row.strip_suffix(',').unwrap_or(row), start).coefficients(term)?;
        return Ok(Side::Characteristic);
    }
    let number = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    if number.trim() != "1" && number.chars().all(|c| c.is_ascii_hexdigit() || c.is_whitespace()) {
        return Err(ParseError { at: start, problem: Problem::BareNumber });
    }
    if is_name {
        return Err(ParseError { at: start, problem: Problem::UnknownName });
    }
    if text.contains(',') && text.chars().all(|c| c.is_ascii_digit() || c == ',' || c.is_whitespace()) {
        // Zeros and ones may be coefficients as well.
        let is_ambiguous = text.split(|c: char| !c.is_ascii_digit()).all(|number| matches!(number, "" | "0" | "1"));
        if is_ambiguous {
            return Err(ParseError { at: start, problem: Problem::BareList });
        }
        Parser::new(text, start).list(None, term)?;
        return Ok(Side::Feedback);
    }
    Parser::new(text, start).polynomial(term)?;
    Ok(Side::Feedback)
}

/// Whether a text is a number as Verilog writes it: `31'h48000000`.
fn is_literal(text: &str) -> bool {
    text.split_once('\'').is_some_and(|(width, _)| {
        let width = width.trim();
        !width.is_empty() && width.chars().all(|c| c.is_ascii_digit())
    })
}

/// The notations that a prefix names.
#[derive(Clone, Copy)]
enum Prefixed {
    Feedback,
    Taps,
    Characteristic,
    Coefficients,
    Hex(Hex),
    Mask(Mask),
}

/// Each prefix: what stands before the colon.
const PREFIXES: [(&str, Prefixed); 10] = [
    ("feedback", Prefixed::Feedback),
    ("taps", Prefixed::Taps),
    ("char", Prefixed::Characteristic),
    ("coeffs", Prefixed::Coefficients),
    ("normal", Prefixed::Hex(Hex::Normal)),
    ("reversed", Prefixed::Hex(Hex::Reversed)),
    ("koopman", Prefixed::Hex(Hex::Koopman)),
    ("full", Prefixed::Hex(Hex::Full)),
    ("mask", Prefixed::Mask(Mask::Lags)),
    ("gr", Prefixed::Mask(Mask::GnuRadio)),
];

/// What takes the exponents: (exponent, byte offset).
pub(super) type Term<'t> = &'t mut dyn FnMut(u64, usize) -> Result<(), ParseError>;

/// The four hexadecimal notations of a CRC generator.
#[derive(Clone, Copy, PartialEq)]
enum Hex {
    Normal,
    Reversed,
    Koopman,
    Full,
}

/// The two readings of a mask of taps.
#[derive(Clone, Copy, PartialEq)]
enum Mask {
    /// Bit k - 1 is lag k; as many cells as the width says, else as the highest bit asks for.
    Lags,
    /// Mask and register length of GNU Radio's scramblers: one cell more than that, and bit i is lag n - i.
    GnuRadio,
}

/// The raised digits 0 to 9.
const SUPERSCRIPTS: [char; 10] =
    ['\u{2070}', '\u{b9}', '\u{b2}', '\u{b3}', '\u{2074}', '\u{2075}', '\u{2076}', '\u{2077}', '\u{2078}', '\u{2079}'];

struct Parser<'a> {
    /// Without blanks; the positions show where there were some.
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

    /// The next digit of a number whose last one ended at `end`: a blank ends a number.
    fn digit(&mut self, end: usize) -> Option<u64> {
        let (_, digit) = self.chars.next_if(|&(at, c)| at == end && c.is_ascii_digit())?;
        Some(u64::from(digit as u8 - b'0'))
    }

    /// A decimal number; huge ones stay huge.
    fn number(&mut self, what: &'static str) -> Result<u64, ParseError> {
        let Some(&(start, _)) = self.chars.peek() else { return self.expected(what) };
        let Some(mut value) = self.digit(start) else { return self.expected(what) };
        let mut end = start + 1;
        while let Some(digit) = self.digit(end) {
            value = value.saturating_mul(10).saturating_add(digit);
            end += 1;
        }
        Ok(value)
    }

    /// Whether the next thing is a digit, as behind a blank in a list.
    fn is_at_digit(&mut self) -> bool {
        self.chars.peek().is_some_and(|(_, c)| c.is_ascii_digit())
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
        } else if self.eat(|c| c == '^').is_some() {
            if self.eat(|c| c == '{').is_some() {
                let exponent = self.number("an exponent")?;
                return if self.eat(|c| c == '}').is_some() { Ok(exponent) } else { self.expected("'}'") };
            }
        } else if let Some(first) = self.superscript() {
            let mut value = first;
            while let Some(digit) = self.superscript() {
                value = value.saturating_mul(10).saturating_add(digit);
            }
            return Ok(value);
        } else if !self.is_at_digit() {
            return Ok(1);
        }
        self.number("an exponent")
    }

    /// A raised digit.
    fn superscript(&mut self) -> Option<u64> {
        let &(_, next) = self.chars.peek()?;
        let digit = SUPERSCRIPTS.iter().position(|digit| *digit == next)?;
        self.chars.next();
        Some(digit as u64)
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
            if self.eat(|c| c == ',').is_some() || self.is_at_digit() {
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
        let start = first.peek().map_or(0, |&(at, _)| at);
        while self.chars.next_if(|&(at, c)| at == start + digits as usize && c.is_ascii_hexdigit()).is_some() {
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

    /// 0x14, 0b10100/5, 31'h48000000, or 0x21/16
    fn mask(mut self, mask: Mask, term: Term<'_>) -> Result<(), ParseError> {
        let (mut width, bits) = self.base()?;
        let first = self.chars.clone();
        let start = self.chars.peek().map_or(0, |&(at, _)| at);
        let (mut end, mut digits, mut highest) = (start, 0u64, None);
        while let Some((_, c)) = self.chars.next_if(|&(at, c)| at == end && (c == '_' || c.is_digit(1 << bits))) {
            end += 1;
            let Some(value) = c.to_digit(1 << bits) else { continue };
            digits += 1;
            if highest.is_none() && value > 0 {
                highest = Some((digits, u64::from(value.ilog2())));
            }
        }
        if digits == 0 {
            return self.expected("the digits of a mask such as 0x14");
        }
        if width.is_none() && self.eat(|c| c == '/').is_some() {
            width = Some(self.number("the width in bits, a decimal number")?);
        }
        let cells = match (mask, width) {
            (Mask::GnuRadio, None) => return self.expected("'/' and the register length, as in 0x21/16"),
            (Mask::GnuRadio, Some(length)) => Some(length.saturating_add(1)),
            (Mask::Lags, width) => width,
        };
        if !self.is_done() {
            return self.expected("nothing more");
        }
        let at = self.offset + start;
        let Some((leading, top)) = highest else { return Err(ParseError { at, problem: Problem::NoCells }) };
        let least = (digits - leading) * u64::from(bits) + top + 1;
        let cells = cells.unwrap_or(least);
        if least > cells {
            return Err(ParseError { at, problem: Problem::WiderThan(cells) });
        }
        term(cells, at)?;
        for (at, c) in first.take_while(|&(at, _)| at < end) {
            let Some(value) = c.to_digit(1 << bits) else { continue };
            digits -= 1;
            for bit in (0..bits).rev().filter(|bit| value >> bit & 1 == 1) {
                let place = digits * u64::from(bits) + u64::from(bit);
                term(if mask == Mask::Lags { cells - 1 - place } else { place }, self.offset + at)?;
            }
        }
        Ok(())
    }

    /// What stands before the digits of a mask: the width, if it is there, and the bits of a digit.
    fn base(&mut self) -> Result<(Option<u64>, u32), ParseError> {
        let begin = self.chars.clone();
        if let Ok(width) = self.number("a width")
            && self.eat(|c| c == '\'').is_some()
        {
            return match self.eat(|c| matches!(c, 'h' | 'H' | 'b' | 'B' | 'o' | 'O')) {
                Some('h' | 'H') => Ok((Some(width), 4)),
                Some('o' | 'O') => Ok((Some(width), 3)),
                Some(_) => Ok((Some(width), 1)),
                None => self.expected("h, b or o, as in 16'hB400"),
            };
        }
        for (prefix, bits) in [('x', 4), ('b', 1)] {
            self.chars = begin.clone();
            if self.eat(|c| c == '0').is_some() && self.eat(|c| c.eq_ignore_ascii_case(&prefix)).is_some() {
                return Ok((None, bits));
            }
        }
        self.chars = begin;
        Ok((None, 4))
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
