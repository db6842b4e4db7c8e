//! [`Instead`]: what a source receives where the sequence that was expected does not come.

use core::fmt;

use lfsr_core::link::{CapturePlan, ClientError, Fault, TransferError};
use serde_json::{Value, json};

use super::{Connected, Target};
use crate::{
    bits::{
        identify::{Finding, identify},
        reading::Reading,
        tap::{WrongTap, wrong_tap},
    },
    cmd::failure::Failure,
    report::identify::headline,
};

/// Bytes that are looked at: enough for any register of 64 cells with a wrong bit here and there, and a sixth of a second of a UART.
const BYTES: u32 = 2048;

/// What came.
pub(super) struct Instead {
    /// In a few words.
    headline: String,
    tap: Option<WrongTap>,
}

impl Instead {
    /// Takes some bits and looks; `None` if too few come to say anything.
    pub(super) fn look(device: &mut Connected, source: u8, target: &Target) -> Result<Option<Self>, Failure> {
        let (words, bits) = captured(device, source, BYTES)?;
        if bits < 1024 {
            return Ok(None);
        }
        let readings = readings(target.tested.reading);
        let finding = identify(&words, bits, &readings);
        let cells = match &finding {
            Finding::Constant(_) => return Ok(Some(Self { headline: headline(bits, &finding), tap: None })),
            Finding::Register(found) => found.characteristic.degree(),
            _ => None,
        };
        let tap = wrong_tap(&target.tested.register, &words, bits, &readings, cells);
        let headline = match tap {
            Some(tap) => format!("{} with {tap}", target.tested.entry.map_or(&*target.tested.name, |entry| entry.name)),
            None => headline(bits, &finding),
        };
        Ok(Some(Self { headline, tap }))
    }

    pub(super) fn json(&self) -> Value {
        let tap = self.tap.map(|tap| match tap {
            WrongTap::Missing(lag) => json!({"missing": lag, "extra": null}),
            WrongTap::Extra(lag) => json!({"missing": null, "extra": lag}),
            WrongTap::Moved { from, to } => json!({"missing": from, "extra": to}),
        });
        json!({"headline": self.headline, "wrong_tap": tap})
    }
}

impl fmt::Display for Instead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline)
    }
}

/// The way that was said to take the bits, and the other one.
pub(super) fn readings(said: Reading) -> [Reading; 2] {
    if said == Reading::MSB { [Reading::MSB, Reading::LSB] } else { [Reading::LSB, Reading::MSB] }
}

/// The first bytes that a source gives, without a gap, as words, and how many bits they are. A source that outruns the link gives as many as the device can hold.
pub(super) fn captured(device: &mut Connected, source: u8, bytes: u32) -> Result<(Vec<u64>, u64), Failure> {
    let (taken, outcome) = device.capture(&CapturePlan { source, bytes });
    match outcome {
        Ok(()) | Err(ClientError::Transfer(TransferError::Device(Fault::Overrun))) => {}
        Err(error) => return Err(device.failure(&error)),
    }
    let word = |bytes: &[u8]| bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
    Ok((taken.chunks(8).map(word).collect(), 8 * taken.len() as u64))
}
