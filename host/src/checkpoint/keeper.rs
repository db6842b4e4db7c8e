//! [`Keeper`]: gathers what a running enumeration has done, and writes it every few seconds.

use core::{fmt, ops::Range, time::Duration};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    thread::{JoinHandle, spawn},
    time::Instant,
};

use super::{Arcs, Checkpoint, Head, Pending, Tally};
use crate::output::WriteError;

/// Lists the arcs that are done; called while others go on.
type Snapshot = Box<dyn Fn() -> Vec<Arcs> + Send>;

/// Holds the state of one enumeration.
pub struct Keeper {
    path: PathBuf,
    head: Head,
    begun: Instant,
    /// Arcs of earlier sessions, until the engine takes them over.
    loaded: Mutex<Vec<Arcs>>,
    arcs: Mutex<Option<Snapshot>>,
    leaders: Mutex<Tally>,
    /// One write at a time.
    writing: Mutex<()>,
}

impl Keeper {
    /// Goes on from `checkpoint`, in the file `path`.
    #[must_use]
    pub fn new(path: &Path, checkpoint: Checkpoint) -> Self {
        let Checkpoint { head, arcs, leaders } = checkpoint;
        Self {
            path: path.into(),
            head,
            begun: Instant::now(),
            loaded: Mutex::new(arcs),
            arcs: Mutex::default(),
            leaders: Mutex::new(leaders),
            writing: Mutex::default(),
        }
    }

    /// Of what.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The arcs of earlier sessions.
    pub(crate) fn loaded_arcs(&self) -> MutexGuard<'_, Vec<Arcs>> {
        lock(&self.loaded)
    }

    /// From now on `snapshot` says which arcs are done, those of earlier sessions among them.
    pub(crate) fn watch(&self, snapshot: Snapshot) {
        *lock(&self.arcs) = Some(snapshot);
        lock(&self.loaded).clear();
    }

    /// Adds what was found by leaders from `starts`.
    pub(crate) fn add(&self, starts: Range<u64>, census: &BTreeMap<u64, u64>) {
        let mut tally = lock(&self.leaders);
        tally.done.insert(starts);
        for (&period, &count) in census {
            *tally.census.entry(period).or_insert(0) += count;
        }
    }

    /// What of `starts` is still to be looked at by leaders.
    pub(crate) fn pending_leaders(&self, starts: Range<u64>) -> Pending {
        lock(&self.leaders).done.missing(starts)
    }

    /// Everything found by leaders.
    pub(crate) fn census(&self) -> BTreeMap<u64, u64> {
        lock(&self.leaders).census.clone()
    }

    /// What is done by now.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        // Leaders first: they are looked for when all arcs are done.
        let leaders = lock(&self.leaders).clone();
        let arcs = match &*lock(&self.arcs) {
            Some(snapshot) => snapshot(),
            None => lock(&self.loaded).clone(),
        };
        let elapsed = self.head.elapsed + self.begun.elapsed();
        Checkpoint { head: Head { elapsed, ..self.head.clone() }, arcs, leaders }
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
    #[must_use]
    pub fn write_every(self: &Arc<Self>, interval: Duration, failed: impl Fn(&WriteError) + Send + 'static) -> Writing {
        let (stop, stopped) = channel::<()>();
        let keeper = Arc::clone(self);
        let thread = spawn(move || {
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
        });
        Writing(Some((stop, thread)))
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
            // What it had to say it has said.
            let _ = thread.join();
        }
    }
}

/// Nothing that is locked here is left half done by a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
