//! [`Row`]: a line of a table, as people write them in application notes, sources and spreadsheets.

use lfsr_core::{notation::Notation, poly::Poly};

use super::{InputError, notation, to_text};

/// A line that holds a polynomial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// What is written there, without comment and brackets.
    pub(crate) text: String,
    /// c(x).
    pub(crate) characteristic: Poly,
    /// The number in front.
    pub(crate) claimed_degree: Option<u64>,
    /// The taps, descending, if it is a list of taps.
    pub(crate) taps: Option<Vec<u64>>,
}

impl Row {
    /// `None` for a blank line or a comment.
    ///
    /// # Errors
    /// With what was found where.
    pub(crate) fn parse(line: &[u8]) -> Result<Option<Self>, InputError> {
        let text = to_text(line)?.trim_start_matches('\u{feff}');
        let text = ["#", "//", "--"].iter().fold(text, |text, mark| text.split(mark).next().unwrap_or_default());
        let text = text.trim_matches(|c: char| c.is_whitespace() || "|,;".contains(c));
        if text.is_empty() {
            return Ok(None);
        }
        let (mut claimed_degree, body) = claimed_degree(text);
        let body = unwrapped(without_words(body));
        let Some(mut numbers) = numbers(body) else {
            let characteristic = notation(body)?.characteristic;
            return Ok(Some(Self { text: body.into(), characteristic, claimed_degree, taps: None }));
        };
        if let [first, second, ..] = numbers[..] {
            // A first column with the degree.
            if first == second && first > 1 {
                claimed_degree = Some(first);
                numbers.remove(0);
            }
        }
        // Taps differ from each other, so that more than two zeros and ones are coefficients.
        if numbers.len() > 2 && numbers.iter().all(|number| *number < 2) {
            let list = joined(&numbers);
            let characteristic = row(&list)?.characteristic;
            return Ok(Some(Self { text: list, characteristic, claimed_degree, taps: None }));
        }
        numbers.sort_unstable_by(|a, b| b.cmp(a));
        let list = joined(&numbers);
        let taps = format!("taps:{list}");
        let read = Notation::read(&taps);
        let read = read.map_err(|error| InputError::Taps { list: list.clone(), problem: error.problem })?;
        let characteristic = read.characteristic;
        numbers.retain(|tap| *tap > 0);
        Ok(Some(Self { text: list, characteristic, claimed_degree, taps: Some(numbers) }))
    }
}

/// A list of coefficients.
fn row(list: &str) -> Result<Notation, InputError> {
    Notation::read_row(list).map_err(|error| InputError::syntax(list, &error))
}

/// Without the words for form and gates behind a semicolon: they change no cycle.
fn without_words(text: &str) -> &str {
    let is_word = |word: &str| ["fibonacci", "galois", "xnor"].iter().any(|known| word.eq_ignore_ascii_case(known));
    match text.split_once(';') {
        Some((before, words)) if words.split_whitespace().all(is_word) => before.trim_end(),
        _ => text,
    }
}

/// 102: ..., 102 | ..., 102 = ...
fn claimed_degree(text: &str) -> (Option<u64>, &str) {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(digits);
    let rest = rest.trim_start();
    let rest = rest.strip_prefix("=>").or_else(|| rest.strip_prefix([':', '|', '=']));
    match (number.parse(), rest) {
        (Ok(number), Some(rest)) => (Some(number), rest.trim_start()),
        _ => (None, text),
    }
}

/// Without brackets around all of it.
fn unwrapped(mut text: &str) -> &str {
    for (open, close) in [('(', ')'), ('{', '}'), ('[', ']'), ('(', ')'), ('[', ']')] {
        text = text.strip_prefix(open).and_then(|text| text.strip_suffix(close)).unwrap_or(text).trim();
    }
    text
}

/// A list of decimal numbers, if it is that.
fn numbers(text: &str) -> Option<Vec<u64>> {
    let words = text.split(|c: char| c == ',' || c == ';' || c.is_whitespace()).filter(|word| !word.is_empty());
    let numbers: Option<Vec<u64>> = words.map(|word| word.parse().ok()).collect();
    // One number alone says too little: a tap, or a mask?
    numbers.filter(|numbers| numbers.len() > 1)
}

fn joined(numbers: &[u64]) -> String {
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_write_them() {
        let expected = Poly::from_exponents([16, 5, 3, 2, 0]);
        for (line, claimed) in [
            ("16,14,13,11", None),
            ("  [16, 14, 13, 11],  # maximal", None),
            ("16: (16, 14, 13, 11),", Some(16)),
            ("| 16 | 16,14,13,11 |", Some(16)),
            ("16 => { 11 13 14 16 0 } // VHDL", Some(16)),
            ("16\t16,14,13,11", Some(16)),
            ("16,16,14,13,11 -- spreadsheet", Some(16)),
            ("15: x^16+x^14+x^13+x^11+1", Some(15)),
            ("\u{feff}char:x^16+x^5+x^3+x^2+1;", None),
            ("16 = 1,0,1,1,0,1,0,0,0,0,0,0,0,0,0,0", Some(16)),
            ("1,0,1,1,0,1,0,0,0,0,0,0,0,0,0,0 ; galois XNOR", None),
            ("16,14,13,11;galois", None),
        ] {
            let row = Row::parse(line.as_bytes()).unwrap_or_else(|error| panic!("{line}: {error}")).expect(line);
            assert_eq!((&row.characteristic, row.claimed_degree), (&expected, claimed), "{line}");
        }
        for blank in ["", "  ", "# 16,14", "//", "|", ","] {
            assert!(matches!(Row::parse(blank.as_bytes()), Ok(None)), "{blank}");
        }
        let error = |line: &str| Row::parse(line.as_bytes()).unwrap_err().to_string();
        assert!(error("0x1021").contains("bare number"), "{}", error("0x1021"));
        assert!(error("16,14,14,11").contains("14 is given twice"));
        assert!(error("99999999999,2").contains("larger than"));
        assert!(error("x^16+y").contains("column 6"), "{}", error("x^16+y"));
        assert!(Row::parse(b"\xff").is_err());
    }
}
