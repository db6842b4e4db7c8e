//! [`Linearity`]: whether each bit of the checksum is a sum of bits of the message, whatever makes it.
//!
//! Messages of one length that sum to nothing, an even number of them, have checksums that sum to nothing, too, if the checksum is linear (with a
//! constant). Each such set of frames that is independent of the others is a test of every bit of the checksum.

use super::Frames;
use crate::bits::evidence::LEAST;

/// What frames say about their checksum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Linearity {
    /// Every bit is a sum of bits of the message, and perhaps 1.
    Linear {
        /// Bits of the checksum.
        width: usize,
        /// Sets of frames that show it.
        tests: usize,
        /// The one line that is wrong.
        wrong: Option<u64>,
    },
    /// It is not.
    Not {
        /// Bits of the checksum that were looked at.
        width: usize,
        /// Messages that sum to nothing, whose checksums do not.
        lines: Vec<u64>,
        /// Bits that are linear, 0 the last.
        linear: Vec<usize>,
    },
    /// There are too few frames of one length.
    Open {
        /// So many more decide, if not fewer.
        more: usize,
    },
}

/// Frames beyond that are not needed.
const MOST: usize = 1 << 10;

/// So many steps are worth looking for the one frame that is wrong.
const STEPS: usize = 1 << 31;

/// What the frames of the most frequent length say.
pub(super) fn find(frames: &Frames) -> Linearity {
    let mut lengths: Vec<usize> = frames.all.iter().map(|frame| frame.bits.len()).collect();
    lengths.sort_unstable();
    let length = lengths.chunk_by(|a, b| a == b).max_by_key(|run| run.len()).map_or(0, |run| run[0]);
    let width = frames.check().unwrap_or(if frames.are_bytes { 8 } else { 4 });
    let same = frames.all.iter().filter(|frame| frame.bits.len() == length).take(MOST);
    let rows: Vec<(u64, &[bool], &[bool])> = same
        .filter_map(|frame| frame.split(width).map(|(message, checksum)| (frame.line, message, checksum)))
        .collect();
    let all = Tests::of(&rows);
    let needed = (LEAST / width as f64).ceil() as usize;
    if all.sums.len() < needed {
        // Each bit that changes may have a weight of its own, and there may be a constant.
        let changes = |i: &usize| rows.iter().any(|(_, message, _)| message[*i] != rows[0].1[*i]);
        let unknown = 1 + (0..length.saturating_sub(width)).filter(changes).count();
        return Linearity::Open { more: (unknown + needed).saturating_sub(rows.len()).max(1) };
    }
    if all.is_passed() {
        return Linearity::Linear { width, tests: all.sums.len(), wrong: None };
    }
    if rows.len().pow(3).saturating_mul(length) <= STEPS {
        for i in 0..rows.len() {
            let others: Vec<_> = [&rows[..i], &rows[i + 1..]].concat();
            let without = Tests::of(&others);
            if without.is_passed() && without.sums.len() as f64 * width as f64 >= LEAST + (rows.len() as f64).log2() {
                return Linearity::Linear { width, tests: without.sums.len(), wrong: Some(rows[i].0) };
            }
        }
    }
    let contradiction = all.sums.iter().filter(|(_, sum)| sum.contains(&true)).min_by_key(|(set, _)| set.len());
    let lines = contradiction.map(|(set, _)| set.iter().map(|i| rows[*i].0).collect()).unwrap_or_default();
    let is_linear = |bit: &usize| all.sums.iter().all(|(_, sum)| !sum[width - 1 - bit]);
    Linearity::Not { width, lines, linear: (0..width).filter(is_linear).collect() }
}

/// Sets of frames whose messages sum to nothing, and what their checksums sum to.
struct Tests {
    sums: Vec<(Vec<usize>, Vec<bool>)>,
}

/// A sum of frames: message and 1, checksum, which frames.
type Row = (Vec<bool>, Vec<bool>, Vec<bool>);

impl Tests {
    /// By elimination: those rows that come to nothing.
    fn of(frames: &[(u64, &[bool], &[bool])]) -> Self {
        let mut solved: Vec<(usize, Row)> = Vec::new();
        let mut sums = Vec::new();
        for (i, (_, message, checksum)) in frames.iter().enumerate() {
            let mut set = vec![false; frames.len()];
            set[i] = true;
            let mut row: Row = ([*message, &[true]].concat(), checksum.to_vec(), set);
            for (pivot, other) in &solved {
                if row.0[*pivot] {
                    add(&mut row.0, &other.0);
                    add(&mut row.1, &other.1);
                    add(&mut row.2, &other.2);
                }
            }
            match row.0.iter().position(|bit| *bit) {
                Some(pivot) => solved.push((pivot, row)),
                None => sums.push(((0..frames.len()).filter(|i| row.2[*i]).collect(), row.1)),
            }
        }
        Self { sums }
    }

    fn is_passed(&self) -> bool {
        self.sums.iter().all(|(_, sum)| !sum.contains(&true))
    }
}

fn add(to: &mut [bool], other: &[bool]) {
    to.iter_mut().zip(other).for_each(|(bit, other)| *bit ^= other);
}
