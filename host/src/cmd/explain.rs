//! `lfsr explain`.

use std::{fmt::Write, iter};

use clap::Args;
use lfsr_core::{
    cyclic::CyclicPart,
    notation::{Coefficients, List, Polynomial},
    register::{Form, Register},
};

use super::{Failure, analyze::RegisterOptions, completions::print};
use crate::{cli::Status, input, report::Facts};

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
            let parsed = input::register(register, self.register.defaults()).map_err(Failure::bad_input)?;
            explain(register, &parsed, &mut text).map_err(|error| Failure::failed(error.to_string()))?;
        }
        print(text.as_bytes())
    }
}

fn explain(given: &str, register: &Register, out: &mut String) -> std::fmt::Result {
    let (c, n) = (register.characteristic(), register.degree());
    let width = n as usize;
    let digits = width.div_ceil(4);
    let facts = Facts::new(register);
    writeln!(out, "{given}")?;
    let mut row = |name: &str, value: String| writeln!(out, "  {name:<26}{value}");
    row("degree", n.to_string())?;
    row("form", format!("{}{}", register.form(), if register.xnor() { ", XNOR" } else { "" }))?;
    row("characteristic polynomial", format!("char:{}", Polynomial(c)))?;
    if !register.is_singular() {
        row("feedback polynomial", Polynomial(register.feedback()).to_string())?;
        row("lags", format!("taps:{}", List(register.feedback() & !1)))?;
        row("feedback, other way", ascending(register))?;
    } else {
        row("lags", format!("{} (singular: no lag {n}, so no feedback notation)", List(register.feedback() & !1)))?;
    }
    row("recurrence", recurrence(register))?;
    row("coefficients", format!("coeffs:{}", Coefficients(c)))?;
    row("CRC normal", format!("normal:{:#0w$x}/{n}", c ^ 1 << n, w = digits + 2))?;
    row("CRC reversed", format!("reversed:{:#0w$x}/{n}", (c ^ 1 << n).reverse_bits() >> (128 - n), w = digits + 2))?;
    if !register.is_singular() {
        row("CRC Koopman", format!("koopman:{:#x}", c >> 1))?;
    }
    row("CRC full", format!("full:{c:#x}"))?;
    row(
        "Fibonacci taps mask",
        format!("{:#0w$x} (bit j: s[t+j] feeds bit {})", register.taps(), n - 1, w = digits + 2),
    )?;
    row(
        "Galois mask",
        format!("{:#0w$x} (shifting right; bit k-1 for lag k)", register.galois_mask(), w = digits + 2),
    )?;
    if !register.is_singular() {
        row("reciprocal", format!("{} (the sequence backwards)", Polynomial(c)))?;
    }
    let factors = facts.factors.iter().map(|factor| {
        let power = if factor.multiplicity > 1 { format!("^{}", factor.multiplicity) } else { String::new() };
        let order = factor.order.map_or(String::new(), |order| format!(" order {order}"));
        format!("({}){power}{order}", Polynomial(factor.poly))
    });
    row("factors", factors.collect::<Vec<_>>().join(", "))?;
    row("order of x", facts.order.map_or("-".into(), |order| order.to_string()))?;
    let kind = match (facts.primitive, facts.irreducible) {
        (true, _) => "primitive: maximal length",
        (_, true) => "irreducible, not primitive: not maximal length",
        _ if register.is_singular() => "reducible and singular: states without predecessor",
        _ => "reducible: not maximal length",
    };
    row("that is", kind.into())?;
    row("lock-up state", lockup(register))?;
    let fibonacci = register.with_form(Form::Fibonacci).with_xnor(register.sequence().xnor());
    let galois = register.with_form(Form::Galois);
    let window = if register.sequence().xnor() { 0 } else { 1u64 << (n - 1) };
    let pair = CyclicPart::new(&galois);
    if !register.is_singular() {
        row("same output from", format!("Fibonacci state {window:#x} and Galois state {:#x}", pair.state(window)))?;
        row("output begins", bits(&fibonacci, window))?;
    }
    writeln!(out)
}

/// 1+x^11+...: as many standards print it.
fn ascending(register: &Register) -> String {
    let terms = register.lags().map(|k| if k == 1 { "x".to_owned() } else { format!("x^{k}") });
    iter::once("1".to_owned()).chain(terms).collect::<Vec<_>>().join("+")
}

fn recurrence(register: &Register) -> String {
    let sequence = register.sequence();
    let mut terms: Vec<_> = register.lags().map(|k| format!("y[t-{k}]")).collect();
    if sequence.xnor() {
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
