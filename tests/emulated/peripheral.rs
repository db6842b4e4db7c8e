//! [`Peripheral`]: a model of a peripheral.

/// Registers are words.
pub(crate) trait Peripheral {
    /// By the registers of the chip that do so.
    #[allow(dead_code, reason = "not every chip has them")]
    fn reset(&mut self);
    fn read(&mut self, offset: u32) -> u32;
    fn write(&mut self, offset: u32, value: u32);
    /// Called at each cycle of the processor.
    fn tick(&mut self, _cycle: u64) {}
}
