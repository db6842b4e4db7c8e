//! Files, devices and signals that mean no good: every wait ends, memory is bounded, errors are one line.

mod program;

use std::{
    fs,
    io::{Read, Write},
    iter,
    net::TcpListener,
    path::Path,
    process::Stdio,
    thread,
    time::Duration,
};

use program::{Measured, finish, lfsr, measured, run, wait_within};

/// What no command of these may hold, whatever it is given: the program, its threads and buffers take some 10 MiB.
const MOST: u64 = 48 << 20;

/// A megabyte of that, `times` times.
fn again(piece: &str, times: usize) -> impl Iterator<Item = Vec<u8>> + Send + 'static {
    iter::repeat_n(piece.repeat((1 << 20) / piece.len()).into_bytes(), times)
}

/// `first`, then the rest.
fn begun(
    first: &str,
    rest: impl Iterator<Item = Vec<u8>> + Send + 'static,
) -> impl Iterator<Item = Vec<u8>> + Send + 'static {
    iter::once(first.as_bytes().to_vec()).chain(rest)
}

/// One line that names what is wrong, exit status 2, little memory.
#[track_caller]
fn refused_in_little_memory(Measured { output, peak }: &Measured, what: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains(what) && said.trim_end().lines().count() == 1 && said.len() < 2000, "{said}");
    assert!(*peak < MOST, "{peak} bytes: {said}");
}

#[test]
fn captures_without_an_end_need_little_memory() {
    let check = |format: &str, more: &[&str], input: Box<dyn Iterator<Item = Vec<u8>> + Send>| {
        measured(&[&["check", "PRBS7", "--input", format], more].concat(), input)
    };
    // A quote, a comment, a word, a line that never end; half a gigabyte of each.
    let quote = check("csv", &[], Box::new(begun("a,\"", again("1,0\n", 512))));
    refused_in_little_memory(&quote, "longer than");
    let quote = check("saleae", &["--rate", "1k"], Box::new(begun("Time,d\n0,\"", again("1\n", 512))));
    refused_in_little_memory(&quote, "longer than");
    let rate = ["--rate", "1k"];
    refused_in_little_memory(&check("vcd", &rate, Box::new(begun("$comment ", again("word ", 512)))), "longer than");
    refused_in_little_memory(&check("vcd", &rate, Box::new(begun("$scope module ", again("x", 512)))), "longer than");
    let name = begun("$var wire 1 ! ", again("x", 512));
    refused_in_little_memory(&check("vcd", &rate, Box::new(name)), "longer than");
    refused_in_little_memory(&check("csv", &[], Box::new(again("x", 512))), "longer than");
    refused_in_little_memory(&check("ascii", &[], Box::new(again("x", 512))), "line 1, column 1");
    // A header without an end is read as long as it comes, and held nowhere.
    let variables = begun("", again("$var wire 1 ! signal $end\n", 64));
    refused_in_little_memory(&check("vcd", &rate, Box::new(variables)), "end of file");
    let scopes = begun("", again("$scope module m $end\n", 64));
    refused_in_little_memory(&check("vcd", &rate, Box::new(scopes)), "scopes within each other");
    // A name of 900 kB is not repeated.
    let long = "x".repeat(900_000);
    let names = format!("$var wire 1 ! {long} $end\n$var wire 1 # b $end\n$enddefinitions $end\n");
    refused_in_little_memory(&check("vcd", &rate, Box::new(begun(&names, iter::empty()))), "several signals");
    let cell = format!("a\n{long}\n");
    refused_in_little_memory(&check("csv", &[], Box::new(begun(&cell, iter::empty()))), "where 0 or 1 should stand");
    // A comment of text may be as long as it likes.
    let comment = check("ascii", &[], Box::new(begun("# ", again("1", 128)).chain(iter::once(b"\n0101".to_vec()))));
    assert!(comment.peak < MOST && comment.output.status.code() == Some(1), "{}", comment.peak);
}

