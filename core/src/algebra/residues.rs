//! [`Residues`]: the states of any register as residues, where one step is a product by x.
//!
//! With C of degree m and a sequence s that obeys it, sum s\[t\] x^(-t-1) = A / C for one A of degree less than m, and the sequence that
//! begins a step later has x A mod C. Complemented feedback in the Fibonacci form is the plain recurrence of (x + 1) c.

use crate::{
    poly::{Modulus, Poly},
    register::{AnyRegister, Form},
};

/// How the states of one register are residues modulo [`Residues::modulus`].
#[derive(Debug, Clone)]
pub(super) struct Residues {
    /// The register without its complement, where that only complements states and output.
    plain: AnyRegister,
    /// What such a complement adds to a state.
    flip: Poly,
    /// C, of degree n, or n + 1 for complemented feedback in the Fibonacci form.
    pub(super) modulus: Modulus,
}

impl Residues {
    pub(super) fn new(register: &AnyRegister) -> Self {
        let c = register.characteristic();
        let affine = register.xnor() && register.form() == Form::Fibonacci;
        let product = if affine { &(c << 1) + c } else { c.clone() };
        let (plain, flip) = if affine {
            (register.clone(), Poly::zero())
        } else {
            (register.clone().with_xnor(false), register.flip())
        };
        let modulus = Modulus::of_degree(&product, register.degree() + usize::from(affine));
        Self { plain, flip, modulus }
    }

    /// A for a state.
    pub(super) fn of(&self, state: &Poly) -> Poly {
        let n = self.plain.degree();
        let mut window = self.plain.output_from_state(&(&state.low(n) + &self.flip));
        if self.plain.xnor() {
            // The bit after the n of the state.
            let ones = self.plain.characteristic().low(n).exponents().filter(|&j| window.coefficient(j)).count();
            if ones % 2 == 0 {
                window += &Poly::monomial(n);
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
        let window = Poly::from_exponents(series.exponents().map(|i| m - 1 - i)).low(self.plain.degree());
        &self.plain.state_from_output(&window) + &self.flip
    }
}
