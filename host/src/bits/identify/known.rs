//! Sequences of the catalogue, and every few-th bit of them, found by the checker whatever the errors.

use std::sync::LazyLock;

use lfsr_core::{
    algebra::BigUint,
    catalogue::Entry,
    check::Settings,
    register::{AnyRegister, Register},
};

use super::{Identified, Plain, aligned, identified};
use crate::bits::{
    evidence::{Evidence, LEAST},
    probe::{Bits, fitting, sequences},
};

/// Bits that are looked at, at most.
const MOST_BITS: usize = 1 << 20;

/// The same where many registers are tried.
const MOST_BITS_OF_MANY: usize = 1 << 16;

/// How many bits apart those that are taken may be. Even distances give the same register again.
pub(super) const DISTANCES: [u32; 3] = [3, 5, 7];

/// A register that is looked for.
#[derive(Debug)]
pub(super) struct Candidate {
    register: Register,
    zero_limit: u8,
}

/// Candidates, and how many bits of each stream are worth looking at.
pub(super) struct Candidates {
    all: Vec<Candidate>,
    most: usize,
}

/// The sequences of the catalogue.
pub(super) static CATALOGUE: LazyLock<Candidates> = LazyLock::new(|| {
    let candidate = |entry: &Entry| Candidate { register: entry.register().sequence(), zero_limit: entry.zero_limit };
    Candidates { all: sequences().map(candidate).collect(), most: MOST_BITS }
});

/// Every third, fifth, ... bit of them.
pub(super) static TAKEN: LazyLock<Candidates> = LazyLock::new(|| {
    let mut all: Vec<Candidate> = Vec::new();
    for register in sequences().flat_map(|entry| DISTANCES.into_iter().filter_map(|m| taken(&entry.register(), m))) {
        if all.iter().all(|other| other.register != register) {
            all.push(Candidate { register, zero_limit: 0 });
        }
    }
    Candidates { all, most: MOST_BITS_OF_MANY }
});

/// The register of every m-th bit; without complemented feedback, which complements the sequence only.
pub(in crate::bits) fn taken(register: &Register, m: u32) -> Option<Register> {
    let register = AnyRegister::from(register.sequence().with_xnor(false));
    register.decimated(&register.ones(), &BigUint::from(m))?.0.narrow()
}

/// The candidate with the most evidence, the first of several: by the checker, else by laying it over the bits.
pub(super) fn find(plain: &[Plain], candidates: &Candidates) -> Option<Identified> {
    // Each was tried, in each reading and both polarities.
    let tried = ((2 * candidates.all.len() * plain.len()).max(1) as f64).log2();
    let best = |by: &dyn Fn(&Candidate, &Plain, f64) -> Option<Identified>| {
        let all = plain.iter().flat_map(|plain| candidates.all.iter().map(move |candidate| (candidate, plain)));
        let found =
            all.filter_map(|(candidate, plain)| by(candidate, plain, f64::from(candidate.register.degree()) + tried));
        found.reduce(Identified::or_better)
    };
    let locked = |candidate: &Candidate, plain: &Plain, free| candidate.locked(plain, candidates.most, free, LEAST);
    let locked = best(&locked);
    if locked.as_ref().is_some_and(|found| plain.iter().all(|plain| found.explains(plain.count.min(candidates.most)))) {
        return locked;
    }
    let laid = best(&|candidate, plain, free| aligned::find(&candidate.register, plain, free, LEAST));
    locked.into_iter().chain(laid).reduce(Identified::or_better)
}

/// The candidate that fits all of several streams best, and how it fits each; there may be little evidence in each of them.
pub(super) fn find_in_all(streams: &[Plain], candidates: &Candidates) -> Option<(Vec<Identified>, Evidence)> {
    let tried = ((2 * candidates.all.len()) as f64).log2();
    let fits = |candidate: &Candidate| {
        let free = f64::from(candidate.register.degree());
        let one = |stream: &Plain| {
            let locked = candidate.locked(stream, candidates.most, free, 0.0);
            locked.or_else(|| aligned::find(&candidate.register, stream, free, 0.0))
        };
        let all: Option<Vec<Identified>> = streams.iter().map(one).collect();
        let evidence = all.as_ref()?.iter().map(|found| found.evidence).sum::<f64>() - tried;
        all.map(|all| (all, evidence))
    };
    let found = candidates.all.iter().filter_map(fits);
    found.reduce(|best, found| if found.1 > best.1 { found } else { best })
}

impl Candidate {
    /// What the checker says, if that is at least so much evidence.
    fn locked(&self, plain: &Plain, most: usize, free: f64, least: Evidence) -> Option<Identified> {
        let (words, count) = plain.words_of(most);
        let settings = Settings { zero_limit: self.zero_limit, ..Settings::new(&self.register) };
        let report = fitting(&self.register, settings, Bits { words, count: count as u64 })?;
        identified(&self.register, plain.reading, &report, free).filter(|found| found.evidence >= least)
    }
}
