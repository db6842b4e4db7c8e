//! One polynomial, read in one notation and printed in all of them; and a name with what belongs to it.
//!
//! cargo run -p lfsr-core --features alloc --example notations
#![allow(clippy::print_stdout, reason = "an example")]

use lfsr_core::notation::{Notation, Notations};

fn main() {
    let read = Notation::read("normal:0x1021/16").expect("a CRC generator");
    let written = Notations::new(&read.register());
    println!("{} = {} = {}", written.normal, written.reversed, written.characteristic);
    assert_eq!(written.reversed, "reversed:0x8408/16");

    let name = Notation::read("PRBS31").expect("a name");
    let entry = name.entry.expect("of the catalogue");
    println!("{}: {}, sent inverted: {}; {}", entry.name, name.register(), entry.is_inverted(), entry.source);

    let error = Notation::read("x^16+y").expect_err("no register");
    assert_eq!(
        (error.at, error.to_string().as_str()),
        (5, "column 6: found 'y' where a term such as x^5, x5, x or 1 should stand")
    );
}
