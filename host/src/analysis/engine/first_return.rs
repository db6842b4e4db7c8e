//! The first-return engine: arcs between the states of a section, joined into cycles; then the cycles that miss the section.
//!
//! The proof has three parts. The records are a permutation of the section; every record is true, by jumping ahead; the periods of
//! all cycles found sum to the number of cyclic states.
//!
//! ```text
//!      run_arcs   every start of the section, in parallel: walk to the next section state; jump ahead by as many steps: the same state?
//!      join       table[start] = (end, steps): follow ends until they close; the steps add up to a period
//!      residual   states still missing lie on cycles without a run of z zeros: look where the factors of c put them, with a shorter
//!                   section, everywhere
//! ```
//!
//! What sections, arcs and leaders are: [`lfsr_core::cycle`].

#[cfg(test)]
mod guards;
mod long_arc;

use core::{
    ops::{ControlFlow, Range},
    sync::atomic::{AtomicU64, Ordering},
};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use lfsr_core::{
    cycle::{AffineMap, BlockArcs, BlockBuffer, Ladder, Monitor, WordArcs},
    leap::Leap,
    record::Record,
    register::{Form, Register},
    vector::{Backend, Gaps, Recurrence},
};

use long_arc::{LongArcs, Walked};

use super::{found::Found, leader::smallest_state, leaders, residue, run::Run, table::Table};
use crate::{
    analysis::{
        checkpoint::{self, Pending},
        error::Error,
        map::Cycle,
        plan::{Kernel, LONG_ARC_ZEROS, Plan},
    },
    sched::{self, RunStats, Work, clock::thread_cpu_time, control::Control},
};

/// All cycles: those that meet the section by joining its arcs, then those that miss it.
pub(super) fn find(run: &Run<'_>, sequence: &Register) -> Result<Found, Error> {
    let plan = run.plan;
    let (arcs, stats) = run_arcs(run, sequence, 0..plan.work.total)?;
    let mut found = join(run, &arcs, stats)?;
    let section = 1u64 << (sequence.degree() - plan.zeros());
    if found.stats.stopped {
        let done = arcs.table.len();
        found.visited = arcs.table.states();
        found
            .proof
            .push(format!("each of the {done} arcs done, of {section}, agrees with jumping ahead by its length"));
        return Ok(found);
    }
    found.proof.push(format!("the {section} arcs are a permutation of the section"));
    found.proof.push("every arc agrees with jumping ahead by its length".to_owned());
    let missing = plan.register.cyclic_state_count().saturating_sub(found.states());
    if missing > 0 {
        let residue = residual(run, &arcs, missing)?;
        found.residue = residue.states();
        found.stats.add(&residue.stats);
        found.add_all(&residue.census);
        found.add_leaders(residue.leaders);
        found.stats.stopped |= run.control.is_stopped() && found.residue != missing;
    }
    Ok(found)
}

/// Joins the arcs to cycles; of a run that was stopped, those whose arcs are all there.
fn join(run: &Run<'_>, arcs: &Arcs, stats: RunStats) -> Result<Found, Error> {
    let (register, part) = (&run.plan.register, run.plan.part());
    let in_sections = part.leaders_lie_in_sections();
    let begun = Instant::now();
    let mut found = Found { stats, ..Found::default() };
    arcs.table.join(found.stats.stopped, |cycle, states| {
        found.add(cycle.period, 1);
        if run.plan.options.leaders {
            let leader = match register.form() {
                Form::Fibonacci => part.state(cycle.first),
                Form::Galois if in_sections => {
                    let mask = arcs.leap.register().state_mask();
                    states.map(|s| part.state_after_run(arcs.leap.ahead(s) & mask)).min().unwrap_or(0)
                }
                Form::Galois => smallest_state(register, part.state(cycle.first), cycle.period, run.control),
            };
            found.leaders.push(Cycle { leader, period: cycle.period });
        }
    })?;
    found.stats.add_alone(begun.elapsed());
    Ok(found)
}

