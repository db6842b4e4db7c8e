//! What a user sees of bits whose register was looked for.

mod scrambled;

use lfsr_core::{
    algebra::Structure,
    catalogue::Entry,
    poly::Poly,
    register::{AnyRegister, Form},
};
use serde_json::{Value, json};

use super::check::order;
use crate::bits::{
    evidence::{Evidence, LEAST, SURE},
    identify::{Finding, Identified, Name, None as Nothing, Part, names, parts, reversed_names, satellite, scrambler},
    interval::interval,
    reading::Reading,
    state::show_state,
};

/// More cells than this and factoring takes too long to be worth it.
const MOST_FACTORED: usize = 4096;

/// Bits that were looked at, and where they came from.
#[derive(Debug)]
pub struct Seen<'a> {
    /// The file.
    pub file: &'a str,
    /// How many.
    pub bits: u64,
    /// The reading that the user asked for, if it was asked for.
    pub said: Option<Reading>,
}

/// The text.
#[must_use]
pub fn text(seen: &Seen<'_>, finding: &Finding) -> String {
    let Seen { file, bits, .. } = seen;
    match finding {
        Finding::Constant(level) => {
            format!("{file}: {bits} bits, all {}: stuck, or nothing connected", u8::from(*level))
        }
        Finding::None(nothing) => format!("{file}: {}", diagnosis(nothing)),
        Finding::Register(found) => register(seen, found),
        Finding::Lanes(lanes) => interleaved(file, lanes),
        Finding::Scrambler(found) => scrambled::text(seen, found),
    }
}

/// What it is, in a few words.
#[must_use]
pub fn headline(bits: u64, finding: &Finding) -> String {
    let text = text(&Seen { file: "", bits, said: None }, finding);
    text.lines().next().unwrap_or_default().trim_start_matches(": ").to_owned()
}

