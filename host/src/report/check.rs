//! What a user sees of a bit-error-rate test: text, JSON, one line.

use lfsr_core::{
    bit_order::BitOrder,
    catalogue::Entry,
    check::{Burst, LockState, Report, Settings},
    notation::Polynomial,
};
use serde_json::json;

use crate::bits::{
    bert::{Silent, Tested},
    interval::interval,
    reading::Reading,
};

/// The whole report; `partial` if not all bits were read.
#[must_use]
pub fn text(tested: &Tested, report: &Report, partial: bool) -> String {
    let mut lines = vec![format!(
        "{}: {}: {}{}",
        tested.file,
        tested.entry.map_or(tested.name.as_str(), |entry| entry.name),
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
        let expected = tested.entry.map(Entry::is_inverted);
        let polarity = if report.inverted { "inverted" } else { "not inverted" };
        let remark = match expected {
            Some(expected) if expected == report.inverted => ", as it is sent",
            Some(true) => ": INVERTED on its way, since it is sent complemented",
            Some(false) => ": INVERTED on its way",
            None => "",
        };
        row("polarity", format!("{polarity}{remark}"));
        if tested.reading.order.is_some() {
            row("bit order", tested.reading.to_string());
        }
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
    if report.overruns > 0 {
        row(
            "overruns",
            format!("{}: bits came faster than they were taken; those lost are no errors", report.overruns),
        );
    }
    let burst = |burst: &Burst| format!("bits {} to {}, {} errors", burst.start, burst.end, burst.errors);
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

/// The order of bits in bytes, for programs.
#[must_use]
pub fn order(reading: Reading) -> Option<&'static str> {
    reading.order.map(|order| match order {
        BitOrder::Msb => "msb",
        BitOrder::Lsb => "lsb",
    })
}

/// The whole report as one object, schema `lfsr.check/1`.
#[must_use]
pub fn json(tested: &Tested, report: &Report, settings: &Settings, partial: bool) -> String {
    object(tested, report, settings, partial).to_string()
}

/// The same, to be added to.
#[must_use]
pub fn object(tested: &Tested, report: &Report, settings: &Settings, partial: bool) -> serde_json::Value {
    let (low, high) = interval(report.errors, report.compared);
    let big = |value: u64| value.to_string();
    let burst = |burst: &Option<Burst>| {
        burst.map(|b| json!({"start": big(b.start), "end": big(b.end), "errors": big(b.errors)}))
    };
    json!({
        "schema": "lfsr.check/1",
        "source": tested.file,
        "register": tested.name,
        "name": tested.entry.map(|entry| entry.name),
        "characteristic": Polynomial(tested.register.characteristic()).to_string(),
        "degree": tested.register.degree(),
        "status": status(report),
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
        "expected_inverted": tested.entry.map(Entry::is_inverted),
        "order": order(tested.reading), "swapped_bits": tested.reading.swapped_bits(),
        "slips": big(report.slips),
        "inserted": big(report.inserted),
        "deleted": big(report.deleted),
        "first_slip": report.details.first_slip.map(|slip| json!({"at": big(slip.at), "bits": slip.bits})),
        "polarity_changes": big(report.flips),
        "locks": big(report.locks),
        "losses": big(report.losses),
        "overruns": big(report.overruns),
        "bursts": big(report.bursts),
        "first_burst": burst(&report.details.first_burst),
        "longest_burst": burst(&report.details.longest_burst),
        "gaps": gaps(report).map(|(from, to, count)| json!({"from": big(from), "to": big(to), "count": big(count)})).collect::<Vec<_>>(),
        "stuck_low": big(report.stuck_low),
        "stuck_high": big(report.stuck_high),
        "thresholds": {"lock_bits": settings.lock_bits, "loss_errors": settings.loss_errors, "max_slip": settings.max_slip,
            "burst_gap": settings.burst_gap},
    })
}

/// What is said of a stream that is no sequence of the catalogue.
#[must_use]
pub fn silent_text(silent: &Silent) -> String {
    let file = &silent.file;
    match silent.stuck {
        Some(level) => format!("{file}: stuck at {level}"),
        None => format!("{file}: no lock: none of the catalogue's sequences"),
    }
}

/// The same as one object.
#[must_use]
pub fn silent_json(silent: &Silent) -> String {
    json!({"schema": "lfsr.check/1", "source": silent.file, "register": null, "status": "searching",
        "stuck": silent.stuck, "bits": silent.bits.to_string()})
    .to_string()
}

/// The level a line is stuck at: nearly all that was not compared.
fn stuck(report: &Report) -> Option<&'static str> {
    let open = report.bits.saturating_sub(report.compared).max(1);
    let most = |bits: u64| bits >= 64 && bits.saturating_mul(10) >= open.saturating_mul(9);
    match report.status() {
        LockState::Locked | LockState::LockedWithErrors => None,
        _ if most(report.stuck_low) => Some("0"),
        _ if most(report.stuck_high) => Some("1"),
        _ => None,
    }
}

pub(super) fn verdict(report: &Report) -> String {
    match (report.status(), stuck(report)) {
        (LockState::Searching, Some(level)) => format!("stuck at {level}"),
        (LockState::Lost, Some(level)) => format!("lost the lock; the line is stuck at {level}"),
        (LockState::Searching, None) => "no lock: another sequence, or far too many errors".into(),
        (LockState::Lost, None) => "lost the lock".into(),
        (LockState::Locked, _) => "locked, no errors".into(),
        (LockState::LockedWithErrors, _) => "locked with errors".into(),
    }
}

/// `1.234e-5`, or 0.
pub(super) fn rate(value: f64) -> String {
    if value == 0.0 { "0".into() } else { format!("{value:.3e}") }
}

/// Counters at some time.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counters {
    compared: u64,
    errors: u64,
    skipped: u64,
    slips: u64,
    losses: u64,
    overruns: u64,
}

