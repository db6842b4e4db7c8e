//! Messages about a check of a received sequence.

use serde::{Deserialize, Serialize};

use super::{
    codec::Fields,
    wire::{Take, travels},
};
use crate::{
    bit_order::BitOrder,
    check::{LockState, Report, Settings},
    register::Register,
};

travels! { Take:
    /// What to check, and how: see [`Settings`].
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct CheckPlan {
        /// Chosen by the host, not 0; a plan that comes again under the same number changes nothing.
        pub session: u32,
        /// Number of the source, as in [`Reply::Sources`](super::Reply::Sources).
        pub source: u8,
        /// Whose sequence should come.
        pub register: Register,
        /// Whether bit 7 of each byte is the first in time.
        pub msb_first: bool,
        /// Polarity; `None`: either.
        pub inverted: Option<bool>,
        /// Bits that obey the recurrence before the checker locks.
        pub lock_bits: u32,
        /// Wrong ones of the last 512 bits that end the lock.
        pub loss_errors: u32,
        /// The most bits inserted or deleted at once.
        pub max_slip: u32,
        /// QRSS: a 1 stands before this many zeros; 0 for all others.
        pub zero_limit: u8,
    }
}

impl CheckPlan {
    /// Of a source, with the settings of a checker.
    #[must_use]
    pub const fn new(session: u32, source: u8, register: Register, settings: &Settings) -> Self {
        Self {
            session,
            source,
            register,
            msb_first: matches!(settings.order, BitOrder::Msb),
            inverted: settings.inverted,
            lock_bits: settings.lock_bits,
            loss_errors: settings.loss_errors,
            max_slip: settings.max_slip,
            zero_limit: settings.zero_limit,
        }
    }

    /// For the checker.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings {
            lock_bits: self.lock_bits.max(1),
            loss_errors: self.loss_errors,
            max_slip: self.max_slip,
            order: if self.msb_first { BitOrder::Msb } else { BitOrder::Lsb },
            inverted: self.inverted,
            zero_limit: self.zero_limit,
            ..Settings::new(&self.register)
        }
    }
}

travels! { Take:
    /// Asks for the counters of a session.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct CountersOf {
        /// Which.
        pub session: u32,
        /// What becomes of the check once they are read.
        pub then: Then,
    }
}

/// What becomes of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Then {
    /// It goes on.
    GoOn,
    /// It ends; what was still open is decided. The counters can be read again.
    Freeze,
    /// Its counters begin anew, and the lock stays. They are cleared before they are read: an answer that is lost takes no counts with it that
    /// somebody still wanted.
    Clear,
}

impl Take for Then {
    fn take(fields: &mut Fields<'_>) -> Option<Self> {
        Some(match fields.number(32) {
            0 => Self::GoOn,
            1 => Self::Freeze,
            2 => Self::Clear,
            _ => return None,
        })
    }
}

travels! { Put:
    /// The counters of a check: the fields of [`Report`].
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    #[expect(missing_docs, reason = "documented at Report")]
    pub struct Counters {
        pub session: u32,
        pub bits: u64,
        pub compared: u64,
        pub errors: u64,
        pub skipped: u64,
        pub locks: u64,
        pub losses: u64,
        pub slips: u64,
        pub inserted: u64,
        pub deleted: u64,
        pub flips: u64,
        pub stuck_low: u64,
        pub stuck_high: u64,
        pub bursts: u64,
        pub overruns: u32,
        pub inverted: bool,
        pub is_locked: bool,
    }
}

impl Counters {
    /// Of a session.
    #[must_use]
    pub const fn new<D>(session: u32, report: &Report<D>) -> Self {
        Self {
            session,
            bits: report.bits,
            compared: report.compared,
            errors: report.errors,
            skipped: report.skipped,
            locks: report.locks,
            losses: report.losses,
            slips: report.slips,
            inserted: report.inserted,
            deleted: report.deleted,
            flips: report.flips,
            stuck_low: report.stuck_low,
            stuck_high: report.stuck_high,
            bursts: report.bursts,
            overruns: if report.overruns > u32::MAX as u64 { u32::MAX } else { report.overruns as u32 },
            inverted: report.inverted,
            is_locked: report.is_locked,
        }
    }

    /// A report with these counters; what the link does not carry is empty.
    #[must_use]
    pub fn report(&self) -> Report {
        let mut report = Report::default();
        report.bits = self.bits;
        report.compared = self.compared;
        report.errors = self.errors;
        report.skipped = self.skipped;
        report.locks = self.locks;
        report.losses = self.losses;
        report.slips = self.slips;
        report.inserted = self.inserted;
        report.deleted = self.deleted;
        report.flips = self.flips;
        report.inverted = self.inverted;
        report.is_locked = self.is_locked;
        report.stuck_low = self.stuck_low;
        report.stuck_high = self.stuck_high;
        report.bursts = self.bursts;
        report.overruns = self.overruns.into();
        report
    }

    /// Where the checker stands.
    #[must_use]
    pub fn status(&self) -> LockState {
        self.report().status()
    }
}

travels! { Take:
    /// Asks for bits as they come.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct CapturePlan {
        /// Number of the source.
        pub source: u8,
        /// How many bytes.
        pub bytes: u32,
    }
}
