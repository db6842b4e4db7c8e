//! What a checker has besides its sums.

mod slips;

use super::{
    super::{super::Checker, Module, parts::Parts},
    Constant, moved, network, unsigned, vector,
};

pub(super) use slips::{REGISTERS as SLIP_REGISTERS, inner};

/// Declarations and body.
pub(super) fn parts(module: &Module<'_>, checker: &Checker) -> (String, String) {
    let parts = Parts::new(module.design, &module.network, checker);
    let is_inverted = module.design.signal.inverted;
    let body = network(module)
        + &compared(&parts, is_inverted)
        + &counted(&parts)
        + &slips::compared(&parts)
        + &clocked(&parts, module.design.asynchronous);
    (declared(&parts), body)
}

/// Ones of a vector.
const ONES: &str = "    function ones (vector : std_logic_vector) return natural is
        variable sum : natural := 0;
    begin
        for i in vector'range loop
            if vector(i) = '1' then
                sum := sum + 1;
            end if;
        end loop;
        return sum;
    end function;

";

fn declared(parts: &Parts) -> String {
    let Parts { n, width, counter, run, count, block, total, group, older, .. } = *parts;
    let constant = |name: &str, width: usize, bit: char| {
        format!("    constant {name} : {} := (others => '{bit}');\n", vector(width))
    };
    let signal = |name: &str, kind: String| format!("    signal {name:<13} : {kind};\n");
    let mut text = constant("no_difference", width, '0') + &constant("low", n, '0') + &constant("high", n, '1');
    text += &format!("    constant most : {} := (others => '1');\n", unsigned(counter));
    for name in ["word_in", "difference", "wrong_now"] {
        text += &signal(name, vector(width));
    }
    text += &signal("received", vector(n));
    for name in ["obeys", "opposes", "fits", "flat", "filled", "locks", "lost", "is_locked", "is_inverted", "polarity"]
    {
        if parts.opposite.is_some() || !["opposes", "polarity"].contains(&name) {
            text += &signal(name, "std_logic".into());
        }
    }
    text += &(signal("run", unsigned(run)) + &signal("run_now", unsigned(run)) + &signal("count", unsigned(count)));
    if group > 0 {
        text += &(signal("current", unsigned(block)) + &signal("clocks", unsigned(group)));
        text += &signal("ends", "std_logic".into());
    }
    text += &(signal("block_now", unsigned(block)) + &signal("total", unsigned(total)));
    text += &(signal("recent_errors", unsigned(total)) + &signal("recent_bits", unsigned(total)));
    text += &signal("older", unsigned(older * block));
    for name in ["bit_count", "error_count", "loss_count", "more_bits", "more_errors"] {
        text += &signal(name, unsigned(counter));
    }
    text += &slips::declared(parts);
    text + "\n" + ONES
}

/// The word against what is predicted, and what follows of it while there is no lock.
fn compared(parts: &Parts, is_inverted: bool) -> String {
    let Parts { n, width, .. } = *parts;
    let (fill, lock) = (parts.window.fill, parts.window.lock);
    let not = if is_inverted { "not " } else { "" };
    let mut text = "    -- What was received, and whether it is what the bits before it predict.\n".to_owned();
    text += &format!("    {};\n", moved("word_in", &format!("{not}data_in"), width));
    text += "    difference <= word_in xor predicted;\n    obeys <= '1' when difference = no_difference else '0';\n";
    if let Some(opposite) = &parts.opposite {
        let opposite = Constant::new(opposite.iter().copied());
        text += &format!("    opposes <= '1' when {} else '0';\n", opposite.equals("difference"));
        text += "    fits <= opposes when is_inverted = '1' else obeys;\n";
        text += "    wrong_now <= no_difference when is_locked = '0' else not difference when is_inverted = '1' else difference;\n";
    } else {
        text += "    fits <= obeys;\n    wrong_now <= difference when is_locked = '1' else no_difference;\n";
    }
    text += &match width >= n {
        true => format!("    received <= word_in({} downto {});\n", width - 1, width - n),
        false => format!("    received <= word_in & contents({} downto {width});\n", n - 1),
    };
    text += "    flat <= '1' when received = low or received = high else '0';\n";
    text += &format!("    filled <= '1' when run >= {fill} else '0';\n");
    let restarted = if parts.opposite.is_some() {
        text += "    -- The polarity that this word has, if it obeys either.\n";
        text += "    polarity <= not obeys when filled = '1' and (obeys = '1' or opposes = '1') else is_inverted;\n";
        "obeys = '1' or opposes = '1'"
    } else {
        "obeys = '1'"
    };
    let constant = |value: usize| format!("to_unsigned({value}, {})", parts.run);
    text += &format!(
        "    run_now <= run + 1 when filled = '0' or (fits = '1' and run /= {lock}) else\n\
         \x20              run when fits = '1' else\n\
         \x20              {} when {restarted} else\n\
         \x20              {};\n",
        constant(fill + 1),
        constant(fill),
    );
    text + &format!("    locks <= '1' when run_now = {lock} and flat = '0' else '0';\n\n")
}

