#![no_main]

use lfsr_crosscheck::fuzzing::body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body("rows")(bytes));
