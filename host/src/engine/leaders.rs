//! Cycles by their leaders, without a table: for registers rich in short cycles, and for what a section misses.

use core::ops::{ControlFlow, Range};
use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use lfsr_core::{
    cycle::{AffineMap, Ladder, Leaders, Run, likely_residue},
    cyclic::{CyclicPart, widened},
    leap::Leap,
    register::{Form, Register},
};

use crate::{
    checkpoint::{Keeper, Pending, Ranges},
    control::Control,
    error::Error,
    map::{Cycle, CycleMap, How},
    plan::{Options, Plan, leader_batch, longest_period},
    sched::{self, Pool, RunStats, Work, WorkerStats},
};

/// The most cycles of a subspace that are held to be looked at one by one.
const MOST_HELD: u128 = 1 << 21;

/// Of the cycles found by leaders, the first of a batch and then one in this many are checked by jumping ahead.
const CHECK_EVERY: u64 = 64;

/// Cycles found, and where.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) census: BTreeMap<u64, u64>,
    /// Of the register, not the sequence; empty unless asked for.
    pub(super) leaders: Vec<Cycle>,
    /// Smallest windows of the sequence, kept by [`in_likely_places`] for the check.
    windows: Vec<Cycle>,
    pub(super) stats: Option<RunStats>,
}

impl Found {
    pub(super) fn states(&self) -> u128 {
        self.census.iter().map(|(&period, &count)| u128::from(period) * u128::from(count)).sum()
    }

    /// Every cycle closes after its period, and by no smaller one that a divisor would give away.
    pub(super) fn check(&self, ladder: &Ladder<Vec<AffineMap>>) -> Result<(), Error> {
        for cycle in &self.windows {
            if ladder.jump(cycle.leader, cycle.period) != Some(cycle.leader) {
                return Err(Error::Proof(format!("{:#x} does not return after {} steps", cycle.leader, cycle.period)));
            }
        }
        Ok(())
    }

    fn add(&mut self, period: u64) {
        *self.census.entry(period).or_insert(0) += 1;
    }
}

/// The whole register by leaders.
pub(super) fn enumerate(
    register: &Register,
    options: &Options,
    plan: &Plan,
    pool: &Pool,
    control: &Arc<Control>,
) -> Result<CycleMap, Error> {
    let part = CyclicPart::new(register);
    if part.sequence().is_none() {
        return Ok(fixed_only(register, options, plan, &part));
    }
    let mut found = find(register, options, plan, pool, control, &part, 0..plan.work.total)?;
    found.leaders.sort_unstable();
    let covered = found.states();
    let stats =
        found.stats.unwrap_or_else(|| RunStats { workers: vec![], wall: core::time::Duration::ZERO, stopped: false });
    let partial = stats.stopped;
    if !partial && covered != register.cyclic_state_count() {
        return Err(Error::Proof(format!("{covered} of {} cyclic states found", register.cyclic_state_count())));
    }
    Ok(CycleMap {
        register: *register,
        census: found.census,
        leaders: options.leaders.then_some(found.leaders),
        covered,
        partial,
        how: How {
            engine: "first-return",
            kernel: plan.kernel.name(),
            backend: "portable",
            section_bits: None,
            batch: plan.work.batch,
            schedule: plan.work.schedule.name(),
            why: plan.why.clone(),
            stats,
            residue: 0,
            proof: vec![
                "the leap tables agree with single steps".into(),
                format!("cycles close by jumping ahead (one in {CHECK_EVERY} checked)"),
                if partial {
                    "stopped early".into()
                } else {
                    format!("the periods sum to all {covered} cyclic states")
                },
            ],
        },
    })
}

/// The map of a register that forgets everything: one fixed state.
pub(super) fn fixed_only(register: &Register, options: &Options, plan: &Plan, part: &CyclicPart) -> CycleMap {
    let worker = WorkerStats { batches: 1, states: 1, ..WorkerStats::default() };
    CycleMap {
        register: *register,
        census: BTreeMap::from([(1, 1)]),
        leaders: options.leaders.then(|| vec![Cycle { leader: part.fixed_state(), period: 1 }]),
        covered: 1,
        partial: false,
        how: How {
            engine: "first-return",
            kernel: plan.kernel.name(),
            backend: "portable",
            section_bits: plan.kernel.section_bits(),
            batch: plan.work.batch,
            schedule: plan.work.schedule.name(),
            why: plan.why.clone(),
            stats: RunStats { workers: vec![worker], wall: core::time::Duration::ZERO, stopped: false },
            residue: 0,
            proof: vec!["c = x^n: every state reaches the fixed one within n steps".into()],
        },
    }
}

