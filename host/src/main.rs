//! lfsr.
fn main() {}
