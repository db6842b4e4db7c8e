//! Polynomials and lists as text.

use core::fmt;

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

#[cfg(test)]
mod tests {
    extern crate std;
    use std::format;

    use super::*;
    use crate::notation::{parse, parse_coefficients};
    use crate::register::tests::registers_of_every_degree;

    #[test]
    fn printed_is_parsed() {
        for register in registers_of_every_degree() {
            let (c, n) = (register.characteristic(), register.degree());
            let parsed = |text: &str| parse(text).map(|r| r.characteristic());
            assert_eq!(parsed(&format!("char:{}", Polynomial(c))), Ok(c));
            assert_eq!(parse_coefficients(&format!("{}", Coefficients(c))).map(|r| r.characteristic()), Ok(c));
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
}
