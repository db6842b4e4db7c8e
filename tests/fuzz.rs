//! Every fuzz target for five seconds, from a fixed seed; longer with `LFSR_LONG=1` (a minute each) or `LFSR_FUZZ_SECONDS=N`.
//!
//! `LFSR_FUZZ_SEED=S` takes other inputs. With the nightly compiler the same bodies run under cargo-fuzz: `fuzz/Cargo.toml`.
//! An input that fails is left in the folder `target/fuzz`, and its name is said: move it into
//! `corpus/TARGET/`, and it is tried first in every run.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "how many inputs were tried")]

use std::{
    env, fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use lfsr_core::random::SplitMix64;
use lfsr_crosscheck::{
    fuzzing::{TARGETS, Target, mutation::next},
    ranges::is_long,
};

/// What one input may take, however busy the machine is.
const DEADLINE: Duration = Duration::from_secs(60);

/// What the process may hold with all targets in it, in bytes.
const MOST_MEMORY: u64 = 2 << 30;

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok()?.parse().ok()
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let mut files: Vec<PathBuf> =
        fs::read_dir(&folder).map_or_else(|_| vec![], |all| all.flatten().map(|entry| entry.path()).collect());
    files.sort();
    files.iter().map(|path| fs::read(path).expect("a file of the corpus")).collect()
}

/// Where an input is left that must not be lost.
fn left(name: &str, input: &[u8]) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fuzz");
    let path = folder.join(format!("{name}-{:08x}", crc::Crc::<u32>::new(&crc::CRC_32_ISCSI).checksum(input)));
    let written = fs::create_dir_all(&folder).and_then(|()| fs::write(&path, input));
    written.map_or_else(|error| format!("(not written: {error}) {input:02x?}"), |()| path.display().to_string())
}

/// Resident bytes now; 0 where the system does not tell.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().strip_suffix("kB").and_then(|kib| kib.trim().parse::<u64>().ok()).unwrap_or(0) << 10
}

fn fuzz(name: &str) {
    let Target { body, words, .. } = *TARGETS.iter().find(|target| target.name == name).expect("a target");
    let default = if is_long() { 60 } else { 5 };
    let time = Duration::from_secs(number("LFSR_FUZZ_SECONDS").unwrap_or(default));
    let corpus = corpus(name);
    assert!(!corpus.is_empty() || ["engines", "resume"].contains(&name), "{name} has no corpus");
    let mut random = SplitMix64(number("LFSR_FUZZ_SEED").unwrap_or(1));
    let (give, take) = channel::<Vec<u8>>();
    let (done, wait) = channel();
    // On a thread of its own: an input that never ends is a failure, and not a hang.
    thread::Builder::new()
        .spawn(move || {
            for input in take {
                let passed = catch_unwind(AssertUnwindSafe(|| body(&input))).is_ok();
                if done.send(passed).is_err() {
                    return;
                }
            }
        })
        .expect("a thread");
    let begun = Instant::now();
    let mut tried = 0u64;
    let mut known = corpus.iter();
    while begun.elapsed() < time || known.len() > 0 {
        let input = known.next().cloned().unwrap_or_else(|| next(&mut random, &corpus, words));
        give.send(input.clone()).expect("it waits for the next");
        match wait.recv_timeout(DEADLINE) {
            Ok(true) => tried += 1,
            Ok(false) => panic!("{name}: failed with the input in {}", left(name, &input)),
            Err(RecvTimeoutError::Timeout) => {
                panic!("{name}: no end in {DEADLINE:?} with the input in {}", left(name, &input))
            }
            Err(RecvTimeoutError::Disconnected) => {
                panic!("{name}: the thread is gone, with the input in {}", left(name, &input))
            }
        }
        if tried.is_multiple_of(1024) {
            let memory = resident();
            assert!(memory < MOST_MEMORY, "{name}: {memory} bytes are held, with the input in {}", left(name, &input));
        }
    }
    println!("{name}: {tried} inputs in {:?}", begun.elapsed());
    assert!(tried > 0, "{name}");
}

macro_rules! targets {
    ($($name:ident)+) => {
        $(#[test] fn $name() { fuzz(stringify!($name)); })+

        #[test]
        fn every_target_is_here() {
            let here = [$(stringify!($name)),+];
            assert_eq!(TARGETS.map(|target| target.name), here);
        }
    };
}

targets! { notation rows certificate text table vcd session raw checkpoint frames client engines resume }
