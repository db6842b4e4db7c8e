//! `cargo xtask test`: the steps.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use crate::{
    firmware::{self, SMALLEST},
    suite::{Suite, run},
    tools::{self, Cross, cargo},
};

/// A CPU with another vector unit than the one at hand.
const OTHER_CPU: &str = "aarch64-unknown-linux-gnu";

/// Crates whose version host and firmware must share, since what they write crosses the link.
const SHARED: [&str; 6] = ["cobs", "crc", "embedded-io", "heapless", "postcard", "serde"];

/// What the tests know the images by: variable, board, features.
const IMAGES: [(&str, &str, &[&str]); 6] = [
    ("LFSR_FIRMWARE_PLAIN", "qemu", &[]),
    ("LFSR_FIRMWARE_LOGS", "qemu", &["defmt"]),
    ("LFSR_FIRMWARE_TABLES", "qemu", &["tables"]),
    ("LFSR_FIRMWARE_STM32F4", "stm32f4", &[]),
    ("LFSR_FIRMWARE_RP2040", "rp2040", &[]),
    ("LFSR_FIRMWARE_NRF52840", "nrf52840", &[]),
];

/// Builds the images, measures them, and writes the table of figures.
pub(crate) fn figures(root: &Path) -> Result<(), String> {
    tools::ensure_test(&[SMALLEST, firmware::TARGET])?;
    let mut command = cargo("test");
    command.current_dir(root).env("LFSR_FIGURES", "write");
    for (variable, name, more) in IMAGES {
        let board = firmware::BOARDS.iter().find(|board| board.name == name).ok_or("a board")?;
        command.env(variable, firmware::build(root, board, more)?);
    }
    command.args(["-p", "lfsr-crosscheck", "--release", "--test", "host_vs_device", "figures", "--", "--nocapture"]);
    run(&mut command)
}

