//! The period of a state of a 40-bit register, without memory: Brent's cycle detection over single steps.
//!
//! cargo run --release -p lfsr-core --example period
#![allow(clippy::print_stdout, reason = "an example")]

use lfsr_core::{brent, parse};

fn main() {
    // Reducible, so that the period is short: (x^20 + x^3 + 1)^2.
    let register = parse("x^40+x^6+1").expect("a register");
    let found = brent(|state| register.step(state), 0xACE1);
    println!("{register}: after {} steps, period {}", found.preperiod, found.period);
    assert_eq!((found.preperiod, found.period), (0, 2 * ((1 << 20) - 1)));
}