/// The arcs that begin in `starts`, those of earlier sessions among them; each is checked.
pub(super) fn run_arcs(run: &Run<'_>, sequence: &Register, starts: Range<u64>) -> Result<(Arc<Arcs>, RunStats), Error> {
    let mut arcs = Arcs::new(run, sequence)?;
    for kept in &run.done.arcs {
        arcs.load(kept)?;
    }
    arcs.pending = run.done.arc_starts().missing(starts);
    let arcs = Arc::new(arcs);
    if let Some(keeper) = run.keeper {
        let arcs = Arc::clone(&arcs);
        keeper.watch(Box::new(move || arcs.table.filled()));
    }
    let job = Arc::clone(&arcs);
    // Behind the last start comes a number for each worker that will help.
    let helpers = if arcs.long.is_some() { run.plan.work.workers as u64 } else { 0 };
    let work = Work { total: arcs.pending.len() + helpers, ..run.plan.work };
    let stats = sched::run(run.pool, work, Arc::new(move |worker, numbers| job.run(worker, numbers)))?;
    if let Some(start) = arcs.refuted() {
        return Err(Error::Proof(format!("the arc from {start:#x} is not what jumping ahead gives")));
    }
    Ok((arcs, stats))
}

/// The cycles that miss the section: first where algebra expects them, then by a shorter section; if some are still missing, everywhere.
fn residual(run: &Run<'_>, arcs: &Arcs, missing: u128) -> Result<Found, Error> {
    let likely = residue::in_likely_places(run, &arcs.leap)?;
    if let Some(found) = likely.all_of(missing, &arcs.ladder)? {
        return Ok(found);
    }
    if let Some(likely) = residue::in_a_shorter_section(run, &arcs.leap)?
        && let Some(found) = likely.all_of(missing, &arcs.ladder)?
    {
        return Ok(found);
    }
    let (n, zeros) = (arcs.leap.degree(), run.plan.zeros());
    let from = if zeros == 0 { 0 } else { 1u64 << (n - zeros) };
    let half = 1u64 << (n - 1);
    leaders::find(run, arcs.leap.register(), from..half.max(from))
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
    /// Of the block kernel, if the section has so many zeros that half of the bits can be left out.
    gaps: Option<Box<Gaps>>,
    /// If arcs are so long that workers help each other.
    long: Option<LongArcs>,
    /// One for each worker; never contended.
    buffers: Vec<Mutex<Box<BlockBuffer>>>,
    control: Arc<Control>,
    /// 1 + the start of a record that jumping ahead has refuted; 0 if there is none.
    refuted: AtomicU64,
}

impl Arcs {
    fn new(run: &Run<'_>, sequence: &Register) -> Result<Self, Error> {
        let plan = run.plan;
        let rungs = Ladder::<Vec<AffineMap>>::rungs(sequence);
        let blocks = matches!(plan.kernel, Kernel::Block(_));
        let buffers = if blocks { plan.work.workers } else { 0 };
        let leap = Leap::new(sequence);
        let long = blocks && plan.zeros() >= LONG_ARC_ZEROS;
        Ok(Self {
            pending: Pending::default(),
            ladder: Ladder::new(sequence, vec![AffineMap::step_of(sequence); rungs]),
            table: Table::new(plan.work.total)?,
            kernel: plan.kernel,
            backend: plan.options.backend,
            recurrence: blocks.then(|| Recurrence::sparse(sequence)),
            gaps: gaps(plan, &leap),
            leap,
            long: long.then(|| LongArcs::new(sequence, LONG_ARC_ZEROS)),
            buffers: (0..buffers).map(|_| Mutex::default()).collect(),
            control: Arc::clone(run.control),
            refuted: AtomicU64::new(0),
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
                let stream = self.recurrence.and_then(|by| BlockArcs::with(&self.leap, zeros, self.backend, &by));
                let Some(stream) = stream.map(|stream| filled(stream, self.gaps.as_deref())) else {
                    return ControlFlow::Break(());
                };
                let mut buffer = self.buffers[worker].lock().unwrap_or_else(PoisonError::into_inner);
                let Some(long) = &self.long else {
                    return self.each(numbers, |start| stream.arc(start, &mut buffer, &mut &*self.control));
                };
                let mut walk = |start, steps| self.piece(&stream, &mut buffer, start, steps);
                let helps = numbers.end > self.pending.len();
                let mut by_others = 0;
                let states = self.each(numbers, |start| {
                    let (record, helped) = long.arc(start, &mut walk)?;
                    by_others += helped;
                    Some(record)
                })?;
                let more = if helps { long.help(walk) } else { 0 };
                if self.control.is_stopped() {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(states - by_others + more)
                }
            }
            Kernel::Word(zeros) => {
                let first_return = WordArcs::new(&self.leap, zeros);
                self.each(numbers, |start| first_return.arc(start, &mut &*self.control))
            }
            // No other kernel makes arcs.
            _ => ControlFlow::Break(()),
        }
    }

