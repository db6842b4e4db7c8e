//! Registers inside the chip, read back by the core: every bit of every word read counts.

use super::Source;

/// A register of the chip that the core steps and reads.
pub trait Stepped {
    /// Makes one step and reads the register; `None` if the chip does not answer.
    fn step(&mut self) -> Option<u32>;
}

impl<F: FnMut() -> Option<u32>> Stepped for F {
    fn step(&mut self) -> Option<u32> {
        self()
    }
}

/// A shift register that can be read whole after each step, such as the noise generator of a digital-to-analogue converter.
///
/// It shifts right: bit 0 leaves. Bit 0 of each word read is a bit of the sequence, and bit 0 of a byte is the first. A word
/// that is not the one before moved on by one step (whatever bit came in on the left) makes the next bits zeros, more in a row than the register can give,
/// so that a wrong bit anywhere in the word shows in the sequence. (One wrong bit for each such word would not do: a line
/// that is always 0 would make the words differ by bits of the sequence, and the sum of two phases is a third one.)
#[derive(Debug)]
pub struct Shifting<R> {
    cells: u32,
    register: R,
    before: Option<u32>,
    /// Bits still to be zeros.
    held_low: u32,
}

impl<R: Stepped> Shifting<R> {
    /// Of so many cells, 2 to 32.
    pub const fn new(cells: u32, register: R) -> Self {
        Self { cells, register, before: None, held_low: 0 }
    }

    /// Starts the register anew.
    pub fn restart(&mut self, begin: impl FnOnce(&mut R)) {
        begin(&mut self.register);
        (self.before, self.held_low) = (None, 0);
    }

    fn bit(&mut self) -> Option<u8> {
        let word = self.register.step()?;
        let kept = (1 << (self.cells - 1)) - 1;
        let unused = u32::MAX.checked_shl(self.cells).unwrap_or(0);
        let follows = self.before.is_none_or(|before| word & kept == before >> 1 & kept);
        self.before = Some(word);
        self.held_low = if follows && word & unused == 0 { self.held_low.saturating_sub(1) } else { 2 * self.cells };
        Some(if self.held_low == 0 { (word & 1) as u8 } else { 0 })
    }
}

impl<R: Stepped> Source for Shifting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> usize {
        let mut count = 0;
        for byte in buffer {
            let mut bits = 0;
            for i in 0..8 {
                // As for pins: half a byte would look like lost bits.
                let Some(bit) = self.bit() else { return count };
                bits |= bit << i;
            }
            *byte = bits;
            count += 1;
        }
        count
    }
}

/// A CRC unit that is fed words of zeros, so that it runs as a Galois register of 32 cells: each word is 32 steps to the left.
///
/// Its bits are those that leave at bit 31 during these steps, first one first. They are computed from the word read before the steps: that word
/// and those 32 bits determine each other, so every bit read counts, and the bits of one word follow from those of the word before only
/// if the unit divides by the right polynomial.
#[derive(Debug)]
pub struct Dividing<R> {
    polynomial: u32,
    register: R,
    /// Bits not handed out yet, the next one lowest, and how many bytes.
    bits: u32,
    held: u32,
}

impl<R: Stepped> Dividing<R> {
    /// By x^32 + `polynomial`; a step of the register is a word of zeros.
    pub const fn new(polynomial: u32, register: R) -> Self {
        Self { polynomial, register, bits: 0, held: 0 }
    }

    /// Starts the register anew.
    pub fn restart(&mut self, begin: impl FnOnce(&mut R)) {
        begin(&mut self.register);
        self.held = 0;
    }

    fn byte(&mut self) -> Option<u8> {
        if self.held == 0 {
            let mut word = self.register.step()?;
            for i in 0..32 {
                let leaving = word >> 31;
                self.bits = self.bits & !(1 << i) | leaving << i;
                word = word << 1 ^ if leaving == 1 { self.polynomial } else { 0 };
            }
            self.held = 4;
        }
        let byte = self.bits as u8;
        self.bits >>= 8;
        self.held -= 1;
        Some(byte)
    }
}

impl<R: Stepped> Source for Dividing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> usize {
        let mut count = 0;
        for slot in buffer {
            let Some(byte) = self.byte() else { return count };
            *slot = byte;
            count += 1;
        }
        count
    }
}

#[cfg(test)]
mod tests;