/// Bits between transitions that are far apart are counted, not held.
#[test]
fn long_silences_need_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).display().to_string();
    let header = "$timescale 1 s $end\n$var wire 1 ! d $end\n$enddefinitions $end\n";
    let changes: String = (0..100u64).map(|i| format!("#{}\n{}!\n", i * 9_999_999, i % 2)).collect();
    fs::write(place("slow.vcd"), format!("{header}{changes}")).unwrap();
    let table: String = (0..100u64).map(|i| format!("{},{}\n", i * 9_999_999, i % 2)).collect();
    fs::write(place("slow.csv"), format!("Time,d\n{table}")).unwrap();
    for file in ["slow.vcd", "slow.csv"] {
        let Measured { output, peak } = measured(&["check", "PRBS7", &place(file), "--rate", "1"], iter::empty());
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("989999901 received"), "{text} {}", String::from_utf8_lossy(&output.stderr));
        assert!(peak < MOST, "{file}: {peak}");
        let Measured { peak, .. } =
            measured(&["identify", &place(file), "--rate", "1", "--max-bits", "1000000"], iter::empty());
        assert!(peak < MOST, "{file}: {peak}");
    }
    // Slower still is a wrong rate.
    fs::write(place("wrong.csv"), "Time,d\n0,1\n1e12,0\n").unwrap();
    refused_in_little_memory(
        &measured(&["check", "PRBS7", &place("wrong.csv"), "--rate", "1"], iter::empty()),
        "is the rate right",
    );
    // Fewer samples than bits: a small session would become bits for ever.
    session(Path::new(&place("few.sr")), "samplerate=1 Hz\n", 400);
    refused_in_little_memory(
        &measured(&["check", "PRBS7", &place("few.sr"), "--rate", "1M"], iter::empty()),
        "more than the 1 samples",
    );
}

/// A sigrok session of zeros.
fn session(path: &Path, rate: &str, mebibytes: usize) {
    let mut archive = zip::ZipWriter::new(fs::File::create(path).unwrap());
    let deflated = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    archive.start_file("metadata", deflated).unwrap();
    let metadata = format!("[device 1]\ncapturefile=logic-1\ntotal probes=1\n{rate}probe1=D0\nunitsize=1\n");
    archive.write_all(metadata.as_bytes()).unwrap();
    archive.start_file("logic-1-1", deflated).unwrap();
    for _ in 0..mebibytes {
        archive.write_all(&[0; 1 << 20]).unwrap();
    }
    archive.finish().unwrap();
}

#[test]
fn archives_need_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("big.sr");
    let name = path.display().to_string();
    // 100 MiB in one file of the archive, which packs to 100 kB.
    session(&path, "samplerate=1 MHz\n", 100);
    let Measured { output, peak } = measured(&["check", "PRBS7", &name], iter::empty());
    assert!(String::from_utf8_lossy(&output.stdout).contains("104857600 received"));
    assert!(peak < MOST, "{peak}");
    // Sizes and offsets that are not true: an error or an answer, in little memory, and never a panic.
    session(&path, "samplerate=1 MHz\n", 1);
    let good = fs::read(&path).unwrap();
    let is_long = std::env::var_os("LFSR_LONG").is_some();
    for (i, at) in (0..good.len()).rev().take(400).enumerate() {
        for (turn, value) in [(0, 0), (4, 0xff)] {
            // One in eight without LFSR_LONG.
            if !is_long && i % 8 != turn {
                continue;
            }
            let mut bad = good.clone();
            bad[at] = value;
            fs::write(&path, &bad).unwrap();
            let output = run(&["check", "PRBS7", &name]);
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(
                matches!(output.status.code(), Some(1 | 2)) && !said.contains("bug"),
                "byte {at} = {value}: {said}"
            );
        }
    }
}

#[test]
fn checkpoints_without_an_end_are_refused() {
    if Path::new("/dev/zero").exists() {
        refused_in_little_memory(&measured(&["merge", "/dev/zero"], iter::empty()), "not a checkpoint");
        refused_in_little_memory(&measured(&["analyze", "--resume", "/dev/zero"], iter::empty()), "not a checkpoint");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let name = path.display().to_string();
    // As long as one may be, with nothing in it: the file has holes, and takes no room on the disk.
    let file = fs::File::create(&path).unwrap();
    (&file).write_all(b"lfsr.checkpoint/1 ").unwrap();
    for length in [1 << 29, 1 << 31] {
        file.set_len(length).unwrap();
        refused_in_little_memory(&measured(&["merge", &name], iter::empty()), "run: t");
    }
}

/// A list of leaders is counted before it is begun, and is no longer than was counted.
#[test]
fn leaders_keep_to_the_memory_allowed() {
    // 699,252 cycles of 16 bytes: 11.2 MB. The program itself takes less than 8 MiB.
    for engine in ["first-return", "walk"] {
        let arguments =
            ["analyze", "x^24+1", "--engine", engine, "--leaders", "--format", "csv", "--max-memory", "14MB"];
        let Measured { output, peak } = measured(&arguments, iter::empty());
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(output.stdout.iter().filter(|&&byte| byte == b'\n').count(), 699_253, "{engine}");
        assert!(peak < 14_000_000 + (8 << 20), "{engine}: {peak}");
    }
    // With less the same list is written while it is found; by the walk it is refused, and so is one that would take hours.
    let passed =
        ["analyze", "x^24+1", "--engine", "first-return", "--leaders", "--max-memory", "1MB", "--format", "csv"];
    let Measured { output, peak } = measured(&passed, iter::empty());
    assert_eq!(output.stdout.iter().filter(|&&byte| byte == b'\n').count(), 699_253);
    assert!(peak < 20_000_000, "{peak}");
    for (register, engine) in [("x^24+1", "walk"), ("x^42+1", "first-return")] {
        let output = run(&["analyze", register, "--engine", engine, "--leaders", "--max-memory", "10MB"]);
        assert_eq!(output.status.code(), Some(3));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("of memory, 9.5 MiB allowed; "), "{said}");
    }
    // The quickest kernel does not fit, another does.
    let mut lines = Vec::new();
    for memory in ["1kB", "1GiB"] {
        let output = run(&["analyze", "x^30+1", "--engine", "first-return", "--max-memory", memory, "--format", "csv"]);
        assert_eq!(output.status.code(), Some(0), "{memory}: {}", String::from_utf8_lossy(&output.stderr));
        lines.push(output.stdout.iter().filter(|&&byte| byte == b'\n').count());
    }
    assert_eq!(lines[0], lines[1]);
}

