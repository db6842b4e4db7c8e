//! A CRC by core's, from any contents on.

use lfsr_core::crc::{Algorithm, Crc};

use super::super::{CrcUnit, model::Bits};

/// An output, from the contents.
pub(super) fn output(unit: &CrcUnit, contents: u128, port: &str) -> Bits {
    let algorithm = &unit.algorithm;
    match port {
        "good" => vec![contents == algorithm.residue()],
        "crc" => bits(contents ^ algorithm.xorout(), algorithm.width()),
        _ => bits(contents, algorithm.width()),
    }
}

/// The contents after a word, as it stands at the port.
pub(super) fn next(unit: &CrcUnit, contents: u128, width: usize, data: &[bool], missing: usize) -> u128 {
    let algorithm = &unit.algorithm;
    // Core begins anew from init: with another init it goes on from these contents.
    let from = Algorithm::new(algorithm.width(), algorithm.poly())
        .and_then(|from| from.with_init(unit.turned(contents)))
        .map(|from| from.with_reflection(algorithm.refin(), algorithm.refout()));
    let Some(mut crc) = from.ok().and_then(Crc::<u128, 1>::new) else { return contents };
    for t in 0..width - 8 * missing {
        crc.bits(data.get(unit.place(t, width)).copied().unwrap_or(false).into(), 1);
    }
    crc.checksum()
}

pub(super) fn number(bits: &[bool]) -> u128 {
    bits.iter().enumerate().fold(0, |number, (i, &bit)| number | u128::from(bit) << i)
}

pub(super) fn bits(number: u128, width: u32) -> Bits {
    (0..width).map(|i| number >> i & 1 == 1).collect()
}
