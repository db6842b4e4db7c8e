//! Registers written in Verilog as their standards draw them, simulated by Icarus, against ours: the sequence, and its way through a
//! value change dump.
//!
//! Needs the program `iverilog` (Debian package iverilog). Without it the test is skipped, and says so, unless `CI` or
//! `LFSR_REQUIRE_ORACLES` is set: then it fails.

use std::{fs, path::Path, process::Command};

use lfsr_core::{
    algebra::Direction,
    bit_order::BitOrder,
    catalogue::{ENTRIES, Entry, Kind, Shift, Tap},
    notation::Notation,
    register::Form,
};
use lfsr_crosscheck::{deadline::output, serial::Serial, skip::skipped};
use lfsr_host::{
    bits::{
        capture::{Capture, CaptureOptions},
        identify::{Finding, identify, names},
        reading::Reading,
        signal::Signal,
    },
    input::Defaults,
};

/// Clocks simulated.
const CLOCKS: usize = 3000;

/// A register from these contents on, sending one of its bits or their sum.
fn hardware(serial: &Serial, seed: u64, output: &str) -> String {
    let (n, next) = (serial.degree, serial.next());
    format!("reg [{}:0] r = {n}'h{seed:x};\nwire q = {output};\nalways @(posedge clk) r <= {next};\n", n - 1)
}

/// The module of an entry, shifting as its source does.
fn module(entry: &Entry) -> String {
    let register = entry.register();
    let seed = entry.seed.unwrap_or(if entry.xnor { 0 } else { register.state_mask() });
    let serial = Serial::new(&register.into(), entry.shift);
    let output = match entry.tap {
        Tap::Leaving => serial.leaving(),
        Tap::Entering => serial.sum(),
    };
    let invert = if entry.is_inverted() { "~" } else { "" };
    hardware(&serial, seed, &format!("{invert}({output})"))
}

/// A test bench that prints the output before each clock and dumps it.
fn bench(module: &str) -> String {
    format!(
        "`timescale 1ns/1ps\nmodule bench;\nreg clk = 0;\n{}integer i;\ninitial begin\n  $dumpfile(\"dump.vcd\"); \
         $dumpvars(0, bench);\n  for (i = 0; i < {CLOCKS}; i = i + 1) begin\n    #4 $write(\"%b\", q);\n    #1 clk = 1;\n    \
         #5 clk = 0;\n  end\n  $write(\"\\n\");\n  $finish;\nend\nendmodule\n",
        module
    )
}

/// What the simulation prints, or `None` if the test is to be skipped.
fn simulate(folder: &Path, source: &str) -> Option<String> {
    fs::write(folder.join("bench.v"), source).expect("a temporary file");
    let built = output(Command::new("iverilog").current_dir(folder).args(["-g2012", "-o", "bench", "bench.v"]));
    let Some(built) = built else {
        skipped("verilog", "`iverilog` does not run; install the package iverilog");
        return None;
    };
    assert!(built.status.success(), "{}\n{source}", String::from_utf8_lossy(&built.stderr));
    let run = output(Command::new("vvp").current_dir(folder).arg("bench")).expect("vvp comes with iverilog");
    assert!(run.status.success());
    let text = String::from_utf8(run.stdout).expect("text");
    Some(text.lines().find(|line| line.len() == CLOCKS).expect("a line of bits").to_owned())
}

#[test]
fn every_entry_as_hardware() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    for entry in ENTRIES.iter().filter(|entry| entry.kind != Kind::Crc) {
        let Some(simulated) = simulate(folder, &bench(&module(entry))) else { break };
        let signal = entry.name.parse::<Signal>().expect("a name");
        let mut words = vec![0u64; CLOCKS.div_ceil(64)];
        // The register alone: QRSS forces its ones behind it.
        Signal { zero_limit: 0, ..signal }.bits(BitOrder::Lsb).fill(&mut words);
        let ours: String = (0..CLOCKS).map(|t| if words[t / 64] >> (t % 64) & 1 == 1 { '1' } else { '0' }).collect();
        assert_eq!(ours, simulated, "{}", entry.name);

        // The same through the dump, sampled at the clock.
        let options = CaptureOptions {
            file: folder.join("dump.vcd").to_str().expect("a path of text").into(),
            signal: Some("q".into()),
            clock: Some("clk".into()),
            ..CaptureOptions::default()
        };
        let (words, bits) = Capture::open(&options).and_then(|mut dump| dump.read_all(u64::MAX)).expect(entry.name);
        assert_eq!(bits as usize, CLOCKS);
        assert!(simulated.bytes().enumerate().all(|(t, bit)| words[t / 64] >> (t % 64) & 1 == u64::from(bit - b'0')));
        let Finding::Register(found) = identify(&words, bits, &[Reading::IN_TIME]) else { panic!("{}", entry.name) };
        if entry.name != "NES-short" {
            assert!(names(&found).iter().any(|named| named.entry.name == entry.name), "{}: {found:?}", entry.name);
        }
    }
}

