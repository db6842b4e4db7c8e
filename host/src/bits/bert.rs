//! [`Bert`]: the bit-error-rate test of a capture, which may come in slowly and for ever.
//!
//! ```no_run
//! use core::time::Duration;
//! use lfsr_host::bits::{
//!     bert::{Bert, Begun, Next, Thresholds},
//!     capture::{Capture, CaptureOptions},
//! };
//!
//! let capture = Capture::open(&CaptureOptions { file: "capture.bin".into(), ..CaptureOptions::default() })?;
//! // No expectation: whichever sequence of the catalogue it is.
//! let begun = Bert::begin(capture, None, Thresholds::default(), &|| false)?;
//! if let Begun::Running(mut test) = begun {
//!     while let Next::Bits | Next::Nothing = test.next(Duration::from_millis(100))? {}
//!     let report = test.finish();
//!     println!("{} wrong of {}", report.errors, report.compared);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use core::time::Duration;
use std::{io, sync::mpsc::RecvTimeoutError};

use lfsr_core::{
    bit_order::BitOrder,
    catalogue::Entry,
    check::{Detail, Details, Report, Settings},
    register::Register,
};

use super::{
    capture::{Capture, CaptureError},
    pieces::{LOOK, Pieces},
    probe::{self, AnyChecker, Bits},
    reading::{Reading, Turner},
};

/// Bits read before a decision about sequence and bit order, at least so many if there are.
const HEAD: u64 = 1 << 16;

/// A sequence that is expected.
#[derive(Debug, Clone)]
pub struct Expected {
    /// As it was asked for.
    pub name: String,
    /// Whose sequence.
    pub register: Register,
    /// The catalogue's entry, if it was asked for by name.
    pub entry: Option<&'static Entry>,
    /// A 1 is forced before this many zeros; 0: never.
    pub zero_limit: u8,
}

/// What is being tested against what.
#[derive(Debug, Clone)]
pub struct Tested {
    /// Where the bits come from.
    pub file: String,
    /// The sequence, as it was asked for or found.
    pub name: String,
    /// Whose sequence.
    pub register: Register,
    /// The catalogue's entry.
    pub entry: Option<&'static Entry>,
    /// How the bits were taken from what was received.
    pub reading: Reading,
}

/// When a lock is found and lost; what is not said is as [`Settings::new`] has it.
#[derive(Debug, Clone, Default)]
pub struct Thresholds {
    /// Bits that must fit before it locks, beyond the n that make a state.
    pub lock_bits: Option<u32>,
    /// Wrong bits of the last 512 that lose the lock.
    pub loss_errors: Option<u32>,
    /// The most bits looked for as inserted or deleted.
    pub max_slip: Option<u32>,
    /// Errors at least that many bits apart are two bursts.
    pub burst_gap: Option<u64>,
    /// The only polarity to lock to.
    pub inverted: Option<bool>,
}

impl Thresholds {
    /// These, where they are said.
    pub(super) fn settings(&self, settings: Settings) -> Settings {
        Settings {
            lock_bits: self.lock_bits.unwrap_or(settings.lock_bits),
            loss_errors: self.loss_errors.unwrap_or(settings.loss_errors),
            max_slip: self.max_slip.unwrap_or(settings.max_slip),
            burst_gap: self.burst_gap.unwrap_or(settings.burst_gap),
            inverted: self.inverted,
            ..settings
        }
    }
}

/// A stream that is no sequence of the catalogue.
#[derive(Debug, Clone)]
pub struct Silent {
    /// Where the bits come from.
    pub file: String,
    /// `0` or `1`, if they are all the same.
    pub stuck: Option<&'static str>,
    /// Bits looked at.
    pub bits: u64,
}

/// Why a test cannot begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BertError {
    /// The capture cannot be read.
    #[error(transparent)]
    Capture(#[from] CaptureError),
    /// There can be no thread that reads it.
    #[error("cannot start a thread: {0}")]
    Thread(io::Error),
    /// It has no bits.
    #[error("{0}: no bits in it")]
    Empty(String),
    /// The register has no sequence to compare with.
    #[error("{0}: all that register ends in is one fixed state")]
    NoSequence(String),
}

/// How a test begins.
#[derive(Debug)]
pub enum Begun<T = Bert> {
    /// It goes on with [`Bert::next`], or that of the test of lanes.
    Running(T),
    /// Nothing was expected, and nothing of the catalogue fits.
    Unknown(Silent),
    /// It was stopped before there were bits.
    Stopped,
}

/// What came of waiting for more bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Some were checked.
    Bits,
    /// None came in that time.
    Nothing,
    /// There are no more.
    End,
}

/// A test under way, that keeps the details `D` of what it finds.
#[derive(Debug)]
pub struct Bert<D = Details> {
    tested: Tested,
    settings: Settings,
    checker: AnyChecker<D>,
    /// Where the checker cannot take the bits as they come.
    turner: Option<Turner>,
    pieces: Pieces,
}

impl Bert {
    /// Reads the first bits, and decides which sequence they are, and which bit of a byte is the first.
    ///
    /// `stop` is asked several times a second whether to give up waiting.
    ///
    /// # Errors
    /// If the capture cannot be read, is empty, or the register has no sequence.
    pub fn begin(
        capture: Capture,
        expected: Option<Expected>,
        thresholds: Thresholds,
        stop: &dyn Fn() -> bool,
    ) -> Result<Begun<Self>, BertError> {
        Self::keeping(Details::default(), capture, expected, thresholds, stop)
    }
}

