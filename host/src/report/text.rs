//! Text for people: the register, its cycles, the verdict, then how it was computed.

use core::time::Duration;
use std::io::{self, Write};

use comfy_table::{CellAlignment, Table, presets};
use lfsr_core::{
    notation::{List, Polynomial},
    register::Form,
};

use super::{Analysis, Style, states};

/// Periods listed before the rest is summed up (all of them with -v).
const MOST_ROWS: usize = 40;

pub(super) fn write(analysis: &Analysis<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    heading(analysis, style, out)?;
    cycles(analysis, style, out)?;
    verdict(analysis, style, out)?;
    how(analysis, style, out)?;
    lists(analysis, out)?;
    writeln!(out)
}

fn heading(analysis: &Analysis<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let Analysis { source, register, facts, .. } = analysis;
    let form = match register.form() {
        Form::Fibonacci => "Fibonacci",
        Form::Galois => "Galois",
    };
    let xnor = if register.xnor() { " with XNOR" } else { "" };
    let (bold, plain) = if style.color { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    writeln!(out, "{bold}{source}: {}-bit {form} register{xnor}{plain}", register.degree())?;
    if register.is_singular() {
        writeln!(out, "  feedback        lags {} (no lag {})", List(register.feedback() & !1), register.degree())?;
    } else {
        writeln!(out, "  feedback        {}", Polynomial(register.feedback()))?;
    }
    writeln!(out, "  characteristic  {}", Polynomial(register.characteristic()))?;
    let irreducible = match (facts.primitive, facts.irreducible) {
        (true, _) => "primitive".to_owned(),
        (_, true) => "irreducible, not primitive".to_owned(),
        _ => factors(analysis),
    };
    let order = facts.order.map_or(String::new(), |order| format!("; order {order}"));
    writeln!(out, "  factors         {irreducible}{order}")?;
    if register.is_singular() {
        writeln!(
            out,
            "  singular        {} of {} states are transient, preperiod at most {}",
            register.state_count() - register.cyclic_state_count(),
            register.state_count(),
            register.singularity()
        )?;
    }
    Ok(())
}

fn factors(analysis: &Analysis<'_>) -> String {
    let each = analysis.facts.factors.iter().map(|factor| {
        let poly = Polynomial(factor.poly);
        if factor.multiplicity == 1 { format!("({poly})") } else { format!("({poly})^{}", factor.multiplicity) }
    });
    each.collect::<Vec<_>>().join(" ")
}

fn cycles(analysis: &Analysis<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let census = &analysis.map.census;
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["", "period", "cycles", "states"]);
    let most = if style.verbosity > 0 { usize::MAX } else { MOST_ROWS };
    for (&period, &count) in census.iter().take(most) {
        let states = u128::from(period) * u128::from(count);
        table.add_row([String::new(), period.to_string(), count.to_string(), states.to_string()]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    writeln!(out, "{}", table.trim_fmt())?;
    if census.len() > most {
        let (periods, count) =
            census.iter().skip(most).fold((0, 0), |(periods, sum), (_, count)| (periods + 1, sum + count));
        writeln!(out, "   ... and {periods} more periods, {count} cycles; all with -v")?;
    }
    Ok(())
}

fn verdict(analysis: &Analysis<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let Analysis { register, map, .. } = analysis;
    let (bold, plain) = if style.color { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    if !map.is_complete() {
        let all = register.cyclic_state_count();
        return writeln!(
            out,
            "  {bold}PARTIAL{plain}: stopped after {} of {all} cyclic states ({:.2} %)",
            map.covered,
            100.0 * map.covered as f64 / all as f64
        );
    }
    let lockup = map.census.get(&1).copied().unwrap_or(0);
    if map.is_maximal_length() {
        let fixed = if lockup == 1 { " and the lock-up state" } else { "" };
        writeln!(out, "  {bold}Maximal length{plain}: one cycle of {} states{fixed}.", map.max_period())?;
    } else {
        writeln!(
            out,
            "  {bold}Not maximal length{plain}: {} cycles, the longest {} of {} states.",
            map.cycle_count(),
            map.max_period(),
            register.state_count()
        )?;
    }
    writeln!(out, "  Complete: all {} cyclic states accounted for.", register.cyclic_state_count())
}

fn how(analysis: &Analysis<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if style.verbosity < 0 {
        return Ok(());
    }
    let how = &analysis.map.how;
    let section = how.section_bits.map_or(String::new(), |zeros| format!(", section of {zeros} zeros"));
    let workers = how.stats.workers.len();
    writeln!(
        out,
        "  {} engine, {} kernel ({}){section}; {} schedule, {workers} worker{}, {}",
        how.engine,
        how.kernel,
        how.backend,
        how.schedule,
        if workers == 1 { "" } else { "s" },
        Time(how.stats.wall)
    )?;
    writeln!(out, "  schedule: {}", how.why)?;
    for line in &how.proof {
        writeln!(out, "  proof: {line}")?;
    }
    if style.verbosity > 0 {
        if how.residue > 0 {
            writeln!(out, "  residue: {} states on cycles that miss the section", how.residue)?;
        }
        writeln!(
            out,
            "  imbalance: {:.1} % of states, {:.1} % of busy time; cost of scheduling {:.1} %; batches of {}",
            100.0 * how.stats.imbalance_states(),
            100.0 * how.stats.imbalance_busy(),
            100.0 * how.stats.scheduling_cost(),
            how.batch
        )?;
        if let Some(peak) = crate::size::peak_memory() {
            writeln!(out, "  peak resident size of the program: {}", crate::size::Bytes(peak))?;
        }
        for (worker, stats) in how.stats.workers.iter().enumerate() {
            writeln!(
                out,
                "  worker {worker}: {} batches, {} stolen, {} states, busy {}",
                stats.batches,
                stats.steals,
                stats.states,
                Time(stats.busy)
            )?;
        }
    }
    Ok(())
}

fn lists(analysis: &Analysis<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Some(leaders) = &analysis.map.leaders else { return Ok(()) };
    for cycle in leaders {
        write!(out, "  leader {:#x}  period {}", cycle.leader, cycle.period)?;
        if analysis.sequences {
            write!(out, " :")?;
            states(analysis.register, cycle.leader, cycle.period, |state| write!(out, " {state:#x}"))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// A duration in a unit that suits it.
struct Time(Duration);

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
