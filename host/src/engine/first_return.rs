//! The first-return engine: arcs between the states of a section, joined into cycles; then the cycles that miss the section.
//!
//! The proof has three parts. The records are a permutation of the section; every record is true, by jumping ahead; the periods of
//! all cycles found sum to the number of cyclic states.

use core::{
    ops::{ControlFlow, Range},
    sync::atomic::{AtomicU64, Ordering},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use lfsr_core::{
    cycle::{AffineMap, FirstReturn, Ladder, Stream, StreamBuffer},
    cyclic::CyclicPart,
    kernel::{Backend, Recurrence},
    leap::Leap,
    record::Record,
    register::{Form, Register},
};

use super::{
    leaders::{self, Found},
    table::Table,
};
use crate::{
    checkpoint::{self, Pending, Ranges},
    control::Control,
    error::Error,
    map::{Cycle, CycleMap, How},
    plan::{Kernel, Options, Plan},
    sched::{self, Pool, RunStats, Work},
};

pub(super) fn enumerate(
    register: &Register,
    options: &Options,
    plan: &Plan,
    pool: &Pool,
    control: &Arc<Control>,
) -> Result<CycleMap, Error> {
    let part = CyclicPart::new(register);
    let Some(sequence) = part.sequence() else { return Ok(leaders::fixed_only(register, options, plan, &part)) };
    let zeros = plan.kernel.section_bits().unwrap_or(0);
    let (arcs, mut stats) = run_arcs(&sequence, options, plan, pool, control, 0..plan.work.total)?;

    let mut census = BTreeMap::new();
    let mut listed = Vec::new();
    let mut covered: u128 = 0;
    let in_sections = part.leaders_lie_in_sections();
    let begun = Instant::now();
    arcs.table.join(stats.stopped, |cycle, states| {
        *census.entry(cycle.period).or_insert(0) += 1;
        covered += u128::from(cycle.period);
        if options.leaders {
            let leader = match register.form() {
                Form::Fibonacci => part.state(cycle.first),
                Form::Galois if in_sections => {
                    let after = |s| part.state_after_run(arcs.leap.ahead(s) & sequence.state_mask());
                    states.map(after).min().unwrap_or(0)
                }
                Form::Galois => leaders::smallest_state(register, part.state(cycle.first), cycle.period, control),
            };
            listed.push(Cycle { leader, period: cycle.period });
        }
    })?;
    stats.add_alone(begun.elapsed());
    let section = 1u64 << (sequence.degree() - zeros);
    let mut proof = vec![
        format!("the {section} arcs are a permutation of the section"),
        "every arc agrees with jumping ahead by its length".to_owned(),
    ];

    let missing = register.cyclic_state_count() - covered.min(register.cyclic_state_count());
    let mut residue = 0;
    if missing > 0 && !stats.stopped {
        let found = residual(register, options, plan, pool, control, &part, &arcs, missing)?;
        residue = found.states();
        if let Some(more) = &found.stats {
            stats.add(more);
        }
        for (period, count) in found.census {
            *census.entry(period).or_insert(0) += count;
        }
        listed.extend(found.leaders);
        covered += residue;
    }
    let partial = stats.stopped || control.is_stopped() && covered != register.cyclic_state_count();
    if !partial {
        if covered != register.cyclic_state_count() {
            return Err(Error::Proof(format!("{covered} of {} cyclic states found", register.cyclic_state_count())));
        }
        proof.push(format!("the periods sum to all {covered} cyclic states"));
    }
    listed.sort_unstable();
    Ok(CycleMap {
        register: *register,
        census,
        leaders: options.leaders.then_some(listed),
        covered,
        partial,
        how: How {
            engine: "first-return",
            kernel: plan.kernel.name(),
            backend: if matches!(plan.kernel, Kernel::Block(_)) { options.backend.name() } else { "portable" },
            section_bits: Some(zeros),
            batch: plan.work.batch,
            schedule: plan.work.schedule.name(),
            why: plan.why.clone(),
            stats,
            residue,
            proof,
        },
    })
}

/// The arcs that begin in `starts`, those of an earlier session among them; each is checked.
pub(super) fn run_arcs(
    sequence: &Register,
    options: &Options,
    plan: &Plan,
    pool: &Pool,
    control: &Arc<Control>,
    starts: Range<u64>,
) -> Result<(Arc<Arcs>, RunStats), Error> {
    let mut arcs = Arcs::new(sequence, plan, options.backend, control)?;
    let mut done = Ranges::default();
    if let Some(keeper) = &options.keeper {
        for kept in keeper.loaded_arcs().iter() {
            arcs.load(kept)?;
            done.insert(kept.first..kept.first + kept.records.len() as u64);
        }
    }
    arcs.pending = done.missing(starts);
    let arcs = Arc::new(arcs);
    if let Some(keeper) = &options.keeper {
        let arcs = Arc::clone(&arcs);
        keeper.watch(Box::new(move || arcs.table.filled()));
    }
    let job = Arc::clone(&arcs);
    let work = Work { total: arcs.pending.len(), ..plan.work };
    let stats = sched::run(pool, work, Arc::new(move |worker, numbers| job.run(worker, numbers)))?;
    if let Some(lie) = arcs.lie() {
        return Err(Error::Proof(format!("the arc from {lie:#x} is not what jumping ahead gives")));
    }
    Ok((arcs, stats))
}

/// The cycles that miss the section: first where algebra expects them, then, if some are still missing, everywhere.
#[expect(clippy::too_many_arguments, reason = "one call, from the function above")]
fn residual(
    register: &Register,
    options: &Options,
    plan: &Plan,
    pool: &Pool,
    control: &Arc<Control>,
    part: &CyclicPart,
    arcs: &Arcs,
    missing: u128,
) -> Result<Found, Error> {
    let zeros = plan.kernel.section_bits().unwrap_or(0);
    let likely = leaders::in_likely_places(register, options, pool, control, part, &arcs.leap, zeros)?;
    if likely.states() == missing {
        likely.check(&arcs.ladder)?;
        return Ok(likely);
    }
    let n = arcs.leap.degree();
    let from = if zeros == 0 { 0 } else { 1u64 << (n - zeros) };
    let half = 1u64 << (n - 1);
    leaders::find(register, options, plan, pool, control, part, from..half.max(from))
}

/// What the workers share.
pub(super) struct Arcs {
    /// The starts to do.
    pending: Pending,
    leap: Leap,
    ladder: Ladder<Vec<AffineMap>>,
    table: Table,
    kernel: Kernel,
    backend: Backend,
    /// Of the block kernel.
    recurrence: Option<Recurrence>,
    /// One for each worker; never contended.
    buffers: Vec<Mutex<Box<StreamBuffer>>>,
    control: Arc<Control>,
    /// 1 + the start of a record that is not true.
    lie: AtomicU64,
}

impl Arcs {
    fn new(sequence: &Register, plan: &Plan, backend: Backend, control: &Arc<Control>) -> Result<Self, Error> {
        let rungs = Ladder::<Vec<AffineMap>>::rungs(sequence);
        let blocks = matches!(plan.kernel, Kernel::Block(_));
        let buffers = if blocks { plan.work.workers } else { 0 };
        Ok(Self {
            pending: Pending::default(),
            leap: Leap::new(sequence),
            ladder: Ladder::new(sequence, vec![AffineMap::step_of(sequence); rungs]),
            table: Table::new(plan.work.total)?,
            kernel: plan.kernel,
            backend,
            recurrence: blocks.then(|| Recurrence::sparse(sequence)),
            buffers: (0..buffers).map(|_| Mutex::default()).collect(),
            control: Arc::clone(control),
            lie: AtomicU64::new(0),
        })
    }

    /// Takes over arcs of an earlier session.
    fn load(&self, kept: &checkpoint::Arcs) -> Result<(), Error> {
        for (start, [end, steps]) in (kept.first..).zip(kept.records.iter().copied()) {
            if self.ladder.jump(start, steps) != Some(end) || !self.table.store(Record { start, end, steps }) {
                return Err(Error::Proof(format!("the arc from {start:#x} in the checkpoint is wrong")));
            }
            self.control.add(steps);
        }
        Ok(())
    }

    /// The job: the arcs that begin in the pending starts with these numbers, checked and stored.
    fn run(&self, worker: usize, numbers: Range<u64>) -> ControlFlow<(), u64> {
        match self.kernel {
            Kernel::Block(zeros) => {
                let stream = self.recurrence.and_then(|by| Stream::with(&self.leap, zeros, self.backend, &by));
                let Some(stream) = stream else { return ControlFlow::Break(()) };
                let mut buffer = self.buffers[worker].lock().unwrap_or_else(PoisonError::into_inner);
                self.each(numbers, |start| stream.arc(start, &mut buffer, &mut &*self.control))
            }
            Kernel::Word(zeros) => {
                let first_return = FirstReturn::new(&self.leap, zeros);
                self.each(numbers, |start| first_return.arc(start, &mut &*self.control))
            }
            Kernel::Bitmap | Kernel::Leader | Kernel::Coset(_) => ControlFlow::Break(()),
        }
    }

    fn each(&self, numbers: Range<u64>, mut arc: impl FnMut(u64) -> Option<Record>) -> ControlFlow<(), u64> {
        let mut states = 0;
        for start in self.pending.starts(numbers).flatten() {
            let Some(record) = arc(start) else { return ControlFlow::Break(()) };
            if self.ladder.jump(start, record.steps) != Some(record.end) || !self.table.store(record) {
                self.lie.store(start + 1, Ordering::Relaxed);
                return ControlFlow::Break(());
            }
            states += record.steps;
        }
        if self.control.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(states) }
    }

    fn lie(&self) -> Option<u64> {
        self.lie.load(Ordering::Relaxed).checked_sub(1)
    }
}
