//! The test bench, and what it compares with: outputs by stepping numbers as core defines it, never by the network.
//!
//! A network of sums is affine. So it is right for every state and input if it is right for zero and for each state bit and data bit alone:
//! n + W + 1 cases decide it. The bench does these, then a long run from the reset on.

use core::fmt::Write as _;

use lfsr_core::{algebra::Direction, bit_order::BitOrder, poly::Poly, random::SplitMix64};

use super::{Design, Kind, verilog::Dialect};
use crate::bits::{
    scramble::{Mode, Scrambler, Way},
    signal::Signal,
};

/// The bench and the files that it reads.
#[derive(Debug)]
pub struct Bench {
    /// NAME_tb.
    pub text: String,
    /// NAME_basis.hex: a line for each case: state, data, output, next state.
    pub basis: String,
    /// NAME_run.hex: a line for each clock from the reset on: data, output.
    pub run: String,
}

/// Bits, the first in time first.
pub(super) type Bits = Vec<bool>;

impl Design {
    /// The contents after a reset, bit 0 leaving first.
    pub(super) fn start(&self) -> Poly {
        if self.is_through() { self.signal.held.clone() } else { self.signal.start() }
    }

    fn is_through(&self) -> bool {
        matches!(self.kind, Kind::Scrambler(Mode::SelfSynchronising, _))
    }

    /// Output for those data (as many bits as are wanted; a generator does not look at them), from a state on.
    pub(super) fn outputs(&self, state: &Poly, data: &[bool]) -> Bits {
        // `held` is before the lead.
        let signal = Signal { held: state.clone(), lead: 0, ..self.signal.clone() };
        let mut words = packed(data);
        match self.kind {
            Kind::Generator => {
                words = vec![0; data.len().div_ceil(64)];
                signal.bits(BitOrder::Lsb).fill(&mut words);
            }
            Kind::Scrambler(mode, way) => {
                if let Some(mut scrambler) = Scrambler::new(signal, mode, way, None) {
                    scrambler.apply(&mut words, data.len() as u64);
                }
            }
        }
        (0..data.len()).map(|i| words[i / 64] >> (i % 64) & 1 == 1).collect()
    }

    /// The state after as many bits.
    pub(super) fn after(&self, state: &Poly, data: &[bool], output: &[bool]) -> Poly {
        let n = self.signal.register.degree();
        if !self.is_through() {
            let steps = data.len().into();
            return self.signal.register.jump(state, &steps, Direction::Forward).unwrap_or_default();
        }
        // The scrambled bits, of which the last n stay.
        let scrambled = if matches!(self.kind, Kind::Scrambler(_, Way::Scramble)) { output } else { data };
        let mut bits: Bits = (0..n).map(|i| state.coefficient(i)).collect();
        bits.extend(scrambled);
        Poly::from_exponents((0..n).filter(|i| bits[bits.len() - n + i]))
    }
}

fn packed(bits: &[bool]) -> Vec<u64> {
    bits.chunks(64).map(|chunk| chunk.iter().enumerate().map(|(i, &bit)| u64::from(bit) << i).sum()).collect()
}

/// The bench of a design, with at least so many bits in the long run.
#[must_use]
pub fn bench(design: &Design, dialect: Dialect, run_bits: usize) -> Bench {
    let (n, width, data) = (design.signal.register.degree(), design.width, design.data());
    let clocks = run_bits.div_ceil(width);
    let mut basis = String::new();
    for case in 0..=n + data {
        let state = if case < n { Poly::monomial(case) } else { Poly::zero() };
        let input: Bits = (0..width).map(|t| case >= n && case - n == t && t < data).collect();
        let output = design.outputs(&state, &input);
        let next = design.after(&state, &input, &output);
        let written = |state: &Poly| {
            let state = design.signal.shift.turn_poly(state, n);
            (0..n).map(|i| state.coefficient(i)).collect::<Bits>()
        };
        let fields = [written(&state), input[..data].to_vec(), output, written(&next)];
        let _ = writeln!(basis, "{}", hex(&fields.concat()));
    }
    let input = noise(clocks * width);
    let output = design.outputs(&design.start(), &input);
    let mut run = String::new();
    for clock in 0..clocks {
        let part = clock * width..(clock + 1) * width;
        let fields = [&input[part.clone()][..data], &output[part]];
        let _ = writeln!(run, "{}", hex(&fields.concat()));
    }
    Bench { text: text(design, dialect, n, data, clocks), basis, run }
}

/// The first field lowest.
fn hex(bits: &[bool]) -> String {
    let digit = |chunk: &[bool]| chunk.iter().enumerate().map(|(i, &bit)| u32::from(bit) << i).sum();
    bits.chunks(4).rev().map(|chunk| char::from_digit(digit(chunk), 16).unwrap_or('0')).collect()
}

