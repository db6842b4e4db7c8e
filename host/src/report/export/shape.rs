//! [`Shapes`]: whether a module is what the exporter writes, so that single cases decide it.
//!
//! Cases of one bit each decide a network only if it is made of sums. So each line of a module has to be a sum of names and constants, or one that
//! the exporter writes for some design, whatever its numbers: what those lines do the cases of the bench go through.

use std::collections::BTreeSet;

use lfsr_core::{crc::Algorithm, poly::Poly};

use super::{Checker, Counter, CrcUnit, Design, Kind, Language, language::camel};
use crate::bits::{
    scramble::{Mode, Way},
    signal::Signal,
};

/// The lines of exported modules.
#[derive(Debug)]
pub struct Shapes {
    language: Language,
    known: BTreeSet<String>,
}

impl Shapes {
    /// Those of a language.
    #[must_use]
    pub fn new(language: Language) -> Self {
        let lines_of = |design: Design| lines(language, NAME, &language.module(&design));
        let designs = designs(language).into_iter().filter(|design| language.check(design).is_ok());
        Self { language, known: designs.flat_map(lines_of).map(|line| shape(&line)).collect() }
    }

    /// The first line of the module `name` that is neither a sum nor a line of an exported module.
    #[must_use]
    pub fn stranger(&self, name: &str, text: &str) -> Option<String> {
        let is_known = |line: &String| is_sum(self.language, line) || self.known.contains(&shape(line));
        lines(self.language, name, text).into_iter().find(|line| !is_known(line))
    }
}

/// Lines without comments; the module is called [`NAME`].
fn lines(language: Language, name: &str, text: &str) -> Vec<String> {
    let sign = if language == Language::Vhdl { "--" } else { "//" };
    let code = text.lines().map(|line| line.split(sign).next().unwrap_or_default().trim());
    let names = [(name.to_owned(), NAME), (camel(name), "M"), (name.to_uppercase(), "M")];
    let named = |line: &str| {
        if !language.is_hardware() {
            return names.iter().fold(line.to_owned(), |line, (name, other)| line.replace(name, other));
        }
        if !["module ", "entity ", "end entity ", "architecture "].iter().any(|word| line.starts_with(word)) {
            return line.to_owned();
        }
        let end = |word: &str| {
            if word == name { NAME.to_owned() } else { word.replace(&format!("{name};"), &format!("{NAME};")) }
        };
        line.split(' ').map(end).collect::<Vec<_>>().join(" ")
    };
    let single = |line: String| line.split_whitespace().collect::<Vec<_>>().join(" ");
    code.filter(|line| !line.is_empty()).map(|line| single(named(line))).collect()
}

/// `target = sum;` of names with or without an index.
fn is_sum(language: Language, line: &str) -> bool {
    if !language.is_hardware() {
        return is_operation(line);
    }
    let (is_vhdl, gates) = match language {
        Language::Vhdl => (true, &["xor", "not"][..]),
        _ => (false, &["^", "~"][..]),
    };
    let line = if is_vhdl { Some(line) } else { line.strip_prefix("assign ").or_else(|| line.strip_prefix("wire ")) };
    let parts = line.and_then(|line| line.strip_suffix(';')?.split_once(if is_vhdl { " <= " } else { " = " }));
    let Some((target, sum)) = parts else { return false };
    let sum = if is_vhdl { sum.to_owned() } else { sum.replace('~', "~ ") };
    let sum = sum.replace("(x", "( x").replace("~ (", "~ ( ").replace("not (", "not ( ").replace(';', "");
    is_operand(target)
        && sum.split_whitespace().all(|word| {
            let word = word.strip_prefix('(').unwrap_or(word);
            let open = word.matches(['(', '[']).count();
            let word = if word.matches([')', ']']).count() > open { &word[..word.len() - 1] } else { word };
            gates.contains(&word)
                || word.is_empty()
                || is_operand(word)
                || ["1'b0", "1'b1", "'0'", "'1'"].contains(&word)
        })
}

