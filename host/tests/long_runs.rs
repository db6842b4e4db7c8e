//! Checkpoints, resumed runs, shards and their merger, as a user meets them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread::sleep,
    time::Duration,
};

mod program;

use program::{lfsr, run};

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The answer, without what depends on the run.
fn answer(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", said(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }
}

/// What is left beside the checkpoint by a kill is nothing that grows.
fn files(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

/// A register for each kernel, of a few seconds of work on one core.
const LONG: [&str; 3] = [
    // Block kernel, one cycle.
    "x^40+x^38+x^21+x^19+1",
    // Many cycles, and a residue.
    "char:x^39+x^11+x+1",
    // Leaders.
    "char:x^31+1",
];

/// Half a minute on two cores.
const LONGER: &str = "x^44+x^43+x^18+x^17+1";

/// Killed at random moments, resumed each time, with other workers and schedules: the answer is that of an undisturbed run.
///
/// With `LFSR_LONG=1` 20 times each, and also during half a minute.
#[test]
fn killed_and_resumed() {
    let long = std::env::var_os("LFSR_LONG").is_some();
    let kills = if long { 20 } else { 5 };
    for register in LONG.into_iter().chain(long.then_some(LONGER)) {
        let most_ms = if register == LONGER { 2000 } else { 120 };
        let folder = Folder::new();
        let file = folder.text("run");
        let expected = answer(&run(&["analyze", register, "--engine", "first-return", "--format", "csv"]));
        let mut random = 1u64;
        let mut killed = 0;
        let mut begin = vec!["analyze", register, "--checkpoint", &file];
        for i in 0..10 * kills {
            let schedule = ["dynamic", "static", "stealing", "hybrid", "rayon", "sequential"][i % 6];
            let more = ["--checkpoint-every", "0.02", "--workers", "2", "--schedule", schedule, "--format", "csv"];
            let mut child =
                lfsr(&[&begin[..], &more].concat()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            random = random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            sleep(Duration::from_millis(30 + (random >> 33) % most_ms));
            let ended = child.try_wait().unwrap().is_some();
            // SIGKILL: no handler, no clean-up.
            let _ = child.kill();
            child.wait().unwrap();
            if ended {
                break;
            }
            killed += 1;
            if folder.path("run").exists() {
                begin = vec!["analyze", "--resume", &file];
            }
            if killed == kills {
                break;
            }
        }
        assert!(killed >= 2, "{register}: too quick for this test");
        let resumed = run(&["analyze", "--resume", &file, "--format", "csv"]);
        // Only the name of the source differs.
        let without_source =
            |csv: &str| csv.lines().map(|line| line.splitn(3, ',').nth(2).unwrap_or("").to_owned()).collect::<Vec<_>>();
        assert_eq!(without_source(&answer(&resumed)), without_source(&expected), "{register}");
        // Resuming what is complete is done at once, and says the same.
        let again = run(&["analyze", "--resume", &file, "--format", "csv"]);
        assert_eq!(answer(&again), answer(&resumed));
        assert!(files(folder.0.path()) <= 1 + killed, "{register}");
    }
}

#[test]
fn an_interrupt_keeps_the_work() {
    let folder = Folder::new();
    let file = folder.text("run");
    // Hours of work.
    let child =
        lfsr(&["analyze", "x^52+x^49+1", "--checkpoint", &file]).stderr(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let child = child.unwrap();
    sleep(Duration::from_millis(1500));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
    assert!(said(&output).contains(&format!("--resume {file}")), "{}", said(&output));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("PARTIAL"), "{text}");
    assert!(fs::metadata(&file).unwrap().len() > 200, "arcs were written");
}

#[test]
fn shards_are_merged() {
    for register in ["x^24+x^7+x^2+x+1", "char:x^25+x^11+x+1; galois", "char:x^20+1", "char:x^24+x^9+x^3; xnor"] {
        let folder = Folder::new();
        let csv = folder.text("registers.csv");
        fs::write(&csv, register).unwrap();
        let leaders: &[&str] =
            if register.contains("x^20+1") || register.contains("xnor") { &[] } else { &["--leaders"] };
        let whole =
            answer(&run(&[&["analyze", &csv, "--engine", "first-return", "--format", "csv"], leaders].concat()));
        let names: Vec<String> = (1..=3).map(|i| folder.text(&format!("part{i}"))).collect();
        for (i, name) in names.iter().enumerate().rev() {
            let shard = format!("{}/3", i + 1);
            let output =
                run(&["analyze", &csv, "--shard", &shard, "--checkpoint", name, "--workers", &(i + 1).to_string()]);
            assert_eq!(output.status.code(), Some(0), "{register}: {}", said(&output));
            assert!(
                said(&output).contains(&format!("shard {shard} is done")) && output.stdout.is_empty(),
                "{}",
                said(&output)
            );
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let merged = run(&[&["merge", "--format", "csv", names[1], names[0], names[2]], leaders].concat());
        let without_source = |csv: &str| -> Vec<String> {
            csv.lines().map(|line| line.splitn(3, ',').nth(2).unwrap_or("").to_owned()).collect()
        };
        assert_eq!(without_source(&answer(&merged)), without_source(&whole), "{register}");

        // What is there twice is equal, and harmless.
        let twice = run(&["merge", "--format", "csv", names[0], names[1], names[1], names[2]]);
        let once = run(&["merge", "--format", "csv", names[0], names[1], names[2]]);
        assert_eq!(answer(&twice), answer(&once), "{register}");

        // What does not make a whole is refused.
        let refused = |arguments: &[&str], what: &str| {
            let output = run(&[&["merge"], arguments].concat());
            assert_eq!(output.status.code(), Some(2), "{register} {arguments:?}");
            assert!(said(&output).contains(what) && said(&output).lines().count() == 1, "{}", said(&output));
        };
        refused(&[names[0], names[2]], "are in no file");
        refused(&[names[0], names[1]], "are in no file");
        refused(&[names[0], &csv], "not a checkpoint");
    }
    let folder = Folder::new();
    let (a, b) = (folder.text("a"), folder.text("b"));
    run(&["analyze", "x^24+x^7+x^2+x+1", "--shard", "1/2", "--checkpoint", &a]);
    run(&["analyze", "x^24+x^7+x^2+x+1", "--xnor", "--shard", "2/2", "--checkpoint", &b]);
    let output = run(&["merge", &a, &b]);
    assert!(output.status.code() == Some(2) && said(&output).contains("xnor"), "{}", said(&output));
}

#[test]
fn checkpoints_that_cannot_be_used_are_refused() {
    let folder = Folder::new();
    let file = folder.text("run");
    let register = "x^24+x^7+x^2+x+1";
    assert!(run(&["analyze", register, "--checkpoint", &file]).status.success());
    let refused = |arguments: &[&str], status: i32, what: &str| {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(what) && said(&output).lines().count() == 1, "{arguments:?}: {}", said(&output));
    };
    refused(&["analyze", register, "--checkpoint", &file], 2, "exists; go on from it with --resume");
    refused(&["analyze", "x^24+x^7+x^2+1", "--resume", &file], 2, "of another register");
    refused(&["analyze", register, "--resume", &folder.text("none")], 2, "cannot open");
    refused(&["analyze", register, "--checkpoint", "/nowhere/at/all"], 3, "cannot write");
    refused(&["analyze", register, "--checkpoint", &folder.text("x"), "--engine", "walk"], 2, "--engine first-return");
    refused(&["analyze", "x^65+x+1", "--checkpoint", &folder.text("x")], 2, "degree 65");
    refused(&["analyze", "char:x^30+1", "--leaders", "--checkpoint", &folder.text("x")], 2, "--leaders cannot be kept");
    for arguments in [&["--shard", "1/2"][..], &["--shard", "3/2", "--checkpoint", "x"], &["--checkpoint-every", "0"]] {
        assert_eq!(run(&[&["analyze", register], arguments].concat()).status.code(), Some(2), "{arguments:?}");
    }
    let bytes = fs::read(&file).unwrap();
    for (i, name) in ["altered", "short", "empty"].into_iter().enumerate() {
        let mut bytes = bytes.clone();
        match i {
            0 => bytes[1000] ^= 4,
            1 => bytes.truncate(bytes.len() / 2),
            _ => bytes.clear(),
        }
        fs::write(folder.path(name), bytes).unwrap();
        let what = if i == 2 { "not a checkpoint" } else { "truncated or altered" };
        refused(&["analyze", "--resume", &folder.text(name)], 2, what);
    }
    // Arcs that have a right checksum and are wrong are found out by jumping ahead: swap two records and seal the file again.
    let at = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1 + 24;
    let mut swapped = bytes.clone();
    swapped[at..at + 16].copy_from_slice(&bytes[at + 16..at + 32]);
    swapped[at + 16..at + 32].copy_from_slice(&bytes[at..at + 16]);
    let end = swapped.len() - 4;
    let checksum = crc::Crc::<u32>::new(&crc::CRC_32_ISCSI).checksum(&swapped[..end]);
    swapped[end..].copy_from_slice(&checksum.to_le_bytes());
    fs::write(folder.path("swapped"), swapped).unwrap();
    refused(&["analyze", "--resume", &folder.text("swapped")], 3, "in the checkpoint is wrong");
}