    /// Walks from `start` to the next section state, or as many steps.
    fn piece(&self, stream: &BlockArcs<'_>, buffer: &mut BlockBuffer, start: u64, steps: u64) -> Walked {
        // The kernel has not looked at the last of the blocks that it tells of.
        let mut limit = Limit { control: &self.control, left: steps.saturating_add(UNSEEN), stopped: false };
        match stream.arc(start, buffer, &mut limit) {
            Some(record) => Walked::Met(record),
            None if limit.stopped => Walked::Stopped,
            None => Walked::Through,
        }
    }

    fn each(&self, numbers: Range<u64>, mut arc: impl FnMut(u64) -> Option<Record>) -> ControlFlow<(), u64> {
        let mut states = 0;
        for start in self.pending.starts(numbers).flatten() {
            let Some(record) = arc(start) else { return ControlFlow::Break(()) };
            if self.ladder.jump(start, record.steps) != Some(record.end) || !self.table.store(record) {
                self.refuted.store(start + 1, Ordering::Relaxed);
                return ControlFlow::Break(());
            }
            states += record.steps;
        }
        if self.control.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(states) }
    }

    fn refuted(&self) -> Option<u64> {
        self.refuted.load(Ordering::Relaxed).checked_sub(1)
    }
}

/// More states than a kernel may have told its monitor of, and not looked at.
const UNSEEN: u64 = 1 << 12;

/// Stops a walk after so many steps, or when the run is to stop.
struct Limit<'a> {
    control: &'a Control,
    left: u64,
    stopped: bool,
}

impl Monitor for Limit<'_> {
    fn advanced(&mut self, steps: u64) -> ControlFlow<()> {
        self.stopped = (&mut &*self.control).advanced(steps).is_break();
        self.left = self.left.saturating_sub(steps);
        if self.stopped || self.left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// The tables of the bits that need not be computed, if the section has so many zeros.
fn gaps(plan: &Plan, leap: &Leap) -> Option<Box<Gaps>> {
    if plan.zeros() < Gaps::LEAST_ZEROS { None } else { Gaps::new(leap).map(Box::new) }
}

fn filled<'a>(stream: BlockArcs<'a>, gaps: Option<&'a Gaps>) -> BlockArcs<'a> {
    gaps.map_or(stream, |gaps| stream.over(gaps))
}

/// How long the rate is measured.
const MEASURED: Duration = Duration::from_millis(200);

/// States a second, on arcs from an arbitrary state.
pub(super) fn rate(plan: &Plan, sequence: &Register) -> Option<f64> {
    let leap = Leap::new(sequence);
    let gaps = gaps(plan, &leap);
    let recurrence = Recurrence::sparse(sequence);
    let mut buffer = Box::<BlockBuffer>::default();
    let (mut watch, begun) = (Stopwatch { states: 0, until: Instant::now() + MEASURED }, thread_cpu_time());
    let mut start = ARBITRARY & sequence.state_mask();
    loop {
        let before = watch.states;
        let record = match plan.kernel {
            Kernel::Block(zeros) => {
                let stream = BlockArcs::with(&leap, zeros, plan.options.backend, &recurrence)?;
                filled(stream, gaps.as_deref()).arc(start, &mut buffer, &mut watch)
            }
            _ => WordArcs::new(&leap, plan.zeros()).arc(start, &mut watch),
        };
        let Some(record) = record else { break };
        watch.states = before + record.steps;
        // A fixed state would be walked for ever.
        start = if record.end == start { start.rotate_left(7) & sequence.state_mask() } else { record.end };
        if Instant::now() > watch.until {
            break;
        }
    }
    // What a busy machine takes away is not counted.
    Some(watch.states as f64 / (thread_cpu_time() - begun).as_secs_f64())
}

/// Bits of the golden ratio: no state that is special in any way.
const ARBITRARY: u64 = 0x9e37_79b9_7f4a_7c15;

/// Stops a walk when the time is over, and counts its states.
struct Stopwatch {
    states: u64,
    until: Instant,
}

impl Monitor for Stopwatch {
    fn advanced(&mut self, steps: u64) -> ControlFlow<()> {
        self.states += steps;
        if Instant::now() > self.until { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
