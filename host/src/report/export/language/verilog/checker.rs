//! The body of a checker.

mod slips;

use super::{
    super::{super::Checker, Language, Module, parts::Parts},
    always, network, spaced,
};

pub(super) fn body(module: &Module<'_>, checker: &Checker, language: Language) -> String {
    let parts = Parts::new(module.design, &module.network, checker);
    let design = module.design;
    let reg = if language == Language::SystemVerilog { "logic" } else { "reg" };
    let combined = if language == Language::SystemVerilog { "always_comb" } else { "always @*" };
    let line = if design.signal.inverted { "~data_in" } else { "data_in" };
    let mut text = network(module, language);
    text += &format!(
        "// What was received, and whether it is what the bits before it predict.\nwire {}line = {line};\n",
        spaced(design.width)
    );
    text += &compared(&parts);
    text += &popcount(&parts, reg, combined);
    text += &windows(&parts, reg);
    text += &outputs(&parts);
    text + &clocked(&parts, reg, &always(module, language))
}

fn compared(parts: &Parts) -> String {
    let Parts { n, width, .. } = *parts;
    let mut text = format!("wire {}difference = line ^ predicted;\n", spaced(width));
    text += &format!("wire obeys = difference == {width}'h0;\n");
    if let Some(opposite) = &parts.opposite {
        text += &format!("wire opposes = difference == {};\n", bits(opposite));
    }
    let past = match (width >= n, n) {
        (true, _) if width == n => "line".into(),
        (true, 1) => format!("line[{}]", width - 1),
        (true, _) => format!("line[{}:{}]", width - 1, width - n),
        (false, _) if n - width == 1 => format!("{{line, state[{}]}}", n - 1),
        (false, _) => format!("{{line, state[{}:{width}]}}", n - 1),
    };
    text += &format!("wire {}received = {past};\n", spaced(n));
    text += &format!("wire flat = received == {n}'h0 || received == {{{n}{{1'b1}}}};\n");
    let same = if parts.opposite.is_some() { "inverted ? opposes : obeys" } else { "obeys" };
    text + &format!("wire fits = {same};\n\n")
}

fn popcount(parts: &Parts, reg: &str, combined: &str) -> String {
    let Parts { width, count, .. } = *parts;
    let mask =
        if parts.opposite.is_some() { format!("difference ^ {{{width}{{inverted}}}}") } else { "difference".into() };
    let wrong = format!("assign wrong = locked ? {mask} : {width}'h0;\n");
    if width == 1 {
        return wrong + "wire count = wrong;\n\n";
    }
    format!(
        "{wrong}{reg} [{top}:0] count;\n\
         integer i;\n\
         {combined} begin\n\
         \x20   count = {count}'d0;\n\
         \x20   for (i = 0; i < {width}; i = i + 1)\n\
         \x20       if (wrong[i]) count = count + {count}'d1;\n\
         end\n\n",
        top = count - 1,
    )
}

fn windows(parts: &Parts, reg: &str) -> String {
    let Parts { block, total, group, older, .. } = *parts;
    let mut text = format!(
        "// Wrong bits of the last {} bits, in blocks of {}; with more than {} of them the lock is lost, and they count for nothing.\n",
        parts.lengths().0,
        parts.lengths().1,
        parts.window.limit
    );
    text += &format!("{reg} {}run;\n", spaced(parts.run));
    text += &format!("{reg} {}recent_errors, recent_bits;\n", spaced(total));
    text += &format!("{reg} {}older;\n", spaced(older * block));
    if group > 0 {
        text += &format!("{reg} {}current;\n{reg} {}clocks;\n", spaced(block), spaced(group));
        text += &format!(
            "wire ends = clocks == {group}'d{};\nwire {}block_now = current + {};\n",
            parts.window.group - 1,
            spaced(block),
            widened("count", parts.count, block)
        );
    } else {
        text += &format!("wire {}block_now = count;\n", spaced(block));
    }
    text + &format!(
        "wire {}total = recent_errors + {};\n\
         wire {}leaving = older[{}:{}];\n\
         wire lost = total > {total}'d{};\n\n",
        spaced(total),
        widened("count", parts.count, total),
        spaced(block),
        older * block - 1,
        (older - 1) * block,
        parts.window.limit
    )
}

fn outputs(parts: &Parts) -> String {
    let c = parts.counter;
    format!(
        "// Counters that stay at their end.\n\
         wire {r}more_bits = ~bits < {c}'d{w} ? {{{c}{{1'b1}}}} : bits + {c}'d{w};\n\
         wire {r}more_errors = ~errors < {count} ? {{{c}{{1'b1}}}} : errors + {count};\n\
         assign saturated = &bits || &errors || &losses{slips};\n\
         assign stuck = !locked && (state == {n}'h0 || state == {{{n}{{1'b1}}}});\n\n",
        r = spaced(c),
        w = parts.width,
        n = parts.n,
        slips = if parts.slips > 0 { " || &slips" } else { "" },
        count = widened("count", parts.count, c),
    )
}

