//! `cargo xtask test`: the steps, in the order in which they begin if nothing else decides.

use std::{
    env,
    path::Path,
    process::{Command, ExitCode},
};

use crate::{
    child,
    firmware::{self, Board, SMALLEST},
    images::Images,
    page, programs,
    step::Step,
    suite::{self, Request},
    tools::{self, Cross, LINUX, cargo},
    versions,
};

/// The examples of core.
const EXAMPLES: [&str; 6] = ["period", "any_degree", "notations", "check_stream", "identify", "device"];

/// How everything is built that is not shipped: the profile of that name in `Cargo.toml`, so that nothing of it is built twice.
pub(crate) const SUITE: &str = "--profile=suite";

/// The step that all others need.
const TOOLS: &str = "tools";

/// Runs the steps that are asked for, or lists them.
pub(crate) fn test(root: &Path, request: &Request) -> ExitCode {
    child::end_with_us();
    match steps(root, request) {
        Ok(steps) => suite::run(steps, request, env::var_os("CI").is_some()),
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

/// All steps. With nothing to be built or run for `--list`, no tool is installed for it either.
fn steps<'a>(root: &'a Path, request: &Request) -> Result<Vec<Step<'a>>, String> {
    let mut steps = vec![];
    if !request.list {
        // Before anything else: what the steps are depends on what is here.
        let missing = tools::ensure_test(&[SMALLEST, firmware::TARGET]).err();
        steps.push(Step::new(TOOLS, 30, "what the others need", |_, _| Ok(())).unless(missing));
    }
    let runner = Runner { root, long: request.long };
    let images = Images::new(root, Board::all(root)?);
    let folders = brought(root);
    style(&mut steps, &runner);
    let (build, programs) = programs::steps(&runner, &images)?;
    // What builds longest comes first, then what the programs need, then they.
    steps.push(build);
    steps.extend(images.steps());
    steps.extend(folders);
    steps.extend(programs);
    core_elsewhere(&mut steps, &runner);
    others(&mut steps, &runner);
    documents(&mut steps, &runner);
    if let [tools, others @ ..] = steps.as_mut_slice()
        && tools.id == TOOLS
    {
        others.iter_mut().for_each(|step| step.needs.push(TOOLS.to_owned()));
    }
    Ok(steps)
}

/// Makes the commands of the steps.
pub(crate) struct Runner<'a> {
    pub(crate) root: &'a Path,
    pub(crate) long: bool,
}

impl Runner<'_> {
    /// `cargo SUBCOMMAND ARGUMENTS` at the top.
    pub(crate) fn cargo(&self, subcommand: &str, arguments: &[&str]) -> Command {
        self.prepared(cargo(subcommand), arguments)
    }

    /// The same for the firmware.
    fn firmware(&self, subcommand: &str, arguments: &[&str]) -> Command {
        let mut command = self.cargo(subcommand, arguments);
        command.current_dir(self.root.join("firmware")).env("CARGO_TARGET_DIR", firmware::target_folder(self.root));
        command
    }

    pub(crate) fn prepared(&self, mut command: Command, arguments: &[&str]) -> Command {
        command.current_dir(self.root).args(arguments);
        if self.long {
            command.env("LFSR_LONG", "1");
        }
        command
    }
}

/// The folder of what is built as `cargo build` does.
const DEBUG: &str = "debug";

/// The same of the firmware.
const FIRMWARE: &str = "firmware";

/// Format, versions, lints.
fn style<'a>(steps: &mut Vec<Step<'a>>, runner: &Runner<'a>) {
    let root = runner.root;
    steps.extend([
        Step::command("format", 2, "rustfmt", runner.cargo("fmt", &["--all", "--", "--check"])),
        Step::command("format-firmware", 2, "the same for the firmware", runner.firmware("fmt", &["--", "--check"])),
        Step::new("versions", 1, "host and firmware have the same versions of what crosses the link", |_, _| {
            versions::shared(root)
        }),
    ]);
}

/// Lints by clippy.
fn lints<'a>(steps: &mut Vec<Step<'a>>, runner: &Runner<'a>) {
    let all = runner.cargo("clippy", &["--workspace", "--all-targets", "--", "-Dwarnings"]);
    steps.push(Step::command("lints", 20, "clippy on everything", all).in_folder(DEBUG));
    let features: [(&str, &[&str]); 4] = [
        ("none", &[]),
        ("alloc", &["--features", "alloc"]),
        ("link", &["--features", "link"]),
        ("all", &["--all-features"]),
    ];
    for (name, chosen) in features {
        let mut command = runner.cargo("clippy", &["-p", "lfsr-core"]);
        command.args(chosen).args(["--", "-Dwarnings"]);
        let id = format!("lints-core-{name}");
        steps.push(Step::command(id, 5, "clippy on core with these features", command).in_folder(DEBUG));
    }
    let firmware = runner.firmware("clippy", &["--all-targets", "--", "-Dwarnings"]);
    let what = "clippy on the firmware, as built on the host";
    steps.push(Step::command("lints-firmware", 5, what, firmware).in_folder(FIRMWARE));
}

