//! [`skipped`]: a test that cannot run here says so.

use std::{env, io::Write};

/// Says past the test harness, which hides what tests print, that a test is left out.
///
/// # Panics
/// Where nothing may be left out: if `CI` or `LFSR_REQUIRE_ORACLES` is set.
pub fn skipped(test: &str, why: &str) {
    let required = ["CI", "LFSR_REQUIRE_ORACLES"].iter().any(|name| env::var_os(name).is_some());
    assert!(!required, "{test} must not be skipped here: {why}");
    // Nobody to tell is no reason to fail.
    let _ = writeln!(std::io::stderr(), "\n*** {test}: SKIPPED: {why} ***");
}