/// All cycles whose smallest window is in `windows`, which ends at half of all windows or before; and that of ones, if it does.
pub(super) fn find(
    register: &Register,
    options: &Options,
    plan: &Plan,
    pool: &Pool,
    control: &Arc<Control>,
    part: &CyclicPart,
    windows: Range<u64>,
) -> Result<Found, Error> {
    let Some(sequence) = part.sequence() else { return Ok(Found::default()) };
    let half = 1u64 << (sequence.degree() - 1);
    let pending = match &options.keeper {
        Some(keeper) => keeper.pending_leaders(windows.clone()),
        None => Ranges::default().missing(windows.clone()),
    };
    let total = pending.len();
    if let Some(keeper) = &options.keeper {
        control.add(keeper.census().iter().map(|(period, count)| period * count).sum());
    }
    let search = Arc::new(Search {
        leap: Leap::new(&sequence),
        ladder: Ladder::new(&sequence, vec![AffineMap::step_of(&sequence); Ladder::<Vec<AffineMap>>::rungs(&sequence)]),
        register: *register,
        part: *part,
        list: options.leaders,
        pending,
        keeper: options.keeper.clone(),
        control: Arc::clone(control),
        found: (0..plan.work.workers.max(1)).map(|_| Mutex::default()).collect(),
        lie: Mutex::default(),
    });
    search.check_leaps()?;
    let work = Work { total, batch: options.batch.unwrap_or_else(|| leader_batch(total)), ..plan.work };
    let job = Arc::clone(&search);
    let stats = sched::run(pool, work, Arc::new(move |worker, starts| job.run(worker, starts)))?;
    if let Some(lie) = *search.lie.lock().unwrap_or_else(PoisonError::into_inner) {
        return Err(Error::Proof(format!("{:#x} does not return after {} steps", lie.leader, lie.period)));
    }
    let mut all = Found { stats: Some(stats), ..Found::default() };
    for own in &search.found {
        let mut own = own.lock().unwrap_or_else(PoisonError::into_inner);
        for (&period, &count) in &own.census {
            *all.census.entry(period).or_insert(0) += count;
        }
        all.leaders.append(&mut own.leaders);
    }
    if let Some(keeper) = &options.keeper {
        all.census = keeper.census();
    }
    // A window whose newest bit is 1 is the smallest of its cycle only if all its windows are ones.
    let ones = sequence.state_mask();
    if windows.end == half && sequence.step(ones) == ones {
        all.add(1);
        if options.leaders {
            all.leaders.push(Cycle { leader: search.leader(ones, 1), period: 1 });
        }
    }
    Ok(all)
}

/// What the workers share.
struct Search {
    leap: Leap,
    ladder: Ladder<Vec<AffineMap>>,
    register: Register,
    part: CyclicPart,
    list: bool,
    /// The smallest windows to look at.
    pending: Pending,
    keeper: Option<Arc<Keeper>>,
    control: Arc<Control>,
    /// One for each worker; never contended.
    found: Vec<Mutex<Found>>,
    lie: Mutex<Option<Cycle>>,
}

impl Search {
    /// The job: the pending windows with these numbers.
    fn run(&self, worker: usize, numbers: Range<u64>) -> ControlFlow<(), u64> {
        let mut states = 0;
        for windows in self.pending.starts(numbers) {
            states += self.piece(worker, windows)?;
        }
        ControlFlow::Continue(states)
    }

    fn piece(&self, worker: usize, windows: Range<u64>) -> ControlFlow<(), u64> {
        let Some(leaders) = Leaders::new(&self.leap) else { return ControlFlow::Break(()) };
        let mut own = self.found[worker].lock().unwrap_or_else(PoisonError::into_inner);
        let mut census = BTreeMap::new();
        let (mut states, mut unchecked) = (0, 0);
        // Neighbours mostly have the same period: count them before touching the map.
        let (mut same, mut count) = (0, 0u64);
        let done = leaders.find(windows.clone(), &mut &*self.control, |leader, period| {
            if unchecked == 0 && self.ladder.jump(leader, period) != Some(leader) {
                *self.lie.lock().unwrap_or_else(PoisonError::into_inner) = Some(Cycle { leader, period });
                return ControlFlow::Break(());
            }
            unchecked = (unchecked + 1) % CHECK_EVERY;
            states += period;
            if self.list {
                own.leaders.push(Cycle { leader: self.leader(leader, period), period });
            }
            if period != same {
                if count > 0 {
                    *census.entry(same).or_insert(0) += count;
                }
                (same, count) = (period, 0);
            }
            count += 1;
            ControlFlow::Continue(())
        });
        if count > 0 {
            *census.entry(same).or_insert(0) += count;
        }
        if let Some(keeper) = self.keeper.as_ref().filter(|_| done.is_continue()) {
            keeper.add(windows, &census);
        }
        for (period, count) in census {
            *own.census.entry(period).or_insert(0) += count;
        }
        self.control.add(states);
        if done.is_break() || self.control.is_stopped() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(states)
        }
    }

    /// The leader of the register's own cycle, from the smallest window.
    fn leader(&self, window: u64, period: u64) -> u64 {
        match self.register.form() {
            Form::Fibonacci => self.part.state(window),
            Form::Galois => smallest_state(&self.register, self.part.state(window), period, &self.control),
        }
    }

    /// The leaps are linear in the state, so they are right everywhere if they are on a basis and on zero.
    fn check_leaps(&self) -> Result<(), Error> {
        let sequence = *self.leap.register();
        for state in (0..sequence.degree()).map(|j| 1 << j).chain([0, sequence.state_mask()]) {
            let expected = (0..64).fold(state, |state, _| sequence.step(state));
            if self.leap.word(state).1 != expected {
                return Err(Error::Proof(format!("the leap from {state:#x} is wrong")));
            }
        }
        Ok(())
    }
}