/// The page, and what npm and pip bring.
fn brought(root: &Path) -> [Step<'_>; 4] {
    [
        Step::new("page", 30, "builds the page for browsers", |log, _| page::build(root, log).map(drop))
            .unless(page::missing()),
        Step::new("puppeteer", 20, "brings what drives a browser, by npm", |log, _| tools::by_npm(root, "page", log)),
        Step::new("rp2040js", 20, "brings the emulator of the Pico, by npm", |log, _| {
            tools::by_npm(root, "rp2040", log)
        }),
        Step::new("cocotb", 20, "brings cocotb, by pip", |log, _| tools::cocotb(root, log)),
    ]
}

/// Core for another CPU than this. For the smallest Cortex-M it is built as part of the Pico's image.
fn core_elsewhere<'a>(steps: &mut Vec<Step<'a>>, runner: &Runner<'a>) {
    let (id, what) = ("core-neon", "core's vector kernels on AArch64 (NEON), in the emulator");
    steps.push(match Cross::find(LINUX).filter(|_| tools::find("qemu-aarch64").is_some()) {
        Some(cross) => {
            let arguments = ["-p", "lfsr-core", "--features", "alloc", "--lib", SUITE, "--locked"];
            let mut command = runner.prepared(cross.cargo("test", LINUX), &arguments);
            command.arg("--target-dir").arg(runner.root.join("target").join("other-cpu"));
            // The standard library, which is built from source too: what it lacks in speed the emulator multiplies.
            command.args(["--config", "profile.suite.package.\"*\".opt-level=3"]);
            command.args(["--", "stream::", "vector::", "cycle::"]);
            Step::command(id, 20, what, command)
        }
        None => {
            let why = "no qemu-aarch64, or no compiler, standard library and linker for it";
            Step::new(id, 20, what, |_, _| Ok(())).unless(Some(why.to_owned()))
        }
    });
}

/// Tests that are built in another way than the rest.
fn others<'a>(steps: &mut Vec<Step<'a>>, runner: &Runner<'a>) {
    lints(steps, runner);
    // Not optimised as a release: with checks of arithmetic overflow.
    let checked = runner.cargo("test", &["-p", "lfsr-core", "--features", "link", "--no-fail-fast"]);
    steps.push(Step::command("checked", 15, "core's own tests with overflow checks", checked).in_folder(DEBUG));
    for example in EXAMPLES {
        let command = runner.cargo("run", &["-q", "-p", "lfsr-core", "--all-features", "--example", example]);
        steps.push(Step::command(format!("example-{example}"), 5, "runs this example", command).in_folder(DEBUG));
    }
    let firmware = runner.firmware("test", &[]);
    steps.push(Step::command("firmware", 10, "the firmware's command loop on the host", firmware).in_folder(FIRMWARE));
    let miri = runner.prepared(tools::miri(), &["test", "-p", "lfsr-core", "--features", "link", "--lib", "link::"]);
    let miri = Step::command("link-miri", 30, "the link under miri, which the nightly compiler has", miri);
    steps.push(if tools::has_miri() { miri } else { miri.only_by_name() });
}

/// Documentation, and what would be published.
fn documents<'a>(steps: &mut Vec<Step<'a>>, runner: &Runner<'a>) {
    for (id, arguments) in [
        ("docs", ["--workspace", "--no-deps"].as_slice()),
        ("docs-core", &["-p", "lfsr-core", "--no-deps", "--all-features"]),
    ] {
        let mut command = runner.cargo("doc", arguments);
        command.env("RUSTDOCFLAGS", "-Dwarnings");
        steps.push(Step::command(id, 10, "rustdoc without a warning", command).in_folder(DEBUG));
    }
    // Both at once: the host's package is tried against that of core, which no registry has yet.
    let arguments = ["-p", "lfsr-core", "-p", "lfsr-host", "--allow-dirty", "--locked", "--no-verify"];
    steps.push(Step::command("package", 5, "what cargo publish would send", runner.cargo("package", &arguments)));
}
