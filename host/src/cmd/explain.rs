//! `lfsr explain`.

use std::io::{self, Write};

use clap::Args;
use lfsr_core::{
    catalogue,
    notation::Notations,
    poly::Poly,
    register::{AnyRegister, Form, Register},
};

use super::status::Status;
use super::{failure::Failure, options::RegisterOptions};
use crate::terminal::output::Output;

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
        let found: Result<Vec<_>, Failure> =
            self.registers.iter().map(|text| Ok((text, self.register.register(text)?))).collect();
        let mut out = Output::new(None)?;
        for (text, register) in found? {
            explain(text, &register, &mut out).map_err(|error| out.error(error))?;
        }
        out.finish()?;
        Ok(Status::Done)
    }
}

fn explain(given: &str, register: &AnyRegister, out: &mut Output) -> io::Result<()> {
    writeln!(out, "{given}")?;
    let rows = &mut Rows(out);
    notations(register, rows)?;
    // Factors may take long.
    rows.0.flush()?;
    properties(register, rows)?;
    if let Some(register) = register.narrow() {
        states(&register, rows)?;
    }
    writeln!(out)
}

/// What is written: a name and a value a line.
struct Rows<'a>(&'a mut Output);

impl Rows<'_> {
    fn add(&mut self, name: &str, value: impl core::fmt::Display) -> io::Result<()> {
        writeln!(self.0, "  {name:<26}{value}")
    }
}

/// Every way of writing the register.
fn notations(register: &AnyRegister, rows: &mut Rows<'_>) -> io::Result<()> {
    let (c, n) = (register.characteristic(), register.degree());
    let written = Notations::new(register);
    rows.add("degree", n)?;
    rows.add("form", format_args!("{}{}", register.form(), if register.xnor() { ", XNOR" } else { "" }))?;
    rows.add("characteristic polynomial", written.characteristic)?;
    match (written.feedback, written.ascending) {
        (Some(feedback), Some(ascending)) => {
            rows.add("feedback polynomial", feedback)?;
            rows.add("lags", written.taps)?;
            rows.add("feedback, other way", ascending)?;
        }
        _ => {
            let list = written.taps.trim_start_matches("taps:");
            rows.add("lags", format_args!("{list} (singular: no lag {n}, so no feedback notation)"))?;
        }
    }
    let reciprocal = Some(c.reciprocal()).filter(|reciprocal| !register.is_singular() && reciprocal != c);
    for (what, c) in [("in the catalogue", Some(c)), ("its reciprocal is", reciprocal.as_ref())] {
        let names = c.map(names).unwrap_or_default();
        if !names.is_empty() {
            rows.add(what, names)?;
        }
    }
    rows.add("recurrence", recurrence(register))?;
    rows.add("coefficients", written.coefficients)?;
    let mask = |text: &str| text.split([':', '/']).nth(1).unwrap_or_default().to_owned();
    let (taps_mask, galois_mask) = (mask(&written.normal), mask(&written.reversed));
    rows.add("CRC normal", written.normal)?;
    rows.add("CRC reversed", written.reversed)?;
    if let Some(koopman) = written.koopman {
        rows.add("CRC Koopman", koopman)?;
    }
    rows.add("CRC full", written.full)?;
    rows.add("Fibonacci taps mask", format_args!("{taps_mask} (bit j: s[t+j] feeds bit {})", n - 1))?;
    rows.add("Galois mask", format_args!("{galois_mask} (shifting right; bit k-1 for lag k)"))?;
    if !register.is_singular() {
        rows.add("reciprocal", format_args!("{c} as feedback polynomial (the sequence backwards)"))?;
    }
    Ok(())
}

/// The names that a characteristic polynomial has in the catalogue.
fn names(c: &Poly) -> String {
    let entries = c.to_u128().into_iter().flat_map(catalogue::matching);
    entries.map(|entry| format!("{} ({})", entry.name, entry.used)).collect::<Vec<_>>().join("; ")
}

/// What the polynomial says.
fn properties(register: &AnyRegister, rows: &mut Rows<'_>) -> io::Result<()> {
    let structure = register.structure();
    let factors = structure.factors().iter().map(|factor| {
        let power = if factor.multiplicity > 1 { format!("^{}", factor.multiplicity) } else { String::new() };
        let order = factor.order.as_ref().map_or(String::new(), |order| format!(" order {order}"));
        format!("({}){power}{order}", factor.poly)
    });
    rows.add("factors", factors.collect::<Vec<_>>().join(", "))?;
    rows.add("order of x", structure.order())?;
    let kind = match (structure.is_primitive(), structure.is_irreducible()) {
        (Some(true), _) => "primitive: maximal length",
        (Some(false), true) => "irreducible, not primitive: not maximal length",
        (None, true) => "irreducible; whether it is primitive is not known",
        _ if register.is_singular() => "reducible and singular: states without predecessor",
        _ => "reducible: not maximal length",
    };
    rows.add("that is", kind)
}

/// States of both forms, and what they put out.
fn states(register: &Register, rows: &mut Rows<'_>) -> io::Result<()> {
    rows.add("lock-up state", lockup(register))?;
    let window = if register.sequence().xnor() { 0 } else { 1u64 << (register.degree() - 1) };
    if let Some(galois) = register.with_form(Form::Fibonacci).state_in(Form::Galois, window) {
        rows.add("same output from", format_args!("Fibonacci state {window:#x} and Galois state {galois:#x}"))?;
        rows.add("output begins", bits(&register.sequence(), window))?;
    }
    Ok(())
}

fn recurrence(register: &AnyRegister) -> String {
    let lags: Vec<usize> = register.lags().collect();
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
