//! CRCs by tables: for a byte, for a half byte, or for several bytes at once.

use lfsr_core::crc::Algorithm;

use super::{
    super::super::{CrcUnit, Design},
    Spelling, Style,
};

/// `--width` says how: 1 without a table, 4 with one of 16 entries, 8 with one of 256, 16 to 128 with as many of them as it has bytes.
pub(super) fn body(design: &Design, unit: &CrcUnit, spelling: Spelling) -> String {
    let algorithm = &unit.algorithm;
    let n = algorithm.width() as usize;
    let style = Style { name: &design.name, spelling, bits: if n <= 32 { 32 } else { 64 } };
    // Where bytes are read most significant bit first the register is at the top of whole bytes.
    let held = if algorithm.refin() { n } else { n.div_ceil(8) * 8 };
    let crc = Unit { name: &design.name, title: &unit.title, width: design.width, algorithm, style, n, held };
    match spelling {
        Spelling::C => crc.c(),
        Spelling::Rust => crc.rust(),
    }
}

struct Unit<'a> {
    name: &'a str,
    title: &'a str,
    width: usize,
    algorithm: &'a Algorithm,
    style: Style<'a>,
    n: usize,
    /// Bits that the register takes.
    held: usize,
}

impl Unit<'_> {
    fn refin(&self) -> bool {
        self.algorithm.refin()
    }

    /// The generator as it is added to the register.
    fn poly(&self) -> u64 {
        let poly = self.algorithm.poly();
        (if self.refin() { self.algorithm.reflected(poly) } else { poly << (self.held - self.n) }) as u64
    }

    /// The register before a message.
    fn start(&self) -> u64 {
        let init = self.algorithm.init();
        (if self.refin() { self.algorithm.reflected(init) } else { init << (self.held - self.n) }) as u64
    }

    /// After so many zeros.
    fn zeros(&self, mut register: u64, count: usize) -> u64 {
        let mask = u64::MAX >> (64 - self.held.max(8));
        for _ in 0..count {
            let top = if self.refin() { register & 1 } else { register >> (self.held - 1) & 1 };
            register = if self.refin() { register >> 1 } else { register << 1 & mask };
            if top == 1 {
                register ^= self.poly();
            }
        }
        register
    }

    /// Entry `index` of the table for what has `later` bytes behind it, `bits` bits wide.
    fn entry(&self, index: usize, bits: usize, later: usize) -> u64 {
        let index = index as u64;
        let register = if self.refin() { index } else { index << (self.held - bits) };
        // A register of fewer cells than the index has bits is fed by it one after the other.
        if self.refin() && self.n < bits {
            let mut register = 0u64;
            for i in 0..bits {
                register = self.zeros(register ^ (index >> i & 1), 1);
            }
            return self.zeros(register, 8 * later);
        }
        self.zeros(register, bits + 8 * later)
    }

    fn tables(&self) -> (usize, usize) {
        match self.width {
            1 => (0, 0),
            4 => (1, 4),
            width => (width / 8, 8),
        }
    }

    /// Bits of an entry of a table: as few as hold the register.
    fn entry_bits(&self) -> usize {
        self.held.next_power_of_two().max(8)
    }

    /// An entry of a table, as wide as the register is held.
    fn looked_up(&self, entry: String) -> String {
        if self.style.is_c() || self.entry_bits() == self.style.bits {
            return entry;
        }
        format!("u{}::from({entry})", self.style.bits)
    }

    /// The tables as text.
    fn table_text(&self) -> String {
        let (tables, bits) = self.tables();
        if tables == 0 {
            return String::new();
        }
        let (count, digits) = (1usize << bits, self.entry_bits() / 4);
        let rows = |later: usize, indent: &str| -> String {
            let entries: Vec<String> =
                (0..count).map(|index| format!("0x{:0digits$x}", self.entry(index, bits, later))).collect();
            let per = if digits == 16 { 4 } else { 8 };
            entries.chunks(per).map(|row| format!("{indent}{},\n", row.join(", "))).collect()
        };
        let word = Style { bits: self.entry_bits(), ..self.style }.word();
        match (self.style.is_c(), tables) {
            (true, 1) => format!("static const {word} {}_table[{count}] = {{\n{}}};\n\n", self.name, rows(0, "    ")),
            (true, _) => {
                let all: String =
                    (0..tables).map(|later| format!("    {{\n{}    }},\n", rows(later, "        "))).collect();
                format!(
                    "// Table i is for the byte that has i bytes behind it.\nstatic const {word} {}_table[{tables}][{count}] = {{\n{all}}};\n\n",
                    self.name
                )
            }
            (false, 1) => format!("static TABLE: [{word}; {count}] = [\n{}];\n", rows(0, "    ")),
            (false, _) => {
                let all: String =
                    (0..tables).map(|later| format!("    [\n{}    ],\n", rows(later, "        "))).collect();
                format!(
                    "/// Table i is for the byte that has i bytes behind it.\nstatic TABLE: [[{word}; {count}]; {tables}] = [\n{all}];\n"
                )
            }
        }
    }

    /// One byte: the register after it.
    fn byte(&self, table: &str, byte: &str) -> Vec<String> {
        match self.width {
            1 => self.bitwise(byte),
            4 => {
                let low = |part: &str| self.step(4, table, part);
                let (first, second) = if self.refin() {
                    (byte.to_owned(), format!("({byte} >> 4)"))
                } else {
                    (format!("({byte} >> 4)"), byte.to_owned())
                };
                vec![low(&first), low(&second)]
            }
            _ if self.tables().0 > 1 => vec![self.step(8, &format!("{table}[0]"), byte)],
            _ => vec![self.step(8, table, byte)],
        }
    }

    /// Each bit alone.
    fn bitwise(&self, byte: &str) -> Vec<String> {
        let (held, poly) = (self.held, self.style.constant(self.poly()));
        let (bit, shifted) = if self.refin() {
            ("crc & 1".to_owned(), "crc >> 1".to_owned())
        } else {
            (format!("(crc >> {}) & 1", held - 1), self.trimmed("crc << 1".into()))
        };
        let add = if self.refin() || held == 8 {
            format!("crc ^= {byte};")
        } else {
            format!("crc ^= {byte} << {};", held - 8)
        };
        if self.style.is_c() {
            // A choice of two values, of which gcc makes a conditional move: a quarter less time than with a mask made of the bit.
            let (each, word) = ("for (int bit = 0; bit < 8; bit++) {".into(), self.style.word());
            let choice = format!("    crc = ({bit}) ? shifted ^ {poly} : shifted;");
            return vec![add, each, format!("    const {word} shifted = {shifted};"), choice, "}".into()];
        }
        let feedback = format!("(0u{}.wrapping_sub({bit}) & {poly})", self.style.bits);
        vec![add, "for _ in 0..8 {".into(), format!("    crc = ({shifted}) ^ {feedback};"), "}".into()]
    }

    /// So many bits by a table.
    fn step(&self, bits: usize, table: &str, part: &str) -> String {
        let shift = if self.refin() { 0 } else { self.held - bits };
        let register = if shift == 0 { "crc".to_owned() } else { format!("(crc >> {shift})") };
        let mask = if bits == 4 { "15" } else { "0xff" };
        let index = match self.style.is_c() {
            true => format!("({register} ^ {part}) & {mask}"),
            false => format!("(({register} ^ {part}) & {mask}) as usize"),
        };
        let entry = self.looked_up(format!("{table}[{index}]"));
        match self.shifted(bits) {
            Some(rest) => format!("crc = ({rest}) ^ {entry};"),
            None => format!("crc = {entry};"),
        }
    }

    /// What is left of the register when so many bits have gone through it.
    fn shifted(&self, bits: usize) -> Option<String> {
        let shifted = if self.refin() { format!("crc >> {bits}") } else { self.trimmed(format!("crc << {bits}")) };
        (self.held.max(8) > bits).then_some(shifted)
    }

    /// Without what is shifted out at the top.
    fn trimmed(&self, shifted: String) -> String {
        if self.held == self.style.bits {
            return shifted;
        }
        format!("({shifted}) & {}", self.style.constant(u64::MAX >> (64 - self.held)))
    }

    /// The lane of a chunk of bytes: `table[..][..]`.
    fn lane(&self, table: &str, i: usize, lanes: usize) -> String {
        let of_register = self.held.div_ceil(8);
        let byte = format!("bytes[{i}]");
        let index = if i < of_register {
            let shift = if self.refin() { 8 * i } else { self.held - 8 * (i + 1) };
            let register = if shift == 0 { "crc".to_owned() } else { format!("(crc >> {shift})") };
            match self.style.is_c() {
                true => format!("({register} ^ {byte}) & 0xff"),
                false => format!("(({register} as u8) ^ {byte}) as usize").replace("(crc as u8)", "crc as u8"),
            }
        } else if self.style.is_c() {
            byte
        } else {
            format!("{byte} as usize")
        };
        self.looked_up(format!("{table}[{}][{index}]", lanes - 1 - i))
    }

    fn chunk(&self, table: &str) -> Option<String> {
        let (lanes, _) = self.tables();
        if lanes < 2 {
            return None;
        }
        let rest = self.shifted(8 * lanes).map(|rest| format!("({rest})"));
        // The last bytes first: they do not wait for the contents, which are the end of the chain from one chunk to the next.
        let parts = (0..lanes).rev().map(|i| self.lane(table, i, lanes)).chain(rest);
        Some(parts.collect::<Vec<_>>().join("\n            ^ "))
    }

    /// The checksum in the register: reversed where one is and the other is not, and with the final XOR.
    fn finish(&self) -> (bool, usize, Option<u64>) {
        let xorout = self.algorithm.xorout() as u64;
        (self.refin() != self.algorithm.refout(), self.held - self.n, (xorout != 0).then_some(xorout))
    }

    fn c(&self) -> String {
        let (name, word, style) = (self.name, self.style.word(), self.style);
        let table = format!("{name}_table");
        let mut text = self.table_text();
        text += &format!(
            "// Before a message.\nstatic inline {word} {name}_start(void)\n{{\n    return {};\n}}\n\n",
            style.constant(self.start())
        );
        text += &format!(
            "// After more bytes of it.\nstatic inline {word} {name}_update({word} crc, const uint8_t *bytes, size_t count)\n{{\n"
        );
        if let Some(chunk) = self.chunk(&table) {
            let lanes = self.tables().0;
            text += &format!(
                "    for (; count >= {lanes}; count -= {lanes}, bytes += {lanes}) {{\n        crc = {chunk};\n    }}\n"
            );
        }
        text += "    for (; count > 0; count--, bytes++) {\n";
        let byte = if self.width == 1 { format!("({word})*bytes") } else { "*bytes".into() };
        for line in self.byte(&table, &byte) {
            text += &format!("        {line}\n");
        }
        text += "    }\n    return crc;\n}\n\n";
        let (reversed, down, xorout) = self.finish();
        text += &format!("// The checksum of all of it.\nstatic inline {word} {name}_finish({word} crc)\n{{\n");
        if down > 0 {
            text += &format!("    crc >>= {down};\n");
        }
        if reversed {
            text += &format!(
                "    {word} other = 0;\n    for (int bit = 0; bit < {}; bit++) {{\n        other = (other << 1) | (crc >> bit & 1);\n    }}\n    crc = other;\n",
                self.n
            );
        }
        let xor = xorout.map_or(String::new(), |xorout| format!(" ^ {}", style.constant(xorout)));
        text += &format!("    return crc{xor};\n}}\n\n");
        text + &format!(
            "// The checksum of a message.\nstatic inline {word} {name}(const void *message, size_t count)\n{{\n    return {name}_finish({name}_update({name}_start(), (const uint8_t *)message, count));\n}}\n"
        )
    }

    fn rust(&self) -> String {
        let (name, word, style) = (super::camel(self.name), self.style.word(), self.style);
        let mut text = format!(
            "/// {}.\n#[derive(Debug, Clone, Copy, PartialEq, Eq)]\npub struct {name} {{\n    /// The register.\n    pub crc: {word},\n}}\n\n\
             impl Default for {name} {{\n    fn default() -> Self {{\n        Self::new()\n    }}\n}}\n\n\
             impl {name} {{\n    /// Before a message.\n    pub const fn new() -> Self {{\n        Self {{ crc: {} }}\n    }}\n\n\
             \x20   /// After more bytes of it.\n    pub fn update(&mut self, bytes: &[u8]) {{\n        let mut crc = self.crc;\n",
            self.title,
            style.constant(self.start())
        );
        let mut rest = "bytes";
        if let Some(chunk) = self.chunk("TABLE") {
            let lanes = self.tables().0;
            text += &format!(
                "        let mut chunks = bytes.chunks_exact({lanes});\n        for bytes in &mut chunks {{\n            crc = {};\n        }}\n",
                chunk.replace("\n    ", "\n        ")
            );
            rest = "chunks.remainder()";
        }
        text += &format!("        for byte in {rest} {{\n");
        for line in self.byte("TABLE", &format!("{word}::from(*byte)")) {
            text += &format!("            {line}\n");
        }
        text += "        }\n        self.crc = crc;\n    }\n\n";
        let (reversed, down, xorout) = self.finish();
        let value = if down > 0 { format!("(self.crc >> {down})") } else { "self.crc".into() };
        let value = if reversed {
            let unused = style.bits - self.n;
            let down = if unused > 0 { format!(" >> {unused}") } else { String::new() };
            format!("{value}.reverse_bits(){down}")
        } else {
            value
        };
        let value = match xorout {
            Some(xorout) if value.contains(" >> ") && reversed => format!("({value}) ^ {}", style.constant(xorout)),
            Some(xorout) => format!("{value} ^ {}", style.constant(xorout)),
            None if value.starts_with('(') && value.ends_with(')') => value[1..value.len() - 1].to_owned(),
            None => value,
        };
        text += &format!(
            "    /// The checksum of all of it.\n    pub const fn finish(self) -> {word} {{\n        {value}\n    }}\n\n"
        );
        text += &format!(
            "    /// The checksum of a message.\n    pub fn checksum(message: &[u8]) -> {word} {{\n        let mut crc = Self::new();\n        crc.update(message);\n        crc.finish()\n    }}\n}}\n"
        );
        let tables = self.table_text();
        if tables.is_empty() { text } else { text + "\n" + &tables }
    }
}
