//! `lfsr explain`.

use core::fmt::Write;

use clap::Args;
use lfsr_core::{
    catalogue,
    notation::Notations,
    poly::Poly,
    register::{AnyRegister, Form, Register},
};

use super::status::Status;
use super::{failure::Failure, options::RegisterOptions, print::print};

/// Shows every notation of a register, both forms, and what its polynomial says.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The register, in any notation.
    #[arg(value_name = "REGISTER", required = true)]
    registers: Vec<String>,
    #[command(flatten)]
    register: RegisterOptions,
}

impl Explain {
    /// Prints the table.
    ///
    /// # Errors
    /// If a register cannot be read or the output not be written.
    pub(super) fn run(self) -> Result<Status, Failure> {
        let mut text = String::new();
        for register in &self.registers {
            let found = self.register.register(register)?;
            // Writing to a string does not fail.
            let _ = explain(register, &found, &mut text);
        }
        print(text.as_bytes())
    }
}

fn explain(given: &str, register: &AnyRegister, out: &mut String) -> core::fmt::Result {
    let (c, n) = (register.characteristic(), register.degree());
    let singular = register.is_singular();
    let names = |c: &Poly| {
        let entries = c.to_u128().into_iter().flat_map(catalogue::matching);
        entries.map(|entry| format!("{} ({})", entry.name, entry.used)).collect::<Vec<_>>().join("; ")
    };
    let lags: Vec<usize> = register.lags().collect();
    let written = Notations::new(register);
    writeln!(out, "{given}")?;
    let mut row = |name: &str, value: String| writeln!(out, "  {name:<26}{value}");
    row("degree", n.to_string())?;
    row("form", format!("{}{}", register.form(), if register.xnor() { ", XNOR" } else { "" }))?;
    row("characteristic polynomial", written.characteristic)?;
    match (written.feedback, written.ascending) {
        (Some(feedback), Some(ascending)) => {
            row("feedback polynomial", feedback)?;
            row("lags", written.taps)?;
            row("feedback, other way", ascending)?;
        }
        _ => {
            let list = written.taps.trim_start_matches("taps:");
            row("lags", format!("{list} (singular: no lag {n}, so no feedback notation)"))?;
        }
    }
    let known = [("in the catalogue", c.clone()), ("its reciprocal is", c.reciprocal())];
    for (what, c) in known.iter().take(if singular || known[0].1 == known[1].1 { 1 } else { 2 }) {
        let names = names(c);
        if !names.is_empty() {
            row(what, names)?;
        }
    }
    row("recurrence", recurrence(register, &lags))?;
    row("coefficients", written.coefficients)?;
    let mask = |text: &str| text.split([':', '/']).nth(1).unwrap_or_default().to_owned();
    let (taps_mask, galois_mask) = (mask(&written.normal), mask(&written.reversed));
    row("CRC normal", written.normal)?;
    row("CRC reversed", written.reversed)?;
    if let Some(koopman) = written.koopman {
        row("CRC Koopman", koopman)?;
    }
    row("CRC full", written.full)?;
    row("Fibonacci taps mask", format!("{taps_mask} (bit j: s[t+j] feeds bit {})", n - 1))?;
    row("Galois mask", format!("{galois_mask} (shifting right; bit k-1 for lag k)"))?;
    if !singular {
        row("reciprocal", format!("{c} as feedback polynomial (the sequence backwards)"))?;
    }
    let structure = register.structure();
    let factors = structure.factors().iter().map(|factor| {
        let power = if factor.multiplicity > 1 { format!("^{}", factor.multiplicity) } else { String::new() };
        let order = factor.order.as_ref().map_or(String::new(), |order| format!(" order {order}"));
        format!("({}){power}{order}", factor.poly)
    });
    row("factors", factors.collect::<Vec<_>>().join(", "))?;
    row("order of x", structure.order().to_string())?;
    let kind = match (structure.is_primitive(), structure.is_irreducible()) {
        (Some(true), _) => "primitive: maximal length",
        (Some(false), true) => "irreducible, not primitive: not maximal length",
        (None, true) => "irreducible; whether it is primitive is not known",
        _ if singular => "reducible and singular: states without predecessor",
        _ => "reducible: not maximal length",
    };
    row("that is", kind.into())?;
    if let Some(register) = register.narrow() {
        row("lock-up state", lockup(&register))?;
        let window = if register.sequence().xnor() { 0 } else { 1u64 << (n - 1) };
        if let Some(galois) = register.with_form(Form::Fibonacci).state_in(Form::Galois, window) {
            row("same output from", format!("Fibonacci state {window:#x} and Galois state {galois:#x}"))?;
            row("output begins", bits(&register.sequence(), window))?;
        }
    }
    writeln!(out)
}

fn recurrence(register: &AnyRegister, lags: &[usize]) -> String {
    let mut terms: Vec<_> = lags.iter().map(|k| format!("y[t-{k}]")).collect();
    // Complementing every cell of a Galois register complements the output: 1 + (number of lags) is added to the recurrence.
    let galois = register.form() == Form::Galois;
    if register.xnor() && (!galois || lags.len().is_multiple_of(2)) {
        terms.push("1".into());
    }
    if terms.is_empty() {
        terms.push("0".into());
    }
    format!("y[t] = {}", terms.join(" + "))
}

fn lockup(register: &Register) -> String {
    let fixed: Vec<_> = [0, register.state_mask()]
        .into_iter()
        .filter(|&state| register.step(state) == state)
        .map(|state| format!("{state:#x}"))
        .collect();
    if fixed.is_empty() { "none".into() } else { fixed.join(", ") }
}

fn bits(register: &Register, mut state: u64) -> String {
    let mut text = String::new();
    for i in 0..64 {
        if i > 0 && i % 8 == 0 {
            text.push(' ');
        }
        text.push(if register.output(state) == 1 { '1' } else { '0' });
        state = register.step(state);
    }
    text
}