/// Whatever the other end sends, the wait ends and what came is said.
#[test]
fn devices_that_only_talk_are_given_up() {
    type Talk = fn(u64) -> (Duration, &'static [u8]);
    let cases: [(&str, Talk); 4] = [
        ("the other end sends zeros", |_| (Duration::ZERO, &[0; 64])),
        ("the other end sends text, beginning with \"$GPRMC", |_| {
            (Duration::from_millis(10), b"$GPRMC,123519,A,4807.0\r\n")
        }),
        ("the other end sends nothing", |_| (Duration::from_secs(1), b"")),
        ("no frame", |_| (Duration::from_millis(300), &[0x85])),
    ];
    for (what, talk) in cases {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            for i in 0.. {
                let (pause, bytes) = talk(i);
                thread::sleep(pause);
                if stream.write_all(bytes).is_err() {
                    return;
                }
            }
        });
        let output = run(&["device", "info", "--tcp", &address, "--timeout", "1"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains(what) && said.trim_end().lines().count() == 1, "{said}");
    }
}

#[test]
fn states_of_any_width_are_printed() {
    for degree in [262_140, 262_141, 600_000] {
        let output = run(&["jump", &format!("x^{degree}+x^3+1"), "--by", "5"]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.stdout.len(), 2 + (degree as usize).div_ceil(4) + 1);
    }
    let table = run(&["index", "char:x^3+x^2", "--from", "1", "--table"]);
    assert_eq!(String::from_utf8_lossy(&table.stdout), "index,state\n0,0x1\n1,0x0\n");
}

/// Every command ends soon after a signal, with nothing left behind; by itself each would take much longer than the test may.
#[cfg(unix)]
#[test]
fn signals_end_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out").display().to_string();
    let run_file = folder.path().join("run").display().to_string();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = listener.local_addr().unwrap().to_string();
    let commands: [&[&str]; 12] = [
        &["analyze", "x^32+1", "--leaders", "-o", &file],
        &["analyze", "x^32+1", "--sequences", "-o", &file],
        &["primitive", "x^300000+x+1"],
        &["explain", "x^300000+x+1"],
        &["analyze", "x^38+x^6+x^5+x+1", "--engine", "walk", "--max-memory", "1TiB"],
        &["analyze", "x^50+x^4+x^3+x^2+1", "--engine", "first-return", "--checkpoint", &run_file],
        &["generate", "PRBS31", "-o", &file, "--bits", "1T"],
        &["device", "info", "--tcp", &silent, "--timeout", "1000"],
        &["check", "PRBS31"],
        &["check", "auto", "--lanes", "auto"],
        &["check", "PRBS31", "-", "-"],
        &["convert", "--do", "deinterleave:2", "-o", &file],
    ];
    for arguments in commands {
        for signal in ["TERM", "INT", "HUP"] {
            let mut command = lfsr(arguments);
            let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
            // Held open: a capture that never comes.
            let input = child.stdin.take();
            thread::sleep(Duration::from_millis(300));
            let id = child.id().to_string();
            let sent = finish(std::process::Command::new("kill").args(["-s", signal, &id]));
            let output = wait_within(Duration::from_secs(20), child, &command);
            drop(input);
            let said = String::from_utf8_lossy(&output.stderr);
            if said.contains("memory") {
                // The walk on a small machine.
                continue;
            }
            assert!(sent.status.success(), "{arguments:?} was over before: {said}");
            assert_eq!(output.status.code(), Some(130), "{arguments:?} {signal}: {said}");
            let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            assert!(left.iter().all(|name| name == "run"), "{arguments:?}: {left:?}");
            let _ = fs::remove_file(&run_file);
        }
    }
}

