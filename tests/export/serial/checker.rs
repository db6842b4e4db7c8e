//! Checkers drawn by hand: what each register becomes, one by one, with the register's steps taken in a loop.
//!
//! A checker adds up which bits are wrong, and has the contents in those bits: no diagram of the whole is small. So what stands between the parts
//! (what is predicted, which bits are wrong, how many) is free in both, and both have to make the same of it and the same for it.
//! The contents are free as well: those that never come have to be followed by the same ones too.

use std::{fmt::Write as _, fs, path::Path};

use lfsr_core::{catalogue::Shift, notation::Notation};
use lfsr_crosscheck::{random::Random, ranges::sample, serial::Serial};
use lfsr_host::{bits::signal::Signal, input::Defaults};

use super::{LANGUAGES, Tools};
use crate::ways::{Way, export, hardware, has};

/// Registers, as the ports and the text call them.
const REGISTERS: &str = "state locked inverted run bits errors losses recent_errors recent_bits older current clocks slips slip follows searching \
                         steps unslipped found ahead behind";

/// What is made in both, and free for what is made of it. The number of wrong bits among one is that bit.
fn between(cells: usize, width: usize) -> Vec<(&'static str, usize)> {
    let mut all = vec![("predicted", width), ("wrong", width)];
    all.extend(["next_state", "next_unslipped", "next_ahead", "next_behind"].map(|name| (name, cells)));
    if width > 1 {
        all.push(("count", bits(width)));
    }
    all
}

#[test]
fn checkers_are_drawn_by_hand() {
    if !["yosys", "yosys-abc", "ghdl"].iter().all(|program| has(program, "export")) {
        return;
    }
    let mut random = Random::new("checkers_are_drawn_by_hand");
    let all: Vec<Way> = hardware().into_iter().filter(|way| way.width <= 64 && way.what == "checker").collect();
    let (mut equal, mut refused) = (0, 0);
    for (i, way) in sample(all, 9, &mut random).iter().enumerate() {
        let (language, extension) = LANGUAGES[i % 3];
        let folder = tempfile::tempdir().expect("a temporary folder");
        let folder = folder.path();
        assert!(export(folder, language, "gate", way));
        let drawing = Drawing::new(way);
        fs::write(folder.join("gold.v"), drawing.module()).expect("a file");
        let file = folder.join(format!("gate.{extension}"));
        assert_eq!(are_equal(folder, &drawing, &file), Ok(true), "{language} {way:?}");
        equal += 1;
        let text = fs::read_to_string(&file).expect("a module");
        // A single bit obeys the register or its complement: what follows if it does neither may be anything.
        if let Some(mutant) = changed(&text, language, &mut random).filter(|_| way.width > 1) {
            fs::write(&file, &mutant).expect("a file");
            assert_ne!(are_equal(folder, &drawing, &file), Ok(true), "{language} {way:?}: not refused:\n{mutant}");
            refused += 1;
        }
    }
    println!("{equal} checkers are those drawn by hand; {refused} changed ones are not");
    assert!(equal > 8 && refused > 3, "{equal}, {refused}");
}

