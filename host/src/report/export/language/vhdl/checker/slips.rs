//! What a checker has besides if it looks for slips. Each text is empty if it does not.

use super::{
    super::{moved, unsigned, vector},
    Parts,
};

/// Registers that go on with the sequence, besides the contents.
pub(in super::super) const REGISTERS: [&str; 3] = ["unslipped", "ahead", "behind"];

/// What a register is called inside: a port cannot be read.
pub(in super::super) fn inner(name: &str) -> &str {
    if name == "unslipped" { "as_before" } else { name }
}

/// Signals, behind those of the checker.
pub(super) fn declared(parts: &Parts) -> String {
    let Parts { n, slip, counter, .. } = *parts;
    let signal = |name: &str, kind: String| format!("    signal {name:<13} : {kind};");
    let single = ["follows", "searching", "is_later", "is_earlier", "ends_search"];
    let mut lines: Vec<String> = single.iter().map(|name| signal(name, "std_logic".into())).collect();
    lines.extend(["found", "found_now"].map(|name| signal(name, vector(n))));
    lines.extend(["steps", "last_slip"].map(|name| signal(name, unsigned(slip))));
    lines.push(signal("slip_count", unsigned(counter)));
    text(parts, &lines)
}

/// What follows from the registers.
pub(super) fn compared(parts: &Parts) -> String {
    let Parts { n, slips, .. } = *parts;
    let state = if parts.opposite.is_some() { "not received when polarity = '1' else received" } else { "received" };
    text(
        parts,
        &[
            "    -- After a loss the sequence goes on in as_before as it was. A slip is as many steps as one of the two, that and the one found,",
            &format!("    -- has to take to be what the other was: one at each clock with enable, up to {slips}."),
            &format!("    found_now <= {state};"),
            "    is_later <= '1' when behind = as_before else '0';",
            "    is_earlier <= '1' when ahead = found else '0';",
            &format!("    ends_search <= '1' when is_later = '1' or is_earlier = '1' or steps = {slips} else '0';"),
            "    slips <= std_logic_vector(slip_count);",
            "    slip <= std_logic_vector(last_slip);",
            &format!("    {};", moved("unslipped", "as_before", n)),
            "",
        ],
    )
}

/// With a reset.
pub(super) fn reset(parts: &Parts) -> String {
    let zero = |name: &str| format!("{name} <= (others => '0');");
    let mut lines: Vec<String> =
        ["slip_count", "last_slip", "steps", "as_before", "found", "ahead", "behind"].map(zero).into();
    lines.extend(["follows <= '0';".into(), "searching <= '0';".into()]);
    text(parts, &lines)
}

/// With load.
pub(super) fn load(parts: &Parts) -> String {
    let seed = format!("{};", moved("as_before", "seed", parts.n));
    text(parts, &[&seed, "follows <= '0';", "searching <= '0';"])
}

/// At a clock without a lock.
pub(super) fn search(parts: &Parts) -> String {
    text(
        parts,
        &[
            "if locks = '1' and follows = '0' then",
            "    as_before <= found_now;",
            "else",
            "    as_before <= next_unslipped;",
            "end if;",
            "if locks = '1' then",
            "    follows <= '0';",
            "    searching <= follows;",
            "    steps <= (others => '0');",
            "    found <= found_now;",
            "    ahead <= next_unslipped;",
            "    behind <= found_now;",
            "end if;",
        ],
    )
}

/// At the clock of a loss.
pub(super) fn lose(parts: &Parts) -> String {
    text(parts, &["as_before <= next_state;", "follows <= '1';", "searching <= '0';"])
}

/// At a clock under a lock.
pub(super) fn keep(parts: &Parts) -> String {
    text(
        parts,
        &[
            "if searching = '0' then",
            "    as_before <= next_unslipped;",
            "elsif ends_search = '1' then",
            "    as_before <= next_state;",
            "    searching <= '0';",
            "    if (is_later = '1' or is_earlier = '1') and steps /= 0 then",
            "        if slip_count /= most then",
            "            slip_count <= slip_count + 1;",
            "        end if;",
            "        if is_later = '1' then",
            "            last_slip <= steps;",
            "        else",
            "            last_slip <= (not steps) + 1;",
            "        end if;",
            "    end if;",
            "else",
            "    steps <= steps + 1;",
            "    ahead <= next_ahead;",
            "    behind <= next_behind;",
            "end if;",
        ],
    )
}

/// With clear: a search goes on.
pub(super) fn clear(parts: &Parts) -> String {
    text(parts, &["slip_count <= (others => '0');", "last_slip <= (others => '0');"])
}

fn text(parts: &Parts, lines: &[impl AsRef<str>]) -> String {
    if parts.slips == 0 { String::new() } else { lines.iter().map(|line| line.as_ref().to_owned() + "\n").collect() }
}
