//! Polynomials and lists as text.

#[cfg(feature = "alloc")]
use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

#[cfg(feature = "alloc")]
use crate::{poly::Poly, register::AnyRegister};

/// `x^16+x^5+x^3+x^2+1`: bit i of the value is the coefficient of x^i. Zero is `0`.
#[derive(Debug, Clone, Copy)]
pub struct Polynomial(pub u128);

impl fmt::Display for Polynomial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0");
        }
        let mut plus = "";
        for i in (0..128).rev().filter(|i| self.0 >> i & 1 == 1) {
            f.write_str(plus)?;
            plus = "+";
            match i {
                0 => f.write_str("1")?,
                1 => f.write_str("x")?,
                _ => write!(f, "x^{i}")?,
            }
        }
        Ok(())
    }
}

/// `16,14,13,11`: the set bits, highest first.
#[derive(Debug, Clone, Copy)]
pub struct List(pub u128);

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut comma = "";
        for i in (0..128).rev().filter(|i| self.0 >> i & 1 == 1) {
            write!(f, "{comma}{i}")?;
            comma = ",";
        }
        Ok(())
    }
}

/// `1,1,0,1`: c_0, ..., c_{n-1} of a characteristic polynomial given with its leading term.
#[derive(Debug, Clone, Copy)]
pub struct Coefficients(pub u128);

impl fmt::Display for Coefficients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let degree = 127 - (self.0 | 1).leading_zeros();
        let mut comma = "";
        for i in 0..degree {
            write!(f, "{comma}{}", self.0 >> i & 1)?;
            comma = ",";
        }
        Ok(())
    }
}

/// One register in every notation that [`super::Notation::read`] takes.
#[cfg(feature = "alloc")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notations {
    /// `char:x^16+x^5+x^3+x^2+1`
    pub characteristic: String,
    /// `x^16+x^14+x^13+x^11+1`; `None` for a singular register, whose degree is no lag.
    pub feedback: Option<String>,
    /// The same as many standards print it: `1+x^11+x^13+x^14+x^16`.
    pub ascending: Option<String>,
    /// `taps:16,14,13,11`
    pub taps: String,
    /// `coeffs:1,0,1,1,0,1,0,0,0,0,0,0,0,0,0,0`
    pub coefficients: String,
    /// `normal:0x002d/16`
    pub normal: String,
    /// `reversed:0xb400/16`
    pub reversed: String,
    /// `koopman:0x8016`; `None` for a singular register, which has no constant term to leave out.
    pub koopman: Option<String>,
    /// `full:0x1002d`
    pub full: String,
}

#[cfg(feature = "alloc")]
impl Notations {
    /// Of the polynomial of `register`, whatever its form.
    #[must_use]
    pub fn new(register: &AnyRegister) -> Self {
        let (c, n) = (register.characteristic(), register.degree());
        let has_feedback = !register.is_singular();
        let ascending = || {
            let terms = register.lags().map(|k| if k == 1 { "+x".to_owned() } else { format!("+x^{k}") });
            format!("1{}", terms.collect::<String>())
        };
        let list = |numbers: &mut dyn Iterator<Item = usize>| {
            numbers.map(|number| number.to_string()).collect::<Vec<_>>().join(",")
        };
        let low = c.low(n);
        let reversed = Poly::from_exponents(low.exponents().map(|i| n - 1 - i));
        let digits = n.div_ceil(4);
        let mask = |poly: &Poly| format!("{}/{n}", poly.to_hex(digits));
        Self {
            characteristic: format!("char:{c}"),
            feedback: has_feedback.then(|| register.feedback().to_string()),
            ascending: has_feedback.then(ascending),
            taps: format!("taps:{}", list(&mut register.lags().rev())),
            coefficients: format!("coeffs:{}", list(&mut (0..n).map(|i| usize::from(c.coefficient(i))))),
            normal: format!("normal:{}", mask(&low)),
            reversed: format!("reversed:{}", mask(&reversed)),
            koopman: has_feedback.then(|| format!("koopman:{:#x}", c >> 1)),
            full: format!("full:{c:#x}"),
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::format;

    use super::*;
    use crate::notation::{parse, parse_row};
    use crate::register::tests::registers_of_every_degree;

    #[test]
    fn printed_is_parsed() {
        for register in registers_of_every_degree() {
            let (c, n) = (register.characteristic(), register.degree());
            let parsed = |text: &str| parse(text).map(|r| r.characteristic());
            assert_eq!(parsed(&format!("char:{}", Polynomial(c))), Ok(c));
            assert_eq!(parse_row(&format!("{}", Coefficients(c))).map(|r| r.characteristic()), Ok(c));
            assert_eq!(parsed(&format!("full:{c:#x}")), Ok(c));
            assert_eq!(parsed(&format!("normal:{:#x}/{n}", c ^ 1 << n)), Ok(c));
            let reversed = (c ^ 1 << n).reverse_bits() >> (128 - n);
            assert_eq!(parsed(&format!("reversed:{reversed:#x}/{n}")), Ok(c));
            if !register.is_singular() {
                assert_eq!(parsed(&format!("{}", Polynomial(register.feedback()))), Ok(c));
                assert_eq!(parsed(&format!("taps:{}", List(register.feedback() & !1))), Ok(c));
                assert_eq!(parsed(&format!("koopman:{:#x}", c >> 1)), Ok(c));
            }
        }
        assert_eq!(format!("{}", Polynomial(0)), "0");
    }

    #[cfg(feature = "alloc")]
    #[test]
    fn all_notations_are_read_back() {
        let registers = registers_of_every_degree().map(AnyRegister::from);
        let wide = AnyRegister::from_characteristic(Poly::from_exponents([300, 7, 0])).unwrap();
        for register in registers.chain([wide]) {
            let written = Notations::new(&register);
            let optional = [written.feedback, written.ascending, written.koopman];
            // A singular register has lags, but its degree is not among them.
            let taps = (!register.is_singular()).then_some(written.taps);
            let always = [written.characteristic, written.coefficients, written.normal, written.reversed, written.full];
            for text in always.into_iter().chain(optional.into_iter().flatten()).chain(taps) {
                let read = crate::notation::Notation::read(&text).unwrap();
                assert_eq!(&read.characteristic, register.characteristic(), "{text}");
            }
        }
    }
}
