//! [`Output`]: standard output, or a file that is written whole or not at all.

use std::{
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

/// Where results go.
#[derive(Debug)]
pub enum Output {
    /// Standard output.
    Standard(BufWriter<io::Stdout>),
    /// A file beside its final place, moved there by [`Output::finish`].
    File(BufWriter<NamedTempFile>, PathBuf),
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
        // A link keeps pointing where it did: write beside what it points to.
        let target = path.canonicalize().unwrap_or_else(|_| path.into());
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = tempfile::Builder::new()
            .prefix(".lfsr-")
            .suffix(".partial")
            .tempfile_in(folder)
            .map_err(|source| WriteError::Folder { path: path.into(), folder: folder.into(), source })?;
        Ok(Self::File(BufWriter::new(file), target))
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
                file.as_file().sync_all().map_err(named)?;
                keep_permissions(&file, &path);
                file.persist(&path).map_err(|error| named(error.error))?;
                Ok(())
            }
        }
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

/// A temporary file is private; the result gets what the old file had, or what any new file would.
fn keep_permissions(file: &NamedTempFile, path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let old = std::fs::metadata(path).map(|old| old.permissions());
        let wanted = old.unwrap_or_else(|_| std::fs::Permissions::from_mode(0o644));
        // Only a convenience: a file system without permissions is no reason to lose the result.
        let _ = file.as_file().set_permissions(wanted);
    }
    #[cfg(not(unix))]
    let _ = (file, path);
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
