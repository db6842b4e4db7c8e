//! `cargo xtask test`: the steps.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use crate::{
    child,
    firmware::{self, Board, SMALLEST},
    page,
    suite::{Request, Suite},
    tools::{self, Cross, LINUX, cargo},
};

/// Crates whose version host and firmware must share, since what they write crosses the link.
const SHARED: [&str; 6] = ["cobs", "crc", "embedded-io", "heapless", "postcard", "serde"];

/// The examples of core.
const EXAMPLES: [&str; 6] = ["period", "any_degree", "notations", "check_stream", "identify", "device"];

/// The images of the emulated board that tests ask for: variable, features. Those of other boards are `LFSR_FIRMWARE_NAME`.
const EMULATED: [(&str, &[&str]); 3] =
    [("LFSR_FIRMWARE_PLAIN", &[]), ("LFSR_FIRMWARE_LOGS", &["defmt"]), ("LFSR_FIRMWARE_TABLES", &["tables"])];

/// How everything is built that is not shipped: the profile of that name in `Cargo.toml`, so that nothing of it is built twice.
const SUITE: &str = "--profile=suite";

/// What the tests know the image of a board with these features by.
fn variable(board: &str, more: &[&str]) -> Option<String> {
    let emulated = EMULATED.iter().find(|(_, features)| *features == more).map(|(name, _)| (*name).to_owned());
    if board == "qemu" { emulated } else { more.is_empty().then(|| format!("LFSR_FIRMWARE_{}", board.to_uppercase())) }
}

/// Builds the images, measures them, and writes the table of figures.
pub(crate) fn figures(root: &Path) -> Result<(), String> {
    tools::ensure_test(&[SMALLEST, firmware::TARGET])?;
    let mut command = cargo("test");
    command.current_dir(root).env("LFSR_FIGURES", "write");
    let boards = Board::all(root)?;
    for board in &boards {
        for (_, more) in EMULATED {
            if let Some(variable) = variable(&board.name, more) {
                command.env(variable, firmware::build(root, board, more)?);
            }
        }
    }
    command.env("LFSR_FIRMWARE_BOARDS", names(&boards));
    command.args(["-p", "lfsr-crosscheck", SUITE, "--test", "host_vs_device", "figures", "--", "--nocapture"]);
    child::run(&mut command, child::PATIENCE)
}

/// Draws the pictures of the guide by the program, and as points those that are compared with: the tests of these names find changes.
pub(crate) fn pictures(root: &Path) -> Result<(), String> {
    let of = |package: &str, test: &str| {
        let mut command = cargo("test");
        command.current_dir(root).env("LFSR_PICTURES", "write");
        command.args([SUITE, "-p", package, "--test", test]);
        child::run(&mut command, child::PATIENCE)
    };
    of("lfsr-host", "pictures")?;
    // That one runs the program itself.
    let mut build = cargo("build");
    build.current_dir(root).args([SUITE, "-p", "lfsr-host"]);
    child::run(&mut build, child::PATIENCE)?;
    of("lfsr-crosscheck", "raster")
}

/// Runs the steps that are asked for, or lists them.
pub(crate) fn test(root: &Path, request: Request) -> ExitCode {
    child::end_with_us();
    let quick = request.list;
    let boards = match Board::all(root) {
        Ok(boards) => boards,
        Err(error) => {
            eprintln!("xtask: {error}");
            return ExitCode::FAILURE;
        }
    };
    let runner = Runner { root, long: request.long, boards };
    let mut suite = Suite::new(request, env::var_os("CI").is_some());
    if !quick {
        match &tools::ensure_test(&[SMALLEST, firmware::TARGET]) {
            Ok(()) => drop(suite.step("tools", || Ok(()))),
            Err(how) => suite.skip("tools", how),
        }
    }
    style(&mut suite, &runner);
    let images = images(&mut suite, &runner);
    core_elsewhere(&mut suite, &runner);
    let brought = brought(&mut suite, &runner);
    tests(&mut suite, &runner, &images, &brought);
    emulated(&mut suite, &runner, &images);
    documents(&mut suite, &runner);
    suite.report()
}

/// Makes the commands of the steps.
struct Runner<'a> {
    root: &'a Path,
    long: bool,
    boards: Vec<Board>,
}

impl Runner<'_> {
    /// `cargo SUBCOMMAND ARGUMENTS` at the top.
    fn cargo(&self, subcommand: &str, arguments: &[&str]) -> Command {
        let mut command = cargo(subcommand);
        self.prepare(&mut command, arguments);
        command
    }

    /// The same for the firmware.
    fn firmware(&self, subcommand: &str, arguments: &[&str]) -> Command {
        let mut command = self.cargo(subcommand, arguments);
        command.current_dir(self.root.join("firmware")).env("CARGO_TARGET_DIR", firmware::target_folder(self.root));
        command
    }

    fn prepare(&self, command: &mut Command, arguments: &[&str]) {
        command.current_dir(self.root).args(arguments);
        if self.long {
            command.env("LFSR_LONG", "1");
        }
    }
}