/// What happens at the clock.
fn clocked(parts: &Parts, reg: &str, always: &str) -> String {
    let cleared = forget(parts, "        ");
    let (n, c) = (parts.n, parts.counter);
    let (fill, lock, run) = (parts.window.fill, parts.window.lock, parts.run);
    let has_opposite = parts.opposite.is_some();
    let received =
        if has_opposite { format!("locks ? received ^ {{{n}{{inverted_now}}}} : received") } else { "received".into() };
    let restarted = if has_opposite { "obeys || opposes" } else { "obeys" };
    let polarity =
        |indent: &str| if has_opposite { format!("{indent}inverted <= inverted_now;\n") } else { String::new() };
    let (mut declared, mut now) = (String::new(), String::new());
    if has_opposite {
        declared += "// The polarity that this word has, if it obeys either.\nwire inverted_now = filled && (obeys || opposes) ? !obeys : inverted;\n";
    }
    now += &format!("wire filled = run >= {run}'d{fill};\n");
    now += &declared;
    now += &format!(
        "wire {r}run_now = !filled || fits && run != {run}'d{lock} ? run + {run}'d1 :\n\
         \x20   fits ? run : {restarted} ? {run}'d{first} : {run}'d{fill};\n\
         wire locks = run_now == {run}'d{lock} && !flat;\n\n",
        r = spaced(run),
        first = fill + 1,
    );
    let lock_state = format!(
        "            state <= {received};\n\
         \x20           run <= locks ? {run}'d0 : run_now;\n\
         \x20           locked <= locks;\n{}",
        polarity("            ")
    );
    let back = format!(
        "            if (!(&bits)) bits <= bits - {};\n\
         \x20           if (!(&errors)) errors <= errors - {};\n",
        widened("recent_bits", parts.total, c),
        widened("recent_errors", parts.total, c)
    );
    format!(
        "{now}{slips_declared}{always}\n\
         \x20   if (rst) begin\n\
         \x20       state <= {n}'h0;\n\
         \x20       locked <= 1'b0;\n\
         \x20       inverted <= 1'b0;\n\
         \x20       run <= {run}'d0;\n\
         \x20       bits <= {c}'h0;\n\
         \x20       errors <= {c}'h0;\n\
         \x20       losses <= {c}'h0;\n{cleared}{slips_reset}\
         \x20   end else begin\n\
         \x20       if (load) begin\n\
         \x20           state <= seed;\n\
         \x20           locked <= 1'b1;\n\
         \x20           inverted <= 1'b0;\n\
         \x20           run <= {run}'d0;\n{forget4}{slips_load}\
         \x20       end else if (enable && !locked) begin\n{lock_state}{slips_search}\
         \x20       end else if (enable && lost) begin\n\
         \x20           state <= next_state;\n\
         \x20           locked <= 1'b0;\n{back}\
         \x20           if (!(&losses)) losses <= losses + {c}'d1;\n{forget4}{slips_lose}\
         \x20       end else if (enable) begin\n\
         \x20           state <= next_state;\n\
         \x20           bits <= more_bits;\n\
         \x20           errors <= more_errors;\n{keep}{slips_keep}\
         \x20       end\n\
         \x20       if (clear) begin\n\
         \x20           bits <= {c}'h0;\n\
         \x20           errors <= {c}'h0;\n\
         \x20           losses <= {c}'h0;\n{forget4}{slips_clear}\
         \x20       end\n\
         \x20   end\n",
        slips_declared = slips::declared(parts, reg),
        slips_reset = slips::reset(parts),
        slips_load = slips::load(parts),
        slips_search = slips::search(parts),
        slips_lose = slips::lose(parts),
        slips_keep = slips::keep(parts),
        slips_clear = slips::clear(parts),
        forget4 = forget(parts, "            "),
        keep = keep(parts),
    )
}

/// The window begins anew.
fn forget(parts: &Parts, indent: &str) -> String {
    let mut text = String::new();
    text += &format!("{indent}recent_errors <= {0}'d0;\n{indent}recent_bits <= {0}'d0;\n", parts.total);
    text += &format!("{indent}older <= {}'h0;\n", parts.older * parts.block);
    if parts.group > 0 {
        text += &format!("{indent}current <= {}'d0;\n{indent}clocks <= {}'d0;\n", parts.block, parts.group);
    }
    text
}

/// A clock of the window.
fn keep(parts: &Parts) -> String {
    let Parts { block, total, group, older, width, .. } = *parts;
    let (span, length) = parts.lengths();
    let end = |indent: &str| {
        format!(
            "{indent}recent_errors <= total - {};\n\
             {indent}recent_bits <= recent_bits == {total}'d{full} ? {total}'d{kept} : recent_bits + {total}'d{width};\n\
             {indent}older <= {{older[{}:0], block_now}};\n",
            widened("leaving", block, total),
            (older - 1) * block - 1,
            full = span - width,
            kept = span - length,
        )
    };
    if group == 0 {
        return end("            ");
    }
    format!(
        "            clocks <= ends ? {group}'d0 : clocks + {group}'d1;\n\
         \x20           current <= ends ? {block}'d0 : block_now;\n\
         \x20           if (ends) begin\n{}\
         \x20           end else begin\n\
         \x20               recent_errors <= total;\n\
         \x20               recent_bits <= recent_bits + {total}'d{width};\n\
         \x20           end\n",
        end("                ")
    )
}

/// A number with zeros above it.
fn widened(name: &str, from: usize, to: usize) -> String {
    if from == to { name.to_owned() } else { format!("{{{}'d0, {name}}}", to - from) }
}

/// A constant, bit 0 last.
fn bits(bits: &[bool]) -> String {
    let digits: String = bits.iter().rev().map(|&bit| if bit { '1' } else { '0' }).collect();
    format!("{}'b{digits}", bits.len())
}
