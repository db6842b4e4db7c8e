//! The device's side of the link: a command loop over any pair of [`embedded_io`] streams, the kernels behind it, and the sources of
//! the bits it checks.
//!
//! Nothing here knows a board, so all of it is tested on the host too. The boards are modules of the binary.
#![no_std]
#![forbid(unsafe_code)]

mod log;

pub mod kernel;
pub mod queue;
pub mod ring;
pub mod serve;
pub mod source;
