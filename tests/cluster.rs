//! One register in 64 units under each engine that runs many processes, while processes are killed, files damaged, a node drained: the map is
//! always the same.
//!
//! Needs Slurm, GNU parallel, Open MPI (Debian slurm-wlm, munge, parallel, openmpi-bin). Without one of them its test is skipped, and says so,
//! unless `CI` or `LFSR_REQUIRE_ORACLES` is set: then it fails.
#![allow(clippy::print_stdout, reason = "a test run says what it did to whom")]

#[path = "cluster/mischief.rs"]
mod mischief;
#[path = "cluster/slurm.rs"]
mod slurm;

use core::time::Duration;
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Command, Output},
    sync::{Mutex, OnceLock, PoisonError},
    thread::sleep,
    time::Instant,
};

use lfsr_crosscheck::{deadline::output, program::program, ranges::is_long, skip::skipped};
use lfsr_host::analysis::checkpoint::{Arcs, Checkpoint, Merging};
use mischief::Mischief;
use slurm::Slurm;

/// Its units take some 40 ms each, on the slowest backend.
const REGISTER: &str = "x^38+x^6+x^5+x+1";

const UNITS: usize = 64;

/// How long an engine may take, with all that is done to it.
const PATIENCE: Duration = Duration::from_secs(240);

/// How many processes are killed; a hundred if `LFSR_LONG` is set.
fn kills() -> usize {
    if is_long() { 100 } else { 20 }
}

#[test]
fn gnu_parallel() {
    if output(Command::new("parallel").arg("--version")).is_none() {
        return skipped("gnu_parallel", "no program parallel");
    }
    let job = Job::new("parallel");
    job.survives(150..450, || {
        job.run(Command::new("sh").arg(job.file("parallel.sh")).args(["--jobs", "2"]));
    });
}

