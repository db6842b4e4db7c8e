//! [`AnyRegister`]: a register of any degree.

use alloc::vec::Vec;
use core::fmt;

use super::{Form, Register, RegisterError, show_words};
use crate::poly::{Poly, power_series_inverse};

/// A linear (or, with XNOR, affine) feedback shift register of any degree from 1 on: what [`Register`] is up to degree 64.
///
/// States are [`Poly`]s: bit j of the state is the coefficient of x^j. Steps, forms and XNOR are as [`Register`] defines them.
///
/// ```
/// use lfsr_core::register::AnyRegister;
///
/// let register: AnyRegister = "x^1279+x^216+1".parse().unwrap();
/// assert_eq!(register.degree(), 1279);
/// assert_eq!(register.lags().collect::<Vec<_>>(), [216, 1279]);
/// assert!(register.narrow().is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnyRegister {
    /// c(x), of degree at least 1.
    characteristic: Poly,
    form: Form,
    xnor: bool,
}

impl AnyRegister {
    /// The Fibonacci register with that characteristic polynomial.
    ///
    /// # Errors
    /// [`RegisterError::NoCells`] if it is constant.
    pub fn from_characteristic(characteristic: Poly) -> Result<Self, RegisterError> {
        match characteristic.degree() {
            None | Some(0) => Err(RegisterError::NoCells),
            Some(_) => Ok(Self { characteristic, form: Form::Fibonacci, xnor: false }),
        }
    }

    /// Of a polynomial that is known not to be constant.
    pub(crate) fn of_degree_1_or_more(characteristic: Poly, form: Form, xnor: bool) -> Self {
        Self { characteristic, form, xnor }
    }

    /// The same polynomial in another form.
    #[must_use]
    pub fn with_form(self, form: Form) -> Self {
        Self { form, ..self }
    }

    /// The same polynomial with plain (`false`) or complemented (`true`) feedback.
    #[must_use]
    pub fn with_xnor(self, xnor: bool) -> Self {
        Self { xnor, ..self }
    }

    /// The register as one of degree 1 to 64, whose states fit a word; `None` if it is wider.
    #[must_use]
    pub fn narrow(&self) -> Option<Register> {
        let register = Register::from_characteristic(self.characteristic.to_u128()?).ok()?;
        Some(register.with_form(self.form).with_xnor(self.xnor))
    }

    /// c(x).
    #[must_use]
    pub fn characteristic(&self) -> &Poly {
        &self.characteristic
    }

    /// Where the XOR gates sit.
    #[must_use]
    pub fn form(&self) -> Form {
        self.form
    }

    /// Whether the feedback is complemented.
    #[must_use]
    pub fn xnor(&self) -> bool {
        self.xnor
    }

    /// n, the number of cells: at least 1.
    #[must_use]
    pub fn degree(&self) -> usize {
        self.characteristic.degree().unwrap_or(0)
    }

    /// k, where c = x^k g with g(0) = 1: 0 if the map is a permutation, else the longest preperiod.
    #[must_use]
    pub fn singularity(&self) -> usize {
        self.characteristic.trailing_zeros()
    }

    /// Whether some states have no predecessor (c_0 = 0).
    #[must_use]
    pub fn is_singular(&self) -> bool {
        self.singularity() > 0
    }

    /// The reciprocal of c(x): bit k set for each lag k, and bit 0.
    #[must_use]
    pub fn feedback(&self) -> Poly {
        // The reciprocal of x^k g is that of g.
        self.characteristic.reciprocal()
    }

    /// The lags k in ascending order: y\[t\] = XOR of y\[t-k\].
    pub fn lags(&self) -> impl DoubleEndedIterator<Item = usize> + use<> {
        let lags: Vec<usize> = self.feedback().exponents().filter(|&k| k > 0).collect();
        lags.into_iter()
    }

    /// The state of n ones.
    #[must_use]
    pub fn ones(&self) -> Poly {
        Poly::from_exponents(0..self.degree())
    }

