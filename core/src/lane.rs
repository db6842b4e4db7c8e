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

mod beside;
mod moves;

use beside::{BESIDE, Halves, Known};
use moves::Moves;

use crate::vector::Backend;

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
    /// For many words beside each other.
    backend: Backend,
}

/// How the bits of a word are moved together.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "a lane stays where it is")]
enum Way {
    /// Turns fit into words.
    Halves(Halves),
    /// Any mask; the moves of all phases of a turn are known, unless there are too many.
    Network(Option<Known>),
}

/// The most lanes, and bits of a lane at a time.
pub const MOST: u32 = 1 << 16;

impl Lane {
    /// Lane `lane` of `lanes`, counted from 0, which has `group` bits at a time. `None` if there is no such lane, or a number is 0 or beyond [`MOST`], or a turn of 2^32 bits or more.
    #[must_use]
    pub fn new(lanes: u32, group: u32, lane: u32) -> Option<Self> {
        let is_possible = (1..=MOST).contains(&lanes) && (1..=MOST).contains(&group) && lane < lanes;
        let turn = lanes.checked_mul(group).filter(|_| is_possible)?;
        let first = lane * group;
        let backend = Backend::detect();
        let mut new = Self { turn, group, first, at: 0, phase: 0, way: Way::Network(None), backend };
        new.way = match turn <= u64::BITS && turn.is_power_of_two() {
            true => Way::Halves(Halves::new(turn, group, first)),
            false => Way::Network(new.know()),
        };
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
            Way::Halves(halves) => (halves.take(word), halves.count()),
            Way::Network(known) => {
                let moves = known.as_ref().map_or_else(|| Moves::of(self.mask()), |known| known.of(self.phase));
                self.next_phase();
                (moves.compress(word), moves.mask.count_ones())
            }
        }
    }

    /// The bits of the lane in many words of the stream: calls `with` for some, from bit 0 on, and how many, then for those after them.
    ///
    /// Three to five times as fast as [`Lane::take`], since the same is done to many words beside each other, which compilers make vectors of.
    #[inline]
    pub fn take_each(&mut self, words: &[u64], mut with: impl FnMut(u64, u32)) {
        let mut rest = words;
        loop {
            let whole = match &self.way {
                Way::Halves(halves) => rest.split_first_chunk::<BESIDE>().map(|(now, later)| {
                    halves.each(now, self.backend, &mut with);
                    later
                }),
                // Whole turns: afterwards the phase is 0 again.
                Way::Network(Some(known)) if self.phase == 0 => {
                    rest.split_at_checked(known.beside()).map(|(now, later)| {
                        known.each(now, self.backend, &mut with);
                        later
                    })
                }
                Way::Network(_) => None,
            };
            rest = match (whole, rest.split_first()) {
                (Some(later), _) => later,
                (None, Some((word, later))) => {
                    let (bits, count) = self.take(*word);
                    with(bits, count);
                    later
                }
                (None, None) => break,
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

    /// The moves of a turn that has few phases.
    fn know(&self) -> Option<Known> {
        let phases = self.turn >> self.turn.trailing_zeros().min(6);
        let mut known = Known::new(phases as usize)?;
        let mut lane = self.clone();
        for _ in 0..phases {
            known.add(Moves::of(lane.mask()));
            lane.next_phase();
        }
        Some(known)
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

/// So many ones from bit 0 on; 64 at most.
const fn low(count: u32) -> u64 {
    if count >= u64::BITS { u64::MAX } else { (1 << count) - 1 }
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
        let long: Vec<u64> = (0..300).map(|_| random.next_word()).collect();
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
                    // In pieces, with single words between them.
                    let [mut one, mut many] = [(); 2].map(|()| Lane::new(lanes, group, lane).unwrap());
                    let nth = random.next_word() as usize % Backend::available().count();
                    many.backend = Backend::available().nth(nth).unwrap();
                    let mut rest = &long[..];
                    while let Some((first, later)) = rest.split_first() {
                        assert_eq!(many.take(*first), one.take(*first));
                        let (piece, later) = later.split_at((random.next_word() % 150) as usize % (later.len() + 1));
                        let (mut expected, mut taken) = (Vec::new(), Vec::new());
                        let put = |all: &mut Vec<bool>, bits: u64, count: u32| {
                            assert!(bits & !low(count) == 0);
                            all.extend((0..count).map(|i| bits >> i & 1 == 1));
                        };
                        for word in piece {
                            let (bits, count) = one.take(*word);
                            put(&mut expected, bits, count);
                        }
                        many.take_each(piece, |bits, count| put(&mut taken, bits, count));
                        assert!(taken == expected, "{lanes} {group} {lane}");
                        rest = later;
                    }
                }
            }
        }
        for (lanes, group, lane) in [(0, 1, 0), (1, 0, 0), (2, 1, 2), (MOST + 1, 1, 0), (1, MOST + 1, 0)] {
            assert!(Lane::new(lanes, group, lane).is_none());
        }
        assert!(Lane::new(MOST, 1, MOST - 1).is_some());
    }
}
