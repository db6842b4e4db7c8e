//! The host side of lfsrkit: engines over schedulers, and the command line.
//!
//! # Example
//!
//! ```
//! use lfsr_core::notation::parse;
//! ```
#![forbid(unsafe_code)]

pub mod sched;
