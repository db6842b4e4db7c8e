//! What the repository keeps of what the program and the firmware do, made anew.

use std::path::Path;

use crate::{
    child,
    firmware::{self, Board, SMALLEST},
    images::{self, Images},
    log::Log,
    steps::SUITE,
    tools::{self, cargo},
};

/// Builds the images, measures them, and writes the table of figures.
pub(crate) fn figures(root: &Path) -> Result<(), String> {
    tools::ensure_test(&[SMALLEST, firmware::TARGET])?;
    let log = Log::terminal();
    let mut command = cargo("test");
    command.current_dir(root).env("LFSR_FIGURES", "write");
    let images = Images::new(root, Board::all(root)?);
    images.build(&log)?;
    command.envs(images.variables(images::LOGS));
    command.args(["-p", "lfsr-crosscheck", SUITE, "--test", "host_vs_device", "figures", "--", "--nocapture"]);
    child::run(&mut command, child::PATIENCE, &log)
}

/// Draws the pictures of the guide by the program, and as points those that are compared with: the tests of these names find changes.
pub(crate) fn pictures(root: &Path) -> Result<(), String> {
    let log = Log::terminal();
    let of = |package: &str, test: &str| {
        let mut command = cargo("test");
        command.current_dir(root).env("LFSR_PICTURES", "write");
        command.args([SUITE, "-p", package, "--test", test]);
        child::run(&mut command, child::PATIENCE, &log)
    };
    of("lfsr-host", "pictures")?;
    // That one runs the program itself.
    let mut build = cargo("build");
    build.current_dir(root).args([SUITE, "-p", "lfsr-host"]);
    child::run(&mut build, child::PATIENCE, &log)?;
    of("lfsr-crosscheck", "raster")
}
