//! [`probe`]: which sequence of the catalogue a stream is, with errors in it or not.

use lfsr_core::{
    bit_order::BitOrder,
    catalogue::{ENTRIES, Entry, Kind},
    check::{Checker, Detail, Details, Limited, Report, Settings},
    register::Register,
    stream::{Blocks, Words},
};

use super::{evidence, reading::Reading};

/// Received words, as they came or in order of time, and how many bits count.
#[derive(Debug, Clone, Copy)]
pub struct Bits<'a> {
    /// The words.
    pub words: &'a [u64],
    /// Bits in them.
    pub count: u64,
}

/// A sequence that fits.
#[derive(Debug, Clone)]
pub struct Match {
    /// Its entry; others may share the recurrence.
    pub entry: &'static Entry,
    /// The way to take the bits in which it fits.
    pub reading: Reading,
    /// How well.
    pub report: Report,
}

/// A checker with whichever reference the settings ask for, and the details `D`.
#[derive(Debug)]
pub enum AnyChecker<D = Details> {
    /// By the word.
    Small(Box<Checker<Words, D>>),
    /// By the block.
    Fast(Box<Checker<Blocks, D>>),
    /// With forced ones.
    Limited(Box<Checker<Limited, D>>),
}

impl AnyChecker {
    /// For long streams (`fast`) or many short ones; `None` if the register has no sequence.
    #[must_use]
    pub fn new(register: &Register, settings: Settings, fast: bool) -> Option<Self> {
        Self::keeping(Details::default(), register, settings, fast)
    }
}

impl<D: Detail> AnyChecker<D> {
    /// [`AnyChecker::new`] with these details.
    #[must_use]
    pub fn keeping(details: D, register: &Register, settings: Settings, fast: bool) -> Option<Self> {
        Some(if settings.zero_limit > 0 {
            Self::Limited(Box::new(Checker::new(register, settings)?.keeping(details)))
        } else if fast {
            Self::Fast(Box::new(Checker::new(register, settings)?.keeping(details)))
        } else {
            Self::Small(Box::new(Checker::new(register, settings)?.keeping(details)))
        })
    }

    /// Checks the next bits; a count that is no multiple of 64 ends the stream.
    pub fn push(&mut self, bits: Bits<'_>) {
        let (whole, last) = bits.words.split_at((bits.count / 64) as usize);
        let rest = (bits.count % 64) as u32;
        let last = last.first().copied().unwrap_or(0);
        match self {
            Self::Small(checker) => {
                checker.push(whole);
                checker.push_last(last, rest);
            }
            Self::Fast(checker) => {
                checker.push(whole);
                checker.push_last(last, rest);
            }
            Self::Limited(checker) => {
                checker.push(whole);
                checker.push_last(last, rest);
            }
        }
    }

    /// Decides what is open.
    pub fn finish(&mut self) {
        match self {
            Self::Small(checker) => checker.finish(),
            Self::Fast(checker) => checker.finish(),
            Self::Limited(checker) => checker.finish(),
        }
    }

    /// What was found.
    #[must_use]
    pub fn report(&self) -> &Report<D> {
        match self {
            Self::Small(checker) => checker.report(),
            Self::Fast(checker) => checker.report(),
            Self::Limited(checker) => checker.report(),
        }
    }

    /// The register whose sequence is compared.
    #[must_use]
    pub fn sequence(&self) -> &Register {
        match self {
            Self::Small(checker) => checker.sequence(),
            Self::Fast(checker) => checker.sequence(),
            Self::Limited(checker) => checker.sequence(),
        }
    }
}

/// Checks bits against one register.
#[must_use]
pub fn check(register: &Register, settings: Settings, bits: Bits<'_>) -> Option<Report> {
    let mut checker = AnyChecker::new(register, settings, false)?;
    checker.push(bits);
    checker.finish();
    Some(checker.report().clone())
}

/// The evidence of a stream most of which does not belong, all entries of the catalogue having been tried.
const EVIDENCE: f64 = 32.0;

/// Whether a report speaks for its register: of all bits, or of enough of them from the first lock on, most are compared, and few are wrong.
#[must_use]
pub fn fits(report: &Report, register: &Register) -> bool {
    let from = report.details.first.map_or(0, |(at, _)| at);
    let most = |bits: u64| report.compared * 2 > bits;
    let is_enough = || evidence::of_report(report, register.degree().into()) > EVIDENCE;
    report.locks > 0 && report.rate() < 0.25 && (most(report.bits) || most(report.bits - from) && is_enough())
}

/// The entry that fits best, if any does. The readings are tried on words as they came; `adjust` may change the thresholds.
#[must_use]
pub fn probe(bits: Bits<'_>, readings: &[Reading], adjust: impl Fn(Settings) -> Settings) -> Option<Match> {
    let mut best: Option<Match> = None;
    for &reading in readings {
        read(reading, bits, |order, bits| {
            for entry in sequences() {
                let register = entry.register();
                let settings = Settings { order, zero_limit: entry.zero_limit, ..adjust(Settings::new(&register)) };
                let Some(report) = fitting(&register, settings, bits) else { continue };
                let better = best.as_ref().is_none_or(|best| {
                    let bad = |report: &Report| report.errors + report.skipped;
                    bad(&report) < bad(&best.report)
                        || bad(&report) == bad(&best.report)
                            && entry.register().degree() < best.entry.register().degree()
                });
                if better {
                    best = Some(Match { entry, reading, report });
                }
            }
        });
    }
    best
}

/// The entries of the catalogue that are sequences.
pub(crate) fn sequences() -> impl Iterator<Item = &'static Entry> {
    ENTRIES.iter().filter(|entry| entry.kind != Kind::Crc)
}

/// Calls `with` with bits that a checker can take in that order.
pub(crate) fn read<T>(reading: Reading, bits: Bits<'_>, with: impl FnOnce(BitOrder, Bits<'_>) -> T) -> T {
    match reading.of_bytes() {
        Some(order) => with(order, bits),
        None => {
            let words = reading.in_time(bits.words, bits.count);
            with(BitOrder::Lsb, Bits { words: &words, count: bits.count })
        }
    }
}

/// What the checker says of a register, if that speaks for it.
pub(crate) fn fitting(register: &Register, settings: Settings, bits: Bits<'_>) -> Option<Report> {
    /// Bits beyond those of a state, at least.
    const FEWEST: u32 = 8;
    // A short stream cannot spare the usual number of bits to lock.
    let spare = u32::try_from(bits.count).unwrap_or(u32::MAX).saturating_sub(register.degree());
    if spare < FEWEST {
        return None;
    }
    let settings = Settings { lock_bits: settings.lock_bits.min(spare), ..settings };
    check(register, settings, bits).filter(|report| fits(report, register))
}
