//! [`Port`]: a register of the chip.

/// A register of the chip.
#[derive(Clone, Copy)]
pub(super) struct Port(pub(super) usize);

impl Port {
    pub(super) fn read(self) -> u32 {
        // SAFETY: only sums of the constants of this board are ports: aligned addresses of registers that the LM3S6965 has.
        unsafe { (self.0 as *const u32).read_volatile() }
    }

    pub(super) fn write(self, value: u32) {
        // SAFETY: as for reading; none of these registers makes the chip touch memory.
        unsafe { (self.0 as *mut u32).write_volatile(value) }
    }

    /// Sets these bits.
    pub(super) fn set(self, bits: u32) {
        self.write(self.read() | bits);
    }
}
