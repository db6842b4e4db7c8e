//! `lfsr identify`.

use std::io::Write;

use clap::{Args, ValueEnum};
use lfsr_core::{
    algebra::Structure,
    catalogue::Entry,
    poly::Poly,
    register::{AnyRegister, Form},
};
use serde_json::json;

use super::failure::Failure;
use crate::{
    bits::{
        identify::{Finding, Identified, Named, None as Nothing, identify, names, reversed_names, scrambler},
        interval::interval,
        reading::Reading,
        state::show_state,
    },
    cmd::{
        options::{CaptureArgs, parse_count},
        status::Status,
    },
    report::check::order,
    terminal::output::Output,
};

/// Finds the shortest register that makes the bits of a capture, and its name, phase, polarity and bit order.
///
/// Without errors by the Berlekamp-Massey algorithm; with errors by the catalogue, clean windows and sums of few bits. Exit status 1 if
/// there is no register shorter than half of the bits.
#[derive(Debug, Args)]
pub(super) struct Identify {
    #[command(flatten)]
    capture: CaptureArgs,
    /// Bits looked at, at most.
    #[arg(long, value_name = "N", default_value = "1000000", value_parser = parse_count)]
    max_bits: u64,
    /// How the result is written.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One object.
    Json,
}

/// More cells than this and factoring takes too long to be worth it.
const MOST_FACTORED: usize = 4096;

impl Identify {
    /// Reads the bits and prints what they are.
    ///
    /// # Errors
    /// If the input cannot be read or the output not be written.
    pub(super) fn run(self) -> Result<Status, Failure> {
        let mut capture = self.capture.open()?;
        let file = capture.name().to_owned();
        let (words, bits) = capture.read_all(self.max_bits)?;
        if bits < 16 {
            return Err(Failure::bad_input(format!("{file}: {bits} bits; at least 16 are needed")));
        }
        let finding = identify(&words, bits, &capture.readings);
        let said = capture.is_said.then_some(capture.readings[0]);
        let text = match self.format {
            Format::Text => text(&file, bits, &finding, said),
            Format::Json => json(&file, bits, &finding),
        };
        let mut out = Output::new(None)?;
        writeln!(out, "{text}").map_err(|error| out.error(error))?;
        out.finish()?;
        Ok(if matches!(finding, Finding::Register(_)) { Status::Done } else { Status::No })
    }
}

fn text(file: &str, bits: u64, finding: &Finding, said: Option<Reading>) -> String {
    match finding {
        Finding::Constant(level) => {
            format!("{file}: {bits} bits, all {}: stuck, or nothing connected", u8::from(*level))
        }
        Finding::None(nothing) => format!("{file}: {}", diagnosis(nothing)),
        Finding::Register(found) => register(file, bits, found, said),
    }
}

/// What can be said of bits without a short register.
fn diagnosis(nothing: &Nothing) -> String {
    let Nothing { complexity, bits, ones, repeats } = nothing;
    let mut lines = vec![format!("no linear register shorter than {complexity} cells makes these {bits} bits")];
    let sigma = 0.5 / (*bits as f64).sqrt();
    let even = |fraction: f64| (fraction - 0.5).abs() < 5.0 * sigma;
    lines.push(format!("  ones           {:.2} %; equal to the bit before {:.2} %", 100.0 * ones, 100.0 * repeats));
    lines.push(
        match (even(*ones), even(*repeats)) {
            (true, true) => {
                "  looks like     noise: a register with far too many errors, a combination of several, or data under a scrambler"
            }
            (false, _) => "  looks like     data or a scrambled signal that is not idle: zeros and ones are not equally frequent",
            (true, false) => "  looks like     sampled too fast or a line code: neighbours are not independent; look at --rate or --clock",
        }
        .into(),
    );
    if complexity.abs_diff(bits / 2) > 20 + bits / 50 {
        lines.push(format!("  unusual        half of the bits, {}, is what noise needs", bits / 2));
    }
    lines.join("\n")
}

