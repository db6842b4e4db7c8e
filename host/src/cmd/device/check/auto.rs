//! Which source of a device has something on it, and what.

use core::time::Duration;
use std::time::Instant;

use lfsr_core::{
    bit_order::BitOrder,
    catalogue::{self, Entry},
    check::Settings,
    link::{CheckPlan, Then},
    register::Register,
};

use super::{
    Connected, POLL, SourceOption, Target,
    instead::{captured, readings},
    session,
};
use crate::{
    bits::{
        bert::Tested,
        identify::{Finding, identify, names},
        probe::{Bits, probe},
        reading::Reading,
    },
    cmd::failure::Failure,
    device::DeviceClient,
    report::identify::headline,
    sched::Control,
};

/// A source that gives no byte for so long is silent.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Bytes that are looked at for each source.
const BYTES: u32 = 1024;

/// What was found.
pub(super) enum Found {
    /// A sequence, on the source of this number.
    Target(u8, Target),
    /// What each source has on it.
    Nothing(String),
}

/// Looks at all sources, or at the one asked for, until one has a sequence on it.
pub(super) fn find(device: &mut Connected, wanted: &SourceOption, control: &Control) -> Result<Found, Failure> {
    let names = device.ask(DeviceClient::sources)?;
    let only = wanted.source.is_some().then(|| wanted.number(device)).transpose()?;
    let mut seen = Vec::new();
    for (number, name) in (0u8..).zip(&names).filter(|(number, _)| only.is_none_or(|only| only == *number)) {
        if control.is_stopped() {
            break;
        }
        let what = if is_silent(device, number, control)? {
            "silent".to_owned()
        } else {
            let (words, bits) = captured(device, number, BYTES)?;
            match target(&format!("{}, {name}", device.name), &words, bits) {
                Ok(target) => return Ok(Found::Target(number, target)),
                Err(what) => what,
            }
        };
        seen.push(format!("  {name:<15}{what}"));
    }
    Ok(Found::Nothing(format!("no sequence on any source\n{}", seen.join("\n"))))
}

/// Whether no byte comes for a while. A check of any sequence tells: it counts what it receives.
fn is_silent(device: &mut Connected, source: u8, control: &Control) -> Result<bool, Failure> {
    let prbs7 = catalogue::find("PRBS7").map(catalogue::Entry::register);
    let Some(register) = prbs7 else { return Ok(false) };
    let session = session();
    let plan = CheckPlan::new(session, source, register, &Settings::new(&register));
    let begun = Instant::now();
    let mut counters = device.ask(|client| client.start_check(&plan))?;
    while counters.bits == 0 && begun.elapsed() < PATIENCE && !control.is_stopped() {
        std::thread::sleep(POLL);
        counters = device.ask(|client| client.counters(session, Then::GoOn))?;
    }
    Ok(counters.bits == 0)
}

/// The sequence of these bits, which come from `file`; or in a few words what they are else.
fn target(file: &str, words: &[u64], bits: u64) -> Result<Target, String> {
    let both = readings(Reading::LSB);
    let made = |name: String, register: Register, entry: Option<&'static Entry>, reading: Reading| {
        let order = reading.of_bytes().unwrap_or(BitOrder::Lsb);
        let zero_limit = entry.map_or(0, |entry| entry.zero_limit);
        let settings = Settings { order, zero_limit, ..Settings::new(&register) };
        Target { tested: Tested { name, register, entry, reading, file: file.to_owned() }, settings }
    };
    if let Some(found) = probe(Bits { words, count: bits }, &both, |settings| settings) {
        return Ok(made(found.entry.name.to_owned(), found.entry.register(), Some(found.entry), found.reading));
    }
    let finding = identify(words, bits, &both);
    if let Finding::Register(found) = &finding
        && let Some(register) = found.characteristic.to_u128().and_then(|c| Register::from_characteristic(c).ok())
    {
        let entry = names(found).first().map(|name| name.entry).filter(|entry| entry.register() == register);
        let name = entry.map_or_else(|| format!("char:{}", found.characteristic), |entry| entry.name.to_owned());
        return Ok(made(name, register, entry, found.reading));
    }
    Err(headline(bits, &finding))
}
