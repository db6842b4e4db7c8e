//! [`Orbit`]: the states of any register as residues, where one step is a product by x.
//!
//! With C of degree m and a sequence s that obeys it, sum s\[t\] x^(-t-1) = A / C for one A of degree less than m, and the sequence that
//! begins a step later has x A mod C. Complemented feedback in the Fibonacci form is the plain recurrence of (x + 1) c.

use super::{fibonacci_to_galois, galois_to_fibonacci};
use crate::{
    poly::{Modulus, Poly},
    register::Form,
};

/// How the states of one register are residues modulo [`Orbit::modulus`].
#[derive(Debug, Clone)]
pub(super) struct Orbit {
    c: Poly,
    degree: usize,
    form: Form,
    xnor: bool,
    /// C, of degree n, or n + 1 for complemented feedback in the Fibonacci form.
    pub(super) modulus: Modulus,
}

impl Orbit {
    /// `None` for a constant polynomial.
    pub(super) fn new(c: &Poly, form: Form, xnor: bool) -> Option<Self> {
        let degree = c.degree().filter(|degree| *degree > 0)?;
        let affine = xnor && form == Form::Fibonacci;
        let modulus = if affine { Modulus::new(&(&(c << 1) + c))? } else { Modulus::new(c)? };
        Some(Self { c: c.clone(), degree, form, xnor, modulus })
    }

    fn ones(&self) -> Poly {
        Poly::from_exponents(0..self.degree)
    }

    /// A for a state.
    pub(super) fn residue(&self, state: &Poly) -> Poly {
        let state = state.low(self.degree);
        let mut window = match (self.form, self.xnor) {
            (Form::Fibonacci, _) => state,
            (Form::Galois, false) => galois_to_fibonacci(&self.c, &state),
            (Form::Galois, true) => galois_to_fibonacci(&self.c, &(&state + &self.ones())),
        };
        if self.form == Form::Fibonacci && self.xnor {
            let ones = self.c.low(self.degree).exponents().filter(|&j| window.coefficient(j)).count();
            if ones % 2 == 0 {
                window += &Poly::monomial(self.degree);
            }
        }
        let m = self.modulus.degree();
        let backwards = Poly::from_exponents(window.exponents().map(|t| m - 1 - t));
        &(self.modulus.poly() * &backwards) >> m
    }

    /// The state of A.
    pub(super) fn state(&self, residue: &Poly) -> Poly {
        let m = self.modulus.degree();
        let series = (residue << m).divrem(self.modulus.poly()).map_or_else(Poly::zero, |(quotient, _)| quotient);
        let window = Poly::from_exponents(series.exponents().map(|i| m - 1 - i)).low(self.degree);
        match (self.form, self.xnor) {
            (Form::Fibonacci, _) => window,
            (Form::Galois, false) => fibonacci_to_galois(&self.c, &window),
            (Form::Galois, true) => &fibonacci_to_galois(&self.c, &window) + &self.ones(),
        }
    }
}