/// A statement of C or Rust that sets a value by shifts, masks that are constants, and XOR.
fn is_operation(line: &str) -> bool {
    let Some((target, value)) =
        line.strip_suffix(';').and_then(|line| line.split_once(" = ").or_else(|| line.split_once(" |= ")))
    else {
        return false;
    };
    let (target, _) = target.split_once('[').unwrap_or((target, ""));
    let target = target.rsplit(' ').next().unwrap_or_default();
    let is_own = ["self->state", "self.state", "out", "part", "next", "*next"].contains(&target);
    let value = value.replace("(0 - (", "((").replace(".wrapping_sub(", "(").replace("->", ".");
    let value = value.replace(".count_ones() & 1 == 1", "");
    let shifted = value.replace(" >> ", " ").replace(" << ", " ");
    let sum_only = !shifted.contains(['|', '+', '-', '*', '?', '!', '~', '"', '<', '>', '=']);
    // What is behind a mask's sign is a number.
    let by_numbers = value
        .split(" & ")
        .skip(1)
        .all(|mask| mask.starts_with(|c: char| c.is_ascii_digit()) || mask.starts_with("UINT"));
    is_own && sum_only && by_numbers
}

/// `name`, `name[3]` or `name(3)`; not the name of a function or a control signal.
fn is_operand(word: &str) -> bool {
    let (name, index) = match word.split_once(['[', '(']) {
        Some((name, index)) => (name, index.strip_suffix([']', ')'])),
        None => (word, Some("0")),
    };
    let is_pair = name.strip_prefix('x').is_some_and(|number| number.chars().all(|c| c.is_ascii_digit()));
    let names = [
        "state",
        "contents",
        "next_state",
        "inverse",
        "next_inverse",
        "predicted",
        "data",
        "data_in",
        "data_out",
        "from",
        "word",
        "unslipped",
        "as_before",
        "next_unslipped",
        "ahead",
        "next_ahead",
        "behind",
        "next_behind",
    ];
    (is_pair || names.contains(&name))
        && index.is_some_and(|index| !index.is_empty() && index.chars().all(|c| c.is_ascii_digit()))
}

/// A line with its numbers left out.
fn shape(line: &str) -> String {
    let mut shape = String::new();
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        let is_hex = shape.ends_with("#'h") || shape.ends_with("#'b");
        let in_name = !shape.ends_with("#'d") && shape.ends_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if c == '"' {
            while rest.next_if(|c| *c != '"').is_some() {}
            rest.next();
            shape += "\"#\"";
        } else if c == '0' && !in_name && rest.next_if_eq(&'x').is_some() {
            while rest.next_if(char::is_ascii_hexdigit).is_some() {}
            shape.push('#');
        } else if (c.is_ascii_digit() && !in_name) || (is_hex && c.is_ascii_hexdigit()) {
            while rest.next_if(|c| c.is_ascii_digit() || (is_hex && c.is_ascii_hexdigit())).is_some() {}
            shape.push('#');
        } else {
            shape.push(c);
        }
    }
    // Rows of tables are of any length.
    while shape.contains("#, #,") {
        shape = shape.replace("#, #,", "#,");
    }
    shape
}

