//! [`Lane`]: one of several streams that take turns in one.
//!
//! Of N lanes with W bits at a time, lane k has the bits t with (t mod NW) in kW..(k+1)W. A word of the stream is masked and its bits are moved
//! together: where N and W are powers of two and a turn fits into a word, the groups are joined pairwise, twice as long ones each time; else by the
//! network of H. S. Warren, "Hacker's Delight", 2nd edition (2012), section 7-4, of six moves for any mask.
//!
//! ```
//! use lfsr_core::lane::Lane;
//!
//! // Every third bit, from the second on: bits 1, 4, 7, ...
//! let mut lane = Lane::new(3, 1, 1).unwrap();
//! assert_eq!(lane.take(1 << 1 | 1 << 7), (0b101, 21));
//! ```

/// Takes the bits of one lane out of the words of a stream, bit 0 of a word first.
#[derive(Debug, Clone)]
pub struct Lane {
    /// Bits of a turn: all lanes once.
    turn: u32,
    /// Bits that the lane has in a turn.
    group: u32,
    /// The first of them.
    first: u32,
    /// Where in its turn the next bit stands, and the number of words since it stood at the first.
    at: u32,
    phase: u32,
    way: Way,
}

/// How the bits of a word are moved together.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "a lane stays where it is")]
enum Way {
    /// Turns fit into words: by how much each move shifts, and what it keeps; a shift of 0 ends it.
    Halves { mask: u64, moves: [(u32, u64); 6], count: u32 },
    /// Any mask; what the moves of the first phases of a turn keep is known.
    Network { phases: u32, known: [Moves; KNOWN] },
}

/// Phases of a turn whose moves are kept: those of all odd turns up to 15 bits, and twice, four times ... as long ones.
const KNOWN: usize = 16;

/// The most lanes, and bits of a lane at a time.
pub const MOST: u32 = 1 << 16;

impl Lane {
    /// Lane `lane` of `lanes`, counted from 0, which has `group` bits at a time. `None` if there is no such lane, or a number is 0 or beyond [`MOST`], or a turn of 2^32 bits or more.
    #[must_use]
    pub fn new(lanes: u32, group: u32, lane: u32) -> Option<Self> {
        let is_possible = (1..=MOST).contains(&lanes) && (1..=MOST).contains(&group) && lane < lanes;
        let turn = lanes.checked_mul(group).filter(|_| is_possible)?;
        let first = lane * group;
        let way = match turn <= u64::BITS && turn.is_power_of_two() {
            true => Way::halves(turn, group),
            false => Way::Network { phases: 0, known: [Moves::of(0); KNOWN] },
        };
        let mut new = Self { turn, group, first, at: 0, phase: 0, way };
        new.know();
        Some(new)
    }

    /// The bits of the lane in the next 64 of the stream, from bit 0 on, and how many.
    ///
    /// # Complexity
    /// At most 18 operations where turns fit into words; some 30 where a turn has up to 16 phases in words, else about 110.
    #[inline]
    #[must_use]
    pub fn take(&mut self, word: u64) -> (u64, u32) {
        match &self.way {
            Way::Halves { mask, moves, count } => {
                let mut bits = word >> self.first & mask;
                for &(shift, kept) in moves {
                    if shift == 0 {
                        break;
                    }
                    bits = (bits | bits >> shift) & kept;
                }
                (bits, *count)
            }
            Way::Network { phases, known } => {
                let moves = match known.get(self.phase as usize).filter(|_| self.phase < *phases) {
                    Some(moves) => *moves,
                    None => Moves::of(self.mask()),
                };
                self.next_phase();
                (moves.compress(word), moves.mask.count_ones())
            }
        }
    }

    /// The bits of the lane in the last `count` bits of a stream, at most 64.
    #[must_use]
    pub fn take_last(&mut self, word: u64, count: u32) -> (u64, u32) {
        let taken = self.ones_below(count);
        let (bits, _) = self.take(word);
        (bits & low(taken), taken)
    }

    /// Keeps the moves of a turn that has few phases.
    fn know(&mut self) {
        if let Way::Halves { .. } = self.way {
            return;
        }
        let mut all = [Moves::of(0); KNOWN];
        for moves in &mut all {
            *moves = Moves::of(self.mask());
            self.next_phase();
        }
        if let Way::Network { phases, known } = &mut self.way {
            let divisor = 1 << self.turn.trailing_zeros().min(6);
            *phases = Some(self.turn / divisor).filter(|phases| *phases <= KNOWN as u32).unwrap_or(0);
            *known = all;
        }
        (self.at, self.phase) = (0, 0);
    }

    fn next_phase(&mut self) {
        self.at = (self.at + u64::BITS % self.turn) % self.turn;
        self.phase = if self.at == 0 { 0 } else { self.phase.saturating_add(1) };
    }

    /// How many of the next bits, at most 64, are the lane's.
    fn ones_below(&self, count: u32) -> u32 {
        (self.mask() & low(count)).count_ones()
    }