/// Whether the module in the file is the one in `gold.v`; an error if the tools do not come to an answer.
fn are_equal(folder: &Path, drawing: &Drawing, gate: &Path) -> Result<bool, String> {
    let tools = Tools(folder);
    let read = tools.verilog_of(gate)?;
    let between = between(drawing.serial.degree, drawing.width);
    // All flip-flops have the kind of reset that was asked for, and it is taken for a synchronous one then.
    let other = if drawing.is_async { "$dff" } else { "$adff" };
    let registers: String = REGISTERS.split_whitespace().map(|name| format!(" w:{name}")).collect();
    let made: String = between.iter().map(|(name, _)| format!(" w:{name}")).collect();
    for (name, file) in [("gold", "gold.v"), ("gate", read.as_str())] {
        let text = fs::read_to_string(folder.join(file)).expect("a module");
        let free = between.iter().fold(text, |text, &(name, bits)| with_free(&text, name, bits));
        fs::write(folder.join(format!("{name}_free.v")), free).expect("a file");
        let script = format!(
            "read_verilog -sv {name}_free.v; hierarchy -check -top {name}; proc; select -assert-none t:{other}; techmap -map +/adff2dff.v; \
             setattr -set keep 1{registers}{made}; opt_clean -purge; expose -evert-dff c:*; expose{made}; \
             opt_expr; techmap; simplemap; opt_clean; write_blif {name}_all.blif"
        );
        tools.run("yosys", &["-q", "-p", &script])?;
    }
    // Sums have the same diagram in whatever order they are made, and would take a solver for ever; the rest is quick with a solver.
    let is_sum = |output: &str| {
        let name = output.split('[').next().expect("a name");
        name != "wrong" && between.iter().any(|(sum, _)| *sum == name)
    };
    let only = |of_sums: bool| {
        for name in ["gold", "gate"] {
            let text = fs::read_to_string(folder.join(format!("{name}_all.blif"))).expect("a network");
            let line = |line: &str| match line.strip_prefix(".outputs ") {
                Some(outputs) => {
                    let kept = outputs.split(' ').filter(|output| is_sum(output) == of_sums);
                    format!(".outputs {}\n", kept.collect::<Vec<_>>().join(" "))
                }
                None => format!("{line}\n"),
            };
            fs::write(folder.join(format!("{name}.blif")), text.lines().map(line).collect::<String>()).expect("a file");
        }
    };
    only(true);
    if !tools.are_equal()? {
        return Ok(false);
    }
    only(false);
    let said = String::from_utf8(tools.run("yosys-abc", &["-c", "cec gold.blif gate.blif"])?).expect("text");
    match (said.contains("Networks are equivalent"), said.contains("Networks are NOT EQUIVALENT")) {
        (true, false) => Ok(true),
        (false, true) => Ok(false),
        _ => Err(said),
    }
}

/// The module with something that it makes as an output, and an input for what is made of it.
fn with_free(text: &str, name: &str, bits: usize) -> String {
    let free = format!("{name}_free");
    // What a port of VHDL shows has a name of its own there.
    let text = with_word(text, &format!("{name}_now"), name).replace(&format!("assign {name} = {name};"), "");
    let is_port = text.lines().any(|line| line.contains("output") && line != with_word(line, name, ""));
    let used = |line: &str| {
        let start = line.trim_start();
        let driven = start.strip_prefix("assign ").unwrap_or(start).strip_prefix(name);
        let is_driven =
            driven.is_some_and(|rest| rest.starts_with([' ', '['])) || line.contains(&format!(" {name} = "));
        let is_declared = ["wire ", "reg ", "logic "].iter().any(|kind| start.starts_with(kind)) && !line.contains('=');
        match (is_driven || start.contains("output "), is_declared) {
            (false, true) if is_port && start.ends_with(&format!(" {name};")) => String::new(),
            (false, false) => with_word(line, name, &free),
            _ => line.to_owned(),
        }
    };
    let lines: Vec<String> = text.lines().map(used).collect();
    let text = lines.join("\n") + "\n";
    let module = text.find("module g").expect("a module");
    let ports = module + text[module..].find('(').expect("ports") + 1;
    format!("{}input [{}:0] {free}, {}", &text[..ports], bits - 1, &text[ports..])
}

/// The line with another word for that one.
fn with_word(line: &str, word: &str, other: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut text = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(word) {
        let (before, behind) = (&rest[..at], &rest[at + word.len()..]);
        let is_whole = !before.ends_with(is_part) && !behind.starts_with(is_part);
        text += before;
        text += if is_whole { other } else { word };
        rest = behind;
    }
    text + rest
}

/// The module with one number of what is counted changed.
fn changed(text: &str, language: &str, random: &mut Random) -> Option<String> {
    let (from, sign) = if language == "vhdl" { ("difference <=", " = ") } else { ("difference =", "'d") };
    let body = text.find(from)?;
    // A counter that has just as far to its end as it goes is at its end either way.
    let is_number = |place: &usize| {
        text[*place..].starts_with(|c: char| c.is_ascii_digit()) && !text[..*place].ends_with("~bits < 48'd")
    };
    let places: Vec<usize> =
        text[body..].match_indices(sign).map(|(at, _)| body + at + sign.len()).filter(is_number).collect();
    let at = *places.get(random.index(places.len().max(1)))?;
    let digits = text[at..].find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = text[at..at + digits].parse().ok()?;
    Some(format!("{}{}{}", &text[..at], number ^ 1, &text[at + digits..]))
}

