//! [`Unfinished`]: a file beside the one it is to become. It is gone if the process ends before it is whole, on whichever way out.

use std::{
    collections::BTreeSet,
    fs::{self, Permissions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use tempfile::NamedTempFile;

/// Those there are.
static ALL: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Links that are followed to where a file is to be written.
const MOST_LINKS: usize = 40;

/// Removes all unfinished files: for who ends the process without going back to their owners.
pub fn remove_unfinished() {
    for path in all().iter() {
        // There is nobody left to tell.
        let _ = fs::remove_file(path);
    }
}

fn all() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The name of a file that goes when this is dropped, or the process ends.
#[derive(Debug)]
pub(crate) struct Temporary(PathBuf);

impl Temporary {
    pub(crate) fn new(path: &Path) -> Self {
        all().insert(path.into());
        Self(path.into())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
        all().remove(&self.0);
    }
}

/// A file that is being written.
#[derive(Debug)]
pub struct Unfinished {
    /// `None` once it is in its place.
    file: Option<NamedTempFile>,
    target: PathBuf,
    is_empty: bool,
}

impl Unfinished {
    /// Begins to write what is to become `path`, or what that links to.
    ///
    /// # Errors
    /// With the folder in which no file can be made.
    pub(super) fn new(path: &Path) -> Result<Self, (PathBuf, io::Error)> {
        let target = behind_links(path);
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".lfsr-").suffix(".partial");
        let usual = usual_permissions();
        if let Some(usual) = &usual {
            builder.permissions(usual.clone());
        }
        let file = builder.tempfile_in(folder).map_err(|error| (folder.to_owned(), plain(error)))?;
        all().insert(file.path().into());
        // A file that is replaced keeps its permissions; a file system without them is no reason to lose the result.
        if let Ok(old) = fs::metadata(&target) {
            let _ = file.as_file().set_permissions(old.permissions());
        }
        Ok(Self { file: Some(file), target, is_empty: true })
    }

    /// Whether nothing was written yet.
    pub(super) fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Puts it in its place.
    pub(super) fn finish(mut self) -> io::Result<()> {
        let Some(file) = self.file.take() else { return Ok(()) };
        let own = file.path().to_owned();
        let moved = file.as_file().sync_all().and_then(|()| file.persist(&self.target).map_err(|error| error.error));
        all().remove(&own);
        moved.map(drop)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            let own = file.path().to_owned();
            drop(file);
            all().remove(&own);
        }
    }
}

impl Write for Unfinished {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.is_empty &= buffer.is_empty();
        self.file.as_mut().map_or(Ok(0), |file| file.write(buffer))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

/// What the system said, without the name of the file that could not be made: nobody has asked for that one.
fn plain(error: io::Error) -> io::Error {
    let said = error.to_string();
    let (what, _) = said.split_once(" at path ").unwrap_or((&said, ""));
    io::Error::new(error.kind(), what)
}

/// Where a file is written that is asked for as `path`: a link keeps pointing where it did, be there a file or not.
fn behind_links(path: &Path) -> PathBuf {
    let mut target = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&target) {
            Ok(next) => target = target.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => break,
        }
    }
    target
}

/// What any new file gets: the system takes off what the user's mask says.
#[cfg(unix)]
fn usual_permissions() -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn usual_permissions() -> Option<Permissions> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn links_and_permissions_stay() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        let write = |path: &Path| {
            let mut file = Unfinished::new(path).unwrap();
            file.write_all(b"new").unwrap();
            file.finish().unwrap();
        };
        // A link to nothing yet, by way of another.
        symlink("file", place("link")).unwrap();
        symlink("link", place("other")).unwrap();
        write(&place("other"));
        assert_eq!(fs::read(place("file")).unwrap(), b"new");
        assert!(place("link").is_symlink() && place("other").is_symlink());
        // The same permissions as any new file, or as the old one.
        fs::write(place("usual"), b"").unwrap();
        let mode = |name: &str| fs::metadata(place(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("file"), mode("usual"));
        fs::set_permissions(place("file"), Permissions::from_mode(0o640)).unwrap();
        write(&place("link"));
        assert_eq!(mode("file"), 0o640);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
    }

    #[test]
    fn what_is_unfinished_goes() {
        let folder = tempfile::tempdir().unwrap();
        let count = || fs::read_dir(folder.path()).unwrap().count();
        let file = Unfinished::new(&folder.path().join("a")).unwrap();
        assert_eq!(count(), 1);
        drop(file);
        assert_eq!(count(), 0);
    }
}