/// Format, versions, lints.
fn style(suite: &mut Suite, runner: &Runner<'_>) {
    let root = runner.root;
    suite.run("format", 2, "rustfmt", &mut runner.cargo("fmt", &["--all", "--", "--check"]));
    suite.run("format-firmware", 2, "the same for the firmware", &mut runner.firmware("fmt", &["--", "--check"]));
    if suite.wants("versions", 1, "host and firmware have the same versions of what crosses the link") {
        suite.step("versions", || shared_versions(root));
    }
    let lints = ["--workspace", "--all-targets", "--", "-Dwarnings"];
    suite.run("lints", 15, "clippy on everything", &mut runner.cargo("clippy", &lints));
    let features: [(&str, &[&str]); 4] = [
        ("none", &[]),
        ("alloc", &["--features", "alloc"]),
        ("link", &["--features", "link"]),
        ("all", &["--all-features"]),
    ];
    for (name, chosen) in features {
        let mut command = runner.cargo("clippy", &["-p", "lfsr-core"]);
        command.args(chosen).args(["--", "-Dwarnings"]);
        suite.run(&format!("lints-core-{name}"), 5, "clippy on core with these features", &mut command);
    }
    let mut command = runner.firmware("clippy", &["--all-targets", "--", "-Dwarnings"]);
    suite.run("lints-firmware", 5, "clippy on the firmware, as built on the host", &mut command);
}

/// The images by board and features.
type Images = BTreeMap<(String, &'static [&'static str]), PathBuf>;

/// Builds the images that the steps asked for need.
fn images(suite: &mut Suite, runner: &Runner<'_>) -> Images {
    let mut images = Images::new();
    // Each of these is needed by a step further down.
    let needed = ["tests", "tables-device"].iter().any(|id| suite.is_chosen(id));
    for board in &runner.boards {
        let mut kinds: Vec<&'static [&'static str]> = vec![&[], &["defmt"]];
        if board.name == "qemu" {
            kinds.extend([&["tables"][..], &["tables", "defmt"]]);
        }
        for more in kinds {
            let id = ["image", &board.name].iter().chain(more).copied().collect::<Vec<_>>().join("-");
            if !suite.wants(&id, 30, "the firmware's image for this board, with these features") && !needed {
                continue;
            }
            if Cross::find(&board.target).is_none() {
                suite.skip(&id, &format!("nothing here builds for {}", board.target));
            } else if let Some(image) = suite.step(&id, || firmware::build(runner.root, board, more)) {
                images.insert((board.name.clone(), more), image);
            }
        }
    }
    images
}

/// The page, and what npm and pip bring, if the tests need it, and the variables that say where it is.
fn brought(suite: &mut Suite, runner: &Runner<'_>) -> Vec<(&'static str, PathBuf)> {
    type Bring = fn(&Path) -> Result<PathBuf, String>;
    let all: [(&str, &str, &str, Bring); 4] = [
        ("page", "builds the page for browsers", "LFSR_PAGE", page::build),
        ("puppeteer", "brings what drives a browser, by npm", "LFSR_PUPPETEER", |root| tools::by_npm(root, "page")),
        ("rp2040js", "brings the emulator of the Pico, by npm", "LFSR_RP2040JS", |root| tools::by_npm(root, "rp2040")),
        ("cocotb", "brings cocotb, by pip", "LFSR_COCOTB", tools::cocotb),
    ];
    let mut folders = vec![];
    for (id, what, variable, bring) in all {
        if suite.wants(id, 20, what) || suite.is_chosen("tests") {
            folders.extend(suite.step(id, || bring(runner.root)).map(|folder| (variable, folder)));
        }
    }
    folders
}

/// Core for other machines than this.
fn core_elsewhere(suite: &mut Suite, runner: &Runner<'_>) {
    let (id, what) = ("core-cortex-m0", "core for the smallest Cortex-M, which has no atomic compare-and-swap");
    match Cross::find(SMALLEST) {
        Some(cross) => {
            let mut command = cross.cargo("build", SMALLEST);
            runner.prepare(&mut command, &["-p", "lfsr-core", "--features", "link", SUITE, "--locked"]);
            command.arg("--target-dir").arg(firmware::target_folder(runner.root).join("core"));
            suite.run(id, 10, what, &mut command);
        }
        None => suite.skip(id, "nothing here builds for Cortex-M"),
    }
    let (id, what) = ("core-neon", "core's vector kernels on AArch64 (NEON), in the emulator");
    match Cross::find(LINUX).filter(|_| tools::find("qemu-aarch64").is_some()) {
        Some(cross) => {
            let mut command = cross.cargo("test", LINUX);
            let arguments = ["-p", "lfsr-core", "--features", "alloc", "--lib", SUITE, "--locked"];
            runner.prepare(&mut command, &arguments);
            command.arg("--target-dir").arg(runner.root.join("target").join("other-cpu"));
            command.args(["--", "stream::", "vector::", "cycle::"]);
            suite.run(id, 20, what, &mut command);
        }
        None => suite.skip(id, "no qemu-aarch64, or no compiler, standard library and linker for it"),
    }
}

