//! A second proof: every module is the register that is drawn by hand, for all contents, data and control.
//!
//! The drawing takes W steps one after the other, in a loop. Yosys reads both; its ABC makes the canonical form (binary decision diagrams) of every
//! difference between their outputs and next contents, which is the constant 0 if and only if they agree. A solver would not do: a sum of a hundred bits
//! in another order takes it minutes (`sat -tempinduct` of CRC-32 with 64 bits: not decided in 100 s of CPU time; this: one second).

mod checker;

use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
    fs,
    path::Path,
    process::Command,
};

use lfsr_core::{catalogue::Shift, crc::Algorithm, notation::Notation, poly::Poly, register::Form};
use lfsr_crosscheck::{deadline::output, random::Random, ranges::sample, serial::Serial};
use lfsr_host::{
    bits::{checksum::catalogue, signal::Signal},
    input::Defaults,
};

use crate::{
    mutants::changed,
    ways::{Way, export, hardware, has},
};

/// What is between the ports of a drawing: its own ports, what happens at a clock, and what follows from the contents.
struct Drawing {
    cells: usize,
    start: String,
    ports: String,
    /// Statements that take `r` from the contents `state` to those after the word.
    steps: String,
    outputs: String,
}

/// Languages that yosys reads, GHDL helping, and how their files end.
const LANGUAGES: [(&str, &str); 3] = [("verilog", "v"), ("systemverilog", "sv"), ("vhdl", "vhd")];

#[test]
fn modules_are_the_registers_drawn_by_hand() {
    if !["yosys", "yosys-abc", "ghdl"].iter().all(|program| has(program, "export")) {
        return;
    }
    let mut random = Random::new("modules_are_the_registers_drawn_by_hand");
    let all: Vec<Way> = hardware().into_iter().filter(|way| way.width <= 64 && way.what != "checker").collect();
    let (mut equal, mut refused) = (0, 0);
    // Each language has one whose flip-flops hold the complement, and some with constants of ones in their highest 32 bits alone.
    let certain = [
        ("PRBS31", "generator", 64, vec![]),
        ("PRBS9", "generator", 7, vec!["--form", "galois", "--invert"]),
        ("PRBS23", "generator", 40, vec![]),
        ("CRC-64/GO-ISO", "crc", 8, vec![]),
        ("CRC-64/GO-ISO", "crc", 64, vec![]),
        ("CRC-64/GO-ISO", "crc", 16, vec!["--keep"]),
        ("x^64+x^63+x^61+x^60+1", "generator", 8, vec!["--seed", "0x8000000000000000"]),
        ("x^64+x^63+x^61+x^60+1", "counter", 1, vec!["--count", "30", "--seed", "0x4000000000000000"]),
        ("x^64+x^63+x^61+x^60+1", "generator", 9, vec!["--invert", "--seed", "0xffffffff", "--reset", "async"]),
        ("x^64+x^63+x^61+x^60+1", "counter", 1, vec!["--count", "30", "--seed", "0x8000000000000000"]),
        ("x^64+x^63+x^61+x^60+1", "generator", 8, vec!["--seed", "0x8000000000000000", "--reset", "async"]),
        ("x^64+x^63+x^61+x^60+1", "counter", 1, vec!["--count", "30", "--seed", "0x8000000000000000"]),
    ];
    let certain = certain.map(|(register, what, width, more)| Way { register: register.into(), what, width, more });
    for (i, way) in certain.iter().chain(&sample(all, 30, &mut random)).enumerate() {
        let Some(drawing) = drawing(way) else { continue };
        let (language, extension) = LANGUAGES[i % 3];
        let folder = tempfile::tempdir().expect("a temporary folder");
        let folder = folder.path();
        if !export(folder, language, "gate", way) {
            continue;
        }
        fs::write(folder.join("gold.v"), drawing.module(way)).expect("a file");
        let file = folder.join(format!("gate.{extension}"));
        assert_eq!(are_equal(folder, way, &drawing, &file), Ok(true), "{language} {way:?}");
        equal += 1;
        // One thing changed, and they differ.
        let text = fs::read_to_string(&file).expect("a module");
        if let Some(mutant) = changed(&text, language, random.index(4), &mut random).filter(|_| i % 4 == 0) {
            fs::write(&file, &mutant).expect("a file");
            assert_ne!(are_equal(folder, way, &drawing, &file), Ok(true), "{language} {way:?}: not refused:\n{mutant}");
            refused += 1;
        }
    }
    println!("{equal} modules are the registers drawn by hand; {refused} changed ones are not");
    assert!(equal > 15 && refused > 2, "{equal}, {refused}");
}

