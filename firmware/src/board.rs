//! The board, chosen by a feature: the streams of its link, its sources, its log, its panic handler.

#[cfg(feature = "qemu")]
mod qemu;

#[cfg(feature = "qemu")]
pub(crate) use qemu::{NAME, peripherals};
