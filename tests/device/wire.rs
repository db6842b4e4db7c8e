//! [`Wire`]: one end of the link, with a bad line if so wished.

use std::io::{self, Read, Write};

use lfsr_host::device::Port;

/// What a bad line does to one byte in a hundred.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Damage {
    Flip,
    Drop,
    Double,
}

/// One end of the link; damaged if so wished.
pub(crate) struct Wire {
    stream: Port,
    damage: Option<Damage>,
    noise: Noise,
}

impl Wire {
    pub(crate) fn new(stream: Port, damage: Option<Damage>, seed: u64) -> Self {
        Self { stream, damage, noise: Noise::new(seed) }
    }

    fn damage(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut damaged = Vec::with_capacity(bytes.len() + 8);
        for &byte in bytes {
            match self.damage {
                Some(damage) if self.noise.next().is_multiple_of(100) => match damage {
                    Damage::Flip => damaged.push(byte ^ 1 << (self.noise.next() % 8)),
                    Damage::Drop => {}
                    Damage::Double => damaged.extend([byte, byte]),
                },
                _ => damaged.push(byte),
            }
        }
        damaged
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.damage.is_none() {
            return self.stream.read(buffer);
        }
        loop {
            // Half of the room, for doubled bytes.
            let half = buffer.len().div_ceil(2).min(16);
            let count = self.stream.read(&mut buffer[..half])?;
            let damaged = self.damage(&buffer[..count]);
            if count == 0 || !damaged.is_empty() {
                buffer[..damaged.len()].copy_from_slice(&damaged);
                return Ok(damaged.len());
            }
        }
    }
}

impl Write for Wire {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let damaged = self.damage(buffer);
        self.stream.write_all(&damaged)?;
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// A small seeded generator (xorshift*, S. Vigna).
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }
}
