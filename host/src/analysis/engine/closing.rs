//! [`Closing`]: cycles found by other means than arcs are checked by jumping once round them.

use core::ops::ControlFlow;
use std::sync::Mutex;

use lfsr_core::cycle::{AffineMap, Ladder};

use crate::{
    analysis::{error::Error, map::Cycle},
    sched::lock,
};

/// Checks the first cycle it is shown and then one in so many.
pub(super) struct Closing<'a> {
    ladder: &'a Ladder<Vec<AffineMap>>,
    every: u64,
    refuted: &'a Refuted,
    unchecked: u64,
}

/// The cycle that did not close, if there is one; shared by all workers.
pub(super) type Refuted = Mutex<Option<Cycle>>;

impl<'a> Closing<'a> {
    pub(super) fn new(ladder: &'a Ladder<Vec<AffineMap>>, every: u64, refuted: &'a Refuted) -> Self {
        Self { ladder, every, refuted, unchecked: 0 }
    }

    /// Goes on if the cycle closes, or is not among those that are checked. `leader` is any of its states.
    #[inline]
    pub(super) fn check(&mut self, period: u64, leader: impl FnOnce() -> u64) -> ControlFlow<()> {
        if self.unchecked == 0 {
            let cycle = Cycle { leader: leader(), period };
            if closes(self.ladder, cycle).is_err() {
                *lock(self.refuted) = Some(cycle);
                return ControlFlow::Break(());
            }
        }
        self.unchecked = (self.unchecked + 1) % self.every;
        ControlFlow::Continue(())
    }
}

/// Refuses what a worker has refuted.
pub(super) fn none_refuted(refuted: &Refuted) -> Result<(), Error> {
    lock(refuted).map_or(Ok(()), |cycle| Err(does_not_close(cycle)))
}

/// Whether jumping ahead by its period leads back.
pub(super) fn closes(ladder: &Ladder<Vec<AffineMap>>, cycle: Cycle) -> Result<(), Error> {
    if ladder.jump(cycle.leader, cycle.period) == Some(cycle.leader) { Ok(()) } else { Err(does_not_close(cycle)) }
}

fn does_not_close(Cycle { leader, period }: Cycle) -> Error {
    Error::Proof(format!("{leader:#x} does not return after {period} steps"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// x^4+x+1: one cycle of 15 and the fixed state.
    #[test]
    fn wrong_cycles_are_refused() {
        let register = lfsr_core::notation::parse("x^4+x+1").unwrap();
        let ladder = Ladder::new(&register, vec![AffineMap::step_of(&register); 5]);
        let refuted = Refuted::default();
        let mut closing = Closing::new(&ladder, 3, &refuted);
        // The first, and then one in three; what is not checked is not even made.
        assert!(closing.check(15, || 1).is_continue());
        assert!(closing.check(15, || unreachable!()).is_continue());
        assert!(closing.check(15, || unreachable!()).is_continue());
        assert!(none_refuted(&refuted).is_ok());
        assert!(closing.check(14, || 3).is_break());
        assert_eq!(*lock(&refuted), Some(Cycle { leader: 3, period: 14 }));
        assert!(none_refuted(&refuted).unwrap_err().to_string().contains("0x3 does not return after 14 steps"));
        for (leader, period, right) in [(0, 1, true), (7, 15, true), (7, 5, false), (1, 16, false), (1, 1, false)] {
            assert_eq!(closes(&ladder, Cycle { leader, period }).is_ok(), right, "{leader} {period}");
        }
    }
}
