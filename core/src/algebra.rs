//! What can be known of a register without running it: factors, orders, every cycle length and count, a state on each cycle.
//!
//! Everything here is exact, of any degree (feature `alloc`). Where a factorisation of 2^d - 1 is not known, an [`Order`] is a
//! pair of proven bounds and questions that depend on it are answered with [`Unanswered`], never with a guess.
//!
//! ```
//! use lfsr_core::register::AnyRegister;
//!
//! // (x + 1)^2 (x^2 + x + 1)
//! let register: AnyRegister = "char:x^4+x^3+x+1".parse().unwrap();
//! let structure = register.structure();
//! assert_eq!(structure.order().exact(), Some(&6u32.into()));
//! let cycles = structure.cycles().unwrap();
//! let list: Vec<_> = cycles.iter().map(|cycle| (cycle.period.to_string(), cycle.count.to_string())).collect();
//! assert_eq!(list, [("1", "2"), ("2", "1"), ("3", "2"), ("6", "1")].map(|(p, c)| (p.into(), c.into())));
//! ```

mod calculus;
mod certificate;
mod decimate;
mod index;
mod jump;
mod mersenne;
mod order;
mod representative;
mod residues;
mod search;
mod structure;

pub use certificate::{Certificate, PrimeFactor, Proof};
pub use index::{Index, NoIndex};
pub use jump::Direction;
pub use mersenne::{MersenneFactors, TABLE_END, is_mersenne_exponent, mersenne_factors};
pub use num_bigint::BigUint;
pub use order::{Order, is_primitive, order_of_irreducible};
pub use representative::{Representative, Representatives};
pub use search::{Candidates, primitive_count, random_candidate};
pub use structure::{Cycles, Factor, MAX_PERIODS, Structure, Unanswered};

/// The greatest common divisor (Euclid).
fn gcd(a: &BigUint, b: &BigUint) -> BigUint {
    let (mut a, mut b) = (a.clone(), b.clone());
    while b != BigUint::ZERO {
        let rest = &a % &b;
        (a, b) = (b, rest);
    }
    a
}

/// The least common multiple of two positive integers.
fn lcm(a: &BigUint, b: &BigUint) -> BigUint {
    let gcd = gcd(a, b);
    if gcd == BigUint::ZERO { gcd } else { a / gcd * b }
}

/// 2^n.
fn power_of_two(n: usize) -> BigUint {
    BigUint::from(1u32) << n
}
