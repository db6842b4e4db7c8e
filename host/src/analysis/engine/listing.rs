//! [`Listing`]: where leaders go as they are found: into one list, or out of the program in passing.

use core::{
    ops::{ControlFlow, Range},
    time::Duration,
};
use std::{
    collections::BTreeMap,
    sync::{Condvar, Mutex, PoisonError, mpsc::SyncSender},
};

use crate::{
    analysis::map::Cycle,
    sched::{Control, lock},
};

/// Where leaders go.
pub(super) enum Listing {
    /// They are not asked for.
    Nowhere,
    /// All are kept, in a list that has room for them.
    Kept(Mutex<Vec<Cycle>>),
    /// They are handed on in the order of their windows, and forgotten.
    Passed(InOrder),
}

impl Listing {
    /// Takes the leaders of these windows.
    pub(super) fn take(&self, windows: Range<u64>, mut leaders: Vec<Cycle>, control: &Control) -> ControlFlow<()> {
        match self {
            Self::Nowhere => {}
            Self::Kept(all) => lock(all).append(&mut leaders),
            Self::Passed(in_order) => return in_order.pass(windows, leaders, control),
        }
        ControlFlow::Continue(())
    }
}

/// Leaders in waiting, at most: 16 MiB, and what workers hold.
const MOST_WAITING: usize = 1 << 20;

/// How often a worker that waits looks whether the run is to stop.
const PATIENCE: Duration = Duration::from_millis(50);

/// Hands on the leaders of each range of windows after those of all windows before, whoever is done first.
///
/// ```text
///      workers      [8..12)  [0..4)   [12..16)  [4..8)
///      waiting      8..12             8..12, 12..16        once too many wait, whoever is not next waits, too
///      handed on             0..4               4..8, 8..12, 12..16
/// ```
///
/// Ranges must be begun in ascending order, so that the next one is always in the hands of somebody who does not wait: the schedule is
/// `dynamic`.
pub(super) struct InOrder {
    waiting: Mutex<Waiting>,
    moved: Condvar,
}

struct Waiting {
    /// The first window whose leader was not handed on.
    next: u64,
    ranges: BTreeMap<u64, (u64, Vec<Cycle>)>,
    leaders: usize,
    to: SyncSender<Vec<Cycle>>,
}

impl Waiting {
    fn first_in_order(&mut self) -> Option<(u64, Vec<Cycle>)> {
        self.ranges.remove(&self.next)
    }
}

impl InOrder {
    pub(super) fn new(first: u64, to: SyncSender<Vec<Cycle>>) -> Self {
        Self {
            waiting: Mutex::new(Waiting { next: first, ranges: BTreeMap::new(), leaders: 0, to }),
            moved: Condvar::new(),
        }
    }

    fn pass(&self, windows: Range<u64>, leaders: Vec<Cycle>, control: &Control) -> ControlFlow<()> {
        let mut waiting = lock(&self.waiting);
        while windows.start != waiting.next && waiting.leaders > MOST_WAITING {
            if control.is_stopped() {
                return ControlFlow::Break(());
            }
            waiting = self.moved.wait_timeout(waiting, PATIENCE).unwrap_or_else(PoisonError::into_inner).0;
        }
        waiting.leaders += leaders.len();
        waiting.ranges.insert(windows.start, (windows.end, leaders));
        while let Some((end, leaders)) = waiting.first_in_order() {
            waiting.next = end;
            waiting.leaders -= leaders.len();
            // Nobody listens any more after a write that failed.
            if waiting.to.send(leaders).is_err() {
                control.stop();
                return ControlFlow::Break(());
            }
        }
        drop(waiting);
        self.moved.notify_all();
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;

    fn leaders(windows: Range<u64>) -> Vec<Cycle> {
        windows.map(|leader| Cycle { leader, period: 1 }).collect()
    }

    #[test]
    fn whoever_is_done_first_the_order_is_that_of_the_windows() {
        let (to, from) = sync_channel(100);
        let (in_order, control) = (InOrder::new(0, to), Control::default());
        for windows in [8..12, 0..4, 12..16, 4..8] {
            assert!(in_order.pass(windows.clone(), leaders(windows), &control).is_continue());
        }
        drop(in_order);
        assert_eq!(from.iter().flatten().collect::<Vec<_>>(), leaders(0..16));
    }

    /// Four workers, ranges so long that hardly two may wait.
    #[test]
    fn memory_is_bounded_and_nobody_waits_for_ever() {
        const LONG: u64 = MOST_WAITING as u64 * 3 / 4;
        let (to, from) = sync_channel(1);
        let (in_order, control) = (InOrder::new(0, to), Control::default());
        let next = Mutex::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    loop {
                        let mut next = lock(&next);
                        let first = *next;
                        *next += 1;
                        drop(next);
                        if first >= 12 {
                            return;
                        }
                        let windows = first * LONG..(first + 1) * LONG;
                        assert!(in_order.pass(windows.clone(), leaders(windows), &control).is_continue());
                        assert!(lock(&in_order.waiting).leaders <= MOST_WAITING + LONG as usize);
                    }
                });
            }
            let mut expected = 0;
            while expected < 12 * LONG {
                for cycle in from.recv_timeout(Duration::from_secs(20)).unwrap() {
                    assert_eq!(cycle.leader, expected);
                    expected += 1;
                }
            }
        });
    }

    #[test]
    fn a_stop_and_a_listener_that_is_gone_end_the_waiting() {
        let (to, from) = sync_channel(1);
        let (in_order, control) = (InOrder::new(0, to), Control::default());
        lock(&in_order.waiting).leaders = MOST_WAITING + 1;
        control.stop();
        assert!(in_order.pass(8..12, leaders(8..12), &control).is_break());
        drop(from);
        let running = Control::default();
        assert!(in_order.pass(0..4, leaders(0..4), &running).is_break() && running.is_stopped());
    }
}
