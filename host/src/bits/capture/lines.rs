//! [`Lines`]: which lines of a signal are taken, in the order of time: a wire, a bus, or some lines of one.

use bitvec::{BitArr, order::Lsb0};

use super::sampler::BitBuffer;
use crate::bits::reading::Reading;

/// Lines of the widest bus that is read.
pub(super) const WIDEST: usize = 1024;

/// The levels of all lines of a signal (bit 0 is the last line), or of those taken (bit 0 is the first in time).
pub(super) type Levels = BitArr!(for WIDEST, in usize, Lsb0);

/// What a recording says of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Declared {
    /// One wire.
    Wire,
    /// The indices of the first and the last line of a bus, as in `[7:0]`.
    Bus(i32, i32),
    /// A column of a table, which may be either.
    Unsaid,
}

impl Declared {
    /// What the heading of a column says.
    pub(super) fn of_column(name: &str) -> Self {
        split(name).1.map_or(Self::Unsaid, |(first, last)| Self::Bus(first, last))
    }

    /// Whether it is a bus of more lines than are read.
    pub(super) fn is_too_wide(self) -> bool {
        matches!(self, Self::Bus(first, last) if first.abs_diff(last) as usize >= WIDEST)
    }
}

/// Which lines of a signal are taken, in the order of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lines {
    /// Bits of the value of the signal, 0 the last line.
    places: Vec<u16>,
    /// Bits of that value.
    pub(super) width: usize,
    /// The user said the order.
    is_said: bool,
}

/// A name and the indices behind it: `l [7:0]` is `l` and (7, 0), `q[3]` is `q` and (3, 3).
pub(super) fn split(name: &str) -> (&str, Option<(i32, i32)>) {
    let indices = || {
        let (base, rest) = name.trim_end().strip_suffix(']')?.rsplit_once('[')?;
        let (first, last) = rest.split_once(':').unwrap_or((rest, rest));
        Some((base.trim_end(), Some((first.trim().parse().ok()?, last.trim().parse().ok()?))))
    };
    indices().unwrap_or((name, None))
}

impl Lines {
    /// Those asked for of a signal; `None` if it has them not, or is too wide.
    pub(super) fn new(declared: Declared, asked: Option<(i32, i32)>) -> Option<Self> {
        let (first, last) = match (declared, asked) {
            (Declared::Wire, None) | (Declared::Unsaid, None) => {
                return Some(Self { places: vec![0], width: 1, is_said: true });
            }
            (Declared::Wire, Some(_)) => return None,
            (Declared::Bus(first, last), _) | (Declared::Unsaid, Some((first, last))) => {
                (i64::from(first), i64::from(last))
            }
        };
        let width = usize::try_from(first.abs_diff(last)).ok()? + 1;
        let (from, to) = asked.map_or((first, last), |(from, to)| (i64::from(from), i64::from(to)));
        let inside = |index: i64| (first.min(last)..=first.max(last)).contains(&index);
        if width > WIDEST || !inside(from) || !inside(to) {
            return None;
        }
        let indices: Vec<i64> = if from > to { (to..=from).rev().collect() } else { (from..=to).collect() };
        let places = indices.into_iter().map(|index| index.abs_diff(last) as u16).collect();
        Some(Self { places, width, is_said: asked.is_some() })
    }

    /// How many are taken.
    pub(super) fn count(&self) -> usize {
        self.places.len()
    }

    /// Their levels, of those of all lines of the signal.
    pub(super) fn of(&self, all: &Levels) -> Levels {
        if let [place] = self.places[..] {
            return wire(all[usize::from(place)]);
        }
        let mut taken = Levels::ZERO;
        self.places.iter().enumerate().for_each(|(i, &place)| taken.set(i, all[usize::from(place)]));
        taken
    }

    /// The ways to take their bits; `None` if there is one only.
    pub(super) fn readings(&self) -> Option<Vec<Reading>> {
        let width = u16::try_from(self.count()).ok().filter(|width| *width > 1 && !self.is_said)?;
        let first = Reading::highest_first(width);
        let mut readings = vec![first, first.reversed()];
        if width > 8 && width.is_multiple_of(8) {
            readings.extend([first.swapped(width), first.swapped(width).reversed()]);
        }
        Some(readings)
    }
}

/// The level of a single wire.
pub(super) fn wire(level: bool) -> Levels {
    let mut levels = Levels::ZERO;
    levels.set(0, level);
    levels
}

/// Levels as [`Lines::of`] has them.
pub(super) fn push(levels: &Levels, count: usize, out: &mut BitBuffer) {
    levels.iter().by_vals().take(count).for_each(|level| out.push(level));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(declared: Declared, asked: Option<(i32, i32)>) -> Option<Vec<u16>> {
        Lines::new(declared, asked).map(|lines| lines.places)
    }

    #[test]
    fn lines_of_buses() {
        let (down, up) = (Declared::Bus(7, 0), Declared::Bus(0, 7));
        assert_eq!(places(down, None).unwrap(), [7, 6, 5, 4, 3, 2, 1, 0]);
        assert_eq!(places(up, None).unwrap(), [7, 6, 5, 4, 3, 2, 1, 0]);
        assert_eq!(places(down, Some((0, 7))).unwrap(), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(places(down, Some((3, 2))).unwrap(), [3, 2]);
        assert_eq!(places(up, Some((3, 3))).unwrap(), [4]);
        assert_eq!(places(Declared::Bus(11, 8), Some((8, 8))).unwrap(), [0]);
        assert_eq!(places(Declared::Unsaid, Some((3, 0))).unwrap(), [3, 2, 1, 0]);
        assert_eq!(places(Declared::Wire, Some((3, 0))), None);
        assert_eq!(places(down, Some((8, 0))), None);
        assert_eq!(places(Declared::Bus(i32::MAX, i32::MIN), None), None);
        let of = |lines: Option<Lines>, value: usize| {
            let mut levels = Levels::ZERO;
            levels.data[0] = value;
            lines.unwrap().of(&levels).data[0]
        };
        assert_eq!(of(Lines::new(down, Some((0, 1))), 0b10), 0b10);
        assert_eq!(of(Lines::new(down, None), 0b1000_0010), 0b0100_0001);
        assert_eq!(places(Declared::Bus(1023, 0), Some((1023, 1022))).unwrap(), [1023, 1022]);
        assert_eq!(places(Declared::Bus(1024, 0), None), None);
    }

    #[test]
    fn names_with_indices() {
        assert_eq!(split("l [7:0]"), ("l", Some((7, 0))));
        assert_eq!(split("top.q[3]"), ("top.q", Some((3, 3))));
        for plain in ["q", "q[", "q]", "[a]", "q[x:0]", "q[99999999999]", ""] {
            assert_eq!(split(plain), (plain, None));
        }
    }
}
