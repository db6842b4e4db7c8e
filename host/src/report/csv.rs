//! CSV: one row for each period; with `--leaders` one for each cycle; with `--sequences` one for each state.

use std::io::{self, Write};

use lfsr_core::notation::Polynomial;

use super::{Analysis, states};

const COMMON: &str = "file,line,degree,form,xnor,characteristic,complete";

pub(super) fn header(leaders: bool, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{COMMON},{}", if leaders { "leader,period,state" } else { "period,count" })
}

pub(super) fn write(analysis: &Analysis<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Analysis { source, register, map, .. } = analysis;
    let common = format!(
        "{},{},{},{},{},{},{}",
        quoted(&source.file),
        source.line.map_or(String::new(), |line| line.to_string()),
        register.degree(),
        register.form(),
        register.xnor(),
        Polynomial(register.characteristic()),
        map.is_complete(),
    );
    let Some(leaders) = &map.leaders else {
        for (period, count) in &map.census {
            writeln!(out, "{common},{period},{count}")?;
        }
        return Ok(());
    };
    for cycle in leaders {
        let row = format!("{common},{:#x},{}", cycle.leader, cycle.period);
        if analysis.sequences {
            states(register, cycle.leader, cycle.period, |state| writeln!(out, "{row},{state:#x}"))?;
        } else {
            writeln!(out, "{row},")?;
        }
    }
    Ok(())
}

/// Quoted if it holds a comma, quote or line end (RFC 4180).
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn quoting() {
        assert_eq!(super::quoted("a.csv"), "a.csv");
        assert_eq!(super::quoted("[4,3]"), "\"[4,3]\"");
        assert_eq!(super::quoted("a\"b"), "\"a\"\"b\"");
    }
}
