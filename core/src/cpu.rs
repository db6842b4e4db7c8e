//! Which instructions the kernels may use: what this CPU has, less what was hidden from them.

use core::sync::atomic::{AtomicU8, Ordering};

/// The instruction sets that can be hidden; hiding one hides what cannot be used without it, too.
pub const FEATURES: [&str; 5] = ["neon", "avx2", "avx512", "pclmul", "vpclmul"];

/// (set, another set that cannot be used without it).
const NEEDED_BY: [(&str, &str); 2] = [("avx512", "vpclmul"), ("pclmul", "vpclmul")];

/// Bit i: `FEATURES[i]` is hidden.
static HIDDEN: AtomicU8 = AtomicU8::new(0);

/// From now on, everywhere in this process, acts as if the CPU had not got these instructions: how a test sees what another machine
/// would do. To be called before anything is computed, since what is in use stays in use. False if there is no such set.
pub fn hide(name: &str) -> bool {
    let Some(at) = FEATURES.iter().position(|&other| other == name) else { return false };
    // No read-modify-write: the smallest devices have none, and only start-up code calls this.
    HIDDEN.store(HIDDEN.load(Ordering::Relaxed) | 1 << at, Ordering::Relaxed);
    true
}

/// Whether these instructions, or some that they need, were hidden.
#[must_use]
pub fn is_hidden(name: &str) -> bool {
    let hidden = HIDDEN.load(Ordering::Relaxed);
    let is = |name: &str| FEATURES.iter().position(|&other| other == name).is_some_and(|at| hidden >> at & 1 == 1);
    is(name) || NEEDED_BY.iter().any(|&(needed, by)| by == name && is(needed))
}
