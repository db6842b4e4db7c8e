//! The board, chosen by a feature: the streams of its link, its sources, its log, its panic handler.
//!
//! What boards of silicon share stands here; each takes what it needs.

#[cfg(not(feature = "qemu"))]
#[allow(dead_code, reason = "not every board has a clock that interrupts")]
mod bits;
#[cfg(not(feature = "qemu"))]
mod received;
#[cfg(not(feature = "qemu"))]
mod silicon;
#[cfg(not(feature = "qemu"))]
#[allow(dead_code, reason = "not every board makes a clock by a pin")]
mod spin;

include!(concat!(env!("OUT_DIR"), "/board.rs"));
