//! [`Pool`]: threads made on first need, kept, and joined at the end.

use core::{
    any::Any,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        mpsc::{Receiver, Sender, TryRecvError, channel},
    },
    thread::{Builder, JoinHandle},
    time::Instant,
};

/// How long a thread looks for work before it sleeps.
const PATIENCE: Duration = Duration::from_micros(200);

/// Why a run has no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PoolError {
    /// A worker panicked; its message.
    #[error("worker {worker} panicked: {message}")]
    Panicked {
        /// Which worker.
        worker: usize,
        /// What it said.
        message: String,
    },
    /// The operating system refused a thread.
    #[error("cannot start worker thread {worker}: {source}")]
    Spawn {
        /// Which worker.
        worker: usize,
        /// Why.
        source: std::io::Error,
    },
    /// A thread of the pool is gone.
    #[error("worker thread {worker} ended early")]
    Lost {
        /// Which worker.
        worker: usize,
    },
}

/// A persistent set of worker threads.
///
/// Empty at first; a run with more workers than threads adds what is missing. All runs of a process can share one. Dropping it waits for
/// its threads. Runs may overlap: each thread then does one after the other. A job must not itself run on the same pool.
#[derive(Debug, Default)]
pub struct Pool {
    threads: Mutex<Vec<Thread>>,
    /// rayon's own pools, by number of threads.
    rayon: Mutex<Vec<Arc<::rayon::ThreadPool>>>,
}

#[derive(Debug)]
struct Thread {
    /// `None` once the pool is closing.
    inbox: Option<Sender<Task>>,
    handle: Option<JoinHandle<()>>,
}

type Task = Box<dyn FnOnce() + Send>;

impl Pool {
    /// An empty pool.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The pool of this process, for callers who do not keep their own.
    #[must_use]
    pub fn global() -> &'static Self {
        static GLOBAL: OnceLock<Pool> = OnceLock::new();
        GLOBAL.get_or_init(Self::new)
    }

    /// How many threads it has now (without rayon's).
    #[must_use]
    pub fn len(&self) -> usize {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether no thread was needed yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes the threads for `workers` workers (one fewer: the calling thread is the first) and has each answer once, so that the next
    /// run finds them awake; so does a rayon pool of that size, if there is one.
    ///
    /// # Errors
    /// If threads could not be made.
    pub fn warm_up(&self, workers: usize) -> Result<(), PoolError> {
        let rayon = self.rayon.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = rayon.iter().find(|pool| pool.current_num_threads() == workers) {
            pool.broadcast(|_| {});
        }
        drop(rayon);
        self.run(workers, Arc::new(|_| {}))
    }

    /// Calls `task(worker)` for each worker 0..workers and waits for all: worker 0 on the calling thread, which would only wait
    /// otherwise, each other on a thread of its own.
    pub(super) fn run(&self, workers: usize, task: Arc<dyn Fn(usize) + Send + Sync>) -> Result<(), PoolError> {
        type Answer = (usize, Result<(), Box<dyn Any + Send>>);
        let (done, answers) = channel::<Answer>();
        let mut sent = 0;
        let mut failure = None;
        {
            let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
            for worker in 1..workers {
                if threads.len() < worker {
                    match Thread::start(worker) {
                        Ok(thread) => threads.push(thread),
                        Err(source) => {
                            failure = Some(PoolError::Spawn { worker, source });
                            break;
                        }
                    }
                }
                let (task, done) = (Arc::clone(&task), done.clone());
                let run: Task = Box::new(move || {
                    let result = catch_unwind(AssertUnwindSafe(|| task(worker)));
                    // Freed before the answer: whoever waits may count on being the last owner.
                    drop(task);
                    let _ = done.send((worker, result));
                });
                if threads[worker - 1].inbox.as_ref().is_none_or(|inbox| inbox.send(run).is_err()) {
                    failure = Some(PoolError::Lost { worker });
                    break;
                }
                sent += 1;
            }
        }
        drop(done);
        if workers > 0
            && failure.is_none()
            && let Err(panic) = catch_unwind(AssertUnwindSafe(|| task(0)))
        {
            failure = Some(PoolError::Panicked { worker: 0, message: panic_message(&*panic) });
        }
        drop(task);
        // Ends when every task has answered or was dropped: there is nothing to wait for without end.
        for _ in 0..sent {
            let Some((worker, result)) = receive(&answers) else { break };
            if let Err(panic) = result
                && failure.is_none()
            {
                failure = Some(PoolError::Panicked { worker, message: panic_message(&*panic) });
            }
        }
        failure.map_or(Ok(()), Err)
    }

    /// A rayon pool with that many threads, made on first need.
    pub(super) fn rayon(&self, workers: usize) -> Result<Arc<::rayon::ThreadPool>, PoolError> {
        let mut pools = self.rayon.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = pools.iter().find(|pool| pool.current_num_threads() == workers) {
            return Ok(Arc::clone(pool));
        }
        let pool = ::rayon::ThreadPoolBuilder::new()
            .num_threads(workers)
            .thread_name(|i| format!("lfsr-rayon-{i}"))
            .build()
            .map_err(|error| PoolError::Spawn { worker: workers - 1, source: std::io::Error::other(error) })?;
        let pool = Arc::new(pool);
        pools.push(Arc::clone(&pool));
        Ok(pool)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let threads = self.threads.get_mut().unwrap_or_else(PoisonError::into_inner);
        for thread in threads.iter_mut() {
            thread.inbox = None;
        }
        for thread in threads {
            if let Some(handle) = thread.handle.take() {
                // Tasks catch their panics; there is nothing to report.
                let _ = handle.join();
            }
        }
    }
}

impl Thread {
    fn start(worker: usize) -> std::io::Result<Self> {
        let (inbox, tasks) = channel::<Task>();
        let handle = Builder::new().name(format!("lfsr-{worker}")).spawn(move || {
            while let Some(task) = receive(&tasks) {
                task();
            }
        })?;
        Ok(Self { inbox: Some(inbox), handle: Some(handle) })
    }
}

/// The next message, or `None` when there will be none. Looks for a moment before it goes to sleep: being woken takes longer than
/// the work of a small register.
fn receive<T>(channel: &Receiver<T>) -> Option<T> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        match channel.try_recv() {
            Ok(message) => return Some(message),
            Err(TryRecvError::Disconnected) => return None,
            // With more threads than cores, whoever has work goes first.
            Err(TryRecvError::Empty) => std::thread::yield_now(),
        }
    }
    channel.recv().ok()
}

pub(super) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().map(str::to_owned);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}

/// A flag that ends a run early.
#[derive(Debug, Default)]
pub(super) struct Stop(AtomicBool);

impl Stop {
    pub(super) fn set(&self) {
        // Relaxed: the flag carries no data, and a late reader only does one batch more.
        self.0.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Sets the flag if the thread unwinds while the guard lives.
    pub(super) fn on_panic(&self) -> impl Drop + '_ {
        struct Guard<'a>(&'a Stop);
        impl Drop for Guard<'_> {
            fn drop(&mut self) {
                if std::thread::panicking() {
                    self.0.set();
                }
            }
        }
        Guard(self)
    }
}
