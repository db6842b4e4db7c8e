//! Hardware: cells after synthesis, beside verilog-lfsr.

use std::{env, fmt::Write as _, fs, path::Path, process::Command};

use crate::{export, run};

/// The same thing from both.
struct Pair {
    name: &'static str,
    /// What `lfsr export verilog` is asked for.
    ours: &'static [&'static str],
    /// The peer's module around its `lfsr`, and the parameters of that.
    theirs: (&'static str, [&'static str; 4]),
    /// Our module with the ports that theirs has: without a seed to load, the scrambled word in flip-flops as theirs is.
    wired: &'static str,
    /// Bits at a clock.
    width: usize,
}

const PAIRS: [Pair; 4] = [
    Pair {
        name: "PRBS31 x 64",
        ours: &["PRBS31", "--what", "generator", "--width", "64", "--seed", "0x7fffffff"],
        theirs: ("lfsr_prbs_gen", ["31", "31'h10000001", "FIBONACCI", "0"]),
        wired: "module top (input clk, input rst, input enable, output [63:0] q);\n\
                ours dut (.clk(clk), .rst(rst), .load(1'b0), .seed(31'h0), .enable(enable), .data(q), .state());\nendmodule\n",
        width: 64,
    },
    Pair {
        name: "64b/66b x 64",
        ours: &["64b66b", "--what", "scrambler", "--width", "64"],
        theirs: ("lfsr_scramble", ["58", "58'h8000000001", "FIBONACCI", "1"]),
        wired: "module top (input clk, input rst, input enable, input [63:0] d, output reg [63:0] q);\nwire [63:0] out;\n\
                ours dut (.clk(clk), .rst(rst), .load(1'b0), .seed(58'h0), .enable(enable), .data_in(d), .data_out(out), .state());\n\
                always @(posedge clk) if (rst) q <= 0; else if (enable) q <= out;\nendmodule\n",
        width: 64,
    },
    Pair {
        name: "CRC-32 x 64",
        ours: &["crc-32", "--what", "crc", "--width", "64"],
        theirs: ("lfsr_crc", ["32", "32'h04c11db7", "GALOIS", "1"]),
        wired: "module top (input clk, input rst, input enable, input [63:0] d, output [31:0] q);\n\
                ours dut (.clk(clk), .rst(rst), .load(1'b0), .seed(32'h0), .enable(enable), .first(1'b0), .data_in(d), .crc(q), \
                .good(), .state());\nendmodule\n",
        width: 64,
    },
    Pair {
        name: "CRC-32 x 512",
        ours: &["crc-32", "--what", "crc", "--width", "512"],
        theirs: ("lfsr_crc", ["32", "32'h04c11db7", "GALOIS", "1"]),
        wired: "module top (input clk, input rst, input enable, input [511:0] d, output [31:0] q);\n\
                ours dut (.clk(clk), .rst(rst), .load(1'b0), .seed(32'h0), .enable(enable), .first(1'b0), .data_in(d), .crc(q), \
                .good(), .state());\nendmodule\n",
        width: 512,
    },
];

const FLOWS: [(&str, &str); 3] = [
    ("synth -lut 6", "synth -flatten -top TOP -lut 6"),
    ("synth_xilinx", "synth_xilinx -flatten -noiopad -top TOP"),
    ("synth_ice40", "synth_ice40 -top TOP"),
];

/// Six-input tables one after the other, as ABC maps the network alone.
const DEPTH: &str = "synth -flatten -top TOP -run :fine; opt; techmap; opt; dfflegalize -cell $_DFF_P_ 01; abc -lut 6; \
                     delete t:$_DFF_P_; ltp";

/// A table: look-up tables, flip-flops and depth of both.
pub(crate) fn compare() -> Result<(), String> {
    let Ok(peer) = env::var("LFSR_VERILOG_LFSR") else {
        println!("verilog-lfsr: left out: LFSR_VERILOG_LFSR does not name its folder");
        return Ok(());
    };
    println!("{:<14} {:<14} {:>26} {:>26}", "", "", "here: LUTs, flip-flops", "verilog-lfsr");
    for Pair { name, ours, theirs, wired, width } in PAIRS {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let folder = folder.path();
        export(folder, "ours.v", &[&["verilog"], ours, &["--name", "ours"]].concat())?;
        fs::write(folder.join("top.v"), wired).map_err(|error| error.to_string())?;
        fs::write(folder.join("theirs.v"), flat(Path::new(&peer), folder, theirs, width)?)
            .map_err(|e| e.to_string())?;
        let synthesis = |file: &str, top: &str, flow: &str| {
            let script = format!("read_verilog {file}; {}; tee -o stat.txt stat", flow.replace("TOP", top));
            let said = run(Command::new("yosys").current_dir(folder).args(["-p", &script]))?;
            let stat = fs::read_to_string(folder.join("stat.txt")).map_err(|error| error.to_string())?;
            Ok::<_, String>((said, stat))
        };
        let sides = [("ours.v top.v", "top"), ("theirs.v", theirs.0)];
        for (flow, script) in FLOWS {
            let [here, there] = sides.map(|(file, top)| {
                synthesis(file, top, script).map(|(_, stat)| {
                    let of = |kinds: &[&str]| cells(&stat, kinds);
                    format!("{}, {}", of(&["lut", "LUT"]), of(&["DFF", "FDRE", "FDSE", "FDCE", "FDPE"]))
                })
            });
            println!("{name:<14} {flow:<14} {:>26} {:>26}", here?, there?);
        }
        let [here, there] = sides.map(|(file, top)| {
            let (said, _) = synthesis(file, top, DEPTH)?;
            let length = said.rsplit("length=").next().and_then(|rest| rest.split(')').next()).unwrap_or("?");
            Ok::<_, String>(format!("depth {length}"))
        });
        println!("{name:<14} {:<14} {:>26} {:>26}", "abc -lut 6", here?, there?);
    }
    Ok(())
}

