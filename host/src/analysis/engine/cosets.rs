//! The coset kernel's engine: the cycles of a smaller register, then for each the cycles of the states that lie over it.

mod bases;
mod turn;

use core::ops::{ControlFlow, Range};
use std::sync::{Arc, Mutex};

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

/// Cosets between two looks at the wish to stop.
const COSETS: u64 = 1 << 8;

/// All cycles, over each cycle of the register of `divisor`.
pub(super) fn find(run: &Run<'_>, sequence: &Register, divisor: u32) -> Result<Found, Error> {
    let plan = run.plan;
    let quotient = Quotient::new(sequence, divisor.into())
        .ok_or_else(|| Error::Proof(format!("{divisor:#x} does not divide the characteristic polynomial")))?;
    let Bases { cycles: bases, all, stats: before, proof: of_bases } = bases(run, &quotient)?;
    let total = bases.len() as u64;
    let job = Arc::new(Cosets::new(run, *sequence, quotient, bases));
    let batch = plan.options.batch.unwrap_or_else(|| Work::automatic_batch(total, plan.work.workers).min(COSETS));
    let work = Work { total, batch, ..plan.work };
    let shared = Arc::clone(&job);
    let mut stats = sched::run(run.pool, work, Arc::new(move |worker, numbers| shared.run(worker, numbers)))?;
    none_refuted(&job.refuted)?;
    stats.add(&before);
    stats.stopped |= !all;
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
    /// Of the smaller register.
    bases: Vec<Cycle>,
    ladder: Ladder<Vec<AffineMap>>,
    /// Of the register whose states a coset's differ by.
    coset_ladder: Ladder<Vec<AffineMap>>,
    control: Arc<Control>,
    /// One for each worker; never contended.
    workers: Vec<Mutex<Worker>>,
    refuted: Refuted,
}

/// What a worker keeps: what it has counted, and what it knows of the period of the last coset.
#[derive(Default)]
struct Worker {
    counts: Counts,
    turn: Option<Box<Turn>>,
}

impl Cosets {
    fn new(run: &Run<'_>, sequence: Register, quotient: Quotient, bases: Vec<Cycle>) -> Self {
        let coset = quotient.coset();
        Self {
            quotient,
            bases,
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

    /// The job: the cosets over the cycles with these numbers.
    fn run(&self, worker: usize, numbers: Range<u64>) -> ControlFlow<(), u64> {
        let Worker { counts, turn } = &mut *lock(&self.workers[worker]);
        let mut states = 0;
        for base in &self.bases[numbers.start as usize..numbers.end as usize] {
            if turn.as_ref().is_none_or(|turn| turn.period() != base.period) {
                turn.iter_mut().for_each(|turn| turn.count(&mut counts.census));
                *turn = Turn::new(self, base.period).map(Box::new);
            }
            let Some(turn) = turn else { return ControlFlow::Break(()) };
            states += turn.over(base.leader, self, counts)?;
        }
        turn.iter_mut().for_each(|turn| turn.count(&mut counts.census));
        self.control.add(states);
        if self.control.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(states) }
    }
}

#[cfg(test)]
mod tests {
    use lfsr_core::notation::parse;

    use super::{super::found::finish, bases::stepped, turn::Alike, *};
    use crate::{
        analysis::plan::{Kernel, Options, Plan},
        sched::Pool,
    };

    /// Cosets over a cycle whose period is wrong close nowhere; one left out or met twice is noticed by counting, and so are cycles of a map
    /// that are remembered wrongly.
    #[test]
    fn wrong_cycles_of_the_smaller_register_are_refused() {
        let register = parse("char:x^16+x^8+1").unwrap();
        // (x^2+x+1)^3 divides (x^2+x+1)^8.
        let divisor = 0b110_1011;
        let options = Options { kernel: Some(Kernel::Coset(divisor)), workers: 1, ..Options::default() };
        let plan = Plan::new(&register, &options).unwrap();
        let control = Arc::new(Control::default());
        let run = Run::new(&plan, Pool::global(), &control);
        let sequence = plan.sequence.unwrap();
        let quotient = || Quotient::new(&sequence, divisor.into()).unwrap();
        let states = |change: &dyn Fn(&mut Cosets)| {
            let bases = stepped(quotient().base());
            let mut job = Cosets::new(&run, sequence, quotient(), bases);
            change(&mut job);
            let done = job.run(0, 0..job.bases.len() as u64);
            none_refuted(&job.refuted)?;
            assert!(done.is_continue());
            let mut found = Found::default();
            found.add_all(&lock(&job.workers[0]).counts.census);
            finish(&run, found).map(|map| map.covered)
        };
        let other = parse("char:x^10+x^3+1").unwrap();
        let other = Ladder::new(&other, vec![AffineMap::step_of(&other); PERIOD_BITS]);
        let refused = |change: &dyn Fn(&mut Cosets)| states(change).unwrap_err().to_string();
        assert_eq!(states(&|_| ()).unwrap(), 1 << 16);
        assert!(refused(&|job| job.coset_ladder = other.clone()).contains("does not return"));
        assert!(refused(&|job| job.bases[1].period += 1).contains("does not return"));
        assert!(refused(&|job| job.bases.truncate(1)).contains("cyclic states found"));
        assert!(refused(&|job| job.bases.push(job.bases[1])).contains("cyclic states found"));
        let again = |change: &dyn Fn(&mut Alike)| {
            let job = Cosets::new(&run, sequence, quotient(), stepped(quotient().base()));
            let last = job.bases.len() as u64 - 1;
            assert!(job.run(0, 0..last + 1).is_continue());
            for class in lock(&job.workers[0]).turn.as_mut().unwrap().classes.values_mut() {
                class.cycles.iter_mut().for_each(change);
            }
            job.run(0, last..last + 1)
        };
        let last = stepped(quotient().base()).pop().unwrap();
        let states = last.period << quotient().coset_bits();
        assert_eq!(again(&|_| ()), ControlFlow::Continue(states));
        assert_ne!(again(&|alike| alike.count += 1), ControlFlow::Continue(states));
        assert_eq!(again(&|alike| alike.length += 1), ControlFlow::Break(()));
    }
}
