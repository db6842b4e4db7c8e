//! Notations, rows, certificates.

use lfsr_core::{
    algebra::is_primitive,
    notation::{Notation, Notations},
    poly::Poly,
};
use lfsr_host::input::{Defaults, lines};

use crate::certificate::verify;

pub(super) const WORDS: &[&str] = &[
    "x^",
    "+1",
    "char:",
    "taps:",
    "coeffs:",
    "normal:0x",
    "reversed:0x",
    "koopman:0x",
    "mask:0x",
    "gr:0x",
    "16'h",
    "{",
    "}",
    "\u{2076}",
    "full:0x",
    "PRBS",
    "crc-",
    "/",
    "[",
    "]",
    ",",
    ";",
    "galois",
    "fibonacci",
    "xnor",
    "#",
    " ",
    "\n",
    "1",
    "0",
    "16",
    "1048576",
    "18446744073709551615",
];

pub(super) const FIELDS: &[&str] = &[
    "\"primitive\":true",
    "\"proof\":\"full-order\"",
    "\"proof\":\"none\"",
    "\"proof\":\"short-period\"",
    "\"multiplicity\":",
    "\"prime\":\"",
    "\"factors\":[",
    "\"residue_hex\":\"0x",
    "\"degree\":",
    "null",
    "{",
    "}",
    "[",
    "]",
    "0",
    "1",
    "18446744073709551616",
];

/// The longest text that is read as a whole: what is longer only takes longer.
const LONGEST: usize = 4096;

/// A register that is read is read again from every notation of it.
pub(super) fn notation(bytes: &[u8]) {
    let Ok(text) = core::str::from_utf8(&bytes[..bytes.len().min(LONGEST)]) else { return };
    let Ok(notation) = Notation::read(text) else { return };
    let register = notation.register_or(None, false);
    // Writing a huge one in every notation takes a second.
    if register.degree() > 2000 {
        return;
    }
    let written = Notations::new(&register);
    let all = [
        Some(written.characteristic),
        written.feedback,
        Some(written.coefficients),
        Some(written.full),
        written.koopman,
    ];
    for again in all.into_iter().flatten() {
        let read = Notation::read(&again).unwrap_or_else(|error| panic!("{text:?} is written {again:?}: {error:?}"));
        let read = read.register_or(Some(register.form()), register.xnor());
        assert_eq!(read, register, "{text:?} is written {again:?}");
    }
}

/// Each row is a register or an error of one line.
pub(super) fn rows(bytes: &[u8]) {
    for entry in lines("fuzz".into(), bytes, Defaults::default()) {
        if let Err(error) = entry.register {
            let said = error.to_string();
            assert!(!said.contains('\n') && said.len() < 500, "{said}");
        }
    }
}

/// No certificate proves what is not true.
pub(super) fn certificate(bytes: &[u8]) {
    let Ok(text) = core::str::from_utf8(&bytes[..bytes.len().min(LONGEST)]) else { return };
    match verify(text) {
        Ok(claim) => {
            let object: serde_json::Value = serde_json::from_str(text).expect("it was read");
            let digits =
                object["characteristic_hex"].as_str().and_then(|hex| hex.strip_prefix("0x")).expect("it was read");
            let exponents = digits.chars().rev().enumerate().flat_map(|(i, digit)| {
                let digit = digit.to_digit(16).expect("it was read");
                (0..4).filter(move |bit| digit >> bit & 1 == 1).map(move |bit| 4 * i + bit)
            });
            let c = Poly::from_exponents(exponents);
            assert!(claim.is_none() || claim == is_primitive(&c), "{text}");
        }
        Err(said) => assert!(!said.contains('\n') && said.len() < 500, "{said}"),
    }
}
