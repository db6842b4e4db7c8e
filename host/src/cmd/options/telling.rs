//! [`TellingOptions`]: how a bit error rate is written, at the end and while bits come in.

use core::time::Duration;
use std::{io::Write, time::Instant};

use clap::{Args, ValueEnum};
use lfsr_core::check::{Report, Settings};

use crate::{
    bits::bert::Tested,
    report::check::{self as report, Counters},
    terminal::output::{Output, WriteError},
};

/// What is written, and when.
#[derive(Debug, Clone, Copy, Args)]
pub(in crate::cmd) struct TellingOptions {
    /// Also report every so many seconds while bits come in.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    every: Option<u32>,
    /// With --every: what came since the last line, not since the beginning.
    #[arg(long, requires = "every")]
    since_last: bool,
    /// How the result is written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(in crate::cmd) format: TellingFormat,
}

/// How a bit error rate is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cmd) enum TellingFormat {
    /// For people.
    Text,
    /// One object a line.
    Json,
    /// A heading and a row; with --every a row each time, for the error rate over time.
    Csv,
}

impl TellingOptions {
    /// Begins: the heading of a table is written.
    pub(in crate::cmd) fn begin(self, out: &mut Output) -> Result<Telling, WriteError> {
        if self.format == TellingFormat::Csv {
            writeln!(out, "{}", report::CSV_HEADING).map_err(|error| out.error(error))?;
        }
        let now = Instant::now();
        Ok(Telling { options: self, begun: now, said: now, told: Counters::default() })
    }
}

/// Under way.
#[derive(Debug)]
pub(in crate::cmd) struct Telling {
    options: TellingOptions,
    begun: Instant,
    said: Instant,
    told: Counters,
}

impl Telling {
    /// One line or row of what was found so far, or since the last one, if it is time for it.
    pub(in crate::cmd) fn meanwhile(
        &mut self,
        tested: &Tested,
        found: &Report,
        settings: &Settings,
        out: &mut Output,
    ) -> Result<(), WriteError> {
        let Some(every) = self.options.every else { return Ok(()) };
        if self.said.elapsed() < Duration::from_secs(every.into()) {
            return Ok(());
        }
        self.said = Instant::now();
        let since_last = self.options.since_last;
        let all = Counters::of(found);
        let new = all.since(core::mem::replace(&mut self.told, all));
        let text = match self.options.format {
            TellingFormat::Text if since_last => report::line_since(found, new),
            TellingFormat::Text => report::line(found),
            TellingFormat::Csv => {
                report::csv(self.begun.elapsed().as_secs_f64(), found, if since_last { new } else { all })
            }
            TellingFormat::Json => {
                let mut object = report::object(tested, found, settings, true);
                if since_last {
                    object["since_last"] = report::since_json(new);
                }
                object.to_string()
            }
        };
        writeln!(out, "{text}").and_then(|()| out.flush()).map_err(|error| out.error(error))
    }

    /// The whole report at the end; `partial` if not all bits were read.
    pub(in crate::cmd) fn end(&self, tested: &Tested, found: &Report, settings: &Settings, partial: bool) -> String {
        match self.options.format {
            TellingFormat::Text => report::text(tested, found, partial),
            TellingFormat::Json => report::json(tested, found, settings, partial),
            TellingFormat::Csv => {
                let all = Counters::of(found);
                let counters = if self.options.since_last { all.since(self.told) } else { all };
                report::csv(self.begun.elapsed().as_secs_f64(), found, counters)
            }
        }
    }
}
