//! Verilog-2001 and SystemVerilog.

mod bench;
mod checker;
mod crc;

pub(super) use bench::bench;

use super::{
    super::{Counter, Kind, ports::Port},
    Language, Module,
};
use crate::bits::signal::Signal;

/// Where the names of ports begin.
const COLUMN: usize = 9;

/// The module.
pub(super) fn module(module: &Module<'_>, language: Language) -> String {
    let design = module.design;
    let mut text = module.head("//");
    text += &format!("\n`default_nettype none\n\nmodule {} (\n", design.name);
    let clk = Port { name: "clk", width: 1, is_input: true, what: "" };
    let ports: Vec<Port> = core::iter::once(clk).chain(design.ports()).collect();
    for (i, port) in ports.iter().enumerate() {
        let comma = if i + 1 == ports.len() { "" } else { "," };
        text += &declared(port, design.is_registered(port.name), comma, language);
    }
    text += ");\n\n";
    match &design.kind {
        Kind::Checker(checker) => text += &checker::body(module, checker, language),
        Kind::Crc(unit) => text += &crc::body(module, unit, language),
        Kind::Counter(counter) => {
            text += &network(module, language);
            let last = constant(&design.signal, &counter.last);
            text += &format!("assign done = state == {last};\n\n{}", control(module, language, &counter.next(module)));
        }
        Kind::Generator if design.holds_inverse() => {
            text += &network(module, language);
            text += &format!("assign state = ~inverse;\n\n{}", control(module, language, "next_inverse"));
        }
        Kind::Generator | Kind::Scrambler(..) => {
            text += &(network(module, language) + &control(module, language, "next_state"))
        }
    }
    text + "\nendmodule\n\n`default_nettype wire\n"
}

impl super::Design {
    /// Whether an output is a flip-flop.
    fn is_registered(&self, port: &str) -> bool {
        let of_checker =
            ["locked", "inverted", "bits", "errors", "losses", "slips", "slip", "unslipped"].contains(&port);
        port == "state" && !self.holds_inverse() || of_checker && matches!(self.kind, Kind::Checker(_))
    }
}

impl Counter {
    /// What the contents become.
    fn next(&self, module: &Module<'_>) -> String {
        if self.closes { "next_state".into() } else { format!("done ? {} : next_state", reset(module)) }
    }
}

fn declared(port: &Port, is_registered: bool, comma: &str, language: Language) -> String {
    let way = if port.is_input { "input " } else { "output" };
    let kind = match (language, is_registered) {
        (Language::SystemVerilog, _) => "logic",
        (_, true) => "reg  ",
        _ => "wire ",
    };
    let comment = if port.what.is_empty() { String::new() } else { format!("  // {}", port.what) };
    format!("    {way} {kind} {:<COLUMN$}{}{comma}{comment}\n", range(port.width), port.name)
}

/// The sums: pairs, then what they are for.
fn network(module: &Module<'_>, language: Language) -> String {
    let mut text = String::new();
    // Registers of its own, which no port shows.
    let hidden = module.network.inputs.iter().filter(|input| ["ahead", "behind", "inverse"].contains(&input.name));
    for input in hidden {
        if input.name == "inverse" {
            text += "// The complement of the contents, of which the output is made without an inverter behind it.\n";
        }
        let reg = if language == Language::SystemVerilog { "logic" } else { "reg" };
        text += &format!("{reg} {}{};\n", spaced(input.bits), input.name);
    }
    let declares = |name: &str| name.starts_with("next_") || name == "predicted";
    for output in module.network.outputs.iter().filter(|output| declares(output.name)) {
        text += &format!("wire {}{};\n", spaced(output.bits.len()), output.name);
    }
    text += "\n";
    let name = |signal: usize| module.signal(signal, indexed);
    for (i, [one, other]) in module.shared.pairs.iter().enumerate() {
        text += &format!("wire x{i} = {} ^ {};\n", name(*one), name(*other));
    }
    if !module.shared.pairs.is_empty() {
        text += "\n";
    }
    for (target, sums) in module.outputs() {
        for (i, (terms, one)) in sums.iter().enumerate() {
            text += &format!("assign {} = {};\n", indexed(target, i, sums.len()), sum(terms, *one, &name));
        }
        text += "\n";
    }
    text
}

/// What the flip-flops hold after the clock.
fn control(module: &Module<'_>, language: Language, next: &str) -> String {
    let (name, seed) = if module.design.holds_inverse() { ("inverse", "~seed") } else { ("state", "seed") };
    let (always, reset) = (always(module, language), reset(module));
    format!(
        "{always}\n    if (rst)\n        {name} <= {reset};\n    else if (load)\n        {name} <= {seed};\n    else if (enable)\n        {name} <= {next};\n"
    )
}

fn always(module: &Module<'_>, language: Language) -> String {
    let edge = if module.design.asynchronous { "posedge clk or posedge rst" } else { "posedge clk" };
    let always = if language == Language::SystemVerilog { "always_ff" } else { "always" };
    format!("{always} @({edge})")
}

/// What they hold after a reset, as it is written.
fn reset(module: &Module<'_>) -> String {
    constant(&module.design.signal, &module.design.held())
}

fn constant(signal: &Signal, state: &lfsr_core::poly::Poly) -> String {
    format!("{}'h{}", signal.register.degree(), signal.written(state).trim_start_matches("0x"))
}

/// A number of so many bits.
fn number(value: u128, width: usize) -> String {
    format!("{width}'h{value:0digits$x}", digits = width.div_ceil(4))
}

fn range(width: usize) -> String {
    if width == 1 { String::new() } else { format!("[{}:0]", width - 1) }
}

/// A range, and a blank behind it if there is one.
fn spaced(width: usize) -> String {
    if width == 1 { String::new() } else { range(width) + " " }
}

fn indexed(name: &str, i: usize, width: usize) -> String {
    if name == "x" {
        return format!("x{i}");
    }
    if width == 1 { name.to_owned() } else { format!("{name}[{i}]") }
}

fn sum(terms: &[usize], one: bool, name: &dyn Fn(usize) -> String) -> String {
    match (terms, one) {
        ([], _) => format!("1'b{}", u8::from(one)),
        ([only], true) => format!("~{}", name(*only)),
        (_, one) => {
            let all = terms.iter().map(|&term| name(term)).collect::<Vec<_>>().join(" ^ ");
            if one { format!("~({all})") } else { all }
        }
    }
}
