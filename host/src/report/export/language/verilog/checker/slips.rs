//! What a checker has besides if it looks for slips. Each text is empty if it does not.

use super::{super::spaced, Parts};

/// Registers and wires, behind those of the checker.
pub(super) fn declared(parts: &Parts, reg: &str) -> String {
    let Parts { n, slips, slip, .. } = *parts;
    let state =
        if parts.opposite.is_some() { format!("received ^ {{{n}{{inverted_now}}}}") } else { "received".into() };
    text(
        parts,
        "",
        &[
            "// After a loss the sequence goes on in unslipped as it was. A slip is as many steps as one of the two, that and the one found,",
            &format!("// has to take to be what the other was: one at each clock with enable, up to {slips}."),
            &format!("{reg} follows, searching;"),
            &format!("{reg} {}steps;", spaced(slip)),
            &format!("{reg} {}found;", spaced(n)),
            &format!("wire {}found_now = {state};", spaced(n)),
            "wire is_later = behind == unslipped;",
            "wire is_earlier = ahead == found;",
            &format!("wire ends_search = is_later || is_earlier || steps == {slip}'d{slips};"),
            "",
        ],
    )
}

/// With a reset.
pub(super) fn reset(parts: &Parts) -> String {
    let Parts { n, slip, counter, .. } = *parts;
    let zero = |name: &str, width: usize| format!("{name} <= {width}'h0;");
    let mut lines = vec![zero("slips", counter), zero("slip", slip)];
    lines.extend(["follows <= 1'b0;".into(), "searching <= 1'b0;".into(), zero("steps", slip)]);
    lines.extend(["unslipped", "found", "ahead", "behind"].map(|name| zero(name, n)));
    text(parts, "        ", &lines)
}

/// With load.
pub(super) fn load(parts: &Parts) -> String {
    text(parts, "            ", &["unslipped <= seed;", "follows <= 1'b0;", "searching <= 1'b0;"])
}

/// At a clock without a lock.
pub(super) fn search(parts: &Parts) -> String {
    text(
        parts,
        "            ",
        &[
            "unslipped <= locks && !follows ? found_now : next_unslipped;",
            "if (locks) begin",
            "    follows <= 1'b0;",
            "    searching <= follows;",
            &format!("    steps <= {}'d0;", parts.slip),
            "    found <= found_now;",
            "    ahead <= next_unslipped;",
            "    behind <= found_now;",
            "end",
        ],
    )
}

/// At the clock of a loss.
pub(super) fn lose(parts: &Parts) -> String {
    text(parts, "            ", &["unslipped <= next_state;", "follows <= 1'b1;", "searching <= 1'b0;"])
}

/// At a clock under a lock.
pub(super) fn keep(parts: &Parts) -> String {
    let Parts { counter, slip, .. } = *parts;
    text(
        parts,
        "            ",
        &[
            "if (!searching)",
            "    unslipped <= next_unslipped;",
            "else if (ends_search) begin",
            "    unslipped <= next_state;",
            "    searching <= 1'b0;",
            &format!("    if ((is_later || is_earlier) && steps != {slip}'d0) begin"),
            &format!("        if (!(&slips)) slips <= slips + {counter}'d1;"),
            &format!("        slip <= is_later ? steps : {slip}'d0 - steps;"),
            "    end",
            "end else begin",
            &format!("    steps <= steps + {slip}'d1;"),
            "    ahead <= next_ahead;",
            "    behind <= next_behind;",
            "end",
        ],
    )
}

/// With clear: a search goes on.
pub(super) fn clear(parts: &Parts) -> String {
    let Parts { counter, slip, .. } = *parts;
    text(parts, "            ", &[format!("slips <= {counter}'h0;"), format!("slip <= {slip}'h0;")])
}

fn text(parts: &Parts, indent: &str, lines: &[impl AsRef<str>]) -> String {
    if parts.slips == 0 {
        return String::new();
    }
    let line = |line: &str| if line.is_empty() { "\n".to_owned() } else { format!("{indent}{line}\n") };
    lines.iter().map(|text| line(text.as_ref())).collect()
}
