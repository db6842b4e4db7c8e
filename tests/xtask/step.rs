//! [`Step`]: one thing that `cargo xtask test` does, what must be done before it, and what it must not run beside.

use core::time::Duration;
use std::process::Command;

use crate::{child, log::Log};

/// What a step does within the time that it is given.
type Run<'a> = Box<dyn FnOnce(&Log, Duration) -> Result<(), String> + Send + 'a>;

/// A step's work.
pub(crate) enum Work<'a> {
    Run(Run<'a>),
    /// It cannot be done here, and why.
    Missing(String),
}

/// A step.
pub(crate) struct Step<'a> {
    /// `--only` chooses it by the beginning of this.
    pub(crate) id: String,
    /// After so many it is killed; three times as many for the larger ranges.
    pub(crate) minutes: u64,
    /// For `--list`.
    pub(crate) what: String,
    /// The steps that must have ended well, or have been skipped.
    pub(crate) needs: Vec<String>,
    /// The folder that cargo locks for it: no other step with the same one runs meanwhile.
    pub(crate) folder: Option<&'static str>,
    /// It runs only if `--only` has its whole name.
    pub(crate) only_by_name: bool,
    pub(crate) work: Work<'a>,
}

impl<'a> Step<'a> {
    /// What `run` does.
    pub(crate) fn new(
        id: impl Into<String>,
        minutes: u64,
        what: impl Into<String>,
        run: impl FnOnce(&Log, Duration) -> Result<(), String> + Send + 'a,
    ) -> Self {
        Self {
            id: id.into(),
            minutes,
            what: what.into(),
            needs: vec![],
            folder: None,
            only_by_name: false,
            work: Work::Run(Box::new(run)),
        }
    }

    /// One command, which is killed with all its children when its time is over.
    pub(crate) fn command(id: impl Into<String>, minutes: u64, what: impl Into<String>, mut command: Command) -> Self {
        Self::new(id, minutes, what, move |log, deadline| child::run(&mut command, deadline, log))
    }

    /// Whether `--only ONLY` asks for it.
    pub(crate) fn is_meant_by(&self, only: &str) -> bool {
        if self.only_by_name { self.id == only } else { self.id.starts_with(only) }
    }

    /// Instead of its work: the reason why it cannot be done here, if there is one.
    pub(crate) fn unless(mut self, reason: Option<String>) -> Self {
        if let Some(reason) = reason {
            self.work = Work::Missing(reason);
        }
        self
    }

    /// After these.
    pub(crate) fn needs<N: Into<String>>(mut self, needs: impl IntoIterator<Item = N>) -> Self {
        self.needs.extend(needs.into_iter().map(Into::into));
        self
    }

    /// With this folder for itself.
    pub(crate) fn in_folder(mut self, folder: &'static str) -> Self {
        self.folder = Some(folder);
        self
    }

    /// Only for those who name it.
    pub(crate) fn only_by_name(mut self) -> Self {
        self.only_by_name = true;
        self
    }
}
