//! CSV: one row for each period; with `--leaders` one for each cycle; with `--sequences` one for each state.

use std::io::{self, Write};

use super::Analysis;
use crate::input::Origin;

const COMMON: &str = "file,line,degree,form,xnor,characteristic,complete";

pub(super) fn header(leaders: bool, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{COMMON},{}", if leaders { "representative,is_leader,period,state" } else { "period,count" })
}

pub(super) fn write(analysis: &Analysis<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Analysis { source, answer, .. } = analysis;
    let register = answer.structure.register();
    let common = format!(
        "{},{},{},{},{},{},{}",
        quoted(&source.file),
        source.line.map_or(String::new(), |line| line.to_string()),
        register.degree(),
        register.form(),
        register.xnor(),
        register.characteristic(),
        answer.is_complete(),
    );
    let Some(cycles) = answer.cycles() else {
        return writeln!(out, "{common}{}", if analysis.leaders { ",,,," } else { ",," });
    };
    if !analysis.leaders {
        return cycles.iter().try_for_each(|cycle| writeln!(out, "{common},{},{}", cycle.period, cycle.count));
    }
    analysis.for_each_cycle(&mut |listed| {
        let row = format!("{common},{:#x},{},{}", analysis.written(&listed.state), listed.is_leader, listed.period);
        if analysis.sequences {
            analysis.states(&listed, &mut |state| writeln!(out, "{row},{state:#x}"))
        } else {
            writeln!(out, "{row},")
        }
    })
}

/// A row with nothing but where it stands.
pub(super) fn write_failure(source: &Origin, leaders: bool, out: &mut dyn Write) -> io::Result<()> {
    let line = source.line.map_or(String::new(), |line| line.to_string());
    writeln!(out, "{},{line},,,,,false{}", quoted(&source.file), if leaders { ",,,," } else { ",," })
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
