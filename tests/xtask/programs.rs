//! The test programs: built together, then each a step of its own, so that several run beside each other and each has its own deadline.

use core::time::Duration;
use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, OnceLock},
};

use serde_json::Value;

use crate::{
    child,
    images::{self, Images},
    log::Log,
    page,
    step::Step,
    steps::{Runner, SUITE},
    tools::{self, cargo},
};

/// The step that builds them.
const BUILD: &str = "tests-build";

/// Where cargo builds them.
const FOLDER: &str = "suite";

/// Those that take longest, which begin first.
const LONG: [&str; 8] = ["export", "host", "engines", "cluster", "rp2040", "hostile", "page", "fuzz"];

/// What those need that are not content with the image with logs.
const NEEDS: [(&str, &[&str]); 3] =
    [("page", &["page", "puppeteer"]), ("rp2040", &["rp2040js"]), ("export", &["cocotb"])];

/// What cargo would do, but for running them.
const ARGUMENTS: [&str; 3] = ["--workspace", SUITE, "--no-run"];

/// A test program, before it is built.
#[derive(Clone)]
struct Program {
    /// The step is `tests-` and this: the target's name without `lfsr_`.
    name: String,
    package: PathBuf,
    target: String,
    kind: String,
}

/// The one that talks with devices.
const DEVICE: &str = "host_vs_device";

/// The step that builds all; those that run each, which begin with those that take longest; then the examples in the documentation, and the
/// device's tests once more with an image with tables.
pub(crate) fn steps<'a>(runner: &Runner<'a>, images: &Images<'a>) -> Result<(Step<'a>, Vec<Step<'a>>), String> {
    let mut programs = all(runner.root)?;
    programs.sort_by_key(|program| LONG.iter().position(|name| *name == program.name).unwrap_or(LONG.len()));
    let built = Arc::new(OnceLock::new());
    let common = variables(runner, images, images::LOGS);
    let mut steps = vec![];
    let mut step = |id: String, what: String, program: &Program, variables: Variables, arguments: &'static [&str]| {
        let (own, built) = (program.clone(), Arc::clone(&built));
        let run = move |log: &Log, deadline| own.run(&built, variables, arguments, log, deadline);
        steps.push(Step::new(id, 20, what, run).needs(program.needs(images)));
    };
    for program in &programs {
        let kind = if program.kind == "test" { "" } else { "unit " };
        let what = format!("{kind}tests: {}", program.target);
        step(format!("tests-{}", program.name), what, program, common.clone(), &[]);
    }
    if let Some(device) = programs.iter().find(|program| program.name == DEVICE) {
        // The tables have no part in these.
        let others = &["--skip", "figures::", "--skip", "memory::", "--skip", "pins::"];
        let what = "the image with tables in the emulator against the host";
        step("tables-device".into(), what.into(), device, variables(runner, images, images::TABLES), others);
    }
    let documented = runner.cargo("test", &["--workspace", SUITE, "--doc"]);
    steps.push(
        Step::command("tests-documentation", 15, "runs the examples in the documentation", documented)
            .in_folder(FOLDER)
            .needs([BUILD]),
    );
    Ok((build(runner, built), steps))
}

/// Builds them all, and notes where they are.
fn build<'a>(runner: &Runner<'a>, built: Arc<OnceLock<Built>>) -> Step<'a> {
    let (root, mut command) = (runner.root, runner.cargo("test", &ARGUMENTS));
    let what = "builds all tests of core, host and the cross-checks";
    let run = move |log: &Log, deadline| {
        child::run(&mut command, deadline, log)?;
        built.set(where_built(root)?).map_err(|_| "built twice".to_owned())
    };
    Step::new(BUILD, 30, what, run).in_folder(FOLDER)
}

/// Of the environment.
type Variables = Vec<(String, OsString)>;

/// What tells the tests where everything is that can be had here.
fn variables(runner: &Runner<'_>, images: &Images<'_>, own: &str) -> Variables {
    let root = runner.root;
    let mut variables = images.variables(own);
    let mut set = |name: &str, value: OsString| variables.push((name.to_owned(), value));
    if page::missing().is_none() {
        set("LFSR_PAGE", page::place(root).into());
    }
    set("LFSR_PUPPETEER", tools::npm_folder(root, "page").into());
    set("LFSR_RP2040JS", tools::npm_folder(root, "rp2040").into());
    set("LFSR_COCOTB", tools::cocotb_folder(root).into());
    if runner.long {
        set("LFSR_LONG", "1".into());
    }
    variables
}

/// All that the workspace has.
fn all(root: &Path) -> Result<Vec<Program>, String> {
    let mut command = cargo("metadata");
    command.current_dir(root).args(["--no-deps", "--format-version", "1"]);
    let text = tools::output(&mut command).ok_or("cargo metadata fails")?;
    let metadata: Value = serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))?;
    let mut programs = vec![];
    for package in list(&metadata["packages"]) {
        let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
        let folder = manifest.parent().unwrap_or(root);
        for target in list(&package["targets"]).iter().filter(|target| target["test"] == true) {
            let [kind, target] =
                [&target["kind"][0], &target["name"]].map(|value| value.as_str().unwrap_or_default().to_owned());
            let name = target.strip_prefix("lfsr_").unwrap_or(&target).to_owned();
            programs.push(Program { name, package: folder.to_owned(), target, kind });
        }
    }
    Ok(programs)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

impl Program {
    /// The steps that make what it takes.
    fn needs(&self, images: &Images<'_>) -> Vec<String> {
        let own = NEEDS.iter().filter(|(name, _)| *name == self.name).flat_map(|(_, needs)| *needs);
        let mut needs: Vec<String> = [BUILD, images::LOGS].iter().chain(own).map(|&need| need.to_owned()).collect();
        // The one for devices measures all images; a program with a board's name takes those of that board.
        needs.extend(images.of((self.name != DEVICE).then_some(&self.name)));
        needs
    }

    /// Runs it as cargo does: in its package's folder.
    fn run(
        &self,
        built: &OnceLock<Built>,
        variables: Variables,
        arguments: &[&str],
        log: &Log,
        deadline: Duration,
    ) -> Result<(), String> {
        let program =
            built.get().and_then(|built| built.get(&(self.package.clone(), self.kind.clone(), self.target.clone())));
        let program = program.ok_or_else(|| format!("cargo built no test program of {} {}", self.kind, self.target))?;
        let mut command = Command::new(program);
        command.current_dir(&self.package).env("CARGO_MANIFEST_DIR", &self.package).envs(variables).args(arguments);
        child::run(&mut command, deadline, log)
    }
}

/// The programs by package, kind and name.
type Built = BTreeMap<(PathBuf, String, String), PathBuf>;

/// Cargo has built them, and says so again, for machines.
fn where_built(root: &Path) -> Result<Built, String> {
    let mut command = cargo("test");
    command.current_dir(root).args(ARGUMENTS).arg("--message-format=json");
    let text = tools::output(&mut command).ok_or("cargo test --no-run fails")?;
    let mut built = BTreeMap::new();
    for line in text.lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let (target, manifest) = (&message["target"], message["manifest_path"].as_str().map(Path::new));
        if message["profile"]["test"] == true
            && let (Some(program), Some(kind), Some(name)) =
                (text(&message["executable"]), text(&target["kind"][0]), text(&target["name"]))
            && let Some(package) = manifest.and_then(Path::parent)
        {
            built.insert((package.to_owned(), kind, name), program.into());
        }
    }
    Ok(built)
}
