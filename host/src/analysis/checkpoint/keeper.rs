//! [`Keeper`]: gathers what a running enumeration has done, and writes it every few seconds.

use core::{fmt, ops::Range, time::Duration};
use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    thread::{Builder, JoinHandle},
    time::Instant,
};

use super::{Arcs, Checkpoint, Done, Head};
use crate::{
    analysis::census::{Census, add_all},
    sched::lock,
    terminal::output::WriteError,
};

/// Lists the arcs that are done; called while others go on.
type Snapshot = Box<dyn Fn() -> Vec<Arcs> + Send>;

/// Gathers the work of one enumeration as it is done, and writes it to a file.
pub struct Keeper {
    path: PathBuf,
    head: Head,
    begun: Instant,
    /// What was done before; its arcs until the engine has taken them over.
    done: Mutex<Done>,
    arcs: Mutex<Option<Snapshot>>,
    /// One write at a time.
    writing: Mutex<()>,
}

impl Keeper {
    /// Goes on from `checkpoint`, in the file `path`.
    #[must_use]
    pub fn new(path: &Path, checkpoint: Checkpoint) -> Self {
        Self {
            path: path.into(),
            head: checkpoint.head,
            begun: Instant::now(),
            done: Mutex::new(checkpoint.done),
            arcs: Mutex::default(),
            writing: Mutex::default(),
        }
    }

    /// From now on `snapshot` says which arcs are done, those of earlier sessions among them.
    pub(crate) fn watch(&self, snapshot: Snapshot) {
        *lock(&self.arcs) = Some(snapshot);
        lock(&self.done).arcs = vec![];
    }

    /// Adds what was found by leaders from `starts`.
    pub(crate) fn add(&self, starts: Range<u64>, census: &Census) {
        let tally = &mut lock(&self.done).leaders;
        tally.done.insert(starts);
        add_all(&mut tally.census, census);
    }

    /// What is done by now.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        // Leaders first: they are looked for when all arcs are done.
        let mut done = lock(&self.done).clone();
        if let Some(snapshot) = &*lock(&self.arcs) {
            done.arcs = snapshot();
        }
        let elapsed = self.head.elapsed + self.begun.elapsed();
        Checkpoint { head: Head { elapsed, ..self.head.clone() }, done }
    }

    /// Writes the file.
    ///
    /// # Errors
    /// If it cannot be written; the file written before stays.
    pub fn write(&self) -> Result<(), WriteError> {
        let _one = lock(&self.writing);
        self.checkpoint().write(&self.path)
    }

    /// Writes the file every so often until the result is dropped. `failed` is told of the first time in a row that it cannot.
    ///
    /// # Errors
    /// If there can be no thread that does it.
    pub fn write_every(
        self: &Arc<Self>,
        interval: Duration,
        failed: impl Fn(&WriteError) + Send + 'static,
    ) -> io::Result<Writing> {
        let (stop, stopped) = channel::<()>();
        let keeper = Arc::clone(self);
        let writing = move || {
            let mut works = true;
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(interval) {
                let result = keeper.write();
                if let Err(error) = result.as_ref()
                    && works
                {
                    failed(error);
                }
                works = result.is_ok();
            }
        };
        let thread = Builder::new().name("checkpoint".into()).spawn(writing)?;
        Ok(Writing(Some((stop, thread))))
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").field("path", &self.path).field("head", &self.head).finish_non_exhaustive()
    }
}

/// Ends the regular writing when dropped, after a write that has begun.
#[derive(Debug)]
pub struct Writing(Option<(Sender<()>, JoinHandle<()>)>);

impl Drop for Writing {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.0.take() {
            drop(stop);
            // Write errors were already reported.
            let _ = thread.join();
        }
    }
}
