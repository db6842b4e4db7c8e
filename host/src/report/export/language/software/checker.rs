//! A checker: contents, counters, and a function that takes a word.

mod slips;

use super::{
    super::{
        super::{Checker, Design, network::Network, words::Words},
        parts::Parts,
    },
    Spelling, Style, camel,
    stepper::Stepper,
};

pub(super) fn body(design: &Design, checker: &Checker, spelling: Spelling) -> String {
    let words = Words::new(design);
    let style = Style { name: &design.name, spelling, bits: words.bits };
    let parts = Parts::new(design, &Network::new(design), checker);
    let single = Words::single(design);
    let text = Text {
        slips: slips::Text { style, words: &single, cells: parts.n.div_ceil(style.bits), most: parts.slips },
        stepper: Stepper { design, words: &words, style },
        style,
        name: &design.name,
        cells: parts.n.div_ceil(style.bits),
        is_inverted: design.signal.inverted,
        opposite: parts
            .opposite
            .as_ref()
            .map(|bits| bits.iter().enumerate().map(|(i, bit)| u64::from(*bit) << i).sum()),
        parts: &parts,
    };
    match spelling {
        Spelling::C => text.c(&[&words, &single]),
        Spelling::Rust => text.rust(),
    }
}

struct Text<'a> {
    slips: slips::Text<'a>,
    stepper: Stepper<'a>,
    style: Style<'a>,
    name: &'a str,
    cells: usize,
    is_inverted: bool,
    opposite: Option<u64>,
    parts: &'a Parts,
}