/// Runs everything.
pub(crate) fn test(root: &Path, long: bool) -> ExitCode {
    let ci = env::var_os("CI").is_some();
    let mut suite = Suite::new(ci);
    let here = |command: &mut Command, arguments: &[&str]| {
        command.current_dir(root).args(arguments);
        if long {
            command.env("LFSR_LONG", "1");
        }
    };
    let work = |subcommand: &str, arguments: &[&str]| {
        let mut command = cargo(subcommand);
        here(&mut command, arguments);
        command
    };
    let device = |subcommand: &str, arguments: &[&str]| {
        let mut command = work(subcommand, arguments);
        command.current_dir(root.join("firmware")).env("CARGO_TARGET_DIR", firmware::target_folder(root));
        command
    };

    let tools = tools::ensure_test(&[SMALLEST, firmware::TARGET]);
    match &tools {
        Ok(()) => {
            suite.step("tools", || Ok(()));
        }
        Err(how) => suite.skip("tools", how),
    }

    suite.run("format", &mut work("fmt", &["--all", "--", "--check"]));
    suite.run("format of the firmware", &mut device("fmt", &["--", "--check"]));
    suite.step("shared versions", || shared_versions(root));

    suite.run("lints", &mut work("clippy", &["--workspace", "--all-targets", "--", "-Dwarnings"]));
    let features: [(&str, &[&str]); 3] =
        [("no features", &[]), ("alloc", &["--features", "alloc"]), ("all features", &["--all-features"])];
    for (name, chosen) in features {
        let mut command = work("clippy", &["-p", "lfsr-core"]);
        command.args(chosen).args(["--", "-Dwarnings"]);
        suite.run(&format!("lints of core, {name}"), &mut command);
    }
    suite.run("lints of the firmware", &mut device("clippy", &["--all-targets", "--", "-Dwarnings"]));

    let mut images = BTreeMap::new();
    for board in &firmware::BOARDS {
        let (plain, logs) = (format!("image of {}", board.name), format!("image of {} with logs", board.name));
        if Cross::find(board.target).is_none() {
            suite.skip(&plain, &format!("nothing here builds for {}", board.target));
            continue;
        }
        let mut kinds: Vec<(String, &[&str])> = vec![(plain, &[]), (logs, &["defmt"])];
        if board.name == "qemu" {
            kinds.push((format!("image of {} with tables", board.name), &["tables"]));
            kinds.push((format!("image of {} with tables and logs", board.name), &["tables", "defmt"]));
        }
        for (name, more) in kinds {
            if let Some(image) = suite.step(&name, || firmware::build(root, board, more)) {
                images.insert((board.name, more), image);
            }
        }
    }
    let image = images.get(&("qemu", ["defmt"].as_slice()));
    match Cross::find(SMALLEST) {
        Some(cross) => {
            let mut command = cross.cargo("build", SMALLEST);
            here(&mut command, &["-p", "lfsr-core", "--release", "--locked"]);
            command.arg("--target-dir").arg(firmware::target_folder(root).join("core"));
            suite.run("core for the smallest Cortex-M", &mut command);
        }
        None => suite.skip("core for the smallest Cortex-M", "nothing here builds for Cortex-M"),
    }

    let with_image = |mut command: Command, image: Option<&PathBuf>| {
        if let Some(image) = image {
            command.env("LFSR_FIRMWARE_IMAGE", image);
        }
        for (variable, board, more) in IMAGES {
            if let Some(image) = images.get(&(board, more)) {
                command.env(variable, image);
            }
        }
        command
    };
    suite.run("tests", &mut with_image(work("test", &["--workspace", "--release", "--no-fail-fast"]), image));
    // Not optimised as a release: with checks of arithmetic overflow.
    suite.run("tests of core without features, checked", &mut work("test", &["-p", "lfsr-core", "--no-fail-fast"]));
    let mut models = work("test", &["-p", "lfsr-host", "--lib", "--release", "model"]);
    models.env("RUSTFLAGS", "--cfg loom").env("CARGO_TARGET_DIR", root.join("target").join("loom"));
    suite.run("models of the schedulers' atomics (loom)", &mut models);
    suite.run("tests of the firmware on the host", &mut device("test", &[]));
    let emulated = "firmware with tables in the emulator against the host";
    let image = images.get(&("qemu", ["tables", "defmt"].as_slice()));
    if image.is_some() && tools::find("qemu-system-arm").is_some() {
        let arguments = ["-p", "lfsr-crosscheck", "--release", "--test", "host_vs_device", "--", "--nocapture"];
        // The tables have no part in these.
        let others = ["--skip", "figures::", "--skip", "memory::", "--skip", "pins::"];
        suite.run(emulated, with_image(work("test", &arguments), image).args(others));
    } else {
        suite.skip(emulated, "no image, or no qemu-system-arm");
    }

    let other = "vector kernels on AArch64 (NEON), in the emulator";
    match Cross::find(OTHER_CPU).filter(|_| tools::find("qemu-aarch64").is_some()) {
        Some(cross) => {
            let mut command = cross.cargo("test", OTHER_CPU);
            here(&mut command, &["-p", "lfsr-core", "--features", "alloc", "--lib", "--release", "--locked"]);
            command.arg("--target-dir").arg(root.join("target").join("other-cpu"));
            command.args(["--", "stream::", "kernel::"]);
            suite.run(other, &mut command);
        }
        None => suite.skip(other, "no qemu-aarch64, or no compiler, standard library and linker for it"),
    }

    for (name, arguments) in [
        ("documentation", ["--workspace", "--no-deps"].as_slice()),
        ("documentation of core, all features", &["-p", "lfsr-core", "--no-deps", "--all-features"]),
    ] {
        suite.run(name, work("doc", arguments).env("RUSTDOCFLAGS", "-Dwarnings"));
    }

    if tools::has_miri() {
        let mut command = tools::miri();
        here(&mut command, &["test", "-p", "lfsr-core", "--lib", "link::"]);
        suite.step("link under miri", || run(&mut command));
    } else {
        suite.optional("link under miri", "no nightly toolchain with miri here");
    }
    suite.report()
}

/// The firmware's lock file has the host's versions where it matters.
fn shared_versions(root: &Path) -> Result<(), String> {
    let host = versions(&root.join("Cargo.lock"))?;
    let device = versions(&root.join("firmware").join("Cargo.lock"))?;
    let differing: Vec<String> = SHARED
        .iter()
        // A driver may bring another version for itself.
        .filter(|name| {
            let among = |version| device.get(**name).is_some_and(|known| known.contains(version));
            !host.get(**name).is_some_and(|versions| versions.iter().all(among))
        })
        .map(|name| format!("{name}: host {:?}, firmware {:?}", host.get(*name), device.get(*name)))
        .collect();
    if differing.is_empty() { Ok(()) } else { Err(differing.join("; ")) }
}

/// Name -> versions in a lock file.
fn versions(path: &Path) -> Result<BTreeMap<String, Vec<String>>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut name = "";
    for line in text.lines() {
        if let Some(value) = line.strip_prefix("name = ") {
            name = value.trim_matches('"');
        } else if let Some(value) = line.strip_prefix("version = ") {
            // The lock file's own version comes before any name.
            if !name.is_empty() {
                found.entry(name.to_owned()).or_default().push(value.trim_matches('"').to_owned());
            }
        }
    }
    Ok(found)
}
