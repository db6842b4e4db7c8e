//! Linear feedback shift registers over GF(2), exactly: stepping, cycle structure, bit streams.
//!
//! `no_std`; nothing allocates without the feature `alloc`; no thread, clock, file or terminal. What a host and a microcontroller share.
//!
//! # Conventions
//!
//! A register of degree *n* has the characteristic polynomial c(x) = x^n + c_{n-1} x^{n-1} + ... + c_0 and produces the
//! sequence s\[t+n\] = c_0 s\[t\] + ... + c_{n-1} s\[t+n-1\]. In the Fibonacci form bit *j* of the state is s\[t+j\]: a step shifts right
//! and the feedback enters at bit *n*-1. See [`Register`] for the Galois form and for XNOR feedback.
//!
//! # Things people need
//!
//! | to | take | example |
//! |---|---|---|
//! | describe a register | [`Register`], [`AnyRegister`] | below |
//! | read a polynomial, taps, a CRC notation, a name | [`parse`], [`notation`] | `examples/notations.rs` |
//! | step it, forward and back | [`Register::step`], [`Register::step_back`] | below |
//! | find a state's period without memory | [`brent`] | `examples/period.rs` |
//! | jump any number of steps | [`AnyRegister::jump`] | `examples/any_degree.rs` |
//! | count the steps between two states | [`AnyRegister::index`] | `examples/any_degree.rs` |
//! | test whether it is of maximal length; all its cycles | [`AnyRegister::structure`] | `examples/any_degree.rs` |
//! | make its bits, 64 to 512 at a time | [`Words`], [`Blocks`] | `examples/check_stream.rs` |
//! | check received bits: lock, errors, slips | [`Checker`] | `examples/check_stream.rs` |
//! | scramble data and take it off again | [`scramble::Scrambler`] | [`mod@scramble`] |
//! | compute a CRC of any parameters | [`crc::Crc`] | [`mod@crc`] |
//! | find the register behind some bits | [`Massey`] | `examples/identify.rs` |
//! | talk to a device that does these things | [`link::Client`] | `examples/device.rs` |
//!
//! ```
//! use lfsr_core::{Register, brent, parse};
//!
//! // x^4 + x + 1, its lags as exponents: y[t] = y[t-1] + y[t-4].
//! let register: Register = parse("x^4+x+1").unwrap();
//! assert!(register.lags().eq([1, 4]));
//! let next = register.step(0b0001);
//! assert_eq!(register.step_back(next), Some(0b0001));
//! assert_eq!(brent(|state| register.step(state), 0b0001).period, 15);
//! ```
//!
//! # Features
//!
//! | feature | brings | needs |
//! |---|---|---|
//! | (none) | registers up to degree 64: notations, catalogue, steps, streams, checker, cycle kernels | nothing |
//! | `alloc` | polynomials and registers of any degree, the algebra | a global allocator |
//! | `link` | frames and messages between host and device, both ends | serde, postcard, heapless, embedded-io |
//! | `defmt` | `defmt::Format` for what a device logs | defmt |
//!
//! # Map
//!
//! | modules | what |
//! |---|---|
//! | [`register`], [`notation`], [`catalogue`], [`bit_order`] | what a register is, in words and in text |
//! | [`step`], [`stream`], [`check`], [`massey`], [`lane`] | its bits: one by one, by words and vectors; received ones, several streams in one |
//! | [`mod@crc`], [`mod@scramble`] | what it does to messages: checksums, scrambling |
//! | [`cycle`], [`cyclic`], [`leap`], [`mod@unit`], [`record`] | its cycles: arcs, leaders, cosets; jumping ahead to check them |
//! | [`gf2`], [`poly`], [`algebra`] | polynomials up to degree 127, of any degree, and what follows from their factors |
//! | [`vector`], [`cpu`] | instructions: which there are, which are used |
//! | [`link`] | the wire |
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
pub mod crc;
pub mod cycle;
pub mod cyclic;
pub mod gf2;
pub mod lane;
pub mod leap;
#[cfg(feature = "link")]
pub mod link;
pub mod massey;
pub mod notation;
#[cfg(feature = "alloc")]
pub mod poly;
pub mod random;
pub mod record;
mod recurrence;
pub mod register;
pub mod scramble;
pub mod step;
pub mod stream;
mod sums;
pub mod unit;
pub mod vector;

#[cfg(feature = "alloc")]
pub use register::AnyRegister;
pub use {
    check::Checker,
    cycle::brent,
    massey::Massey,
    notation::parse,
    register::{Form, Register},
    stream::{Blocks, Words},
};