    /// The Fibonacci register that produces the same set of output sequences; see [`Register::sequence`].
    #[must_use]
    pub fn sequence(&self) -> Self {
        let even = self.lags().count().is_multiple_of(2);
        let xnor = self.xnor && (self.form == Form::Fibonacci || even);
        Self { characteristic: self.characteristic.clone(), form: Form::Fibonacci, xnor }
    }

    /// The state that puts out the bits of `window` (bit j = output j steps from now) next; bits beyond the degree are ignored.
    ///
    /// # Complexity
    /// Galois: one product of n bits, O(M(n)).
    #[must_use]
    pub fn state_from_output(&self, window: &Poly) -> Poly {
        let n = self.degree();
        let window = window.low(n);
        match self.form {
            Form::Fibonacci => window,
            Form::Galois => &(&(&window + &self.flip()) * &self.feedback()).low(n) + &self.flip(),
        }
    }

    /// The next n output bits of `state`: the inverse of [`AnyRegister::state_from_output`].
    ///
    /// # Complexity
    /// Galois: one division of power series of n bits, O(M(n)).
    #[must_use]
    pub fn output_from_state(&self, state: &Poly) -> Poly {
        let n = self.degree();
        let state = state.low(n);
        match self.form {
            Form::Fibonacci => state,
            Form::Galois => {
                let inverse = power_series_inverse(&self.feedback(), n);
                &(&(&state + &self.flip()) * &inverse).low(n) + &self.flip()
            }
        }
    }

    /// The state of the register of that `form` whose output is that of `state` here; `None` where the outputs of the two forms
    /// differ for good: see [`Register::state_in`].
    #[must_use]
    pub fn state_in(&self, form: Form, state: &Poly) -> Option<Poly> {
        let other = self.clone().with_form(form);
        (other.sequence() == self.sequence()).then(|| other.state_from_output(&self.output_from_state(state)))
    }

    /// What XNOR gates in a Galois register complement before and after a step.
    pub(crate) fn flip(&self) -> Poly {
        if self.xnor { self.ones() } else { Poly::zero() }
    }
}

impl From<Register> for AnyRegister {
    fn from(register: Register) -> Self {
        Self {
            characteristic: Poly::from_u128(register.characteristic()),
            form: register.form(),
            xnor: register.xnor(),
        }
    }
}

/// As [`Register`]'s.
impl fmt::Display for AnyRegister {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "char:{}", self.characteristic)?;
        show_words(self.form, self.xnor, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::tests::{registers_of_every_degree, splitmix};

    #[test]
    fn agrees_with_the_register_of_a_word() {
        let mut random = 5;
        for register in registers_of_every_degree() {
            let any = AnyRegister::from(register);
            assert_eq!(any.narrow(), Some(register));
            assert_eq!(any.degree(), register.degree() as usize);
            assert_eq!(any.singularity(), register.singularity() as usize);
            assert_eq!(any.feedback().to_u128(), Some(register.feedback()));
            assert!(any.lags().eq(register.lags().map(|k| k as usize)));
            assert_eq!(any.sequence().narrow(), Some(register.sequence()));
            let state = splitmix(&mut random) & register.state_mask();
            let poly = |state: u64| Poly::from_u128(state.into());
            assert_eq!(any.state_from_output(&poly(state)), poly(register.state_from_output(state)));
            assert_eq!(any.output_from_state(&poly(state)), poly(register.output_from_state(state)));
            for form in [Form::Fibonacci, Form::Galois] {
                assert_eq!(any.state_in(form, &poly(state)), register.state_in(form, state).map(poly));
            }
        }
    }

    #[test]
    fn beyond_degree_64() {
        let register = AnyRegister::from_characteristic(Poly::from_exponents([1279, 216, 0])).unwrap();
        let state = Poly::from_exponents([1278, 700, 3]);
        let galois = register.state_in(Form::Galois, &state).unwrap();
        assert_eq!(register.clone().with_form(Form::Galois).state_in(Form::Fibonacci, &galois), Some(state));
        assert_eq!(AnyRegister::from_characteristic(Poly::one()), Err(RegisterError::NoCells));
    }
}
