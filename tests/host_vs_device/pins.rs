//! Generators at the pins of the emulated board, in lock-step: one with a clock of its own, and one that the board clocks.
//!
//! Pins are set through QEMU's qtest socket. The generator with a clock of its own waits until the board has cleared the interrupt of each edge;
//! the board that clocks is stopped by a debugger's watchpoint each time it moves the clock. So no bit depends on how fast anything is.

use core::time::Duration;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::channel,
    },
    thread::{self, JoinHandle},
    time::Instant,
};

use lfsr_core::{
    bit_order::BitOrder,
    check::{LockState, Settings},
    link::{CheckPlan, Counters, Then},
    register::Register,
};

use lfsr_crosscheck::deadline::Deadline;

use super::{
    device::{Device, Setup, accept, chardev},
    register,
};

/// Port B of the LM3S6965 (data sheet, GPIO): its data, addressed by the pins that are meant, and its raw interrupts.
const PORT_B: u32 = 0x4000_5000;
const RAW_INTERRUPTS: u32 = PORT_B + 0x414;

/// The pins of the sources (`firmware/README.md`).
const WATCHED_CLOCK: u32 = 0;
const WATCHED_DATA: u32 = 1;
const DRIVEN_CLOCK: u32 = 2;
const DRIVEN_DATA: u32 = 3;

/// Numbers of the sources.
const WATCHED: u8 = 1;
const DRIVEN: u8 = 2;
const SSI: u8 = 3;

const BITS: u64 = 2000;
const PATIENCE: Duration = Duration::from_secs(100);

fn data(pin: u32) -> u32 {
    PORT_B + (4 << pin)
}

/// QEMU's qtest socket: pins and memory of the board.
struct Pins {
    answers: BufReader<TcpStream>,
    stream: TcpStream,
    /// Of port B, for QEMU.
    name: String,
}

impl Pins {
    fn new(stream: TcpStream, name: String) -> Self {
        let answers = BufReader::new(stream.try_clone().expect("a second handle"));
        Self { answers, stream, name }
    }

    fn ask(&mut self, command: &str) -> String {
        self.stream.write_all(command.as_bytes()).expect("qtest listens");
        let mut answer = String::new();
        while !answer.starts_with("OK") {
            answer.clear();
            let count = self.answers.read_line(&mut answer).expect("qtest answers");
            assert!(count > 0 && !answer.starts_with("FAIL"), "{command}: {answer}");
        }
        answer
    }

    fn set(&mut self, pin: u32, level: bool) {
        let command = format!("set_irq_in {} unnamed-gpio-in {pin} {}\n", self.name, u8::from(level));
        self.ask(&command);
    }

    fn read(&mut self, address: u32) -> u32 {
        let answer = self.ask(&format!("readl {address:#x}\n"));
        let value = answer.trim_start_matches("OK").trim().trim_start_matches("0x");
        u32::from_str_radix(value, 16).expect("a number")
    }
}

/// Of all ports of the board the one whose pins are seen at the addresses of port B.
fn find_port(names: &[String], pins: &mut Pins) {
    for name in names {
        pins.name.clone_from(name);
        pins.set(WATCHED_DATA, true);
        let found = pins.read(data(WATCHED_DATA)) != 0;
        pins.set(WATCHED_DATA, false);
        if found {
            return;
        }
    }
    panic!("no port B among {names:?}");
}

/// A generator, and what is wrong with it.
#[derive(Clone, Copy)]
struct Generator {
    register: Register,
    state: u64,
    position: u64,
    /// The bit that is wrong, and the clock that is not made.
    wrong: Option<u64>,
    dropped: Option<u64>,
    stuck: Option<bool>,
}

impl Generator {
    const fn new(register: Register) -> Self {
        Self { register, state: 1, position: 0, wrong: None, dropped: None, stuck: None }
    }

    fn bit(&self) -> bool {
        self.stuck.unwrap_or((self.register.output(self.state) == 1) != (self.wrong == Some(self.position)))
    }

    fn step(&mut self) {
        for _ in 0..if self.dropped == Some(self.position) { 2 } else { 1 } {
            self.state = self.register.step(self.state);
        }
        self.position += 1;
    }
}

