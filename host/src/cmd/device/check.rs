//! `lfsr device check`.

mod auto;
mod instead;

use core::time::Duration;
use std::{
    io::Write,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use clap::Args;
use lfsr_core::{
    bit_order::BitOrder,
    check::{LockState, Report, Settings},
    link::{CheckPlan, Counters, Then},
};

use self::{auto::Found, instead::Instead};
use super::{Connected, Link, SourceOption};
use crate::{
    bits::{
        bert::{Silent, Tested},
        noise::Noise,
        reading::Reading,
        signal::Signal,
    },
    cmd::{
        failure::Failure,
        interrupt,
        options::{Global, RegisterOptions, Telling, TellingFormat, TellingOptions},
        status::Status,
    },
    device::Feed,
    report::check as report,
    sched::Control,
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
    /// The register in any notation, a name of the catalogue, or `auto`: whatever comes, on the first source that has something.
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
    /// Let so many seconds pass before counting begins: errors while things are plugged in are no errors of the line.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    settle: Option<u32>,
    #[command(flatten)]
    telling: TellingOptions,
    /// With --qemu: the sequence that the emulated source is sent [default: the one that is checked; PRBS31 for auto].
    #[arg(long, value_name = "REGISTER", requires = "qemu")]
    send: Option<String>,
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
        let expected = if self.is_auto() { None } else { Some(self.expected()?) };
        let mut out = Output::new(None)?;
        let control = interrupt::control();
        let mut device = self.link.connect(Some(self.feed()?))?;
        let (source, target) = match expected {
            Some(target) => (self.source.number(&mut device)?, target),
            None => match auto::find(&mut device, &self.source, &control)? {
                Found::Target(source, target) => (source, target),
                Found::Nothing(text) => {
                    let silent = Silent { file: self.link.name(), stuck: None, bits: 0 };
                    let text = match self.telling.format {
                        TellingFormat::Json => report::silent_json(&silent),
                        _ => format!("{}: {text}", silent.file),
                    };
                    writeln!(out, "{text}").map_err(|error| out.error(error))?;
                    out.finish()?;
                    return Ok(Status::No);
                }
            },
        };
        let Outcome { counters, telling, partial } = self.measure(&mut device, source, &target, &control, &mut out)?;
        let found = counters.report();
        let is_locked = matches!(counters.status(), LockState::Locked | LockState::LockedWithErrors);
        let is_asked = !partial && !is_locked && self.telling.format != TellingFormat::Csv;
        // What was counted is told in any case, also if the source gives nothing any more.
        let instead = if is_asked { Instead::look(&mut device, source, &target).ok().flatten() } else { None };
        let text = self.written(&telling, &target, &found, partial, instead.as_ref());
        writeln!(out, "{text}").map_err(|error| out.error(error))?;
        out.finish()?;
        if partial && !control.is_stopped() && !global.quiet {
            return Err(Failure::failed(format!("{}: the source fell silent", self.link.name())));
        }
        Ok(match counters.status() {
            _ if partial => Status::Interrupted,
            LockState::Locked => Status::Done,
            _ => Status::No,
        })
    }

    /// Whether it is to find out what comes.
    fn is_auto(&self) -> bool {
        self.register.trim().eq_ignore_ascii_case("auto")
    }

    /// What the user asks for.
    fn expected(&self) -> Result<Target, Failure> {
        let signal = self.options.signal(&self.register)?;
        let register = signal.register.narrow().ok_or_else(|| {
            Failure::bad_input(format!("{}: only sequences up to degree 64 can be checked", self.register))
        })?;
        let order = if self.msb_first { BitOrder::Msb } else { BitOrder::Lsb };
        let settings = Settings { order, zero_limit: signal.zero_limit, ..Settings::new(&register) };
        let tested = Tested {
            name: self.register.clone(),
            register,
            entry: signal.entry,
            reading: if self.msb_first { Reading::MSB } else { Reading::LSB },
            file: self.link.name(),
        };
        Ok(Target { tested, settings })
    }

    /// What the emulated source is sent.
    fn feed(&self) -> Result<Feed, Failure> {
        let name = self.send.as_deref().unwrap_or(if self.is_auto() { "PRBS31" } else { &self.register });
        let options = if self.send.is_some() { &RegisterOptions::default() } else { &self.options };
        let order = if self.msb_first { BitOrder::Msb } else { BitOrder::Lsb };
        Ok(feed(&options.signal(name)?, order, self.errors, self.invert))
    }

    /// Checks as many bits as asked for.
    fn measure(
        &self,
        device: &mut Connected,
        source: u8,
        target: &Target,
        control: &Control,
        out: &mut Output,
    ) -> Result<Outcome, Failure> {
        let Target { tested, settings } = target;
        let session = session();
        let plan = CheckPlan::new(session, source, tested.register, settings);
        let mut counters = device.ask(|client| client.start_check(&plan))?;
        if let Some(seconds) = self.settle {
            let until = Instant::now() + Duration::from_secs(seconds.into());
            while Instant::now() < until && !control.is_stopped() {
                std::thread::sleep(POLL);
            }
            counters = device.ask(|client| client.counters(session, Then::Clear))?;
        }
        let mut telling = self.telling.begin(out)?;
        let mut moved = Instant::now();
        let mut silent = false;
        while counters.bits < self.bits && !control.is_stopped() && !silent {
            std::thread::sleep(POLL);
            let now = device.ask(|client| client.counters(session, Then::GoOn))?;
            if now.bits != counters.bits {
                moved = Instant::now();
            } else if moved.elapsed() > PATIENCE {
                if now.bits == 0 {
                    return Err(Failure::failed(format!("{}: nothing comes from the source", self.link.name())));
                }
                silent = true;
            }
            counters = now;
            telling.meanwhile(tested, &counters.report(), settings, out)?;
        }
        let counters = device.ask(|client| client.counters(session, Then::Freeze))?;
        let partial = control.is_stopped() || silent && counters.bits < self.bits;
        Ok(Outcome { counters, telling, partial })
    }

    /// The report, and what came instead if it was something else.
    fn written(
        &self,
        telling: &Telling,
        target: &Target,
        found: &Report,
        partial: bool,
        instead: Option<&Instead>,
    ) -> String {
        match (self.telling.format, instead) {
            (TellingFormat::Text, Some(instead)) => {
                format!(
                    "{}\n  {:<15}{instead}",
                    telling.end(&target.tested, found, &target.settings, partial),
                    "received"
                )
            }
            (TellingFormat::Json, Some(instead)) => {
                let mut object = report::object(&target.tested, found, &target.settings, partial);
                object["received"] = instead.json();
                object.to_string()
            }
            _ => telling.end(&target.tested, found, &target.settings, partial),
        }
    }
}

/// What is checked, and how.
struct Target {
    tested: Tested,
    settings: Settings,
}

/// What a check came to.
struct Outcome {
    counters: Counters,
    telling: Telling,
    /// Not all bits were checked.
    partial: bool,
}

/// Another number than any check of before; never 0.
fn session() -> u32 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_millis() as u32 | 1)
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
