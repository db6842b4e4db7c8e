//! `lfsr table-check`.

mod similar;

use std::{
    fs::File,
    io::{self, BufReader, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use lfsr_core::algebra::Proof;

use super::{
    failure::{Failure, complain, explained, note_terminal},
    primitive::Verdict,
};
use crate::{
    cmd::{options::Global, status::Status},
    input::{Origin, Row, read_line, text_at_all},
    report::TextOrJson,
    terminal::output::Output,
};

/// Checks a table of taps or polynomials row by row, and names the rows that are not primitive.
///
/// A row is a list of taps (102,101,36,35), a polynomial in any notation, or coefficients; brackets around it are ignored, and a number
/// before it with a colon, an equals sign or a bar between is the degree it claims to have. #, // and -- start comments. Exit status 1
/// if a row is wrong, 2 if one cannot be read.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  printf '16,14,13,11\\n102,101,36,35\\n' | lfsr table-check -")]
pub(super) struct TableCheck {
    /// The table; `-` for standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// How results are written: wrong rows and a summary (all rows with -v), or an object for each row.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
    /// Write to a file, whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Rows by what became of them.
#[derive(Debug, Default)]
struct Counts {
    primitive: u64,
    wrong: u64,
    unknown: u64,
    unreadable: u64,
}

impl TableCheck {
    /// Checks every row.
    ///
    /// # Errors
    /// If the file cannot be opened or the output not be written.
    pub(super) fn run(self, global: &Global) -> Result<Status, Failure> {
        let name = self.file.display().to_string();
        let mut reader: Box<dyn io::BufRead> = if self.file == Path::new("-") {
            note_terminal("rows");
            Box::new(io::stdin().lock())
        } else {
            if self.file.is_dir() {
                return Err(Failure::bad_input(format!("{name}: is a directory; give a file")));
            }
            let file = File::open(&self.file);
            Box::new(BufReader::new(file.map_err(|e| Failure::bad_input(format!("{name}: cannot open: {e}")))?))
        };
        text_at_all(&mut reader).map_err(|error| Failure::bad_input(format!("{name}: {error}")))?;
        let mut out = Output::new(self.output.as_deref())?;
        let mut counts = Counts::default();
        for number in 1.. {
            let line =
                read_line(&mut reader).map_err(|e| Failure::failed(format!("{name}:{number}: cannot read: {e}")))?;
            let Some(line) = line else { break };
            let source = Origin { file: name.clone(), line: Some(number) };
            match line.and_then(|line| Row::parse(&line)) {
                Ok(None) => {}
                Ok(Some(row)) => {
                    let text = self.check(&row, &source, global, &mut counts);
                    out.write_all(text.as_bytes()).map_err(|error| out.error(error))?;
                }
                Err(problem) => {
                    counts.unreadable += 1;
                    complain(&format!("{source}: {}", explained(&problem)));
                }
            }
        }
        let Counts { primitive, wrong, unknown, unreadable } = counts;
        let rows = primitive + wrong + unknown + unreadable;
        if rows == 0 {
            return Err(Failure::bad_input(format!("{name}: no row in it; write one a line, such as 16,14,13,11")));
        }
        let summary = if self.format == TextOrJson::Json {
            serde_json::json!({
                "schema": "lfsr.table-check-summary/1", "file": name, "rows": rows,
                "primitive": primitive, "wrong": wrong, "unknown": unknown, "unreadable": unreadable,
            })
            .to_string()
        } else {
            let mut text = format!("{name}: {rows} rows: {primitive} primitive, {wrong} wrong");
            if unknown > 0 {
                text += &format!(", {unknown} not known");
            }
            if unreadable > 0 {
                text += &format!(", {unreadable} not readable");
            }
            text
        };
        writeln!(out, "{summary}").map_err(|error| out.error(error))?;
        out.finish()?;
        Ok(match () {
            () if unreadable > 0 => Status::BadInput,
            () if wrong > 0 => Status::No,
            () if unknown > 0 => Status::Failed,
            () => Status::Done,
        })
    }

    /// The lines about one row.
    fn check(&self, row: &Row, source: &Origin, global: &Global, counts: &mut Counts) -> String {
        let verdict = Verdict::new(&row.characteristic);
        let degree = row.characteristic.degree().unwrap_or(0);
        let other_degree = row.claimed_degree.filter(|claimed| *claimed != degree as u64);
        let primitive = verdict.certificate.is_primitive();
        let wrong = primitive == Some(false) || other_degree.is_some();
        match primitive {
            _ if wrong => counts.wrong += 1,
            Some(_) => counts.primitive += 1,
            None => counts.unknown += 1,
        }
        let mut what = verdict.text();
        if let Some(claimed) = other_degree {
            what = format!("is of degree {degree}, not {claimed}; {what}");
        }
        let similar = if wrong { similar::rows(row) } else { vec![] };
        if self.format == TextOrJson::Json {
            let factors = match &verdict.certificate.proof {
                Proof::Reducible { factors } => {
                    Some(factors.iter().map(|(p, m)| format!("{p}^{m}")).collect::<Vec<_>>())
                }
                _ => None,
            };
            let object = serde_json::json!({
                "schema": "lfsr.table-check/1",
                "source": { "file": source.file, "line": source.line },
                "row": row.text, "degree": degree, "claimed_degree": row.claimed_degree,
                "characteristic": row.characteristic.to_string(), "primitive": primitive,
                "wrong": wrong, "factors": factors, "finding": what, "similar": similar,
            });
            return format!("{object}\n");
        }
        if !wrong && primitive.is_some() && global.verbose == 0 {
            return String::new();
        }
        let mut text = format!("{source}: {}: {what}\n", row.text);
        if !similar.is_empty() {
            text += &format!("  primitive, and differing in least: {}\n", similar.join("; "));
        }
        text
    }
}
