//! [`Log`]: where a step says what it does: the terminal, or a file while other steps run beside it.

use std::{
    fmt::Display,
    fs::File,
    io::{self, Seek, SeekFrom, Write},
    process::{Command, Stdio},
};

/// Where it is said.
pub(crate) struct Log(Option<File>);

impl Log {
    /// At once, to whoever runs the program.
    pub(crate) fn terminal() -> Self {
        Self(None)
    }

    /// Kept until [`Self::show`].
    pub(crate) fn kept() -> io::Result<Self> {
        tempfile::tempfile().map(|file| Self(Some(file)))
    }

    /// Says a line.
    pub(crate) fn say(&self, line: impl Display) {
        match &self.0 {
            None => println!("{line}"),
            // A full disk will be noticed by the step itself.
            Some(file) => drop(writeln!(&mut &*file, "{line}")),
        }
    }

    /// What the command prints goes here.
    pub(crate) fn attach(&self, command: &mut Command) -> io::Result<()> {
        if let Some(file) = &self.0 {
            command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file.try_clone()?);
        }
        Ok(())
    }

    /// Shows what was kept.
    pub(crate) fn show(self) -> io::Result<()> {
        if let Some(mut file) = self.0 {
            file.seek(SeekFrom::Start(0))?;
            io::copy(&mut file, &mut io::stdout().lock())?;
        }
        Ok(())
    }
}
