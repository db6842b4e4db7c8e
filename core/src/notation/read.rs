//! From a text to a register: [`parse`] for degrees up to 64, [`Notation`] for any.

#[cfg(feature = "alloc")]
use alloc::vec::Vec;
use core::str::FromStr;

use super::{
    ParseError, Problem, Side,
    syntax::{Bare, Reading, read},
};
use crate::register::{MAX_DEGREE, Register};
#[cfg(feature = "alloc")]
use crate::{
    catalogue::Entry,
    poly::Poly,
    register::{AnyRegister, Form},
};

/// The register that `text` describes, in any notation; without another word it is a Fibonacci register with XOR gates.
///
/// # Errors
/// With the byte offset at which the text stops being a register of degree 1 to [`MAX_DEGREE`].
pub fn parse(text: &str) -> Result<Register, ParseError> {
    register(text, Bare::Polynomial)
}

/// As [`parse`], for a line of a CSV file, where bare zeros and ones are the coefficients c_0, c_1, ..., c_{n-1}.
///
/// # Errors
/// As [`parse`].
pub fn parse_row(text: &str) -> Result<Register, ParseError> {
    register(text, Bare::Coefficients)
}

impl FromStr for Register {
    type Err = ParseError;

    /// [`parse`].
    fn from_str(text: &str) -> Result<Self, ParseError> {
        parse(text)
    }
}

fn register(text: &str, bare: Bare) -> Result<Register, ParseError> {
    let mut terms = Terms::default();
    let Reading { side, entry, form, xnor } = read(text, bare, &mut |exponent, at| terms.add(exponent, at))?;
    if let Side::Feedback = side {
        terms.0 |= 1;
        let degree = 127 - terms.0.leading_zeros();
        terms.0 = terms.0.reverse_bits() >> (127 - degree);
    }
    let register =
        Register::from_characteristic(terms.0).map_err(|_| ParseError { at: 0, problem: Problem::NoCells })?;
    let form = form.or(entry.map(|entry| entry.form)).unwrap_or_default();
    Ok(register.with_form(form).with_xnor(xnor || entry.is_some_and(|entry| entry.xnor)))
}

/// A polynomial that fits a register of degree 64.
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
}

/// The largest degree of a polynomial that is read from text, 2^20: dense ones of that degree are still factored in hours.
#[cfg(feature = "alloc")]
pub const MAX_POLY_DEGREE: u64 = 1 << 20;

/// All that a text says of a register of any degree, read once.
///
/// ```
/// use lfsr_core::notation::{Notation, Side};
///
/// let notation = Notation::read("PRBS31").unwrap();
/// assert_eq!(notation.entry.unwrap().name, "PRBS31");
/// let notation = Notation::read("x^200+x^7+1; galois").unwrap();
/// assert_eq!(notation.side, Side::Feedback);
/// assert_eq!(notation.register().to_string(), "char:x^200+x^193+1; galois");
/// ```
#[cfg(feature = "alloc")]
#[derive(Debug, Clone)]
pub struct Notation {
    /// c(x), of degree 1 to [`MAX_POLY_DEGREE`].
    pub characteristic: Poly,
    /// Which polynomial the text gives.
    pub side: Side,
    /// The entry of the catalogue, if the text is its name.
    pub entry: Option<&'static Entry>,
    /// The form, if the text says it behind a semicolon.
    pub form: Option<Form>,
    /// Whether the text says XNOR behind a semicolon.
    pub xnor: bool,
}

#[cfg(feature = "alloc")]
impl Notation {
    /// Reads a text in any notation.
    ///
    /// # Errors
    /// With the byte offset at which the text stops being a register of degree 1 to [`MAX_POLY_DEGREE`].
    pub fn read(text: &str) -> Result<Self, ParseError> {
        Self::new(text, Bare::Polynomial)
    }

    /// Reads a line of a CSV file, where bare zeros and ones are the coefficients c_0, c_1, ..., c_{n-1}.
    ///
    /// # Errors
    /// As [`Notation::read`].
    pub fn read_row(text: &str) -> Result<Self, ParseError> {
        Self::new(text, Bare::Coefficients)
    }

    fn new(text: &str, bare: Bare) -> Result<Self, ParseError> {
        let mut terms = LongTerms::default();
        let Reading { side, entry, form, xnor } = read(text, bare, &mut |exponent, at| terms.add(exponent, at))?;
        let characteristic = match side {
            Side::Characteristic => terms.into_poly()?,
            Side::Feedback => {
                terms.set(0);
                terms.into_poly()?.reciprocal()
            }
        };
        Ok(Self { characteristic, side, entry, form, xnor })
    }

    /// The register: where the text does not say it, in the form and with the gates of the catalogue's entry, else Fibonacci with XOR.
    #[must_use]
    pub fn register(&self) -> AnyRegister {
        self.register_or(None, false)
    }

    /// The register, with another form, and XNOR gates too, where the text does not say it: what command-line options want.
    #[must_use]
    pub fn register_or(&self, form: Option<Form>, xnor: bool) -> AnyRegister {
        let form = self.form.or(form).or(self.entry.map(|entry| entry.form)).unwrap_or_default();
        let xnor = self.xnor || xnor || self.entry.is_some_and(|entry| entry.xnor);
        AnyRegister::of_degree_1_or_more(self.characteristic.clone(), form, xnor)
    }
}

#[cfg(feature = "alloc")]
impl FromStr for AnyRegister {
    type Err = ParseError;

    /// [`Notation::read`].
    fn from_str(text: &str) -> Result<Self, ParseError> {
        Notation::read(text).map(|notation| notation.register())
    }
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

#[cfg(test)]
mod tests;
