//! How much of everything a test tries: [`is_long`], [`sample`].

use std::env;

use crate::random::Random;

/// Whether the larger ranges are asked for, by `LFSR_LONG` or `cargo xtask test --long`.
#[must_use]
pub fn is_long() -> bool {
    env::var_os("LFSR_LONG").is_some()
}

/// So many of them, others in every run; all if the larger ranges are asked for.
///
/// # Panics
/// If there are fewer.
pub fn sample<T>(mut all: Vec<T>, count: usize, random: &mut Random) -> Vec<T> {
    if is_long() {
        return all;
    }
    (0..count).map(|_| all.swap_remove(random.index(all.len()))).collect()
}
