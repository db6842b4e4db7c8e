//! The coset kernel's engine: the cycles of a smaller register, then for each the cycles of the states that lie over it.

mod bases;
mod turn;

use core::{
    ops::{ControlFlow, Range},
    sync::atomic::{AtomicU32, Ordering},
};
use std::sync::{Arc, Mutex, OnceLock};

use lfsr_core::{
    cycle::{AffineMap, Ladder, Quotient},
    register::Register,
};

use bases::{Bases, bases};
use turn::{Counts, Turn};

use super::{
    closing::{Refuted, none_refuted},
    found::Found,
    run::Run,
};
use crate::{
    analysis::{error::Error, map::Cycle},
    sched::{self, Work, control::Control, lock},
};

/// Periods of the smaller register have at most that many bits.
const PERIOD_BITS: usize = 32;

/// Cosets that are classified at a time, at least: it takes so little.
const COSETS: u64 = 1 << 10;

/// Groups that are walked at a time, at most: the sizes of their cosets are the same, those of their bases are not.
const GROUPS: u64 = 1 << 4;

/// All cycles, over each cycle of the register of `divisor`.
///
/// ```text
///      bases       the cycles of the smaller register
///      classify    over each, in parallel: which class the map of its period is of
///      walk        for each class, in parallel: the cycles of its map, which are there over each of its bases; one over each is checked
/// ```
pub(super) fn find(run: &Run<'_>, sequence: &Register, divisor: u32) -> Result<Found, Error> {
    let plan = run.plan;
    let quotient = Quotient::new(sequence, divisor.into())
        .ok_or_else(|| Error::Proof(format!("{divisor:#x} does not divide the characteristic polynomial")))?;
    let Bases { cycles: bases, all, mut stats, proof: of_bases } = bases(run, &quotient)?;
    let total = bases.len() as u64;
    let job = Arc::new(Cosets::new(run, *sequence, quotient, bases));
    let batch = |total| plan.options.batch.unwrap_or_else(|| Work::automatic_batch(total, plan.work.workers));
    let phase = |total, batch, part: fn(&Cosets, usize, Range<u64>) -> ControlFlow<(), u64>| {
        let shared = Arc::clone(&job);
        let work = Work { total, batch, ..plan.work };
        let stats = sched::run(run.pool, work, Arc::new(move |worker, numbers| part(&shared, worker, numbers)))?;
        none_refuted(&job.refuted).map(|()| stats)
    };
    stats.add(&phase(total, batch(total).max(COSETS), Cosets::classify)?);
    stats.stopped |= !all;
    // What was not classified cannot be walked.
    let groups = if stats.stopped { 0 } else { job.groups.get_or_init(|| job.grouped()).ranges.len() as u64 };
    let batch = batch(groups).min(GROUPS);
    stats.add(&phase(groups, batch, Cosets::walk)?);
    let proof = [
        Some(format!(
            "cosets of 2^{} states over each of the {total} cycles of {}",
            job.quotient.coset_bits(),
            lfsr_core::notation::Polynomial(job.quotient.base().characteristic())
        ))
        .filter(|_| !stats.stopped),
        of_bases,
        Some(
            "cycles close by jumping ahead (one over each of the smaller register, and one of each length)".to_owned(),
        ),
    ];
    let proof = proof.into_iter().flatten().collect();
    let mut found = Found { stats, batch: Some(batch), proof, ..Found::default() };
    for own in &job.workers {
        found.add_all(&lock(own).counts.census);
    }
    Ok(found)
}

/// What the workers share.
struct Cosets {
    quotient: Quotient,
    /// Of the smaller register, and the class over each.
    bases: Vec<Cycle>,
    classes: Vec<AtomicU32>,
    groups: OnceLock<Groups>,
    ladder: Ladder<Vec<AffineMap>>,
    /// Of the register whose states a coset's differ by.
    coset_ladder: Ladder<Vec<AffineMap>>,
    control: Arc<Control>,
    /// One for each worker; never contended.
    workers: Vec<Mutex<Worker>>,
    refuted: Refuted,
}

/// The cycles of the smaller register, those of one period and class together.
struct Groups {
    bases: Vec<Cycle>,
    ranges: Vec<Range<usize>>,
}

/// What a worker keeps: what it has counted, and what it knows of the period of the last coset.
#[derive(Default)]
struct Worker {
    counts: Counts,
    turn: Option<Box<Turn>>,
}

impl Worker {
    /// The turn of that period.
    fn turn(&mut self, job: &Cosets, period: u64) -> Option<(&mut Turn, &mut Counts)> {
        if self.turn.as_ref().is_none_or(|turn| turn.period() != period) {
            self.turn = Turn::new(job, period).map(Box::new);
        }
        Some((self.turn.as_deref_mut()?, &mut self.counts))
    }
}

impl Cosets {
    fn new(run: &Run<'_>, sequence: Register, quotient: Quotient, bases: Vec<Cycle>) -> Self {
        let coset = quotient.coset();
        Self {
            quotient,
            classes: bases.iter().map(|_| AtomicU32::default()).collect(),
            bases,
            groups: OnceLock::new(),
            ladder: Ladder::new(
                &sequence,
                vec![AffineMap::step_of(&sequence); Ladder::<Vec<AffineMap>>::rungs(&sequence)],
            ),
            coset_ladder: Ladder::new(coset, vec![AffineMap::step_of(coset); PERIOD_BITS]),
            control: Arc::clone(run.control),
            workers: (0..run.plan.work.workers.max(1)).map(|_| Mutex::default()).collect(),
            refuted: Mutex::default(),
        }
    }

