//! The shortest register that makes some bits: Berlekamp-Massey without allocation.
//!
//! cargo run -p lfsr-core --example identify
#![allow(clippy::print_stdout, reason = "an example")]

use lfsr_core::{Massey, parse};

fn main() {
    let secret = parse("x^23+x^18+1").expect("a register");
    let mut state = 0x5_4321;
    // Twice the degree is enough, whatever the state.
    let mut massey = Massey::<1>::new();
    for _ in 0..46 {
        assert!(massey.push(secret.output(state) == 1));
        state = secret.step(state);
    }
    let feedback = massey.feedback()[0];
    println!("{} cells, feedback polynomial {feedback:#x}", massey.complexity());
    assert_eq!((massey.complexity(), u128::from(feedback)), (23, secret.feedback()));
}
