//! [`Output`]: standard output, or a file that is written whole or not at all.

use std::{
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use super::unfinished::Unfinished;

/// Where results go.
#[derive(Debug)]
pub enum Output {
    /// Standard output.
    Standard(BufWriter<io::Stdout>),
    /// A file beside its final place, moved there by [`Output::finish`].
    File(BufWriter<Unfinished>, PathBuf),
    /// A device or pipe, which can only be written to.
    Direct(BufWriter<std::fs::File>, PathBuf),
}

impl Output {
    /// Opens `path`, or standard output.
    ///
    /// # Errors
    /// If it cannot be written to.
    pub fn new(path: Option<&Path>) -> Result<Self, WriteError> {
        let Some(path) = path else { return Ok(Self::Standard(BufWriter::new(io::stdout()))) };
        if path.is_dir() {
            return Err(WriteError::Directory(path.into()));
        }
        if path.exists() && !path.is_file() {
            let file = std::fs::OpenOptions::new().write(true).open(path);
            let file = file.map_err(|error| WriteError::named(path, error))?;
            return Ok(Self::Direct(BufWriter::new(file), path.into()));
        }
        match Unfinished::new(path) {
            Ok(file) => Ok(Self::File(BufWriter::new(file), path.into())),
            Err((folder, source)) => Err(WriteError::Folder { path: path.into(), folder, source }),
        }
    }

    /// Puts everything in its place.
    ///
    /// # Errors
    /// With a message that names the file; an earlier file of that name is then untouched.
    pub fn finish(self) -> Result<(), WriteError> {
        match self {
            Self::Standard(mut out) => out.flush().map_err(WriteError::standard),
            Self::Direct(mut out, path) => out.flush().map_err(|error| WriteError::named(&path, error)),
            Self::File(out, path) => {
                let named = |error: io::Error| WriteError::named(&path, error);
                let file = out.into_inner().map_err(|error| named(error.into_error()))?;
                file.finish().map_err(named)
            }
        }
    }

    /// Whether it is a file to which nothing was written: dropped, it leaves the file that was there before.
    #[must_use]
    pub fn is_empty_file(&self) -> bool {
        matches!(self, Self::File(out, _) if out.buffer().is_empty() && out.get_ref().is_empty())
    }

    /// The error of a write to this output.
    #[must_use]
    pub fn error(&self, error: io::Error) -> WriteError {
        match self {
            Self::Standard(_) => WriteError::standard(error),
            Self::File(_, path) | Self::Direct(_, path) => WriteError::named(path, error),
        }
    }
}

impl Write for Output {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(buffer),
            Self::File(out, _) => out.write(buffer),
            Self::Direct(out, _) => out.write(buffer),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::File(out, _) => out.flush(),
            Self::Direct(out, _) => out.flush(),
        }
    }
}

/// Why results could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// Whoever read our output has gone: not an error of ours.
    #[error("the reader of the output is gone")]
    ReaderGone,
    /// A folder where a file should be.
    #[error("{}: is a directory; name a file", .0.display())]
    Directory(PathBuf),
    /// No file can be made beside the one that was named.
    #[error("{}: cannot write in {}: {source}", path.display(), folder.display())]
    Folder {
        /// The file.
        path: PathBuf,
        /// Its folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file cannot be written; what was there before still is.
    #[error("{}: cannot write: {source}; nothing was changed there", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Standard output cannot be written.
    #[error("standard output: cannot write: {0}")]
    Standard(io::Error),
}

impl WriteError {
    fn standard(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::ReaderGone } else { Self::Standard(error) }
    }

    fn named(path: &Path, source: io::Error) -> Self {
        Self::File { path: path.into(), source }
    }
}
