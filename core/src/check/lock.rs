//! [`Finder`]: where received bits obey the recurrence long enough, in words.

use super::Settings;
use crate::{register::Register, step::Stepper};

/// A place where to lock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Bits of the word up to there, 1 to 64.
    pub(super) bits: u32,
    /// Whether the sequence is complemented.
    pub(super) inverted: bool,
    /// The state of the plain sequence at that place.
    pub(super) state: u64,
    /// Whether the recurrence held for long enough to lock to it without looking at the bits before.
    pub(super) is_sure: bool,
}

/// Bits for which the recurrence must hold at a place that the bits before must confirm: noise gets there once in 2^10 bits.
pub(super) const UNSURE_BITS: u32 = 10;

/// Who asks for more bits than these to obey the recurrence gets no place that is only confirmed.
pub(super) const MOST_CONFIRMED: u32 = 64;

/// Watches the sums that the recurrence makes of received bits: 0 if it holds, 1 throughout if the stream is complemented.
#[derive(Debug, Clone)]
pub(super) struct Finder {
    lock_bits: u32,
    /// Which polarities may be locked to.
    allowed: [bool; 2],
    before: u64,
    /// Bits still missing to a first state.
    missing: u32,
    /// How long the plain and the complemented recurrence have held.
    runs: [u32; 2],
}

impl Finder {
    pub(super) const IDLE: Self = Self { lock_bits: 1, allowed: [false; 2], before: 0, missing: 0, runs: [0; 2] };

    pub(super) fn new(register: &Register, settings: &Settings) -> Self {
        // With an odd number of lags the complement obeys the same recurrence: it is a plain sequence too.
        let distinct = register.lags().count().is_multiple_of(2);
        let allowed = match settings.inverted {
            _ if !distinct => [true, false],
            Some(inverted) => [!inverted, inverted],
            None => [true, true],
        };
        Self { lock_bits: settings.lock_bits, allowed, before: 0, missing: register.degree(), runs: [0; 2] }
    }

    /// Forgets all bits.
    pub(super) fn restart(&mut self, register: &Register) {
        self.missing = register.degree();
        self.runs = [0; 2];
    }

    /// What was found is no place to lock: waits for the next.
    pub(super) fn reject(&mut self) {
        self.runs = [0; 2];
    }

    /// Looks at the first `bits` of the next word, for the register this was made for. Returns at the first place to lock; the rest of the word is
    /// skipped. If there is none, and enough bits came before to confirm it, the last place at which the recurrence has held for a while.
    // Not inlined: its frame must be gone before the next call.
    #[inline(never)]
    pub(super) fn push(&mut self, register: &Register, word: u64, bits: u32, can_confirm: bool) -> Option<Place> {
        let before = core::mem::replace(&mut self.before, word);
        let constant = if register.xnor() { u64::MAX } else { 0 };
        let sum = register.lags().fold(word ^ constant, |sum, k| sum ^ shifted(before, word, k));
        let first = self.missing.min(bits);
        self.missing -= first;
        if first == bits {
            return None;
        }
        let mut place = None;
        'both: for inverted in [false, true] {
            if !self.allowed[usize::from(inverted)] {
                continue;
            }
            // A 1 where the recurrence fails.
            let fails = if inverted { !sum } else { sum };
            let run = &mut self.runs[usize::from(inverted)];
            let mut from = first;
            while from < bits {
                let clear = (fails >> from).trailing_zeros().min(bits - from);
                if *run + clear >= self.lock_bits {
                    place = Some((from + self.lock_bits - *run, inverted, true));
                    break 'both;
                }
                *run += clear;
                from += clear;
                if can_confirm && clear > 0 && *run >= UNSURE_BITS {
                    place = Some((from, inverted, false));
                }
                if from < bits {
                    *run = 0;
                    from += 1;
                }
            }
        }
        let (bits, inverted, is_sure) = place?;
        let state = state_at(register, before, word, bits, inverted);
        if state.is_none() && is_sure {
            // Stuck: nothing to lock to, however long it lasts.
            self.reject();
        }
        Some(Place { bits, inverted, state: state?, is_sure })
    }
}

/// The 64 bits that begin `by` bits before `word`, 1 to 64; `before` came before it.
fn shifted(before: u64, word: u64, by: u32) -> u64 {
    word << (by - 1) << 1 | before >> (64 - by)
}

/// The state of the plain sequence behind the first `bits` of `word`, if it is not a fixed one.
fn state_at(register: &Register, before: u64, word: u64, bits: u32, inverted: bool) -> Option<u64> {
    let mask = register.state_mask();
    // The last 64 bits, the newest on top.
    let newest = if bits == 64 { word } else { shifted(before, word, 64 - bits) };
    let own = newest >> (64 - register.degree());
    let state = if inverted { !own & mask } else { own & mask };
    let stepper = Stepper::new(register);
    if stepper.step(state) == state {
        return None;
    }
    Some((0..register.degree()).fold(state, |state, _| stepper.step(state)))
}