/// The drawing of what is exported; `None` for counters of whole long cycles, whose last state nobody steps to.
fn drawing(way: &Way) -> Option<Drawing> {
    if way.what == "crc" {
        return Some(Drawing::crc(way, &catalogue::find(&way.register).expect("a name").checksum.algorithm));
    }
    let defaults = Defaults {
        form: way.given("--form").map(|_| Form::Galois),
        shift: way.given("--shift").map(|_| Shift::Left),
        xnor: false,
    };
    let mut signal = Signal::new(&Notation::read(&way.register).expect("a name"), defaults);
    signal.inverted ^= way.more.contains(&"--invert");
    if let Some(seed) = way.given("--seed") {
        let seed = u128::from_str_radix(seed.trim_start_matches("0x"), 16).expect("a number");
        signal.held = signal.shift.turn_poly(&Poly::from_u128(seed), signal.register.degree());
    }
    let serial = Serial::new(&signal.register, signal.shift);
    match way.what {
        "counter" => {
            Drawing::counter(&signal, &serial, way.given("--count").map(|count| count.parse().expect("a number")))
        }
        "generator" => Some(Drawing::additive(&signal, &serial, way.width, false)),
        _ if signal.entry.is_some_and(|entry| entry.kind == lfsr_core::catalogue::Kind::Additive) => {
            Some(Drawing::additive(&signal, &serial, way.width, true))
        }
        what => Some(Drawing::through(&signal, way.width, what == "scrambler")),
    }
}

impl Drawing {
    /// The sequence, alone or added to data.
    fn additive(signal: &Signal, serial: &Serial, width: usize, has_data: bool) -> Self {
        let (name, data) = if has_data { ("data_out", " ^ data_in[i]") } else { ("data", "") };
        let invert = if signal.inverted { "~" } else { "" };
        let top = width - 1;
        let input = if has_data { format!("input [{top}:0] data_in, ") } else { String::new() };
        Self {
            cells: serial.degree,
            start: signal.written(&signal.start()),
            ports: format!("{input}output reg [{top}:0] {name}, "),
            steps: format!(
                "{name} = 0;\nfor (i = 0; i < {width}; i = i + 1) begin\n{name}[i] = {invert}{}{data};\nr = {};\nend",
                serial.leaving(),
                serial.next()
            ),
            outputs: String::new(),
        }
    }

    /// Data through the register, which holds the last bits of the line.
    fn through(signal: &Signal, width: usize, is_scrambler: bool) -> Self {
        let serial = Serial::new(&signal.register.sequence(), signal.shift);
        let top = width - 1;
        let line = if is_scrambler { "data_out[i]" } else { "data_in[i]" };
        Self {
            cells: serial.degree,
            start: "0x0".into(),
            ports: format!("input [{top}:0] data_in, output reg [{top}:0] data_out, "),
            steps: format!(
                "data_out = 0;\nfor (i = 0; i < {width}; i = i + 1) begin\ndata_out[i] = data_in[i] ^ {};\nr = {};\nend",
                serial.sum(),
                serial.moved(line)
            ),
            outputs: String::new(),
        }
    }

