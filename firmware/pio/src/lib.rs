//! `pio` without its macros: `rp2040-hal` asks for `pio`, and uses of it only what is in `pio-core`.
#![no_std]
#![forbid(unsafe_code)]

pub use pio_core::*;