    /// Which of the next 64 bits are the lane's.
    fn mask(&self) -> u64 {
        let mut mask = 0;
        // The bits of the turn that has begun, then of those that follow; the first may lie before the word.
        let mut start = i64::from(self.first) - i64::from(self.at);
        while start < i64::from(u64::BITS) {
            let end = start + i64::from(self.group);
            if end > 0 {
                mask |= low(end.min(64) as u32) & !low(start.max(0) as u32);
            }
            start += i64::from(self.turn);
        }
        mask
    }
}

impl Way {
    fn halves(turn: u32, group: u32) -> Self {
        // Groups of so many bits, one in so many.
        let groups =
            |group: u32, turn: u32| (0..u64::BITS).step_by(turn as usize).fold(0, |all, at| all | low(group) << at);
        let mut moves = [(0, 0); 6];
        let (mut now, mut every) = (group, turn);
        for one in &mut moves {
            if every == u64::BITS || now == every {
                break;
            }
            *one = (every - now, groups(2 * now, 2 * every));
            (now, every) = (2 * now, 2 * every);
        }
        Self::Halves { mask: groups(group, turn), moves, count: u64::BITS / turn * group }
    }
}

/// So many ones from bit 0 on; 64 at most.
const fn low(count: u32) -> u64 {
    if count >= u64::BITS { u64::MAX } else { (1 << count) - 1 }
}

/// How the bits under a mask are moved together: by 1, 2, 4, ... 32.
#[derive(Debug, Clone, Copy)]
struct Moves {
    mask: u64,
    moved: [u64; 6],
}

impl Moves {
    fn of(mask: u64) -> Self {
        let mut moved = [0; 6];
        // Zeros of the mask below each bit decide by how much it moves: the binary digits of that number, from the lowest on.
        let (mut left, mut zeros) = (mask, !mask << 1);
        for (step, moved) in moved.iter_mut().enumerate() {
            let mut parity = zeros;
            for shift in [1, 2, 4, 8, 16, 32] {
                parity ^= parity << shift;
            }
            *moved = parity & left;
            left = (left ^ *moved) | *moved >> (1 << step);
            zeros &= !parity;
        }
        Self { mask, moved }
    }

    /// The bits of `word` under the mask, from bit 0 on.
    #[inline]
    fn compress(&self, word: u64) -> u64 {
        let mut bits = word & self.mask;
        for (step, moved) in self.moved.iter().enumerate() {
            let going = bits & moved;
            bits = (bits ^ going) | going >> (1 << step);
        }
        bits
    }
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use alloc::vec::Vec;

    use super::*;
    use crate::random::SplitMix64;

    /// The definition.
    fn naive(words: &[u64], count: usize, lanes: u32, group: u32, lane: u32) -> Vec<bool> {
        let (lanes, group, lane) = (lanes as usize, group as usize, lane as usize);
        let is_own = |t: &usize| t % (lanes * group) / group == lane;
        (0..count).filter(is_own).map(|t| words[t / 64] >> (t % 64) & 1 == 1).collect()
    }

    #[test]
    fn lanes_are_those_of_the_definition() {
        let mut random = SplitMix64(1);
        let words: Vec<u64> = (0..40).map(|_| random.next_word()).collect();
        let sizes = (1..=20).chain([31, 32, 33, 63, 64, 65, 100, 128, 300]);
        for lanes in sizes {
            for group in [1, 2, 3, 4, 5, 7, 8, 10, 16, 32, 33, 64, 66, 128] {
                for lane in [0, 1, lanes / 2, lanes - 1].into_iter().filter(|lane| *lane < lanes) {
                    let count = 64 * 39 + (random.next_word() % 65) as usize;
                    let mut taker = Lane::new(lanes, group, lane).unwrap();
                    let mut taken = Vec::new();
                    let mut put = |(bits, count): (u64, u32)| {
                        assert!(bits & !low(count) == 0);
                        taken.extend((0..count).map(|i| bits >> i & 1 == 1));
                    };
                    words[..count / 64].iter().for_each(|word| put(taker.take(*word)));
                    if !count.is_multiple_of(64) {
                        put(taker.take_last(words[count / 64], (count % 64) as u32));
                    }
                    assert!(taken == naive(&words, count, lanes, group, lane), "{lanes} {group} {lane}");
                }
            }
        }
        for (lanes, group, lane) in [(0, 1, 0), (1, 0, 0), (2, 1, 2), (MOST + 1, 1, 0), (1, MOST + 1, 0)] {
            assert!(Lane::new(lanes, group, lane).is_none());
        }
        assert!(Lane::new(MOST, 1, MOST - 1).is_some());
    }

    #[test]
    fn bits_under_any_mask() {
        let mut random = SplitMix64(2);
        for round in 0..1000 {
            let word = random.next_word();
            let mask = match round % 3 {
                0 => random.next_word(),
                1 => random.next_word() & random.next_word() & random.next_word(),
                _ => random.next_word() | random.next_word() | random.next_word(),
            };
            let (mut expected, mut count) = (0, 0);
            for i in (0..64).filter(|i| mask >> i & 1 == 1) {
                expected |= (word >> i & 1) << count;
                count += 1;
            }
            assert_eq!(Moves::of(mask).compress(word), expected);
        }
        let all = |mask| Moves::of(mask).compress(u64::MAX);
        assert_eq!((all(u64::MAX), all(0)), (u64::MAX, 0));
    }
}
