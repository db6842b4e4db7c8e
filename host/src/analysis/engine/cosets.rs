//! The coset kernel's engine: the cycles of a smaller register, then for each the cycles of the states that lie over it.

use core::ops::{ControlFlow, Range};
use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

use lfsr_core::{
    cycle::{AffineMap, CosetMap, Ladder, Quotient},
    register::Register,
};

use super::{
    closing::{Closing, Refuted, none_refuted},
    found::Found,
    run::Run,
};
use crate::{
    analysis::{
        census::{Census, Counting},
        error::Error,
        map::Cycle,
        plan::MOST_STEPPED_BITS,
    },
    sched::{self, RunStats, Work, WorkerStats, control::Control, lock},
};

/// Of the cycles found over one cycle of the smaller register, the first and then one in this many are checked by jumping ahead.
const CHECK_EVERY: u64 = 1 << 10;

/// Periods of the smaller register have at most that many bits.
const PERIOD_BITS: usize = 32;

/// Cosets between two looks at the wish to stop.
const COSETS: u64 = 1 << 8;

/// All cycles, over each cycle of the register of `divisor`.
pub(super) fn find(run: &Run<'_>, sequence: &Register, divisor: u32) -> Result<Found, Error> {
    let plan = run.plan;
    let quotient = Quotient::new(sequence, divisor.into())
        .ok_or_else(|| Error::Proof(format!("{divisor:#x} does not divide the characteristic polynomial")))?;
    let Bases { cycles: bases, all, stats: before } = bases(run, &quotient)?;
    let total = bases.len() as u64;
    let job = Arc::new(Cosets::new(run, *sequence, quotient, bases));
    let batch = plan.options.batch.unwrap_or_else(|| Work::automatic_batch(total, plan.work.workers).min(COSETS));
    let work = Work { total, batch, ..plan.work };
    let shared = Arc::clone(&job);
    let mut stats = sched::run(run.pool, work, Arc::new(move |worker, numbers| shared.run(worker, numbers)))?;
    none_refuted(&job.refuted)?;
    stats.add(&before);
    stats.stopped |= !all;
    let proof = vec![
        format!(
            "cosets of 2^{} states over each of the {total} cycles of {}",
            job.quotient.coset_bits(),
            lfsr_core::notation::Polynomial(job.quotient.base().characteristic())
        ),
        format!("cycles close by jumping ahead (one in {CHECK_EVERY} checked)"),
    ];
    let proof = if stats.stopped { proof[1..].to_vec() } else { proof };
    let mut found = Found { stats, batch: Some(batch), proof, ..Found::default() };
    for own in &job.workers {
        found.add_all(&lock(own).census);
    }
    Ok(found)
}

/// The cycles of the smaller register.
struct Bases {
    /// Those of one period together.
    cycles: Vec<Cycle>,
    /// Whether they are all.
    all: bool,
    /// What it took; states of the smaller register are not counted.
    stats: RunStats,
}

fn bases(run: &Run<'_>, quotient: &Quotient) -> Result<Bases, Error> {
    let begun = Instant::now();
    let (mut cycles, all, mut stats) = if quotient.base().degree() <= MOST_STEPPED_BITS {
        (stepped(quotient.base()), true, RunStats::default())
    } else {
        let map = run.smaller(quotient.base())?;
        (map.leaders.unwrap_or_default(), !map.partial, map.stats)
    };
    cycles.sort_by_key(|cycle| cycle.period);
    stats.workers.iter_mut().for_each(|worker| worker.states = 0);
    stats.workers.resize(stats.workers.len().max(1), WorkerStats::default());
    stats.add_alone(begun.elapsed().saturating_sub(stats.wall));
    Ok(Bases { cycles, all, stats })
}

/// By single steps.
fn stepped(register: &Register) -> Vec<Cycle> {
    let mut seen = vec![0u64; (register.state_mask() as usize + 1).div_ceil(64)];
    let mut cycles = vec![];
    for leader in 0..=register.state_mask() {
        let (mut state, mut period) = (leader, 0);
        while seen[state as usize / 64] >> (state % 64) & 1 == 0 {
            seen[state as usize / 64] |= 1 << (state % 64);
            state = register.step(state);
            period += 1;
        }
        if period > 0 {
            cycles.push(Cycle { leader, period });
        }
    }
    cycles
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

/// What a worker keeps.
#[derive(Default)]
struct Worker {
    census: Census,
    visited: Vec<u64>,
    /// That of the last coset: neighbours mostly have the same linear part.
    map: Option<Box<CosetMap>>,
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
        let mut own = lock(&self.workers[worker]);
        let mut states = 0;
        for base in &self.bases[numbers.start as usize..numbers.end as usize] {
            states += self.over(base, &mut own)?;
        }
        self.control.add(states);
        if self.control.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(states) }
    }

    /// The cycles over one cycle of the smaller register; how many states they have.
    fn over(&self, base: &Cycle, own: &mut Worker) -> ControlFlow<(), u64> {
        let quotient = &self.quotient;
        let Worker { census, visited, map } = own;
        if map.as_ref().is_none_or(|map| map.period() != base.period) {
            *map = CosetMap::new(quotient, &self.coset_ladder, base.period).map(Box::new);
        }
        let image = self.ladder.jump(quotient.state(base.leader, 0), base.period);
        let (Some(map), Some(image)) = (map, image) else { return ControlFlow::Break(()) };
        map.set_offset(quotient.number(image));
        visited.resize(map.visited_words(), 0);
        let mut closing = Closing::new(&self.ladder, CHECK_EVERY, &self.refuted);
        let mut states = 0;
        let mut counting = Counting::new(census);
        map.cycles(visited, &mut &*self.control, |first, length, count| {
            let period = base.period * length;
            closing.check(period, || quotient.state(base.leader, first.into()))?;
            states += period * count;
            counting.add(period, count);
            ControlFlow::Continue(())
        })?;
        ControlFlow::Continue(states)
    }
}

#[cfg(test)]
mod tests {
    use lfsr_core::notation::parse;

    use super::{super::found::finish, *};
    use crate::{
        analysis::plan::{Kernel, Options, Plan},
        sched::Pool,
    };

    /// Cosets over a cycle whose period is wrong close nowhere; one left out or met twice is noticed by counting.
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
            found.add_all(&lock(&job.workers[0]).census);
            finish(&run, found).map(|map| map.covered)
        };
        let other = parse("char:x^10+x^3+1").unwrap();
        let other = Ladder::new(&other, vec![AffineMap::step_of(&other); PERIOD_BITS]);
        let refused = |change: &dyn Fn(&mut Cosets)| states(change).unwrap_err().to_string();
        assert_eq!(states(&|_| ()).unwrap(), 1 << 16);
        assert!(refused(&|job| job.coset_ladder = other.clone()).contains("does not return"));
        assert!(refused(&|job| job.bases[1].period += 1).contains("cyclic states found"));
        assert!(refused(&|job| job.bases.truncate(1)).contains("cyclic states found"));
        assert!(refused(&|job| job.bases.push(job.bases[1])).contains("cyclic states found"));
    }
}
