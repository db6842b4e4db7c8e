//! What a terminal shows of a bit-error-rate test that goes on.

use core::time::Duration;

use lfsr_core::check::{Burst, Report};

use super::check::{line, rate};
use crate::{bits::interval::interval, terminal::progress::metric};

/// Lanes that have a line of their own.
const SHOWN: usize = 16;

/// Counters of all lanes together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    bits: u64,
    compared: u64,
    errors: u64,
}

impl Sum {
    /// Of these.
    #[must_use]
    pub fn of(lanes: &[&Report]) -> Self {
        lanes.iter().fold(Self::default(), |sum, report| Self {
            bits: sum.bits + report.bits,
            compared: sum.compared + report.compared,
            errors: sum.errors + report.errors,
        })
    }
}

/// A line for each lane; the rate of bits and of errors, `before` being what there was so long ago; the last bursts.
#[must_use]
pub fn text(elapsed: Duration, lanes: &[&Report], now: Sum, before: (Duration, Sum)) -> String {
    let mut lines: Vec<String> = match lanes {
        [only] => vec![line(only)],
        _ => lanes.iter().take(SHOWN).enumerate().map(|(i, report)| format!("lane {i}: {}", line(report))).collect(),
    };
    if lanes.len() > SHOWN {
        lines.push(format!("and {} more lanes", lanes.len() - SHOWN));
    }
    let (ago, then) = before;
    let per_second = now.bits.saturating_sub(then.bits) as f64 / ago.as_secs_f64().max(1e-3);
    let mut pace = format!("{} s, {}bit/s", elapsed.as_secs(), spaced(&metric(per_second)));
    if now.compared > 0 {
        let (low, high) = interval(now.errors, now.compared);
        let (compared, errors) = (now.compared.saturating_sub(then.compared), now.errors.saturating_sub(then.errors));
        let recent = if compared == 0 { 0.0 } else { errors as f64 / compared as f64 };
        pace.push_str(&format!(
            "; rate 95 %: {} to {}; the last {:.0} s: {}",
            rate(low),
            rate(high),
            ago.as_secs_f64(),
            rate(recent)
        ));
    }
    lines.push(pace);
    for (i, report) in lanes.iter().take(SHOWN).enumerate() {
        let burst = |burst: &Burst| format!("{} errors in bits {} to {}", burst.errors, burst.start, burst.end);
        let last: Vec<String> = report.details.last_bursts.iter().flatten().map(burst).collect();
        if !last.is_empty() {
            let lane = if lanes.len() > 1 { format!("lane {i}: ") } else { String::new() };
            lines.push(format!("{lane}last bursts: {}", last.join("; ")));
        }
    }
    lines.join("\n")
}

/// `12.3 M` followed by a unit, `123` with a blank.
fn spaced(metric: &str) -> String {
    if metric.ends_with(|c: char| c.is_ascii_digit()) { format!("{metric} ") } else { metric.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_sees() {
        let mut report: Report = Report::default();
        (report.bits, report.compared, report.errors) = (2_000_000, 1_999_000, 7);
        (report.is_locked, report.locks) = (true, 1);
        report.details.last_bursts[0] = Some(Burst { start: 10, end: 12, errors: 3 });
        let then = Sum { bits: 1_000_000, compared: 1_000_000, errors: 5 };
        let seconds = Duration::from_secs;
        let shown = text(seconds(9), &[&report], Sum::of(&[&report]), (seconds(4), then));
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines[0].starts_with("locked with errors: 1999000 bits compared, 7 errors"), "{shown}");
        assert!(
            lines[1].starts_with("9 s, 250 kbit/s; rate 95 %: ") && lines[1].ends_with("the last 4 s: 2.002e-6"),
            "{shown}"
        );
        assert_eq!(lines[2], "last bursts: 3 errors in bits 10 to 12");
        let many = vec![&report; 20];
        let shown = text(seconds(1), &many, Sum::of(&many), (seconds(1), Sum::default()));
        assert!(
            shown.contains("lane 15: ") && !shown.contains("lane 16: ") && shown.contains("and 4 more lanes"),
            "{shown}"
        );
        assert!(shown.contains("40.0 Mbit/s"), "{shown}");
    }
}
