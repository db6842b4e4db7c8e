//! The test bench in VHDL.

use super::{
    super::super::{Design, Kind, ports::Port, vectors::Vectors},
    type_of, vector,
};

/// The bench that compares with these clocks.
pub(in super::super) fn bench(design: &Design, cases: &Vectors, run: &Vectors) -> String {
    let name = &design.name;
    let declared: String = design
        .ports()
        .iter()
        .map(|port| {
            let start = match (port.is_input, port.width) {
                (false, _) => "",
                (true, 1) => " := '0'",
                (true, _) => " := (others => '0')",
            };
            format!("    signal {:<9} : {}{start};\n", port.name, type_of(port.width))
        })
        .collect();
    let connected: String = design.ports().iter().map(|port| format!(", {0} => {0}", port.name)).collect();
    let idle: String = design
        .ports()
        .iter()
        .filter(|port| port.is_input)
        .map(|port| {
            let zero = if port.width == 1 { "'0'" } else { "(others => '0')" };
            format!("        {} <= {zero};\n", port.name)
        })
        .collect();
    let ((case_in, case_out), (run_in, run_out)) = (cases.widths(), run.widths());
    let more = if matches!(design.kind, Kind::Checker(_)) { CHECKER } else { "" };
    format!(
        "-- Test bench of {name}. In this folder:\n\
         --   ghdl -a {name}.vhd {name}_tb.vhd && ghdl -e {name}_tb && ghdl -r {name}_tb --ieee-asserts=disable-at-0\n\
         -- The clocks that it compares with are by lfsr's stepping of the register, not by the network of the module.\n\
         library ieee;\nuse ieee.std_logic_1164.all;\nuse ieee.numeric_std.all;\nuse std.textio.all;\n\n\
         entity {name}_tb is\nend entity {name}_tb;\n\n\
         architecture bench of {name}_tb is\n\
         \x20   signal clk       : std_logic := '0';\n{declared}\n\
         \x20   -- A line of hexadecimal digits, the highest first.\n\
         \x20   procedure read_bits (file from : text; row : out std_logic_vector) is\n\
         \x20       variable digits : line;\n\
         \x20       variable digit  : character;\n\
         \x20       variable value  : integer;\n\
         \x20   begin\n\
         \x20       readline(from, digits);\n\
         \x20       for i in integer range (row'length + 3) / 4 - 1 downto 0 loop\n\
         \x20           read(digits, digit);\n\
         \x20           value := character'pos(digit) - character'pos('0');\n\
         \x20           if value > 9 then\n\
         \x20               value := character'pos(digit) - character'pos('a') + 10;\n\
         \x20           end if;\n\
         \x20           for j in 0 to 3 loop\n\
         \x20               if 4 * i + j < row'length then\n\
         \x20                   if (value / 2 ** j) mod 2 = 1 then\n\
         \x20                       row(4 * i + j) := '1';\n\
         \x20                   else\n\
         \x20                       row(4 * i + j) := '0';\n\
         \x20                   end if;\n\
         \x20               end if;\n\
         \x20           end loop;\n\
         \x20       end loop;\n\
         \x20       deallocate(digits);\n\
         \x20   end procedure;\n\
         begin\n\n\
         \x20   dut : entity work.{name} port map (clk => clk{connected});\n\n\
         \x20   process\n\
         \x20       file cases : text open read_mode is \"{name}_cases.hex\";\n\
         \x20       file clocks : text open read_mode is \"{name}_run.hex\";\n\
         \x20       variable one_case   : {case_vector};\n\
         \x20       variable one_clock  : {run_vector};\n\
         \x20       variable case_is    : {case_out_vector};\n\
         \x20       variable clock_is   : {run_out_vector};\n\
         \x20       variable wrong_cases, wrong_bits : natural := 0;\n\
         \x20       variable said       : line;\n\n\
         \x20       procedure tick is\n\
         \x20       begin\n\
         \x20           wait for 5 ns;\n\
         \x20           clk <= '1';\n\
         \x20           wait for 5 ns;\n\
         \x20           clk <= '0';\n\
         \x20       end procedure;\n\
         \x20   begin\n\
         \x20       rst <= '1';\n\
         \x20       tick;\n\
         \x20       rst <= '0';\n\
         \x20       -- Each state bit and data bit alone, then zero: that decides a network of XOR gates.\n\
         \x20       for i in 1 to {cases} loop\n\
         \x20           read_bits(cases, one_case);\n{case_set}\
         \x20           wait for 1 ns;\n{case_get}\
         \x20           if case_is /= one_case({case_top} downto {case_in}) then\n\
         \x20               wrong_cases := wrong_cases + 1;\n\
         \x20           end if;\n\
         \x20           tick;\n\
         \x20       end loop;\n\
         \x20       write(said, integer'image({cases} - wrong_cases) & string'(\" of {cases} clocks agree, which decides all states and data\"));\n\
         \x20       writeline(output, said);\n\
         \x20       -- From the reset on, without a pause.\n{idle}\
         \x20       rst <= '1';\n\
         \x20       tick;\n\
         \x20       rst <= '0';\n\
         \x20       enable <= '1';\n\
         \x20       for i in 1 to {clocks} loop\n\
         \x20           read_bits(clocks, one_clock);\n{run_set}\
         \x20           wait for 1 ns;\n{run_get}\
         \x20           if clock_is /= one_clock({run_top} downto {run_in}) then\n\
         \x20               for j in clock_is'range loop\n\
         \x20                   if clock_is(j) /= one_clock({run_in} + j) then\n\
         \x20                       wrong_bits := wrong_bits + 1;\n\
         \x20                   end if;\n\
         \x20               end loop;\n\
         \x20           end if;\n\
         \x20           tick;\n\
         \x20       end loop;\n\
         \x20       write(said, integer'image(wrong_bits) & string'(\" errors in {bits} bits\"));\n\
         \x20       writeline(output, said);\n{more}\
         \x20       wait;\n\
         \x20   end process;\n\n\
         end architecture bench;\n",
        case_vector = vector(case_in + case_out),
        run_vector = vector(run_in + run_out),
        case_out_vector = vector(case_out),
        run_out_vector = vector(run_out),
        case_top = case_in + case_out - 1,
        run_top = run_in + run_out - 1,
        cases = cases.clocks,
        clocks = run.clocks,
        bits = run.clocks * design.width,
        case_set = set(&cases.ports, "one_case"),
        run_set = set(&run.ports, "one_clock"),
        case_get = get(&cases.ports, "case_is"),
        run_get = get(&run.ports, "clock_is"),
    )
}

const CHECKER: &str = "        write(said, string'(\"the checker: \") & integer'image(to_integer(unsigned(bits))) & string'(\" compared, \") & integer'image(to_integer(unsigned(errors))) & string'(\" wrong, \") & integer'image(to_integer(unsigned(losses))) & string'(\" losses\"));
        writeline(output, said);
";

/// Inputs from a line.
fn set(ports: &[Port], from: &str) -> String {
    let mut at = 0;
    let mut text = String::new();
    for port in ports.iter().filter(|port| port.is_input) {
        text += &format!("            {} <= {from}{};\n", port.name, part(at, port.width));
        at += port.width;
    }
    text
}

/// Outputs into a variable.
fn get(ports: &[Port], into: &str) -> String {
    let mut at = 0;
    let mut text = String::new();
    for port in ports.iter().filter(|port| !port.is_input) {
        text += &format!("            {into}{} := {};\n", part(at, port.width), port.name);
        at += port.width;
    }
    text
}

fn part(at: usize, width: usize) -> String {
    if width == 1 { format!("({at})") } else { format!("({} downto {at})", at + width - 1) }
}
