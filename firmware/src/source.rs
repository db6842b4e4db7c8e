//! Where the bits to be checked come from: anything with a driver of embedded-hal 1.0 or embedded-io.
//!
//! A board names its sources and reads them by number ([`Sources`]); the adapters here turn drivers into [`Source`]s.

mod on_chip;

pub use on_chip::{Dividing, Shifting, Stepped};

use embedded_hal::{
    delay::DelayNs,
    digital::{InputPin, OutputPin},
    spi::SpiBus,
};
use embedded_io::{Read, ReadReady};

/// One stream of bits, eight to a byte.
pub trait Source {
    /// Puts what there is by now into `buffer`, from its beginning, and returns how many bytes; 0 if nothing came.
    ///
    /// Waits no longer than the source takes for `buffer`, and not for a source that is silent.
    fn read(&mut self, buffer: &mut [u8]) -> usize;
}

/// All sources of a board.
pub trait Sources {
    /// Their names, in the order of their numbers.
    fn names(&self) -> &[&'static str];

    /// As [`Source::read`], of the source with this number, one of those named.
    fn read(&mut self, source: u8, buffer: &mut [u8]) -> usize;

    /// Called before the first read of a check: drops what the source holds of earlier, which may have gaps.
    fn flush(&mut self, _source: u8) {}

    /// The same before a capture, which wants the first bits that come from now on without a gap, however fast.
    fn hold(&mut self, source: u8) {
        self.flush(source);
    }

    /// Called after each read: whether the source overran, so that bits are missing between those read and those that come next. What it
    /// holds is dropped then.
    fn overran(&mut self, _source: u8) -> bool {
        false
    }

    /// Called when a source was silent: may sleep until an interrupt.
    fn idle(&mut self) {}
}

/// A board without any.
impl Sources for () {
    fn names(&self) -> &[&'static str] {
        &[]
    }

    fn read(&mut self, _: u8, _: &mut [u8]) -> usize {
        0
    }
}

/// A generator on MISO, clocked by the SPI peripheral of the device: every bit is taken, back to back.
#[derive(Debug)]
pub struct Spi<B>(pub B);

impl<B: SpiBus> Source for Spi<B> {
    fn read(&mut self, buffer: &mut [u8]) -> usize {
        if self.0.read(buffer).is_ok() { buffer.len() } else { 0 }
    }
}

/// A stream of bytes, such as a UART; start and stop bits are the driver's.
#[derive(Debug)]
pub struct Serial<R>(pub R);

impl<R: Read + ReadReady> Source for Serial<R> {
    fn read(&mut self, buffer: &mut [u8]) -> usize {
        // Reading without looking would wait.
        if matches!(self.0.read_ready(), Ok(true)) { self.0.read(buffer).unwrap_or(0) } else { 0 }
    }
}

/// Which edge of the clock a bit is taken at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Low to high.
    Rising,
    /// High to low.
    Falling,
}

/// A generator that the device clocks by one pin and reads by another; bit 0 of each byte is the first.
#[derive(Debug)]
pub struct Driven<D, C, W> {
    data: D,
    clock: C,
    delay: W,
    half_period_ns: u32,
    edge: Edge,
}

impl<D: InputPin, C: OutputPin, W: DelayNs> Driven<D, C, W> {
    /// The data is read after half a period, just before the clock makes `edge`, on which the generator steps.
    pub const fn new(data: D, clock: C, delay: W, half_period_ns: u32, edge: Edge) -> Self {
        Self { data, clock, delay, half_period_ns, edge }
    }

    fn set_clock(&mut self, before: bool) -> Option<()> {
        let high = (self.edge == Edge::Falling) == before;
        if high { self.clock.set_high() } else { self.clock.set_low() }.ok()?;
        self.delay.delay_ns(self.half_period_ns);
        Some(())
    }

    fn bit(&mut self) -> Option<bool> {
        self.set_clock(true)?;
        let bit = self.data.is_high().ok()?;
        self.set_clock(false)?;
        Some(bit)
    }
}

impl<D: InputPin, C: OutputPin, W: DelayNs> Source for Driven<D, C, W> {
    fn read(&mut self, buffer: &mut [u8]) -> usize {
        let mut count = 0;
        for byte in buffer {
            let mut bits = 0;
            for i in 0..8 {
                // A pin that fails ends the byte: half of one would look like lost bits.
                let Some(bit) = self.bit() else { return count };
                bits |= u8::from(bit) << i;
            }
            *byte = bits;
            count += 1;
        }
        count
    }
}

/// A generator with a clock of its own, which the device watches by polling; bit 0 of each byte is the first.
///
/// The clock must not be faster than a third of the polling rate, and must rest while the core does anything else, such as answering
/// the host: edges that are missed the checker will report as deleted bits. Where the clock never rests, an interrupt must take the bits.
#[derive(Debug)]
pub struct Watched<D, C> {
    data: D,
    clock: C,
    edge: Edge,
    /// Looks at a clock that does not move before it counts as silent.
    patience: u32,
    /// What the clock was.
    before: Option<bool>,
    /// Bits of a byte that is not full.
    bits: u8,
    held: u32,
}

impl<D: InputPin, C: InputPin> Watched<D, C> {
    /// The data is read when the clock makes `edge`; after `patience` looks without one the source counts as silent for now.
    pub const fn new(data: D, clock: C, edge: Edge, patience: u32) -> Self {
        Self { data, clock, edge, patience, before: None, bits: 0, held: 0 }
    }

    /// Waits for the edge and reads the data.
    fn bit(&mut self) -> Option<bool> {
        let after = self.edge == Edge::Rising;
        for _ in 0..self.patience {
            let now = self.clock.is_high().ok()?;
            let edge = self.before == Some(!after) && now == after;
            self.before = Some(now);
            if edge {
                return self.data.is_high().ok();
            }
        }
        None
    }
}

impl<D: InputPin, C: InputPin> Source for Watched<D, C> {
    fn read(&mut self, buffer: &mut [u8]) -> usize {
        let mut count = 0;
        for byte in buffer {
            while self.held < 8 {
                let Some(bit) = self.bit() else { return count };
                self.bits |= u8::from(bit) << self.held;
                self.held += 1;
            }
            *byte = core::mem::take(&mut self.bits);
            self.held = 0;
            count += 1;
        }
        count
    }
}

#[cfg(test)]
mod tests;
