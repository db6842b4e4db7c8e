//! [`LanesTest`]: the bit-error-rate test of several lanes at once: which sequence each is, its polarity, how it lies to the others.
//!
//! ```text
//! captures, a lane each         -> reading -> pairs -> checker, for each lane
//! one capture with all lanes    -> reading -> dealt to lanes -> pairs -> checker
//!                                             first states of all lanes -> place: order, skew
//! ```

mod fit;
mod pairs;
mod place;
#[cfg(test)]
mod tests;

use core::time::Duration;
use std::sync::mpsc::RecvTimeoutError;

use lfsr_core::{
    check::{Details, Report, Settings},
    lane::Lane as Taker,
};

pub use pairs::Pairs;
pub use place::{Placed, Places};

use super::{
    bert::{Begun, BertError, Expected, Next, Silent, Tested, Thresholds, stuck},
    capture::{Capture, CaptureError},
    packer::{Packer, each},
    pieces::Pieces,
    probe::{AnyChecker, Bits},
    reading::{Reading, Turner},
    wrong::{Detailed, usual},
};
use fit::Fit;

/// How lanes share a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sharing {
    /// How many lanes; `None`: as many as make all of them sequences.
    pub lanes: Option<u32>,
    /// Bits that a lane has at a time.
    pub group: u32,
    /// Two bits of a lane are a level of PAM4.
    pub is_pam4: bool,
}

/// The most lanes.
pub const MOST_LANES: u32 = 1024;

/// Numbers of lanes that are tried if it is not said.
const TRIED: [u32; 12] = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 32];

/// Bits of a capture that are read before a decision, at least so many if there are.
const HEAD: u64 = 1 << 16;

/// Of each lane at least so many.
const HEAD_OF_LANE: u64 = 1 << 12;

/// A test of lanes under way, with the details `D` of each.
#[derive(Debug)]
pub struct LanesTest<D = Details> {
    /// Where the bits come from.
    file: String,
    sharing: Sharing,
    reading: Reading,
    sources: Vec<Source>,
    lanes: Vec<Lane<D>>,
}

/// A lane.
#[derive(Debug)]
pub struct Lane<D = Details> {
    tested: Tested,
    settings: Settings,
    is_sent_inverted: Option<bool>,
    pairs: Option<Pairs>,
    checker: AnyChecker<D>,
    /// It takes turns in a capture with others.
    taker: Option<Taker>,
    packer: Packer,
}

/// A capture that is read.
#[derive(Debug)]
struct Source {
    file: String,
    readings: Vec<Reading>,
    pieces: Pieces,
    turner: Turner,
    is_done: bool,
}

impl Source {
    fn new(capture: Capture) -> Result<Self, BertError> {
        let file = capture.name().to_owned();
        let readings = capture.worth_trying().to_vec();
        let pieces = Pieces::new(capture).map_err(BertError::Thread)?;
        Ok(Self { file, turner: Turner::new(readings[0]), readings, pieces, is_done: false })
    }
}

impl<D: Detailed> LanesTest<D> {
    /// Reads the first bits of the captures, and decides how they are read, and what each lane is: one capture with all lanes, or one for each.
    ///
    /// `stop` is asked several times a second whether to give up waiting.
    ///
    /// # Errors
    /// If a capture cannot be read or is empty, or the register has no sequence.
    pub fn begin(
        captures: Vec<Capture>,
        sharing: Sharing,
        expected: Option<&Expected>,
        thresholds: &Thresholds,
        stop: &dyn Fn() -> bool,
    ) -> Result<Begun<Self>, BertError> {
        let mut sources = captures.into_iter().map(Source::new).collect::<Result<Vec<_>, _>>()?;
        let mut heads = Vec::new();
        let wanted = if sources.len() == 1 { sharing.lanes.unwrap_or(1).into() } else { 1 };
        for source in &mut sources {
            let (words, count) = source.pieces.first_bits(HEAD.max(HEAD_OF_LANE * wanted), stop)?;
            if count == 0 {
                return if stop() { Ok(Begun::Stopped) } else { Err(BertError::Empty(source.file.clone())) };
            }
            heads.push((words, count));
        }
        let looking = fit::Looking { expected, thresholds, is_pam4: sharing.is_pam4 };
        let readings = sources[0].readings.clone();
        let (reading, fits) = match &heads[..] {
            [(words, count)] => looking.shared(&readings, Bits { words, count: *count }, &sharing),
            all => looking.each(&readings, all),
        };
        let file = sources.iter().map(|source| source.file.as_str()).collect::<Vec<_>>().join(", ");
        let Some(common) = fit::most_frequent(&fits).cloned().or_else(|| looking.only()) else {
            let (words, count) = &heads[0];
            let bits = Bits { words, count: *count };
            return Ok(Begun::Unknown(Silent { file, stuck: stuck(bits), bits: *count }));
        };
        let is_shared = sources.len() == 1;
        let count = fits.len() as u32;
        let sharing = Sharing { lanes: Some(count), ..sharing };
        let lanes = fits.into_iter().enumerate().map(|(i, fit)| {
            let file = sources.get(if is_shared { 0 } else { i }).map_or(String::new(), |source| source.file.clone());
            let fit = fit.unwrap_or_else(|| common.clone());
            let taker = is_shared.then(|| Taker::new(count, sharing.group, i as u32)).flatten();
            Lane::new(file, reading, fit, thresholds, taker)
        });
        let lanes = lanes.collect::<Result<Vec<_>, _>>()?;
        for source in &mut sources {
            source.turner = Turner::new(reading);
        }
        let mut test = Self { file, sharing, reading, sources, lanes };
        for (i, (words, count)) in heads.into_iter().enumerate() {
            test.take(i, &words, count);
        }
        Ok(Begun::Running(test))
    }