/// What can be said of bits without a short register.
fn diagnosis(nothing: &Nothing) -> String {
    let Nothing { complexity, bits, ones, repeats } = nothing;
    let mut lines =
        vec![format!("unknown: no linear register shorter than {complexity} cells makes these {bits} bits")];
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

fn register(seen: &Seen<'_>, found: &Identified) -> String {
    let c = &found.characteristic;
    let n = c.degree().unwrap_or(0);
    let names = names(found);
    let parts = if n <= MOST_FACTORED { parts(found) } else { Vec::new() };
    let mut lines = vec![format!("{}: {}", seen.file, title(found, &names, &parts))];
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
    for name in &names {
        row("is", describe(name, found));
    }
    let backwards: Vec<&str> = reversed_names(found).iter().map(|entry| entry.name).collect();
    if !backwards.is_empty() {
        row("backwards", backwards.join(", "));
    }
    if n <= MOST_FACTORED
        && let Ok(register) = AnyRegister::from_characteristic(c.clone())
    {
        row("that is", kind(&register.structure()));
        if let Some((own, period)) = scrambler(c) {
            let name = own.to_u128().and_then(|c| lfsr_core::catalogue::matching(c).next());
            let name = name.map_or(String::new(), |entry| format!(" ({})", entry.name));
            row(
                "looks like",
                format!("a scrambler {}{name} over data that repeat every {period} bits", own.reciprocal()),
            );
        }
    }
    for part in &parts {
        row("sum with", summand(part));
    }
    if found.inverted && feedback.weight() % 2 == 1 {
        row("equally", "the same register with XNOR in place of XOR gates (--xnor), not inverted".into());
    }
    if let Some(state) = &found.state {
        let galois = galois_state(c, state);
        row(
            "first state",
            short(format!("Fibonacci {}, Galois {} (before inversion)", show_state(state, n), show_state(&galois, n))),
        );
    }
    if found.reading.order.is_some() {
        let remark = if seen.said.is_some_and(|said| said != found.reading) { ": not as --input says" } else { "" };
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
        let rate = found.errors as f64 / found.compared.max(1) as f64;
        row(
            "errors",
            format!("{} of {} bits, rate {rate:.2e} (95 %: {low:.2e} to {high:.2e})", found.errors, found.compared),
        );
    }
    row(
        "found by",
        format!("{}; {} of {} bits compared; {}", found.how, found.compared, seen.bits, chance(found.evidence)),
    );
    if found.evidence < SURE {
        row("doubt", format!("few bits: of random streams one in {:.0} gets a name", LEAST.exp2()));
    }
    lines.join("\n")
}

fn title(found: &Identified, names: &[Name], parts: &[Part]) -> String {
    let inverted = if found.inverted { ", inverted" } else { "" };
    if let Some((satellite, chip)) = satellite(parts) {
        return format!("GPS C/A code of satellite PRN {satellite}, from chip {chip} on{inverted}");
    }
    let named: Vec<&str> = parts.iter().filter_map(|part| part.names.first()).map(|name| name.entry.name).collect();
    let streams = streams(found)
        .map(|(count, name)| format!("{count} streams that take turns bit by bit: {name} each{inverted}"));
    match names.first() {
        Some(name) => format!("{}{inverted}", called(name)),
        None if streams.is_some() => streams.unwrap_or_default(),
        None if parts.len() > 1 && named.len() == parts.len() => format!("{} added{inverted}", named.join(" and ")),
        None => {
            let n = found.characteristic.degree().unwrap_or(0);
            format!("a register of {n} cell{}{inverted}", if n == 1 { "" } else { "s" })
        }
    }
}

/// How many streams a register is, and their name, if it is that.
fn streams(found: &Identified) -> Option<(usize, String)> {
    let (count, own) = found.interleaving()?;
    let names: Vec<&str> = lfsr_core::catalogue::matching(own.to_u128()?).map(|entry| entry.name).collect();
    let cells = own.degree()?;
    Some((count, names.first().map_or_else(|| format!("a register of {cells} cells"), |name| (*name).to_owned())))
}

fn called(name: &Name) -> String {
    match name.every {
        1 => name.entry.name.to_owned(),
        3 => format!("every 3rd bit of {}", name.entry.name),
        m => format!("every {m}th bit of {}", name.entry.name),
    }
}

fn chance(evidence: Evidence) -> String {
    format!("chance fits as well once in 2^{:.0} streams", evidence.floor())
}

/// Each stream of several.
fn interleaved(file: &str, lanes: &[Identified]) -> String {
    let titles: Vec<String> = lanes.iter().map(|lane| title(lane, &names(lane), &[])).collect();
    let same = titles.windows(2).all(|pair| pair[0] == pair[1]);
    let all = if same { titles.first().cloned().unwrap_or_default() } else { titles.join(", ") };
    let count = lanes.len();
    let mut lines =
        vec![format!("{file}: {count} streams that take turns bit by bit: {all}{}", if same { " each" } else { "" })];
    for (number, (lane, title)) in lanes.iter().zip(&titles).enumerate() {
        let bits = format!("bits {number}, {}, ...", number + count);
        let phase = names(lane).first().map_or(String::new(), phase);
        let wrong = format!("{} of {} bits wrong", lane.errors, lane.compared);
        lines.push(format!("  lane {:<10}{bits:<18}{title}{phase}; {wrong}", number + 1));
    }
    if let Some(reading) = lanes.first().map(|lane| lane.reading).filter(|reading| reading.order.is_some()) {
        lines.push(format!("  {:<15}{reading}", "bit order"));
    }
    lines.push(format!(
        "  {:<15}each lane by itself; {}",
        "found by",
        chance(lanes.iter().map(|lane| lane.evidence).sum())
    ));
    lines.join("\n")
}

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

/// One of the registers that are added.
fn summand(Part { poly, multiplicity, names }: &Part) -> String {
    let power = if *multiplicity > 1 { format!(" ({multiplicity} times)") } else { String::new() };
    let names: Vec<String> = names.iter().map(|name| format!("{}{}", name.entry.name, phase(name))).collect();
    let names = if names.is_empty() { String::new() } else { format!(": {}", names.join("; ")) };
    let poly = if poly.weight() > 40 {
        format!("a polynomial of degree {}", poly.degree().unwrap_or(0))
    } else {
        format!("char:{poly}")
    };
    format!("{poly}{power}{names}")
}

fn phase(name: &Name) -> String {
    let from = if name.entry.seed.is_some() { "its seed" } else { "all ones" };
    name.phase.as_ref().map_or(String::new(), |phase| format!(", {phase} steps after {from}"))
}

fn describe(name: &Name, found: &Identified) -> String {
    let entry = name.entry;
    let polarity = match (found.inverted, entry.is_inverted(), entry.xnor) {
        (true, false, false) => "; INVERTED on its way",
        (false, true, _) => "; INVERTED on its way, since it is sent complemented",
        _ => "",
    };
    let digits = entry.register().degree().div_ceil(4) as usize;
    let seed = name.contents.map_or(String::new(), |contents| format!("; --seed 0x{contents:0digits$x}"));
    format!("{} ({}){}{seed}{polarity}", called(name), entry.used, phase(name))
}

/// One object, schema `lfsr.identify/1`.
#[must_use]
pub fn json(seen: &Seen<'_>, finding: &Finding) -> String {
    let mut object = json!({"schema": "lfsr.identify/1", "source": seen.file, "bits": seen.bits.to_string()});
    let more = match finding {
        Finding::Constant(level) => json!({"result": "constant", "level": u8::from(*level)}),
        Finding::None(nothing) => {
            json!({"result": "none", "shortest": nothing.complexity.to_string(), "ones": nothing.ones,
                "repeats": nothing.repeats, "diagnosis": diagnosis(nothing)})
        }
        Finding::Register(found) => {
            let mut object = register_json(found);
            object["result"] = "register".into();
            object
        }
        Finding::Scrambler(found) => scrambled::json(found),
        Finding::Lanes(lanes) => {
            json!({"result": "lanes", "lanes": lanes.iter().map(register_json).collect::<Vec<_>>()})
        }
    };
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
    }
    object.to_string()
}

