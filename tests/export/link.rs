//! A generator and its checker, written by one command, wired to each other.

use crate::ways::{has, lfsr, prove, simulated};

/// A million bits of which none is wrong, then one is.
#[test]
fn a_checker_receives_its_generator() {
    if !has("iverilog", "export") {
        return;
    }
    for (name, width, more) in [
        ("PRBS31", 64, vec![]),
        ("PRBS7", 66, vec!["--form", "galois", "--shift", "left", "--invert"]),
        ("PRBS9", 8, vec!["--reset", "async", "--xnor", "--max-slip", "3"]),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path();
        let (word, files) = (width.to_string(), path.to_str().expect("text"));
        let what = ["export", "verilog", name, "--what", "generator,checker", "--width", &word, "-o", files];
        let written = lfsr(&[&what[..], &["--bits", "20k"], &more].concat());
        let said = String::from_utf8_lossy(&written.stderr);
        assert!(written.status.success(), "{name}: {said}");
        assert!(said.contains("and their benches"), "{said}");
        let proof = prove(path);
        let said = String::from_utf8_lossy(&proof.stdout);
        assert!(proof.status.success(), "{name}: {said}");
        assert_eq!(said.matches("0 errors in 20").count(), 2, "{name}: {said}");

        let (stem, top, middle) = (name.to_lowercase(), width - 1, 500_000 / width);
        let bench = format!(
            "module b; reg c = 0, r = 1; reg [{top}:0] flip = 0; wire [{top}:0] q; wire k; wire [47:0] n, e, l; integer i;\n\
             {stem}_generator_w{width} send(.clk(c), .rst(r), .load(1'b0), .seed(0), .enable(1'b1), .data(q), .state());\n\
             {stem}_checker_w{width} receive(.clk(c), .rst(r), .load(1'b0), .seed(0), .enable(1'b1), .clear(1'b0), .data_in(q ^ flip),\n\
             .locked(k), .bits(n), .errors(e), .losses(l));\n\
             initial begin #1 c = 1; #1 c = 0; r = 0;\n\
             for (i = 0; i * {width} < 1000000; i = i + 1) begin flip = (i == {middle}) << {}; #1 c = 1; #1 c = 0;\n\
             if (i == {middle} - 1) $write(\"%0d %0d %0d %0d\\n\", k, n, e, l); end\n\
             $write(\"%0d %0d %0d %0d\\n\", k, n, e, l); $finish; end endmodule\n",
            top / 2
        );
        let modules = ["generator", "checker"].map(|what| format!("{stem}_{what}_w{width}.v"));
        let counts = simulated(path, &bench, &modules);
        let rows: Vec<Vec<usize>> = counts
            .lines()
            .map(|line| line.split(' ').map(|number| number.parse().expect("a number")).collect())
            .collect();
        let [before, after] = &rows[..] else { panic!("{counts}") };
        for (row, sent, wrong) in [(before, middle * width, 0), (after, 1_000_000, 1)] {
            let [locked, compared, errors, losses] = row[..] else { panic!("{counts}") };
            assert_eq!((locked, errors, losses), (1, wrong, 0), "{name}: {counts}");
            // The bits before the lock are not compared.
            assert!((sent - 200..sent + width).contains(&compared), "{name}: {counts}");
        }
    }
}
