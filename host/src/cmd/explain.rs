//! `lfsr explain`.

use core::fmt::Write;

use clap::Args;
use lfsr_core::{
    algebra::{Analysis, fibonacci_to_galois_word},
    catalogue,
    poly::Poly,
    register::Register,
};

use super::{Failure, analyze::RegisterOptions, completions::print};
use crate::{cli::Status, input, subject::Subject};

/// Shows every notation of a register, both forms, and what its polynomial says.
#[derive(Debug, Args)]
pub struct Explain {
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
    pub fn run(self) -> Result<Status, Failure> {
        let mut text = String::new();
        for register in &self.registers {
            let subject = input::subject(register, self.register.defaults()).map_err(Failure::bad_input)?;
            // Writing to a string does not fail.
            let _ = explain(register, &subject, &mut text);
        }
        print(text.as_bytes())
    }
}

fn explain(given: &str, subject: &Subject, out: &mut String) -> core::fmt::Result {
    let (c, n) = (&subject.characteristic, subject.degree());
    let singular = subject.singularity() > 0;
    let names = |c: &Poly| {
        let entries = c.to_u128().into_iter().flat_map(catalogue::matching);
        entries.map(|entry| format!("{} ({})", entry.name, entry.used)).collect::<Vec<_>>().join("; ")
    };
    let lags = subject.lags();
    writeln!(out, "{given}")?;
    let mut row = |name: &str, value: String| writeln!(out, "  {name:<26}{value}");
    row("degree", n.to_string())?;
    row("form", format!("{}{}", subject.form, if subject.xnor { ", XNOR" } else { "" }))?;
    row("characteristic polynomial", format!("char:{c}"))?;
    if singular {
        row("lags", format!("{} (singular: no lag {n}, so no feedback notation)", list(&lags)))?;
    } else {
        row("feedback polynomial", subject.feedback().to_string())?;
        row("lags", format!("taps:{}", list(&lags)))?;
        row("feedback, other way", ascending(&lags))?;
    }
    let known = [("in the catalogue", c.clone()), ("its reciprocal is", c.reciprocal())];
    for (what, c) in known.iter().take(if singular || known[0].1 == known[1].1 { 1 } else { 2 }) {
        let names = names(c);
        if !names.is_empty() {
            row(what, names)?;
        }
    }
    row("recurrence", recurrence(subject, &lags))?;
    row("coefficients", format!("coeffs:{}", coefficients(c, n)))?;
    let digits = n.div_ceil(4);
    let low = c.low(n);
    let mask = hex(&low, digits);
    row("CRC normal", format!("normal:{mask}/{n}"))?;
    let reversed = Poly::from_exponents(low.exponents().map(|i| n - 1 - i));
    let galois_mask = hex(&reversed, digits);
    row("CRC reversed", format!("reversed:{galois_mask}/{n}"))?;
    if !singular {
        row("CRC Koopman", format!("koopman:{:#x}", c >> 1))?;
    }
    row("CRC full", format!("full:{c:#x}"))?;
    row("Fibonacci taps mask", format!("{mask} (bit j: s[t+j] feeds bit {})", n - 1))?;
    row("Galois mask", format!("{galois_mask} (shifting right; bit k-1 for lag k)"))?;
    if !singular {
        row("reciprocal", format!("{c} as feedback polynomial (the sequence backwards)"))?;
    }
    if let Some(facts) = Analysis::new(c) {
        let factors = facts.factors().iter().map(|factor| {
            let power = if factor.multiplicity > 1 { format!("^{}", factor.multiplicity) } else { String::new() };
            let order = factor.order.as_ref().map_or(String::new(), |order| format!(" order {order}"));
            format!("({}){power}{order}", factor.poly)
        });
        row("factors", factors.collect::<Vec<_>>().join(", "))?;
        row("order of x", facts.order().to_string())?;
        let kind = match (facts.is_primitive(), facts.is_irreducible()) {
            (Some(true), _) => "primitive: maximal length",
            (Some(false), true) => "irreducible, not primitive: not maximal length",
            (None, true) => "irreducible; whether it is primitive is not known",
            _ if singular => "reducible and singular: states without predecessor",
            _ => "reducible: not maximal length",
        };
        row("that is", kind.into())?;
    }
    if let Some(register) = subject.register() {
        row("lock-up state", lockup(&register))?;
        let window = if register.sequence().xnor() { 0 } else { 1u64 << (n - 1) };
        if let Some(galois) = fibonacci_to_galois_word(&register, window) {
            row("same output from", format!("Fibonacci state {window:#x} and Galois state {galois:#x}"))?;
            row("output begins", bits(&register.sequence(), window))?;
        }
    }
    writeln!(out)
}

/// At least that many digits.
fn hex(poly: &Poly, digits: usize) -> String {
    format!("0x{:0>digits$}", format!("{poly:x}"))
}

/// 16,14,13,11
fn list(lags: &[usize]) -> String {
    lags.iter().rev().map(usize::to_string).collect::<Vec<_>>().join(",")
}

/// 1+x^11+...: as many standards print it.
fn ascending(lags: &[usize]) -> String {
    let terms = lags.iter().map(|&k| if k == 1 { "+x".to_owned() } else { format!("+x^{k}") });
    format!("1{}", terms.collect::<String>())
}

fn coefficients(c: &Poly, n: usize) -> String {
    (0..n).map(|i| if c.coefficient(i) { "1" } else { "0" }).collect::<Vec<_>>().join(",")
}

fn recurrence(subject: &Subject, lags: &[usize]) -> String {
    let mut terms: Vec<_> = lags.iter().map(|k| format!("y[t-{k}]")).collect();
    // Complementing every cell of a Galois register complements the output: 1 + (number of lags) is added to the recurrence.
    let galois = subject.form == lfsr_core::register::Form::Galois;
    if subject.xnor && (!galois || lags.len().is_multiple_of(2)) {
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
