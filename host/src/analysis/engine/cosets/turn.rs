//! [`Turn`]: once round the cycles of one period of the smaller register, and what that does to the states over them.

use core::ops::ControlFlow;

use lfsr_core::cycle::{AffineMap, CosetMap, Lift};

use super::Cosets;
use crate::{
    analysis::{
        census::{Census, add_cycles},
        map::Cycle,
    },
    sched::lock,
};

/// Once round the cycles of one period.
pub(super) struct Turn {
    /// The states over a cycle, by their numbers.
    lift: Lift,
    /// So many steps of the whole register.
    steps: AffineMap,
    /// What these do to numbers.
    map: CosetMap,
    /// As many steps as each length of cycles has turns, to check that they close.
    rounds: Vec<(u64, AffineMap)>,
}

/// The cycles of a map that have the same length: the first number of one, the length in turns, and how many there are.
struct Alike {
    first: u32,
    length: u64,
    count: u64,
}

/// What a worker has counted, and its bitmap.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) census: Census,
    visited: Vec<u64>,
}

impl Turn {
    /// `None` if the ladders are too short for the period.
    pub(super) fn new(job: &Cosets, period: u64) -> Option<Self> {
        Some(Self {
            lift: job.quotient.lift(),
            steps: job.ladder.map(period)?,
            map: CosetMap::new(&job.quotient, &job.coset_ladder, period)?,
            rounds: vec![],
        })
    }

    pub(super) const fn period(&self) -> u64 {
        self.map.period()
    }

    /// The class of the map over `base`, which is then that of this turn.
    pub(super) fn class(&mut self, base: u64, job: &Cosets) -> u32 {
        let image = self.steps.apply(self.lift.state(base, 0));
        self.map.set_offset(job.quotient.number(image));
        self.map.class()
    }

    /// The cycles over the cycles of `bases`, whose maps are of one class: over the first they are walked, over the others they are of the same
    /// lengths. How many states they have.
    pub(super) fn over(&mut self, bases: &[Cycle], job: &Cosets, own: &mut Counts) -> ControlFlow<(), u64> {
        let Some(first) = bases.first() else { return ControlFlow::Continue(0) };
        let class = self.class(first.leader, job);
        let all = self.walk(job, own)?;
        all.iter().try_for_each(|alike| self.check(first, alike, job))?;
        for (base, alike) in bases.iter().zip(all.iter().cycle()) {
            if self.class(base.leader, job) != class {
                return refuted(base, job);
            }
            self.check(base, alike, job)?;
        }
        let mut states = 0;
        for alike in all {
            let (period, count) = (self.period() * alike.length, alike.count * bases.len() as u64);
            add_cycles(&mut own.census, period, count);
            states += period * count;
        }
        ControlFlow::Continue(states)
    }

    /// Walks through all numbers.
    fn walk(&self, job: &Cosets, own: &mut Counts) -> ControlFlow<(), Vec<Alike>> {
        own.visited.resize(self.map.visited_words(), 0);
        let mut all: Vec<Alike> = vec![];
        self.map.cycles(&mut own.visited, &mut &*job.control, |first, length, count| {
            match all.iter_mut().find(|alike| alike.length == length) {
                Some(alike) => alike.count += count,
                None => all.push(Alike { first, length, count }),
            }
            ControlFlow::Continue(())
        })?;
        ControlFlow::Continue(all)
    }

    /// Whether the cycle of `alike` over `base` closes by jumping once round it.
    fn check(&mut self, base: &Cycle, &Alike { first, length, .. }: &Alike, job: &Cosets) -> ControlFlow<()> {
        let state = self.lift.state(base.leader, first ^ self.map.origin());
        let known = self.rounds.iter().position(|(turns, _)| *turns == length);
        let at = known.unwrap_or(self.rounds.len());
        if known.is_none()
            && let Some(round) = job.ladder.map(self.period() * length)
        {
            self.rounds.push((length, round));
        }
        if self.rounds.get(at).is_some_and(|(_, round)| round.apply(state) == state) {
            return ControlFlow::Continue(());
        }
        refuted(&Cycle { leader: state, period: self.period() * length }, job)
    }
}

fn refuted<T>(cycle: &Cycle, job: &Cosets) -> ControlFlow<(), T> {
    *lock(&job.refuted) = Some(*cycle);
    ControlFlow::Break(())
}
