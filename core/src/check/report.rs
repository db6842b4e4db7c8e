//! [`Report`]: what a checker counts. All counters have 64 bits and saturate.

/// Where a checker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum LockState {
    /// Never locked so far.
    Searching,
    /// Locked, and every compared bit was right.
    Locked,
    /// Locked; bits were wrong, inserted or deleted, or the lock was lost in between.
    LockedWithErrors,
    /// Was locked once, is not any more.
    Lost,
}

/// Errors close together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Burst {
    /// The first wrong bit, counted from the start of the stream.
    pub start: u64,
    /// The last one.
    pub end: u64,
    /// How many.
    pub errors: u64,
}

impl Burst {
    /// Bits from the first to the last wrong one, both included.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.end - self.start + 1
    }
}

/// Bits inserted into or deleted from the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Slip {
    /// Where, counted from the start of the stream; the place that leaves the fewest errors.
    pub at: u64,
    /// How many bits too many (> 0) or too few (< 0).
    pub bits: i32,
}

/// Where and how: what the counters leave out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// The first bit that was compared, and the state of the plain Fibonacci sequence there.
    pub first: Option<(u64, u64)>,
    /// The first slip.
    pub first_slip: Option<Slip>,
    /// The first errors.
    pub first_burst: Option<Burst>,
    /// The burst that spans most bits.
    pub longest_burst: Option<Burst>,
    /// The bursts that ended last, the newest first.
    pub last_bursts: [Option<Burst>; 3],
    /// How often the distance from one wrong bit to the next was 2^i to 2^(i+1) - 1.
    pub gaps: [u64; 64],
}

impl Default for Details {
    fn default() -> Self {
        Self {
            first: None,
            first_slip: None,
            first_burst: None,
            longest_burst: None,
            last_bursts: [None; 3],
            gaps: [0; 64],
        }
    }
}

/// What is kept beyond the counters: [`Details`], or nothing on a device with little memory.
pub trait Detail: Default {
    /// The first lock, from bit `at` on, where the plain Fibonacci sequence has the state `state()`.
    fn lock(&mut self, _at: u64, _state: impl FnOnce() -> u64) {}

    /// A slip was found.
    fn slip(&mut self, _slip: Slip) {}

    /// A burst has ended.
    fn burst(&mut self, _burst: Burst) {}

    /// So many bits, at least 1, from one wrong bit to the next.
    fn gap(&mut self, _bits: u64) {}

    /// Bit `at`, counted from the start of the stream, is wrong.
    fn error(&mut self, _at: u64) {}
}

impl Detail for () {}

impl Detail for Details {
    fn lock(&mut self, at: u64, state: impl FnOnce() -> u64) {
        self.first.get_or_insert_with(|| (at, state()));
    }

    fn slip(&mut self, slip: Slip) {
        self.first_slip.get_or_insert(slip);
    }

    fn burst(&mut self, burst: Burst) {
        self.first_burst.get_or_insert(burst);
        let [newest, second, _] = self.last_bursts;
        self.last_bursts = [Some(burst), newest, second];
        if self.longest_burst.is_none_or(|longest| burst.length() > longest.length()) {
            self.longest_burst = Some(burst);
        }
    }

    fn gap(&mut self, bits: u64) {
        if let Some(count) = self.gaps.get_mut(bits.max(1).ilog2() as usize) {
            *count = count.saturating_add(1);
        }
    }
}

/// What was found: counters, and the details `D`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report<D = Details> {
    /// Bits received.
    pub bits: u64,
    /// Bits compared with the sequence: all that are neither searched through nor open.
    pub compared: u64,
    /// Bits that were wrong.
    pub errors: u64,
    /// Bits left out because no lock fitted them.
    pub skipped: u64,
    /// Times a lock was found where there was none before.
    pub locks: u64,
    /// Times the lock was lost and not explained by a slip or a burst.
    pub losses: u64,
    /// Times bits were inserted or deleted.
    pub slips: u64,
    /// Bits inserted in all.
    pub inserted: u64,
    /// Bits deleted in all.
    pub deleted: u64,
    /// Times the polarity changed.
    pub flips: u64,
    /// Whether the sequence is complemented, at the last lock.
    pub inverted: bool,
    /// Whether there is a lock now.
    pub is_locked: bool,
    /// Zeros in words of nothing else, without a lock.
    pub stuck_low: u64,
    /// Ones in words of nothing else, without a lock.
    pub stuck_high: u64,
    /// The number of bursts that have ended.
    pub bursts: u64,
    /// Times the receiver lost bits before they could be checked: no error of the line.
    pub overruns: u64,
    /// Where and how.
    pub details: D,
    current: Option<Burst>,
}

