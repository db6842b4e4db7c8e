//! [`Reporter`]: writes analyses as the options say.

use std::{
    io::{IsTerminal, Write},
    path::PathBuf,
    sync::Arc,
};

use clap::Args;
use lfsr_core::register::Shift;

use super::{
    failure::{Failure, complain, with_remedy},
    options::{Global, StateOptions},
    status::Status,
};
use crate::{
    analysis::{Answer, Error},
    input::Origin,
    report::{self, Analysis, Format, Style},
    sched::Control,
    terminal::{output::Output, progress::Progress},
};

/// What is written of an analysis, and where to.
#[derive(Debug, Clone, Args)]
pub(super) struct ReportOptions {
    /// List a leader (the smallest state) of every cycle.
    #[arg(long)]
    leaders: bool,
    /// List the states of every cycle; implies --leaders.
    #[arg(long)]
    sequences: bool,
    #[command(flatten)]
    states: StateOptions,
    /// How results are written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Write to a file, whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl ReportOptions {
    /// Whether leaders are to be found.
    pub(super) fn wants_leaders(&self) -> bool {
        self.leaders || self.sequences
    }

    /// How states are to be written, if that was said.
    pub(super) fn shift(&self) -> Option<Shift> {
        self.states.shift()
    }

    /// Opens the output and writes what comes before the first analysis.
    pub(super) fn open<'a>(&'a self, global: &'a Global, control: &'a Arc<Control>) -> Result<Reporter<'a>, Failure> {
        let verbosity = if global.quiet { -1 } else { i8::try_from(global.verbose).unwrap_or(i8::MAX) };
        let to_terminal = self.output.is_none() && std::io::stdout().is_terminal();
        let style = Style {
            format: self.format,
            color: global.is_colored(to_terminal),
            verbosity,
            how_to_enumerate: HOW,
            how_in_detail: if global.verbose > 0 { "" } else { DETAILS },
        };
        let mut out = Output::new(self.output.as_deref())?;
        report::begin(style, self.wants_leaders(), &mut out).map_err(|error| out.error(error))?;
        Ok(Reporter { options: self, style, control, out, answers: 0 })
    }
}

/// Said where nothing was enumerated.
const HOW: &str = "; --engine first-return enumerates, --verify does both";

/// Said where there is more to tell.
const DETAILS: &str = " (-v: how)";

/// Writes one analysis after the other.
pub(super) struct Reporter<'a> {
    options: &'a ReportOptions,
    style: Style,
    control: &'a Arc<Control>,
    out: Output,
    /// How many answers were written.
    answers: u64,
}

/// What an answer comes to; why it is none, or two, is complained about.
pub(super) fn judged(source: &Origin, answer: &Answer) -> Status {
    for difference in &answer.differences {
        complain(&format!("{source}: enumeration and algebra differ: {difference}"));
    }
    if let Some(why) = answer.why_unknown() {
        complain(&format!("{source}: cycles not known exactly: {why}"));
        return Status::Failed;
    }
    if answer.differences.is_empty() { Status::Done } else { Status::No }
}

impl Reporter<'_> {
    /// Writes an answer, or says why there is none.
    pub(super) fn write(
        &mut self,
        source: &Origin,
        shift: Shift,
        answer: Result<Answer, Error>,
    ) -> Result<Status, Failure> {
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                self.write_failure(source, &error.to_string())?;
                return Ok(unanswered(source, &error));
            }
        };
        let (leaders, sequences) = (self.options.wants_leaders(), self.options.sequences);
        if sequences && answer.structure.register().narrow().is_none() {
            let why = "--sequences needs a degree of at most 64";
            complain(&format!("{source}: {why}"));
            self.write_failure(source, why)?;
            return Ok(Status::BadInput);
        }
        let analysis = Analysis { source, answer: &answer, shift, leaders, sequences, control: self.control };
        self.answers += 1;
        let out = &mut self.out;
        report::write(&analysis, self.style, out).map_err(|error| out.error(error))?;
        // Someone may be waiting at the other end of a pipe.
        out.flush().map_err(|error| out.error(error))?;
        Ok(judged(source, &answer))
    }

    /// Writes that there is no answer, in the formats that programs read.
    pub(super) fn write_failure(&mut self, source: &Origin, why: &str) -> Result<(), Failure> {
        let leaders = self.options.wants_leaders();
        let out = &mut self.out;
        Ok(report::write_failure(source, why, self.style, leaders, out).map_err(|error| out.error(error))?)
    }

    /// Puts everything in its place; an old file stays if there was no answer at all.
    pub(super) fn finish(self) -> Result<(), Failure> {
        if self.answers == 0 && matches!(self.out, Output::File(..)) {
            return Ok(());
        }
        Ok(self.out.finish()?)
    }
}

/// The status of a register without an answer, which is reported.
pub(super) fn unanswered(source: &Origin, error: &Error) -> Status {
    complain(&format!("{source}: {}", with_remedy(error)));
    if matches!(error, Error::TooWide { .. }) { Status::BadInput } else { Status::Failed }
}

/// Shows progress while it lives.
pub(super) fn progress(global: &Global, source: &Origin, states: u128, control: &Arc<Control>) -> Progress {
    Progress::new(global.progress(), &source.to_string(), control, states)
}
