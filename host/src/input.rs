//! Registers from the command line, CSV files and standard input, one at a time, whatever the size of the file.

use std::{
    fmt,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use lfsr_core::{
    catalogue,
    notation::{self, ParseError},
    poly::Poly,
    register::Form,
};

use crate::subject::Subject;

/// Bytes of the longest line that is read: half a million coefficients.
const LONGEST_LINE: usize = 1 << 20;

/// Where a register was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// A file name, `-` for standard input, or the text of an argument.
    pub file: String,
    /// The line, from 1; `None` for an argument.
    pub line: Option<u64>,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        self.line.map_or(Ok(()), |line| write!(f, ":{line}"))
    }
}

/// A register, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Where it stands.
    pub source: Source,
    /// The register, or a message with the column and what was found there.
    pub subject: Result<Subject, String>,
}

/// What to make of a polynomial that does not say it itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Defaults {
    /// The form; `None` is that of the catalogue's entry, else Fibonacci.
    pub form: Option<Form>,
    /// Complemented feedback.
    pub xnor: bool,
}

impl Defaults {
    fn apply(self, characteristic: Poly) -> Subject {
        Subject { characteristic, form: self.form.unwrap_or_default(), xnor: self.xnor }
    }

    /// The register of any notation, or of a name with what the catalogue says of it.
    fn parse(mut self, text: &str) -> Result<Subject, ParseError> {
        if let Some(entry) = catalogue::find(text) {
            self.form = self.form.or(Some(entry.form));
            self.xnor |= entry.xnor;
        }
        notation::parse_poly(text).map(|poly| self.apply(poly))
    }
}

/// The registers of one INPUT: a CSV file, `-` for standard input, or a REGISTER.
///
/// # Errors
/// If a file cannot be opened; the message names it.
pub fn open(input: &str, defaults: Defaults) -> Result<Box<dyn Iterator<Item = Entry>>, String> {
    if input == "-" {
        return Ok(Box::new(lines("-".into(), io::stdin().lock(), defaults)));
    }
    let path = Path::new(input);
    if path.is_dir() {
        return Err(format!("{input}: is a directory; give a CSV file or a register"));
    }
    if path.exists() {
        let file = File::open(path).map_err(|error| format!("{input}: cannot open: {error}"))?;
        return Ok(Box::new(lines(input.into(), BufReader::new(file), defaults)));
    }
    let subject = defaults.parse(input).map_err(|error| {
        let looks_like_a_file =
            path.extension().is_some_and(|e| !e.is_empty() && !input.contains(['+', ':', '[', '^']))
                || input.contains(['/', '\\']) && !input.contains(':');
        if looks_like_a_file { "no such file".into() } else { explain(input, &error) }
    });
    Ok(Box::new(core::iter::once(Entry { source: Source { file: input.into(), line: None }, subject })))
}

/// One register, for commands that take a single one.
///
/// # Errors
/// With the column and what was found there.
pub fn subject(text: &str, defaults: Defaults) -> Result<Subject, String> {
    defaults.parse(text).map_err(|error| format!("{text}: {}", explain(text, &error)))
}

/// The message of a parser, with the column.
pub(crate) fn explain(text: &str, error: &ParseError) -> String {
    // Columns count characters, as an editor does.
    let column = text.get(..error.at).map_or(error.at, |before| before.chars().count()) + 1;
    format!("column {column}: {}", error.problem)
}

/// The registers of a CSV text: see CONTRACT section 2.
///
/// Beyond plain coefficients a line may hold any notation that has a letter or bracket, and after a semicolon the words `fibonacci`,
/// `galois`, `xnor`.
fn lines(file: String, mut reader: impl BufRead, defaults: Defaults) -> impl Iterator<Item = Entry> {
    let mut number = 0;
    let mut done = false;
    core::iter::from_fn(move || {
        while !done {
            number += 1;
            let source = Source { file: file.clone(), line: Some(number) };
            let line = match read_line(&mut reader) {
                Ok(None) => break,
                Ok(Some(line)) => line,
                Err(error) => {
                    done = true;
                    return Some(Entry { source, subject: Err(format!("cannot read: {error}")) });
                }
            };
            let parsed = line.and_then(|line| parse_line(&line, number == 1, defaults));
            if let Some(subject) = parsed.transpose() {
                return Some(Entry { source, subject });
            }
        }
        None
    })
}

/// A line without its end, `None` at the end of the file; too long ones are skipped over without being held.
pub(crate) fn read_line(reader: &mut impl BufRead) -> io::Result<Option<Result<Vec<u8>, String>>> {
    let mut line = Vec::new();
    let read = reader.by_ref().take(LONGEST_LINE as u64).read_until(b'\n', &mut line)?;
    if read == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
    } else if read == LONGEST_LINE {
        reader.skip_until(b'\n')?;
        return Ok(Some(Err(format!(
            "line longer than {LONGEST_LINE} bytes; give a register of such a degree by its exponents"
        ))));
    }
    Ok(Some(Ok(line)))
}