fn register(file: &str, bits: u64, found: &Identified, said: Option<Reading>) -> String {
    let c = &found.characteristic;
    let n = c.degree().unwrap_or(0);
    let names = names(found);
    let title = names.first().map_or_else(|| format!("a register of {n} cells"), |named| named.entry.name.to_owned());
    let mut lines = vec![format!("{file}: {title}{}", if found.inverted { ", inverted" } else { "" })];
    let mut row = |name: &str, value: String| lines.push(format!("  {name:<15}{value}"));
    let feedback = c.reciprocal();
    let short = |text: String| if text.len() > 300 { format!("{}... ({n} cells)", &text[..280]) } else { text };
    row("feedback", short(feedback.to_string()));
    row("characteristic", short(format!("char:{c}")));
    if n <= 400 {
        let lags: Vec<String> = feedback.exponents().filter(|k| *k > 0).map(|k| k.to_string()).collect();
        row("lags", short(format!("taps:{}", lags.join(","))));
        row("CRC notation", format!("full:{c:#x}"));
    }
    for named in &names {
        row("is", describe(named, found));
    }
    let backwards: Vec<&str> = reversed_names(found).iter().map(|entry| entry.name).collect();
    if !backwards.is_empty() {
        row("backwards", backwards.join(", "));
    }
    if n <= MOST_FACTORED
        && let Ok(register) = AnyRegister::from_characteristic(c.clone())
    {
        let structure = register.structure();
        row("that is", kind(&structure));
        if let Some((own, period)) = scrambler(c) {
            let name = own.to_u128().and_then(|c| lfsr_core::catalogue::matching(c).next());
            let name = name.map_or(String::new(), |entry| format!(" ({})", entry.name));
            row(
                "looks like",
                format!("an additive scrambler {}{name} over data that repeat every {period} bits", own.reciprocal()),
            );
        }
    }
    if let Some(state) = &found.state {
        let galois = galois_state(c, state);
        row(
            "first state",
            short(format!("Fibonacci {}, Galois {} (before inversion)", show_state(state, n), show_state(&galois, n))),
        );
    }
    if found.reading.order.is_some() {
        let remark = if said.is_some_and(|said| said != found.reading) { ": not as --input says" } else { "" };
        row("bit order", format!("{}{remark}", found.reading));
    }
    if found.from > 0 {
        row("begins", format!("at bit {}; the bits before do not belong to it", found.from));
    }
    if found.slips > 0 {
        row("slips", format!("{} times bits were inserted or deleted; `lfsr check` says where", found.slips));
    }
    if found.errors > 0 {
        let (low, high) = interval(found.errors, found.compared);
        row(
            "errors",
            format!(
                "{} of {} bits, rate {:.2e} (95 %: {low:.2e} to {high:.2e})",
                found.errors,
                found.compared,
                found.errors as f64 / found.compared.max(1) as f64
            ),
        );
    }
    let sure = match found.spare {
        0 => format!("{}; {} of {bits} bits compared", found.how, found.compared),
        spare => format!(
            "{}; {} of {bits} bits compared, {spare} more than any register of that length could be fitted to",
            found.how, found.compared
        ),
    };
    row("found by", sure);
    if (1..SURE).contains(&found.spare) {
        row("doubt", format!("random bits obey a register that short once in {} times", 1u64 << found.spare));
    }
    lines.join("\n")
}

/// Bits beyond those that any register could be fitted to, from which on chance is no longer mentioned.
const SURE: usize = 24;

/// What the polynomial says.
fn kind(structure: &Structure) -> String {
    match (structure.is_primitive(), structure.is_irreducible()) {
        (Some(true), _) => "primitive: maximal length".to_owned(),
        (Some(false), true) => format!("irreducible, not primitive; period {}", structure.order()),
        (None, true) => "irreducible; whether it is primitive is not known".to_owned(),
        _ => {
            let degrees = structure.factors().iter().map(|factor| {
                let degree = factor.poly.degree().unwrap_or(0);
                if factor.multiplicity > 1 { format!("{degree}^{}", factor.multiplicity) } else { degree.to_string() }
            });
            let degrees: Vec<String> = degrees.collect();
            format!("a product, of degrees {}: several registers added, or data on top", degrees.join("+"))
        }
    }
}

fn describe(named: &Named, found: &Identified) -> String {
    let entry = named.entry;
    let phase = match &named.phase {
        Some(phase) => {
            let from = if entry.seed.is_some() { "its seed" } else { "all ones" };
            format!(", {phase} steps after {from}")
        }
        None => String::new(),
    };
    let polarity = match (found.inverted, entry.is_inverted(), entry.xnor) {
        (true, false, false) => "; INVERTED on its way",
        (false, true, _) => "; INVERTED on its way, since it is sent complemented",
        _ => "",
    };
    format!("{} ({}){phase}{polarity}", entry.name, entry.used)
}

fn json(file: &str, bits: u64, finding: &Finding) -> String {
    let mut object = json!({"schema": "lfsr.identify/1", "source": file, "bits": bits.to_string()});
    let more = match finding {
        Finding::Constant(level) => json!({"result": "constant", "level": u8::from(*level)}),
        Finding::None(nothing) => {
            json!({"result": "none", "shortest": nothing.complexity.to_string(), "ones": nothing.ones,
            "repeats": nothing.repeats, "diagnosis": diagnosis(nothing)})
        }
        Finding::Register(found) => {
            let c = &found.characteristic;
            let n = c.degree().unwrap_or(0);
            let entries: Vec<_> = names(found)
                .iter()
                .map(|named| {
                    json!({"name": named.entry.name, "phase": named.phase.as_ref().map(ToString::to_string),
                        "expected_inverted": Entry::is_inverted(named.entry)})
                })
                .collect();
            json!({"result": "register", "degree": n, "characteristic": c.to_string(),
                "characteristic_hex": format!("{c:#x}"), "feedback": c.reciprocal().to_string(),
                "primitive": if n <= MOST_FACTORED { AnyRegister::from_characteristic(c.clone()).ok().and_then(|register| register.structure().is_primitive()) } else { None },
                "catalogue": entries, "backwards": reversed_names(found).iter().map(|e| e.name).collect::<Vec<_>>(),
                "scrambler": (n <= MOST_FACTORED).then(|| scrambler(c)).flatten()
                    .map(|(own, period)| json!({"feedback": own.reciprocal().to_string(), "period": period.to_string()})),
                "inverted": found.inverted, "order": order(found.reading), "swapped_bits": found.reading.swapped_bits(),
                "state": found.state.as_ref().map(|state| show_state(state, n)), "errors": found.errors.to_string(),
                "from": found.from.to_string(), "slips": found.slips.to_string(), "compared": found.compared.to_string(), "method": found.how})
        }
    };
    if let (Some(object), Some(more)) = (object.as_object_mut(), more.as_object()) {
        object.extend(more.clone());
    }
    object.to_string()
}

/// The Galois state with the same output as that Fibonacci state.
fn galois_state(c: &Poly, state: &Poly) -> Poly {
    let register = AnyRegister::from_characteristic(c.clone()).ok();
    register.and_then(|register| register.state_in(Form::Galois, state)).unwrap_or_default()
}
