//! The image of the board `rp2040`, unmodified, in the emulator rp2040js, with generators at its pins: every source counts what is wrong, exactly, and says
//! when bits come faster than it takes them.
//!
//! Core, UART, USB with its host, SPI, GPIO, DMA and PIO are models of other people's; the generators are JavaScript, bit by bit (`tests/rp2040`). Needs the image
//! (`LFSR_FIRMWARE_RP2040`), Node.js, and rp2040js in the folder `LFSR_RP2040JS`; `cargo xtask test` sets up all of it.
#![forbid(unsafe_code)]

use core::time::Duration;
use std::{
    env,
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
};

use lfsr_core::{
    bit_order::BitOrder,
    catalogue,
    check::{LockState, Settings},
    link::{CapturePlan, CheckPlan, ClientError, Counters, Fault, RunUnit, Then, TransferError},
    record::Record,
    register::Register,
    unit::Unit,
};
use lfsr_crosscheck::{
    deadline::{Deadline, output},
    skip::skipped,
};
use lfsr_host::device::{DeviceClient, Patience, Port, client};
use serde_json::{Value, json};

/// A pause between two looks at the counters.
const POLL: Duration = Duration::from_millis(20);

/// An emulated Pico with generators at its pins.
struct Bench {
    child: Child,
    said: BufReader<ChildStdout>,
    port: String,
}

impl Bench {
    /// With these generators, by the names of the sources, and the link on the UART; or a loud remark.
    fn start(generators: &Value) -> Option<Self> {
        Self::start_on("uart", generators)
    }

    /// The same, with the link on `uart` or `usb`.
    fn start_on(way: &str, generators: &Value) -> Option<Self> {
        let (image, emulator) = (env::var_os("LFSR_FIRMWARE_RP2040"), env::var_os("LFSR_RP2040JS"));
        let (Some(image), Some(emulator)) = (image, emulator) else {
            skipped("rp2040", "no LFSR_FIRMWARE_RP2040 or LFSR_RP2040JS (cargo xtask test sets them)");
            return None;
        };
        let image = PathBuf::from(image).with_extension("uf2");
        let mut child = Command::new("node")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/rp2040/bench.mjs"))
            .arg(image)
            .arg(generators.to_string())
            .arg(way)
            .env("LFSR_RP2040JS", emulator)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node runs");
        let mut said = BufReader::new(child.stdout.take().expect("piped"));
        let mut port = String::new();
        said.read_line(&mut port).expect("the bench speaks");
        let port = format!("127.0.0.1:{}", port.trim());
        Some(Self { child, said, port })
    }

    fn connect(&self) -> Device {
        let patience = Patience::new(Duration::from_secs(60));
        let port = Port::tcp(&self.port, patience.timeout(), Duration::from_millis(100)).expect("the bench listens");
        let mut client = client(port, &patience).expect("a port");
        patience.renew();
        let sources: Vec<String> =
            client.sources().expect("the board answers").iter().map(ToString::to_string).collect();
        Device { client, patience, sources, sessions: 0 }
    }

