//! What `lfsr export` writes, in simulators, compilers and yosys: its own proofs, a second proof against registers written by hand, bits and counts
//! against the command line, linters, and changed modules, which must be refused.
//!
//! Needs the programs `iverilog`, `verilator`, `ghdl`, `yosys`, `gcc` and `clang` (Debian packages of those names). Without them the tests are skipped,
//! and say so, unless `CI` or `LFSR_REQUIRE_ORACLES` is set: then they fail. `LFSR_LONG=1` takes every entry of the catalogue at every width, and 1,000
//! changes.
#![allow(clippy::print_stdout, reason = "a test run says what it exercised")]

mod cocotb;
mod command_line;
mod link;
mod mutants;
mod proven;
mod serial;
mod ways;
