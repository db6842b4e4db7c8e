//! [`Ring`]: where a sequence completes a run of zeros, written once over a lane trait.
//!
//! The newest blocks of the sequence lie in a ring. A group of eight blocks is the XOR of eight blocks from each lag back, which are
//! contiguous, since the first eight blocks of the ring are repeated behind its end; the ring is gone through in stretches in which
//! no lag wraps. Nothing is ever moved, and all loads and stores are aligned.
//!
//! ```text
//!      groups:   0 | 1 | ... | g - lag/8 | ... | g - 1 |  g  | ... | R/8 - 1 | 0 again
//!                                  |                      ^
//!                                  +------- XOR ----------+   and so for each lag
//!
//!      for each group g, of every stretch, of every turn:
//!          block[g] = XOR of the blocks one lag before it, for all lags    (all ones added if the recurrence has a constant)
//!          zero     = is a lane of it, or of the block before it, clear enough?   (the windows say which lanes a run must clear)
//!          if zero: look at the lanes one by one; a run as long as the section asks for ends the arc
//! ```

use core::{cell::Cell, ops::Range};

use super::{
    gaps::Gaps,
    lanes::{Block, LANES, Lanes},
    op::Op,
    recurrence::{GROUP, Recurrence},
    windows::Windows,
};

type Group = [Cell<Block>; GROUP];

/// What is looked for in one ring of blocks: everything but the blocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ring<'a> {
    /// No lag is less than [`GROUP`].
    pub(crate) recurrence: &'a Recurrence,
    pub(crate) windows: Windows,
    /// If the windows have gaps.
    pub(crate) gaps: Option<&'a Gaps>,
    /// R, a multiple of [`GROUP`], at least twice that and the reach of the recurrence.
    pub(crate) size: usize,
}

/// Where a run of zeros was completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    /// In which turn of those asked for.
    pub(crate) turn: usize,
    /// Its bit, from the first of the ring; less than 0 in the last block of the turn before.
    pub(crate) bit: i64,
}

/// Goes round the ring `turns` times, from group `first` of the first turn on; gives the first completion of a run.
///
/// `blocks` are R + [`GROUP`] blocks. The last block computed is not searched: it is the first one searched by the next call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turns<'a> {
    pub(crate) ring: &'a Ring<'a>,
    pub(crate) blocks: &'a [Cell<Block>],
    pub(crate) first: usize,
    pub(crate) turns: usize,
}

impl Op for Turns<'_> {
    type Output = Option<Hit>;

    #[inline(always)]
    fn on<L: Lanes>(self) -> Option<Hit> {
        self.ring.run::<L>(self.blocks, self.first, self.turns)
    }
}

/// Looks at the blocks 0 to `end` - 1, the first ever, before which there were ones; gives the first completion of a run at bit `allowed` or
/// later.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SearchStart<'a> {
    pub(crate) ring: &'a Ring<'a>,
    pub(crate) blocks: &'a [Cell<Block>],
    pub(crate) end: usize,
    pub(crate) allowed: i64,
}

impl Op for SearchStart<'_> {
    type Output = Option<i64>;

    #[inline(always)]
    fn on<L: Lanes>(self) -> Option<i64> {
        self.ring.search_start::<L>(self.blocks, self.end, self.allowed)
    }
}