/// Data for the long run, the same each time.
fn noise(count: usize) -> Bits {
    let mut random = SplitMix64(1);
    (0..count).map(|_| random.next_word() >> 63 == 1).collect()
}

fn text(design: &Design, dialect: Dialect, n: usize, data: usize, clocks: usize) -> String {
    let (name, width) = (&design.name, design.width);
    let (bits, extension) = (clocks * width, dialect.extension());
    let last = design.output();
    let (case_width, clock_width) = (2 * n + data + width, data + width);
    let data_port = if data > 0 { ".data_in(data_in), " } else { "" };
    let declare = if data > 0 { format!("    reg [{}:0] data_in;\n", data - 1) } else { String::new() };
    let part = |of: &str, at: usize, width: usize| match width {
        1 => format!("{of}[{at}]"),
        _ => format!("{of}[{}:{at}]", at + width - 1),
    };
    let set = |from: &str, at: usize| match data {
        0 => String::new(),
        _ => format!("            data_in = {};\n", part(from, at, data)),
    };
    let idle = if data > 0 { "        data_in = 0;\n" } else { "" };
    format!(
        "// Test bench of {name}. In this folder:\n\
         //   iverilog -g2012 -o {name}_sim {name}.{extension} {name}_tb.{extension} && vvp {name}_sim\n\
         // The cases and the long run are by lfsr's stepping of the register, not by the network of the module.\n\
         module {name}_tb;\n\
         \x20   reg clk, rst, enable, load;\n\
         \x20   reg [{n_top}:0] seed;\n{declare}\
         \x20   wire [{w_top}:0] {last};\n\
         \x20   reg [{case_top}:0] cases [0:{n_data}];\n\
         \x20   reg [{run_top}:0] clocks [0:{last_clock}];\n\
         \x20   reg [{case_top}:0] one_case;\n\
         \x20   reg [{run_top}:0] one_clock;\n\
         \x20   integer i, j, wrong_cases, wrong_bits;\n\n\
         \x20   {name} dut (.clk(clk), .rst(rst), .enable(enable), .load(load), .seed(seed), {data_port}.{last}({last}));\n\n\
         \x20   task tick; begin #5 clk = 1; #5 clk = 0; end endtask\n\n\
         \x20   initial begin\n\
         \x20       $readmemh(\"{name}_basis.hex\", cases);\n\
         \x20       $readmemh(\"{name}_run.hex\", clocks);\n\
         \x20       clk = 0; rst = 0; enable = 0; load = 0; wrong_cases = 0; wrong_bits = 0;\n{idle}\
         \x20       // Each state bit and data bit alone, then zero: that decides a network of XOR gates.\n\
         \x20       for (i = 0; i <= {n_data}; i = i + 1) begin\n\
         \x20           one_case = cases[i];\n\
         \x20           seed = {case_state};\n\
         \x20           load = 1; tick; load = 0;\n{set_case}\
         \x20           #1;\n\
         \x20           if ({last} !== {case_output}) wrong_cases = wrong_cases + 1;\n\
         \x20           else begin\n\
         \x20               enable = 1; tick; enable = 0;\n\
         \x20               if (dut.state !== {case_next}) wrong_cases = wrong_cases + 1;\n\
         \x20           end\n\
         \x20       end\n\
         \x20       $display(\"%0d of {all_cases} cases agree, which decides all states and data\", {all_cases} - wrong_cases);\n\
         \x20       // From the reset on, without a pause.\n\
         \x20       rst = 1; tick; rst = 0; enable = 1;\n\
         \x20       for (i = 0; i < {clocks}; i = i + 1) begin\n\
         \x20           one_clock = clocks[i];\n{set_clock}\
         \x20           #1;\n\
         \x20           if ({last} !== {clock_output})\n\
         \x20               for (j = 0; j < {width}; j = j + 1)\n\
         \x20                   if ({last}[j] !== one_clock[{data} + j]) wrong_bits = wrong_bits + 1;\n\
         \x20           tick;\n\
         \x20       end\n\
         \x20       $display(\"%0d errors in {bits} bits\", wrong_bits);\n\
         \x20       $finish;\n\
         \x20   end\nendmodule\n",
        n_top = n - 1,
        w_top = width - 1,
        case_top = case_width - 1,
        run_top = clock_width - 1,
        n_data = n + data,
        all_cases = n + data + 1,
        last_clock = clocks - 1,
        case_state = part("one_case", 0, n),
        case_output = part("one_case", n + data, width),
        case_next = part("one_case", n + data + width, n),
        clock_output = part("one_clock", data, width),
        set_case = set("one_case", n),
        set_clock = set("one_clock", 0),
    )
}
