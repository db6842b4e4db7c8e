//! Many words of a stream beside each other: [`Halves`] where turns fit into words, [`Known`] where few words make a turn.
//!
//! What is done to each word is written over arrays of one size with numbers for indices; so compilers make vectors of it, with the instructions of
//! the backend that runs it.

use super::{low, moves::Moves};
use crate::vector::{Backend, Lanes, Op};

/// Words that [`Halves`] does beside each other.
pub(super) const BESIDE: usize = 64;

/// Phases of a turn whose moves are kept: those of all odd turns up to 15 bits, and twice, four times ... as long ones.
const MOST_PHASES: usize = 16;

/// How groups that are a power of two apart are moved together: pairwise, twice as long ones each time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Halves {
    /// The first bit of the lane, and those of its groups if that were bit 0.
    first: u32,
    mask: u64,
    /// By how much each move shifts, and what it keeps; a shift of 0 ends it.
    moves: [(u32, u64); 6],
    /// Bits in a word.
    count: u32,
}

impl Halves {
    /// The lane that has `group` bits of each turn from bit `first` on; the turn, at most 64, and the group are powers of two.
    pub(super) fn new(turn: u32, group: u32, first: u32) -> Self {
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
        Self { first, mask: groups(group, turn), moves, count: u64::BITS / turn * group }
    }

    /// Bits in a word.
    pub(super) const fn count(&self) -> u32 {
        self.count
    }

    /// The bits of a word.
    #[inline]
    pub(super) fn take(&self, word: u64) -> u64 {
        let mut bits = word >> self.first & self.mask;
        for &(shift, kept) in &self.moves {
            if shift == 0 {
                break;
            }
            bits = (bits | bits >> shift) & kept;
        }
        bits
    }

    /// The bits of many words, 64 at a time.
    #[inline]
    pub(super) fn each(&self, words: &[u64; BESIDE], backend: Backend, with: &mut impl FnMut(u64, u32)) {
        let mut beside = *words;
        let joined = backend.apply(Join { halves: self, beside: &mut beside });
        beside.iter().take(joined).for_each(|bits| with(*bits, u64::BITS));
    }
}

/// [`Halves::take`] of many words, the bits of several joined to one; how many words that makes.
struct Join<'a> {
    halves: &'a Halves,
    beside: &'a mut [u64; BESIDE],
}

impl Op for Join<'_> {
    type Output = usize;

    #[inline(always)]
    fn on<L: Lanes>(self) -> usize {
        let Self { halves: Halves { first, mask, moves, count }, beside } = self;
        for bits in &mut *beside {
            *bits = *bits >> first & mask;
        }
        for &(shift, kept) in moves.iter().take_while(|(shift, _)| *shift > 0) {
            for bits in &mut *beside {
                *bits = (*bits | *bits >> shift) & kept;
            }
        }
        let (mut left, mut count) = (BESIDE, *count);
        while count < u64::BITS {
            left /= 2;
            for i in 0..left.min(BESIDE / 2) {
                beside[i] = beside[2 * i] | beside[2 * i + 1] << count;
            }
            count *= 2;
        }
        left
    }
}

/// The moves of all phases, those of one move beside each other; as many turns of them as there is room for.
#[derive(Debug, Clone)]
pub(super) struct Known {
    phases: usize,
    /// How many were added.
    added: usize,
    masks: [u64; MOST_PHASES],
    moved: [[u64; MOST_PHASES]; 6],
    /// How many ones the masks have, and those of the phases before in a turn.
    counts: [u32; MOST_PHASES],
    before: [u32; MOST_PHASES],
    /// The ones of all phases.
    total: u32,
}

impl Known {
    /// Of a turn of so many phases; `None` if they are too many.
    pub(super) fn new(phases: usize) -> Option<Self> {
        let none = [0; MOST_PHASES];
        (1..=MOST_PHASES).contains(&phases).then_some(Self {
            phases,
            added: 0,
            masks: none,
            moved: [none; 6],
            counts: [0; MOST_PHASES],
            before: [0; MOST_PHASES],
            total: 0,
        })
    }

    /// Adds the moves of the next phase.
    pub(super) fn add(&mut self, moves: Moves) {
        for at in (self.added..MOST_PHASES).step_by(self.phases) {
            self.masks[at] = moves.mask;
            self.counts[at] = moves.mask.count_ones();
            self.before[at] = self.total;
            self.moved.iter_mut().zip(moves.moved).for_each(|(all, one)| all[at] = one);
        }
        self.total += moves.mask.count_ones();
        self.added += 1;
    }

    /// How many words are done beside each other: those of whole turns.
    pub(super) fn beside(&self) -> usize {
        MOST_PHASES - MOST_PHASES % self.phases
    }

    pub(super) fn of(&self, phase: u32) -> Moves {
        let of = |all: &[u64; MOST_PHASES]| all.get(phase as usize).copied().unwrap_or(0);
        let mut moved = [0; 6];
        moved.iter_mut().zip(&self.moved).for_each(|(to, all)| *to = of(all));
        Moves { mask: of(&self.masks), moved }
    }

    /// The bits of [`Known::beside`] words from phase 0 on.
    #[inline]
    pub(super) fn each(&self, words: &[u64], backend: Backend, with: &mut impl FnMut(u64, u32)) {
        let mut beside = [0; MOST_PHASES];
        beside.iter_mut().zip(words).for_each(|(bits, word)| *bits = *word);
        backend.apply(Compress { known: self, beside: &mut beside });
        let (words, _) = beside.split_at(words.len().min(MOST_PHASES));
        if self.is_joined() {
            for turn in words.chunks(self.phases) {
                with(turn.iter().fold(0, |all, bits| all | bits), self.total);
            }
        } else {
            words.iter().zip(&self.counts).for_each(|(bits, count)| with(*bits, *count));
        }
    }

    /// Whether the bits of a turn are one word: of every lane that has a bit at a time.
    fn is_joined(&self) -> bool {
        self.total <= u64::BITS
    }
}

/// [`Moves::compress`] of one word for each phase; where the bits of a turn are one word, each moves to its place in that.
struct Compress<'a> {
    known: &'a Known,
    beside: &'a mut [u64; MOST_PHASES],
}

impl Op for Compress<'_> {
    type Output = ();

    #[inline(always)]
    #[expect(
        clippy::needless_range_loop,
        reason = "vectors are made of it, where pairs of iterators are calls in builds without link-time optimisation"
    )]
    fn on<L: Lanes>(self) {
        let Self { known, beside } = self;
        for i in 0..MOST_PHASES {
            beside[i] &= known.masks[i];
        }
        for (step, moved) in known.moved.iter().enumerate() {
            for i in 0..MOST_PHASES {
                let going = beside[i] & moved[i];
                beside[i] = (beside[i] ^ going) | going >> (1 << step);
            }
        }
        if known.is_joined() {
            for i in 0..MOST_PHASES {
                // No bits are left where there is no place for them.
                beside[i] <<= known.before[i] % u64::BITS;
            }
        }
    }
}