impl Counters {
    /// Those of a report.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let Report { compared, errors, skipped, slips, losses, overruns, .. } = *report;
        Self { compared, errors, skipped, slips, losses, overruns }
    }

    /// What came after `before`. Bits that were compared may be left out later, so that a difference may be less than nothing: 0.
    #[must_use]
    pub fn since(self, before: Self) -> Self {
        Self {
            compared: self.compared.saturating_sub(before.compared),
            errors: self.errors.saturating_sub(before.errors),
            skipped: self.skipped.saturating_sub(before.skipped),
            slips: self.slips.saturating_sub(before.slips),
            losses: self.losses.saturating_sub(before.losses),
            overruns: self.overruns.saturating_sub(before.overruns),
        }
    }

    fn rate(self) -> f64 {
        if self.compared == 0 { 0.0 } else { self.errors as f64 / self.compared as f64 }
    }
}

/// The heading of the rows of [`csv()`].
pub const CSV_HEADING: &str = "elapsed_s,status,bits,compared,errors,rate,skipped,slips,losses,inverted,overruns";

/// A row: where the checker stands now, and counters.
#[must_use]
pub fn csv(elapsed: f64, report: &Report, counters: Counters) -> String {
    let Counters { compared, errors, skipped, slips, losses, overruns } = counters;
    let (status, bits, inverted) = (status(report), report.bits, report.inverted);
    format!(
        "{elapsed:.3},{status},{bits},{compared},{errors},{},{skipped},{slips},{losses},{inverted},{overruns}",
        rate(counters.rate())
    )
}

/// One line of what came since the last one.
#[must_use]
pub fn line_since(report: &Report, new: Counters) -> String {
    let now = if report.is_locked { "locked" } else { "not locked" };
    let mut lost = if new.losses > 0 { format!(", lock lost {} times", new.losses) } else { String::new() };
    if new.overruns > 0 {
        lost.push_str(&format!(", {} overruns", new.overruns));
    }
    format!(
        "{now}: since the last line {} bits compared, {} errors, rate {}, {} slips{lost}",
        new.compared,
        new.errors,
        rate(new.rate()),
        new.slips
    )
}

/// The same counters as an object.
#[must_use]
pub fn since_json(new: Counters) -> serde_json::Value {
    json!({"compared": new.compared.to_string(), "errors": new.errors.to_string(), "rate": new.rate(),
        "skipped": new.skipped.to_string(), "slips": new.slips.to_string(), "losses": new.losses.to_string(),
        "overruns": new.overruns.to_string()})
}

fn status(report: &Report) -> &'static str {
    match report.status() {
        LockState::Searching => "searching",
        LockState::Locked => "locked",
        LockState::LockedWithErrors => "locked-with-errors",
        LockState::Lost => "lost",
    }
}

/// One line, for a display that changes.
#[must_use]
pub fn line(report: &Report) -> String {
    format!(
        "{}: {} bits compared, {} errors, rate {}, {} slips",
        verdict(report),
        report.compared,
        report.errors,
        rate(report.rate()),
        report.slips
    )
}
