//! Cycles by their leaders, without a table: for registers rich in short cycles, and for what a section misses.

use core::ops::{ControlFlow, Range};
use std::sync::{Arc, Mutex, mpsc::SyncSender};

use lfsr_core::{
    cycle::{AffineMap, Ladder, Leaders},
    leap::Leap,
    register::Register,
};

use super::{
    closing::{Closing, Refuted, none_refuted},
    found::Found,
    leader::leader as leader_of,
    listing::{InOrder, Listing},
    run::Run,
};
use crate::{
    analysis::{
        census::{Census, Counting, add_all},
        checkpoint::{Keeper, Pending},
        error::Error,
        map::Cycle,
        plan::{Plan, leader_batch},
    },
    sched::{self, Work, control::Control, lock},
};

/// Of the cycles found by leaders, the first of a batch and then one in this many are checked by jumping ahead.
const CHECK_EVERY: u64 = 64;

/// All cycles whose smallest window is in `windows`, which ends at half of all windows or before; plus the cycle of ones, if the range
/// reaches the half.
pub(super) fn find(run: &Run<'_>, sequence: &Register, windows: Range<u64>) -> Result<Found, Error> {
    let listing =
        if run.plan.options.leaders { Listing::Kept(Mutex::new(Found::room(run.plan)?)) } else { Listing::Nowhere };
    find_into(run, sequence, windows, listing)
}

/// The same; every leader is sent on, in the order of their windows, and none is kept.
pub(super) fn pass(run: &Run<'_>, sequence: &Register, to: SyncSender<Vec<Cycle>>) -> Result<Found, Error> {
    find_into(run, sequence, 0..run.plan.work.total, Listing::Passed(InOrder::new(0, to)))
}

fn find_into(run: &Run<'_>, sequence: &Register, windows: Range<u64>, listing: Listing) -> Result<Found, Error> {
    let (plan, kept) = (run.plan, &run.done.leaders);
    let half = 1u64 << (sequence.degree() - 1);
    run.control.add(kept.census.iter().map(|(period, count)| period * count).sum());
    let search = Arc::new(Search::new(run, sequence, windows.clone(), listing));
    search.check_leaps()?;
    let total = search.pending.len();
    let work = Work { total, batch: plan.options.batch.unwrap_or_else(|| leader_batch(total)), ..plan.work };
    let job = Arc::clone(&search);
    let stats = sched::run(run.pool, work, Arc::new(move |_, starts| job.run(starts)))?;
    none_refuted(&search.refuted)?;
    let proof = vec![
        "the leap tables agree with single steps".into(),
        format!("cycles close by jumping ahead (one in {CHECK_EVERY} checked)"),
    ];
    let mut all = Found { stats, proof, ..Found::default() };
    all.add_all(&kept.census);
    all.add_all(&lock(&search.census));
    // A window whose newest bit is 1 is the smallest of its cycle only if all its windows are ones.
    let ones = sequence.state_mask();
    if windows.end == half && sequence.step(ones) == ones {
        all.add(1, 1);
        let last = Cycle { leader: leader_of(plan, ones, 1, run.control), period: 1 };
        all.stats.stopped |= search.listing.take(half..half + 1, vec![last], run.control).is_break();
    }
    if let Listing::Kept(leaders) = &search.listing {
        all.leaders = core::mem::take(&mut *lock(leaders));
    }
    Ok(all)
}

/// What the workers share.
struct Search {
    leap: Leap,
    sequence: Register,
    ladder: Ladder<Vec<AffineMap>>,
    plan: Plan,
    /// The smallest windows to look at.
    pending: Pending,
    keeper: Option<Arc<Keeper>>,
    control: Arc<Control>,
    census: Mutex<Census>,
    listing: Listing,
    refuted: Refuted,
}

impl Search {
    fn new(run: &Run<'_>, sequence: &Register, windows: Range<u64>, listing: Listing) -> Self {
        Self {
            leap: Leap::new(sequence),
            sequence: *sequence,
            ladder: Ladder::new(
                sequence,
                vec![AffineMap::step_of(sequence); Ladder::<Vec<AffineMap>>::rungs(sequence)],
            ),
            plan: run.plan.clone(),
            pending: run.done.leaders.done.missing(windows),
            keeper: run.keeper.cloned(),
            control: Arc::clone(run.control),
            census: Mutex::default(),
            listing,
            refuted: Mutex::default(),
        }
    }

    fn is_listed(&self) -> bool {
        !matches!(self.listing, Listing::Nowhere)
    }

    /// The job: the pending windows with these numbers.
    fn run(&self, numbers: Range<u64>) -> ControlFlow<(), u64> {
        let mut states = 0;
        for windows in self.pending.starts(numbers) {
            states += self.piece(windows)?;
        }
        ControlFlow::Continue(states)
    }

    fn piece(&self, windows: Range<u64>) -> ControlFlow<(), u64> {
        let Some(leaders) = Leaders::new(&self.leap) else { return ControlFlow::Break(()) };
        let mut listed = Vec::new();
        let mut census = Census::new();
        let mut counting = Counting::new(&mut census);
        let mut closing = Closing::new(&self.ladder, CHECK_EVERY, &self.refuted);
        let mut states = 0;
        let done = leaders.find(windows.clone(), &mut &*self.control, |leader, period| {
            closing.check(period, || leader)?;
            states += period;
            if self.is_listed() {
                let leader = leader_of(&self.plan, leader, period, &self.control);
                listed.push(Cycle { leader, period });
            }
            counting.add(period, 1);
            ControlFlow::Continue(())
        });
        drop(counting);
        if let Some(keeper) = self.keeper.as_ref().filter(|_| done.is_continue()) {
            keeper.add(windows.clone(), &census);
        }
        add_all(&mut lock(&self.census), &census);
        let taken = self.listing.take(windows, listed, &self.control);
        self.control.add(states);
        if done.is_break() || taken.is_break() || self.control.is_stopped() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(states)
        }
    }

    /// The leaps are linear in the state, so they are right everywhere if they are on a basis and on zero.
    fn check_leaps(&self) -> Result<(), Error> {
        let sequence = self.sequence;
        for state in (0..sequence.degree()).map(|j| 1 << j).chain([0, sequence.state_mask()]) {
            let expected = (0..64).fold(state, |state, _| sequence.step(state));
            if self.leap.word(state).1 != expected {
                return Err(Error::Proof(format!("the leap from {state:#x} is wrong")));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use lfsr_core::notation::parse;

    use super::*;
    use crate::{
        analysis::plan::{Kernel, Options, Workers},
        sched::Pool,
    };

    /// A search whose look-ups are those of another register finds cycles that are none.
    #[test]
    fn wrong_leaps_are_refused() {
        let register = parse("x^15+x^14+1").unwrap();
        let options = Options { kernel: Some(Kernel::Leader), workers: Workers::Exactly(1), ..Options::default() };
        let plan = Plan::new(&register, &options).unwrap();
        let control = Arc::new(Control::default());
        let run = Run::new(&plan, Pool::global(), &control);
        let sequence = plan.sequence.unwrap();
        let half = 1 << 14;
        let mut search = Search::new(&run, &sequence, 0..half, Listing::Nowhere);
        assert!(search.check_leaps().is_ok());
        assert!(search.run(0..half).is_continue() && none_refuted(&search.refuted).is_ok());
        search.leap = Leap::new(&parse("x^15+x^9+1").unwrap());
        assert!(search.check_leaps().unwrap_err().to_string().contains("the leap from"));
        assert!(search.run(0..half).is_break());
        assert!(none_refuted(&search.refuted).unwrap_err().to_string().contains("does not return after"));
    }
}