impl Text<'_> {
    /// All bits of a word of data.
    fn mask(&self) -> String {
        self.style.constant(u64::MAX >> (64 - self.parts.width))
    }

    /// All bits of word `i` of the contents.
    fn ones(&self, i: usize) -> u64 {
        let bits = (self.parts.n - i * self.style.bits).min(self.style.bits);
        u64::MAX >> (64 - bits)
    }

    /// Statements that put the received bits behind those of `before`, into the contents.
    fn received(&self, own: &str) -> Vec<String> {
        let (n, width, bits) = (self.parts.n, self.parts.width, self.style.bits);
        if self.cells == 1 {
            let value = match n.cmp(&width) {
                core::cmp::Ordering::Less => format!("line >> {}", width - n),
                core::cmp::Ordering::Equal => "line".into(),
                core::cmp::Ordering::Greater => format!("(before >> {width}) | (line << {})", n - width),
            };
            return vec![format!("{own}state = {value};")];
        }
        let mut lines: Vec<String> = (0..self.cells)
            .map(|i| {
                let high = (i + 1 < self.cells).then(|| match width == bits {
                    true => format!("before[{}]", i + 1),
                    false => format!("(before[{}] << {})", i + 1, bits - width),
                });
                let low = (width < bits).then(|| format!("before[{i}] >> {width}"));
                let value = match (low, high) {
                    (Some(low), Some(high)) => format!("({low}) | {high}"),
                    (None, Some(one)) | (Some(one), None) => one,
                    (None, None) => "0".into(),
                };
                format!("{own}state[{i}] = {value};")
            })
            .collect();
        let (word, shift) = ((n - width) / bits, (n - width) % bits);
        lines.push(match shift {
            0 => format!("{own}state[{word}] |= line;"),
            _ => format!("{own}state[{word}] |= line << {shift};"),
        });
        if shift + width > bits {
            lines.push(format!("{own}state[{}] |= line >> {};", word + 1, bits - shift));
        }
        lines
    }

    /// Whether all received bits are the same.
    fn flat(&self, own: &str) -> String {
        let ones: Vec<u64> = (0..self.cells).map(|i| self.ones(i)).collect();
        let (low, high) = (self.style.equal(own, &vec![0; self.cells]), self.style.equal(own, &ones));
        if self.cells == 1 { format!("{low} || {high}") } else { format!("({low}) || ({high})") }
    }

    /// The body of the function, the same in both languages but for its words.
    fn check(&self, own: &str) -> String {
        let is_c = self.style.is_c();
        let parts = self.parts;
        let (fill, lock, group, limit) = (parts.window.fill, parts.window.lock, parts.window.group, parts.window.limit);
        let (span, length) = parts.lengths();
        let (width, word) = (parts.width, self.style.word());
        let older = parts.older;
        let forget = if is_c { format!("{}_forget(self);", self.name) } else { "self.forget();".into() };
        let mut lines: Vec<String> = vec![];
        let mut put = |line: String| lines.push(line);
        let cond = |text: &str| if is_c { format!("if ({text}) {{") } else { format!("if {text} {{") };
        let declare = |name: &str, kind: &str, value: &str| {
            if is_c { format!("const {kind} {name} = {value};") } else { format!("let {name} = {value};") }
        };
        let truth = if is_c { "int" } else { "bool" };
        let not = if self.is_inverted { if is_c { "~data" } else { "!data" } } else { "data" };
        put(declare("line", &word, &self.style.masked(not, u64::MAX >> (64 - self.parts.width))));
        if self.cells > 1 && is_c {
            put(format!("{word} before[{}];", self.cells));
            put(format!("memcpy(before, {own}state, sizeof before);"));
        } else if parts.n > width {
            // Otherwise all of it goes out.
            put(declare("before", &word, &format!("{own}state")));
        }
        put("// out becomes what is predicted, the contents what follows it.".into());
        let mut step = self.stepper.step("", own);
        if self.stepper.is_looped() {
            put(if is_c { format!("{word} out = 0;") } else { format!("let mut out: {word} = 0;") });
        } else {
            let declared = if is_c { format!("const {word} out = ") } else { "let out = ".to_owned() };
            step = step.replacen("out = ", &declared, 1);
        }
        step.lines().for_each(|line| put(line.to_owned()));
        put(declare("difference", &word, "line ^ out"));
        put(cond(&format!("!{own}locked")));
        for line in self.slips.go_on(own, width) {
            put(format!("    {line}"));
        }
        for line in self.received(own) {
            put(format!("    {line}"));
        }
        let obeys = "difference == 0";
        match self.opposite {
            Some(opposite) => {
                put(format!("    {}", declare("obeys", truth, obeys)));
                put(format!(
                    "    {}",
                    declare("opposes", truth, &format!("difference == {}", self.style.constant(opposite)))
                ));
                let fits = if is_c {
                    "self->inverted ? opposes : obeys"
                } else {
                    "if self.inverted { opposes } else { obeys }"
                };
                put(format!("    {}", declare("fits", truth, fits)));
                put(format!("    {}", cond(&format!("{own}run < {fill} || fits"))));
                put(format!("        {own}run += 1;"));
                put(format!("    }} else {}", cond("obeys || opposes")));
                put(format!("        {own}inverted = opposes;"));
                put(format!("        {own}run = {};", fill + 1));
            }
            None => {
                put(format!("    {}", cond(&format!("{own}run < {fill} || {obeys}"))));
                put(format!("        {own}run += 1;"));
            }
        }
        put("    } else {".into());
        put(format!("        {own}run = {fill};"));
        put("    }".into());
        put(format!("    {}", cond(&format!("{own}run >= {lock}"))));
        put(format!("        {own}run = {lock};"));
        put(format!("        {}", declare("flat", truth, &self.flat(own))));
        put(format!("        {}", cond("!flat")));
        put(format!("            {own}locked = {};", if is_c { "1" } else { "true" }));
        put(format!("            {own}run = 0;"));
        if self.opposite.is_some() {
            put(format!("            {}", cond(&format!("{own}inverted"))));
            for i in 0..self.cells {
                put(format!(
                    "                {own}{} ^= {};",
                    self.style.word_of("state", i, self.cells),
                    self.style.constant(self.ones(i))
                ));
            }
            put("            }".into());
        }
        for line in self.slips.lock(own) {
            put(format!("            {line}"));
        }
        put("        }".into());
        put("    }".into());
        put("    return 0;".into());
        put("}".into());
        let wrong = match (self.opposite.is_some(), is_c) {
            (false, _) => "difference".to_owned(),
            (true, true) => format!("self->inverted ? difference ^ {} : difference", self.mask()),
            (true, false) => format!("if self.inverted {{ difference ^ {} }} else {{ difference }}", self.mask()),
        };
        put(declare("wrong", &word, &wrong));
        put(if is_c {
            format!(
                "unsigned count = 0;\n    for ({word} rest = wrong; rest != 0; rest &= rest - 1) {{\n        count += 1;\n    }}"
            )
        } else {
            "let count = wrong.count_ones();".into()
        });
        put(cond(&format!("{own}recent_errors + count > {limit}")));
        put("    // The lock is lost, and what came with the loss counts for nothing.".into());
        let wide = |name: &str| if is_c { name.to_owned() } else { format!("u64::from({name})") };
        put(format!("    {own}bits -= {};", wide(&format!("{own}recent_bits"))));
        put(format!("    {own}errors -= {};", wide(&format!("{own}recent_errors"))));
        put(format!("    {own}losses += 1;"));
        put(format!("    {own}locked = {};", if is_c { "0" } else { "false" }));
        put(format!("    {own}run = 0;"));
        put(format!("    {forget}"));
        for line in self.slips.lose(own) {
            put(format!("    {line}"));
        }
        put("    return wrong;".into());
        put("}".into());
        put(format!("{own}bits += {width};"));
        put(format!("{own}errors += {};", wide("count")));
        put(format!("{own}recent_errors += count;"));
        put(format!("{own}recent_bits += {width};"));
        put(format!("{own}current += count;"));
        put(format!("{own}clocks += 1;"));
        put(cond(&format!("{own}clocks == {group}")));
        put(format!("    // A block is complete: the oldest leaves the window of {span} bits."));
        put(format!("    {own}recent_errors -= {own}older[{}];", older - 1));
        put(format!("    {}", cond(&format!("{own}recent_bits == {span}"))));
        put(format!("        {own}recent_bits = {};", span - length));
        put("    }".into());
        if is_c {
            put(format!(
                "    for (unsigned i = {}; i > 0; i--) {{\n            self->older[i] = self->older[i - 1];\n        }}",
                older - 1
            ));
        } else {
            put(format!("    self.older.copy_within(..{}, 1);", older - 1));
        }
        put(format!("    {own}older[0] = {own}current;"));
        put(format!("    {own}current = 0;"));
        put(format!("    {own}clocks = 0;"));
        put("}".into());
        put(if is_c { "return wrong;".into() } else { "wrong".into() });
        let indent = if is_c { "    " } else { "        " };
        lines.iter().map(|line| format!("{indent}{line}\n")).collect()
    }

    fn c(&self, words: &[&Words]) -> String {
        let (name, word, cells, older) = (self.name, self.style.word(), self.cells, self.parts.older);
        let field = if cells == 1 { "state".into() } else { format!("state[{cells}]") };
        let load = if cells == 1 {
            (format!("{word} seed"), "    self->state = seed;\n".to_owned())
        } else {
            (format!("const {word} seed[{cells}]"), "    memcpy(self->state, seed, sizeof self->state);\n".into())
        };
        let mut text = "#include <string.h>\n\n".to_owned();
        text += &self.style.parity(words);
        text += &self.slips.next();
        text + &format!(
            "typedef struct {{\n\
             \x20   {word} {field}; // the last bits, bit 0 the oldest\n\
             \x20   uint64_t bits;   // compared\n\
             \x20   uint64_t errors; // of them wrong\n\
             \x20   uint64_t losses; // times the lock was lost\n\
             \x20   int locked;      // bits are compared\n\
             \x20   int inverted;    // the line is complemented\n\
             \x20   unsigned run;    // calls that obeyed, without a lock\n\
             \x20   unsigned recent_errors, recent_bits, current, clocks, older[{older}];\n{slip_fields}\
             }} {name};\n\n\
             static inline void {name}_reset({name} *self)\n{{\n    memset(self, 0, sizeof *self);\n}}\n\n\
             // The window of {} bits begins anew.\n\
             static inline void {name}_forget({name} *self)\n{{\n    self->recent_errors = self->recent_bits = self->current = self->clocks = 0;\n    memset(self->older, 0, sizeof self->older);\n}}\n\n\
             // Locked to the sequence that follows these bits.\n\
             static inline void {name}_load({name} *self, {})\n{{\n{}    self->locked = 1;\n    self->inverted = 0;\n    self->run = 0;\n    {name}_forget(self);\n{slip_load}}}\n\n{search}\
             // {WHAT}\n\
             static inline {word} {name}_check({name} *self, {word} data)\n{{\n{}}}\n",
            self.parts.lengths().0,
            load.0,
            load.1,
            self.check("self->"),
            slip_fields = self.slips.fields(),
            slip_load = self.slips.load("self->"),
            search = self.slips.search(name),
        )
    }

    fn rust(&self) -> String {
        let (name, word, cells, older) = (camel(self.name), self.style.word(), self.cells, self.parts.older);
        let (of_cells, zero) = if cells == 1 {
            (word.clone(), "0".to_owned())
        } else {
            (format!("[{word}; {cells}]"), format!("[0; {cells}]"))
        };
        format!(
            "/// Self-synchronising checker.\n#[derive(Debug, Clone, Copy, PartialEq, Eq)]\npub struct {name} {{\n\
             \x20   /// The last bits, bit 0 the oldest.\n    pub state: {of_cells},\n\
             \x20   /// Compared.\n    pub bits: u64,\n    /// Of them wrong.\n    pub errors: u64,\n\
             \x20   /// Times the lock was lost.\n    pub losses: u64,\n    /// Bits are compared.\n    pub locked: bool,\n\
             \x20   /// The line is complemented.\n    pub inverted: bool,\n\
             \x20   run: u32,\n    recent_errors: u32,\n    recent_bits: u32,\n    current: u32,\n    clocks: u32,\n    older: [u32; {older}],\n{slip_fields}}}\n\n\
             impl Default for {name} {{\n    fn default() -> Self {{\n        Self::new()\n    }}\n}}\n\n\
             impl {name} {{\n    /// Not locked.\n    pub const fn new() -> Self {{\n        Self {{\n            state: {zero},\n            bits: 0,\n            errors: 0,\n            losses: 0,\n            locked: false,\n            inverted: false,\n            run: 0,\n            recent_errors: 0,\n            recent_bits: 0,\n            current: 0,\n            clocks: 0,\n            older: [0; {older}],\n{slip_zero}        }}\n    }}\n\n\
             \x20   /// Locked to the sequence that follows these bits.\n    pub fn load(&mut self, seed: {of_cells}) {{\n        self.state = seed;\n        self.locked = true;\n        self.inverted = false;\n        self.run = 0;\n        self.forget();\n{slip_load}    }}\n\n\
             \x20   /// The window of {} bits begins anew.\n    fn forget(&mut self) {{\n        self.recent_errors = 0;\n        self.recent_bits = 0;\n        self.current = 0;\n        self.clocks = 0;\n        self.older = [0; {older}];\n    }}\n\n{search}\
             \x20   /// {WHAT}\n    pub fn check(&mut self, data: {word}) -> {word} {{\n{}    }}\n}}\n{next}",
            self.parts.lengths().0,
            self.check("self."),
            slip_fields = self.slips.fields(),
            slip_zero = self.slips.zero(),
            slip_load = self.slips.load("self."),
            search = self.slips.search(self.name),
            next = self.slips.next(),
        )
    }
}

const WHAT: &str = "Takes the next bits, bit 0 first in time; those of them that are wrong, if there is a lock.";
