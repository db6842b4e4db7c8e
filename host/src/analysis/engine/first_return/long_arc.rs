//! [`LongArcs`]: arcs so long that workers who have nothing left to begin help with those that others have begun.
//!
//! An arc is walked in pieces of 2^36 states. A piece begins at a state that is reached by jumping, so pieces can be walked in any order by
//! anybody; the arc ends where the first piece that meets the section meets it, as soon as all pieces before that one are done.
//!
//! ```text
//!      start --- piece 0 ---|--- piece 1 ---|--- piece 2 --x   |--- piece 3 ---
//!                owner           helper          owner     end      helper: begun before the end was known, for nothing
//! ```
//!
//! The jumps are powers of x modulo c, the check of the whole arc is by powers of the step's matrix: a wrong jump cannot confirm itself.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use lfsr_core::{
    algebra::{BigUint, Direction},
    poly::Poly,
    record::Record,
    register::{AnyRegister, Register},
};

use crate::sched::lock;

/// The arcs that are being walked.
#[derive(Debug)]
pub(super) struct LongArcs {
    /// What jumps.
    register: AnyRegister,
    /// log2 of the states of a piece.
    piece_log: u32,
    running: Mutex<Vec<Arc<LongArc>>>,
}

/// What walking a piece came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Walked {
    /// To its end, without meeting the section.
    Through,
    /// To a section state, so many steps on; at most as many as a piece has, or it is left to the next piece.
    Met(Record),
    /// Not to its end: the run is to stop.
    Stopped,
}

/// One arc, and who walks which piece of it.
#[derive(Debug)]
struct LongArc {
    start: u64,
    state: Mutex<Progress>,
    /// A piece was finished.
    finished: Condvar,
}

#[derive(Debug, Default)]
struct Progress {
    /// The next piece that nobody has taken.
    next: u64,
    /// The pieces taken and not finished.
    taken: Vec<u64>,
    /// The pieces that were taken by helpers.
    helped: Vec<u64>,
    /// The first piece known to meet the section, and where.
    end: Option<(u64, Record)>,
    stopped: bool,
}

impl LongArcs {
    /// Of that sequence.
    pub(super) fn new(sequence: &Register, piece_log: u32) -> Self {
        Self { register: AnyRegister::from(*sequence), piece_log, running: Mutex::default() }
    }

    /// Walks the arc from `start`, others helping; `walk(state, steps)` walks a piece. Also how many of its states were walked by others. `None`
    /// if it was stopped.
    pub(super) fn arc(&self, start: u64, mut walk: impl FnMut(u64, u64) -> Walked) -> Option<(Record, u64)> {
        let arc = Arc::new(LongArc { start, state: Mutex::default(), finished: Condvar::new() });
        lock(&self.running).push(Arc::clone(&arc));
        let _listed = Listed { all: self, arc: &arc };
        while let Some(piece) = arc.take() {
            self.walk(piece, &mut walk);
        }
        let (last, record) = arc.wait()?;
        let helped = lock(&arc.state).helped.iter().filter(|&&number| number <= last).count() as u64;
        Some((record, (helped << self.piece_log).min(record.steps)))
    }

    /// Walks pieces of arcs that others have begun, until there is nothing to do; how many states those had.
    pub(super) fn help(&self, mut walk: impl FnMut(u64, u64) -> Walked) -> u64 {
        let mut states = 0;
        loop {
            // The arc that has come least far has most left, as far as anybody can tell.
            let mut running = lock(&self.running).clone();
            running.sort_by_key(|arc| lock(&arc.state).next);
            let Some(piece) = running.iter().find_map(|arc| arc.take_as(true)) else { return states };
            if self.walk(piece, &mut walk) {
                states += 1 << self.piece_log;
            }
        }
    }

    /// Walks a piece; whether it was done.
    fn walk(&self, piece: Piece<'_>, walk: &mut impl FnMut(u64, u64) -> Walked) -> bool {
        let length = 1 << self.piece_log;
        let before = piece.number << self.piece_log;
        let (from, ahead) = (Poly::from_u128(piece.arc.start.into()), BigUint::from(before));
        let state = self.register.jump(&from, &ahead, Direction::Forward).and_then(|state| state.to_u128());
        let walked = state.map_or(Walked::Stopped, |state| walk(state as u64, length));
        let start = piece.arc.start;
        piece.finish(match walked {
            Walked::Met(Record { end, steps, .. }) if steps <= length => {
                Walked::Met(Record { start, end, steps: before + steps })
            }
            Walked::Met(_) => Walked::Through,
            other => other,
        });
        walked != Walked::Stopped
    }
}

