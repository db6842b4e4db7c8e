//! `lfsr check`.

use core::time::Duration;
use std::{
    io::{IsTerminal, Write},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, sync_channel},
    },
    time::Instant,
};

use clap::{Args, ValueEnum};
use lfsr_core::{
    bit_order::BitOrder,
    catalogue::Entry,
    check::{Report, Settings, Status as Lock},
    notation::Polynomial,
    register::Register,
};
use serde_json::json;

use super::{failure::Failure, interrupt::on_interrupt, options::RegisterOptions};
use crate::{
    bits::{
        capture::{Capture, CaptureOptions},
        interval::interval,
        probe::{self, AnyChecker, Bits},
        signal::Signal,
    },
    cmd::{options::Global, status::Status},
    sched::control::Control,
    terminal::output::Output,
};

/// Measures the bit error rate of a received sequence: lock, errors, slips, polarity.
///
/// Locks to the stream by itself, counts each wrong bit once, and tells inserted and deleted bits, bursts, a complemented stream
/// and a stuck line apart. Exit status 0: locked and clean; 1: errors, slips or no lock.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The register in any notation, a name, or `auto`: whichever sequence of the catalogue it is.
    #[arg(value_name = "REGISTER")]
    register: String,
    #[command(flatten)]
    capture: CaptureOptions,
    #[command(flatten)]
    options: RegisterOptions,
    /// Which polarity to lock to.
    #[arg(long, value_name = "WHICH", default_value = "auto")]
    polarity: Polarity,
    /// Bits that must fit before it locks, beyond the n that make a state [default: n, at least 32].
    #[arg(long, value_name = "BITS", value_parser = clap::value_parser!(u32).range(1..=1000))]
    lock_bits: Option<u32>,
    /// Wrong bits of the last 512 that lose the lock.
    #[arg(long, value_name = "BITS", default_value = "154", value_parser = clap::value_parser!(u32).range(1..=511))]
    loss_errors: u32,
    /// The most bits looked for as inserted or deleted.
    #[arg(long, value_name = "BITS", default_value = "64", value_parser = clap::value_parser!(u32).range(0..=4096))]
    max_slip: u32,
    /// Errors at least that many bits apart are two bursts.
    #[arg(long, value_name = "BITS", default_value = "32", value_parser = clap::value_parser!(u64).range(1..))]
    burst_gap: u64,
    /// Also report every so many seconds while bits come in.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    every: Option<u32>,
    /// How the result is written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Polarity {
    /// Either; the report says which.
    Auto,
    /// Only the sequence as the register puts it out.
    Normal,
    /// Only its complement.
    Inverted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One object a line.
    Json,
}

/// Bits read before a decision about sequence and bit order, at least so many if there are.
const HEAD: u64 = 1 << 16;

/// How often the line on a terminal is drawn.
const DRAW: Duration = Duration::from_millis(250);

/// What is being checked.
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) register: Register,
    pub(super) entry: Option<&'static Entry>,
    pub(super) order: BitOrder,
    pub(super) file: String,
}

