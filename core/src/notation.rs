//! Text to register and back: every notation of a polynomial that the field uses, each tied to a fixed reading.
//!
//! | notation | example | reading |
//! |---|---|---|
//! | polynomial | `x^16+x^14+x^13+x^11+1`, `x16+x14+x13+x11+1`, `1+x^{28}+x^{31}` | feedback polynomial: exponents k > 0 are lags |
//! | `char:` | `char:x^16+x^5+x^3+x^2+1` | characteristic polynomial |
//! | `taps:`, brackets, list | `taps:16,14,13,11`, `[16,14,13,11,0]`, `16,14,13,11` | lags; 0 may be given or left out |
//! | `coeffs:` | `coeffs:1,1,0,1` | c_0, c_1, ..., c_{n-1} of the characteristic polynomial |
//! | `mask:`, Verilog | `mask:0xB400`, `mask:0x12/5`, `31'h48000000` | bit k - 1 is lag k; of so many cells, or as the highest bit says |
//! | `gr:` | `gr:0x21/16` | mask and length of GNU Radio's scramblers: length + 1 cells, bit i is lag n - i |
//! | `normal:`, `reversed:` | `normal:0x1021/16`, `reversed:0x8408/16` | CRC generator without its leading term, of that width |
//! | `koopman:`, `full:` | `koopman:0x8810`, `full:0x11021` | CRC generator without its constant term; with all terms |
//!
//! A name such as `PRBS31` or `CRC-32` is that of an entry of the [`crate::catalogue`], with its form and gates. Behind a semicolon the words
//! `fibonacci`, `galois` and `xnor` say both for any notation: `x^4+x+1; galois xnor`.
//!
//! CRC notations give the characteristic polynomial. Letters may be of either case; blanks are ignored, except between digits: there they
//! separate (`taps:7 6`) or are an error.

mod error;
mod print;
mod read;
mod syntax;

pub use error::{ParseError, Problem};
#[cfg(feature = "alloc")]
pub use print::Notations;
pub use print::{Coefficients, List, Polynomial};
#[cfg(feature = "alloc")]
pub use read::{MAX_POLY_DEGREE, Notation};
pub use read::{parse, parse_row};

/// What the exponents of a parsed text are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Exponents k > 0 are lags; the constant term is implied.
    Feedback,
    /// Exponents of the characteristic polynomial, the leading term among them.
    Characteristic,
}