/// A checker, and the numbers that it is built of, from what the guide says of it.
struct Drawing {
    serial: Serial,
    width: usize,
    is_inverted: bool,
    is_async: bool,
    /// The most bits of a slip, if slips are looked for.
    slips: Option<usize>,
    /// Clocks until all cells are received, and those after which it locks.
    fill: usize,
    lock: usize,
    /// Clocks of a block, and blocks of the window.
    group: usize,
    blocks: usize,
    /// The most wrong bits that a window may have.
    limit: usize,
}

impl Drawing {
    fn new(way: &Way) -> Self {
        let defaults = Defaults { form: None, shift: None, xnor: false };
        let mut signal = Signal::new(&Notation::read(&way.register).expect("a name"), defaults);
        signal.inverted ^= way.more.contains(&"--invert");
        // The oldest bit is bit 0.
        let serial = Serial::new(&signal.register.sequence(), Shift::Right);
        let width = way.width;
        let clocks = |bits: usize| (1..).find(|clocks| clocks * width >= bits).expect("some clocks");
        // A block has 64 bits at least. The window is as near to 512 bits as blocks come, and the longer one of two that are as near.
        let group = clocks(64);
        let block = group * width;
        let blocks = (4..=9).min_by_key(|&blocks| (usize::abs_diff(512, blocks * block), 9 - blocks)).expect("some");
        Self {
            width,
            is_inverted: signal.inverted,
            is_async: way.more.contains(&"async"),
            slips: way.given("--max-slip").map(|most| most.parse().expect("a number")),
            fill: clocks(serial.degree),
            lock: clocks(serial.degree) + clocks(serial.degree.max(32)),
            group,
            blocks,
            limit: (0..).take_while(|wrong| wrong * 512 <= 154 * blocks * block).last().expect("some"),
            serial,
        }
    }

    /// The module `gold`.
    fn module(&self) -> String {
        let parts = [self.ports(), self.registers(), self.steps(), self.compared(), self.counted(), self.clocked()];
        parts.concat() + "endmodule\n"
    }

    /// Bits of a block.
    fn block(&self) -> usize {
        self.group * self.width
    }

    fn ports(&self) -> String {
        let (top, last) = (self.width - 1, self.serial.degree - 1);
        let slips = self.slips.map_or(String::new(), |most| {
            format!("output reg [47:0] slips, output reg [{}:0] slip, output reg [{last}:0] unslipped, ", bits(most))
        });
        format!(
            "module gold (input clk, input rst, input load, input [{last}:0] seed, input enable, input clear, input [{top}:0] data_in,\n\
             output reg locked, output reg inverted, output stuck, output reg [{top}:0] wrong, output reg [47:0] bits,\n\
             output reg [47:0] errors, output reg [47:0] losses, output saturated, {slips}output reg [{last}:0] state);\n"
        )
    }

    fn registers(&self) -> String {
        let last = self.serial.degree - 1;
        let block = bits(self.block());
        let mut text = format!(
            "reg [{run}:0] run, runs;\nreg [{total}:0] recent_errors, recent_bits;\nreg [{older}:0] older, shifted;\n\
             reg [{last}:0] r, ones, zeros, past;\nwire [{last}:0] next_state;\nreg [{top}:0] comes, apart;\nwire [{top}:0] predicted;\nreg [{count}:0] count;\n\
             reg obeys, opposes, flat, polarity, line;\ninteger i;\n",
            run = bits(self.lock) - 1,
            total = bits(self.block() * self.blocks) - 1,
            older = block * (self.blocks - 1) - 1,
            top = self.width - 1,
            count = bits(self.width) - 1,
        );
        if self.group > 1 {
            let _ = writeln!(text, "reg [{}:0] current;\nreg [{}:0] clocks;", block - 1, bits(self.group - 1) - 1);
        }
        if let Some(most) = self.slips {
            let _ = writeln!(
                text,
                "reg follows, searching;\nreg [{}:0] steps;\nreg [{last}:0] found, ahead, behind, as_before, more, less;\n\
                 wire [{last}:0] next_unslipped;\nwire [{last}:0] next_ahead;\nwire [{last}:0] next_behind;",
                bits(most)
            );
        }
        text
    }

