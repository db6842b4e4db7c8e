//! Generators, scramblers and counters: contents, and a function that steps.

use super::{
    super::super::{
        Design, Kind,
        words::{Word, Words},
    },
    Spelling, Style, camel, capital, words_of,
};

pub(super) fn body(design: &Design, spelling: Spelling) -> String {
    let words = Words::new(design);
    let style = Style { name: &design.name, spelling, bits: words.bits };
    let stepper = Stepper { design, words: &words, style };
    match spelling {
        Spelling::C => stepper.c(),
        Spelling::Rust => stepper.rust(),
    }
}

pub(super) struct Stepper<'a> {
    pub(super) design: &'a Design,
    pub(super) words: &'a Words,
    pub(super) style: Style<'a>,
}

impl Stepper<'_> {
    /// Words of the contents.
    fn cells(&self) -> usize {
        self.design.cells().div_ceil(self.style.bits)
    }

    /// Words of data.
    fn width(&self) -> usize {
        self.design.width.div_ceil(self.style.bits)
    }

    /// Whether it takes fewer steps at once than a call has.
    pub(super) fn is_looped(&self) -> bool {
        self.words.steps < self.design.width
    }

    fn has_data(&self) -> bool {
        matches!(self.design.kind, Kind::Scrambler(..))
    }

    fn output(&self) -> &[Word] {
        let output = self.words.outputs.iter().find(|output| output.name != "next_state");
        output.map_or(&[], |output| &output.bits)
    }

    /// What a word of an input is called in the step.
    fn name(&self, input: &str, word: usize) -> String {
        match (input, self.cells()) {
            ("state", 1) => "state".into(),
            ("state", _) => format!("old[{word}]"),
            (_, _) if self.is_looped() => "part".into(),
            (_, _) => self.style.word_of("data", word, self.width()),
        }
    }

    fn sum(&self, word: &Word) -> String {
        self.style.sum(word, &|input, word| self.name(input, word))
    }

    /// The statements of a step, with this in front of the contents.
    pub(super) fn step(&self, indent: &str, own: &str) -> String {
        let (style, width, steps) = (self.style, self.design.width, self.words.steps);
        let (cells, is_c) = (self.cells(), self.style.is_c());
        let word = style.word();
        let mut text = String::new();
        let declare = |name: &str, value: &str| match is_c {
            true => format!("const {word} {name} = {value};\n"),
            false => format!("let {name} = {value};\n"),
        };
        let inner = if self.is_looped() { format!("{indent}    ") } else { indent.to_owned() };
        // The last bits of data, below which `i` bits are done.
        let is_wide = self.width() > 1;
        if !self.is_looped() && self.has_data() && !width.is_multiple_of(style.bits) {
            let mask = style.constant(u64::MAX >> (64 - width % style.bits));
            text += &match (is_c, is_wide) {
                (_, true) => String::new(),
                (true, _) => format!("{indent}data &= {mask};\n"),
                (false, _) => format!("{indent}let data = data & {mask};\n"),
            };
        }
        if self.is_looped() {
            text += &match is_c {
                true => format!("{indent}for (unsigned i = 0; i < {width}; i += {steps}) {{\n"),
                false if steps == 1 => format!("{indent}for i in 0..{width} {{\n"),
                false => format!("{indent}for i in (0..{width}).step_by({steps}) {{\n"),
            };
            if self.has_data() {
                let from = if is_wide { format!("data[i / {0}] >> (i % {0})", style.bits) } else { "data >> i".into() };
                let mask = style.constant(u64::MAX >> (64 - steps));
                let part = if steps == style.bits { from } else { format!("({from}) & {mask}") };
                text += &(inner.clone() + &declare("part", &part));
            }
        }
        match cells {
            1 => text += &(inner.clone() + &declare("state", &format!("{own}state"))),
            _ if is_c => {
                text += &format!("{inner}{word} old[{cells}];\n{inner}memcpy(old, {own}state, sizeof old);\n");
            }
            _ => text += &format!("{inner}let old = {own}state;\n"),
        }
        for (j, sum) in self.output().iter().enumerate() {
            let sum = self.sum(sum);
            text += &match (self.is_looped(), is_wide) {
                (true, true) => format!("{inner}out[i / {0}] |= ({sum}) << (i % {0});\n", style.bits),
                (true, false) => format!("{inner}out |= ({sum}) << i;\n"),
                (false, true) => format!("{inner}out[{j}] = {sum};\n"),
                (false, false) => format!("{inner}out = {sum};\n"),
            };
        }
        for (i, sum) in self.words.output("next_state").iter().enumerate() {
            text += &format!("{inner}{own}{} = {};\n", style.word_of("state", i, cells), self.sum(sum));
        }
        if self.is_looped() {
            text += &format!("{indent}}}\n");
        }
        text
    }

    /// The constants of the start, and of the end of a counter.
    fn values(&self, values: &[u64]) -> String {
        values.iter().map(|value| self.style.constant(*value)).collect::<Vec<_>>().join(", ")
    }

    fn what(&self) -> &'static str {
        match self.design.kind {
            Kind::Counter(_) => {
                "A step; whether the contents before it were the last, from which it goes to the first."
            }
            Kind::Generator => "The next bits, bit 0 first in time.",
            _ => "The next bits, bit 0 first in time, from those of data.",
        }
    }

    fn c(&self) -> String {
        let (name, style) = (&self.design.name, self.style);
        let (word, cells, width) = (style.word(), self.cells(), self.width());
        let start = words_of(self.design, &self.design.start(), style.bits);
        let field = if cells == 1 { "state".into() } else { format!("state[{cells}]") };
        let mut text = if cells > 1 { "#include <string.h>\n\n".into() } else { String::new() };
        text += &style.parity(&[self.words]);
        text += &format!("typedef struct {{\n    {word} {field}; // the contents\n}} {name};\n\n");
        text += &format!(
            "// To the contents of the start.\nstatic inline void {name}_reset({name} *self)\n{{\n{}}}\n\n",
            set_c("self->", &start, style)
        );
        let step = self.step("    ", "self->");
        if let Kind::Counter(counter) = &self.design.kind {
            let last = words_of(self.design, &counter.last, style.bits);
            let wrap = if counter.closes {
                String::new()
            } else {
                format!("    if (done) {{\n        {name}_reset(self);\n        return done;\n    }}\n")
            };
            return text
                + &format!(
                    "// {}\nstatic inline int {name}_step({name} *self)\n{{\n    const int done = {};\n{wrap}{step}    return done;\n}}\n",
                    self.what(),
                    style.equal("self->", &last)
                );
        }
        let (result, parameters, end) = match (width, self.has_data()) {
            (1, false) => (word.clone(), String::new(), "    return out;\n"),
            (1, true) => (word.clone(), format!(", {word} data"), "    return out;\n"),
            (_, false) => ("void".into(), format!(", {word} out[{width}]"), ""),
            (_, true) => ("void".into(), format!(", const {word} data[{width}], {word} out[{width}]"), ""),
        };
        let (begin, step) = match (self.is_looped(), width) {
            (true, 1) => (format!("    {word} out = 0;\n"), step),
            (true, _) => (zero_c(width), step),
            // A value that is set at once is a constant.
            (false, 1) => (String::new(), step.replacen("    out = ", &format!("    const {word} out = "), 1)),
            (false, _) => (String::new(), step),
        };
        text + &format!(
            "// {}\nstatic inline {result} {name}_step({name} *self{parameters})\n{{\n{begin}{step}{end}}}\n",
            self.what()
        )
    }

    fn rust(&self) -> String {
        let (style, name) = (self.style, camel(&self.design.name));
        let (word, cells, width) = (style.word(), self.cells(), self.width());
        let start = words_of(self.design, &self.design.start(), style.bits);
        let (of_cells, start) = match cells {
            1 => (word.clone(), self.values(&start)),
            _ => (format!("[{word}; {cells}]"), format!("[{}]", self.values(&start))),
        };
        let step = self.step("        ", "self.");
        let of_width = if width == 1 { word.clone() } else { format!("[{word}; {width}]") };
        let data = if self.has_data() { format!(", data: {of_width}") } else { String::new() };
        let zero = if width == 1 { "0".into() } else { format!("[0; {width}]") };
        let stepping = if let Kind::Counter(counter) = &self.design.kind {
            let last = words_of(self.design, &counter.last, style.bits);
            let wrap = if counter.closes {
                String::new()
            } else {
                "        if done {\n            *self = Self::new();\n            return done;\n        }\n".into()
            };
            format!(
                "    /// {}\n    pub fn step(&mut self) -> bool {{\n        let done = {};\n{wrap}{step}        done\n    }}\n",
                self.what(),
                style.equal("self.", &last)
            )
        } else {
            let (begin, step) = if width == 1 && !self.is_looped() {
                (String::new(), step.replacen("        out = ", "        let out = ", 1))
            } else {
                (format!("        let mut out = {zero};\n"), step)
            };
            format!(
                "    /// {}\n    pub fn step(&mut self{data}) -> {of_width} {{\n{begin}{step}        out\n    }}\n",
                self.what()
            )
        };
        format!(
            "/// {}.\n#[derive(Debug, Clone, Copy, PartialEq, Eq)]\npub struct {name} {{\n    /// The contents.\n    pub state: {of_cells},\n}}\n\n\
             impl Default for {name} {{\n    fn default() -> Self {{\n        Self::new()\n    }}\n}}\n\n\
             impl {name} {{\n    /// With the contents of the start.\n    pub const fn new() -> Self {{\n        Self {{ state: {start} }}\n    }}\n\n{stepping}}}\n",
            capital(&self.design.title())
        )
    }
}

/// Statements that set the contents.
fn set_c(own: &str, values: &[u64], style: Style<'_>) -> String {
    let set = |(i, value): (usize, &u64)| {
        format!("    {own}{} = {};\n", style.word_of("state", i, values.len()), style.constant(*value))
    };
    values.iter().enumerate().map(set).collect()
}

fn zero_c(width: usize) -> String {
    format!("    for (unsigned i = 0; i < {width}; i++) {{\n        out[i] = 0;\n    }}\n")
}
