//! Registers from the command line, CSV files and standard input, one at a time, whatever the size of the file.

mod error;
mod row;
mod similar;

use std::{
    fmt,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

pub use error::InputError;
use error::LONGEST_LINE;
use lfsr_core::{
    catalogue,
    notation::Notation,
    register::{AnyRegister, Form, Shift},
};
pub(crate) use row::Row;
pub(crate) use similar::{did_you_mean, similar, similar_of};

/// Where a register was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// A file name, `-` for standard input, or the text of an argument.
    pub file: String,
    /// The line, from 1; `None` for an argument.
    pub line: Option<u64>,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        self.line.map_or(Ok(()), |line| write!(f, ":{line}"))
    }
}

/// A register, or why there is none.
#[derive(Debug)]
pub struct Entry {
    /// Where it stands.
    pub source: Origin,
    /// The register, or what is wrong there.
    pub register: Result<AnyRegister, InputError>,
    /// Which way it shifts: how its states are written.
    pub shift: Shift,
}

impl Entry {
    fn new(source: Origin, read: Result<Notation, InputError>, defaults: Defaults) -> Self {
        let shift = read.as_ref().map_or_else(|_| Shift::default(), |notation| defaults.shift(notation));
        Self { source, register: read.map(|notation| defaults.register(&notation)), shift }
    }
}

/// What to make of a text that does not say it itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Defaults {
    /// The form; `None` is that of the catalogue's entry, else Fibonacci.
    pub form: Option<Form>,
    /// Complemented feedback.
    pub xnor: bool,
    /// Which way it shifts; `None` is as the catalogue's entry, else right.
    pub shift: Option<Shift>,
}

impl Defaults {
    /// The register of a notation.
    #[must_use]
    pub fn register(self, notation: &Notation) -> AnyRegister {
        notation.register_or(self.form, self.xnor)
    }

    /// Which way the register of a notation shifts.
    #[must_use]
    pub fn shift(self, notation: &Notation) -> Shift {
        self.shift.or(self.as_entry(notation).map(|entry| entry.shift)).unwrap_or_default()
    }

    /// The catalogue's entry, if a notation is its name and the register is that of the entry, gates and all.
    #[must_use]
    pub fn as_entry(self, notation: &Notation) -> Option<&'static catalogue::Entry> {
        let register = self.register(notation);
        notation.entry.filter(|entry| (entry.form, entry.xnor) == (register.form(), register.xnor()))
    }
}

/// Reads one text.
///
/// # Errors
/// With the column and what was found there.
pub fn notation(text: &str) -> Result<Notation, InputError> {
    Notation::read(text).map_err(|error| InputError::syntax(text, &error))
}

/// The registers of one INPUT: a CSV file, `-` for standard input, or a REGISTER.
///
/// # Errors
/// If a file cannot be opened.
pub fn open(input: &str, defaults: Defaults) -> Result<Box<dyn Iterator<Item = Entry>>, InputError> {
    if input == "-" {
        return Ok(Box::new(lines("-".into(), io::stdin().lock(), defaults)));
    }
    let path = Path::new(input);
    if path.is_dir() {
        return Err(InputError::Directory);
    }
    if path.exists() {
        let file = File::open(path).map_err(InputError::Open)?;
        return Ok(Box::new(lines(input.into(), BufReader::new(file), defaults)));
    }
    let read = match notation(input) {
        Err(_) if looks_like_a_file(input, path) => Err(InputError::NoSuchFile),
        notation => notation,
    };
    Ok(Box::new(core::iter::once(Entry::new(Origin { file: input.into(), line: None }, read, defaults))))
}

fn looks_like_a_file(input: &str, path: &Path) -> bool {
    path.extension().is_some_and(|e| !e.is_empty() && !input.contains(['+', ':', '[', '^']))
        || input.contains(['/', '\\']) && !input.contains(':')
}

/// The registers of a text, a line each: coefficients c_0,...,c_{n-1} separated by commas, or any notation.
///
/// After a semicolon the words `fibonacci`, `galois`, `xnor` may stand, after # a comment. `file` is the name in their origins.
pub fn lines(file: String, mut reader: impl BufRead, defaults: Defaults) -> impl Iterator<Item = Entry> {
    let mut number = 0;
    let mut done = false;
    core::iter::from_fn(move || {
        while !done {
            number += 1;
            if number == 1
                && let Err(error) = text_at_all(&mut reader)
            {
                done = true;
                return Some(Entry::new(Origin { file: file.clone(), line: None }, Err(error), defaults));
            }
            let source = Origin { file: file.clone(), line: Some(number) };
            let line = match read_line(&mut reader) {
                Ok(None) => break,
                Ok(Some(line)) => line,
                Err(error) => {
                    done = true;
                    return Some(Entry::new(source, Err(InputError::Read(error)), defaults));
                }
            };
            let parsed = line.and_then(|line| parse_line(&line, number == 1));
            if let Some(read) = parsed.transpose() {
                return Some(Entry::new(source, read, defaults));
            }
        }
        None
    })
}

