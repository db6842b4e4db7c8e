//! A register of degree 127: is it primitive, where is it after 10^30 steps, and how far apart are two of its states?
//!
//! cargo run --release -p lfsr-core --features alloc --example any_degree
#![allow(clippy::print_stdout, reason = "an example")]

use lfsr_core::{
    AnyRegister,
    algebra::{BigUint, Direction},
    poly::Poly,
};

fn main() {
    let register: AnyRegister = "x^127+x^63+1".parse().expect("a register");
    assert_eq!(register.structure().is_primitive(), Some(true));

    let start = Poly::one();
    let far = BigUint::from(10u32).pow(30);
    let there = register.jump(&start, &far, Direction::Forward).expect("a way forward");
    println!("{register}: 10^30 steps after 1 comes {there:#x}");
    assert_eq!(register.jump(&there, &far, Direction::Back), Some(start));

    // A counter made of a register: its state says how often it was clocked.
    let counter: AnyRegister = "x^40+x^38+x^21+x^19+1".parse().expect("a register");
    let state = Poly::from_u128(0x12_3456_789a);
    let clocks = counter.index(&Poly::one(), &state).expect("within reach").expect("on one cycle");
    println!("{counter}: {state:#x} is {} clocks after 1", clocks.steps);
    assert_eq!(counter.jump(&Poly::one(), &clocks.steps, Direction::Forward), Some(state));
}