/// Small designs that have every line between them.
fn designs(language: Language) -> Vec<Design> {
    let mut designs = vec![];
    let mut add = |register: &str, kind: Kind, width: usize, inverted: bool| {
        let Ok(mut signal) = register.parse::<Signal>() else { return };
        signal.inverted = inverted;
        // Software has no reset that waits for a clock.
        let resets: &[bool] = if language.is_hardware() { &[false, true] } else { &[false] };
        for &asynchronous in resets {
            let name = NAME.to_owned();
            let (signal, kind) = (signal.clone(), kind.clone());
            designs.push(Design { signal, kind, width, name, asynchronous, command: String::new() });
        }
    };
    for register in ["x+1", "x^3+x+1"] {
        for width in [1, 2, 3, 5] {
            for inverted in [false, true] {
                add(register, Kind::Generator, width, inverted);
            }
            for way in [Way::Scramble, Way::Descramble] {
                add(register, Kind::Scrambler(Mode::Additive, way), width, false);
            }
        }
    }
    for register in ["x+1", "x^2+1", "x^3+x+1", "x^3+x^2+x+1", "x^7+x+1"] {
        for width in [1, 2, 3, 5, 6, 7, 8, 33, 64] {
            for inverted in [false, true] {
                for slips in [0, 1, 2] {
                    add(register, Kind::Checker(Checker { lock_bits: 3, counter: 16, slips }), width, inverted);
                }
            }
        }
    }
    if !language.is_hardware() {
        for (register, widths) in [
            ("x^3+x+1", &[1, 8, 31, 33, 64, 66, 128][..]),
            ("x^11+x^7+x^5+x^4+1", &[8]),
            ("x^20+x^19+x^18+x^17+x^13+x^9+x^5+x^3+1", &[1, 3, 8, 20, 32, 64]),
            ("x^31+x^28+1", &[1, 8, 16, 31, 32, 33, 64, 66]),
            ("x^40+x^39+x^38+x^37+x^21+x^19+x^5+x^3+1", &[1, 3, 8, 40, 64]),
            ("x^70+x^3+1", &[1, 2, 8, 64, 66, 128]),
            ("x^130+x^3+1", &[1, 7, 64]),
        ] {
            for (i, &width) in widths.iter().enumerate() {
                add(register, Kind::Generator, width, i % 2 == 0);
                add(register, Kind::Scrambler(Mode::Additive, Way::Scramble), width, false);
                for inverted in [false, true] {
                    for slips in [0, 1] {
                        add(register, Kind::Checker(Checker { lock_bits: 3, counter: 64, slips }), width, inverted);
                    }
                }
            }
        }
        for text in ["x^31+x^28+1", "x^40+x^3+1", "x^70+x^3+1"] {
            for closes in [false, true] {
                let last = Poly::one();
                add(text, Kind::Counter(Counter { count: 9u32.into(), last, closes }), 1, false);
            }
        }
    }
    for count in [2u32, 7] {
        let last = Poly::one();
        add("x^3+x+1", Kind::Counter(Counter { count: count.into(), last, closes: count == 7 }), 1, false);
    }
    for algorithm in algorithms() {
        let register = format!("x^{}+1", algorithm.width());
        let widths: &[(usize, bool)] = if language.is_hardware() {
            &[(1, false), (8, false), (16, true), (64, true)]
        } else {
            // 72: more bytes at once than a register has.
            &[(1, false), (4, false), (8, false), (16, false), (72, false)]
        };
        // As many bytes at once as a register has.
        let own = (algorithm.width().next_multiple_of(8) as usize, false);
        for (width, keep) in widths.iter().copied().chain([own]) {
            let unit = CrcUnit { algorithm, title: String::new(), keep, high_first: false };
            add(&register, Kind::Crc(unit), width, false);
        }
    }
    if language == Language::Vhdl {
        designs.extend(constants_in_parts());
    }
    designs
}

/// Designs whose constants have ones at the top alone, of which VHDL makes two parts.
fn constants_in_parts() -> Vec<Design> {
    let Ok(signal) = "x^64+x^3+1".parse::<Signal>() else { return vec![] };
    let top = Poly::monomial(63);
    let all_but_top = &signal.register.ones() + &top;
    let crc = |xorout: u128| {
        let algorithm = Algorithm::new(64, 0x1b).ok()?.with_xorout(xorout).ok()?.with_reflection(true, true);
        Some(Kind::Crc(CrcUnit { algorithm, title: String::new(), keep: false, high_first: false }))
    };
    // The contents after its own checksum are 0x5300000000000000 if that is complemented: CRC-64/GO-ISO.
    let crcs = [1 << 63, u64::MAX.into()].into_iter().filter_map(crc);
    let counter = Kind::Counter(Counter { count: 9u32.into(), last: top.clone(), closes: false });
    let kinds = crcs.chain([counter, Kind::Generator]).map(|kind| (kind, top.clone(), false));
    // A generator that holds the complement.
    kinds
        .chain([(Kind::Generator, all_but_top, true)])
        .flat_map(|(kind, held, inverted)| {
            let signal = Signal { held, inverted, ..signal.clone() };
            [false, true].map(|asynchronous| Design {
                signal: signal.clone(),
                kind: kind.clone(),
                width: 8,
                name: NAME.to_owned(),
                asynchronous,
                command: String::new(),
            })
        })
        .collect()
}

/// Checksums of every class of widths, reversed in every way, with and without a final XOR.
fn algorithms() -> Vec<Algorithm> {
    let widths = [1, 3, 8, 12, 16, 20, 24, 32, 40, 48, 60, 64];
    let flags = [false, true];
    let all = widths.iter().flat_map(|width| flags.map(|refin| (*width, refin)));
    let all = all.flat_map(|(width, refin)| flags.map(|refout| (width, refin, refout)));
    all.flat_map(|(width, refin, refout)| [0, 1].map(|xorout| (width, refin, refout, xorout)))
        .filter_map(|(width, refin, refout, xorout)| {
            let algorithm = Algorithm::new(width, 1).ok()?.with_xorout(xorout).ok()?;
            Some(algorithm.with_reflection(refin, refout))
        })
        .collect()
}

/// The name of modules here, which is put for that of a module that is looked at.
const NAME: &str = "m";
