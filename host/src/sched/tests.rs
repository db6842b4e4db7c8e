//! Every schedule: each start once, panics, stops.

use core::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use super::*;

/// Every schedule hands out every start state exactly once.
#[test]
fn every_start_once() {
    let pool = Pool::new();
    for schedule in Schedule::ALL {
        for workers in [1, 2, 3, 8] {
            for (total, batch) in [(0, 1), (1, 1), (1, 100), (7, 1), (1000, 1), (1000, 7), (4096, 64), (5, 1000)] {
                let claimed: Arc<Vec<AtomicU8>> = Arc::new((0..total).map(|_| AtomicU8::new(0)).collect());
                let marks = Arc::clone(&claimed);
                let job = move |_: usize, starts: Range<u64>| {
                    let count = starts.end - starts.start;
                    assert!(count > 0);
                    starts.for_each(|i| assert_eq!(marks[i as usize].fetch_add(1, Ordering::Relaxed), 0));
                    ControlFlow::Continue(count)
                };
                let stats = run(&pool, Work { total, batch, workers, schedule, traced: false }, Arc::new(job)).unwrap();
                assert!(claimed.iter().all(|mark| mark.load(Ordering::Relaxed) == 1), "{schedule}");
                assert_eq!(stats.states(), u128::from(total), "{schedule}");
                assert!(!stats.stopped);
            }
        }
    }
    assert_eq!(pool.len(), 7, "the pool is reused, not rebuilt");
}

#[test]
fn a_panic_is_an_error_and_the_pool_lives_on() {
    let pool = Pool::new();
    for schedule in Schedule::ALL.into_iter().filter(|&s| s != Schedule::Sequential) {
        let work = Work { total: 1000, batch: 1, workers: 4, schedule, traced: false };
        let job = |_: usize, starts: Range<u64>| {
            assert!(starts.start != 500, "worker died on purpose");
            ControlFlow::Continue(1)
        };
        let error = run(&pool, work, Arc::new(job)).unwrap_err();
        assert!(error.to_string().contains("on purpose"), "{schedule}: {error}");
        let stats =
            run(&pool, work, Arc::new(|_: usize, starts: Range<u64>| ControlFlow::Continue(starts.end - starts.start)));
        assert_eq!(stats.unwrap().states(), 1000, "{schedule}");
    }
}

#[test]
fn a_break_stops_everyone() {
    let pool = Pool::new();
    for schedule in Schedule::ALL {
        let done = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&done);
        let job = move |_: usize, _: Range<u64>| {
            if count.fetch_add(1, Ordering::Relaxed) == 10 { ControlFlow::Break(()) } else { ControlFlow::Continue(1) }
        };
        let work = Work { total: u64::MAX, batch: 1, workers: 4, schedule, traced: false };
        let stats = run(&pool, work, Arc::new(job)).unwrap();
        assert!(stats.stopped, "{schedule}");
        assert!(done.load(Ordering::Relaxed) < 100, "{schedule}");
    }
}

/// One worker sleeps on its first batch: the others must do the rest instead of waiting for it.
#[test]
fn a_slow_worker_does_not_hold_up_the_rest() {
    let pool = Pool::new();
    for schedule in [Schedule::Dynamic, Schedule::Stealing, Schedule::Hybrid] {
        let job = |worker: usize, starts: Range<u64>| {
            if worker == 0 {
                std::thread::sleep(Duration::from_millis(50));
            } else {
                std::thread::sleep(Duration::from_millis(1));
            }
            ControlFlow::Continue(starts.end - starts.start)
        };
        let work = Work { total: 100, batch: 1, workers: 4, schedule, traced: false };
        let stats = run(&pool, work, Arc::new(job)).unwrap();
        assert_eq!(stats.states(), 100);
        let slow = stats.workers[0].states;
        // Hybrid's static part is 19 of its 25 batches; the tail must go to others.
        assert!(slow <= if schedule == Schedule::Hybrid { 20 } else { 9 }, "{schedule}: {slow}");
    }
}

#[test]
fn idle_pool_is_joined_on_drop() {
    let pool = Pool::new();
    assert!(pool.is_empty());
    pool.warm_up(3).unwrap();
    assert_eq!(pool.len(), 2);
    drop(pool);
}

#[test]
fn measures_are_as_defined() {
    let worker = |states, ms| WorkerStats { states, busy: Duration::from_millis(ms), ..WorkerStats::default() };
    let stats = RunStats {
        workers: vec![worker(10, 100), worker(30, 100)],
        wall: Duration::from_millis(200),
        ..RunStats::default()
    };
    assert!((stats.imbalance_states() - 0.5).abs() < 1e-12);
    assert_eq!(stats.imbalance_busy(), 0.0);
    assert!((stats.scheduling_cost() - 0.5).abs() < 1e-12);
}
