//! `lfsr check`.

mod lanes;
mod live;

use core::time::Duration;
use std::{
    io::Write,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use lfsr_core::check::{Details, LockState, Report};

use super::{
    failure::Failure,
    interrupt,
    options::{CaptureArgs, Global, RegisterOptions, TellingFormat, TellingOptions},
    print::titled,
    status::Status,
};
use crate::{
    bits::{
        bert::{Begun, Bert, Expected, Next, Silent, Thresholds},
        wrong::{Detailed, Wrong, usual},
    },
    report::{
        check::{self as report, Counters},
        draw::errors::Errors,
    },
    terminal::output::Output,
};
use lanes::LaneOptions;
use live::Live;

/// Measures the bit error rate of a received sequence: lock, errors, slips, polarity.
///
/// Locks to the stream by itself, counts each wrong bit once, and tells inserted and deleted bits, bursts, a complemented stream
/// and a stuck line apart. Of several lanes each is checked, and how they lie to each other is said. Exit status 0: locked and clean; 1: errors,
/// slips or no lock.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  lfsr generate PRBS23 --bits 100k --errors 1e-3 -q | lfsr check PRBS23\n  lfsr generate PRBS9 --bits 100k | lfsr check auto --format json\n  lfsr generate PRBS15 --bits 100k | lfsr check PRBS15 --lanes 4"
)]
pub(super) struct Check {
    /// The register in any notation, a name, or `auto`: whichever sequence of the catalogue it is.
    #[arg(value_name = "REGISTER")]
    register: String,
    #[command(flatten)]
    capture: CaptureArgs,
    #[command(flatten)]
    lanes: LaneOptions,
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
    /// Also draw where the wrong bits lie, as `lfsr draw errors` does, into this file (SVG); of several lanes a row for each.
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    #[command(flatten)]
    telling: TellingOptions,
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

/// How often the line on a terminal is drawn.
const DRAW: Duration = Duration::from_millis(250);

/// Runs a test and puts what is drawn of it, if there was one, into a file.
fn plotted<T>(
    path: &Path,
    test: impl FnOnce() -> Result<(Status, Option<T>), Failure>,
    draw: impl FnOnce(&T) -> String,
) -> Result<Status, Failure> {
    // Before the bits are read: a file that cannot be written is said at once.
    let mut picture = Output::new(Some(path))?;
    let (status, tested) = test()?;
    let Some(tested) = tested else { return Ok(status) };
    picture.write_all(draw(&tested).as_bytes()).map_err(|error| picture.error(error))?;
    picture.finish()?;
    Ok(status)
}

impl Check {
    /// Reads all bits and prints the report.
    ///
    /// # Errors
    /// If the register or the input cannot be read or the output not be written.
    pub(super) fn run(self, global: &Global) -> Result<Status, Failure> {
        let expected = self.options.expected(&self.register)?;
        if self.lanes.are_asked_for() {
            return self.run_lanes(expected.as_ref(), global);
        }
        let Some(path) = &self.plot else {
            return Ok(self.test(Details::default(), expected, global)?.0);
        };
        let draw = |test: &Bert<Wrong>| {
            let tested = test.tested();
            Errors::new(test.report().clone()).svg(&format!("{}, {}", tested.file, tested.name))
        };
        plotted(path, || self.test(Wrong::default(), expected, global), draw)
    }

    /// Reads all bits and prints the report; the test, if there was one, has these details.
    fn test<D: Detailed>(
        &self,
        details: D,
        expected: Option<Expected>,
        global: &Global,
    ) -> Result<(Status, Option<Bert<D>>), Failure> {
        let capture = self.capture.open()?;
        let mut out = Output::new(None)?;
        let control = interrupt::control();
        let begin = |out: &mut Output| self.telling.begin(out);
        let begun = Bert::keeping(details, capture, expected, self.thresholds(), &|| control.is_stopped());
        let mut test = match begun? {
            Begun::Running(test) => test,
            Begun::Unknown(silent) => {
                begin(&mut out)?;
                return Ok((self.unknown(&silent, out)?, None));
            }
            Begun::Stopped => return Ok((Status::Interrupted, None)),
        };
        let mut live = Live::new(global);
        let mut telling = begin(&mut out)?;
        while !control.is_stopped() && test.next(DRAW)? != Next::End {
            let report = usual(test.report());
            live.show(&[&report]);
            telling.meanwhile(test.tested(), &report, test.settings(), &mut out)?;
        }
        drop(live);
        let status = test.finish().status();
        let partial = control.is_stopped();
        let text = telling.end(test.tested(), &usual(test.report()), test.settings(), partial);
        let text = if self.telling.format == TellingFormat::Text { titled(&text, global) } else { text };
        writeln!(out, "{text}").map_err(|error| out.error(error))?;
        out.finish()?;
        let status = match status {
            _ if partial => Status::Interrupted,
            LockState::Locked => Status::Done,
            _ => Status::No,
        };
        Ok((status, Some(test)))
    }

    fn thresholds(&self) -> Thresholds {
        Thresholds {
            lock_bits: self.lock_bits,
            loss_errors: Some(self.loss_errors),
            max_slip: Some(self.max_slip),
            burst_gap: Some(self.burst_gap),
            inverted: match self.polarity {
                Polarity::Auto => None,
                Polarity::Normal => Some(false),
                Polarity::Inverted => Some(true),
            },
        }
    }

    /// No sequence of the catalogue fits.
    fn unknown(&self, silent: &Silent, mut out: Output) -> Result<Status, Failure> {
        let text = match self.telling.format {
            TellingFormat::Json => report::silent_json(silent),
            TellingFormat::Csv => {
                let mut nothing = Report::default();
                nothing.bits = silent.bits;
                report::csv(0.0, &nothing, Counters::of(&nothing))
            }
            TellingFormat::Text if silent.stuck.is_some() => report::silent_text(silent),
            TellingFormat::Text => format!("{}; `lfsr identify` looks for others", report::silent_text(silent)),
        };
        writeln!(out, "{text}").map_err(|error| out.error(error))?;
        out.finish()?;
        Ok(Status::No)
    }
}