/// The smallest state on the cycle of `state`, by single steps.
pub(super) fn smallest_state(register: &Register, state: u64, period: u64, control: &Control) -> u64 {
    let (mut smallest, mut now) = (state, state);
    for i in 1..period {
        now = register.step(now);
        smallest = smallest.min(now);
        if i % (1 << 24) == 0 && control.is_stopped() {
            break;
        }
    }
    smallest
}

/// The cycles that have no run of `zeros` zeros, as far as they lie in subspaces that algebra expects them in.
///
/// Each subspace is the state space of a smaller register, whose cycles are found the same way; in all they hold fewer states than
/// the register itself.
pub(super) fn in_likely_places(
    register: &Register,
    options: &Options,
    pool: &Pool,
    control: &Arc<Control>,
    part: &CyclicPart,
    leap: &Leap,
    zeros: u32,
) -> Result<Found, Error> {
    let sequence = *leap.register();
    let mut places =
        Places { found: Found::default(), known: HashSet::new(), register, options, part, leap, zeros, control };
    for constant in [0, sequence.state_mask()] {
        if sequence.step(constant) == constant {
            places.offer(constant, 1);
        }
    }
    let mut smaller = Vec::new();
    let mut budget = 1u128 << sequence.degree();
    likely_residue(&sequence, zeros, sequence.degree() - 1, |small| {
        let states = small.state_count();
        let order = longest_period(&small).unwrap_or(1);
        if states <= budget && states / order <= MOST_HELD {
            budget -= states;
            smaller.push(small);
        }
    });
    for small in smaller {
        if control.is_stopped() {
            break;
        }
        let map = super::run(
            &small,
            &Options { leaders: true, kernel: None, keeper: None, ..options.clone() },
            pool,
            control,
        )?;
        for cycle in map.leaders.iter().flatten() {
            // The sequence of the small register, read through the window of the large one.
            places.offer(widened(&small, cycle.leader, sequence.degree() - small.degree()), cycle.period);
        }
    }
    Ok(places.found)
}

/// Gathers cycles that miss the section, each once.
struct Places<'a> {
    found: Found,
    /// Smallest windows of those found.
    known: HashSet<u64>,
    register: &'a Register,
    options: &'a Options,
    part: &'a CyclicPart,
    leap: &'a Leap,
    zeros: u32,
    control: &'a Control,
}

impl Places<'_> {
    /// The cycle whose smallest window is `window`, if it misses the section and is new.
    fn offer(&mut self, window: u64, period: u64) {
        if meets_section(self.leap, window, period, self.zeros) {
            return;
        }
        if !self.known.insert(window) {
            return;
        }
        self.found.add(period);
        self.found.windows.push(Cycle { leader: window, period });
        if self.options.leaders {
            let state = self.part.state(window);
            let leader = match self.register.form() {
                Form::Fibonacci => state,
                Form::Galois => smallest_state(self.register, state, period, self.control),
            };
            self.found.leaders.push(Cycle { leader, period });
        }
    }
}

/// Whether a run of `zeros` zeros occurs on the cycle of `window`.
fn meets_section(leap: &Leap, window: u64, period: u64, zeros: u32) -> bool {
    let run = Run::new(zeros);
    let (mut state, mut before) = (window, u64::MAX);
    // The bits of one period and a run beyond it.
    for _ in 0..(period.saturating_add(u64::from(zeros))).div_ceil(64) {
        let (word, next) = leap.word(state);
        if run.ends(before, word) != 0 {
            return true;
        }
        (before, state) = (word, next);
    }
    false
}