impl<D: Detail> Bert<D> {
    /// [`Bert::begin`] with these details.
    ///
    /// # Errors
    /// Those of [`Bert::begin`].
    pub fn keeping(
        details: D,
        capture: Capture,
        expected: Option<Expected>,
        thresholds: Thresholds,
        stop: &dyn Fn() -> bool,
    ) -> Result<Begun<Self>, BertError> {
        let file = capture.name().to_owned();
        let readings = capture.worth_trying().to_vec();
        let mut pieces = Pieces::new(capture).map_err(BertError::Thread)?;
        let wanted = if expected.is_some() && readings.len() == 1 { 1 } else { HEAD };
        let (head, count) = pieces.first_bits(wanted, stop)?;
        if count == 0 {
            return if stop() { Ok(Begun::Stopped) } else { Err(BertError::Empty(file)) };
        }
        let bits = Bits { words: &head, count };
        let (reading, name, register, entry, zero_limit) = match expected {
            Some(expected) => {
                let fit = |reading: &Reading| {
                    let settings = thresholds.settings(Settings::new(&expected.register));
                    let settings = Settings { zero_limit: expected.zero_limit, ..settings };
                    probe::read(*reading, bits, |order, bits| {
                        let report = probe::check(&expected.register, Settings { order, ..settings }, bits);
                        report.is_some_and(|report| probe::fits(&report, &expected.register))
                    })
                };
                let reading = readings.iter().copied().find(fit).unwrap_or(readings[0]);
                let Expected { name, register, entry, zero_limit } = expected;
                (reading, name, register, entry, zero_limit)
            }
            None => match probe::probe(bits, &readings, |settings| thresholds.settings(settings)) {
                Some(found) => {
                    let entry = found.entry;
                    (found.reading, entry.name.to_owned(), entry.register(), Some(entry), entry.zero_limit)
                }
                None => return Ok(Begun::Unknown(Silent { file, stuck: stuck(bits), bits: count })),
            },
        };
        let tested = Tested { file, name, register, entry, reading };
        let settings = thresholds.settings(Settings::new(&tested.register));
        let settings = Settings { order: reading.of_bytes().unwrap_or(BitOrder::Lsb), zero_limit, ..settings };
        let mut turner = reading.of_bytes().is_none().then(|| Turner::new(reading));
        let mut checker = AnyChecker::keeping(details, &tested.register, settings, true)
            .ok_or_else(|| BertError::NoSequence(tested.name.clone()))?;
        match &mut turner {
            None => checker.push(bits),
            Some(turner) => turned(turner, &mut checker, bits),
        }
        Ok(Begun::Running(Self { tested, settings, checker, turner, pieces }))
    }

    /// Checks the next bits, if some come within `patience`.
    ///
    /// # Errors
    /// If the capture cannot be read, or is not of its format.
    pub fn next(&mut self, patience: Duration) -> Result<Next, CaptureError> {
        match self.pieces.next(patience) {
            Ok(Ok((_, 0))) | Err(RecvTimeoutError::Disconnected) => Ok(Next::End),
            Ok(Ok((words, count))) => {
                let bits = Bits { words: &words, count };
                match &mut self.turner {
                    None => self.checker.push(bits),
                    Some(turner) => turned(turner, &mut self.checker, bits),
                }
                Ok(Next::Bits)
            }
            Ok(Err(error)) => Err(error),
            Err(RecvTimeoutError::Timeout) => Ok(Next::Nothing),
        }
    }

    /// Checks all bits there are, or those until `stop` says so, which is asked several times a second, and decides what was open.
    ///
    /// # Errors
    /// Those of [`Bert::next`].
    pub fn to_end(&mut self, stop: &dyn Fn() -> bool) -> Result<&Report<D>, CaptureError> {
        while !stop() && self.next(LOOK)? != Next::End {}
        Ok(self.finish())
    }

    /// Decides what was open; no more bits may come.
    pub fn finish(&mut self) -> &Report<D> {
        if let Some(turner) = &mut self.turner {
            let (words, count) = turner.finish();
            self.checker.push(Bits { words: &words, count });
        }
        self.checker.finish();
        self.checker.report()
    }

    /// What was found so far.
    #[must_use]
    pub fn report(&self) -> &Report<D> {
        self.checker.report()
    }

    /// What is tested against what.
    #[must_use]
    pub fn tested(&self) -> &Tested {
        &self.tested
    }

    /// The thresholds in use.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}

/// Checks the next bits once they are in the order of time.
fn turned<D: Detail>(turner: &mut Turner, checker: &mut AnyChecker<D>, bits: Bits<'_>) {
    turner.push(bits.words, bits.count);
    let words = turner.take();
    checker.push(Bits { words: &words, count: 64 * words.len() as u64 });
}

/// The level, if all whole words are the same.
pub(super) fn stuck(bits: Bits<'_>) -> Option<&'static str> {
    match bits.words.get(..(bits.count / 64) as usize)? {
        [] => None,
        words if words.iter().all(|&word| word == 0) => Some("0"),
        words if words.iter().all(|&word| word == u64::MAX) => Some("1"),
        _ => None,
    }
}