impl LongArc {
    /// The next piece, if there is one to be walked.
    fn take(&self) -> Option<Piece<'_>> {
        self.take_as(false)
    }

    fn take_as(&self, helper: bool) -> Option<Piece<'_>> {
        let mut state = lock(&self.state);
        if state.end.is_some() || state.stopped {
            return None;
        }
        let number = state.next;
        state.next += 1;
        state.taken.push(number);
        if helper {
            state.helped.push(number);
        }
        Some(Piece { arc: self, number, walked: Walked::Stopped })
    }

    /// Waits until every piece before the end is done.
    fn wait(&self) -> Option<(u64, Record)> {
        let mut state = lock(&self.state);
        loop {
            if state.stopped {
                return None;
            }
            if let Some((last, record)) = state.end
                && state.taken.iter().all(|&number| number > last)
            {
                return Some((last, record));
            }
            state = self.finished.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// A piece taken. One that is dropped without being finished, as by a panic, stops its arc: nobody waits for it.
struct Piece<'a> {
    arc: &'a LongArc,
    number: u64,
    walked: Walked,
}

impl Piece<'_> {
    fn finish(mut self, walked: Walked) {
        self.walked = walked;
    }
}

impl Drop for Piece<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.arc.state);
        state.taken.retain(|&number| number != self.number);
        match self.walked {
            Walked::Through => {}
            Walked::Stopped => state.stopped = true,
            Walked::Met(record) => {
                if state.end.is_none_or(|(last, _)| self.number < last) {
                    state.end = Some((self.number, record));
                }
            }
        }
        self.arc.finished.notify_all();
    }
}

/// Takes an arc off the list when its owner is done with it.
struct Listed<'a> {
    all: &'a LongArcs,
    arc: &'a Arc<LongArc>,
}

impl Drop for Listed<'_> {
    fn drop(&mut self) {
        lock(&self.all.running).retain(|arc| !Arc::ptr_eq(arc, self.arc));
    }
}

#[cfg(test)]
mod tests {
    use core::{
        sync::atomic::{AtomicBool, AtomicU64, Ordering},
        time::Duration,
    };

    use lfsr_core::{cycle::WordArcs, leap::Leap};

    use super::*;

    /// Pieces of 2^6 steps; the arcs of a section of 7 zeros have about 2^7.
    fn each_arc(helpers: usize) {
        let register = lfsr_core::notation::parse("x^15+x^14+1").unwrap().sequence();
        let leap = Leap::new(&register);
        let arcs = WordArcs::new(&leap, 7);
        let all = LongArcs::new(&register, 6);
        let (done, helped) = (AtomicBool::new(false), AtomicU64::new(0));
        let walk = |state: u64, steps: u64| {
            // Until somebody has helped there is time to.
            let patience =
                if helped.load(Ordering::Relaxed) == 0 { Duration::from_micros(100) } else { Duration::ZERO };
            std::thread::sleep(patience);
            match arcs.arc(state, &mut ()) {
                // A kernel may look a little further than it was asked to.
                Some(record) if record.steps <= steps + 3 => Walked::Met(record),
                _ => Walked::Through,
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..helpers {
                scope.spawn(|| {
                    while !done.load(Ordering::Relaxed) {
                        helped.fetch_add(all.help(walk), Ordering::Relaxed);
                    }
                });
            }
            // On a busy machine the helpers may not run before all arcs are done once.
            let rounds =
                (0..1000).take_while(|&round| round == 0 || helpers > 0 && helped.load(Ordering::Relaxed) == 0);
            for start in rounds.flat_map(|_| 1..1 << 8) {
                let (record, by_others) = all.arc(start, walk).unwrap();
                assert_eq!(Some(record), arcs.arc(start, &mut ()), "{helpers} helpers");
                assert!(by_others <= if helpers > 0 { record.steps } else { 0 });
            }
            done.store(true, Ordering::Relaxed);
        });
        assert!(helpers == 0 || helped.into_inner() > 0);
        assert!(lock(&all.running).is_empty());
    }

    #[test]
    fn pieces_make_the_arc_whoever_walks_them() {
        for helpers in [0, 1, 3] {
            each_arc(helpers);
        }
    }

    /// The earliest piece decides, in whatever order they are finished; an end is not believed before all earlier pieces are done.
    #[test]
    fn the_first_end_counts() {
        let record = |steps| Record { start: 1, end: 2, steps };
        let arc = LongArc { start: 1, state: Mutex::default(), finished: Condvar::new() };
        let [first, second, third] = [0, 1, 2].map(|_| arc.take().unwrap());
        third.finish(Walked::Met(record(300)));
        assert!(arc.take().is_none(), "nothing beyond an end is begun");
        assert_eq!(lock(&arc.state).taken, [0, 1]);
        second.finish(Walked::Met(record(200)));
        first.finish(Walked::Through);
        assert_eq!(arc.wait(), Some((1, record(200))));
    }

    #[test]
    fn a_worker_that_stops_or_panics_keeps_nobody_waiting() {
        let register = lfsr_core::notation::parse("x^15+x^14+1").unwrap();
        let all = LongArcs::new(&register, 6);
        assert_eq!(all.arc(1, |_, _| Walked::Stopped), None);
        let arc = LongArc { start: 1, state: Mutex::default(), finished: Condvar::new() };
        let (first, second) = (arc.take().unwrap(), arc.take().unwrap());
        second.finish(Walked::Met(Record { start: 1, end: 2, steps: 100 }));
        drop(first);
        assert_eq!(arc.wait(), None);
    }
}
