//! What a new lock says of the bits before it.

use core::{marker::PhantomData, ops::Range};

use super::{
    Checker, Detail, Mode, Reference, Slip,
    lock::{Place, UNSURE_BITS},
};
use crate::{step::Stepper, stream::Style};

/// Bits that confirm or refute a lock: a quarter of them may be wrong. Of noise half are, and a quarter is 8 standard deviations away.
pub(super) const CONFIRMING: u32 = 256;

/// The sequence of a reference `R` by single steps: slow, but small.
#[derive(Debug)]
pub(super) struct Line<R> {
    stepper: Stepper,
    state: u64,
    inverted: bool,
    zero_limit: u8,
    reference: PhantomData<fn() -> R>,
}

// Not for want of an `R: Clone`.
impl<R> Clone for Line<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Line<R> {}

impl<R: Reference> Line<R> {
    pub(super) fn new(stepper: Stepper, state: u64, inverted: bool, zero_limit: u8) -> Self {
        Self { stepper, state, inverted, zero_limit, reference: PhantomData }
    }

    fn next_bit(&mut self) -> bool {
        let mut bit = self.state & 1 == 1;
        self.state = self.stepper.step(self.state);
        if R::FORCES_ONES && self.zero_limit > 0 && !bit {
            let mut ahead = self.state;
            bit = (0..self.zero_limit).all(|_| {
                let is_zero = ahead & 1 == 0;
                ahead = self.stepper.step(ahead);
                is_zero
            });
        }
        bit != self.inverted
    }

    /// The next 64 bits, bit 0 first.
    pub(super) fn next_word(&mut self) -> u64 {
        (0..64).fold(0, |word, bit| word | u64::from(self.next_bit()) << bit)
    }
}

/// XORed with the pending bits, gives the errors under the new lock.
#[derive(Debug)]
struct Difference<R> {
    /// The line under the new lock.
    new: Line<R>,
    /// State and polarity of the line under the old lock, by the same register.
    old: Option<(u64, bool)>,
}

impl<R> Clone for Difference<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Difference<R> {}

impl<R: Reference> Difference<R> {
    /// `old` is the sequence under which the pending bits are known, if they are not as received.
    fn new(old: Option<Line<R>>, new: Line<R>) -> Self {
        match old {
            // The difference of two states makes the difference of the sequences.
            Some(old) if !R::FORCES_ONES => {
                let (state, inverted) = (old.state ^ new.state, old.inverted != new.inverted);
                Self { new: Line { stepper: new.stepper.linear(), state, inverted, ..new }, old: None }
            }
            old => Self { new, old: old.map(|old| (old.state, old.inverted)) },
        }
    }

    /// The same from the next bit on.
    fn next_bit(&mut self) -> bool {
        let bit = self.new.next_bit();
        match &mut self.old {
            Some((state, inverted)) if R::FORCES_ONES => {
                let mut old = Line { state: *state, inverted: *inverted, ..self.new };
                let other = old.next_bit();
                *state = old.state;
                bit != other
            }
            _ => bit,
        }
    }
}

impl<R: Reference, D: Detail> Checker<R, D> {
    /// A lock found in pending word `at`: compares everything pending with it, and with the old lock, if there was one. False if other
    /// pending bits speak against it.
    pub(super) fn resolve(&mut self, at: usize, found: Place) -> bool {
        let total = self.pending.bits();
        let place = at as u32 * 64 + found.bits;
        // Where the bits that made it begin.
        let begin = place.saturating_sub(self.register.degree() + UNSURE_BITS);
        let stepper = Stepper::new(&self.register);
        // The new sequence from the first pending bit on.
        let first = (0..place).fold(found.state, |state, _| stepper.step_back(state));
        let new = Line::new(stepper, first, found.inverted, self.settings.zero_limit);
        let old = match self.mode {
            Mode::Lost { inverted } => Some(self.old_line(inverted)),
            _ => None,
        };
        let difference = &Difference::new(old, new);
        // The newest bits decide whether it still holds: a lock that went held once, too.
        let newest = total.saturating_sub(CONFIRMING).max(place);
        let after = self.errors_in(newest..total, difference);
        if after > 16 && 4 * after > total - newest {
            return false;
        }
        if !found.is_sure && 4 * self.errors_in(begin.saturating_sub(CONFIRMING)..begin, difference) > CONFIRMING {
            return false;
        }

        match old {
            Some(old) => match self.slip(old.state, first) {
                Some(bits) => {
                    let flipped = old.inverted != found.inverted;
                    if bits == 0 && !flipped {
                        // The same phase: a burst.
                        self.count(total, total, difference);
                    } else {
                        let inserted = u32::try_from(bits).unwrap_or(0);
                        let end = self.split(inserted, difference);
                        let at = self.origin + u64::from(end);
                        self.count(end, end + inserted, difference);
                        let report = &mut self.report;
                        if bits != 0 {
                            report.slips = report.slips.saturating_add(1);
                            report.details.slip(Slip { at, bits });
                            let moved = u64::from(bits.unsigned_abs());
                            let counter = if bits > 0 { &mut report.inserted } else { &mut report.deleted };
                            *counter = counter.saturating_add(moved);
                        }
                        report.flips = report.flips.saturating_add(flipped.into());
                    }
                }
                None => {
                    let start = self.start_of_new(difference);
                    let end = self.pending.best_old_end().min(start);
                    self.count(end, start, difference);
                    self.report.losses = self.report.losses.saturating_add(1);
                    self.report.locks = self.report.locks.saturating_add(1);
                }
            },
            None => {
                let start = self.start_of_new(difference);
                let state = || (0..start).fold(first, |state, _| stepper.step(state));
                self.report.details.lock(self.origin + u64::from(start), state);
                self.count(0, start, difference);
                self.report.locks = self.report.locks.saturating_add(1);
            }
        }
        self.pending.clear();
        self.origin += u64::from(total);
        self.mode = Mode::Locked { inverted: found.inverted };
        self.report.is_locked = true;
        self.report.inverted = found.inverted;
        let state = (place..total).fold(found.state, |state, _| stepper.step(state));
        let style = Style { order: self.settings.order, inverted: found.inverted };
        self.reference.restart(&self.register, state, style, self.settings.zero_limit);
        true
    }

