//! [`Checker`]: the bit error rate of a received sequence, each wrong bit counted once.
//!
//! The checker synchronises itself: n received bits are a state, and once enough bits after them obey the recurrence
//! ([`Settings::lock_bits`]) a generator of our own runs on from there. Comparing with that generator counts a wrong bit once, where
//! checking the recurrence on received bits would count it once for each tap. All decisions are made on words of 64 bits:
//!
//! * *searching*: not yet locked. On a noisy line enough bits in a row are seldom right: ten that obey the recurrence do, if three
//!   quarters of the 256 bits before them agree. A window that maps to itself is never locked to: all zeros satisfy every recurrence,
//!   and are counted as stuck.
//! * *locked*: a word without a wrong bit settles all before it. More than [`Settings::loss_errors`] wrong bits in the last 512
//!   mean that the lock is lost.
//! * *lost*: at most 2048 bits are kept while searching anew, and old and new alignment compared on them. The same phase: it was a burst, its
//!   errors count. A phase up to [`Settings::max_slip`] bits away: bits were inserted or deleted, at the place that leaves the fewest errors;
//!   the other polarity likewise. Neither: the bits that fit neither alignment are left out and the loss is counted.
//!
//! Where the receiver itself lost bits it says so ([`Checker::overrun`]), and they are no errors of the line.
//!
//! After a slip the lock is found again within 1024 + n + lock_bits bits, if no other bit is wrong.
//!
//! ```
//! use lfsr_core::{check::{Checker, Settings, LockState}, register::Register, stream::{Style, Words}};
//!
//! let prbs31 = Register::from_characteristic(1 << 31 | 1 << 3 | 1).unwrap();
//! let mut checker = Checker::<Words>::new(&prbs31, Settings::new(&prbs31)).unwrap();
//! let mut line = Words::new(&prbs31, 0x1234, Style::PLAIN);
//! for t in 0..100 {
//!     // Bit 50 * 64 + 7 is wrong.
//!     checker.push(&[line.next_word() ^ if t == 50 { 1 << 7 } else { 0 }]);
//! }
//! checker.finish();
//! let report = checker.report();
//! assert_eq!((report.errors, report.compared, report.status()), (1, 6400, LockState::LockedWithErrors));
//! ```

mod lock;
mod pending;
mod reference;
mod report;
mod resolve;

use crate::{
    bit_order::BitOrder,
    cyclic::CyclicPart,
    register::Register,
    step::Stepper,
    stream::{Compact, Style},
};
use lock::Finder;
use pending::{CAPACITY, Pending};
pub use reference::{Limited, Reference};
pub use report::{Burst, Detail, Details, LockState, Report, Slip};
use resolve::Line;

/// The thresholds of a checker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Settings {
    /// Bits that must obey the recurrence, after the n bits that make a state, before the checker locks; at least 1. Default: n, but at
    /// least 32, so that noise locks once in 2^31 bits at most.
    pub lock_bits: u32,
    /// The lock is lost if more of the last 512 bits are wrong. Default: 154, 30 %: noise has 256 +- 11.
    pub loss_errors: u32,
    /// The most bits that are looked for as inserted or deleted. Default: 64.
    pub max_slip: u32,
    /// Errors that far apart or farther belong to two bursts. Default: 32.
    pub burst_gap: u64,
    /// Which bit of each byte of the received words is the first.
    pub order: BitOrder,
    /// Lock only to the plain (`false`) or the complemented sequence; `None`: either.
    pub inverted: Option<bool>,
    /// QRSS: a 1 stands before this many zeros; 0 for all others.
    pub zero_limit: u8,
}

impl Settings {
    /// The defaults for a register.
    #[must_use]
    pub fn new(register: &Register) -> Self {
        Self {
            lock_bits: register.degree().max(32),
            loss_errors: 154,
            max_slip: 64,
            burst_gap: 32,
            order: BitOrder::Lsb,
            inverted: None,
            zero_limit: 0,
        }
    }
}

/// Checks received bits against the sequence of a register, with the reference `R`; `D` is what is kept beyond the counters.
#[derive(Debug, Clone)]
pub struct Checker<R, D = Details> {
    /// Fibonacci, not singular.
    register: Register,
    settings: Settings,
    reference: R,
    mode: Mode,
    finder: Finder,
    pending: Pending,
    /// The first bit of `pending`, counted from the start.
    origin: u64,
    report: Report<D>,
}

/// What the checker is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// No lock, and none to compare a new one with.
    Searching,
    /// Locked to the sequence, complemented or not.
    Locked { inverted: bool },
    /// The lock went; the reference runs on.
    Lost { inverted: bool },
}

