//! [`Random`]: choices that differ from run to run, and can be had again.

use std::{
    env,
    time::{SystemTime, UNIX_EPOCH},
};

use lfsr_core::random::SplitMix64;

/// Choices by SplitMix64. The seed is said; `LFSR_SEED` gives it again.
#[derive(Debug)]
pub struct Random(SplitMix64);

impl Random {
    /// From a seed that the test of that name says.
    #[must_use]
    #[expect(clippy::print_stdout, reason = "the harness shows it where a test failed")]
    pub fn new(test: &str) -> Self {
        let time = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| time.as_millis() as u64);
        let seed = env::var("LFSR_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(time);
        println!("{test}: LFSR_SEED={seed}");
        Self(SplitMix64(seed))
    }

    /// A number below `limit`, which is not 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0.next_word() % limit
    }

    /// The index of one of so many.
    pub fn index(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }
}
