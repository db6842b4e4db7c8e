//! A bit-error-rate test: a generator, a line that damages three bits and loses one, a checker that synchronises itself.
//!
//! cargo run -p lfsr-core --example check_stream
#![allow(clippy::print_stdout, reason = "an example")]

use lfsr_core::{
    Checker, Words, catalogue,
    check::{LockState, Settings},
    stream::Style,
};

fn main() {
    let register = catalogue::find("PRBS15").expect("a name").register();
    let mut sent = Words::new(&register, 1, Style::PLAIN);
    let mut checker = Checker::<Words>::new(&register, Settings::new(&register)).expect("a sequence");
    for number in 0..10_000 {
        let mut word = sent.next_word();
        if let 3000 | 4000 | 5000 = number {
            word ^= 1 << 17;
        }
        checker.push(&[word]);
    }
    checker.finish();
    let report = checker.report();
    println!("{} bits compared, {} wrong", report.compared, report.errors);
    assert_eq!((report.status(), report.errors, report.slips), (LockState::LockedWithErrors, 3, 0));
}
