//! `lfsr device check`.

use core::time::Duration;
use std::{
    io::Write,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use clap::Args;
use lfsr_core::{
    bit_order::BitOrder,
    check::{LockState, Settings},
    link::{CheckPlan, Then},
};

use super::{FormatOption, Link, SourceOption};
use crate::{
    bits::{bert::Tested, noise::Noise, reading::Reading, signal::Signal},
    cmd::{
        failure::Failure,
        interrupt,
        options::{Global, RegisterOptions},
        status::Status,
    },
    device::Feed,
    report::{TextOrJson, check},
    terminal::output::Output,
};

/// How often the counters are read.
const POLL: Duration = Duration::from_millis(100);

/// A source that gives nothing for so long is silent.
const PATIENCE: Duration = Duration::from_secs(5);

/// Bytes made at a time for the emulated source.
const PIECE: usize = 512;

/// `lfsr device check`.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The register in any notation, or a name of the catalogue.
    #[arg(value_name = "REGISTER")]
    register: String,
    #[command(flatten)]
    options: RegisterOptions,
    #[command(flatten)]
    link: Link,
    #[command(flatten)]
    source: SourceOption,
    /// How many bits to check, at least.
    #[arg(long, value_name = "N", default_value_t = 500_000)]
    bits: u64,
    /// Bit 7 of each byte of the source is the first (SPI), not bit 0 (UART, pins).
    #[arg(long)]
    msb_first: bool,
    #[command(flatten)]
    format: FormatOption,
    /// With --qemu: the rate of bit errors in what the emulated source is sent.
    #[arg(long, value_name = "RATE", requires = "qemu", default_value_t = 0.0)]
    errors: f64,
    /// With --qemu: the emulated source is sent the complement.
    #[arg(long, requires = "qemu")]
    invert: bool,
}

impl Check {
    pub(super) fn run(self, global: &Global) -> Result<Status, Failure> {
        if !(0.0..=1.0).contains(&self.errors) {
            return Err(Failure::bad_input(format!("--errors {}: a rate is from 0 to 1", self.errors)));
        }
        let signal = self.options.signal(&self.register)?;
        let register = signal.register.narrow().ok_or_else(|| {
            Failure::bad_input(format!("{}: only sequences up to degree 64 can be checked", self.register))
        })?;
        let order = if self.msb_first { BitOrder::Msb } else { BitOrder::Lsb };
        let mut out = Output::new(None)?;
        let control = interrupt::control();
        let mut device = self.link.connect(Some(feed(&signal, order, self.errors, self.invert)))?;
        let source = self.source.number(&mut device)?;
        let settings = Settings { order, zero_limit: signal.zero_limit, ..Settings::new(&register) };
        // Another number than any check of before; never 0.
        let session = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_millis() as u32 | 1);
        let plan = CheckPlan::new(session, source, register, &settings);
        let mut counters = device.ask(|client| client.start_check(&plan))?;
        let mut moved = Instant::now();
        while counters.bits < self.bits && !control.is_stopped() {
            std::thread::sleep(POLL);
            let now = device.ask(|client| client.counters(session, Then::GoOn))?;
            if now.bits != counters.bits {
                moved = Instant::now();
            } else if moved.elapsed() > PATIENCE {
                if now.bits == 0 {
                    return Err(Failure::failed(format!("{}: nothing comes from the source", self.link.name())));
                }
                break;
            }
            counters = now;
        }
        let counters = device.ask(|client| client.counters(session, Then::Freeze))?;
        let found = counters.report();
        let silent = counters.bits < self.bits && !control.is_stopped();
        let tested = Tested {
            name: self.register.clone(),
            register,
            entry: signal.entry,
            reading: if self.msb_first { Reading::MSB } else { Reading::LSB },
            file: self.link.name(),
        };
        let partial = control.is_stopped() || silent;
        let text = match self.format.format {
            TextOrJson::Text => check::text(&tested, &found, partial),
            TextOrJson::Json => check::json(&tested, &found, &settings, partial),
        };
        writeln!(out, "{text}").map_err(|error| out.error(error))?;
        out.finish()?;
        if silent && !global.quiet {
            return Err(Failure::failed(format!("{}: the source fell silent", self.link.name())));
        }
        Ok(match counters.status() {
            _ if partial => Status::Interrupted,
            LockState::Locked => Status::Done,
            _ => Status::No,
        })
    }
}

/// What an emulated source is sent: the sequence for ever, with errors at a rate, complemented or not.
pub(super) fn feed(signal: &Signal, order: BitOrder, errors: f64, invert: bool) -> Feed {
    let mut bits = signal.bits(order);
    let mut noise = Noise::new(errors, 1);
    let flip = if invert { u64::MAX } else { 0 };
    Box::new(move |bytes| {
        let mut words = [0; PIECE / 8];
        bits.fill(&mut words);
        noise.apply(8 * PIECE as u64, |bit| words[(bit / 64) as usize] ^= 1 << (bit % 64));
        bytes.extend(words.iter().flat_map(|word| (word ^ flip).to_le_bytes()));
    })
}