/// How many cells of these kinds.
fn cells(stat: &str, kinds: &[&str]) -> u64 {
    let lines = stat.lines().filter(|line| kinds.iter().any(|kind| line.contains(kind)));
    lines.filter_map(|line| line.split_whitespace().find_map(|word| word.parse::<u64>().ok())).sum()
}

/// The rows of CRC-32 with so many bits at a clock, by stepping: columns that each bit of the next contents is the sum of.
fn rows_of_crc32(width: usize) -> Vec<Vec<usize>> {
    let step = |crc: u32, bit: bool| if (crc & 1 == 1) != bit { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    let after = |crc: u32, one: usize| (0..width).fold(crc, |crc, i| step(crc, i == one));
    let columns: Vec<u32> = (0..32).map(|i| after(1 << i, width)).chain((0..width).map(|one| after(0, one))).collect();
    (0..32).map(|row| (0..columns.len()).filter(|&column| columns[column] >> row & 1 == 1).collect()).collect()
}

/// The peer's module with the masks of its network written out, as its loops have them once they are unrolled: yosys does not evaluate the constant
/// functions in reasonable time, Icarus does.
fn flat(peer: &Path, folder: &Path, (top, parameters): (&str, [&str; 4]), width: usize) -> Result<String, String> {
    let [cells, poly, form, reverse] = parameters;
    let n: usize = cells.parse().map_err(|_| "a number of cells")?;
    let columns = n + width;
    if top == "lfsr_crc" && width > 64 {
        // There is only one network for it, whoever writes it; for Icarus to find it takes hours.
        return around(peer, top, n, width, &rows_of_crc32(width));
    }
    let bench = format!(
        "module tb; integer i; lfsr #(.LFSR_WIDTH({n}), .LFSR_POLY({poly}), .LFSR_CONFIG(\"{form}\"), .LFSR_FEED_FORWARD(0), \
         .REVERSE({reverse}), .DATA_WIDTH({width}), .STYLE(\"REDUCTION\")) u (.data_in({width}'d0), .state_in({n}'d0), \
         .data_out(), .state_out());\ninitial begin for (i = 0; i < {columns}; i = i + 1) $display(\"%b\", u.lfsr_mask(i)); \
         $finish; end endmodule\n"
    );
    fs::write(folder.join("tb.v"), bench).map_err(|error| error.to_string())?;
    let source = peer.join("lfsr.v");
    run(Command::new("iverilog").current_dir(folder).args(["-g2012", "-o", "tb", "tb.v"]).arg(&source))?;
    let said = run(Command::new("vvp").current_dir(folder).arg("tb"))?;
    let ones = |mask: &str| {
        let bits = mask.bytes().rev().enumerate();
        bits.filter(|(_, bit)| *bit == b'1').map(|(column, _)| column).collect::<Vec<_>>()
    };
    let rows: Vec<Vec<usize>> = said.lines().filter(|line| line.len() == columns).map(ones).collect();
    if top == "lfsr_crc" && rows[..n] != rows_of_crc32(width) {
        return Err("verilog-lfsr has another CRC-32".into());
    }
    around(peer, top, n, width, &rows)
}

/// The peer's module `top` around a network of these rows.
fn around(peer: &Path, top: &str, n: usize, width: usize, rows: &[Vec<usize>]) -> Result<String, String> {
    let mut text = format!(
        "module lfsr_flat (input [{0}:0] data_in, input [{1}:0] state_in, output [{0}:0] data_out, output [{1}:0] state_out);\n",
        width - 1,
        n - 1
    );
    for (row, columns) in rows.iter().enumerate() {
        let name = |i: &usize| if *i < n { format!("state_in[{i}]") } else { format!("data_in[{}]", i - n) };
        let terms: Vec<String> = columns.iter().map(name).collect();
        let output = if row < n { format!("state_out[{row}]") } else { format!("data_out[{}]", row - n) };
        let _ = writeln!(text, "assign {output} = {};", terms.join(" ^ "));
    }
    let around = fs::read_to_string(peer.join(format!("{top}.v"))).map_err(|error| format!("{top}.v: {error}"))?;
    let around = around.replacen("parameter DATA_WIDTH = 8,", &format!("parameter DATA_WIDTH = {width},"), 1);
    let (head, rest) = around.split_once("lfsr #(").ok_or("another verilog-lfsr")?;
    let (_, tail) = rest.split_once("lfsr_inst (").ok_or("another verilog-lfsr")?;
    Ok(format!("{text}endmodule\n{head}lfsr_flat lfsr_inst ({tail}"))
}