impl<R: Reference, D: Detail> Checker<R, D> {
    /// A checker for what `register` puts out, in either form; `None` if nothing but a fixed state remains of it after a while.
    #[must_use]
    pub fn new(register: &Register, settings: Settings) -> Option<Self> {
        let sequence = CyclicPart::new(register).sequence()?;
        let settings = Settings { lock_bits: settings.lock_bits.max(1), ..settings };
        Some(Self {
            reference: R::start(&sequence, 0, Style { order: settings.order, inverted: false }, settings.zero_limit),
            mode: Mode::Searching,
            finder: Finder::new(&sequence, &settings),
            pending: Pending::EMPTY,
            origin: 0,
            report: Report::default(),
            register: sequence,
            settings,
        })
    }

    /// Keeps what it finds in these details, which need not be empty ones: before the first bits.
    #[must_use]
    pub fn keeping(mut self, details: D) -> Self {
        self.report.details = details;
        self
    }

    /// The same as to assign [`Checker::new`], without a second checker in memory; false, and nothing changed, if that is `None`.
    pub fn restart(&mut self, register: &Register, settings: Settings) -> bool {
        let Some(sequence) = CyclicPart::new(register).sequence() else { return false };
        self.settings = Settings { lock_bits: settings.lock_bits.max(1), ..settings };
        self.mode = Mode::Searching;
        self.finder = Finder::new(&sequence, &self.settings);
        self.pending.clear();
        self.origin = 0;
        self.report = Report::default();
        self.register = sequence;
        true
    }

    /// Checks the next words: bytes in their order on the line, the first in the low end.
    pub fn push(&mut self, words: &[u64]) {
        let mut rest = words;
        while let [first, ..] = rest {
            if let Mode::Locked { .. } = self.mode {
                let equal = self.reference.skip_equal(rest);
                if equal > 0 {
                    if self.pending.len() > 0 {
                        self.settle();
                    }
                    self.report.clean(equal as u64 * 64);
                    self.origin = self.report.bits;
                    rest = rest.get(equal..).unwrap_or(&[]);
                    continue;
                }
            }
            self.word(*first, 64);
            rest = rest.get(1..).unwrap_or(&[]);
        }
    }

    /// Checks the last bits, fewer than 64 of them; nothing may be pushed after, unless there was an overrun.
    pub fn push_last(&mut self, word: u64, bits: u32) {
        if (1..64).contains(&bits) {
            self.word(word, bits);
        }
    }

    /// Decides what is still open, as if the stream ended here.
    pub fn finish(&mut self) {
        match self.mode {
            Mode::Locked { .. } => self.settle(),
            Mode::Searching | Mode::Lost { .. } => self.give_up(0),
        }
        self.report.close_burst();
    }

    /// Bits were lost between the last word and the next, nobody knows how many: what is open is decided as at an end, and a lock is looked for anew.
    ///
    /// Neither a wrong bit nor a loss of the lock is counted for it, only an overrun. A shorter word may come right before it.
    // Not inlined, nor what it calls: on a device each frame of the stack counts.
    #[inline(never)]
    pub fn overrun(&mut self) {
        self.finish();
        self.mode = Mode::Searching;
        self.report.is_locked = false;
        self.report.overruns = self.report.overruns.saturating_add(1);
        self.finder.restart(&self.register);
    }

    /// Counts from nothing on, under the same lock; words that are still open are counted when they are decided.
    pub fn clear(&mut self) {
        let (is_locked, inverted) = (self.report.is_locked, self.report.inverted);
        self.report = Report::default();
        (self.report.is_locked, self.report.inverted) = (is_locked, inverted);
        self.report.locks = is_locked.into();
        self.report.bits = self.pending.bits().into();
        self.origin = 0;
    }

    /// What was found so far; errors of the last few words may still be open.
    #[must_use]
    pub fn report(&self) -> &Report<D> {
        &self.report
    }

    /// The register whose sequence is compared: Fibonacci, not singular.
    #[must_use]
    pub fn sequence(&self) -> &Register {
        &self.register
    }

    /// One word that is not all right, or with no lock; only the first `bits` count.
    fn word(&mut self, received: u64, bits: u32) {
        let order = self.settings.order;
        let mask = u64::MAX >> (64 - bits);
        let plain = order.word(received) & mask;
        self.report.bits = self.report.bits.saturating_add(bits.into());
        match self.mode {
            Mode::Locked { inverted } => {
                let wrong = order.word(received ^ self.reference.next_word()) & mask;
                if self.pending.len() == CAPACITY / 2 {
                    self.settle_first();
                }
                self.pending.push(wrong, bits);
                if self.pending.errors_of_last(8) > self.settings.loss_errors {
                    self.mode = Mode::Lost { inverted };
                    self.report.is_locked = false;
                    self.search_pending(inverted);
                }
            }
            Mode::Searching | Mode::Lost { .. } => {
                self.report.stuck(plain, mask);
                if self.pending.len() == CAPACITY {
                    self.give_up(CAPACITY / 2);
                }
                let kept = match self.mode {
                    Mode::Lost { .. } => order.word(received ^ self.reference.next_word()) & mask,
                    _ => plain,
                };
                self.pending.push(kept, bits);
                self.search(self.pending.len() - 1, plain, bits);
            }
        }
    }

