//! [`Subject`]: a register of any degree, as it comes from the input.

use core::fmt;

use lfsr_core::{
    poly::Poly,
    register::{Form, Register},
};

/// A register of any degree: what it is, not how it is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// c(x), of degree at least 1.
    pub characteristic: Poly,
    /// Where the XOR gates sit.
    pub form: Form,
    /// Whether the feedback is complemented.
    pub xnor: bool,
}

impl Subject {
    /// The register, if its states fit a word: only such can be enumerated.
    #[must_use]
    pub fn register(&self) -> Option<Register> {
        let register = Register::from_characteristic(self.characteristic.to_u128()?).ok()?;
        Some(register.with_form(self.form).with_xnor(self.xnor))
    }

    /// n.
    #[must_use]
    pub fn degree(&self) -> usize {
        self.characteristic.degree().unwrap_or(0)
    }

    /// k, where c = x^k g with g(0) = 1.
    #[must_use]
    pub fn singularity(&self) -> usize {
        self.characteristic.trailing_zeros()
    }

    /// Bit k set for each lag k, and bit 0.
    #[must_use]
    pub fn feedback(&self) -> Poly {
        // The reciprocal of x^k g is that of g.
        self.characteristic.reciprocal()
    }

    /// The lags, ascending.
    #[must_use]
    pub fn lags(&self) -> Vec<usize> {
        self.feedback().exponents().filter(|&k| k > 0).collect()
    }
}

impl From<&Register> for Subject {
    fn from(register: &Register) -> Self {
        Self {
            characteristic: Poly::from_u128(register.characteristic()),
            form: register.form(),
            xnor: register.xnor(),
        }
    }
}

/// For messages: the polynomial, and the words that CSV input has for form and XNOR.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "char:{}", self.characteristic)?;
        let galois = self.form == Form::Galois;
        match (galois, self.xnor) {
            (false, false) => Ok(()),
            (false, true) => f.write_str("; xnor"),
            (true, false) => f.write_str("; galois"),
            (true, true) => f.write_str("; galois xnor"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_registers() {
        for c in 2..1u128 << 9 {
            let register = Register::from_characteristic(c).unwrap();
            let subject = Subject { characteristic: Poly::from_u128(c), form: Form::Fibonacci, xnor: false };
            assert_eq!(subject.register(), Some(register));
            assert_eq!(subject.degree(), register.degree() as usize);
            assert_eq!(subject.singularity(), register.singularity() as usize);
            assert_eq!(subject.feedback().to_u128(), Some(register.feedback()));
            assert!(subject.lags().into_iter().eq(register.lags().map(|k| k as usize)));
        }
    }
}
