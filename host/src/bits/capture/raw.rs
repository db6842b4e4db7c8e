//! Raw bytes, eight bits each.

use std::io;

use super::{
    PIECE,
    error::Problem,
    format::{Bytes, Format, Reader},
    sampler::BitBuffer,
};
use crate::bits::reading::Reading;

pub(super) static MSB: Format = Format {
    name: "raw-msb",
    help: "Eight bits a byte, the first in bit 7",
    is_sampled: false,
    readings: &[Reading::MSB, Reading::LSB, SWAPPED[0], SWAPPED[1], SWAPPED[2], SWAPPED[3]],
    // Any byte may be raw: the guess if nothing else fits.
    sniff: |_| 0,
    open: |bytes, _| Ok(Box::new(Raw(bytes))),
};

pub(super) static LSB: Format = Format {
    name: "raw-lsb",
    help: "Eight bits a byte, the first in bit 0",
    readings: &[Reading::LSB, Reading::MSB, SWAPPED[0], SWAPPED[1], SWAPPED[2], SWAPPED[3]],
    ..MSB
};

/// Words that a machine of the other byte order wrote.
const SWAPPED: [Reading; 4] =
    [Reading::MSB.swapped(16), Reading::MSB.swapped(32), Reading::LSB.swapped(16), Reading::LSB.swapped(32)];

/// Bytes as they come.
struct Raw(Bytes);

impl Reader for Raw {
    fn more(&mut self, out: &mut BitBuffer) -> Result<bool, Problem> {
        let mut bytes = vec![0; PIECE];
        loop {
            match self.0.read(&mut bytes) {
                Ok(0) => return Ok(false),
                Ok(count) => {
                    out.push_bytes(&bytes[..count]);
                    return Ok(true);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Problem::Read(error)),
            }
        }
    }
}
