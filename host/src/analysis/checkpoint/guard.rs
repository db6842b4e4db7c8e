//! [`Guard`]: one process at a time works on a checkpoint.

use std::{
    ffi::OsString,
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use crate::terminal::unfinished::Temporary;

/// The file of the lock of NAME is `.NAME.lock`.
const LOCK: &str = "lock";

/// Times that a lock is taken anew, because who had it before has just removed the file.
const ATTEMPTS: usize = 100;

/// The right to write a checkpoint, as long as it lives: a lock on a file beside it, since the checkpoint itself is replaced at every write. The
/// system takes it back from a process that was killed.
#[derive(Debug)]
pub struct Guard {
    // Removed first, while it is still locked.
    _name: Option<Temporary>,
    _file: Option<File>,
}

/// Why there is no right to write.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// Another process has it.
    #[error("{}: another process is working on it; end that first", .0.display())]
    InUse(PathBuf),
    /// The file of the lock cannot be made.
    #[error("{}: cannot write: {source}", path.display())]
    Failed {
        /// The file of the lock.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Guard {
    /// The right to write `checkpoint`.
    ///
    /// # Errors
    /// If another process has it, or no file can be made there.
    pub fn new(checkpoint: &Path) -> Result<Self, GuardError> {
        let path = beside(checkpoint, LOCK);
        for _ in 0..ATTEMPTS {
            let file = File::create(&path).map_err(|source| GuardError::Failed { path: path.clone(), source })?;
            match file.try_lock() {
                Ok(()) if is_same(&file, &path) => {
                    return Ok(Self { _name: Some(Temporary::new(&path)), _file: Some(file) });
                }
                // Whoever had it has removed the file since.
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(GuardError::InUse(checkpoint.into())),
                // A file system without locks is no reason not to work.
                Err(TryLockError::Error(_)) => return Ok(Self { _name: Some(Temporary::new(&path)), _file: None }),
            }
        }
        Err(GuardError::InUse(checkpoint.into()))
    }

    /// Whether another process works on `checkpoint`. To find out, its lock is taken for a moment.
    #[must_use]
    pub fn is_held(checkpoint: &Path) -> bool {
        let file = File::open(beside(checkpoint, LOCK));
        file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}

/// `.NAME.extension` in the folder of the checkpoint.
pub(in crate::analysis) fn beside(checkpoint: &Path, extension: &str) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(checkpoint.file_name().unwrap_or_default());
    name.push(".");
    name.push(extension);
    checkpoint.with_file_name(name)
}

/// Whether that name still belongs to this file.
#[cfg(unix)]
fn is_same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
    file.metadata().map(id).ok() == std::fs::metadata(path).map(id).ok()
}

/// A file that is open cannot be removed there.
#[cfg(not(unix))]
fn is_same(_: &File, _: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run");
        let first = Guard::new(&path).unwrap();
        assert!(matches!(Guard::new(&path), Err(GuardError::InUse(_))));
        assert!(Guard::new(&folder.path().join("other")).is_ok());
        assert!(Guard::is_held(&path) && !Guard::is_held(&folder.path().join("none")));
        drop(first);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let again = Guard::new(&path).unwrap();
        drop(again);
        assert!(matches!(Guard::new(Path::new("/nowhere/at/all")), Err(GuardError::Failed { .. })));
    }
}
