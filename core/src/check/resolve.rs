//! What a new lock says of the bits before it.

use super::{Checker, Mode, Reference, Slip, lock::Found};
use crate::stream::Style;

impl<R: Reference> Checker<R> {
    /// A lock found in pending word `at`: compares everything pending with it, and with the old lock, if there was one. False if what
    /// follows in pending does not fit it.
    pub(super) fn resolve(&mut self, at: usize, found: Found) -> bool {
        let total = self.pending.bits();
        let place = at as u32 * 64 + found.bits;
        // The new sequence from the first pending bit on.
        let mut first = found.state;
        for _ in 0..place {
            first = self.register.step_back(first).unwrap_or(0);
        }
        let style = Style { inverted: found.inverted, ..Style::PLAIN };
        let mut sequence = R::start(&self.register, first, style, self.settings.zero_limit);
        let mut fresh = [0u64; super::CAPACITY];
        for (i, wrong) in fresh.iter_mut().enumerate().take(self.pending.len()) {
            if let Some((received, _, bits)) = self.pending.get(i) {
                *wrong = (received ^ sequence.next_word()) & u64::MAX >> (64 - bits);
            }
        }
        let is_wrong = |bit: u32| fresh.get(bit as usize / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1);
        let after = (place..total).filter(|&bit| is_wrong(bit)).count();
        if after > 16 && 4 * after > (total - place) as usize {
            return false;
        }

        match self.mode {
            Mode::Lost { inverted } => match self.slip(first, inverted, found.inverted) {
                Some(bits) => {
                    let flipped = inverted != found.inverted;
                    if bits == 0 && !flipped {
                        // The same phase: a burst.
                        self.count(total, total, &fresh);
                    } else {
                        let inserted = u32::try_from(bits).unwrap_or(0);
                        let end = self.split(inserted, &is_wrong);
                        let slip = Slip { at: self.origin + u64::from(end), bits };
                        self.count(end, end + inserted, &fresh);
                        let report = &mut self.report;
                        if bits != 0 {
                            report.slips = report.slips.saturating_add(1);
                            report.first_slip.get_or_insert(slip);
                            let moved = u64::from(bits.unsigned_abs());
                            let counter = if bits > 0 { &mut report.inserted } else { &mut report.deleted };
                            *counter = counter.saturating_add(moved);
                        }
                        report.flips = report.flips.saturating_add(flipped.into());
                    }
                }
                None => {
                    let start = self.start_of_new(&is_wrong);
                    let end = self.pending.best_old_end().min(start);
                    self.count(end, start, &fresh);
                    self.report.losses = self.report.losses.saturating_add(1);
                    self.report.locks = self.report.locks.saturating_add(1);
                }
            },
            _ => {
                let start = self.start_of_new(&is_wrong);
                if self.report.first.is_none() {
                    let mut state = first;
                    for _ in 0..start {
                        state = self.register.step(state);
                    }
                    self.report.first = Some((self.origin + u64::from(start), state));
                }
                self.count(0, start, &fresh);
                self.report.locks = self.report.locks.saturating_add(1);
            }
        }
        self.pending.clear();
        self.origin += u64::from(total);
        self.mode = Mode::Locked { inverted: found.inverted };
        self.report.is_locked = true;
        self.report.inverted = found.inverted;
        let mut state = found.state;
        for _ in place..total {
            state = self.register.step(state);
        }
        let style = Style { order: self.settings.order, inverted: found.inverted };
        self.reference = R::start(&self.register, state, style, self.settings.zero_limit);
        true
    }

    /// How many bits were inserted (> 0) or deleted (< 0) between the old lock and a new one whose sequence has the state `first`
    /// at the first pending bit; `None` if that is too many.
    fn slip(&self, first: u64, old_inverted: bool, _: bool) -> Option<i32> {
        let (received, wrong, _) = self.pending.get(0)?;
        let mask = self.register.state_mask();
        let old = (received ^ wrong ^ if old_inverted { u64::MAX } else { 0 }) & mask;
        let (mut ahead, mut behind) = (old, old);
        for steps in 0..=self.settings.max_slip as i32 {
            if behind == first {
                return Some(steps);
            }
            if ahead == first {
                return Some(-steps);
            }
            ahead = self.register.step(ahead);
            behind = self.register.step_back(behind)?;
        }
        None
    }

    /// The bit up to which the old lock holds: with the new one from `inserted` bits later on, it leaves the fewest errors.
    fn split(&self, inserted: u32, is_wrong: &impl Fn(u32) -> bool) -> u32 {
        let total = self.pending.bits();
        let mut cost = (inserted..total).filter(|&bit| is_wrong(bit)).count() as i64;
        let (mut best, mut best_end) = (cost, 0);
        for end in 1..=total.saturating_sub(inserted) {
            cost += i64::from(self.pending.is_wrong(end - 1)) - i64::from(is_wrong(end - 1 + inserted));
            if cost < best {
                (best, best_end) = (cost, end);
            }
        }
        best_end
    }

    /// The bit from which on the new lock fits better than nothing: where bits before + 4 x errors after is least.
    fn start_of_new(&self, is_wrong: &impl Fn(u32) -> bool) -> u32 {
        let total = self.pending.bits();
        let (mut best, mut best_start, mut cost) = (0i64, total, 0i64);
        for bit in (0..total).rev() {
            cost += 4 * i64::from(is_wrong(bit)) - 1;
            if cost <= best {
                (best, best_start) = (cost, bit);
            }
        }
        best_start
    }

    /// Counts the pending bits before `end` against the old lock, those from `start` on against the new one.
    fn count(&mut self, end: u32, start: u32, fresh: &[u64]) {
        for (i, &new) in fresh.iter().enumerate().take(self.pending.len()) {
            let Some((_, old, bits)) = self.pending.get(i) else { break };
            let first = i as u32 * 64;
            let low = |bits: u32| if bits >= 64 { u64::MAX } else { (1 << bits) - 1 };
            let own = low(bits);
            let (before, not_after) = (low(end.saturating_sub(first)) & own, low(start.saturating_sub(first)) & own);
            let after = own & !not_after;
            let compared = u64::from((before | after).count_ones());
            let wrong = old & before | new & after;
            self.report.compare(self.origin + u64::from(first), wrong, compared, self.settings.burst_gap);
            self.report.skipped(u64::from(bits) - compared);
        }
    }
}