/// What the board finds at a source when it expects `expected`.
fn check(device: &mut Device, session: u32, source: u8, expected: &Register, bits: u64) -> Counters {
    let settings = Settings { order: BitOrder::Lsb, ..Settings::new(expected) };
    let plan = CheckPlan::new(session, source, *expected, &settings);
    let began = device.client.start_check(&plan).expect("the check begins");
    assert_eq!(began.session, session);
    let begun = Instant::now();
    while device.client.counters(session, Then::GoOn).expect("the device answers").bits < bits {
        assert!(begun.elapsed() < PATIENCE, "too few bits come");
        thread::sleep(Duration::from_millis(10));
    }
    device.client.counters(session, Then::Freeze).expect("the device answers")
}

/// Its name, what is wired to the board, what the board expects, and what it must find.
type Trial = (&'static str, Generator, Register, fn(&Counters) -> bool);

/// What both sources are tried with.
fn trials() -> Vec<Trial> {
    let (prbs9, prbs7) = (register(0x221), register(0x83));
    let good = Generator::new(prbs9);
    vec![
        ("good", good, prbs9, |c| {
            c.status() == LockState::Locked && c.errors == 0 && c.slips == 0 && c.compared > BITS - 200
        }),
        ("Galois", Generator::new(prbs7.with_form(lfsr_core::register::Form::Galois)), prbs7, |c| {
            c.status() == LockState::Locked && c.errors == 0
        }),
        ("one bit wrong", Generator { wrong: Some(1000), ..good }, prbs9, |c| {
            (c.errors, c.slips, c.losses) == (1, 0, 0)
        }),
        ("a clock missed", Generator { dropped: Some(1000), ..good }, prbs9, |c| {
            (c.slips, c.deleted, c.errors) == (1, 1, 0)
        }),
        ("stuck", Generator { stuck: Some(true), ..good }, prbs9, |c| c.locks == 0 && c.stuck_high > BITS - 200),
        ("another tap", Generator::new(register(0x203)), prbs9, |c| c.locks == 0 && c.stuck_low + c.stuck_high < 100),
    ]
}

/// A device whose pins are in hand.
fn with_pins(name: &'static str, more: Vec<String>) -> Option<(Device, Pins)> {
    let qtest = TcpListener::bind("127.0.0.1:0").expect("a local port");
    let address = qtest.local_addr().expect("the port's number");
    let mut arguments = ["-qtest", &format!("tcp:{address},nodelay=on"), "-accel", "tcg"].map(str::to_owned).to_vec();
    arguments.extend(more);
    let mut device = Device::with(name, Setup { arguments, ..Setup::default() })?;
    let mut pins = Pins::new(accept(&qtest), String::new());
    let ports = device.monitor.ports();
    find_port(&ports, &mut pins);
    Some((device, pins))
}

/// A generator with a clock of its own: data, clock up, and on when the board has seen it.
#[test]
fn a_watched_clock() {
    let Some((mut device, mut pins)) = with_pins("watched", vec![]) else { return };
    for (session, (name, generator, expected, right)) in (1..).zip(trials()) {
        let ended = Arc::new(AtomicBool::new(false));
        let worker: JoinHandle<Pins> = thread::spawn({
            let (mut generator, ended) = (generator, Arc::clone(&ended));
            move || {
                while !ended.load(Ordering::Relaxed) {
                    pins.set(WATCHED_DATA, generator.bit());
                    pins.set(WATCHED_CLOCK, true);
                    // Once the check has ended the board may leave the clock alone.
                    let deadline = Deadline::for_("the board to see the clock");
                    while pins.read(RAW_INTERRUPTS) & 1 << WATCHED_CLOCK != 0 && !ended.load(Ordering::Relaxed) {
                        deadline.check();
                    }
                    pins.set(WATCHED_CLOCK, false);
                    generator.step();
                }
                pins
            }
        });
        let counters = check(&mut device, session, WATCHED, &expected, BITS);
        ended.store(true, Ordering::Relaxed);
        pins = worker.join().expect("no panic");
        assert!(right(&counters), "{name}: {counters:?}");
    }
}

/// A debugger on the emulated core: stops at each write to one address.
struct Debugger {
    stream: TcpStream,
    packets: BufReader<TcpStream>,
}

impl Debugger {
    fn new(stream: TcpStream) -> Self {
        Self { packets: BufReader::new(stream.try_clone().expect("a second handle")), stream }
    }

    /// Stops the core. Before it runs nothing is heard, hence the patience.
    fn stop(&mut self) {
        self.stream.set_read_timeout(Some(Duration::from_millis(100))).expect("a time-out");
        let deadline = Deadline::for_("the emulated core to stop");
        loop {
            deadline.check();
            self.stream.write_all(b"\x03").expect("the debugger's stub listens");
            if self.receive().is_some() {
                break;
            }
        }
        self.stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    }

    /// Acknowledges the last packet, while the core stands, and sends one.
    fn send(&mut self, packet: &str) {
        let sum = packet.bytes().fold(0u8, u8::wrapping_add);
        self.stream.write_all(format!("+${packet}#{sum:02x}").as_bytes()).expect("the debugger's stub listens");
    }

    /// Sends a packet and waits for an answer that begins like this.
    fn ask(&mut self, packet: &str, answer: &str) -> Option<()> {
        self.send(packet);
        while !self.receive()?.starts_with(answer) {}
        Some(())
    }

    /// The next packet.
    fn receive(&mut self) -> Option<String> {
        let mut skipped = Vec::new();
        self.packets.read_until(b'$', &mut skipped).ok().filter(|count| *count > 0)?;
        let mut packet = Vec::new();
        self.packets.read_until(b'#', &mut packet).ok()?;
        self.packets.read_exact(&mut [0; 2]).ok()?;
        packet.pop();
        String::from_utf8(packet).ok()
    }
}

/// A generator that the board clocks: stopped at each edge, it cannot read too early.
#[test]
fn a_driven_clock() {
    for (name, mut generator, expected, right) in trials() {
        let gdb = TcpListener::bind("127.0.0.1:0").expect("a local port");
        let more = ["-chardev", &chardev("gdb", &gdb), "-gdb", "chardev:gdb"].map(str::to_owned).to_vec();
        let (give, taken) = channel::<Pins>();
        let debugger = thread::spawn(move || {
            let mut debugger = Debugger::new(accept(&gdb));
            debugger.stop();
            let watch = format!("2,{:x},4", data(DRIVEN_CLOCK));
            debugger.ask(&format!("Z{watch}"), "OK")?;
            debugger.send("c");
            let mut pins = taken.recv().ok()?;
            let (mut edges, mut before) = (0u64, false);
            // Until the emulator ends.
            while let Some(stop) = debugger.receive().filter(|stop| !stop.starts_with('W')) {
                assert!(stop.starts_with("T05") && stop.contains("watch"), "{stop}");
                // It has stopped before the access, and would again: one instruction on its own.
                debugger.ask(&format!("z{watch}"), "OK")?;
                debugger.ask("s", "T05")?;
                // The generator steps on the rising edge; the board reads before, while the clock is low.
                // An interrupt may have come first: then the clock has not moved, and the core stops here again.
                let high = pins.read(data(DRIVEN_CLOCK)) != 0;
                edges += u64::from(high != before);
                if high && !before {
                    generator.step();
                }
                before = high;
                pins.set(DRIVEN_DATA, generator.bit());
                debugger.ask(&format!("Z{watch}"), "OK")?;
                debugger.send("c");
            }
            Some(edges)
        });
        let Some((mut device, pins)) = with_pins("driven", more) else { return };
        give.send(pins).expect("the debugger waits");
        let counters = check(&mut device, 1, DRIVEN, &expected, BITS);
        assert!(right(&counters), "{name}: {counters:?}");
        device.stop();
        let edges = debugger.join().expect("no panic").expect("it had the pins, and ended between two edges");
        assert!(edges >= 2 * BITS, "{edges} edges");
    }
}

/// Nothing can be wired to SSI0 in the emulator; the display there drives no line: stuck, whatever is expected.
#[test]
fn a_bus_without_a_generator() {
    let Some(mut device) = Device::start("ssi") else { return };
    let counters = check(&mut device, 1, SSI, &register(0x221), BITS);
    assert!(counters.locks == 0 && counters.stuck_low.max(counters.stuck_high) > BITS - 100, "{counters:?}");
}
