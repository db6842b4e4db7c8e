//! Finding cycles.

mod brent;
mod floyd;

pub use brent::brent;
pub use floyd::floyd;

/// The tail and the cycle that a state runs into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Orbit {
    /// mu: steps before the first state that is visited again; 0 unless the register is singular.
    pub preperiod: u64,
    /// lambda: the length of the cycle.
    pub period: u64,
}
