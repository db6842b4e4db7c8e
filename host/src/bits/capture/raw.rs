//! Raw bytes, eight bits each.

use std::io;

use lfsr_core::bit_order::BitOrder;

use super::{
    PIECE,
    error::Problem,
    format::{Bytes, Format, Reader},
    sampler::BitBuffer,
};

pub(super) static MSB: Format = Format {
    name: "raw-msb",
    help: "Eight bits a byte, the first in bit 7",
    is_sampled: false,
    order: BitOrder::Msb,
    // Any byte may be raw: the guess if nothing else fits.
    sniff: |_| 0,
    open: |bytes, _| Ok(Box::new(Raw(bytes))),
};

pub(super) static LSB: Format =
    Format { name: "raw-lsb", help: "Eight bits a byte, the first in bit 0", order: BitOrder::Lsb, ..MSB };

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