impl Check {
    /// Reads all bits and prints the report.
    ///
    /// # Errors
    /// If the register or the input cannot be read or the output not be written.
    pub(super) fn run(self, global: &Global) -> Result<Status, Failure> {
        let signal = match self.register.trim().eq_ignore_ascii_case("auto") {
            true => None,
            false => Some(self.options.signal(&self.register)?),
        };
        let register = signal.as_ref().map(|signal| self.register_of(signal)).transpose()?;
        let capture = Capture::open(&self.capture).map_err(Failure::bad_input)?;
        let file = capture.name().to_owned();
        let mut out = Output::new(None).map_err(Failure::failed)?;
        let control = Arc::new(Control::default());
        on_interrupt(&control);

        // The head decides sequence and order.
        let (guessed, said) = (capture.is_order_guessed, capture.order);
        let receiver = read_in_background(capture);
        let wanted = if signal.is_some() && !guessed { 1 } else { HEAD };
        let (mut head, mut count) = (Vec::new(), 0);
        while count < wanted && count.is_multiple_of(64) && !control.is_stopped() {
            match receiver.recv_timeout(DRAW) {
                Ok(Ok((_, 0))) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(Ok((words, now))) => {
                    head.extend(words);
                    count += now;
                }
                Ok(Err(message)) => return Err(Failure::bad_input(message)),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        if count == 0 && control.is_stopped() {
            return Ok(Status::Interrupted);
        }
        if count == 0 {
            return Err(Failure::bad_input(format!("{file}: no bits in it")));
        }
        let bits = Bits { words: &head, count };
        let both = [BitOrder::Msb, BitOrder::Lsb];
        let orders: &[BitOrder] = if guessed { &both } else { core::slice::from_ref(&said) };
        let subject = match (signal, register) {
            (Some(signal), Some(register)) => {
                let fit = |order: &BitOrder| {
                    let settings = self.settings(&register, *order, signal.zero_limit);
                    probe::check(&register, settings, bits).is_some_and(|report| probe::fits(&report))
                };
                let order = orders.iter().copied().find(fit).unwrap_or(orders[0]);
                Subject { name: self.register.clone(), register, entry: signal.entry, order, file }
            }
            _ => match probe::probe(bits, orders, |settings| self.adjust(settings)) {
                Some(found) => Subject {
                    name: found.entry.name.into(),
                    register: found.entry.register(),
                    entry: Some(found.entry),
                    order: found.order,
                    file,
                },
                None => return unknown(self.format, &file, bits, out),
            },
        };
        let settings =
            self.settings(&subject.register, subject.order, subject.entry.map_or(0, |entry| entry.zero_limit));
        let no_sequence =
            || Failure::bad_input(format!("{}: all that register ends in is one fixed state", subject.name));
        let mut checker = AnyChecker::new(&subject.register, settings, true).ok_or_else(no_sequence)?;
        checker.push(bits);

        let live = std::io::stderr().is_terminal() && !global.quiet && !global.no_progress;
        let (mut drawn, mut reported) = (Instant::now(), Instant::now());
        loop {
            match receiver.recv_timeout(DRAW) {
                Ok(Ok((_, 0))) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(Ok((words, count))) => checker.push(Bits { words: &words, count }),
                Ok(Err(message)) => return Err(Failure::bad_input(message)),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if control.is_stopped() {
                break;
            }
            if live && drawn.elapsed() >= DRAW {
                draw(checker.report());
                drawn = Instant::now();
            }
            if let Some(every) = self.every
                && reported.elapsed() >= Duration::from_secs(every.into())
            {
                let text = match self.format {
                    Format::Text => line(checker.report()),
                    Format::Json => json(&subject, checker.report(), &settings, true),
                };
                writeln!(out, "{text}").and_then(|()| out.flush()).map_err(|error| out.error(error))?;
                reported = Instant::now();
            }
        }
        if live {
            // Erases the line.
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
        checker.finish();
        let report = checker.report();
        let partial = control.is_stopped();
        let text = match self.format {
            Format::Text => text(&subject, report, partial),
            Format::Json => json(&subject, report, &settings, partial),
        };
        writeln!(out, "{text}").map_err(|error| out.error(error))?;
        out.finish()?;
        Ok(match report.status() {
            _ if partial => Status::Interrupted,
            Lock::Locked => Status::Done,
            _ => Status::No,
        })
    }

    fn register_of(&self, signal: &Signal) -> Result<Register, Failure> {
        signal.register.narrow().ok_or_else(|| {
            let degree = signal.register.degree();
            Failure::bad_input(format!("{}: degree {degree}; sequences up to degree 64 can be checked", self.register))
        })
    }

    fn settings(&self, register: &Register, order: BitOrder, zero_limit: u8) -> Settings {
        Settings { order, zero_limit, ..self.adjust(Settings::new(register)) }
    }

    fn adjust(&self, settings: Settings) -> Settings {
        Settings {
            lock_bits: self.lock_bits.unwrap_or(settings.lock_bits),
            loss_errors: self.loss_errors,
            max_slip: self.max_slip,
            burst_gap: self.burst_gap,
            inverted: match self.polarity {
                Polarity::Auto => None,
                Polarity::Normal => Some(false),
                Polarity::Inverted => Some(true),
            },
            ..settings
        }
    }
}

/// Words and how many bits of them count; 0 at the end.
type Piece = Result<(Vec<u64>, u64), String>;

/// Reads on another thread, so that a stream that stalls can be interrupted and reported.
fn read_in_background(mut capture: Capture) -> Receiver<Piece> {
    let (sender, receiver) = sync_channel(4);
    std::thread::spawn(move || {
        loop {
            let mut words = Vec::new();
            let read = capture.read(&mut words).map(|count| (words, count));
            let last = !matches!(read, Ok((_, 1..)));
            // The other end is gone if the run was interrupted.
            if sender.send(read).is_err() || last {
                break;
            }
        }
    });
    receiver
}

/// No sequence of the catalogue fits.
fn unknown(format: Format, file: &str, bits: Bits<'_>, mut out: Output) -> Result<Status, Failure> {
    let words = bits.words.get(..(bits.count / 64) as usize).unwrap_or(&[]);
    let stuck = match words {
        [] => None,
        words if words.iter().all(|&word| word == 0) => Some("0"),
        words if words.iter().all(|&word| word == u64::MAX) => Some("1"),
        _ => None,
    };
    let text = match format {
        Format::Json => json!({"schema": "lfsr.check/1", "source": file, "register": null, "status": "searching",
            "stuck": stuck, "bits": bits.count.to_string()})
        .to_string(),
        Format::Text => match stuck {
            Some(level) => format!("{file}: stuck at {level}"),
            None => format!("{file}: no lock: none of the catalogue's sequences; `lfsr identify` looks for others"),
        },
    };
    writeln!(out, "{text}").map_err(|error| out.error(error))?;
    out.finish()?;
    Ok(Status::No)
}

/// The level a line is stuck at: nearly all that was not compared.
fn stuck(report: &Report) -> Option<&'static str> {
    let open = report.bits.saturating_sub(report.compared).max(1);
    let most = |bits: u64| bits >= 64 && bits.saturating_mul(10) >= open.saturating_mul(9);
    match report.status() {
        Lock::Locked | Lock::LockedWithErrors => None,
        _ if most(report.stuck_low) => Some("0"),
        _ if most(report.stuck_high) => Some("1"),
        _ => None,
    }
}

fn verdict(report: &Report) -> String {
    match (report.status(), stuck(report)) {
        (Lock::Searching, Some(level)) => format!("stuck at {level}"),
        (Lock::Lost, Some(level)) => format!("lost the lock; the line is stuck at {level}"),
        (Lock::Searching, None) => "no lock: another sequence, or far too many errors".into(),
        (Lock::Lost, None) => "lost the lock".into(),
        (Lock::Locked, _) => "locked, no errors".into(),
        (Lock::LockedWithErrors, _) => "locked with errors".into(),
    }
}

/// `1.234e-5`, or 0.
fn rate(value: f64) -> String {
    if value == 0.0 { "0".into() } else { format!("{value:.3e}") }
}

fn line(report: &Report) -> String {
    format!(
        "{}: {} bits compared, {} errors, rate {}, {} slips",
        verdict(report),
        report.compared,
        report.errors,
        rate(report.rate()),
        report.slips
    )
}

fn draw(report: &Report) {
    // A terminal that went away is no reason to stop.
    let _ = write!(std::io::stderr(), "\r\x1b[K{}", line(report));
}

pub(super) fn text(subject: &Subject, report: &Report, partial: bool) -> String {
    let mut lines = vec![format!(
        "{}: {}: {}{}",
        subject.file,
        subject.entry.map_or(subject.name.as_str(), |entry| entry.name),
        verdict(report),
        if partial { " (interrupted: not all bits were read)" } else { "" }
    )];
    let mut row = |name: &str, value: String| lines.push(format!("  {name:<15}{value}"));
    let mut bits = format!("{} received, {} compared", report.bits, report.compared);
    if report.skipped > 0 {
        bits.push_str(&format!(", {} left out", report.skipped));
    }
    row("bits", bits);
    if report.compared > 0 {
        let (low, high) = interval(report.errors, report.compared);
        let limits = format!("95 %: {} to {}", rate(low), rate(high));
        row("errors", format!("{}, rate {} ({limits})", report.errors, rate(report.rate())));
        let expected = subject.entry.map(Entry::is_inverted);
        let polarity = if report.inverted { "inverted" } else { "not inverted" };
        let remark = match expected {
            Some(expected) if expected == report.inverted => ", as it is sent",
            Some(true) => ": INVERTED on its way, since it is sent complemented",
            Some(false) => ": INVERTED on its way",
            None => "",
        };
        row("polarity", format!("{polarity}{remark}"));
        row("bit order", subject.order.to_string());
    }
    if report.slips > 0 {
        let first = report
            .details
            .first_slip
            .map_or(String::new(), |slip| format!("; the first at bit {}, {:+}", slip.at, slip.bits));
        row("slips", format!("{}: {} bits inserted, {} deleted{first}", report.slips, report.inserted, report.deleted));
    }
    if report.flips > 0 {
        row("polarity", format!("changed {} times", report.flips));
    }
    if report.losses > 0 {
        row("lock lost", format!("{} times", report.losses));
    }
    let burst =
        |burst: &lfsr_core::check::Burst| format!("bits {} to {}, {} errors", burst.start, burst.end, burst.errors);
    if let (Some(first), Some(longest)) = (&report.details.first_burst, &report.details.longest_burst) {
        row("first burst", burst(first));
        row("longest burst", burst(longest));
        row("bursts", report.bursts.to_string());
    }
    let gaps: Vec<String> = gaps(report).map(|(from, to, count)| format!("{from}-{to}: {count}")).collect();
    if !gaps.is_empty() {
        row("gaps", gaps.join(", "));
    }
    if report.stuck_low + report.stuck_high > 0 {
        row(
            "constant",
            format!("{} bits of 0 and {} of 1 while there was no lock", report.stuck_low, report.stuck_high),
        );
    }
    lines.join("\n")
}

/// (from, to, count) of the distances that occur.
fn gaps(report: &Report) -> impl Iterator<Item = (u64, u64, u64)> {
    let counts = report.details.gaps.iter().enumerate().filter(|(_, count)| **count > 0);
    counts.map(|(i, &count)| (1u64 << i, (1u64 << i) + ((1u64 << i) - 1), count))
}

pub(super) fn json(subject: &Subject, report: &Report, settings: &Settings, partial: bool) -> String {
    let (low, high) = interval(report.errors, report.compared);
    let big = |value: u64| value.to_string();
    let burst = |burst: &Option<lfsr_core::check::Burst>| {
        burst.map(|b| json!({"start": big(b.start), "end": big(b.end), "errors": big(b.errors)}))
    };
    let status = match report.status() {
        Lock::Searching => "searching",
        Lock::Locked => "locked",
        Lock::LockedWithErrors => "locked-with-errors",
        Lock::Lost => "lost",
    };
    json!({
        "schema": "lfsr.check/1",
        "source": subject.file,
        "register": subject.name,
        "name": subject.entry.map(|entry| entry.name),
        "characteristic": Polynomial(subject.register.characteristic()).to_string(),
        "degree": subject.register.degree(),
        "status": status,
        "stuck": stuck(report),
        "partial": partial,
        "bits": big(report.bits),
        "compared": big(report.compared),
        "skipped": big(report.skipped),
        "errors": big(report.errors),
        "rate": (report.compared > 0).then(|| report.rate()),
        "interval": [low, high],
        "confidence": 0.95,
        "inverted": (report.locks > 0).then_some(report.inverted),
        "expected_inverted": subject.entry.map(Entry::is_inverted),
        "order": match subject.order { BitOrder::Msb => "msb", BitOrder::Lsb => "lsb" },
        "slips": big(report.slips),
        "inserted": big(report.inserted),
        "deleted": big(report.deleted),
        "first_slip": report.details.first_slip.map(|slip| json!({"at": big(slip.at), "bits": slip.bits})),
        "polarity_changes": big(report.flips),
        "locks": big(report.locks),
        "losses": big(report.losses),
        "bursts": big(report.bursts),
        "first_burst": burst(&report.details.first_burst),
        "longest_burst": burst(&report.details.longest_burst),
        "gaps": gaps(report).map(|(from, to, count)| json!({"from": big(from), "to": big(to), "count": big(count)})).collect::<Vec<_>>(),
        "stuck_low": big(report.stuck_low),
        "stuck_high": big(report.stuck_high),
        "thresholds": {"lock_bits": settings.lock_bits, "loss_errors": settings.loss_errors, "max_slip": settings.max_slip,
            "burst_gap": settings.burst_gap},
    })
    .to_string()
}