impl<D: Default> Default for Report<D> {
    fn default() -> Self {
        Self::with(D::default())
    }
}

impl<D> Report<D> {
    /// Nothing but these details.
    pub(super) const fn with(details: D) -> Self {
        Self {
            bits: 0,
            compared: 0,
            errors: 0,
            skipped: 0,
            locks: 0,
            losses: 0,
            slips: 0,
            inserted: 0,
            deleted: 0,
            flips: 0,
            inverted: false,
            is_locked: false,
            stuck_low: 0,
            stuck_high: 0,
            bursts: 0,
            overruns: 0,
            details,
            current: None,
        }
    }

    /// The same counters with other details.
    #[must_use]
    pub fn detailed<E>(&self, details: E) -> Report<E> {
        Report {
            bits: self.bits,
            compared: self.compared,
            errors: self.errors,
            skipped: self.skipped,
            locks: self.locks,
            losses: self.losses,
            slips: self.slips,
            inserted: self.inserted,
            deleted: self.deleted,
            flips: self.flips,
            inverted: self.inverted,
            is_locked: self.is_locked,
            stuck_low: self.stuck_low,
            stuck_high: self.stuck_high,
            bursts: self.bursts,
            overruns: self.overruns,
            details,
            current: self.current,
        }
    }

    /// Where the checker stands.
    #[must_use]
    pub const fn status(&self) -> LockState {
        match (self.is_locked, self.locks) {
            (false, 0) => LockState::Searching,
            (false, _) => LockState::Lost,
            (true, _) if self.errors == 0 && self.losses == 0 && self.slips == 0 && self.flips == 0 => {
                LockState::Locked
            }
            (true, _) => LockState::LockedWithErrors,
        }
    }

    /// Wrong bits per compared bit.
    #[must_use]
    pub fn rate(&self) -> f64 {
        if self.compared == 0 { 0.0 } else { self.errors as f64 / self.compared as f64 }
    }
}

impl<D: Detail> Report<D> {
    /// Bits received and found right.
    pub(super) fn clean(&mut self, bits: u64) {
        self.bits = self.bits.saturating_add(bits);
        self.compared = self.compared.saturating_add(bits);
    }

    /// `bits` bits from number `start` on, those set in `wrong` wrong.
    pub(super) fn compare(&mut self, start: u64, wrong: u64, bits: u64, burst_gap: u64) {
        self.compared = self.compared.saturating_add(bits);
        let mut rest = wrong;
        while rest != 0 {
            self.error(start.saturating_add(rest.trailing_zeros().into()), burst_gap);
            rest &= rest - 1;
        }
    }

    pub(super) fn skipped(&mut self, bits: u64) {
        self.skipped = self.skipped.saturating_add(bits);
    }

    pub(super) fn stuck(&mut self, word: u64, mask: u64) {
        if word == 0 {
            self.stuck_low = self.stuck_low.saturating_add(mask.count_ones().into());
        } else if word == mask {
            self.stuck_high = self.stuck_high.saturating_add(mask.count_ones().into());
        }
    }

    pub(super) fn error(&mut self, at: u64, burst_gap: u64) {
        self.errors = self.errors.saturating_add(1);
        self.details.error(at);
        if let Some(burst) = &mut self.current {
            let gap = at.saturating_sub(burst.end).max(1);
            self.details.gap(gap);
            if gap < burst_gap {
                (burst.end, burst.errors) = (at, burst.errors.saturating_add(1));
                return;
            }
            self.close_burst();
        }
        self.current = Some(Burst { start: at, end: at, errors: 1 });
    }

    /// The current burst is over.
    pub(super) fn close_burst(&mut self) {
        let Some(burst) = self.current.take() else { return };
        self.bursts = self.bursts.saturating_add(1);
        self.details.burst(burst);
    }
}
