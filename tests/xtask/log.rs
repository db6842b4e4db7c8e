//! [`Log`]: where a step says what it does: the terminal, or a file while other steps run beside it; and how long processors worked for it.

use core::{cell::Cell, time::Duration};
use std::{
    fmt::Display,
    fs::File,
    io::{self, Seek, SeekFrom, Write},
    process::{Command, Stdio},
};

/// Where it is said, and the processor time of its commands.
pub(crate) struct Log {
    /// The terminal, if it is none.
    file: Option<File>,
    worked: Cell<Duration>,
}

impl Log {
    /// At once, to whoever runs the program.
    pub(crate) fn terminal() -> Self {
        Self { file: None, worked: Cell::default() }
    }

    /// Kept until [`Self::show`].
    pub(crate) fn kept() -> io::Result<Self> {
        tempfile::tempfile().map(|file| Self { file: Some(file), ..Self::terminal() })
    }

    /// Says a line.
    pub(crate) fn say(&self, line: impl Display) {
        match &self.file {
            None => println!("{line}"),
            // A full disk will be noticed by the step itself.
            Some(file) => drop(writeln!(&mut &*file, "{line}")),
        }
    }

    /// What the command prints goes here.
    pub(crate) fn attach(&self, command: &mut Command) -> io::Result<()> {
        if let Some(file) = &self.file {
            command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file.try_clone()?);
        }
        Ok(())
    }

    /// A command took so much processor time.
    pub(crate) fn took(&self, time: Duration) {
        self.worked.set(self.worked.get() + time);
    }

    /// The processor time of all commands; zero where the system does not say.
    pub(crate) fn worked(&self) -> Duration {
        self.worked.get()
    }

    /// Shows what was kept.
    pub(crate) fn show(self) -> io::Result<()> {
        if let Some(mut file) = self.file {
            file.seek(SeekFrom::Start(0))?;
            io::copy(&mut file, &mut io::stdout().lock())?;
        }
        Ok(())
    }
}
