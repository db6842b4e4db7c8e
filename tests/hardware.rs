//! The firmware checks registers that `lfsr export` writes in Verilog: Icarus simulates them, the emulated board receives their bits on its second UART, and
//! good ones must pass while each fault is named for what it is.
//!
//! The simulator's output goes to the UART through a pipe that the emulator holds back, so both run in step. Needs an image
//! (`LFSR_FIRMWARE_IMAGE`, which `cargo xtask test` sets), QEMU, and `iverilog` (Debian package iverilog).
#![forbid(unsafe_code)]

use core::time::Duration;
use std::{
    env,
    io::Read,
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Instant,
};

use lfsr_core::{
    bit_order::BitOrder,
    check::{LockState, Settings},
    link::{CheckPlan, Counters, Then},
    notation,
    register::Register,
};
use lfsr_crosscheck::{deadline::output, program::program, skip::skipped};
use lfsr_host::device::{Emulated, Feed, Patience, client};

/// Clocks of each simulation.
const CLOCKS: u64 = 30_000;

/// Nothing takes longer.
const PATIENCE: Duration = Duration::from_secs(120);

/// The image, or a loud remark.
fn image() -> Option<PathBuf> {
    let image = env::var_os("LFSR_FIRMWARE_IMAGE");
    let icarus = output(Command::new("iverilog").arg("-V")).is_some();
    if image.is_none() || !icarus {
        let missing = if icarus { "LFSR_FIRMWARE_IMAGE (cargo xtask test sets it)" } else { "iverilog" };
        skipped("hardware", &format!("no {missing}"));
        return None;
    }
    image.map(PathBuf::from)
}

/// A register that `lfsr export` writes, and what is wrong with the board around it.
#[derive(Clone, Default)]
struct Hardware {
    taps: Vec<u32>,
    /// Options of `lfsr export`.
    options: Vec<String>,
    /// Parameters of `bench` and their values.
    faults: Vec<(&'static str, u64)>,
}

impl Hardware {
    fn new(taps: &[u32]) -> Self {
        Self { taps: taps.to_vec(), ..Self::default() }
    }

    fn exported_with(mut self, options: &[&str]) -> Self {
        self.options.extend(options.iter().map(|option| (*option).to_owned()));
        self
    }

    fn with(mut self, fault: &'static str, value: u64) -> Self {
        self.faults.push((fault, value));
        self
    }

