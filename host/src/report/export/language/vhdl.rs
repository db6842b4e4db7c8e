//! VHDL-93, which is VHDL-2008 as well.

mod bench;
mod checker;
mod constant;
mod crc;

pub(super) use bench::bench;
use constant::Constant;

use super::{
    super::{Kind, ports::Port},
    Module,
};

/// The module.
pub(super) fn module(module: &Module<'_>) -> String {
    let (design, name) = (module.design, &module.design.name);
    let mut text = module.head("--");
    text += "\nlibrary ieee;\nuse ieee.std_logic_1164.all;\n";
    let counts = match &design.kind {
        Kind::Checker(_) => true,
        Kind::Crc(unit) => unit.keep,
        _ => false,
    };
    if counts {
        text += "use ieee.numeric_std.all;\n";
    }
    text += &format!("\nentity {name} is\n    port (\n");
    let clk = Port { name: "clk", width: 1, is_input: true, what: "" };
    let ports: Vec<Port> = core::iter::once(clk).chain(design.ports()).collect();
    for (i, port) in ports.iter().enumerate() {
        let way = if port.is_input { "in " } else { "out" };
        let end = if i + 1 == ports.len() { "" } else { ";" };
        let comment = if port.what.is_empty() { String::new() } else { format!("  -- {}", port.what) };
        text += &format!("        {:<9} : {way} {}{end}{comment}\n", port.name, type_of(port.width));
    }
    text += &format!("    );\nend entity {name};\n\narchitecture rtl of {name} is\n");
    let n = design.cells();
    if design.holds_inverse() {
        text += "    -- The complement of the contents, of which the output is made without an inverter behind it.\n";
    }
    text += &format!("    signal {:<10} : {};\n", register(module), vector(n));
    for input in module.network.inputs.iter().filter(|input| checker::SLIP_REGISTERS.contains(&input.name)) {
        text += &format!("    signal {:<10} : {};\n", checker::inner(input.name), vector(input.bits));
    }
    for output in &module.network.outputs {
        if output.name.starts_with("next_") || output.name == "predicted" {
            text += &format!("    signal {:<10} : {};\n", output.name, vector(output.bits.len()));
        }
    }
    if !module.shared.pairs.is_empty() {
        text += &format!("    signal x          : {};\n", vector(module.shared.pairs.len()));
    }
    let (declared, body) = match &design.kind {
        Kind::Checker(checker) => checker::parts(module, checker),
        Kind::Crc(unit) => crc::parts(module, unit),
        Kind::Counter(counter) => {
            let is_last = constant(module, &counter.last).equals("contents");
            let at_end = if counter.closes {
                String::new()
            } else {
                format!("            elsif enable = '1' and {is_last} then\n{}", reset(module, 16))
            };
            let done = format!("    done <= '1' when {is_last} else '0';\n\n");
            (String::new(), network(module) + &done + &control(module, &at_end))
        }
        _ => (String::new(), network(module) + &control(module, "")),
    };
    text += &declared;
    text += "begin\n\n";
    text += &body;
    let shown = if design.holds_inverse() { "not inverse" } else { "contents" };
    text += &format!("\n    {};\n", moved("state", shown, n));
    text + "\nend architecture rtl;\n"
}

/// The sums: pairs, then what they are for.
fn network(module: &Module<'_>) -> String {
    let name = |signal: usize| module.signal(signal, indexed);
    let mut text = String::new();
    for (i, [one, other]) in module.shared.pairs.iter().enumerate() {
        text += &format!("    x({i}) <= {} xor {};\n", name(*one), name(*other));
    }
    if !module.shared.pairs.is_empty() {
        text += "\n";
    }
    for (target, sums) in module.outputs() {
        for (i, (terms, one)) in sums.iter().enumerate() {
            text += &format!("    {} <= {};\n", indexed(target, i, sums.len()), sum(terms, *one, &name));
        }
        text += "\n";
    }
    text
}

fn sum(terms: &[usize], one: bool, name: &dyn Fn(usize) -> String) -> String {
    let all = terms.iter().map(|&term| name(term)).collect::<Vec<_>>().join(" xor ");
    match (terms, one) {
        ([], _) => format!("'{}'", u8::from(one)),
        ([_], true) => format!("not {all}"),
        (_, true) => format!("not ({all})"),
        (_, false) => all,
    }
}

/// What the contents become at the clock; `more` between load and step.
fn control(module: &Module<'_>, more: &str) -> String {
    let n = module.design.cells();
    let register = register(module);
    let (seed, next) =
        if module.design.holds_inverse() { ("not seed", "next_inverse") } else { ("seed", "next_state") };
    let rest = |first: &str| {
        format!(
            "{first} load = '1' then\n                {};\n{more}            elsif enable = '1' then\n                {register} <= {next};\n            end if;\n",
            moved(register, seed, n)
        )
    };
    if module.design.asynchronous {
        return format!(
            "    process (clk, rst)\n    begin\n        if rst = '1' then\n{}        elsif rising_edge(clk) then\n            {}        end if;\n    end process;\n",
            reset(module, 12),
            rest("if")
        );
    }
    format!(
        "    process (clk)\n    begin\n        if rising_edge(clk) then\n            if rst = '1' then\n{}            {}        end if;\n    end process;\n",
        reset(module, 16),
        rest("elsif")
    )
}

/// What the flip-flops are called.
fn register(module: &Module<'_>) -> &'static str {
    if module.design.holds_inverse() { "inverse" } else { "contents" }
}

/// They become what they hold after a reset, behind so many blanks.
fn reset(module: &Module<'_>, blanks: usize) -> String {
    let register = register(module);
    start(module).statements(blanks, |range, part| format!("{register}{range} <= {part}"))
}

/// What they hold after a reset.
fn start(module: &Module<'_>) -> Constant {
    constant(module, &module.design.held())
}

/// A state as it is written.
fn constant(module: &Module<'_>, state: &lfsr_core::poly::Poly) -> Constant {
    let n = module.design.cells();
    let written = module.design.signal.shift.turn_poly(state, n);
    Constant::new((0..n).map(|i| written.coefficient(i)))
}

/// The type of a port: one bit is no vector.
fn type_of(width: usize) -> String {
    if width == 1 { "std_logic".into() } else { vector(width) }
}

fn vector(width: usize) -> String {
    format!("std_logic_vector({} downto 0)", width - 1)
}

fn unsigned(width: usize) -> String {
    format!("unsigned({} downto 0)", width - 1)
}

/// A port to or from a vector of as many bits.
fn moved(target: &str, from: &str, width: usize) -> String {
    match (width, target) {
        (1, "contents" | "inverse" | "word_in" | "as_before") => format!("{target}(0) <= {from}"),
        (1, _) => format!("{target} <= {from}(0)"),
        _ => format!("{target} <= {from}"),
    }
}

/// A bit of a signal: ports of one bit have no number, vectors inside have one always.
fn indexed(name: &str, i: usize, width: usize) -> String {
    match name {
        "state" => format!("contents({i})"),
        "unslipped" | "ahead" | "behind" => format!("{}({i})", checker::inner(name)),
        "inverse" | "next_inverse" | "next_state" | "next_unslipped" | "next_ahead" | "next_behind" | "predicted"
        | "x" | "from" | "word" => {
            format!("{name}({i})")
        }
        _ if width == 1 => name.to_owned(),
        _ => format!("{name}({i})"),
    }
}