    /// Ends it; what was sent in the end, and in how much of the board's time.
    fn end(mut self) -> Value {
        drop(self.child.stdin.take());
        let mut said = String::new();
        self.said.read_to_string(&mut said).expect("the bench ends");
        serde_json::from_str(&said).expect("JSON")
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The host's end.
struct Device {
    client: DeviceClient,
    patience: Patience,
    sources: Vec<String>,
    sessions: u32,
}

impl Device {
    fn number(&self, source: &str) -> u8 {
        self.sources.iter().position(|name| name == source).expect("a source of the board") as u8
    }

    fn begin(&mut self, register: &Register, source: &str) -> u32 {
        let order = if source == "spi0" { BitOrder::Msb } else { BitOrder::Lsb };
        let settings = Settings { order, ..Settings::new(register) };
        self.sessions += 1;
        let plan = CheckPlan::new(self.sessions, self.number(source), *register, &settings);
        self.patience.renew();
        self.client.start_check(&plan).expect("the board answers");
        self.sessions
    }

    fn counters(&mut self, session: u32, then: Then) -> Counters {
        self.patience.renew();
        self.client.counters(session, then).expect("the board answers")
    }

    /// Checks at least so many bits.
    fn check(&mut self, register: &Register, source: &str, bits: u64) -> Counters {
        self.check_asking(register, source, bits, POLL)
    }

    /// The same, asking so often. Each answer takes the board's time; how much of it is between two questions depends on how fast the emulator is here.
    fn check_asking(&mut self, register: &Register, source: &str, bits: u64, poll: Duration) -> Counters {
        let session = self.begin(register, source);
        let deadline = Deadline::for_("bits to come");
        while self.counters(session, Then::GoOn).bits < bits {
            deadline.check();
            std::thread::sleep(poll);
        }
        self.counters(session, Then::Freeze)
    }
}

fn register(name: &str) -> Register {
    catalogue::find(name).expect("an entry").register()
}

/// Nothing but these differs from a clean check.
#[track_caller]
fn assert_found(found: &Counters, expected: Counters) {
    let Counters { session, bits, compared, locks, bursts, is_locked, .. } = *found;
    assert_eq!(*found, Counters { session, bits, compared, locks, bursts, is_locked, ..expected }, "{found:?}");
    assert_eq!((compared + found.skipped, is_locked), (bits, true), "{found:?}");
}

#[test]
fn every_source_receives_every_bit() {
    let generators = json!({
        "spi0": {"lags": [28, 31]}, "driven": {"lags": [14, 15]}, "uart1": {"lags": [6, 7]}, "pio": {"lags": [5, 9], "hertz": 1e6},
    });
    let Some(bench) = Bench::start(&generators) else { return };
    let mut device = bench.connect();
    let sources =
        [("spi0", "PRBS31"), ("driven", "PRBS15"), ("uart1", "PRBS7"), ("pio", "PRBS9"), ("crc", "STM32-CRC")];
    assert_eq!(device.sources, sources.map(|(source, _)| source));
    for (source, name) in sources {
        let found = device.check(&register(name), source, 5_000);
        assert_found(&found, Counters::default());
        assert_eq!((found.locks, found.status()), (1, LockState::Locked), "{source}: {found:?}");
    }
    device.patience.renew();
    assert_eq!(device.client.self_test().expect("the board answers"), 0);
}

/// Ten million bits a second are checked, and wrong bits among them counted to the last.
#[test]
fn ten_megabits_a_second_are_checked_without_a_lost_bit() {
    let Some(bench) = Bench::start(&json!({"pio": {"lags": [28, 31], "hertz": 10e6, "every": 100_000}})) else {
        return;
    };
    let mut device = bench.connect();
    let found = device.check(&register("PRBS31"), "pio", 1_000_000);
    // The check begins between two wrong bits.
    let (least, most) = (found.bits / 100_000, found.bits.div_ceil(100_000));
    assert!((least..=most).contains(&found.errors), "{found:?}");
    assert_found(&found, Counters { errors: found.errors, ..Counters::default() });
    let end = bench.end();
    let seconds = end["seconds"].as_f64().expect("seconds");
    let sent = end["sent"]["pio"].as_f64().expect("bits");
    assert!((sent / seconds / 10e6 - 1.0).abs() < 1e-3, "{end}");
}

/// A clock for every four of the board's, for so long that the controller's channels take turns.
#[test]
fn the_channels_take_turns_without_a_lost_bit() {
    let Some(bench) = Bench::start(&json!({"pio": {"lags": [18, 23], "hertz": 31.25e6}})) else { return };
    // There is little time left for answers: none but a few are asked for, on a slow machine too.
    let found = bench.connect().check_asking(&register("PRBS23"), "pio", 10_000_000, Duration::from_secs(2));
    assert_found(&found, Counters::default());
    assert_eq!((found.locks, found.compared), (1, found.bits));
}

#[test]
fn faults_are_named_on_each_source_with_wires() {
    let lags = [28, 31];
    let faults = [
        (json!({"wrong": [3000, 3001, 4500]}), Counters { errors: 3, ..Counters::default() }),
        (json!({"missing": [3000]}), Counters { slips: 1, deleted: 1, ..Counters::default() }),
        (json!({"doubled": [3000]}), Counters { slips: 1, inserted: 1, skipped: 1, ..Counters::default() }),
        (json!({"inverted": true}), Counters { inverted: true, ..Counters::default() }),
    ];
    for (fault, expected) in faults {
        let mut generator = fault.clone();
        generator["lags"] = json!(lags);
        // A clock of its own begins before the check, so that it may not be fast. The faults come later.
        let mut slow = generator.clone();
        slow["hertz"] = json!(100_000);
        let generators = json!({"spi0": generator, "driven": generator, "uart1": generator, "pio": slow});
        for source in ["spi0", "driven", "uart1", "pio"] {
            let Some(bench) = Bench::start(&json!({source: generators[source]})) else { return };
            let found = bench.connect().check(&register("PRBS31"), source, 8_000);
            let about = format!("{source}, {fault}: {found:?}");
            assert_eq!((found.errors, found.slips), (expected.errors, expected.slips), "{about}");
            assert_found(&found, expected);
        }
    }
}

#[test]
fn a_stuck_line_and_a_wrong_tap_are_no_lock() {
    let Some(bench) = Bench::start(&json!({"uart1": {"lags": [28, 31], "stuck": 0}, "spi0": {"lags": [27, 31]}}))
    else {
        return;
    };
    let mut device = bench.connect();
    let found = device.check(&register("PRBS31"), "uart1", 5_000);
    assert_eq!((found.status(), found.stuck_low, found.compared), (LockState::Searching, found.bits, 0), "{found:?}");
    let found = device.check(&register("PRBS31"), "spi0", 5_000);
    assert_eq!((found.status(), found.compared, found.errors), (LockState::Searching, 0, 0), "{found:?}");
}

/// Bits that come faster than the core can check them: it says so, and what it lost is never an error of the line.
#[test]
fn overruns_are_told_and_are_no_errors() {
    // Many lags take the core longer.
    let crc = register("CRC-32");
    let lags: Vec<u32> = crc.lags().collect();
    let Some(bench) = Bench::start(&json!({"pio": {"lags": lags, "hertz": 31.25e6}})) else { return };
    let found = bench.connect().check(&crc, "pio", 1_000_000);
    assert!(found.overruns > 2 && found.locks > 2, "{found:?}");
    let overruns = found.overruns;
    assert_eq!(found, Counters { overruns, errors: 0, slips: 0, losses: 0, flips: 0, bursts: 0, ..found });
}

/// The board's USB socket is a link like the UART, and bits are checked as fast.
#[test]
fn the_link_works_over_usb() {
    let Some(bench) =
        Bench::start_on("usb", &json!({"pio": {"lags": [28, 31], "hertz": 20e6, "wrong": [300_000, 300_001]}}))
    else {
        return;
    };
    let mut device = bench.connect();
    let found = device.check(&register("PRBS31"), "pio", 1_000_000);
    assert_found(&found, Counters { errors: 2, ..Counters::default() });
    device.patience.renew();
    assert_eq!(device.client.self_test().expect("the board answers"), 0);
    let run = RunUnit { register: register("PRBS15"), zeros: 5, unit: Unit { first: 1, count: 200 } };
    let mut records = Vec::new();
    device.patience.renew();
    device.client.run_unit(&run, |record| records.push(*record)).expect("the board answers");
    assert_eq!(records.len(), 200);
    assert!(records.iter().all(|record| *record == naive(&run, record.start)));
}

/// The next state of the section, step by step.
fn naive(run: &RunUnit, start: u64) -> Record {
    let sequence = run.register.sequence();
    let (mut end, mut steps) = (sequence.step(start), 1);
    while !run.in_section(end) {
        end = sequence.step(end);
        steps += 1;
    }
    Record { start, end, steps }
}

#[test]
fn a_capture_has_no_gap_however_fast_the_source() {
    let Some(bench) = Bench::start_on("usb", &json!({"pio": {"lags": [5, 9], "hertz": 20e6}})) else { return };
    let mut device = bench.connect();
    let source = device.number("pio");
    // Many short ones: each begins at another moment of the source's clock.
    let short = std::iter::repeat_n(64, 20);
    for bytes in short.chain([1, 7, 1000, 32_768, 32_769]) {
        let mut taken = Vec::new();
        let cell = core::cell::RefCell::new(&mut taken);
        device.patience.renew();
        let outcome = device.client.capture(
            &CapturePlan { source, bytes },
            |chunk| cell.borrow_mut().extend_from_slice(chunk),
            || cell.borrow_mut().clear(),
        );
        // The ring holds so many; what comes after them finds no room.
        match outcome {
            Ok(()) => assert!(bytes <= 32_768),
            Err(ClientError::Transfer(TransferError::Device(Fault::Overrun))) => assert_eq!(bytes, 32_769),
            Err(error) => panic!("{bytes} bytes: {error}"),
        }
        assert_eq!(taken.len(), 32_768.min(bytes as usize));
        let bit = |t: usize| taken[t / 8] >> (t % 8) & 1;
        let gap = (9..8 * taken.len()).find(|&t| bit(t) != bit(t - 5) ^ bit(t - 9));
        assert_eq!(gap, None, "{bytes} bytes in a row: the first bit that does not follow");
    }
}

#[test]
fn counters_are_cleared_by_command_and_the_lock_stays() {
    let Some(bench) = Bench::start(&json!({"spi0": {"lags": [28, 31], "wrong": [1000, 1100, 1200]}})) else { return };
    let mut device = bench.connect();
    let session = device.begin(&register("PRBS31"), "spi0");
    let deadline = Deadline::for_("bits to come");
    while device.counters(session, Then::GoOn).errors < 3 {
        deadline.check();
        std::thread::sleep(POLL);
    }
    let cleared = device.counters(session, Then::Clear);
    assert_eq!((cleared.errors, cleared.locks, cleared.is_locked), (0, 1, true), "{cleared:?}");
    let before = device.counters(session, Then::GoOn);
    while device.counters(session, Then::GoOn).bits < before.bits + 2000 {
        deadline.check();
    }
    assert_found(&device.counters(session, Then::Freeze), Counters::default());
}

/// `lfsr device check auto`, as a user calls it.
#[test]
fn the_program_finds_source_order_polarity_and_sequence() {
    let program = env::current_exe().ok().and_then(|test| Some(test.parent()?.parent()?.join("lfsr")));
    let Some(program) = program.filter(|program| program.is_file()) else {
        return skipped("rp2040", "the program is not built (cargo test --workspace does it)");
    };
    let run = |generators: Value, arguments: &[&str]| {
        let bench = Bench::start(&generators)?;
        let mut command = Command::new(&program);
        command.args(["device", "check"]).args(arguments).args([
            "--format",
            "json",
            "--timeout",
            "60",
            "--bits",
            "4000",
            "--tcp",
            &bench.port,
        ]);
        let said = output(&mut command)?;
        let object: Value = serde_json::from_slice(&said.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&said.stderr)));
        Some((said.status.code(), object))
    };
    // SPI is clocked by the board: with nothing on it, all zeros.
    let pio = json!({"pio": {"lags": [28, 31], "hertz": 5e6, "inverted": true}});
    let Some((status, found)) = run(pio, &["auto"]) else { return };
    assert_eq!((status, &found["name"], &found["status"]), (Some(0), &json!("PRBS31"), &json!("locked")), "{found}");
    assert_eq!((&found["inverted"], &found["order"]), (&json!(true), &json!("lsb")), "{found}");
    let (status, found) = run(json!({"spi0": {"lags": [18, 23], "wrong": [9000]}}), &["auto"]).expect("as above");
    assert_eq!((status, &found["name"], &found["order"]), (Some(0), &json!("PRBS23"), &json!("msb")), "{found}");
    // A register that has no name is checked as well.
    let (status, found) =
        run(json!({"uart1": {"lags": [1, 7, 22, 41]}}), &["auto", "--source", "uart1"]).expect("as above");
    assert_eq!((status, &found["name"], &found["degree"]), (Some(0), &json!(null), &json!(41)), "{found}");
    // What is wrong with a register is said.
    let taps = |lags: &[u32]| json!({"pio": {"lags": lags, "hertz": 1e6}});
    for (lags, expected) in
        [(&[23][..], json!({"missing": 18, "extra": null})), (&[17, 23], json!({"missing": 18, "extra": 17}))]
    {
        let (status, found) = run(taps(lags), &["PRBS23", "--source", "pio"]).expect("as above");
        assert_eq!((status, &found["received"]["wrong_tap"]), (Some(1), &expected), "{lags:?}: {found}");
    }
    let (status, found) = run(taps(&[5, 9]), &["PRBS23", "--source", "pio"]).expect("as above");
    assert_eq!((status, &found["received"]["headline"]), (Some(1), &json!("PRBS9")), "{found}");
}
