//! What `lfsr explain` says of a register: its notations, what its polynomial says, and one state in all forms.

use core::fmt::Display;
use std::io::{self, Write};

use lfsr_core::{
    catalogue::{self, Entry},
    notation::{Notation, Notations, Side},
    poly::Poly,
    register::{AnyRegister, Form, Register, Shift},
    stream::LongWords,
};
use serde_json::{Value, json};

use crate::bits::{signal::Signal, state::show_state};

/// Output bits shown.
const SHOWN: usize = 64;

/// A register to be explained.
#[derive(Debug)]
pub struct Explained<'a> {
    /// The text it was given by.
    pub given: &'a str,
    /// The same, as a title.
    pub title: &'a str,
    /// What that text says.
    pub notation: &'a Notation,
    /// The register, and how its states are written.
    pub signal: &'a Signal,
    /// A state of it, to be shown in all forms.
    pub state: Option<&'a Poly>,
}

/// A state with the same output in another form, in both shifts.
struct Same {
    form: Form,
    /// Written right and left; `None` if no state of that form has this output.
    states: Option<[String; 2]>,
}

/// The text, in rows of a name and a value.
///
/// # Errors
/// Those of `out`.
pub fn text(explained: &Explained<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", explained.title)?;
    let rows = &mut Rows(out);
    if let Some(reading) = explained.reading() {
        rows.add("read as", reading)?;
    }
    notations(explained.register(), rows)?;
    // Factors may take long.
    rows.0.flush()?;
    properties(explained.register(), rows)?;
    if let Some(register) = explained.register().narrow() {
        lockup(&register, rows)?;
    }
    match (explained.state, explained.register().narrow()) {
        (Some(state), _) => states(explained, state, rows)?,
        (None, Some(register)) => example(&register, rows)?,
        (None, None) => {}
    }
    writeln!(out)
}

/// What is written: a name and a value a line.
struct Rows<'a>(&'a mut dyn Write);

impl Rows<'_> {
    fn add(&mut self, name: &str, value: impl Display) -> io::Result<()> {
        writeln!(self.0, "  {name:<26}{value}")
    }
}

impl Explained<'_> {
    fn register(&self) -> &AnyRegister {
        &self.signal.register
    }

    /// How the text was read, where it could have been meant otherwise.
    fn reading(&self) -> Option<&'static str> {
        let marked = |c| matches!(c, ':' | '[' | '\'');
        Some(match (self.notation.entry, self.notation.side) {
            (Some(_), _) => "a name of the catalogue",
            (None, Side::Characteristic) => return None,
            _ if self.given.contains(marked) => return None,
            _ if self.given.contains(['x', 'X']) => {
                "feedback polynomial: its exponents are lags (char: before it would make them powers of c(x))"
            }
            _ => "taps: the numbers are lags (coeffs: or char: before them would make them coefficients or powers)",
        })
    }

    /// The states of both forms whose output is that of `state`.
    fn same(&self, state: &Poly) -> [Same; 2] {
        let register = self.register();
        let n = register.degree();
        [Form::Fibonacci, Form::Galois].map(|form| {
            let own = if form == register.form() { Some(state.clone()) } else { register.state_in(form, state) };
            let both =
                |state: Poly| [Shift::Right, Shift::Left].map(|shift| show_state(&shift.turn_poly(&state, n), n));
            Same { form, states: own.map(both) }
        })
    }

    /// The output from a state on.
    fn output(&self, state: &Poly) -> String {
        shown(self.register().words(state))
    }
}

/// The first bits, in eights.
fn shown(mut words: LongWords) -> String {
    let word = words.next_word();
    let bit = |t: usize| {
        let gap = if t > 0 && t.is_multiple_of(8) { " " } else { "" };
        format!("{gap}{}", word >> t & 1)
    };
    (0..SHOWN).map(bit).collect()
}

/// Every way of writing the register.
fn notations(register: &AnyRegister, rows: &mut Rows<'_>) -> io::Result<()> {
    let n = register.degree();
    let written = Notations::new(register);
    let masks = Masks::new(&written);
    rows.add("degree", n)?;
    rows.add("form", format_args!("{}{}", register.form(), if register.xnor() { ", XNOR" } else { "" }))?;
    rows.add("characteristic polynomial", &written.characteristic)?;
    match (&written.feedback, &written.ascending) {
        (Some(feedback), Some(ascending)) => {
            rows.add("feedback polynomial", feedback)?;
            rows.add("lags", &written.taps)?;
            rows.add("feedback, other way", ascending)?;
        }
        _ => {
            let list = written.taps.trim_start_matches("taps:");
            rows.add("lags", format_args!("{list} (singular: no lag {n}, so no feedback notation)"))?;
        }
    }
    for (what, entries) in [("in the catalogue", named(register)), ("its reciprocal is", backwards(register))] {
        let names: Vec<_> = entries.iter().map(|entry| format!("{} ({})", entry.name, entry.used)).collect();
        if !names.is_empty() {
            rows.add(what, names.join("; "))?;
        }
    }
    rows.add("recurrence", recurrence(register))?;
    rows.add("coefficients", &written.coefficients)?;
    rows.add("CRC normal", &written.normal)?;
    rows.add("CRC reversed", &written.reversed)?;
    if let Some(koopman) = &written.koopman {
        rows.add("CRC Koopman", koopman)?;
    }
    rows.add("CRC full", &written.full)?;
    rows.add("Fibonacci taps mask", format_args!("{} (bit j: s[t+j] feeds bit {})", masks.low, n - 1))?;
    rows.add("the same, shifting left", format_args!("{} (bit k-1 for lag k feeds bit 0)", masks.high))?;
    rows.add("Galois mask", format_args!("{} (shifting right; bit k-1 for lag k)", masks.high))?;
    rows.add("the same, shifting left", format_args!("{} (bit n-k for lag k)", masks.low))?;
    if !register.is_singular() {
        let c = register.characteristic();
        rows.add("reciprocal", format_args!("{c} as feedback polynomial (the sequence backwards)"))?;
    }
    Ok(())
}

