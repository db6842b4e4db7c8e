//! Exported modules against the command line: bits against `lfsr generate` and `lfsr scramble`, counts against `lfsr check`.

use std::fs;

use crate::ways::{LANGUAGES, Way, export, has, lfsr, prove, simulated};

/// A bench of another hand: the bits of the module alone, against `lfsr generate` and `lfsr scramble`.
#[test]
fn modules_make_the_bits_of_the_command_line() {
    if !has("iverilog", "export") {
        return;
    }
    for (name, what, width, mine) in [
        ("PRBS31", "generator", 13, ["generate", "PRBS31"]),
        ("802.11", "scrambler", 8, ["scramble", "802.11"]),
        ("G3RUH", "scrambler", 5, ["scramble", "G3RUH"]),
        ("G3RUH", "descrambler", 24, ["descramble", "G3RUH"]),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        export(folder.path(), "verilog", "m", &Way { register: name.into(), what, width, more: vec![] });
        let (clocks, is_generator) = (1000, what == "generator");
        let ports = if is_generator { ".data(q)" } else { ".data_in(d), .data_out(q)" };
        let top = width - 1;
        let bench = format!(
            "module b; reg c = 0, r = 1; reg [{top}:0] d = 0; wire [{top}:0] q; integer i, j;\n\
             m dut(.clk(c), .rst(r), .enable(1'b1), .load(1'b0), .seed(0), {ports});\n\
             initial begin #1 c = 1; #1 c = 0; r = 0;\n\
             for (i = 0; i < {clocks}; i = i + 1) begin\n\
             d = i * 40503 ^ i * i; #1 for (j = 0; j < {width}; j = j + 1) $write(\"%b\", q[j]);\n\
             #1 c = 1; #1 c = 0; end $write(\"\\n\"); $finish; end endmodule\n"
        );
        let simulated = simulated(folder.path(), &bench, &["m.v".into()]);
        let bits = clocks * width;
        let data: String = (0..clocks as u64)
            .flat_map(|i| (0..width).map(move |j| if ((i * 40503) ^ (i * i)) >> j & 1 == 1 { '1' } else { '0' }))
            .collect();
        fs::write(folder.path().join("data"), data).expect("a file");
        let count = bits.to_string();
        let input = folder.path().join("data");
        let more: Vec<&str> = if is_generator {
            vec!["--bits", &count, "--encoding", "ascii"]
        } else {
            vec![input.to_str().expect("text"), "--input", "ascii", "--encoding", "ascii"]
        };
        let ours = lfsr(&[&mine[..], &more].concat());
        let ours: String = String::from_utf8_lossy(&ours.stdout).chars().filter(char::is_ascii_digit).collect();
        assert_eq!(ours.len(), bits, "{name} {what}");
        let simulated = simulated.lines().find(|line| line.len() == bits).expect("a line of bits");
        assert!(simulated == ours, "{name} {what}");
    }
}

/// The checker that is exported, in the simulator, against `lfsr check`: a line with wrong bits, slips, the complement and a stretch of zeros.
#[test]
fn checkers_count_as_lfsr_check_does() {
    if !has("iverilog", "export") || !has("ghdl", "export") {
        return;
    }
    for (name, width, language) in [
        ("PRBS7", 8, "verilog"),
        ("PRBS15", 1, "verilog"),
        ("PRBS31", 64, "vhdl"),
        ("PRBS23", 40, "systemverilog"),
        ("PRBS9", 32, "c"),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path();
        let way = Way { register: name.into(), what: "checker", width, more: vec!["--bits", "40k", "--max-slip", "5"] };
        assert!(export(path, language, "m", &way));
        let proof = prove(path);
        let said = String::from_utf8_lossy(&proof.stdout);
        assert!(proof.status.success(), "{way:?}: {said}");
        // The line that the bench sends, out of its file.
        let is_c = language == "c";
        let run = fs::read_to_string(path.join(if is_c { "m_run.txt" } else { "m_run.hex" })).expect("a run");
        let word = |row: &str| -> String {
            let digits = if is_c { row.split(' ').next().expect("data") } else { row };
            let bits = digits.chars().rev().flat_map(|digit| {
                let value = digit.to_digit(16).expect("a digit");
                (0..4).map(move |i| if value >> i & 1 == 1 { '1' } else { '0' })
            });
            bits.take(width).collect()
        };
        fs::write(path.join("line"), run.lines().map(word).collect::<String>()).expect("a file");
        let input = path.join("line");
        let checked = lfsr(&["check", name, input.to_str().expect("text"), "--input", "ascii", "--format", "json"]);
        let report: serde_json::Value = serde_json::from_slice(&checked.stdout).expect("JSON");
        let count = |field: &str| -> u64 {
            report[field].as_str().and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("{field}: {report}"))
        };
        let [compared, wrong, losses] = if is_c {
            let last = run.lines().last().expect("rows");
            let numbers: Vec<u64> =
                last.split(' ').map(|number| u64::from_str_radix(number, 16).expect("digits")).collect();
            let [_, _, _, _, compared, wrong, losses, slips, _] = numbers[..] else { panic!("{last}") };
            assert_eq!(slips, count("slips"), "{way:?}: {report}");
            assert!(slips > 1, "{slips}");
            [compared, wrong, losses]
        } else {
            let line = said.lines().find(|line| line.contains("the checker: ")).expect("counts");
            let numbers: Vec<u64> = line.split([' ', ',']).filter_map(|word| word.parse().ok()).collect();
            let [compared, wrong, losses] = numbers[..] else { panic!("{line}") };
            [compared, wrong, losses]
        };
        // Three wrong bits were put in; lfsr check may count one or two at the edges of the noise and the zeros, which it looks back at.
        assert_eq!(wrong, 3, "{way:?}: {report}");
        assert!((3..3 + 12).contains(&count("errors")), "{way:?}: {report}");
        assert_eq!(losses, count("losses") + count("slips") + count("polarity_changes"), "{way:?}: {report}");
        assert!(compared < count("compared"), "{way:?}: {report}");
    }
}

/// Counters of 16 bits come to their end in a run of 100,000 bits, and say so.
#[test]
fn counters_stay_at_their_end() {
    for (language, _, simulator) in &LANGUAGES[..3] {
        if !has(simulator, "export") {
            continue;
        }
        let more = vec!["--counter-bits", "16", "--bits", "200k"];
        let way = Way { register: "PRBS15".into(), what: "checker", width: 64, more };
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert!(export(folder.path(), language, "m", &way));
        let proof = prove(folder.path());
        let said = String::from_utf8_lossy(&proof.stdout);
        assert!(proof.status.success() && said.contains("the checker: 65535 compared"), "{language}: {said}");
    }
}