    /// The first job: the class over the bases with these numbers.
    fn classify(&self, worker: usize, numbers: Range<u64>) -> ControlFlow<(), u64> {
        let own = &mut *lock(&self.workers[worker]);
        let numbers = numbers.start as usize..numbers.end as usize;
        for (base, class) in self.bases[numbers.clone()].iter().zip(&self.classes[numbers]) {
            let Some((turn, _)) = own.turn(self, base.period) else { return ControlFlow::Break(()) };
            class.store(turn.class(base.leader, self), Ordering::Relaxed);
        }
        if self.control.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(0) }
    }

    /// Puts bases of one period and class together.
    fn grouped(&self) -> Groups {
        let key = |(base, class): (&Cycle, &AtomicU32)| (base.period, class.load(Ordering::Relaxed), base.leader);
        let mut keyed: Vec<_> = self.bases.iter().zip(&self.classes).map(key).collect();
        keyed.sort_unstable();
        let ranges = keyed.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).scan(0, |begin, group| {
            let range = *begin..*begin + group.len();
            *begin = range.end;
            Some(range)
        });
        let ranges = ranges.collect();
        Groups { bases: keyed.iter().map(|&(period, _, leader)| Cycle { leader, period }).collect(), ranges }
    }

    /// The second job: the cosets over the groups with these numbers.
    fn walk(&self, worker: usize, numbers: Range<u64>) -> ControlFlow<(), u64> {
        let own = &mut *lock(&self.workers[worker]);
        let mut states = 0;
        let Some(groups) = self.groups.get() else { return ControlFlow::Break(()) };
        for range in &groups.ranges[numbers.start as usize..numbers.end as usize] {
            let bases = &groups.bases[range.clone()];
            let period = bases.first().map_or(1, |base| base.period);
            let Some((turn, counts)) = own.turn(self, period) else { return ControlFlow::Break(()) };
            states += turn.over(bases, self, counts)?;
        }
        self.control.add(states);
        if self.control.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(states) }
    }
}

#[cfg(test)]
mod tests {
    use lfsr_core::notation::parse;

    use super::{super::found::finish, bases::stepped, *};
    use crate::{
        analysis::plan::{Kernel, Options, Plan, Workers},
        sched::Pool,
    };

    /// Cosets over a cycle whose period is wrong close nowhere; one left out or met twice is noticed by counting, and so are cycles of a map
    /// that are remembered wrongly.
    #[test]
    fn wrong_cycles_of_the_smaller_register_are_refused() {
        let register = parse("char:x^16+x^8+1").unwrap();
        // (x^2+x+1)^3 divides (x^2+x+1)^8.
        let divisor = 0b110_1011;
        let options =
            Options { kernel: Some(Kernel::Coset(divisor)), workers: Workers::Exactly(1), ..Options::default() };
        let plan = Plan::new(&register, &options).unwrap();
        let control = Arc::new(Control::default());
        let run = Run::new(&plan, Pool::global(), &control);
        let sequence = plan.sequence.unwrap();
        let quotient = || Quotient::new(&sequence, divisor.into()).unwrap();
        let states = |change: &dyn Fn(&mut Cosets), regroup: &dyn Fn(&mut Groups)| {
            let bases = stepped(quotient().base());
            let mut job = Cosets::new(&run, sequence, quotient(), bases);
            change(&mut job);
            assert!(job.classify(0, 0..job.bases.len() as u64).is_continue());
            let mut groups = job.grouped();
            regroup(&mut groups);
            let total = groups.ranges.len() as u64;
            job.groups = OnceLock::from(groups);
            let done = job.walk(0, 0..total);
            none_refuted(&job.refuted)?;
            assert!(done.is_continue());
            let mut found = Found::default();
            found.add_all(&lock(&job.workers[0]).counts.census);
            finish(&run, found).map(|map| map.covered)
        };
        let other = parse("char:x^10+x^3+1").unwrap();
        let other = Ladder::new(&other, vec![AffineMap::step_of(&other); PERIOD_BITS]);
        let refused = |change: &dyn Fn(&mut Cosets)| states(change, &|_| ()).unwrap_err().to_string();
        assert_eq!(states(&|_| (), &|_| ()).unwrap(), 1 << 16);
        assert!(refused(&|job| job.coset_ladder = other.clone()).contains("does not return"));
        assert!(refused(&|job| job.bases[1].period += 1).contains("does not return"));
        let shorter = |job: &mut Cosets| {
            job.bases.truncate(1);
            job.classes.truncate(1);
        };
        assert!(refused(&shorter).contains("cyclic states found"));
        let twice = |job: &mut Cosets| {
            job.bases.push(job.bases[1]);
            job.classes.push(AtomicU32::default());
        };
        assert!(refused(&twice).contains("cyclic states found"));
        let regrouped = |change: &dyn Fn(&mut Groups)| states(&|_| (), change).unwrap_err().to_string();
        assert!(regrouped(&|groups| groups.ranges.truncate(groups.ranges.len() - 1)).contains("cyclic states found"));
        assert!(regrouped(&|groups| groups.ranges.push(groups.ranges[0].clone())).contains("cyclic states found"));
        // Two groups of one period in one: their classes differ.
        let joined = |groups: &mut Groups| {
            let period = |range: &Range<usize>| groups.bases[range.start].period;
            let at = groups.ranges.windows(2).position(|pair| period(&pair[0]) == period(&pair[1])).unwrap();
            let second = groups.ranges.remove(at + 1);
            groups.ranges[at].end = second.end;
        };
        assert!(regrouped(&joined).contains("does not return"));
    }
}
