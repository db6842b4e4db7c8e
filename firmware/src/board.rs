//! The board, chosen by a feature: the streams of its link, its sources, its log, its panic handler.

#[cfg(not(any(feature = "qemu", feature = "stm32f4", feature = "rp2040", feature = "nrf52840")))]
compile_error!("an image needs a board: --features qemu, stm32f4, rp2040 or nrf52840");

#[cfg(any(feature = "nrf52840", feature = "stm32f4"))]
mod bits;
#[cfg(feature = "nrf52840")]
mod nrf52840;
#[cfg(feature = "qemu")]
mod qemu;
#[cfg(not(feature = "qemu"))]
mod received;
#[cfg(feature = "rp2040")]
mod rp2040;
#[cfg(not(feature = "qemu"))]
mod silicon;
#[cfg(not(feature = "qemu"))]
mod spin;
#[cfg(feature = "stm32f4")]
mod stm32f4;

#[cfg(feature = "nrf52840")]
pub(crate) use nrf52840::{Inputs, NAME, Reading, Sending, peripherals};
#[cfg(feature = "qemu")]
pub(crate) use qemu::{Inputs, NAME, Receiving as Reading, Sending, peripherals};
#[cfg(feature = "rp2040")]
pub(crate) use rp2040::{Inputs, NAME, Reading, Sending, peripherals};
#[cfg(feature = "stm32f4")]
pub(crate) use stm32f4::{Inputs, NAME, Reading, Sending, peripherals};