/// Registers that shift either way, the output taken at either end: their states by jumping, their number by index, their lines from the
/// dump as a bus, and what the bits are taken for.
#[test]
fn either_shift_and_either_end() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    for (text, contents) in [
        ("taps:8,6,5,4", 0x01u64),
        ("x^7+x^6+1", 0x5d),
        ("char:x^12+x^6+x^4+x+1", 0xaaa),
        ("x^16+x^14+x^13+x^11+1", 0xace1),
        ("normal:0x04c11db7/32", 0xffff_0001),
        ("x^61+x^16+x^15+x+1", 0x0123_4567_89ab_cdef),
    ] {
        for (form, shift) in
            [Form::Fibonacci, Form::Galois].into_iter().flat_map(|f| [(f, Shift::Right), (f, Shift::Left)])
        {
            let what = format!("{text}, {form}, shifting {shift}");
            let notation = Notation::read(text).expect(text);
            let defaults = Defaults { form: Some(form), xnor: false, shift: Some(shift) };
            let signal = Signal::new(&notation, defaults);
            let register = signal.register.narrow().expect(text);
            let digits = register.degree().div_ceil(4) as usize;
            let serial = Serial::new(&signal.register, shift);
            // Where bits leave, and where they enter.
            for output in [serial.leaving(), serial.stage(1)] {
                let Some(simulated) = simulate(folder, &bench(&hardware(&serial, contents, &output))) else { return };
                let states = states(folder, register.degree(), &what);
                let first = signal.read(&format!("{contents:#x}")).expect(text);
                for (steps, state) in states.iter().enumerate().step_by(97) {
                    let there = signal.register.jump(&first, &steps.into(), Direction::Forward).expect("forward");
                    assert_eq!(signal.written(&there), format!("0x{state:0digits$x}"), "{what}");
                    if register.degree() <= 32 {
                        let found = signal.register.index(&first, &there).expect(text).expect("on the same cycle");
                        let period = found.period.expect("a cycle");
                        assert_eq!(found.steps, lfsr_core::algebra::BigUint::from(steps) % period, "{what}");
                    }
                }
                let mut words = vec![0u64; CLOCKS.div_ceil(64)];
                simulated.bytes().enumerate().for_each(|(t, bit)| words[t / 64] |= u64::from(bit - b'0') << (t % 64));
                let Finding::Register(found) = identify(&words, CLOCKS as u64, &[Reading::IN_TIME]) else {
                    panic!("{what}")
                };
                assert_eq!(found.characteristic, *signal.register.characteristic(), "{what}, output {output}");
            }
        }
    }
}

/// The contents before each clock, from the lines of the bus `r` in the dump.
fn states(folder: &Path, degree: u32, what: &str) -> Vec<u64> {
    let options = CaptureOptions {
        file: folder.join("dump.vcd").to_str().expect("a path of text").into(),
        signal: Some(format!("r[{}:0]", degree - 1)),
        clock: Some("clk".into()),
        ..CaptureOptions::default()
    };
    let (words, bits) = Capture::open(&options).and_then(|mut dump| dump.read_all(u64::MAX)).expect(what);
    let bit = |t: usize| words[t / 64] >> (t % 64) & 1;
    let n = degree as usize;
    let states: Vec<u64> =
        (0..bits as usize / n).map(|i| (0..n).fold(0, |state, k| state << 1 | bit(i * n + k))).collect();
    assert_eq!(states.len(), CLOCKS, "{what}");
    states
}
