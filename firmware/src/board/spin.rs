//! [`Spin`]: short delays by counting cycles.

use embedded_hal::delay::DelayNs;

/// Waits at least as long as asked on a core of so many MHz.
pub(super) struct Spin {
    pub(super) megahertz: u32,
}

impl DelayNs for Spin {
    fn delay_ns(&mut self, ns: u32) {
        cortex_m::asm::delay((u64::from(ns) * u64::from(self.megahertz)).div_ceil(1000) as u32);
    }
}