/// Whether a file begins like a text: one error for all of it is better than one for each of what happen to be its lines.
pub(crate) fn text_at_all(reader: &mut impl BufRead) -> Result<(), InputError> {
    let head = reader.fill_buf().map_err(InputError::Read)?;
    if head.starts_with(&[0xff, 0xfe]) && head.get(3) == Some(&0) || head.starts_with(&[0xfe, 0xff, 0]) {
        return Err(InputError::Utf16);
    }
    // Texts have no control characters but blanks, and few bytes that are not ASCII.
    let strange = head.iter().filter(|b| b.is_ascii_control() && !b.is_ascii_whitespace()).count();
    if head.contains(&0) || strange * 20 > head.len() { Err(InputError::Binary) } else { Ok(()) }
}

/// A line without its end, `None` at the end of the file; too long ones are skipped over without being held.
pub(crate) fn read_line(reader: &mut impl BufRead) -> io::Result<Option<Result<Vec<u8>, InputError>>> {
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
        return Ok(Some(Err(InputError::LongLine)));
    }
    Ok(Some(Ok(line)))
}

/// The line as text.
pub(crate) fn to_text(line: &[u8]) -> Result<&str, InputError> {
    core::str::from_utf8(line).map_err(|error| {
        let at = error.valid_up_to();
        InputError::NotText { column: at + 1, byte: line[at] }
    })
}

/// What a line says, `None` if it is blank or a comment.
fn parse_line(line: &[u8], first: bool) -> Result<Option<Notation>, InputError> {
    let bom: &[u8] = b"\xef\xbb\xbf";
    let line = line.strip_prefix(bom).filter(|_| first).unwrap_or(line);
    let text = to_text(line)?.split('#').next().unwrap_or_default();
    if text.trim().is_empty() {
        return Ok(None);
    }
    let read = Notation::read_row(text).map_err(|error| InputError::syntax(text, &error));
    read.or_else(|error| table_row(text).ok_or(error)).map(Some)
}

/// A row as tables of taps have it, `8: 8 6 5 4`, if the degree in front is right.
fn table_row(text: &str) -> Option<Notation> {
    let (row, words) = text.split_once(';').unwrap_or((text, ""));
    let row = Row::parse(row.as_bytes()).ok()??;
    let degree = row.characteristic.degree()? as u64;
    row.claimed_degree.filter(|claimed| *claimed == degree)?;
    Notation::read(&format!("char:{};{words}", row.characteristic)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Vec<(u64, Result<u128, String>)> {
        lines("t".into(), text, Defaults::default())
            .map(|entry| {
                (
                    entry.source.line.unwrap(),
                    entry
                        .register
                        .map(|r| r.characteristic().to_u128().unwrap_or(0))
                        .map_err(|error| error.to_string()),
                )
            })
            .collect()
    }

    #[test]
    fn rows_as_people_write_them() {
        let text =
            b"\xef\xbb\xbf1,0,0,1\r\n\n # comment\r\n 0 , 1,1 , # singular\n1,1,0,1,\nx^4+x+1 ; galois XNOR\n1,1";
        let expected = [(1, Ok(0b1_1001)), (4, Ok(0b1110)), (5, Ok(0b1_1011)), (6, Ok(0b1_1001)), (7, Ok(0b111))];
        assert_eq!(read(text), expected);
        let galois = lines("t".into(), &b"x^4+x+1;galois xnor"[..], Defaults::default()).next().unwrap().register.ok();
        assert_eq!(galois.map(|r| (r.form(), r.xnor())), Some((Form::Galois, true)));
    }

    #[test]
    fn rows_of_tables_of_taps() {
        assert_eq!(read(b"8: 8 6 5 4\n8 | 8,6,5,4 ;galois\n"), [(1, Ok(0x11d)), (2, Ok(0x11d))]);
        // Another degree than it says.
        assert!(read(b"9: 8 6 5 4\n")[0].1.is_err());
    }

    #[test]
    fn errors_have_line_and_column_and_the_rest_goes_on() {
        let found = read(b"1,2,0\n1,1\n1,,1\n1;0\n\xff\xfe\n1,1,1\n");
        let error = |i: usize| found[i].1.clone().unwrap_err();
        assert_eq!(error(0), "column 3: found '2' where a coefficient 0 or 1 should stand");
        assert_eq!(found[1], (2, Ok(0b111)));
        assert_eq!(error(2), "column 3: found ',' where a coefficient 0 or 1 should stand");
        assert_eq!(error(3), "column 3: the word there is none of fibonacci, galois, xnor");
        assert_eq!(error(4), "column 1: found byte 0xff, which is no text");
        assert_eq!(found[5], (6, Ok(0b1111)));
    }

    #[test]
    fn files_that_are_no_text_are_one_error() {
        let noise: Vec<u8> = (0..100_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 11) as u8).collect();
        let utf16: Vec<u8> = "\u{feff}1,1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, what) in [(&noise[..], "no text"), (b"1,1\n\0", "no text"), (&utf16, "UTF-16")] {
            let found: Vec<_> = lines("t".into(), bytes, Defaults::default()).collect();
            let [Entry { source, register: Err(error), .. }] = &found[..] else { panic!("{what}: {found:?}") };
            assert!(source.line.is_none() && error.to_string().contains(what), "{error}");
        }
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
        let wider = lines("t".into(), &b"1,".repeat(300)[..599], Defaults::default()).next().unwrap().register.ok();
        assert_eq!(wider.unwrap().degree(), 300);
    }
}
