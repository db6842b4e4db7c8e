//! Text for people: the register, its cycles, the verdict, then how it was computed.

use core::time::Duration;
use std::io::{self, Write};

use comfy_table::{CellAlignment, Table, presets};
use lfsr_core::{algebra::BigUint, poly::Poly, register::Form};

use super::{Analysis, Style};
use crate::analysis::map::CycleMap;

/// Periods listed before the rest is summed up (all of them with -v).
const MOST_ROWS: usize = 40;

/// Digits of the longest number shown in full.
const MOST_DIGITS: usize = 60;

/// Terms of the longest polynomial shown in full.
const MOST_TERMS: usize = 65;

pub(super) fn write(analysis: &Analysis<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    heading(analysis, style, out)?;
    cycles(analysis, style, out)?;
    verdict(analysis, style, out)?;
    if style.verbosity >= 0 {
        how(analysis, style, out)?;
    }
    lists(analysis, out)?;
    writeln!(out)
}

fn heading(analysis: &Analysis<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let Analysis { source, answer, .. } = analysis;
    let register = answer.structure.register();
    let form = match register.form() {
        Form::Fibonacci => "Fibonacci",
        Form::Galois => "Galois",
    };
    let xnor = if register.xnor() { " with XNOR" } else { "" };
    let (bold, plain) = bold(style);
    writeln!(out, "{bold}{source}: {}-bit {form} register{xnor}{plain}", register.degree())?;
    if register.singularity() > 0 {
        let lags: Vec<_> = register.lags().map(|lag| lag.to_string()).collect();
        let lags = if lags.is_empty() { "none".to_owned() } else { lags.join(",") };
        writeln!(out, "  feedback        lags {lags} (no lag {})", register.degree())?;
    } else {
        writeln!(out, "  feedback        {}", shown_poly(&register.feedback(), style))?;
    }
    let structure = &answer.structure;
    let order = match structure.order().exact() {
        Some(order) => shown(order, style),
        None => {
            let (low, high) = (structure.order().multiple_of(), structure.order().divides());
            format!("a multiple of {} that divides {}", shown(low, style), shown(high, style))
        }
    };
    let characteristic = shown_poly(register.characteristic(), style);
    let kind = match (structure.is_primitive(), structure.is_irreducible()) {
        (Some(true), _) => "primitive",
        (Some(false), true) => "irreducible, not primitive",
        (None, true) => "irreducible",
        _ => {
            writeln!(out, "  characteristic  {characteristic}")?;
            writeln!(out, "  factors         {}; order {order}", factors(analysis, style))?;
            ""
        }
    };
    if !kind.is_empty() {
        writeln!(out, "  characteristic  {characteristic}: {kind}, order {order}")?;
    }
    if register.singularity() > 0 {
        writeln!(
            out,
            "  singular        {} of {} states are transient, preperiod at most {}",
            shown(&(structure.states() - structure.cyclic_states()), style),
            shown(&structure.states(), style),
            structure.max_preperiod()
        )?;
    }
    Ok(())
}

fn bold(style: Style) -> (&'static str, &'static str) {
    if style.color { ("\x1b[1m", "\x1b[0m") } else { ("", "") }
}

fn factors(analysis: &Analysis<'_>, style: Style) -> String {
    let each = analysis.answer.structure.factors().iter().map(|factor| {
        let power = if factor.multiplicity == 1 { String::new() } else { format!("^{}", factor.multiplicity) };
        format!("({}){power}", shown_poly(&factor.poly, style))
    });
    each.collect::<Vec<_>>().join(" ")
}

fn cycles(analysis: &Analysis<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let Some(cycles) = analysis.answer.cycles() else {
        let why = analysis.answer.why_unknown().unwrap_or_default();
        return writeln!(out, "  cycles          not known exactly: {why}");
    };
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["", "period", "cycles", "states"]);
    let most = if style.verbosity > 0 { usize::MAX } else { MOST_ROWS };
    for cycle in cycles.iter().take(most) {
        let states = &cycle.period * &cycle.count;
        let cells = [&cycle.period, &cycle.count, &states].map(|number| shown(number, style));
        table.add_row(core::iter::once(String::new()).chain(cells));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    writeln!(out, "{}", table.trim_fmt())?;
    if cycles.len() > most {
        let count: BigUint = cycles.iter().skip(most).map(|cycle| &cycle.count).sum();
        writeln!(out, "   ... and {} more periods, {} cycles; all with -v", cycles.len() - most, shown(&count, style))?;
    }
    Ok(())
}

/// A number; without -v the middle of a very long one is left out.
fn shown(number: &BigUint, style: Style) -> String {
    let digits = number.to_string();
    if style.verbosity > 0 || digits.len() <= MOST_DIGITS {
        return digits;
    }
    format!("{}...{} ({} digits)", &digits[..12], &digits[digits.len() - 6..], digits.len())
}

/// A polynomial; without -v a very long one is described.
fn shown_poly(poly: &Poly, style: Style) -> String {
    if style.verbosity > 0 || poly.weight() <= MOST_TERMS {
        return poly.to_string();
    }
    format!("degree {}, {} terms", poly.degree().unwrap_or(0), poly.weight())
}

