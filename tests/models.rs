//! Models of the schedulers' two atomics: loom runs all orders in which two threads can meet in them.
//!
//! The file of the host is compiled here once more, with loom's atomics in place of the processor's.

use loom::{
    sync::{Arc, atomic},
    thread,
};

#[path = "../host/src/sched/cursor.rs"]
mod cursor;

use cursor::{Queue, TwoEnded};

#[test]
fn queue_hands_out_each_element_once() {
    loom::model(|| {
        let queue = Arc::new(Queue::new(5));
        let take_all = |queue: Arc<Queue>| {
            let mut sum = 0;
            while let Some(range) = queue.take(|left| left / 2) {
                sum += range.map(|i| 1 << (8 * i)).sum::<u64>();
            }
            sum
        };
        let other = Arc::clone(&queue);
        let thread = thread::spawn(move || take_all(other));
        let own = take_all(queue);
        assert_eq!(own + thread.join().unwrap(), 0x01_0101_0101);
    });
}

#[test]
fn both_ends_hand_out_each_element_once() {
    loom::model(|| {
        let range = Arc::new(TwoEnded::new(0..4));
        let other = Arc::clone(&range);
        let thief = thread::spawn(move || {
            let mut sum = 0;
            while let Some(taken) = other.take_back() {
                sum += taken.map(|i| 1 << (8 * i)).sum::<u64>();
            }
            sum
        });
        let mut sum = 0;
        while let Some(taken) = range.take_front() {
            sum += 1 << (8 * taken);
        }
        assert_eq!(sum + thief.join().unwrap(), 0x0101_0101);
    });
}