    /// How many bits were inserted (> 0) or deleted (< 0) between the old lock and a new one, given the states of both at the first
    /// pending bit; `None` if that is too many.
    #[inline(never)]
    fn slip(&self, old: u64, new: u64) -> Option<i32> {
        let stepper = Stepper::new(&self.register);
        let (mut ahead, mut behind) = (old, old);
        for steps in 0..=self.settings.max_slip as i32 {
            if behind == new {
                return Some(steps);
            }
            if ahead == new {
                return Some(-steps);
            }
            ahead = stepper.step(ahead);
            behind = stepper.step_back(behind);
        }
        None
    }

    /// Calls with each pending bit before `end` and whether it is wrong under the new lock.
    fn each_bit(&self, end: u32, difference: &Difference<R>, mut on: impl FnMut(u32, bool)) {
        let mut difference = *difference;
        for bit in 0..end {
            on(bit, self.pending.bit(bit) != difference.next_bit());
        }
    }

    /// How many of these pending bits are wrong under the new lock.
    #[inline(never)]
    fn errors_in(&self, bits: Range<u32>, difference: &Difference<R>) -> u32 {
        let mut errors = 0;
        self.each_bit(bits.end, difference, |bit, wrong| errors += u32::from(wrong && bit >= bits.start));
        errors
    }

    /// The bit up to which the old lock holds: with the new one from `inserted` bits later on, it leaves the fewest errors.
    #[inline(never)]
    fn split(&self, inserted: u32, difference: &Difference<R>) -> u32 {
        // Against all bits compared with the new one only.
        let (mut best, mut best_end, mut cost) = (0, 0, 0i32);
        self.each_bit(self.pending.bits(), difference, |bit, wrong| {
            if let Some(end) = bit.checked_sub(inserted) {
                cost += i32::from(self.pending.bit(end)) - i32::from(wrong);
                if cost < best {
                    (best, best_end) = (cost, end + 1);
                }
            }
        });
        best_end
    }

    /// The bit from which on the new lock fits clearly better than nothing: where bits before + 4 x errors after is least.
    #[inline(never)]
    fn start_of_new(&self, difference: &Difference<R>) -> u32 {
        // What the bits before would add; a few errors among the first bits are errors.
        let (mut most, mut best_start, mut gain) = (16, 0, 0i32);
        self.each_bit(self.pending.bits(), difference, |bit, wrong| {
            gain += 4 * i32::from(wrong) - 1;
            if gain > most {
                (most, best_start) = (gain, bit + 1);
            }
        });
        best_start
    }

    /// Counts the pending bits before `end` against the old lock, those from `start` on against the new one.
    #[inline(never)]
    fn count(&mut self, end: u32, start: u32, difference: &Difference<R>) {
        let mut difference = *difference;
        let mut compared = 0;
        for bit in 0..self.pending.bits() {
            let old = self.pending.bit(bit);
            let new = old != difference.next_bit();
            if bit < end || bit >= start {
                compared += 1;
                if if bit < end { old } else { new } {
                    self.report.error(self.origin + u64::from(bit), self.settings.burst_gap);
                }
            }
        }
        self.report.compare(0, 0, compared.into(), 0);
        self.report.skipped(u64::from(self.pending.bits() - compared));
    }
}
