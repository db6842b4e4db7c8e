//! `lfsr check` of several lanes.

use core::str::FromStr;
use std::io::Write;

use clap::Args;
use lfsr_core::check::{Details, LockState, Report};

use super::{Check, DRAW, Live, plotted};
use crate::{
    bits::{
        bert::{Begun, Expected, Next},
        lanes::{Lane, LanesTest, MOST_LANES, Sharing},
        wrong::{Detailed, Wrong},
    },
    cmd::{
        failure::Failure,
        interrupt,
        options::{Global, TellingFormat},
        print::titled,
        status::Status,
    },
    report::draw::lanes::LaneErrors,
    terminal::output::Output,
};

/// How many lanes, and how they share a capture.
#[derive(Debug, Args)]
#[command(next_help_heading = "Lanes")]
pub(super) struct LaneOptions {
    /// More files: each file is a lane.
    #[arg(value_name = "MORE", requires = "file")]
    more: Vec<String>,
    /// The stream is N lanes that take turns; `auto` finds how many.
    #[arg(long, value_name = "N|auto")]
    lanes: Option<Number>,
    /// Bits that a lane has at a time.
    #[arg(long, value_name = "BITS", default_value = "1", value_parser = clap::value_parser!(u32).range(1..=1024))]
    lane_bits: u32,
    /// Two bits of a lane are a level of PAM4, the higher first: Gray code, plain, swapped or inverted is found.
    #[arg(long)]
    pam4: bool,
}

/// A number of lanes; `None`: to be found.
#[derive(Debug, Clone, Copy)]
struct Number(Option<u32>);

impl FromStr for Number {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse::<u32>() {
            _ if text.eq_ignore_ascii_case("auto") => Ok(Self(None)),
            Ok(lanes) if (1..=MOST_LANES).contains(&lanes) => Ok(Self(Some(lanes))),
            _ => Err(format!("a number from 1 to {MOST_LANES}, or auto")),
        }
    }
}

impl LaneOptions {
    /// Whether there is more than one plain stream.
    pub(super) fn are_asked_for(&self) -> bool {
        self.lanes.is_some() || self.pam4 || !self.more.is_empty()
    }

    fn sharing(&self) -> Result<Sharing, Failure> {
        let files = 1 + self.more.len();
        let lanes = match self.lanes {
            Some(Number(Some(lanes))) if files > 1 && lanes as usize != files => {
                return Err(Failure::bad_input(format!("--lanes {lanes}, but {files} files; each file is a lane")));
            }
            Some(Number(lanes)) if files == 1 => lanes,
            _ => Some(files as u32),
        };
        Ok(Sharing { lanes, group: self.lane_bits, is_pam4: self.pam4 })
    }
}

impl Check {
    /// Reads all lanes and prints the report.
    pub(super) fn run_lanes(&self, expected: Option<&Expected>, global: &Global) -> Result<Status, Failure> {
        let Some(path) = &self.plot else {
            return Ok(self.test_lanes::<Details>(expected, global)?.0);
        };
        let draw = |test: &LanesTest<Wrong>| LaneErrors::of(test).svg(test.file());
        plotted(path, || self.test_lanes(expected, global), draw)
    }

    /// Reads all bits and prints the report; the test, if there was one, has the details `D`.
    fn test_lanes<D: Detailed>(
        &self,
        expected: Option<&Expected>,
        global: &Global,
    ) -> Result<(Status, Option<LanesTest<D>>), Failure> {
        let sharing = self.lanes.sharing()?;
        let mut captures = vec![self.capture.open()?];
        for file in &self.lanes.more {
            let mut capture = self.capture.clone();
            capture.set_file(file.clone());
            captures.push(capture.open()?);
        }
        let mut out = Output::new(None)?;
        let control = interrupt::control();
        let begun = LanesTest::begin(captures, sharing, expected, &self.thresholds(), &|| control.is_stopped());
        let mut test = match begun? {
            Begun::Running(test) => test,
            Begun::Unknown(silent) => {
                self.telling.begin(&mut out)?;
                return Ok((self.unknown(&silent, out)?, None));
            }
            Begun::Stopped => return Ok((Status::Interrupted, None)),
        };
        let mut live = Live::new(global);
        let mut telling = self.telling.begin_lanes(test.lanes().len(), &mut out)?;
        while !control.is_stopped() && test.next(DRAW)? != Next::End {
            let reports: Vec<Report> = test.lanes().iter().map(Lane::report).collect();
            live.show(&reports.iter().collect::<Vec<_>>());
            telling.meanwhile_lanes(&test, &mut out)?;
        }
        drop(live);
        test.finish();
        let partial = control.is_stopped();
        let text = telling.end_lanes(&test, partial);
        let text = if self.telling.format == TellingFormat::Text { titled(&text, global) } else { text };
        writeln!(out, "{text}").map_err(|error| out.error(error))?;
        out.finish()?;
        let are_clean = test.lanes().iter().all(|lane| lane.detailed().status() == LockState::Locked);
        let status = match partial {
            true => Status::Interrupted,
            false if are_clean => Status::Done,
            false => Status::No,
        };
        Ok((status, Some(test)))
    }
}