    /// So many states.
    fn counter(signal: &Signal, serial: &Serial, count: Option<u64>) -> Option<Self> {
        let start = signal.start();
        let register = signal.register.narrow()?;
        let first = u64::try_from(start.to_u128()?).ok()?;
        let mut last = first;
        match count {
            Some(count) => (1..count).for_each(|_| last = register.step(last)),
            None if register.degree() > 20 => return None,
            None => {
                while register.step(last) != first {
                    last = register.step(last);
                }
            }
        }
        let number = |state: u64| literal(serial.degree, &signal.written(&Poly::from_u128(state.into())));
        Some(Self {
            cells: serial.degree,
            start: signal.written(&start),
            ports: "output done, ".into(),
            steps: format!("r = done ? {} : {};", number(first), serial.next()),
            outputs: format!("assign done = state == {};\n", number(last)),
        })
    }

    /// The Rocksoft model, a bit at a time.
    fn crc(way: &Way, algorithm: &Algorithm) -> Self {
        let (n, width) = (algorithm.width() as usize, way.width);
        let (poly, refin, right) = (algorithm.poly(), algorithm.refin(), algorithm.refout());
        let turned = |value: u128| (0..n).fold(0u128, |all, i| all | (value >> i & 1) << (n - 1 - i));
        let (start, gates) = if right { (turned(algorithm.init()), turned(poly)) } else { (algorithm.init(), poly) };
        // A checksum cancels the contents and leaves what its final XOR makes of them.
        let mask = u128::MAX >> (128 - n);
        let good = (0..n).fold(0u128, |contents, t| {
            let (place, leaves, moved) =
                if right { (t, 0, contents >> 1) } else { (n - 1 - t, n - 1, contents << 1 & mask) };
            let bit = (algorithm.xorout() >> place ^ contents >> leaves) & 1;
            if bit == 1 { moved ^ gates } else { moved }
        });
        let (leaving, moved) = if right { (0, "r >> 1") } else { (n - 1, "r << 1") };
        let number = |value: u128| format!("{n}'h{value:x}");
        let step = |place: &str| {
            format!("if (r[{leaving}] ^ data_in[{place}]) r = ({moved}) ^ {}; else r = {moved};", number(gates))
        };
        let top = width - 1;
        let keeps = way.more.contains(&"--keep");
        let steps = if width % 8 == 0 {
            let byte = if way.more.contains(&"high") { format!("{} - i", width / 8 - 1) } else { "i".into() };
            let bit = if refin { "k" } else { "7 - k" };
            let place = step(&format!("8 * ({byte}) + {bit}"));
            let kept = if keeps { format!("if (keep[{byte}]) ") } else { String::new() };
            format!("for (i = 0; i < {}; i = i + 1)\n{kept}for (k = 0; k < 8; k = k + 1)\n{place}", width / 8)
        } else {
            let place = step(&if refin { "i".into() } else { format!("{top} - i") });
            format!("for (i = 0; i < {width}; i = i + 1)\n{place}")
        };
        // Bits that come in one order and leave in the other are no message with its checksum.
        let (good_port, good) = if refin == right {
            ("output good, ", format!("assign good = state == {};\n", number(good)))
        } else {
            ("", String::new())
        };
        let keep = if keeps { format!("input [{}:0] keep, ", width / 8 - 1) } else { String::new() };
        Self {
            cells: n,
            start: format!("{start:#x}"),
            ports: format!("input first, input [{top}:0] data_in, {keep}output [{}:0] crc, {good_port}", n - 1),
            steps: format!("if (first) r = {};\n{steps}", number(start)),
            outputs: format!("assign crc = state ^ {};\n{good}", number(algorithm.xorout())),
        }
    }

    /// The module `gold`.
    fn module(&self, way: &Way) -> String {
        let Self { cells, start, ports, steps, outputs } = self;
        let reset = if way.more.contains(&"async") { " or posedge rst" } else { "" };
        let start = literal(*cells, start);
        format!(
            "module gold (input clk, input rst, input load, input [{top}:0] seed, input enable, {ports}output reg [{top}:0] state);\n\
             reg [{top}:0] r;\ninteger i, k;\nalways @* begin\nr = state;\n{steps}\nend\n{outputs}\
             always @(posedge clk{reset}) if (rst) state <= {start}; else if (load) state <= seed; else if (enable) state <= r;\n\
             endmodule\n",
            top = cells - 1
        )
    }