    /// The sequence goes on: what it predicts, and where the complement of all before is not followed by the complement.
    fn steps(&self) -> String {
        let of = |name: &str, text: String| text.replace("r[", &format!("{name}["));
        let sum = |name: &str| of(name, self.serial.sum());
        let step = |name: &str| format!("{name} = {};", of(name, self.serial.moved(&self.serial.sum())));
        let mut text = format!(
            "always @* begin\nr = state; ones = ~0; zeros = 0;\nfor (i = 0; i < {}; i = i + 1) begin\n\
             comes[i] = {}; apart[i] = ~({} ^ {});\n{} {} {}\nend\nend\nassign predicted = comes;\nassign next_state = r;\n",
            self.width,
            sum("r"),
            sum("ones"),
            sum("zeros"),
            step("r"),
            step("ones"),
            step("zeros")
        );
        if self.slips.is_some() {
            let _ = writeln!(
                text,
                "always @* begin\nas_before = unslipped;\nfor (i = 0; i < {}; i = i + 1) {}\nmore = ahead; {}\nless = behind; {}\nend\n\
                 assign next_unslipped = as_before;\nassign next_ahead = more;\nassign next_behind = less;",
                self.width,
                step("as_before"),
                step("more"),
                step("less")
            );
        }
        text
    }

    /// What the received word is to the register, and whether it locks. A register that the complement obeys too has no polarity.
    fn compared(&self) -> String {
        let Self { width, fill, lock, .. } = *self;
        let cells = self.serial.degree;
        format!(
            "wire differs = |apart;\n\
             always @* begin\npast = state; obeys = 1; opposes = differs;\n\
             for (i = 0; i < {width}; i = i + 1) begin\n\
             line = data_in[i] ^ {invert};\n\
             if (line ^ predicted[i]) obeys = 0;\n\
             if (line ^ predicted[i] ^ apart[i]) opposes = 0;\n\
             wrong[i] = locked & (line ^ predicted[i] ^ (differs & inverted));\n\
             past = {moved};\nend\n\
             flat = 1;\nfor (i = 1; i < {cells}; i = i + 1) if (past[i] ^ past[0]) flat = 0;\n\
             polarity = inverted; runs = {fill};\n\
             if (run < {fill}) runs = run + 1;\n\
             else if (obeys || opposes) begin\n\
             if (differs) polarity = opposes;\n\
             if (polarity != inverted) runs = {fill} + 1; else runs = run == {lock} ? run : run + 1;\n\
             end\nend\n\
             wire locks = runs == {lock} && !flat;\n\
             wire [{last}:0] found_now = past ^ {{{cells}{{differs & polarity}}}};\n\
             assign stuck = !locked && (&state || !(|state));\n",
            invert = if self.is_inverted { "1'b1" } else { "1'b0" },
            moved = self.serial.moved("line").replace("r[", "past["),
            last = cells - 1,
        )
    }

    /// How many bits are wrong, of the word and of the window, and what that means.
    fn counted(&self) -> String {
        let Self { width, group, blocks, limit, .. } = *self;
        let (block, total) = (bits(self.block()), bits(self.block() * blocks));
        let (ends, now) =
            if group > 1 { (format!("clocks == {}", group - 1), "current + count") } else { ("1".into(), "count") };
        format!(
            "always @* begin\ncount = 0;\nfor (i = {top}; i >= 0; i = i - 1) count = count + wrong[i];\nend\n\
             wire ends = {ends};\nwire [{b}:0] block_now = {now};\nwire [{t}:0] total = recent_errors + count;\n\
             always @* begin\nshifted[{b}:0] = block_now;\n\
             for (i = 1; i < {older}; i = i + 1) shifted[i * {block} +: {block}] = older[(i - 1) * {block} +: {block}];\nend\n\
             wire [{b}:0] oldest = older[{highest} +: {block}];\n\
             wire works = enable && !load;\n\
             wire loses = works && locked && total > {limit};\n\
             wire searches = works && !locked;\n\
             wire keeps = works && locked && !loses;\n\
             wire forgets = load || clear || loses;\n\
             wire [48:0] sum_bits = bits + 49'd{width};\nwire [48:0] sum_errors = errors + 49'd0 + count;\n\
             assign saturated = &bits || &errors || &losses{slips};\n",
            top = width - 1,
            b = block - 1,
            t = total - 1,
            older = blocks - 1,
            highest = (blocks - 2) * block,
            slips = if self.slips.is_some() { " || &slips" } else { "" },
        )
    }