    /// Looks for a lock in what is pending, all of it received under a lock that went.
    fn search_pending(&mut self, inverted: bool) {
        self.finder.restart(&self.register);
        let mut old = self.old_line(inverted);
        for at in 0..self.pending.len() {
            let bits = self.pending.bits_of(at);
            if self.search(at, (self.pending.word(at) ^ old.next_word()) & u64::MAX >> (64 - bits), bits) {
                return;
            }
        }
    }

    /// Looks for a lock in pending word `at`, which was received as `plain`; true if there is one.
    fn search(&mut self, at: usize, plain: u64, bits: u32) -> bool {
        let enough = resolve::CONFIRMING + lock::UNSURE_BITS + self.register.degree();
        let can_confirm = at as u32 * 64 >= enough && self.settings.lock_bits <= lock::MOST_CONFIRMED;
        let Some(found) = self.finder.push(&self.register, plain, bits, can_confirm) else { return false };
        let locks = self.resolve(at, found);
        if !locks && found.is_sure {
            self.finder.reject();
        }
        locks
    }

    /// The sequence of the lock that went, from the first pending bit on.
    fn old_line(&mut self, inverted: bool) -> Line<R> {
        let style = Style { order: self.settings.order, inverted };
        let mut state = self.reference.peek_plain(style) & self.register.state_mask();
        let stepper = Stepper::new(&self.register);
        // The reference has run on behind whole words: a shorter one is the last.
        for _ in 0..64 * self.pending.len() {
            state = stepper.step_back(state);
        }
        Line::new(stepper, state, inverted, self.settings.zero_limit)
    }

    /// Counts the errors of all pending words against the lock they were received under.
    fn settle(&mut self) {
        while self.pending.len() > 0 {
            self.settle_first();
        }
    }

    fn settle_first(&mut self) {
        let (wrong, bits) = self.pending.take_first();
        self.report.compare(self.origin, wrong, bits.into(), self.settings.burst_gap);
        self.origin += u64::from(bits);
    }

    /// No lock in what is pending: its first words up to where the old lock went count, the others do not. Keeps the last `keep` words.
    fn give_up(&mut self, keep: usize) {
        let (mut fit, mut old) = (0, None);
        if let Mode::Lost { inverted } = self.mode {
            fit = self.pending.best_old_end();
            old = Some(self.old_line(inverted));
            self.report.losses = self.report.losses.saturating_add(1);
            self.mode = Mode::Searching;
        }
        let mut drop = self.pending.len().saturating_sub(keep);
        // Never words that still count.
        let mut start = 0;
        while drop > 0 {
            let (wrong, bits) = self.pending.take_first();
            let counted = fit.saturating_sub(start).min(bits);
            if counted > 0 {
                let wrong = wrong & u64::MAX >> (64 - counted);
                self.report.compare(self.origin, wrong, counted.into(), self.settings.burst_gap);
            }
            self.report.skipped(u64::from(bits - counted));
            self.origin += u64::from(bits);
            start += bits;
            drop -= 1;
            old.as_mut().map(Line::next_word);
        }
        // From now on they are what was received.
        if let Some(mut old) = old {
            self.pending.add(|| old.next_word());
        }
    }
}

#[cfg(test)]
mod noisy_tests;
#[cfg(test)]
mod tests;

impl SmallChecker {
    /// A checker that waits for [`Checker::restart`].
    #[must_use]
    pub const fn idle() -> Self {
        let register = match Register::from_characteristic(0b11) {
            Ok(register) => register,
            Err(_) => unreachable!(),
        };
        let settings = Settings {
            lock_bits: 1,
            loss_errors: 0,
            max_slip: 0,
            burst_gap: 0,
            order: BitOrder::Lsb,
            inverted: None,
            zero_limit: 0,
        };
        Self {
            register,
            settings,
            reference: Compact::EMPTY,
            mode: Mode::Searching,
            finder: Finder::IDLE,
            pending: Pending::EMPTY,
            origin: 0,
            report: Report::with(()),
        }
    }
}

/// The smallest checker, counters only: what a microcontroller runs. About 0.9 KiB on a 32-bit core.
pub type SmallChecker = Checker<Compact, ()>;
