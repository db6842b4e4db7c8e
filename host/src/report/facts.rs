//! [`Facts`]: what the polynomial alone says of a register.

use lfsr_core::{gf2, register::Register};

/// One irreducible factor of the characteristic polynomial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factor {
    /// The factor, bit i = coefficient of x^i.
    pub poly: u128,
    /// How often it divides.
    pub multiplicity: u32,
    /// The order of x modulo it; `None` for x itself.
    pub order: Option<u128>,
}

/// Factors, order, irreducible, primitive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// In ascending order.
    pub factors: Vec<Factor>,
    /// The order of x modulo g, where c = x^k g.
    pub order: Option<u128>,
    /// Whether c is irreducible.
    pub irreducible: bool,
    /// Whether c is primitive.
    pub primitive: bool,
}

impl Facts {
    /// The facts about `register`. Well below a millisecond.
    #[must_use]
    pub fn new(register: &Register) -> Self {
        let c = register.characteristic();
        let factors = gf2::factor(c);
        let factors = factors.iter().map(|(poly, multiplicity)| {
            let order = if poly == 0b10 { None } else { gf2::order_of_irreducible(poly) };
            Factor { poly, multiplicity, order }
        });
        let g = c >> register.singularity();
        Self {
            factors: factors.collect(),
            order: if g == 1 { Some(1) } else { gf2::order(g) },
            irreducible: gf2::is_irreducible(c),
            primitive: gf2::is_primitive(c).unwrap_or(false),
        }
    }
}
