//! [`program`]: the command line as a test finds it.

use std::{
    env,
    path::{Path, PathBuf},
};

/// The program beside the folder of the test that calls this, which `cargo build --workspace` and `cargo test --workspace` build.
///
/// # Panics
/// If it is not there.
#[must_use]
pub fn program() -> PathBuf {
    let test = env::current_exe().expect("a path");
    let program = test.parent().and_then(Path::parent).expect("a folder").join("lfsr");
    assert!(program.is_file(), "{}: not built; cargo build --release", program.display());
    program
}