/// What was ignored from the beginning stays so: `nohup lfsr ... &` outlives the terminal.
#[cfg(target_os = "linux")]
#[test]
fn ignored_signals_stay_ignored() {
    let mut command = std::process::Command::new("sh");
    let script = "trap '' HUP; exec \"$0\" \"$@\"";
    command.args([
        "-c",
        script,
        env!("CARGO_BIN_EXE_lfsr"),
        "analyze",
        "x^50+x^4+x^3+x^2+1",
        "--engine",
        "first-return",
    ]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let send = |signal: &str, id: u32| {
        let sent = finish(std::process::Command::new("kill").args(["-s", signal, &id.to_string()]));
        assert!(sent.status.success(), "{signal}");
    };
    thread::sleep(Duration::from_millis(300));
    send("HUP", child.id());
    thread::sleep(Duration::from_millis(500));
    assert!(child.try_wait().unwrap().is_none(), "it ended");
    send("TERM", child.id());
    assert_eq!(wait_within(Duration::from_secs(20), child, &command).status.code(), Some(130));
}

/// Two processes on one checkpoint: one works, the other says so.
#[test]
fn a_checkpoint_is_of_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run").display().to_string();
    let long = ["analyze", "x^50+x^4+x^3+x^2+1", "--engine", "first-return", "--checkpoint-every", "0.05"];
    let mut first = lfsr(&[&long[..], &["--checkpoint", &file]].concat()).stdout(Stdio::null()).spawn().unwrap();
    while !Path::new(&file).exists() {
        assert!(first.try_wait().unwrap().is_none(), "it ended");
        thread::sleep(Duration::from_millis(10));
    }
    let second = run(&["analyze", "--resume", &file]);
    let said = String::from_utf8_lossy(&second.stderr);
    assert_eq!(second.status.code(), Some(2), "{said}");
    assert!(said.contains("another process is working on it"), "{said}");
    first.kill().unwrap();
    first.wait().unwrap();
    // Now it may; and what differs is said.
    for (more, what) in [
        (&["--shard", "2/3"][..], "--shard 2/3: "),
        (&["x^50+x^4+x^3+x^2+1", "--form", "galois"], "that is in fibonacci form, this in galois form"),
        (&["x^50+x^4+x^3+x^2+1", "--xnor"], "that has XOR feedback, this XNOR"),
        (&["x^50+x^4+x^3+x+1"], "the polynomials differ"),
    ] {
        let output = run(&[&["analyze", "--resume", &file], more].concat());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains(what), "{said}");
    }
}

/// Limits of the shell on memory and files: errors that name them, or answers, never a panic.
#[cfg(target_os = "linux")]
#[test]
fn limits_of_the_system_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let bits = folder.path().join("bits").display().to_string();
    assert!(run(&["generate", "PRBS15", "--bits", "10000", "-o", &bits]).status.success());
    let under = |limit: &str, arguments: &[&str]| {
        let mut command = std::process::Command::new("sh");
        let script = format!("ulimit {limit} && exec \"$0\" \"$@\"");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_lfsr")]).args(arguments).stdin(Stdio::null());
        // A thread of Rust's that finds no room for its second stack, and is to print a backtrace without room for that, may hang.
        command.env_remove("RUST_BACKTRACE");
        let output = finish(&mut command);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        // Rust's own start of the program, or of a thread, panics without room for a second stack: before any line of ours.
        let is_ours = !said.contains("failed to allocate an alternative stack");
        assert!(!is_ours || !said.contains("bug") && !said.contains("panicked"), "{limit} {arguments:?}: {said}");
        said
    };
    let mut refused = 0;
    for kib in (6000..20_000).step_by(1000) {
        let kept = folder.path().join(format!("run{kib}")).display().to_string();
        let limit = format!("-v {kib}");
        for arguments in [
            &["check", "PRBS15", &bits][..],
            &["analyze", "x^20+x^3+1", "--engine", "first-return", "--checkpoint", &kept],
            &["analyze", "x^3000+x^3+1"],
            &["analyze", "x^20+x^3+1", "--engine", "first-return", "--workers", "8"],
        ] {
            refused += usize::from(under(&limit, arguments).contains("thread"));
        }
    }
    assert!(refused > 0, "some limit is too low for a thread");
    assert!(under("-n 3", &["check", "PRBS15", &bits]).contains("cannot open"), "a limit on files");
}

/// The last resort is tried by nothing that is known to panic; that a device's bytes end no reader in one is.
#[test]
fn nothing_here_says_bug() {
    let mut noise = Vec::new();
    fs::File::open(env!("CARGO_BIN_EXE_lfsr")).unwrap().take(300_000).read_to_end(&mut noise).unwrap();
    for format in ["raw-msb", "raw-lsb", "ascii", "hex", "csv", "vcd", "saleae"] {
        let noise = noise.clone();
        let Measured { output, peak } =
            measured(&["check", "PRBS15", "--input", format, "--rate", "9600"], iter::once(noise));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("bug") && said.trim_end().lines().count() <= 1 && peak < MOST, "{format}: {said}");
    }
}