    /// A module around either: bytes that count are the first ones, so their number says which.
    fn around(&self, way: &Way, inner: &str) -> String {
        let ports = self.ports.replace(&format!("input [{}:0] keep", way.width / 8 - 1), "input [6:0] count");
        let mut text = format!(
            "module top (input clk, input rst, input load, input [{top}:0] seed, input enable, {ports}output [{top}:0] state);\n",
            top = self.cells - 1
        );
        let ports = format!("clk rst load seed enable {}state", ports.replace("reg ", ""));
        let names = ports.split([' ', ',']).filter(|word| !word.is_empty() && !word.starts_with('['));
        let mut names: Vec<&str> = names.filter(|word| *word != "input" && *word != "output").collect();
        if let Some(place) = names.iter().position(|name| *name == "count") {
            names[place] = "keep";
            let (bytes, is_high) = (way.width / 8, way.more.contains(&"high"));
            let lanes = (0..bytes).map(|lane| format!("count > {}", if is_high { lane } else { bytes - 1 - lane }));
            let _ = writeln!(text, "wire [{}:0] keep = {{{}}};", bytes - 1, lanes.collect::<Vec<_>>().join(", "));
        }
        let pins: Vec<String> = names.iter().map(|name| format!(".{name}({name})")).collect();
        text + &format!("{inner} dut ({});\nendmodule\n", pins.join(", "))
    }
}

/// `0x5a` as so many bits.
fn literal(bits: usize, hexadecimal: &str) -> String {
    format!("{bits}'h{}", hexadecimal.trim_start_matches("0x"))
}

/// Whether the module in the file is the drawing in `gold.v`; an error if the tools do not come to an answer.
fn are_equal(folder: &Path, way: &Way, drawing: &Drawing, gate: &Path) -> Result<bool, String> {
    let tools = Tools(folder);
    let read = tools.verilog_of(gate)?;
    for (inner, file) in [("gold", "gold.v"), ("gate", read.as_str())] {
        let around = format!("{inner}_top.v");
        fs::write(folder.join(&around), drawing.around(way, inner)).expect("a file");
        let script = format!(
            "read_verilog -sv {file} {around}; hierarchy -check -top top; proc; flatten; async2sync; opt; techmap; opt; \
             dfflegalize -cell $_DFF_P_ x; simplemap; opt_expr; opt_clean; write_blif {inner}_all.blif"
        );
        tools.run("yosys", &["-q", "-p", &script])?;
        let text = fs::read_to_string(folder.join(format!("{inner}_all.blif"))).expect("a network");
        fs::write(folder.join(format!("{inner}.blif")), latches_of_the_port(&text)).expect("a file");
    }
    tools.are_equal()
}

/// The tools, at work in a folder.
struct Tools<'a>(&'a Path);

impl Tools<'_> {
    fn run(&self, program: &str, arguments: &[&str]) -> Result<Vec<u8>, String> {
        let ran = output(Command::new(program).args(arguments).current_dir(self.0)).expect("the tools are there");
        let said = [ran.stdout.as_slice(), ran.stderr.as_slice()].concat();
        if ran.status.success() { Ok(ran.stdout) } else { Err(String::from_utf8_lossy(&said).into_owned()) }
    }

    /// The file with the module `gate` as one that yosys reads.
    fn verilog_of(&self, gate: &Path) -> Result<String, String> {
        let gate = gate.to_str().expect("text");
        if !gate.ends_with(".vhd") {
            return Ok(gate.to_owned());
        }
        let text = self.run("ghdl", &["--synth", "--std=08", "--out=verilog", gate, "-e", "gate"])?;
        fs::write(self.0.join("gate_of_vhdl.v"), with_numbers(&String::from_utf8(text).expect("text")))
            .expect("a file");
        Ok("gate_of_vhdl.v".into())
    }

    /// Whether the networks in `gold.blif` and `gate.blif` are the same functions.
    fn are_equal(&self) -> Result<bool, String> {
        let _ = fs::remove_file(self.0.join("miter.blif"));
        self.run("yosys-abc", &["-c", "miter -c gold.blif gate.blif; collapse; write_blif miter.blif"])?;
        let miter = fs::read_to_string(self.0.join("miter.blif")).map_err(|error| format!("no miter: {error}"))?;
        let mut lines = miter.lines().skip_while(|line| *line != ".names miter");
        Ok(lines.nth(1) == Some(" 0"))
    }
}

