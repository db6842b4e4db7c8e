//! Bytes of a frame: [`Stuffed`] writes fields, [`Fields`] reads them, [`Payload`] and [`Content`] say what is written and read.

use core::fmt;

use crc::{CRC_32_ISCSI, Crc, Digest, NoTable};

/// Without a table: 1 KiB of flash is worth more than the time, which the wire takes anyway.
pub(super) static CRC: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISCSI);
pub(super) const CRC_LEN: usize = 4;

/// What a frame is written from.
pub trait Payload {
    /// Writes it; too much for the buffer shows at the end of the frame.
    #[doc(hidden)]
    fn write(&self, out: &mut Stuffed<'_>);
}

/// What a frame is read as.
pub trait Content: Sized {
    /// From all of these bytes; `None` if they are no such content.
    fn read(bytes: &[u8]) -> Option<Self>;
}

/// A frame under way: stuffs what passes through, and appends its CRC; writes nothing outside its buffer, and never panics.
pub struct Stuffed<'a> {
    buffer: &'a mut [u8],
    /// Where the COBS block under way has its length, and where the next byte goes.
    begun: usize,
    used: usize,
    /// The buffer was too short.
    full: bool,
    digest: Digest<'static, u32, NoTable>,
}

impl fmt::Debug for Stuffed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stuffed").field("used", &self.used).finish_non_exhaustive()
    }
}

impl<'a> Stuffed<'a> {
    /// A frame to be written into `buffer`.
    pub(super) fn new(buffer: &'a mut [u8]) -> Self {
        Self { buffer, begun: 1, used: 2, full: false, digest: CRC.digest() }
    }

    /// Says that something did not fit.
    pub(super) fn overflow(&mut self) {
        self.full = true;
    }

    #[inline(never)]
    pub(super) fn byte(&mut self, byte: u8) {
        self.digest.update(&[byte]);
        self.stuff(byte);
    }

    /// A varint: 7 bits a byte, the lowest first.
    #[inline(never)]
    pub(super) fn number(&mut self, number: u64) {
        let mut rest = number;
        while rest > 0x7f {
            self.byte(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.byte(rest as u8);
    }

    fn set(&mut self, at: usize, byte: u8) {
        match self.buffer.get_mut(at) {
            Some(slot) => *slot = byte,
            None => self.full = true,
        }
    }

    #[inline(never)]
    fn stuff(&mut self, byte: u8) {
        if byte != 0 {
            self.set(self.used, byte);
            self.used += 1;
        }
        let length = self.used - self.begun;
        if byte == 0 || length == 255 {
            self.set(self.begun, length as u8);
            self.begun = self.used;
            self.used += 1;
        }
    }

    /// Appends the CRC; `None` if the buffer was too short.
    pub(super) fn finish(mut self) -> Option<&'a mut [u8]> {
        let digest = core::mem::replace(&mut self.digest, CRC.digest());
        digest.finalize().to_le_bytes().iter().for_each(|byte| self.stuff(*byte));
        self.set(self.begun, (self.used - self.begun) as u8);
        self.set(self.used, 0);
        self.set(0, 0);
        if self.full { None } else { self.buffer.get_mut(..=self.used) }
    }
}

/// The bytes not read yet.
pub(super) struct Fields<'a> {
    pub(super) bytes: &'a [u8],
    /// Whether one of the fields read was none: what came of it means nothing.
    pub(super) bad: bool,
}

impl<'a> Fields<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, bad: false }
    }

    #[inline(never)]
    pub(super) fn byte(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((&byte, rest)) => {
                self.bytes = rest;
                byte
            }
            None => {
                self.bad = true;
                0
            }
        }
    }

    /// A varint of 32 or 64 bits.
    #[inline(never)]
    pub(super) fn number(&mut self, bits: u32) -> u64 {
        let most = if bits == 64 { u64::MAX } else { u32::MAX.into() };
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            let part = u64::from(byte & 0x7f);
            self.bad |= shift >= bits || part > most >> (shift & 63);
            number |= part << (shift & 63);
            if byte < 0x80 || self.bad {
                return number;
            }
            shift += 7;
        }
    }

    pub(super) fn u32(&mut self) -> u32 {
        self.number(32) as u32
    }

    /// Whether it is the second variant of an enumeration that has two.
    pub(super) fn second(&mut self) -> bool {
        let variant = self.u32();
        self.bad |= variant > 1;
        variant == 1
    }

    pub(super) fn bool(&mut self) -> bool {
        let byte = self.byte();
        self.bad |= byte > 1;
        byte == 1
    }
}