    /// Exports, compiles and starts the simulation; its output is a character for each bit.
    fn simulate(&self) -> Simulation {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let n = self.taps.iter().copied().max().expect("taps");
        let mut export = Command::new(program());
        export.args(["export", "verilog", &notation_of(&self.taps), "--what", "generator", "--quiet"]);
        export.args(["--name", "source", "-o"]).arg(folder.path()).args(&self.options);
        let exported = output(&mut export).expect("lfsr runs");
        assert!(exported.status.success(), "{}", String::from_utf8_lossy(&exported.stderr));
        let mut compile = Command::new("iverilog");
        compile.current_dir(folder.path()).args(["-g2012", "-s", "bench", "-o", "bench"]);
        compile.arg(format!("-Pbench.N={n}")).arg(format!("-Pbench.CLOCKS={CLOCKS}"));
        for (fault, value) in &self.faults {
            compile.arg(format!("-Pbench.{fault}={value}"));
        }
        compile.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/hardware/line.v")).arg("source.v");
        let compiled = output(&mut compile).expect("iverilog runs");
        assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
        let mut vvp = Command::new("vvp");
        vvp.current_dir(folder.path()).args(["-n", "bench"]).stdout(Stdio::piped());
        let mut child = vvp.spawn().expect("vvp runs");
        let mut output = child.stdout.take().expect("piped");
        // Once it speaks it has loaded the program, and the folder can go.
        let mut first = vec![0];
        output.read_exact(&mut first).expect("at least a bit");
        Simulation { child, output, held: first }
    }
}

/// A running simulation.
struct Simulation {
    child: Child,
    output: ChildStdout,
    /// Characters read and not used.
    held: Vec<u8>,
}

/// The simulator's bits, eight to a byte, bit 0 first, as they come; what does not fill a byte at the end is left out.
fn feed(mut simulation: Simulation, begun: Receiver<()>) -> Feed {
    let mut waited = false;
    Box::new(move |bytes| {
        if !waited {
            // An error says that nobody wants the bits any more.
            let _ = begun.recv();
            waited = true;
        }
        let mut buffer = [0; 1024];
        while simulation.held.len() < 8 {
            let count = simulation.output.read(&mut buffer).unwrap_or(0);
            if count == 0 {
                // It ends with its output.
                let _ = simulation.child.kill();
                let _ = simulation.child.wait();
                return;
            }
            simulation.held.extend(buffer[..count].iter().filter(|byte| matches!(byte, b'0' | b'1')));
        }
        let (whole, rest) = simulation.held.as_chunks::<8>();
        bytes.extend(whole.iter().map(|bits| (0..8).fold(0, |byte, i| byte | (bits[i] & 1) << i)));
        simulation.held = rest.to_vec();
    })
}

/// What the board finds when it expects `expected` and is wired to `hardware`.
fn check(expected: &Register, hardware: &Hardware) -> Option<Counters> {
    let image = image()?;
    // The line is silent until the check has begun, so that each bit counts.
    let (begin, begun) = channel();
    let feed = feed(hardware.simulate(), begun);
    let emulated = Emulated::start(&image, Duration::from_secs(20), Some(feed)).expect("the emulator starts");
    let mut client =
        client(emulated.port.try_clone().expect("a second handle"), &Patience::new(Duration::from_secs(600)))
            .expect("a client");
    client.info().expect("the device answers");
    let settings = Settings { order: BitOrder::Lsb, ..Settings::new(expected) };
    client.start_check(&CheckPlan::new(1, 0, *expected, &settings)).expect("the check begins");
    begin.send(()).expect("the feed waits");
    // Every whole byte must arrive: a silent pass is impossible.
    let lost = u64::from(hardware.faults.iter().any(|(name, _)| *name == "DROP"));
    let all = (CLOCKS - lost) / 8 * 8;
    let begun = Instant::now();
    loop {
        let counters = client.counters(1, Then::GoOn).expect("the device answers");
        // The checker takes whole words.
        if counters.bits >= all / 64 * 64 {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "only {} of {all} bits came", counters.bits);
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(20));
    let counters = client.counters(1, Then::Freeze).expect("the device answers");
    assert!(counters.bits <= all, "{counters:?}");
    Some(counters)
}

fn notation_of(taps: &[u32]) -> String {
    let list: Vec<String> = taps.iter().map(u32::to_string).collect();
    format!("taps:{}", list.join(","))
}

fn register(taps: &[u32]) -> Register {
    notation::parse(&notation_of(taps)).expect("taps")
}

/// PRBS7 to PRBS31 and a scrambler's register, in both forms, with XOR and XNOR gates.
#[test]
fn good_registers_pass() {
    let registers: [&[u32]; 8] =
        [&[7, 6], &[9, 5], &[11, 9], &[15, 14], &[20, 3], &[23, 18], &[31, 28], &[16, 5, 4, 3]];
    for (i, taps) in registers.into_iter().enumerate() {
        // All four kinds come up, twice each.
        let (galois, xnor) = (i % 2 == 1, i / 2 % 2 == 1);
        let form = if galois { "galois" } else { "fibonacci" };
        let mut hardware = Hardware::new(taps).exported_with(&["--form", form]);
        if xnor {
            hardware = hardware.exported_with(&["--xnor"]);
        }
        // With XNOR the Galois register's cells and output are complemented: the same register, all of it inverted.
        let expected = register(taps).with_xnor(xnor && !galois);
        let Some(counters) = check(&expected, &hardware) else { return };
        assert_eq!(counters.status(), LockState::Locked, "{taps:?} galois {galois} xnor {xnor}: {counters:?}");
        assert_eq!((counters.errors, counters.slips, counters.locks), (0, 0, 1), "{taps:?}: {counters:?}");
        assert!(counters.compared > CLOCKS - 200, "{counters:?}");
        assert_eq!(counters.inverted, galois && xnor, "{taps:?}");
    }
}

#[test]
fn every_fault_is_named() {
    let prbs15 = [15, 14];
    let expected = register(&prbs15);
    let good = Hardware::new(&prbs15);
    let found = |hardware: Hardware| check(&expected, &hardware);

    let Some(wrong_tap) = found(Hardware::new(&[15, 13])) else { return };
    assert_eq!((wrong_tap.status(), wrong_tap.locks), (LockState::Searching, 0), "{wrong_tap:?}");
    assert!(wrong_tap.stuck_low + wrong_tap.stuck_high < 1000, "{wrong_tap:?}");

    // XOR gates and all zeros: it never starts.
    let locked_up = found(good.clone().exported_with(&["--seed", "0"])).expect("as above");
    assert_eq!(locked_up.locks, 0, "{locked_up:?}");
    assert!(locked_up.stuck_low > CLOCKS * 9 / 10, "{locked_up:?}");

    for (level, name) in [(0, "low"), (1, "high")] {
        let stuck = found(good.clone().with("STUCK", 15).with("LEVEL", level)).expect("as above");
        assert_eq!(stuck.locks, 0, "{name}: {stuck:?}");
        let bits = if level == 0 { stuck.stuck_low } else { stuck.stuck_high };
        assert!(bits > CLOCKS * 9 / 10, "{name}: {stuck:?}");
    }

    let inverted = found(good.clone().with("INVERT", 1)).expect("as above");
    assert_eq!((inverted.status(), inverted.inverted), (LockState::Locked, true), "{inverted:?}");

    let noisy = found(good.clone().with("ERRORS", 10_000)).expect("as above");
    assert_eq!((noisy.status(), noisy.errors, noisy.slips), (LockState::LockedWithErrors, 3, 0), "{noisy:?}");

    let dropped = found(good.clone().with("DROP", 15_000)).expect("as above");
    assert_eq!(dropped.status(), LockState::LockedWithErrors, "{dropped:?}");
    assert_eq!((dropped.slips, dropped.deleted, dropped.inserted, dropped.errors), (1, 1, 0, 0), "{dropped:?}");

    // Another phase is no fault: the checker synchronises itself.
    let seeded = found(good.exported_with(&["--seed", "0x1234"])).expect("as above");
    assert_eq!((seeded.status(), seeded.errors), (LockState::Locked, 0), "{seeded:?}");
}
