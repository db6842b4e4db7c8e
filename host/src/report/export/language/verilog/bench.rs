//! The test bench in Verilog.

use super::{
    super::{
        super::{Design, vectors::Vectors},
        Language,
    },
    range,
};

/// The bench that compares with these clocks.
pub(in super::super) fn bench(design: &Design, language: Language, cases: &Vectors, run: &Vectors) -> String {
    let (name, extension) = (&design.name, language.extension());
    let mut declared = String::new();
    for port in design.ports() {
        let kind = if port.is_input { "reg " } else { "wire" };
        declared += &format!("    {kind} {}{};\n", super::spaced(port.width), port.name);
    }
    let connected: String = design.ports().iter().map(|port| format!(", .{0}({0})", port.name)).collect();
    let zero: String = inputs(&cases.ports).iter().map(|name| format!("{name} = 0; ")).collect();
    let (case, clock) = (Fields::of(cases), Fields::of(run));
    format!(
        "// Test bench of {name}. In this folder:\n\
         //   iverilog -g2012 -o {name}_sim {name}.{extension} {name}_tb.{extension} && vvp {name}_sim\n\
         // The clocks that it compares with are by lfsr's stepping of the register, not by the network of the module.\n\
         module {name}_tb;\n\
         \x20   reg  clk;\n{declared}\
         \x20   reg  {case_range} cases [0:{last_case}];\n\
         \x20   reg  {clock_range} clocks [0:{last_clock}];\n\
         \x20   reg  {case_range} one_case;\n\
         \x20   reg  {clock_range} one_clock;\n\
         \x20   reg  {out_range} difference;\n\
         \x20   integer i, j, wrong_cases, wrong_bits;\n\n\
         \x20   {name} dut (.clk(clk){connected});\n\n\
         \x20   task tick; begin #5 clk = 1; #5 clk = 0; end endtask\n\n\
         \x20   initial begin\n\
         \x20       $readmemh(\"{name}_cases.hex\", cases);\n\
         \x20       $readmemh(\"{name}_run.hex\", clocks);\n\
         \x20       clk = 0; wrong_cases = 0; wrong_bits = 0; {zero}\n\
         \x20       rst = 1; tick; rst = 0;\n\
         \x20       // Each state bit and data bit alone, then zero: that decides a network of XOR gates.\n\
         \x20       for (i = 0; i < {cases}; i = i + 1) begin\n\
         \x20           one_case = cases[i];\n\
         \x20           {case_set}\n\
         \x20           #1;\n\
         \x20           if ({case_outputs} !== {case_expected}) wrong_cases = wrong_cases + 1;\n\
         \x20           tick;\n\
         \x20       end\n\
         \x20       $display(\"%0d of {cases} clocks agree, which decides all states and data\", {cases} - wrong_cases);\n\
         \x20       // From the reset on, without a pause.\n\
         \x20       {zero}\n\
         \x20       rst = 1; tick; rst = 0; enable = 1;\n\
         \x20       for (i = 0; i < {clocks}; i = i + 1) begin\n\
         \x20           one_clock = clocks[i];\n\
         \x20           {clock_set}\n\
         \x20           #1;\n\
         \x20           difference = {clock_outputs} ^ {clock_expected};\n\
         \x20           if (difference !== 0)\n\
         \x20               for (j = 0; j < {out_width}; j = j + 1) if (difference[j] !== 1'b0) wrong_bits = wrong_bits + 1;\n\
         \x20           tick;\n\
         \x20       end\n\
         \x20       $display(\"%0d errors in {bits} bits\", wrong_bits);\n\
         {more}\
         \x20       $finish;\n\
         \x20   end\nendmodule\n",
        case_range = case.range,
        clock_range = clock.range,
        out_range = range_of(clock.outputs_width),
        out_width = clock.outputs_width,
        last_case = cases.clocks - 1,
        last_clock = run.clocks - 1,
        cases = cases.clocks,
        clocks = run.clocks,
        case_set = case.set("one_case"),
        case_outputs = case.outputs,
        case_expected = case.expected("one_case"),
        clock_set = clock.set("one_clock"),
        clock_outputs = clock.outputs,
        clock_expected = clock.expected("one_clock"),
        bits = run.clocks * design.width,
        more = if matches!(design.kind, super::super::super::Kind::Checker(_)) {
            "        $display(\"the checker: %0d compared, %0d wrong, %0d losses\", bits, errors, losses);\n"
        } else {
            ""
        },
    )
}

/// What one line of a file is to the bench.
struct Fields {
    range: String,
    /// The inputs, the highest first.
    inputs: String,
    inputs_width: usize,
    outputs: String,
    outputs_width: usize,
}

impl Fields {
    fn of(vectors: &Vectors) -> Self {
        let (inputs_width, outputs_width) = vectors.widths();
        let list = |is_input: bool| {
            let names = vectors.ports.iter().rev().filter(|port| port.is_input == is_input).map(|port| port.name);
            format!("{{{}}}", names.collect::<Vec<_>>().join(", "))
        };
        Self {
            range: range_of(inputs_width + outputs_width),
            inputs: list(true),
            inputs_width,
            outputs: list(false),
            outputs_width,
        }
    }

    fn set(&self, from: &str) -> String {
        match self.inputs_width {
            0 => String::new(),
            width => format!("{} = {from}{};", self.inputs, range_of(width)),
        }
    }

    fn expected(&self, from: &str) -> String {
        format!("{from}[{}:{}]", self.inputs_width + self.outputs_width - 1, self.inputs_width)
    }
}

/// A range, of one bit too.
fn range_of(width: usize) -> String {
    if width == 1 { "[0:0]".into() } else { range(width) }
}

fn inputs(ports: &[super::Port]) -> Vec<&'static str> {
    ports.iter().filter(|port| port.is_input).map(|port| port.name).collect()
}
