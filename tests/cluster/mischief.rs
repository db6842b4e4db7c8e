//! [`Mischief`]: kills processes of a job at random moments, and damages two of its files.

use core::{
    ops::Range,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use std::{
    collections::hash_map::RandomState,
    fs,
    hash::{BuildHasher, Hasher},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::Arc,
    thread::{JoinHandle, sleep, spawn},
};

use rustix::process::{Pid, Signal, kill_process};

/// Kills and damages until it has had enough.
pub(crate) struct Mischief {
    over: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Mischief {
    /// Against the job in `folder`, after so many milliseconds each time.
    pub(crate) fn begin(folder: &Path, kills: usize, pause: Range<u64>) -> Self {
        let (over, stop) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let (is_over, stopped, folder) = (Arc::clone(&over), Arc::clone(&stop), folder.to_owned());
        let seed = RandomState::new().build_hasher().finish();
        println!("mischief from seed {seed:#x}");
        let thread = spawn(move || {
            let mut random = seed;
            let (mut killed, mut damaged) = (0, 0);
            while (killed < kills || damaged < 2) && !stopped.load(Ordering::Relaxed) {
                sleep(Duration::from_millis(pause.start + next(&mut random) % (pause.end - pause.start)));
                let at_work = workers(&folder);
                if killed < kills && !at_work.is_empty() {
                    let victim = at_work[next(&mut random) as usize % at_work.len()];
                    killed += usize::from(kill_process(victim, Signal::KILL).is_ok());
                }
                if damaged < 2 && killed > kills / 3 {
                    damaged += usize::from(damage(&folder, &mut random, damaged == 0));
                }
            }
            println!("{killed} processes killed, {damaged} files damaged");
            is_over.store(true, Ordering::Relaxed);
        });
        Self { over, stop, thread }
    }

    /// Whether it has had enough.
    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Waits for its end.
    pub(crate) fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("mischief");
    }
}

/// The numbers of the processes that work on the job.
fn workers(folder: &Path) -> Vec<Pid> {
    let is_one = |pid: &Pid| {
        let line = fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero())).unwrap_or_default();
        let mut words = line.split(|byte| *byte == 0);
        words.next().is_some_and(|program| program.ends_with(b"/lfsr"))
            && words.any(|word| word == folder.as_os_str().as_bytes())
            && line.windows(6).any(|word| word == b"\0work\0")
    };
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = all.filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?));
    numbers.filter(is_one).collect()
}

/// Cuts a file of a unit, or turns a bit of it; whether there was one.
fn damage(folder: &Path, random: &mut u64, cut: bool) -> bool {
    let files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "lfsr"))
        .collect();
    let Some(file) = files.get(next(random) as usize % files.len().max(1)) else { return false };
    let Ok(mut bytes) = fs::read(file) else { return false };
    let at = next(random) as usize % bytes.len().max(1);
    if cut {
        bytes.truncate(at);
    } else if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << (next(random) % 8);
    }
    fs::write(file, bytes).is_ok()
}

/// D. Knuth's constants (MMIX), high bits.
fn next(random: &mut u64) -> u64 {
    *random = random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
    *random >> 33
}