/// The line as text.
pub(crate) fn to_text(line: &[u8]) -> Result<&str, String> {
    core::str::from_utf8(line).map_err(|error| {
        let at = error.valid_up_to();
        format!("column {}: found byte {:#04x}, which is no text", at + 1, line[at])
    })
}

/// The register of a line, `None` if it is blank or a comment.
fn parse_line(line: &[u8], first: bool, defaults: Defaults) -> Result<Option<Subject>, String> {
    let bom: &[u8] = b"\xef\xbb\xbf";
    let (line, skipped) = if first && line.starts_with(bom) { (&line[bom.len()..], 0) } else { (line, 0) };
    let text = to_text(line)?;
    let text = text.split('#').next().unwrap_or_default();
    let (body, words) = text.split_once(';').unwrap_or((text, ""));
    if text.trim().is_empty() {
        return Ok(None);
    }
    let mut defaults = defaults;
    for word in words.split_whitespace() {
        match word.to_ascii_lowercase().as_str() {
            "fibonacci" => defaults.form = Some(Form::Fibonacci),
            "galois" => defaults.form = Some(Form::Galois),
            "xnor" => defaults.xnor = true,
            _ => {
                let column = skipped + text.find(word).unwrap_or(0) + 1;
                return Err(format!("column {column}: found {word:?} where fibonacci, galois or xnor should stand"));
            }
        }
    }
    let start = body.trim_start();
    let other_notation = start.starts_with(['x', 'X', '[']) || start.contains(':') || start.starts_with("1+");
    let parsed = if other_notation || catalogue::find(body).is_some() {
        defaults.parse(body)
    } else {
        // One comma at the end is what spreadsheets leave.
        let trimmed = body.trim_end();
        let row = notation::parse_poly_coefficients(trimmed.strip_suffix(',').unwrap_or(trimmed));
        row.map(|poly| defaults.apply(poly))
    };
    parsed.map(Some).map_err(|error| explain(body, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Vec<(u64, Result<u128, String>)> {
        lines("t".into(), text, Defaults::default())
            .map(|entry| (entry.source.line.unwrap(), entry.subject.map(|s| s.characteristic.to_u128().unwrap_or(0))))
            .collect()
    }

    #[test]
    fn rows_as_people_write_them() {
        let text =
            b"\xef\xbb\xbf1,0,0,1\r\n\n # comment\r\n 0 , 1,1 , # singular\n1,1,0,1,\nx^4+x+1 ; galois XNOR\n1,1";
        let expected = [(1, Ok(0b1_1001)), (4, Ok(0b1110)), (5, Ok(0b1_1011)), (6, Ok(0b1_1001)), (7, Ok(0b111))];
        assert_eq!(read(text), expected);
        let galois = lines("t".into(), &b"x^4+x+1;galois xnor"[..], Defaults::default()).next().unwrap().subject;
        assert_eq!(galois.map(|s| (s.form, s.xnor)), Ok((Form::Galois, true)));
    }

    #[test]
    fn errors_have_line_and_column_and_the_rest_goes_on() {
        let found = read(b"1,2,0\n1,1\n1,,1\n1;0\n\xff\xfe\n1,1,1\n");
        let error = |i: usize| found[i].1.clone().unwrap_err();
        assert_eq!(error(0), "column 3: found '2' where a coefficient 0 or 1 should stand");
        assert_eq!(found[1], (2, Ok(0b111)));
        assert_eq!(error(2), "column 3: found ',' where a coefficient 0 or 1 should stand");
        assert_eq!(error(3), "column 3: found \"0\" where fibonacci, galois or xnor should stand");
        assert_eq!(error(4), "column 1: found byte 0xff, which is no text");
        assert_eq!(found[5], (6, Ok(0b1111)));
    }

    #[test]
    fn sizes_are_bounded() {
        let mut text = b"1,".repeat(5_000_000);
        text.extend(b"1\n1,1\n");
        let found = read(&text);
        assert!(found[0].1.as_ref().unwrap_err().contains("longer than 1048576 bytes"));
        assert_eq!(found[1], (2, Ok(0b111)));
        let wide = read(&b"1,".repeat(64)[..127]);
        assert_eq!(wide[0].1.as_ref().map(|c| 127 - c.leading_zeros()), Ok(64));
        let wider = lines("t".into(), &b"1,".repeat(300)[..599], Defaults::default()).next().unwrap().subject;
        assert_eq!(wider.unwrap().degree(), 300);
    }
}
