//! [`Looking`]: which sequence each lane is, and how the captures are read.

use lfsr_core::{
    bit_order::BitOrder,
    catalogue::Entry,
    check::{Report, Settings},
    register::Register,
};

use super::{Pairs, Sharing, TRIED};
use crate::bits::{
    bert::{Expected, Thresholds},
    identify::taken,
    packer::dealt,
    probe::{self, Bits},
    reading::Reading,
};

/// Bits of a lane that are looked at, at most.
const LOOKED_AT: u64 = 1 << 14;

/// One error in so many bits is few.
const FEW: u64 = 50;

/// A sequence that a lane is.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    pub(super) name: String,
    pub(super) register: Register,
    pub(super) entry: Option<&'static Entry>,
    pub(super) zero_limit: u8,
    /// It is sent complemented, if that is known.
    pub(super) is_sent_inverted: Option<bool>,
    pub(super) pairs: Option<Pairs>,
}

/// What is looked for.
pub(super) struct Looking<'a> {
    pub(super) expected: Option<&'a Expected>,
    pub(super) thresholds: &'a Thresholds,
    pub(super) is_pam4: bool,
}

/// What was found for each lane.
type Fits = Vec<Option<Fit>>;

impl Looking<'_> {
    /// The lanes of one capture: by the reading, and if it is not said the smallest number of lanes, that makes most of them sequences.
    pub(super) fn shared(&self, readings: &[Reading], bits: Bits<'_>, sharing: &Sharing) -> (Reading, Fits) {
        let numbers = sharing.lanes.map_or(TRIED.to_vec(), |lanes| vec![lanes]);
        let mut best: Option<(usize, Reading, Fits)> = None;
        for lanes in numbers {
            for &reading in readings {
                let words = reading.in_time(bits.words, bits.count);
                let fits =
                    self.fits((0..lanes).map(|lane| dealt(&words, bits.count, lanes, sharing.group, lane)), lanes);
                let found = fits.iter().flatten().count();
                // Of a number that was not said all lanes count.
                let found = if sharing.lanes.is_none() && found < fits.len() { 0 } else { found };
                if best.as_ref().is_none_or(|(most, ..)| found > *most) {
                    best = Some((found, reading, fits));
                }
            }
            if best.as_ref().is_some_and(|(found, ..)| *found > 0) {
                break;
            }
        }
        best.map_or((readings[0], vec![]), |(_, reading, fits)| (reading, fits))
    }

    /// Lanes with a capture each.
    pub(super) fn each(&self, readings: &[Reading], heads: &[(Vec<u64>, u64)]) -> (Reading, Fits) {
        let mut best: Option<(usize, Reading, Fits)> = None;
        for &reading in readings {
            let lanes = heads.iter().map(|(words, count)| (reading.in_time(words, *count), *count));
            let fits = self.fits(lanes, heads.len() as u32);
            let found = fits.iter().flatten().count();
            if best.as_ref().is_none_or(|(most, ..)| found > *most) {
                best = Some((found, reading, fits));
            }
        }
        best.map_or((readings[0], vec![]), |(_, reading, fits)| (reading, fits))
    }

    /// What each lane is; `lanes` of them share a stream.
    fn fits(&self, all: impl Iterator<Item = (Vec<u64>, u64)>, lanes: u32) -> Fits {
        let candidates = self.candidates(lanes);
        let mut likely: Vec<Fit> = Vec::new();
        let mut fits = Vec::new();
        for (words, count) in all {
            let bits = Bits { words: &words, count: count.min(LOOKED_AT) };
            // Lanes are mostly alike. With many errors it may be another that is like it.
            let is_it = |fit: &&Fit| {
                self.try_one(fit, bits).is_some_and(|report| (report.errors + report.skipped) * FEW < report.compared)
            };
            let fit = likely.iter().find(is_it).cloned();
            let fit = fit.or_else(|| self.best(&candidates, bits));
            if let Some(fit) = &fit
                && !likely.iter().any(|other| other.is_same(fit))
            {
                likely.push(fit.clone());
            }
            fits.push(fit);
        }
        fits
    }

    /// The one with the fewest errors.
    fn best(&self, candidates: &[Fit], bits: Bits<'_>) -> Option<Fit> {
        let pairs: Vec<Option<Pairs>> = if self.is_pam4 { Pairs::all().map(Some).collect() } else { vec![None] };
        let all = candidates.iter().flat_map(|fit| pairs.iter().map(|pairs| Fit { pairs: *pairs, ..fit.clone() }));
        let tried = all.filter_map(|fit| self.try_one(&fit, bits).map(|report| (report.errors + report.skipped, fit)));
        let fewest = tried.min_by_key(|(bad, fit)| (*bad, fit.register.degree()));
        fewest.map(|(_, fit)| fit)
    }

    fn try_one(&self, fit: &Fit, bits: Bits<'_>) -> Option<Report> {
        let settings = self.thresholds.settings(Settings::new(&fit.register));
        // A sequence that is complemented on its way has levels that are numbered otherwise.
        let as_sent = fit.pairs.is_some().then(|| fit.is_sent_inverted.unwrap_or(false));
        let inverted = settings.inverted.or(as_sent);
        let settings = Settings { order: BitOrder::Lsb, zero_limit: fit.zero_limit, inverted, ..settings };
        let Some(pairs) = fit.pairs else { return probe::fitting(&fit.register, settings, bits) };
        let words: Vec<u64> = bits.words.iter().map(|word| pairs.word(*word)).collect();
        probe::fitting(&fit.register, settings, Bits { words: &words, count: bits.count & !1 })
    }

    /// What a lane may be.
    fn candidates(&self, lanes: u32) -> Vec<Fit> {
        let Some(expected) = self.expected else { return probe::sequences().map(Fit::of_entry).collect() };
        let plain = Fit::of_expected(expected);
        // Every N-th bit of the sequence; the same register if N is a power of two.
        let decimated =
            (!lanes.is_power_of_two() && expected.zero_limit == 0).then(|| taken(&expected.register, lanes));
        let decimated = decimated.flatten().map(|register| {
            let ending = if lanes % 10 == 3 && lanes % 100 != 13 { "rd" } else { "th" };
            let name = format!("{}, every {lanes}{ending} bit", expected.name);
            Fit { name, register, entry: None, ..plain.clone() }
        });
        [Some(plain), decimated].into_iter().flatten().collect()
    }

    /// The sequence that is expected, whatever came.
    pub(super) fn only(&self) -> Option<Fit> {
        let fit = Fit::of_expected(self.expected?);
        Some(Fit { pairs: self.is_pam4.then_some(Pairs::GRAY), ..fit })
    }
}

impl Fit {
    fn of_entry(entry: &'static Entry) -> Self {
        Self {
            name: entry.name.to_owned(),
            register: entry.register(),
            entry: Some(entry),
            zero_limit: entry.zero_limit,
            is_sent_inverted: Some(entry.is_inverted()),
            pairs: None,
        }
    }

    fn of_expected(expected: &Expected) -> Self {
        let Expected { name, register, entry, zero_limit } = expected.clone();
        let is_sent_inverted = entry.map(Entry::is_inverted);
        Self { name, register, entry, zero_limit, is_sent_inverted, pairs: None }
    }

    fn is_same(&self, other: &Self) -> bool {
        (&self.name, self.register, self.pairs) == (&other.name, other.register, other.pairs)
    }
}

/// What most lanes are.
pub(super) fn most_frequent(fits: &[Option<Fit>]) -> Option<&Fit> {
    let count = |one: &Fit| fits.iter().flatten().filter(|fit| fit.is_same(one)).count();
    fits.iter().flatten().rev().max_by_key(|fit| count(fit))
}
