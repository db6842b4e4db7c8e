//! [`TellingOptions`]: how a bit error rate is written, at the end and while bits come in.

use core::time::Duration;
use std::{io::Write, time::Instant};

use clap::{Args, ValueEnum};
use lfsr_core::check::{Report, Settings};

use crate::{
    bits::{bert::Tested, lanes::LanesTest, wrong::Detailed},
    report::{
        check::{self as report, Counters},
        lanes as lanes_report,
    },
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
        Ok(self.begun(1))
    }

    /// The same for so many lanes.
    pub(in crate::cmd) fn begin_lanes(self, lanes: usize, out: &mut Output) -> Result<Telling, WriteError> {
        if self.format == TellingFormat::Csv {
            writeln!(out, "lane,{}", report::CSV_HEADING).map_err(|error| out.error(error))?;
        }
        Ok(self.begun(lanes))
    }

    fn begun(self, lanes: usize) -> Telling {
        let now = Instant::now();
        Telling { options: self, begun: now, said: now, told: vec![Counters::default(); lanes] }
    }
}

/// Under way.
#[derive(Debug)]
pub(in crate::cmd) struct Telling {
    options: TellingOptions,
    begun: Instant,
    said: Instant,
    /// Of each lane.
    told: Vec<Counters>,
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
        if !self.is_due() {
            return Ok(());
        }
        let new = self.since_last(0, found);
        let text = match self.options.format {
            TellingFormat::Text | TellingFormat::Csv => self.line(found, new),
            TellingFormat::Json => self.with_new(report::object(tested, found, settings, true), new).to_string(),
        };
        write(&text, out)
    }

    /// The same for each lane.
    pub(in crate::cmd) fn meanwhile_lanes<D: Detailed>(
        &mut self,
        test: &LanesTest<D>,
        out: &mut Output,
    ) -> Result<(), WriteError> {
        if !self.is_due() {
            return Ok(());
        }
        let new: Vec<Counters> =
            test.lanes().iter().enumerate().map(|(i, lane)| self.since_last(i, &lane.report())).collect();
        let lanes = test.lanes().iter().zip(&new).enumerate();
        let lines: Vec<String> = match self.options.format {
            TellingFormat::Text => {
                lanes.map(|(i, (lane, new))| format!("lane {i}: {}", self.line(&lane.report(), *new))).collect()
            }
            TellingFormat::Csv => {
                lanes.map(|(i, (lane, new))| format!("{i},{}", self.line(&lane.report(), *new))).collect()
            }
            TellingFormat::Json => {
                let mut object = lanes_report::object(test, true);
                for (lane, new) in object["lanes"].as_array_mut().into_iter().flatten().zip(new) {
                    *lane = self.with_new(lane.take(), new);
                }
                vec![object.to_string()]
            }
        };
        write(&lines.join("\n"), out)
    }

    /// Whether it is time for the next line.
    fn is_due(&mut self) -> bool {
        let Some(every) = self.options.every else { return false };
        let is_due = self.said.elapsed() >= Duration::from_secs(every.into());
        if is_due {
            self.said = Instant::now();
        }
        is_due
    }

    /// What came since the last time.
    fn since_last(&mut self, lane: usize, found: &Report) -> Counters {
        let all = Counters::of(found);
        all.since(core::mem::replace(&mut self.told[lane], all))
    }

    /// A line of text or a row: since the last one, or since the beginning.
    fn line(&self, found: &Report, new: Counters) -> String {
        let since_last = self.options.since_last;
        match self.options.format {
            TellingFormat::Csv => {
                let counters = if since_last { new } else { Counters::of(found) };
                report::csv(self.begun.elapsed().as_secs_f64(), found, counters)
            }
            _ if since_last => report::line_since(found, new),
            _ => report::line(found),
        }
    }

    fn with_new(&self, mut object: serde_json::Value, new: Counters) -> serde_json::Value {
        if self.options.since_last {
            object["since_last"] = report::since_json(new);
        }
        object
    }

    /// The whole report at the end; `partial` if not all bits were read.
    pub(in crate::cmd) fn end(&self, tested: &Tested, found: &Report, settings: &Settings, partial: bool) -> String {
        match self.options.format {
            TellingFormat::Text => report::text(tested, found, partial),
            TellingFormat::Json => report::json(tested, found, settings, partial),
            TellingFormat::Csv => self.last_row(0, found),
        }
    }

    /// The same for each lane.
    pub(in crate::cmd) fn end_lanes<D: Detailed>(&self, test: &LanesTest<D>, partial: bool) -> String {
        match self.options.format {
            TellingFormat::Text => lanes_report::text(test, partial),
            TellingFormat::Json => lanes_report::object(test, partial).to_string(),
            TellingFormat::Csv => {
                let lanes = test.lanes().iter().enumerate();
                let rows: Vec<String> =
                    lanes.map(|(i, lane)| format!("{i},{}", self.last_row(i, &lane.report()))).collect();
                rows.join("\n")
            }
        }
    }

    fn last_row(&self, lane: usize, found: &Report) -> String {
        let all = Counters::of(found);
        let counters = if self.options.since_last { all.since(self.told[lane]) } else { all };
        report::csv(self.begun.elapsed().as_secs_f64(), found, counters)
    }
}

fn write(text: &str, out: &mut Output) -> Result<(), WriteError> {
    writeln!(out, "{text}").and_then(|()| out.flush()).map_err(|error| out.error(error))
}
