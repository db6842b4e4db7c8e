//! Linear feedback shift registers over GF(2): what the host and a microcontroller share.
//!
//! The crate steps registers, finds the cycles of their state space and handles their bit streams. It is `no_std`, does not
//! allocate (without the feature `alloc`), and knows no thread, clock, file or terminal.
//!
//! # Conventions
//!
//! A register of degree *n* has the characteristic polynomial c(x) = x^n + c_{n-1} x^{n-1} + ... + c_0 and produces the
//! sequence s\[t+n\] = c_0 s\[t\] + ... + c_{n-1} s\[t+n-1\]. In the Fibonacci form bit *j* of the state is s\[t+j\]: a step shifts right
//! and the feedback enters at bit *n*-1. See [`register::Register`] for the Galois form and for XNOR feedback.
//!
//! # Example
//!
//! Every cycle of the 4-bit register x^4 + x^3 + 1, by the reference definition:
//!
//! ```
//! use lfsr_core::{cycle::brent, register::Register};
//!
//! let register = Register::from_characteristic(0b1_1001).unwrap();
//! let found = brent(|state| register.step(state), 0x1);
//! assert_eq!((found.preperiod, found.period), (0, 15));
//! ```
#![no_std]
#![deny(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "alloc")]
extern crate alloc;

#[cfg(feature = "alloc")]
pub mod algebra;
pub mod bit_order;
pub mod catalogue;
pub mod check;
pub mod cpu;
pub mod cycle;
pub mod cyclic;
pub mod gf2;
pub mod leap;
pub mod link;
pub mod massey;
pub mod notation;
#[cfg(feature = "alloc")]
pub mod poly;
pub mod random;
pub mod record;
mod recurrence;
pub mod register;
pub mod step;
pub mod stream;
mod sums;
pub mod unit;
pub mod vector;
