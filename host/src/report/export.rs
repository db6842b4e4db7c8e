//! Registers as hardware and software: a network of sums, shared, printed in a language, with a bench that proves it.
//!
//! ```text
//!      design          what is wanted: a signal or an algorithm, what it does, how many bits at each clock
//!        ports         the names that it has outside
//!        network       what each output and each next state bit is the sum of: W steps of the definition, on symbols
//!          sharing     sums that several need are made once; no path becomes deeper than without
//!          words       the same as operations on machine words, for software
//!        model         the same by stepping numbers, as core does
//!          vectors     clocks with their inputs and outputs, for the bench
//!          shape       what a line of a module may be: a sum, or a line that the exporter writes
//!        language      Verilog, SystemVerilog, VHDL, C, Rust: the module and a bench that compares
//! ```
//!
//! `network` steps symbols, `model` steps numbers: what one gets wrong the other finds.

pub mod design;
mod language;
mod model;
mod network;
mod ports;
pub mod shape;
mod sharing;
mod vectors;
mod words;

#[cfg(test)]
mod tests;

pub use design::{Checker, Counter, CounterError, CrcUnit, Design, DesignError, Kind, MOST_WIDTH, checked};
pub use language::{File, Language};