#[test]
fn open_mpi() {
    if output(Command::new("mpirun").arg("--version")).is_none() {
        return skipped("open_mpi", "no program mpirun");
    }
    let job = Job::new("mpi");
    job.survives(150..450, || {
        let mut command = Command::new("sh");
        command.arg(job.file("mpi.sh")).args(["-n", "3", "--oversubscribe"]);
        // As root, where there is nobody else; ranks beyond the cores take turns.
        command.env("OMPI_ALLOW_RUN_AS_ROOT", "1").env("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
        job.run(command.env("OMPI_MCA_mpi_yield_when_idle", "1"));
    });
}

#[test]
fn slurm_on_one_node() {
    let Some(slurm) = Slurm::start() else { return skipped("slurm_on_one_node", "no slurmctld, slurmd or munged") };
    let job = Job::new("slurm");
    let drained = Mutex::new(false);
    // It begins two tasks a second, so that mostly nobody is at work.
    job.survives(20..170, || {
        job.run(slurm.command("sbatch").arg(job.file("job.sbatch")));
        while slurm.is_busy() {
            // Once, in the middle: nothing new is begun until it is taken back.
            let mut drained = drained.lock().unwrap_or_else(PoisonError::into_inner);
            if !*drained && job.done() > UNITS / 4 {
                slurm.drain();
                sleep(Duration::from_secs(2));
                slurm.resume();
                *drained = true;
            }
            drop(drained);
            sleep(Duration::from_millis(200));
        }
    });
    assert!(drained.into_inner().unwrap_or(false), "the node was never drained");
}

/// A job in a folder of its own, whose program is slowed down.
struct Job {
    folder: tempfile::TempDir,
    program: PathBuf,
}

impl Job {
    fn new(engine: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let slow = folder.path().join("slow-lfsr");
        // The slowest backend, and a file that is written all the time.
        let script =
            format!("#!/bin/sh\nexec '{}' \"$@\" --backend portable --checkpoint-every 0.02\n", program().display());
        fs::write(&slow, script).unwrap();
        fs::set_permissions(&slow, fs::Permissions::from_mode(0o755)).unwrap();
        let job = Self { folder, program: slow };
        let units = UNITS.to_string();
        let begun = lfsr(&["cluster", engine, REGISTER, "--shards", &units, "--dir", &job.path()]);
        assert!(begun.status.success(), "{begun:?}");
        job
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("job")
    }

    fn path(&self) -> String {
        self.dir().display().to_string()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir().join(name)
    }

    fn unit(&self, number: usize) -> PathBuf {
        self.file(&format!("unit-{number:02}.lfsr"))
    }

    /// Runs an engine to its end, good or bad.
    fn run(&self, command: &mut Command) {
        command.env("LFSR", &self.program);
        let ended = output(command).unwrap_or_else(|| panic!("cannot start {command:?}"));
        println!("{command:?}: {}, {}", ended.status, String::from_utf8_lossy(&ended.stderr));
    }

    /// How many units are done.
    fn done(&self) -> usize {
        let status = lfsr(&["cluster", "status", &self.path(), "--format", "json"]);
        let object: serde_json::Value = serde_json::from_slice(&status.stdout).expect("a status");
        object["done"].as_u64().expect("a number") as usize
    }

    /// Runs the engine until all is done, with mischief on the way, after so many milliseconds each time; the map is then that of an undisturbed run.
    fn survives(&self, pause: core::ops::Range<u64>, engine: impl Fn()) {
        self.full_disk();
        let begun = Instant::now();
        let mischief = Mischief::begin(&self.dir(), kills(), pause);
        while self.done() < UNITS || !mischief.is_over() {
            assert!(begun.elapsed() < PATIENCE, "{} of {UNITS} units after {PATIENCE:?}", self.done());
            // What is left of the mischief needs somebody at work.
            if self.done() == UNITS {
                (1..=UNITS).step_by(3).for_each(|number| fs::remove_file(self.unit(number)).unwrap());
            }
            engine();
        }
        mischief.end();
        let merged = lfsr(&["merge", &self.path(), "--format", "csv"]);
        assert!(merged.status.success(), "{merged:?}");
        let (csv, arcs) = undisturbed();
        assert_eq!(String::from_utf8_lossy(&merged.stdout), *csv);
        assert!(*arcs == self.arcs(), "the arcs are not the same");
    }

    /// A disk without room: said, with the name of the file, and nothing is left behind.
    fn full_disk(&self) {
        let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" cluster work \"$1\" --first 64 --step 64 --quiet";
        let ended = output(Command::new("sh").args(["-c", script]).arg(program()).arg(self.path())).expect("a shell");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(3), "{said}");
        assert!(said.contains("unit-64.lfsr") && said.contains("annot write"), "{said}");
        assert!(!self.file("unit-64.lfsr").exists());
    }

    /// All arcs, merged by the library.
    fn arcs(&self) -> Vec<Arcs> {
        let mut merging = Merging::new();
        for number in 1..=UNITS {
            let path = self.unit(number);
            merging.add(&path.display().to_string(), Checkpoint::read(&path).unwrap()).unwrap();
        }
        merging.finish().unwrap().done.arcs
    }
}

/// The map, and all arcs, of a run that nobody disturbs.
fn undisturbed() -> &'static (String, Vec<Arcs>) {
    static MAP: OnceLock<(String, Vec<Arcs>)> = OnceLock::new();
    MAP.get_or_init(|| {
        let job = Job::new("parallel");
        let worked = lfsr(&["cluster", "work", &job.path(), "--quiet"]);
        assert!(worked.status.success(), "{worked:?}");
        let merged = lfsr(&["merge", &job.path(), "--format", "csv"]);
        let csv = String::from_utf8(merged.stdout).unwrap();
        // Of the 2^38 states, as algebra says of them.
        let algebra = lfsr(&["analyze", REGISTER, "--engine", "algebra", "--format", "csv"]);
        let periods = |csv: &str| -> Vec<String> {
            csv.lines().skip(1).map(|line| line.rsplit(',').take(2).collect::<Vec<_>>().join(",")).collect()
        };
        assert_eq!(periods(&csv), periods(&String::from_utf8_lossy(&algebra.stdout)));
        (csv, job.arcs())
    })
}

fn lfsr(arguments: &[&str]) -> Output {
    output(Command::new(program()).args(arguments)).expect("the program")
}