    /// Checks the next bits of each capture, if some come within `patience`.
    ///
    /// # Errors
    /// If a capture cannot be read, or is not of its format.
    pub fn next(&mut self, patience: Duration) -> Result<Next, CaptureError> {
        let mut next = Next::End;
        let patience = patience / self.sources.len().max(1) as u32;
        for i in 0..self.sources.len() {
            if self.sources[i].is_done {
                continue;
            }
            match self.sources[i].pieces.next(patience) {
                Ok(Ok((_, 0))) | Err(RecvTimeoutError::Disconnected) => self.sources[i].is_done = true,
                Ok(Ok((words, count))) => {
                    self.take(i, &words, count);
                    next = Next::Bits;
                }
                Ok(Err(error)) => return Err(error),
                Err(RecvTimeoutError::Timeout) if next == Next::End => next = Next::Nothing,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        // The others may go on.
        let is_open = self.sources.iter().any(|source| !source.is_done);
        Ok(if next == Next::End && is_open { Next::Nothing } else { next })
    }

    /// The next bits of a capture, as they came.
    fn take(&mut self, source: usize, words: &[u64], count: u64) {
        let turner = &mut self.sources[source].turner;
        turner.push(words, count);
        let words = turner.take();
        self.deal(source, &words, 64 * words.len() as u64);
        let lanes = self.lanes_of(source);
        lanes.iter_mut().for_each(Lane::check);
    }

    fn lanes_of(&mut self, source: usize) -> &mut [Lane<D>] {
        let is_shared = self.sources.len() == 1;
        if is_shared { &mut self.lanes } else { &mut self.lanes[source..=source] }
    }

    fn deal(&mut self, source: usize, words: &[u64], count: u64) {
        for lane in self.lanes_of(source) {
            let (packer, taker) = (&mut lane.packer, &mut lane.taker);
            match taker {
                None => each(words, count, |word, count| packer.put(word, count)),
                Some(taker) => packer.put_lane(taker, words, count),
            }
        }
    }

    /// Decides what was open; no more bits may come.
    pub fn finish(&mut self) {
        for i in 0..self.sources.len() {
            let (words, count) = self.sources[i].turner.finish();
            self.deal(i, &words, count);
        }
        self.lanes.iter_mut().for_each(Lane::finish);
    }

    /// Where the bits come from.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// How the lanes share a capture, their number included; `None` where each has its own.
    #[must_use]
    pub fn sharing(&self) -> Option<Sharing> {
        (self.sources.len() == 1).then_some(self.sharing)
    }

    /// How the bits were taken from what was received.
    #[must_use]
    pub fn reading(&self) -> Reading {
        self.reading
    }

    /// The lanes.
    #[must_use]
    pub fn lanes(&self) -> &[Lane<D>] {
        &self.lanes
    }

    /// How the lanes lie to each other.
    #[must_use]
    pub fn places(&self) -> Places {
        place::find(&self.lanes, self.sharing.group == 1 && !self.sharing.is_pam4)
    }
}

impl<D: Detailed> Lane<D> {
    fn new(
        file: String,
        reading: Reading,
        fit: Fit,
        thresholds: &Thresholds,
        taker: Option<Taker>,
    ) -> Result<Self, BertError> {
        let Fit { name, register, entry, zero_limit, is_sent_inverted, pairs } = fit;
        let tested = Tested { file, name, register, entry, reading };
        let settings = Settings { zero_limit, ..thresholds.settings(Settings::new(&tested.register)) };
        let checker = AnyChecker::keeping(D::default(), &tested.register, settings, true)
            .ok_or_else(|| BertError::NoSequence(tested.name.clone()))?;
        Ok(Self { tested, settings, is_sent_inverted, pairs, checker, taker, packer: Packer::default() })
    }

    /// Checks the whole words that are there.
    fn check(&mut self) {
        let words = self.packer.take();
        self.push(words.len() as u64 * 64, words);
    }

    fn finish(&mut self) {
        let (words, count) = self.packer.finish();
        // Half a pair is none.
        let count = if self.pairs.is_some() { count & !1 } else { count };
        self.push(count, words);
        self.checker.finish();
    }

    fn push(&mut self, count: u64, mut words: Vec<u64>) {
        if let Some(pairs) = self.pairs {
            words.iter_mut().for_each(|word| *word = pairs.word(*word));
        }
        self.checker.push(Bits { words: &words, count });
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

    /// Whether the sequence is sent complemented, if that is known.
    #[must_use]
    pub fn is_sent_inverted(&self) -> Option<bool> {
        self.is_sent_inverted
    }

    /// How its bits are levels of PAM4.
    #[must_use]
    pub fn pairs(&self) -> Option<Pairs> {
        self.pairs
    }

    /// What was found so far, with the usual details.
    #[must_use]
    pub fn report(&self) -> Report {
        usual(self.checker.report())
    }

    /// What was found so far.
    #[must_use]
    pub fn detailed(&self) -> &Report<D> {
        self.checker.report()
    }
}
