//! The module in Verilog-2001 or SystemVerilog.

use core::fmt::Write as _;

use super::{
    Design,
    network::Network,
    sharing::{Figures, Shared},
};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// IEEE 1364-2001.
    Verilog,
    /// IEEE 1800-2012.
    SystemVerilog,
}

impl Dialect {
    /// The extension of its files.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Verilog => "v",
            Self::SystemVerilog => "sv",
        }
    }

    const fn wire(self) -> &'static str {
        match self {
            Self::Verilog => "wire",
            Self::SystemVerilog => "logic",
        }
    }

    const fn reg(self) -> &'static str {
        match self {
            Self::Verilog => "reg",
            Self::SystemVerilog => "logic",
        }
    }

    const fn always(self) -> &'static str {
        match self {
            Self::Verilog => "always",
            Self::SystemVerilog => "always_ff",
        }
    }
}

/// The module.
#[must_use]
pub fn module(design: &Design, network: &Network, shared: &Shared, dialect: Dialect) -> String {
    let (wire, reg) = (dialect.wire(), dialect.reg());
    let mut text = head(design, shared.figures(network));
    let mut put = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    put("`default_nettype none\n");
    put(&format!("module {} (", design.name));
    let last = design.output();
    let mut ports = vec![
        ("input ", "clk", 1, ""),
        ("input ", "rst", 1, "back to the contents of the start"),
        ("input ", "enable", 1, "a step of all bits"),
        ("input ", "load", 1, "the contents become seed"),
        ("input ", "seed", network.cells, ""),
    ];
    if network.data > 0 {
        ports.push(("input ", "data_in", network.data, "bit 0 is first in time"));
    }
    ports.push(("output", last, network.output.len(), "bit 0 is first in time"));
    for (i, (way, name, width, what)) in ports.iter().enumerate() {
        let comma = if i + 1 == ports.len() { "" } else { "," };
        let range = if *width == 1 { String::new() } else { format!("[{}:0]", width - 1) };
        let comment = if what.is_empty() { String::new() } else { format!("  // {what}") };
        put(format!("    {way} {wire} {range:<COLUMN$}{name}{comma}{comment}").trim_end());
    }
    put(");\n");
    let n = network.cells;
    put(&format!("{reg} {}state;", range(n)));
    put(&format!("{wire} {}next;\n", range(n)));
    let name = |signal: usize| signal_name(signal, network, shared);
    for (i, [one, other]) in shared.pairs.iter().enumerate() {
        put(&format!("wire {} = {} ^ {};", name(shared.columns + i), name(*one), name(*other)));
    }
    if !shared.pairs.is_empty() {
        put("");
    }
    let (outputs, nexts) = shared.sums.split_at(network.output.len());
    for (target, sums) in [(last, outputs), ("next", nexts)] {
        for (i, (terms, one)) in sums.iter().enumerate() {
            let target = indexed(target, i, sums.len());
            put(&format!("assign {target} = {};", sum(terms, *one, &name)));
        }
        put("");
    }
    let reset = constant(design, n);
    let edge = if design.asynchronous { "posedge clk or posedge rst" } else { "posedge clk" };
    put(&format!("{} @({edge})", dialect.always()));
    put(&format!("    if (rst)\n        state <= {reset};"));
    put("    else if (load)\n        state <= seed;\n    else if (enable)\n        state <= next;\n");
    put("endmodule\n\n`default_nettype wire");
    text
}

/// Where the names of ports begin.
const COLUMN: usize = 10;

fn head(design: &Design, figures: Figures) -> String {
    let Figures { gates, depth, cells, luts } = figures;
    let Design { signal, width, command, .. } = design;
    let mut text = String::new();
    let bits = if *width == 1 { "1 bit".into() } else { format!("{width} bits") };
    let name = signal.entry.map_or(String::new(), |entry| format!("{}, ", entry.name));
    let _ = writeln!(text, "// {name}{}: {}, {bits} at each clock.\n//", signal.register, design.title());
    let _ = writeln!(text, "// Written by lfsr {}: {command}", env!("CARGO_PKG_VERSION"));
    let _ = writeln!(text, "// Public domain (CC0 1.0): use it as you like.\n//");
    let _ = writeln!(
        text,
        "// {gates} XOR gates with two inputs, {depth} one after the other at most; {cells} flip-flop{}; about {luts} LUTs with six inputs.\n",
        if cells == 1 { "" } else { "s" }
    );
    text
}

/// The contents after a reset, as they are written.
fn constant(design: &Design, cells: usize) -> String {
    let written = design.signal.written(&design.start());
    format!("{cells}'h{}", written.trim_start_matches("0x"))
}

fn range(width: usize) -> String {
    if width == 1 { String::new() } else { format!("[{}:0] ", width - 1) }
}

fn indexed(name: &str, i: usize, width: usize) -> String {
    if width == 1 { name.to_owned() } else { format!("{name}[{i}]") }
}

fn signal_name(signal: usize, network: &Network, shared: &Shared) -> String {
    if signal < network.cells {
        indexed("state", signal, network.cells)
    } else if signal < shared.columns {
        indexed("data_in", signal - network.cells, network.data)
    } else {
        format!("x{}", signal - shared.columns)
    }
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
