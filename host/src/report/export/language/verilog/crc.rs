//! The body of a CRC.

use super::{
    super::{super::CrcUnit, Language, Module, added, bits_for},
    control, indexed, network, number, range, reset, spaced,
};

pub(super) fn body(module: &Module<'_>, unit: &CrcUnit, language: Language) -> String {
    let (n, width) = (module.design.cells(), module.design.width);
    let algorithm = &unit.algorithm;
    let mut text = format!("wire {}from = first ? {} : state;\n", spaced(n), reset(module));
    if unit.keep {
        text += &moved(unit, n, width, language);
    }
    text += &network(module, language);
    text += &match algorithm.xorout() {
        0 => "assign crc = state;\n".into(),
        xorout => format!("assign crc = state ^ {};\n", number(xorout, n)),
    };
    if unit.has_residue() {
        text += &format!("assign good = state == {};\n", number(algorithm.residue(), n));
    }
    text + "\n" + &control(module, language, "next_state")
}

/// The bytes that count, moved to the end of the word, with the contents added to the first bits.
fn moved(unit: &CrcUnit, n: usize, width: usize, language: Language) -> String {
    let (bytes, part) = (width / 8, width.max(n));
    let count = bits_for(bytes);
    let (reg, always) = match language {
        Language::SystemVerilog => ("logic", "always_comb"),
        _ => ("reg", "always @*"),
    };
    let mut text = format!(
        "\n// How many bytes are missing.\n\
         {reg} [{top}:0] missing;\n\
         integer i;\n\
         {always} begin\n\
         \x20   missing = {count}'d0;\n\
         \x20   for (i = 0; i < {bytes}; i = i + 1)\n\
         \x20       if (!keep[i]) missing = missing + {count}'d1;\n\
         end\n\n\
         // Bit 0 of part and word is first in time: the bytes that count with the contents added, moved to the end of the word.\n\
         wire {}part;\n",
        spaced(part),
        top = count - 1,
    );
    for (t, value) in added(unit, n, width, ["&", "^"], indexed).into_iter().enumerate() {
        text += &format!("assign part[{t}] = {value};\n");
    }
    text += &format!("wire {} word = {{{}'h0, part}} << {{missing, 3'b000}};\n", range(n + width), n + width - part);
    text
}