/// The window and the counters.
fn counted(parts: &Parts) -> String {
    let Parts { width, group, count, .. } = *parts;
    let (span, length) = parts.lengths();
    let limit = parts.window.limit;
    let mut text = format!(
        "    -- Wrong bits of the last {span} bits, in blocks of {length}; with more than {limit} of them the lock is lost, and they count for nothing.\n"
    );
    text += &format!("    count <= to_unsigned(ones(wrong_now), {count});\n");
    text += &match group {
        0 => "    block_now <= count;\n".into(),
        _ => format!(
            "    ends <= '1' when clocks = {} else '0';\n    block_now <= current + count;\n",
            parts.window.group - 1
        ),
    };
    text += "    total <= recent_errors + count;\n";
    text += &format!("    lost <= '1' when total > {limit} else '0';\n\n");
    text += "    -- Counters that stay at their end.\n";
    text += &format!("    more_bits <= most when (not bit_count) < {width} else bit_count + {width};\n");
    text += "    more_errors <= most when (not error_count) < count else error_count + count;\n";
    let slips = if parts.slips > 0 { " or slip_count = most" } else { "" };
    text += &format!(
        "    saturated <= '1' when bit_count = most or error_count = most or loss_count = most{slips} else '0';\n"
    );
    text += "    stuck <= '1' when is_locked = '0' and (contents = low or contents = high) else '0';\n";
    text += "    locked <= is_locked;\n    inverted <= is_inverted;\n";
    text += &format!("    {};\n", moved("wrong", "wrong_now", width));
    text += "    bits <= std_logic_vector(bit_count);\n    errors <= std_logic_vector(error_count);\n";
    text + "    losses <= std_logic_vector(loss_count);\n\n"
}

/// What happens at the clock.
fn clocked(parts: &Parts, asynchronous: bool) -> String {
    let zero = |name: &str| format!("{name} <= (others => '0');\n");
    let blocks: &[&str] = if parts.group > 0 { &["current", "clocks"] } else { &[] };
    let window = ["recent_errors", "recent_bits", "older"].iter().chain(blocks);
    let forget: String = window.map(|name| zero(name)).collect();
    let counters = ["bit_count", "error_count", "loss_count"].map(zero);
    let inverted = if parts.opposite.is_some() { "is_inverted <= polarity;\n" } else { "" };
    let state = if parts.opposite.is_some() {
        "if locks = '1' and polarity = '1' then\n    contents <= not received;\nelse\n    contents <= received;\nend if;\n"
    } else {
        "contents <= received;\n"
    };
    let back = "if bit_count /= most then\n    bit_count <= bit_count - recent_bits;\nend if;\n\
                if error_count /= most then\n    error_count <= error_count - recent_errors;\nend if;\n";
    let reset = zero("contents")
        + "is_locked <= '0';\nis_inverted <= '0';\n"
        + &zero("run")
        + &counters.concat()
        + &forget
        + &slips::reset(parts);
    let load = format!("{};\nis_locked <= '1';\nis_inverted <= '0';\n", moved("contents", "seed", parts.n))
        + &zero("run")
        + &forget
        + &slips::load(parts);
    let search = format!(
        "{state}if locks = '1' then\n    run <= (others => '0');\nelse\n    run <= run_now;\nend if;\nis_locked <= locks;\n{inverted}{}",
        slips::search(parts)
    );
    let lose = format!(
        "contents <= next_state;\nis_locked <= '0';\n{back}if loss_count /= most then\n    loss_count <= loss_count + 1;\nend if;\n"
    ) + &forget
        + &slips::lose(parts);
    let keep = "contents <= next_state;\nbit_count <= more_bits;\nerror_count <= more_errors;\n".to_owned()
        + &keep(parts)
        + &slips::keep(parts);
    let body = format!(
        "if load = '1' then\n{}elsif enable = '1' and is_locked = '0' then\n{}elsif enable = '1' and lost = '1' then\n{}elsif enable = '1' then\n{}end if;\nif clear = '1' then\n{}end if;\n",
        indented(&load, 1),
        indented(&search, 1),
        indented(&lose, 1),
        indented(&keep, 1),
        indented(&(counters.concat() + &forget + &slips::clear(parts)), 1),
    );
    let (sensitive, inner) = if asynchronous {
        (
            "clk, rst",
            format!(
                "if rst = '1' then\n{}elsif rising_edge(clk) then\n{}end if;\n",
                indented(&reset, 1),
                indented(&body, 1)
            ),
        )
    } else {
        let chosen = format!("if rst = '1' then\n{}else\n{}end if;\n", indented(&reset, 1), indented(&body, 1));
        ("clk", format!("if rising_edge(clk) then\n{}end if;\n", indented(&chosen, 1)))
    };
    indented(&format!("process ({sensitive})\nbegin\n{}end process;\n", indented(&inner, 1)), 1)
}

/// A clock of the window.
fn keep(parts: &Parts) -> String {
    let Parts { width, block, older, group, .. } = *parts;
    let (span, length) = parts.lengths();
    let end = format!(
        "recent_errors <= total - older({} downto {});\n\
         older <= older({} downto 0) & block_now;\n\
         if recent_bits = {} then\n    recent_bits <= to_unsigned({}, {});\nelse\n    recent_bits <= recent_bits + {width};\nend if;\n",
        older * block - 1,
        (older - 1) * block,
        (older - 1) * block - 1,
        span - width,
        span - length,
        parts.total,
    );
    match group {
        0 => end,
        _ => format!(
            "if ends = '1' then\n    clocks <= (others => '0');\n    current <= (others => '0');\n{}else\n    clocks <= clocks + 1;\n    current <= block_now;\n    recent_errors <= total;\n    recent_bits <= recent_bits + {width};\nend if;\n",
            indented(&end, 1)
        ),
    }
}

/// The lines, so many levels deeper.
fn indented(text: &str, levels: usize) -> String {
    text.lines().map(|line| format!("{}{line}\n", "    ".repeat(levels))).collect()
}