fn verdict(analysis: &Analysis<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let Analysis { answer, .. } = analysis;
    let (bold, plain) = bold(style);
    let structure = &answer.structure;
    if let Some(map) = answer.map.as_ref().filter(|map| !map.is_complete()) {
        let all = map.register().cyclic_state_count();
        return writeln!(
            out,
            "  {bold}PARTIAL{plain}: stopped after {} of {all} cyclic states ({:.2} %); the cycles found hold {} of them",
            map.visited,
            100.0 * map.visited as f64 / all as f64,
            map.covered
        );
    }
    let Some(cycles) = answer.cycles() else {
        return match answer.is_maximal_length() {
            Some(false) => writeln!(out, "  {bold}Not maximal length{plain}: not primitive."),
            _ => writeln!(out, "  {bold}Not known{plain} whether it is of maximal length."),
        };
    };
    match answer.is_maximal_length() {
        Some(true) => {
            let fixed = cycles.first().is_some_and(|first| first.period == BigUint::from(1u32));
            let fixed = if fixed { " and the lock-up state" } else { "" };
            writeln!(
                out,
                "  {bold}Maximal length{plain}: one cycle of {} states{fixed}.",
                shown(&(structure.states() - 1u32), style)
            )?;
        }
        Some(false) => {
            let count = shown(&cycles.iter().map(|cycle| &cycle.count).sum(), style);
            let longest = cycles.last().map_or_else(|| "unknown".to_owned(), |last| shown(&last.period, style));
            let of = shown(&structure.states(), style);
            let s = if count == "1" { "" } else { "s" };
            writeln!(
                out,
                "  {bold}Not maximal length{plain}: {count} cycle{s}, the longest {longest} of {of} states."
            )?;
        }
        None => writeln!(out, "  {bold}Not known{plain} whether it is of maximal length.")?,
    }
    for difference in &answer.differences {
        writeln!(out, "  {bold}ENUMERATION AND ALGEBRA DIFFER{plain}: {difference}")?;
    }
    Ok(())
}

/// One line of how it is known; with -v all of it.
fn how(analysis: &Analysis<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let Some(map) = &analysis.answer.map else {
        return match analysis.answer.structure.register().narrow() {
            Some(_) => writeln!(out, "  By algebra alone{}", style.how_to_enumerate),
            None => writeln!(out, "  By algebra alone, as no degree above 64 can be enumerated"),
        };
    };
    // What was merged, or done in earlier sessions, took other time.
    let own: u128 = map.stats.workers.iter().map(|worker| u128::from(worker.states)).sum();
    let time = if own * 2 < map.covered { String::new() } else { format!(" in {}", Time(map.stats.wall)) };
    let (all, more) = (map.covered, style.how_in_detail);
    match analysis.answer.is_verified() {
        _ if !map.is_complete() => writeln!(out, "  By enumeration{time}{more}")?,
        Some(true) => {
            writeln!(out, "  Complete: all {all} cyclic states enumerated{time}; algebra gives the same cycles{more}")?
        }
        _ => writeln!(out, "  Complete: all {all} cyclic states enumerated{time}{more}")?,
    }
    if style.verbosity > 0 {
        plan(map, out)?;
        details(map, out)?;
    }
    Ok(())
}

/// With what it was enumerated, and what was checked.
fn plan(map: &CycleMap, out: &mut dyn Write) -> io::Result<()> {
    let plan = &map.plan;
    let section = plan.kernel.section_bits().map_or(String::new(), |zeros| format!(", section of {zeros} zeros"));
    let workers = map.stats.workers.len();
    writeln!(
        out,
        "  {} engine, {} kernel ({}){section}; {} schedule, {workers} worker{}",
        plan.options.engine.name(),
        plan.kernel.name(),
        plan.backend(),
        plan.work.schedule.name(),
        if workers == 1 { "" } else { "s" },
    )?;
    writeln!(out, "  schedule: {}", plan.why)?;
    map.proof.iter().try_for_each(|line| writeln!(out, "  proof: {line}"))
}

/// What -v adds.
fn details(map: &CycleMap, out: &mut dyn Write) -> io::Result<()> {
    if map.residue > 0 {
        writeln!(out, "  residue: {} states on cycles that miss the section", map.residue)?;
    }
    writeln!(
        out,
        "  imbalance: {:.1} % of states, {:.1} % of busy time; cost of scheduling {:.1} %; batches of {}",
        100.0 * map.stats.imbalance_states(),
        100.0 * map.stats.imbalance_busy(),
        100.0 * map.stats.scheduling_cost(),
        map.batch
    )?;
    if let Some(peak) = crate::terminal::size::peak_memory() {
        writeln!(out, "  peak resident size of the program: {}", crate::terminal::size::Bytes(peak))?;
    }
    for (worker, stats) in map.stats.workers.iter().enumerate() {
        writeln!(
            out,
            "  worker {worker}: {} batches, {} stolen, {} states, busy {}",
            stats.batches,
            stats.steals,
            stats.states,
            Time(stats.busy)
        )?;
    }
    Ok(())
}

fn lists(analysis: &Analysis<'_>, out: &mut dyn Write) -> io::Result<()> {
    if !analysis.leaders {
        return Ok(());
    }
    analysis.for_each_cycle(&mut |listed| {
        let kind = if listed.is_leader { "leader" } else { "representative" };
        write!(out, "  {kind} {:#x}  period {}", analysis.written(&listed.state), listed.period)?;
        if analysis.sequences {
            write!(out, " :")?;
            analysis.states(&listed, &mut |state| write!(out, " {state:#x}"))?;
        }
        writeln!(out)
    })
}

/// A duration in a unit that suits it.
pub(super) struct Time(pub(super) Duration);

impl core::fmt::Display for Time {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let seconds = self.0.as_secs_f64();
        if seconds < 1e-3 {
            write!(f, "{:.0} us", seconds * 1e6)
        } else if seconds < 1.0 {
            write!(f, "{:.1} ms", seconds * 1e3)
        } else {
            write!(f, "{seconds:.2} s")
        }
    }
}
