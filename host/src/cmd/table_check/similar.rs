//! Primitive rows that differ from a wrong one in a digit or two: what may have been meant.

use lfsr_core::{algebra::is_primitive, poly::Poly};

use crate::input::Row;

/// Degrees above this are left alone, because every row looked at costs milliseconds.
const MOST: u64 = 512;

/// Rows that are shown.
const SHOWN: usize = 3;

/// Rows that differ in one digit of one tap; if there is none, in a digit each of two taps, the same digit first. Best first.
pub(super) fn rows(row: &Row) -> Vec<String> {
    let Some(taps) = row.taps.as_ref().filter(|taps| taps.len() > 1 && taps[0] <= MOST) else { return vec![] };
    let edits: Vec<Edit> = (1..taps.len()).flat_map(|i| edits(i, taps[i])).collect();
    let mut found: Vec<String> = edits.iter().filter_map(|edit| applied(taps, &[*edit])).take(SHOWN).collect();
    for alike in [true, false] {
        let pairs = edits.iter().flat_map(|a| edits.iter().map(move |b| [*a, *b]));
        let pairs = pairs.filter(|[a, b]| a.tap < b.tap && (a.digit == b.digit && a.from == b.from) == alike);
        let pairs = pairs.filter_map(|pair| applied(taps, &pair));
        found.extend(pairs.take(SHOWN - found.len()));
        if found.len() == SHOWN {
            break;
        }
    }
    found
}

/// One digit of one tap replaced.
#[derive(Debug, Clone, Copy)]
struct Edit {
    /// Which tap.
    tap: usize,
    /// Which power of ten, and what digits were and are there.
    digit: u64,
    from: u64,
    /// The tap as it is then.
    value: u64,
}

fn edits(tap: usize, value: u64) -> impl Iterator<Item = Edit> {
    let digits = core::iter::successors(Some(1u64), |ten| ten.checked_mul(10)).take_while(move |ten| *ten <= value);
    digits.flat_map(move |digit| {
        let from = value / digit % 10;
        // Near digits first: 36 for 26 is likelier than 96.
        let mut others: Vec<u64> = (0..10).filter(|to| *to != from).collect();
        others.sort_by_key(|to| to.abs_diff(from));
        others.into_iter().map(move |to| Edit { tap, digit, from, value: value - from * digit + to * digit })
    })
}

/// The edited row, if it is primitive, of the same degree and with as many taps.
fn applied(taps: &[u64], edits: &[Edit]) -> Option<String> {
    let mut taps = taps.to_vec();
    for edit in edits {
        taps[edit.tap] = edit.value;
    }
    let rest = &taps[1..];
    let valid = rest.iter().all(|tap| *tap > 0 && *tap < taps[0]);
    let descending = taps.is_sorted_by(|a, b| a > b);
    let feedback = Poly::from_exponents(taps.iter().map(|tap| *tap as usize).chain([0]));
    let primitive = valid && descending && is_primitive(&feedback) == Some(true);
    primitive.then(|| taps.iter().map(u64::to_string).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_that_was_meant() {
        let row = Row::parse(b"102,101,36,35").unwrap().unwrap();
        let found = rows(&row);
        assert!(found.contains(&"102,101,26,25".into()), "{found:?}");
        assert!(rows(&Row::parse(b"x^4+x^2+1").unwrap().unwrap()).is_empty());
    }
}