    /// What each register becomes at the clock.
    fn clocked(&self) -> String {
        let Self { width, group, .. } = *self;
        let span = self.block() * self.blocks;
        let sum = |name: &str| {
            format!(
                "clear ? 0 : &{name} ? {name} : loses ? {name} - recent_{name} : !keeps ? {name} : sum_{name}[48] ? ~48'd0 : sum_{name}"
            )
        };
        let full = format!("ends && recent_bits == {} ? {}", span - width, span - self.block());
        let mut next = vec![
            (
                "state",
                "load ? seed : keeps || loses ? next_state : !searches ? state : locks ? found_now : past".into(),
            ),
            ("locked", "load || keeps || searches && locks || locked && !enable".into()),
            ("inverted", "!load && (searches && differs ? polarity : inverted)".into()),
            ("run", "load || searches && locks ? 0 : searches ? runs : run".into()),
            ("bits", sum("bits")),
            ("errors", sum("errors")),
            ("losses", "clear ? 0 : loses && !(&losses) ? losses + 1 : losses".into()),
            ("older", "forgets ? 0 : keeps && ends ? shifted : older".into()),
            ("recent_errors", "forgets ? 0 : !keeps ? recent_errors : ends ? total - oldest : total".into()),
            ("recent_bits", format!("forgets ? 0 : !keeps ? recent_bits : {full} : recent_bits + {width}")),
        ];
        if group > 1 {
            next.push(("current", "forgets ? 0 : !keeps ? current : ends ? 0 : block_now".into()));
            next.push(("clocks", "forgets ? 0 : !keeps ? clocks : ends ? 0 : clocks + 1".into()));
        }
        let mut text = String::new();
        if let Some(most) = self.slips {
            let _ = write!(
                text,
                "wire is_later = behind == unslipped;\nwire is_found = is_later || ahead == found;\n\
                 wire begins = searches && locks;\nwire ends_search = keeps && searching && (is_found || steps == {most});\n\
                 wire goes_on = keeps && searching && !ends_search;\nwire counts = ends_search && is_found && |steps;\n"
            );
            let unslipped = "load ? seed : loses || ends_search ? next_state : begins && !follows ? found_now : searches || keeps && !searching ? next_unslipped : unslipped";
            next.extend([
                ("unslipped", unslipped.into()),
                ("slips", "clear ? 0 : counts && !(&slips) ? slips + 1 : slips".into()),
                ("slip", "clear ? 0 : !counts ? slip : is_later ? steps : -steps".into()),
                ("follows", "loses || !load && follows && !begins".into()),
                ("searching", "begins ? follows : searching && !load && !loses && !ends_search".into()),
                ("steps", "begins ? 0 : goes_on ? steps + 1 : steps".into()),
                ("found", "begins ? found_now : found".into()),
                ("ahead", "begins ? next_unslipped : goes_on ? next_ahead : ahead".into()),
                ("behind", "begins ? found_now : goes_on ? next_behind : behind".into()),
            ]);
        }
        let reset = if self.is_async { " or posedge rst" } else { "" };
        for (name, becomes) in next {
            let _ = writeln!(text, "always @(posedge clk{reset}) if (rst) {name} <= 0; else {name} <= {becomes};");
        }
        text
    }
}

/// Bits of a number up to that.
fn bits(most: usize) -> usize {
    (usize::BITS - most.leading_zeros()) as usize
}
