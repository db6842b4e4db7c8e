//! Registers written in Verilog as their standards draw them, simulated by Icarus, against ours: the sequence, and its way through a
//! value change dump.
//!
//! Needs the program `iverilog` (Debian package iverilog). Without it the test is skipped, and says so, unless `CI` or
//! `LFSR_REQUIRE_ORACLES` is set: then it fails.

use std::{fs, path::Path, process::Command};

use lfsr_core::{
    bit_order::BitOrder,
    catalogue::{ENTRIES, Entry, Kind, Shift, Tap},
    register::Form,
};
use lfsr_crosscheck::{deadline::output, skip::skipped};
use lfsr_host::bits::{
    capture::{Capture, CaptureOptions},
    identify::{Finding, identify, names},
    signal::Signal,
};

/// Clocks simulated.
const CLOCKS: usize = 3000;

/// The module of an entry, shifting as its source does, written from the lags alone: stage 1 is where bits enter.
fn module(entry: &Entry) -> String {
    let n = entry.register().degree();
    let lags: Vec<u32> = entry.register().lags().collect();
    let seed = entry.seed.unwrap_or(if entry.xnor { 0 } else { entry.register().state_mask() });
    // A stage's place in the vector: stage k is bit k - 1 if it shifts left, bit n - k if right.
    let left = entry.shift == Shift::Left;
    let stage = |k: u32| if left { k - 1 } else { n - k };
    let gate = if entry.xnor { "~" } else { "" };
    let next = match entry.form {
        Form::Fibonacci => {
            let sum: Vec<String> = lags.iter().map(|&k| format!("r[{}]", stage(k))).collect();
            let sum = format!("{gate}({})", sum.join(" ^ "));
            if left { format!("{{r[{}:0], {sum}}}", n - 2) } else { format!("{{{sum}, r[{}:1]}}", n - 1) }
        }
        Form::Galois => {
            // The bit that leaves is added behind stage k for every lag n - k, and enters stage 1.
            let out = format!("r[{}]", stage(n));
            let mut stages: Vec<(u32, String)> = (1..=n)
                .map(|k| {
                    let before = if k == 1 { String::new() } else { format!("r[{}]", stage(k - 1)) };
                    let tapped = k == 1 || lags.contains(&(n - k + 1));
                    let value = match (k, tapped) {
                        (1, _) => out.clone(),
                        (_, true) => format!("{before} ^ {out}"),
                        (_, false) => before,
                    };
                    (stage(k), value)
                })
                .collect();
            stages.sort_by_key(|(place, _)| core::cmp::Reverse(*place));
            let values: Vec<String> = stages.into_iter().map(|(_, value)| value).collect();
            format!("{{{}}}", values.join(", "))
        }
    };
    let output = match entry.tap {
        Tap::Leaving => format!("r[{}]", stage(n)),
        Tap::Entering => {
            let sum: Vec<String> = lags.iter().map(|&k| format!("r[{}]", stage(k))).collect();
            format!("{gate}({})", sum.join(" ^ "))
        }
    };
    let invert = if entry.is_inverted() { "~" } else { "" };
    format!("reg [{}:0] r = {n}'h{seed:x};\nwire q = {invert}({output});\nalways @(posedge clk) r <= {next};\n", n - 1)
}

/// A test bench that prints the output before each clock and dumps it.
fn bench(entry: &Entry) -> String {
    format!(
        "`timescale 1ns/1ps\nmodule bench;\nreg clk = 0;\n{}integer i;\ninitial begin\n  $dumpfile(\"dump.vcd\"); \
         $dumpvars(0, bench);\n  for (i = 0; i < {CLOCKS}; i = i + 1) begin\n    #4 $write(\"%b\", q);\n    #1 clk = 1;\n    \
         #5 clk = 0;\n  end\n  $write(\"\\n\");\n  $finish;\nend\nendmodule\n",
        module(entry)
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
        let Some(simulated) = simulate(folder, &bench(entry)) else { break };
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
        let Finding::Register(found) = identify(&words, bits, &[BitOrder::Lsb]) else { panic!("{}", entry.name) };
        if entry.name != "NES-short" {
            assert!(names(&found).iter().any(|named| named.entry.name == entry.name), "{}: {found:?}", entry.name);
        }
    }
}