/// The text with constants instead of the digits in quotes that GHDL 2.0 writes for those of more than 32 bits.
fn with_numbers(text: &str) -> String {
    let parts: Vec<&str> = text.split('"').collect();
    let part = |(i, part): (usize, &&str)| match i % 2 {
        0 => (*part).to_owned(),
        _ => format!("{}'b{part}", part.len()),
    };
    parts.iter().enumerate().map(part).collect()
}

/// The network with every latch called `cell[i]` if bit i of the port `state` shows it: then both networks have the same names.
///
/// The port shows the latch itself, or a gate that has it and an asynchronous reset; if it shows the complement of the latch, `cell[i]` is the
/// complement, so that in both networks it is what the port shows.
fn latches_of_the_port(blif: &str) -> String {
    let latches: HashSet<&str> =
        blif.lines().filter_map(|line| line.strip_prefix(".latch ")?.split(' ').nth(1)).collect();
    let rows = blif.lines().skip(1);
    let gates = blif.lines().zip(rows).filter_map(|(line, row)| {
        let (inputs, output) = line.strip_prefix(".names ")?.rsplit_once(' ')?;
        Some((output, (inputs.split(' ').collect(), row == "0 1")))
    });
    let gates: HashMap<&str, (Vec<&str>, bool)> = gates.collect();
    let latch_of = |port: &str| {
        let (mut name, mut is_complement) = (port, false);
        loop {
            let (inputs, inverts) = gates.get(name)?;
            is_complement ^= inverts;
            match inputs.iter().find(|input| latches.contains(*input)) {
                Some(latch) => return Some((*latch, is_complement)),
                None if inputs.len() == 1 => name = inputs[0],
                None => return None,
            }
        }
    };
    let outputs = blif.lines().find_map(|line| line.strip_prefix(".outputs ")).expect("outputs");
    let (mut names, mut complements, mut shown) = (HashMap::new(), HashMap::new(), String::new());
    for port in outputs.split(' ').filter(|port| port.starts_with("state[")) {
        let cell = port.replace("state", "cell");
        if latches.contains(port) {
            let _ = writeln!(shown, ".names {cell} {port}\n1 1");
            names.insert(port, cell);
        } else if let Some((latch, is_complement)) = latch_of(port) {
            if is_complement { &mut complements } else { &mut names }.insert(latch, cell);
        }
    }
    let renamed = |line: &str| {
        let latch = line.strip_prefix(".latch ").and_then(|latch| latch.split_once(' '));
        if let Some((next, rest)) = latch
            && let Some((own, cell)) = complements.get_key_value(rest.split(' ').next().unwrap_or_default())
        {
            let rest = rest.replacen(own, cell, 1);
            return format!(".names {next} {cell}_next\n0 1\n.latch {cell}_next {rest}\n.names {cell} {own}\n0 1\n");
        }
        let words: Vec<&str> = line.split(' ').map(|word| names.get(word).map_or(word, String::as_str)).collect();
        let is_list = line.starts_with(".inputs") || line.starts_with(".outputs");
        if is_list { line.to_owned() + "\n" } else { words.join(" ") + "\n" }
    };
    let (head, end) = blif.split_at(blif.rfind(".end").expect("an end"));
    head.lines().map(renamed).collect::<String>() + &shown + end
}