fn names_json(names: &[Name]) -> Vec<Value> {
    let one = |name: &Name| {
        json!({"name": name.entry.name, "every": name.every, "phase": name.phase.as_ref().map(ToString::to_string),
            "seed": name.contents.map(|contents| format!("{contents:#x}")), "expected_inverted": Entry::is_inverted(name.entry)})
    };
    names.iter().map(one).collect()
}

fn register_json(found: &Identified) -> Value {
    let c = &found.characteristic;
    let n = c.degree().unwrap_or(0);
    let is_factored = n <= MOST_FACTORED;
    let names = names(found);
    let parts = if is_factored { parts(found) } else { Vec::new() };
    let part = |part: &Part| json!({"characteristic": part.poly.to_string(), "multiplicity": part.multiplicity, "catalogue": names_json(&part.names)});
    let register = AnyRegister::from_characteristic(c.clone()).ok().filter(|_| is_factored);
    let scrambler = Some(c).filter(|_| is_factored).and_then(scrambler);
    json!({
        "title": title(found, &names, &parts), "degree": n, "characteristic": c.to_string(),
        "characteristic_hex": format!("{c:#x}"), "feedback": c.reciprocal().to_string(),
        "primitive": register.and_then(|register| register.structure().is_primitive()),
        "catalogue": names_json(&names), "backwards": reversed_names(found).iter().map(|e| e.name).collect::<Vec<_>>(),
        "parts": parts.iter().map(part).collect::<Vec<_>>(), "satellite": satellite(&parts).map(|(prn, _)| prn),
        "scrambler": scrambler.map(|(own, period)| json!({"feedback": own.reciprocal().to_string(), "period": period.to_string()})),
        "inverted": found.inverted, "order": order(found.reading), "swapped_bits": found.reading.swapped_bits(),
        "state": found.state.as_ref().map(|state| show_state(state, n)), "errors": found.errors.to_string(),
        "from": found.from.to_string(), "slips": found.slips.to_string(), "compared": found.compared.to_string(),
        "method": found.how, "evidence_bits": (10.0 * found.evidence).round() / 10.0,
    })
}

/// The Galois state with the same output as that Fibonacci state.
fn galois_state(c: &Poly, state: &Poly) -> Poly {
    let register = AnyRegister::from_characteristic(c.clone()).ok();
    register.and_then(|register| register.state_in(Form::Galois, state)).unwrap_or_default()
}
