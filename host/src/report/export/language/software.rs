//! C99 and Rust: the same functions in two spellings.

mod bench;
mod checker;
mod crc;
mod stepper;

pub(super) use bench::{bench, rows};

use super::super::{
    Design, Kind,
    words::{Part, Word, Words},
};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    C,
    Rust,
}

/// The module.
pub(super) fn module(design: &Design, spelling: Spelling) -> String {
    let mut text = head(design, spelling);
    text += &match &design.kind {
        Kind::Crc(unit) => crc::body(design, unit, spelling),
        Kind::Checker(checker) => checker::body(design, checker, spelling),
        _ => stepper::body(design, spelling),
    };
    if spelling == Spelling::C {
        text += "\n#endif\n";
    }
    text
}

fn head(design: &Design, spelling: Spelling) -> String {
    let how = match (&design.kind, design.width) {
        (Kind::Crc(_), 1) => "without a table".into(),
        (Kind::Crc(_), 4) => "with a table of 16 entries".into(),
        (Kind::Crc(_), 8) => "with a table of 256 entries".into(),
        (Kind::Crc(_), width) => format!("{} bytes at once, with as many tables of 256 entries", width / 8),
        (_, 1) => "1 bit at each call".into(),
        (_, width) => format!("{width} bits at each call"),
    };
    let mut text = format!(
        "// {}: {}, {how}.\n//\n// Written by lfsr {}: {}\n// Public domain (CC0 1.0): use it as you like.\n",
        design.subject(),
        design.title(),
        env!("CARGO_PKG_VERSION"),
        design.command
    );
    match spelling {
        Spelling::C => {
            let guard = design.name.to_uppercase() + "_H";
            text += &format!("\n#ifndef {guard}\n#define {guard}\n\n#include <stddef.h>\n#include <stdint.h>\n\n");
        }
        Spelling::Rust => text += "// Nothing but core is needed: it works where there is no_std.\n\n",
    }
    text
}

/// What words are in a language, and how the parts of a network are written.
#[derive(Debug, Clone, Copy)]
struct Style<'a> {
    /// The name of the module, which its functions begin with.
    name: &'a str,
    spelling: Spelling,
    /// Bits of a word: 32 or 64.
    bits: usize,
}

impl Style<'_> {
    fn is_c(self) -> bool {
        self.spelling == Spelling::C
    }

    /// The type of a word.
    fn word(self) -> String {
        if self.is_c() { format!("uint{}_t", self.bits) } else { format!("u{}", self.bits) }
    }

    fn constant(self, value: u64) -> String {
        match (self.is_c(), value < 10) {
            (true, true) => format!("UINT{}_C({value})", self.bits),
            (true, false) => format!("UINT{}_C(0x{value:x})", self.bits),
            (false, true) => format!("{value}"),
            (false, false) => format!("0x{value:x}"),
        }
    }

    /// Those bits of a term; the term itself if they are all that a word has.
    fn masked(self, term: &str, mask: u64) -> String {
        if mask == u64::MAX >> (64 - self.bits) { term.to_owned() } else { format!("{term} & {}", self.constant(mask)) }
    }

    /// `name`, or `name[i]` if there are several words.
    fn word_of(self, name: &str, i: usize, words: usize) -> String {
        if words == 1 { name.to_owned() } else { format!("{name}[{i}]") }
    }

    /// Whether the contents are these words; `own` stands before their name.
    fn equal(self, own: &str, values: &[u64]) -> String {
        let equal = |(i, value): (usize, &u64)| {
            format!("{own}{} == {}", self.word_of("state", i, values.len()), self.constant(*value))
        };
        values.iter().enumerate().map(equal).collect::<Vec<_>>().join(" && ")
    }

    /// A word of a network's output as a sum; `name` says what an input's word is called.
    fn sum(self, word: &Word, name: &dyn Fn(&str, usize) -> String) -> String {
        let alone = word.terms.len() + usize::from(word.constant != 0) == 1;
        let constant = |value: u64| self.constant(value);
        let mut terms: Vec<String> = word
            .terms
            .iter()
            .map(|term| {
                let of = name(term.input, term.word);
                let (text, is_atom) = match term.part {
                    Part::Right(0, None) | Part::Left(0, None) => (of, true),
                    Part::Right(0, Some(mask)) | Part::Left(0, Some(mask)) => {
                        (format!("{of} & {}", constant(mask)), false)
                    }
                    Part::Right(by, None) => (format!("{of} >> {by}"), false),
                    Part::Left(by, None) => (format!("{of} << {by}"), false),
                    Part::Right(by, Some(mask)) => (format!("({of} >> {by}) & {}", constant(mask)), false),
                    Part::Left(by, Some(mask)) => (format!("({of} << {by}) & {}", constant(mask)), false),
                    Part::Column(bit, mask) => {
                        let bit = if bit == 0 { format!("{of} & 1") } else { format!("({of} >> {bit}) & 1") };
                        let all = match (self.is_c(), self.bits) {
                            (true, _) => format!("(0 - ({bit}))"),
                            (false, bits) => format!("0u{bits}.wrapping_sub({bit})"),
                        };
                        (self.masked(&all, mask), false)
                    }
                    Part::Row(bit, mask) => {
                        let masked = self.masked(&of, mask);
                        let parity = match (self.is_c(), masked == of) {
                            (true, _) => format!("{}_parity({masked})", self.name),
                            (false, true) => format!("u{}::from({of}.count_ones() & 1 == 1)", self.bits),
                            (false, false) => format!("u{}::from(({masked}).count_ones() & 1 == 1)", self.bits),
                        };
                        if bit == 0 { (parity, true) } else { (format!("{parity} << {bit}"), false) }
                    }
                };
                if alone || is_atom { text } else { format!("({text})") }
            })
            .collect();
        if word.constant != 0 || terms.is_empty() {
            terms.push(constant(word.constant));
        }
        terms.join(" ^ ")
    }

    /// The function that [`Style::sum`] may call in C.
    fn parity(self, words: &[&Words]) -> String {
        let outputs = words.iter().flat_map(|words| &words.outputs);
        let all = outputs.flat_map(|output| &output.bits).flat_map(|word| &word.terms);
        if !self.is_c() || !all.into_iter().any(|term| matches!(term.part, Part::Row(..))) {
            return String::new();
        }
        let word = self.word();
        let folds: String = [32, 16, 8, 4, 2, 1]
            .into_iter()
            .filter(|by| *by < self.bits)
            .map(|by| format!("    x ^= x >> {by};\n"))
            .collect();
        let name = self.name;
        format!("static inline {word} {name}_parity({word} x)\n{{\n{folds}    return x & 1;\n}}\n\n")
    }
}

/// `some_name` as `SomeName`.
pub(in super::super) fn camel(name: &str) -> String {
    name.split('_').map(capital).collect()
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

/// A state, as it is written, in words.
fn words_of(design: &Design, state: &lfsr_core::poly::Poly, bits: usize) -> Vec<u64> {
    let n = design.cells();
    let written = design.signal.shift.turn_poly(state, n);
    let bit = |i: usize| u64::from(i < n && written.coefficient(i));
    (0..n.div_ceil(bits)).map(|word| (0..bits).map(|i| bit(word * bits + i) << i).sum()).collect()
}
