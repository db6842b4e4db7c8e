//! The board, chosen by a feature: the streams of its link, its sources, its log, its panic handler.

#[cfg(not(any(feature = "qemu", feature = "stm32f4")))]
compile_error!("an image needs a board: --features qemu or stm32f4");

#[cfg(feature = "qemu")]
mod qemu;
#[cfg(feature = "stm32f4")]
mod received;
#[cfg(feature = "stm32f4")]
mod silicon;
#[cfg(feature = "stm32f4")]
mod spin;
#[cfg(feature = "stm32f4")]
mod stm32f4;

#[cfg(feature = "qemu")]
pub(crate) use qemu::{NAME, peripherals};
#[cfg(feature = "stm32f4")]
pub(crate) use stm32f4::{NAME, peripherals};
