//! [`Turn`]: the cosets over all cycles of one period of the smaller register.

use core::ops::ControlFlow;
use std::collections::HashMap;

use lfsr_core::cycle::{AffineMap, CosetMap, Lift};

use super::Cosets;
use crate::{
    analysis::{
        census::{Census, add_cycles},
        map::Cycle,
    },
    sched::lock,
};

/// Classes of maps that a worker remembers.
const MOST_CLASSES: usize = 1 << 12;

/// Once round the cycles of one period: what that does to their cosets, and what is known of it.
pub(super) struct Turn {
    /// The states over a cycle, by their numbers.
    lift: Lift,
    /// So many steps of the whole register.
    steps: AffineMap,
    /// What these do to numbers.
    map: CosetMap,
    /// The cycles of its classes, each walked once.
    pub(super) classes: HashMap<u32, Class>,
    /// As many steps as each length of cycles has turns, to check that they close.
    rounds: Vec<(u64, AffineMap)>,
    /// Cosets so far: it decides which of the cycles over the next one is checked.
    cosets: usize,
}

/// The cycles of the maps of a class.
#[derive(Default)]
pub(super) struct Class {
    pub(super) cycles: Vec<Alike>,
    /// Over how many cosets there are these, and the census does not know yet.
    cosets: u64,
}

/// The cycles of a map that have the same length: the first number of one, the length in turns, and how many there are.
#[derive(Clone, Copy)]
pub(super) struct Alike {
    first: u32,
    pub(super) length: u64,
    pub(super) count: u64,
}

impl Turn {
    /// `None` if the ladders are too short for the period.
    pub(super) fn new(job: &Cosets, period: u64) -> Option<Self> {
        Some(Self {
            lift: job.quotient.lift(),
            steps: job.ladder.map(period)?,
            map: CosetMap::new(&job.quotient, &job.coset_ladder, period)?,
            classes: HashMap::new(),
            rounds: vec![],
            cosets: 0,
        })
    }

    pub(super) const fn period(&self) -> u64 {
        self.map.period()
    }

    /// The cycles over the cycle of `base`; how many states they have.
    pub(super) fn over(&mut self, base: u64, job: &Cosets, own: &mut Counts) -> ControlFlow<(), u64> {
        let image = self.steps.apply(self.lift.state(base, 0));
        self.map.set_offset(job.quotient.number(image));
        let class = self.map.class();
        if !self.classes.contains_key(&class) {
            self.walk(job, own)?;
            (0..self.classes[&class].cycles.len()).try_for_each(|i| self.check(base, i, job))?;
        }
        self.cosets += 1;
        let Some(Class { cycles, cosets }) = self.classes.get_mut(&class) else { return ControlFlow::Break(()) };
        *cosets += 1;
        let states = cycles.iter().map(|alike| alike.length * alike.count).sum::<u64>() * self.map.period();
        let checked = self.cosets % cycles.len().max(1);
        self.check(base, checked, job)?;
        ControlFlow::Continue(states)
    }

    /// Walks through a coset of the class of the map.
    fn walk(&mut self, job: &Cosets, own: &mut Counts) -> ControlFlow<()> {
        own.visited.resize(self.map.visited_words(), 0);
        let mut cycles: Vec<Alike> = vec![];
        self.map.cycles(&mut own.visited, &mut &*job.control, |first, length, count| {
            match cycles.iter_mut().find(|alike| alike.length == length) {
                Some(alike) => alike.count += count,
                None => cycles.push(Alike { first, length, count }),
            }
            ControlFlow::Continue(())
        })?;
        if self.classes.len() == MOST_CLASSES {
            self.count(&mut own.census);
            self.classes.clear();
        }
        self.classes.insert(self.map.class(), Class { cycles, cosets: 0 });
        ControlFlow::Continue(())
    }

    /// Whether one cycle of the `i`-th length closes by jumping once round it.
    fn check(&mut self, base: u64, i: usize, job: &Cosets) -> ControlFlow<()> {
        let alike = self.classes.get(&self.map.class()).and_then(|class| class.cycles.get(i));
        let Some(&Alike { first, length, .. }) = alike else { return ControlFlow::Continue(()) };
        let state = self.lift.state(base, first ^ self.map.origin());
        let cycle = Cycle { leader: state, period: self.period() * length };
        let known = self.rounds.iter().position(|(turns, _)| *turns == length);
        let at = known.unwrap_or(self.rounds.len());
        if known.is_none()
            && let Some(round) = job.ladder.map(cycle.period)
        {
            self.rounds.push((length, round));
        }
        if self.rounds.get(at).is_some_and(|(_, round)| round.apply(state) == state) {
            return ControlFlow::Continue(());
        }
        *lock(&job.refuted) = Some(cycle);
        ControlFlow::Break(())
    }

    /// Tells the census what it does not know yet.
    pub(super) fn count(&mut self, census: &mut Census) {
        for class in self.classes.values_mut() {
            let cosets = core::mem::take(&mut class.cosets);
            for alike in class.cycles.iter().filter(|_| cosets > 0) {
                add_cycles(census, self.map.period() * alike.length, alike.count * cosets);
            }
        }
    }
}

/// What a worker has counted, and its bitmap.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) census: Census,
    visited: Vec<u64>,
}