/// The names, separated by commas.
fn names(boards: &[Board]) -> String {
    boards.iter().map(|board| &*board.name).collect::<Vec<_>>().join(",")
}

/// With the variables that tell tests where the images are.
fn with_images(mut command: Command, runner: &Runner<'_>, images: &Images, own: Option<&PathBuf>) -> Command {
    if let Some(image) = own {
        command.env("LFSR_FIRMWARE_IMAGE", image);
    }
    for ((board, more), image) in images {
        if let Some(variable) = variable(board, more) {
            command.env(variable, image);
        }
    }
    command.env("LFSR_FIRMWARE_BOARDS", names(&runner.boards));
    command
}

/// Tests that run on this machine.
fn tests(suite: &mut Suite, runner: &Runner<'_>, images: &Images, brought: &[(&'static str, PathBuf)]) {
    let logs = images.get(&("qemu".to_owned(), ["defmt"].as_slice()));
    let mut every = runner.cargo("test", &["--workspace", SUITE, "--no-fail-fast"]);
    for (variable, folder) in brought {
        every.env(variable, folder);
    }
    suite.run(
        "tests",
        40,
        "all tests of core, host and the cross-checks",
        &mut with_images(every, runner, images, logs),
    );
    // Not optimised as a release: with checks of arithmetic overflow.
    let arguments = ["-p", "lfsr-core", "--features", "link", "--no-fail-fast"];
    suite.run("tests-checked", 15, "core's own tests with overflow checks", &mut runner.cargo("test", &arguments));
    for example in EXAMPLES {
        let arguments = ["-q", "-p", "lfsr-core", "--all-features", "--example", example];
        suite.run(&format!("example-{example}"), 5, "runs this example", &mut runner.cargo("run", &arguments));
    }
    let mut models = runner.cargo("test", &["-p", "lfsr-host", "--lib", SUITE, "model"]);
    // They run for a second, and everything is built for them: what they need is to be built fast.
    models.env("CARGO_PROFILE_SUITE_OPT_LEVEL", "1").env("CARGO_PROFILE_SUITE_DEBUG", "none");
    models.env("RUSTFLAGS", "--cfg loom").env("CARGO_TARGET_DIR", runner.root.join("target").join("loom"));
    suite.run("loom", 15, "models of the schedulers' atomics", &mut models);
    suite.run("firmware", 10, "the firmware's command loop on the host", &mut runner.firmware("test", &[]));
    // A step for those who have the nightly compiler with miri, and for those who ask for it by name.
    let miri = "link-miri";
    if tools::has_miri() || suite.is_named(miri) {
        let mut command = tools::miri();
        runner.prepare(&mut command, &["test", "-p", "lfsr-core", "--features", "link", "--lib", "link::"]);
        suite.run(miri, 30, "the link under miri", &mut command);
    }
}

/// Tests that need one more image in the emulator.
fn emulated(suite: &mut Suite, runner: &Runner<'_>, images: &Images) {
    let (id, what) = ("tables-device", "the image with tables in the emulator against the host");
    let tables = images.get(&("qemu".to_owned(), ["tables", "defmt"].as_slice()));
    if suite.is_chosen(id) && (tables.is_none() || tools::find("qemu-system-arm").is_none()) {
        return suite.skip(id, "no image, or no qemu-system-arm");
    }
    let arguments = ["-p", "lfsr-crosscheck", SUITE, "--test", "host_vs_device", "--", "--nocapture"];
    // The tables have no part in these.
    let others = ["--skip", "figures::", "--skip", "memory::", "--skip", "pins::"];
    let mut command = with_images(runner.cargo("test", &arguments), runner, images, tables);
    suite.run(id, 15, what, command.args(others));
}

/// Documentation, and what would be published.
fn documents(suite: &mut Suite, runner: &Runner<'_>) {
    for (id, arguments) in [
        ("docs", ["--workspace", "--no-deps"].as_slice()),
        ("docs-core", &["-p", "lfsr-core", "--no-deps", "--all-features"]),
    ] {
        suite.run(
            id,
            10,
            "rustdoc without a warning",
            runner.cargo("doc", arguments).env("RUSTDOCFLAGS", "-Dwarnings"),
        );
    }
    // Both at once: the host's package is tried against that of core, which no registry has yet.
    let arguments = ["-p", "lfsr-core", "-p", "lfsr-host", "--allow-dirty", "--locked", "--no-verify"];
    suite.run("package", 5, "what cargo publish would send", &mut runner.cargo("package", &arguments));
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