/// The two masks, each of which serves one form shifting one way and the other form shifting the other way.
struct Masks {
    /// c(x) without its leading term.
    low: String,
    /// Bit k-1 for each lag k.
    high: String,
}

impl Masks {
    fn new(written: &Notations) -> Self {
        let mask = |text: &str| text.split([':', '/']).nth(1).unwrap_or_default().to_owned();
        Self { low: mask(&written.normal), high: mask(&written.reversed) }
    }
}

/// The entries of the catalogue with that polynomial.
fn named(register: &AnyRegister) -> Vec<&'static Entry> {
    register.characteristic().to_u128().into_iter().flat_map(catalogue::matching).collect()
}

/// The entries of the catalogue that are this register backwards.
fn backwards(register: &AnyRegister) -> Vec<&'static Entry> {
    let c = register.characteristic();
    let reciprocal = Some(c.reciprocal()).filter(|reciprocal| !register.is_singular() && reciprocal != c);
    reciprocal.and_then(|c| c.to_u128()).into_iter().flat_map(catalogue::matching).collect()
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

/// The states that follow themselves.
fn lockups(register: &Register) -> Vec<String> {
    let states = [0, register.state_mask()].into_iter().filter(|&state| register.step(state) == state);
    states.map(|state| format!("{state:#x}")).collect()
}

fn lockup(register: &Register, rows: &mut Rows<'_>) -> io::Result<()> {
    let fixed = lockups(register);
    rows.add("lock-up state", if fixed.is_empty() { "none".into() } else { fixed.join(", ") })
}

/// A state of both forms, and what it puts out.
fn example(register: &Register, rows: &mut Rows<'_>) -> io::Result<()> {
    let window = if register.sequence().xnor() { 0 } else { 1u64 << (register.degree() - 1) };
    if let Some(galois) = register.with_form(Form::Fibonacci).state_in(Form::Galois, window) {
        rows.add("same output from", format_args!("Fibonacci state {window:#x} and Galois state {galois:#x}"))?;
        let sequence = AnyRegister::from(register.sequence());
        rows.add("output begins", shown(sequence.words(&Poly::from_u128(window.into()))))?;
    }
    Ok(())
}

/// The state that was given, in both forms and shifts.
fn states(explained: &Explained<'_>, state: &Poly, rows: &mut Rows<'_>) -> io::Result<()> {
    let signal = explained.signal;
    let form = explained.register().form();
    rows.add("state", format_args!("{} ({form}, shifting {})", signal.written(state), signal.shift))?;
    for Same { form, states } in explained.same(state) {
        let what = match states {
            Some([right, left]) => format!("{right} shifting right, {left} shifting left"),
            None => "no state puts out the same: an odd number of XNOR gates".into(),
        };
        rows.add(&format!("same output, {form}"), what)?;
    }
    rows.add("output from there", explained.output(state))?;
    if let Some(entry) = signal.entry.filter(|_| signal.lead > 0) {
        let ahead = Signal { held: state.clone(), ..signal.clone() }.start();
        rows.add(
            "sent from there",
            format_args!("{} ({}: the bit that enters)", explained.output(&ahead), entry.name),
        )?;
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

/// One object, schema `lfsr.explain/1`.
#[must_use]
pub fn json(explained: &Explained<'_>) -> String {
    let register = explained.register();
    let written = Notations::new(register);
    let masks = Masks::new(&written);
    let structure = register.structure();
    let factors = structure.factors().iter().map(|factor| {
        json!({"poly": factor.poly.to_string(), "degree": factor.poly.degree(), "multiplicity": factor.multiplicity,
            "order": factor.order.as_ref().and_then(|order| order.exact()).map(ToString::to_string)})
    });
    let names = |entries: Vec<&Entry>| entries.iter().map(|entry| entry.name).collect::<Vec<_>>();
    json!({
        "schema": "lfsr.explain/1", "given": explained.given, "reading": explained.reading(),
        "degree": register.degree(), "form": register.form().to_string(), "xnor": register.xnor(),
        "shift": explained.signal.shift.to_string(),
        "characteristic": register.characteristic().to_string(), "lags": register.lags().collect::<Vec<_>>(),
        "recurrence": recurrence(register),
        "notations": {
            "char": written.characteristic, "feedback": written.feedback, "ascending": written.ascending,
            "taps": written.taps, "coeffs": written.coefficients, "normal": written.normal, "reversed": written.reversed,
            "koopman": written.koopman, "full": written.full,
        },
        "masks": {
            "fibonacci_right": masks.low, "fibonacci_left": masks.high, "galois_right": masks.high, "galois_left": masks.low,
        },
        "catalogue": names(named(register)), "backwards": names(backwards(register)),
        "factors": factors.collect::<Vec<_>>(),
        "order": structure.order().exact().map(ToString::to_string),
        "irreducible": structure.is_irreducible(), "primitive": structure.is_primitive(), "singular": register.is_singular(),
        "lock_up_states": register.narrow().map(|register| lockups(&register)),
        "state": explained.state.map(|state| state_json(explained, state)),
    })
    .to_string()
}

fn state_json(explained: &Explained<'_>, state: &Poly) -> Value {
    let same = explained.same(state).map(|Same { form, states }| {
        let [right, left] = states.map_or([None, None], |states| states.map(Some));
        json!({"form": form.to_string(), "right": right, "left": left})
    });
    json!({"given": explained.signal.written(state), "same_output": same, "output": explained.output(state).replace(' ', "")})
}
