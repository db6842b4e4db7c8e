//! Options of every command.

use clap::{Args, ValueEnum};

use crate::terminal::progress::Showing;

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Less: no progress, no notes, only results and errors.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// More: per-worker figures, all periods.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// No progress on standard error (it is shown only on a terminal anyway).
    #[arg(long, global = true)]
    pub no_progress: bool,
    /// Progress as lines `progress: 6 of 32`, in states, on standard error, for a program that reads them.
    #[arg(long, global = true, conflicts_with_all = ["no_progress", "quiet"])]
    pub progress_lines: bool,
    /// Bold headings in text output.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// If standard output is a terminal and NO_COLOR is not set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Global {
    /// How progress is shown.
    #[must_use]
    pub(crate) fn progress(&self) -> Showing {
        match self {
            Self { progress_lines: true, .. } => Showing::Lines,
            Self { quiet: true, .. } | Self { no_progress: true, .. } => Showing::Nothing,
            _ => Showing::Bar,
        }
    }

    /// Whether text may be bold.
    #[must_use]
    pub(crate) fn is_colored(&self, to_terminal: bool) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => to_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }
}