impl Ring<'_> {
    /// See [`Turns`].
    #[inline(always)]
    fn run<L: Lanes>(&self, blocks: &[Cell<Block>], first: usize, turns: usize) -> Option<Hit> {
        match (self.recurrence.lags().len(), self.recurrence.constant()) {
            // A multiple has no constant; an odd number of lags neither.
            (3, false) => self.turns::<L, 3, false>(blocks, first, turns),
            (5, false) => self.turns::<L, 5, false>(blocks, first, turns),
            (6, false) => self.turns::<L, 6, false>(blocks, first, turns),
            (7, false) => self.turns::<L, 7, false>(blocks, first, turns),
            (8, false) => self.turns::<L, 8, false>(blocks, first, turns),
            (2, false) => self.turns::<L, 2, false>(blocks, first, turns),
            (2, true) => self.turns::<L, 2, true>(blocks, first, turns),
            (4, false) => self.turns::<L, 4, false>(blocks, first, turns),
            (4, true) => self.turns::<L, 4, true>(blocks, first, turns),
            (_, false) => self.turns::<L, 0, false>(blocks, first, turns),
            (_, true) => self.turns::<L, 0, true>(blocks, first, turns),
        }
    }

    /// T lags, or any number if T = 0; with a constant if C.
    #[inline(always)]
    fn turns<L: Lanes, const T: usize, const C: bool>(
        &self,
        blocks: &[Cell<Block>],
        first: usize,
        turns: usize,
    ) -> Option<Hit> {
        let groups = self.size / GROUP;
        let mut at = first;
        for turn in 0..turns {
            while at < groups {
                let end = self.stretch(at);
                let hit =
                    if T == 0 { self.any::<L, C>(blocks, at..end) } else { self.fixed::<L, T, C>(blocks, at..end) };
                if let Some(bit) = hit {
                    return Some(Hit { turn, bit });
                }
                if at == 0 {
                    self.repeat(blocks);
                }
                at = end;
            }
            at = 0;
        }
        None
    }

    /// The group up to which no lag wraps, from group `at` on. The first group stands alone: it is to be repeated behind the end.
    #[inline(always)]
    fn stretch(&self, at: usize) -> usize {
        if at == 0 {
            return 1;
        }
        let wraps = self.recurrence.lags().iter().map(|&lag| usize::from(lag).div_ceil(GROUP));
        wraps.filter(|&wrap| wrap > at).fold(self.size / GROUP, usize::min)
    }

    /// The block before `group`: the last of the ring before the first.
    #[inline(always)]
    const fn before(&self, group: usize) -> usize {
        match (group * GROUP).checked_sub(1) {
            Some(block) => block,
            None => self.size - 1,
        }
    }

    /// The groups that lie `lag` blocks before `groups`.
    #[inline(always)]
    fn back<'b>(&self, blocks: &'b [Cell<Block>], groups: &Range<usize>, lag: usize) -> Option<&'b [Group]> {
        let at = groups.start * GROUP;
        let from = if at >= lag { at - lag } else { (at + self.size).checked_sub(lag)? };
        let all = blocks.get(from..from + groups.len() * GROUP)?;
        Some(all.as_chunks::<GROUP>().0)
    }

    /// Copies the first group behind the last.
    pub(crate) fn repeat(&self, blocks: &[Cell<Block>]) {
        let (ring, behind) = blocks.split_at(self.size.min(blocks.len()));
        for (to, from) in behind.iter().zip(ring) {
            to.set(from.get());
        }
    }

    /// T lags.
    #[inline(always)]
    fn fixed<L: Lanes, const T: usize, const C: bool>(
        &self,
        blocks: &[Cell<Block>],
        groups: Range<usize>,
    ) -> Option<i64> {
        let fresh = self.back(blocks, &groups, 0)?;
        let mut taps = [fresh; T];
        for (tap, &lag) in taps.iter_mut().zip(self.recurrence.lags()) {
            *tap = self.back(blocks, &groups, lag.into())?.get(..fresh.len())?;
        }
        let (most, ones) = (L::splat(self.windows.most()), L::splat(u16::MAX));
        let mut last = L::load(blocks.get(self.before(groups.start))?);
        for (g, group) in fresh.iter().enumerate() {
            let mut folded = last.flags(most);
            for (k, to) in group.iter().enumerate() {
                let mut sum = L::load(&taps[0][g][k]);
                for tap in &taps[1..] {
                    sum = sum.xor(L::load(&tap[g][k]));
                }
                if C {
                    sum = sum.xor(ones);
                }
                sum.store(to);
                if k + 1 < GROUP {
                    folded = folded.fold(sum.flags(most));
                } else {
                    last = sum;
                }
            }
            if folded.any(most)
                && let Some(bit) = self.search::<L>(blocks, groups.start + g)
            {
                return Some(bit);
            }
        }
        None
    }

    /// Any number of lags: a lag at a time, so that each costs its loads and nothing else.
    #[inline(always)]
    fn any<L: Lanes, const C: bool>(&self, blocks: &[Cell<Block>], groups: Range<usize>) -> Option<i64> {
        let fresh = self.back(blocks, &groups, 0)?;
        let mut taps = [fresh; 64];
        let mut count = 0;
        for (tap, &lag) in taps.iter_mut().zip(self.recurrence.lags()) {
            *tap = self.back(blocks, &groups, lag.into())?.get(..fresh.len())?;
            count += 1;
        }
        let taps = taps.get(..count)?;
        let most = L::splat(self.windows.most());
        let constant = L::splat(if C { u16::MAX } else { 0 });
        let mut last = L::load(blocks.get(self.before(groups.start))?);
        for (g, group) in fresh.iter().enumerate() {
            let mut folded = last.flags(most);
            for part in 0..GROUP / L::TOGETHER {
                // As many as fit into registers.
                let mut sums = [constant; GROUP];
                for tap in taps {
                    let back = &tap[g];
                    for k in 0..L::TOGETHER {
                        sums[k] = sums[k].xor(L::load(&back[part * L::TOGETHER + k]));
                    }
                }
                for (k, sum) in sums.into_iter().take(L::TOGETHER).enumerate() {
                    let k = part * L::TOGETHER + k;
                    sum.store(&group[k]);
                    if k + 1 < GROUP {
                        folded = folded.fold(sum.flags(most));
                    } else {
                        last = sum;
                    }
                }
            }
            if folded.any(most)
                && let Some(bit) = self.search::<L>(blocks, groups.start + g)
            {
                return Some(bit);
            }
        }
        None
    }

    /// The first completion of a run that clears a lane of the last block before `group` or of one of its blocks but the last.
    ///
    /// Behind such a lane lie at least 32 more, computed already: enough to see the rest of the run. Nearly always there is no such run: all blocks
    /// are looked at before the one branch, since a branch that is hard to foresee takes longer than what it would save.
    #[inline(always)]
    fn search<L: Lanes>(&self, blocks: &[Cell<Block>], group: usize) -> Option<i64> {
        let windows = &self.windows;
        let (most, ahead, none) = (L::splat(windows.most()), L::splat(windows.ahead()), L::splat(0));
        let next = windows.next() as u32;
        let mut which = [0; GROUP];
        let mut block = L::load(blocks.get(self.before(group))?);
        let mut clear = block.and(ahead).which(none);
        let mut any = 0;
        for (which, behind) in which.iter_mut().zip(blocks.get(group * GROUP..(group + 1) * GROUP)?) {
            let behind = L::load(behind);
            let clear_behind = behind.and(ahead).which(none);
            // A lane that is zero has more zeros before it than can be told here; all others must go on in the next lane.
            let goes_on = block.which(none) | clear >> next | clear_behind << (32 - next);
            *which = block.which(most) & goes_on;
            any |= *which;
            (block, clear) = (behind, clear_behind);
        }
        if any == 0 { None } else { self.completion(blocks, group, &which) }
    }

    /// The first completion of a run in the lanes that are set in `which`.
    ///
    /// Kept apart from the loop that leads here, which needs all registers.
    #[cold]
    #[inline(never)]
    fn completion(&self, blocks: &[Cell<Block>], group: usize, which: &[u32; GROUP]) -> Option<i64> {
        let mut first = (group * GROUP * LANES) as i64 - LANES as i64;
        for &which in which {
            let mut which = which;
            while which != 0 {
                let lane = first + i64::from(which.trailing_zeros());
                let run = self.windows.run(|lane| self.lane(blocks, lane), |lane| self.word(blocks, lane), lane);
                if let Some(run) = run {
                    return Some(
                        (lane << self.windows.spacing_log()) + run.first + i64::from(self.windows.zeros()) - 1,
                    );
                }
                which &= which - 1;
            }
            first += LANES as i64;
        }
        None
    }

    /// See [`SearchStart`].
    #[inline(always)]
    fn search_start<L: Lanes>(&self, blocks: &[Cell<Block>], end: usize, allowed: i64) -> Option<i64> {
        let most = L::splat(self.windows.most());
        for (block, at) in blocks.iter().enumerate().take(end) {
            let mut which = L::load(at).which(most);
            while which != 0 {
                let lane = (block * LANES) as i64 + i64::from(which.trailing_zeros());
                let read = |lane| self.lane_or_ones(blocks, lane);
                let bits = |lane| self.word_or_ones(blocks, lane);
                if let Some(run) = self.windows.run(read, bits, lane) {
                    let first = (lane << self.windows.spacing_log()) + run.first;
                    let completion = (first + i64::from(self.windows.zeros()) - 1).max(allowed);
                    if completion < first + i64::from(run.count) {
                        return Some(completion);
                    }
                }
                which &= which - 1;
            }
        }
        None
    }

    /// Lane number `lane` of the ring.
    #[inline(always)]
    fn lane(&self, blocks: &[Cell<Block>], lane: i64) -> u64 {
        let all = (self.size * LANES) as i64;
        let lane = if lane < 0 {
            lane + all
        } else if lane >= all {
            lane - all
        } else {
            lane
        } as usize;
        blocks.get(lane / LANES).map_or(0, |block| block.get().0[lane % LANES / 4] >> (16 * (lane % 4)) & 0xffff)
    }

    /// The same at the start: the bits before the first are ones.
    #[inline(always)]
    fn lane_or_ones(&self, blocks: &[Cell<Block>], lane: i64) -> u64 {
        if lane >= 0 {
            return self.lane(blocks, lane);
        }
        let missing = (-lane << self.windows.spacing_log()).min(16);
        (self.lane(blocks, 0) << missing | ((1 << missing) - 1)) & 0xffff
    }

    /// The 64 bits of the sequence that begin with lane number `lane`.
    #[inline(always)]
    fn word(&self, blocks: &[Cell<Block>], lane: i64) -> u64 {
        let four = |lane| self.windows.four(|lane| self.lane(blocks, lane), lane);
        match self.gaps {
            None => four(lane),
            Some(gaps) => gaps.fill(u128::from(four(lane + 4)) << 64 | u128::from(four(lane))),
        }
    }

    /// The same at the start: the bits before the first are ones.
    fn word_or_ones(&self, blocks: &[Cell<Block>], lane: i64) -> u64 {
        let missing = (-lane).max(0) << self.windows.spacing_log();
        match missing {
            0 => self.word(blocks, lane),
            1..64 => self.word(blocks, 0) << missing | ((1 << missing) - 1),
            _ => u64::MAX,
        }
    }

    /// The 64 bits of the sequence from bit `bit` of the ring on.
    pub(crate) fn bits(&self, blocks: &[Cell<Block>], bit: i64) -> u64 {
        let log = self.windows.spacing_log();
        let (lane, into) = (bit >> log, (bit & ((1 << log) - 1)) as u32);
        let both = u128::from(self.word(blocks, lane + (64 >> log))) << 64 | u128::from(self.word(blocks, lane));
        (both >> into) as u64
    }
}
