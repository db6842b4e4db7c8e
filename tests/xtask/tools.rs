//! The tools beyond Rust itself: what is needed and why, what is there, how the rest gets here.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{child, log::Log};

/// Where Debian's `rust-web-src` keeps the source of `core`.
const DEBIAN_CORE: &str = "/usr/lib/rustlib/src/rust/library/core/Cargo.toml";

/// Where the packages of the cross compiler keep the libraries of the other CPU, for the emulator.
const AARCH64_LIBRARIES: &str = "/usr/aarch64-linux-gnu";

/// A CPU with another vector unit than the one at hand.
pub(crate) const LINUX: &str = "aarch64-unknown-linux-gnu";

/// What a browser runs: the program with the world as WASI has it, which the page supplies.
pub(crate) const BROWSER: &str = "wasm32-wasip1";

/// Where Debian's `wasi-libc` keeps the C library for it.
const WASI_LIBC: &str = "/usr/lib/wasm32-wasi";

/// The oldest compiler that builds the firmware: `rust-version` of its manifest.
const OLDEST: u32 = 89;

/// How code for another machine is built here: a bare Cortex-M, AArch64 with Linux, or a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cross {
    /// The toolchain in use has the target.
    Installed,
    /// Debian's toolchain builds `core` (or `std`) from source and links with this.
    Debian {
        /// The linker.
        linker: &'static str,
    },
}

impl Cross {
    /// How to build for `target`, if at all.
    pub(crate) fn find(target: &str) -> Option<Self> {
        // Rust brings a linker, but for Linux one is needed that knows the C library.
        let linker = linkers(target).iter().copied().find(|linker| find(linker).is_some());
        if has_core(target) && (linker.is_some() || target != LINUX) {
            return Some(Self::Installed);
        }
        let has_library = target != BROWSER || Path::new(WASI_LIBC).exists();
        linker.filter(|_| has_library && debian_is_recent()).map(|linker| Self::Debian { linker })
    }

    /// `cargo <subcommand> --target <target>`; give the other arguments after.
    pub(crate) fn cargo(self, subcommand: &str, target: &str) -> Command {
        let variable = |what: &str| format!("CARGO_TARGET_{}_{what}", target.to_uppercase().replace('-', "_"));
        let mut command = match self {
            Self::Installed => {
                let mut command = cargo(subcommand);
                command.args(["--target", target]);
                if let [linker, ..] = linkers(target)
                    && target == LINUX
                {
                    command.env(variable("LINKER"), linker);
                }
                if target == BROWSER {
                    command.env(variable("RUSTFLAGS"), FOR_BROWSERS);
                }
                command
            }
            Self::Debian { linker } => {
                let mut command = Command::new("/usr/bin/cargo");
                // The environment of the toolchain that runs this program must not reach the other one.
                for name in ["LD_LIBRARY_PATH", "CARGO", "RUSTUP_TOOLCHAIN", "RUSTDOC", "RUSTC_WRAPPER"] {
                    command.env_remove(name);
                }
                command.env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1").env(variable("LINKER"), linker);
                let library = match target {
                    LINUX => "-Zbuild-std",
                    BROWSER => "-Zbuild-std=std,panic_abort",
                    _ => "-Zbuild-std=core",
                };
                if target == BROWSER {
                    // This C library is older than the threads of WASI: the page says that there are none.
                    let library = format!(
                        "-Clink-self-contained=no -L{WASI_LIBC} -Clink-arg={WASI_LIBC}/crt1-command.o -Clink-arg=--allow-undefined"
                    );
                    command.env(variable("RUSTFLAGS"), format!("{FOR_BROWSERS} {library}"));
                }
                command.args([subcommand, "--target", target, library]);
                if target == BROWSER {
                    command.arg("-Zbuild-std-features=optimize_for_size");
                }
                command
            }
        };
        if target == LINUX {
            command.env(variable("RUNNER"), format!("qemu-aarch64 -L {AARCH64_LIBRARIES}"));
        }
        command
    }
}

/// Vectors, which browsers have had since 2023; a stack as programs are used to.
const FOR_BROWSERS: &str = "-Ctarget-feature=+simd128 -Clink-arg=-zstack-size=4194304";

/// What can link for `target`, best first.
fn linkers(target: &str) -> &'static [&'static str] {
    match target {
        LINUX => &["aarch64-linux-gnu-gcc"],
        BROWSER => &["wasm-ld"],
        _ => &["ld.lld", "arm-none-eabi-ld"],
    }
}

/// `cargo <subcommand>` of the toolchain in use.
pub(crate) fn cargo(subcommand: &str) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.arg(subcommand);
    command
}

/// What is missing, and the packages that bring it.
struct Need {
    packages: &'static [&'static str],
    why: String,
    met: bool,
}

/// The two ways to what a build for these targets needs.
pub(crate) fn how_to_build(targets: &[&str]) -> String {
    format!("either: {}; or on Debian: apt-get install --no-install-recommends {}", add(targets), DEBIAN.join(" "))
}

/// What brings these targets to the toolchain in use.
fn add(targets: &[&str]) -> String {
    let mut missing: Vec<&str> = targets.iter().copied().filter(|target| !has_core(target)).collect();
    missing.sort_unstable();
    missing.dedup();
    format!("rustup target add {}", missing.join(" "))
}

/// Debian's packages that build for any target.
const DEBIAN: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld"];

/// To build for these targets.
fn to_build(targets: &[&str]) -> Vec<Need> {
    vec![Need {
        packages: &DEBIAN,
        why: format!(
            "build for Cortex-M, since the toolchain in use lacks a target of it (not needed after: {})",
            add(targets)
        ),
        met: targets.iter().all(|target| Cross::find(target).is_some()),
    }]
}

/// To build the page.
fn to_build_page() -> Vec<Need> {
    vec![Need {
        packages: &["rustc-web", "cargo-web", "rust-web-src", "lld", "wasi-libc"],
        why: format!("build for browsers, since the toolchain in use cannot (not needed after: {})", add(&[BROWSER])),
        met: Cross::find(BROWSER).is_some(),
    }]
}

/// To test as well.
fn to_test(targets: &[&str]) -> Vec<Need> {
    let mut needs = to_build(targets);
    needs.extend(to_build_page());
    let programs: [(&[&str], &str, &str); 15] = [
        (&["qemu-system-arm"], "qemu-system-arm", "emulates the board the firmware runs on"),
        (&["pari-gp"], "gp", "PARI/GP is the outside oracle for the algebra"),
        (&["iverilog"], "iverilog", "Icarus Verilog simulates registers as hardware has them"),
        (&["verilator"], "verilator", "Verilator looks through exported Verilog"),
        (&["ghdl"], "ghdl", "GHDL simulates exported VHDL"),
        (&["yosys"], "yosys", "Yosys and its ABC prove exported hardware equal to registers drawn by hand"),
        (&["gcc", "libc6-dev"], "cc", "compiles exported C"),
        (&["clang"], "clang", "looks through exported C"),
        (&["qemu-user"], "qemu-aarch64", "runs what was built for AArch64, or as on an older CPU"),
        (&["gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross"], "aarch64-linux-gnu-gcc", "links for AArch64"),
        (&["slurm-wlm", "munge"], "sbatch", "Slurm, a cluster of one node"),
        (&["parallel"], "parallel", "GNU parallel runs units of work"),
        (&["nodejs", "npm"], "npm", "Node.js runs rp2040js, an emulator of the Pico, which npm brings"),
        (&["chromium"], "chromium", "Chromium shows the page"),
        (&["openmpi-bin"], "mpirun", "Open MPI runs units of work"),
    ];
    needs.extend(programs.map(|(packages, program, why)| Need {
        packages,
        why: why.to_owned(),
        met: find(program).is_some(),
    }));
    needs.push(Need {
        packages: &["python3-venv", "libpython3-dev"],
        why: "Python with its library runs cocotb, which pip brings into a folder of its own".into(),
        met: output(Command::new("python3").args(["-c", PYTHON])).is_some(),
    });
    needs
}

/// Fails unless Python can make virtual environments and has its shared library, which simulators load.
const PYTHON: &str = "import ensurepip, os, sysconfig; v = sysconfig.get_config_var; \
                      assert os.path.exists(os.path.join(v('LIBDIR'), v('LDLIBRARY')))";

/// Installs what a build for these targets needs, or says how.
///
/// # Errors
/// If something is still missing: the command that would install it.
pub(crate) fn ensure_build(targets: &[&str]) -> Result<(), String> {
    ensure(|| to_build(targets))
}

/// Installs what a build of the page needs, or says how.
///
/// # Errors
/// If something is still missing: the command that would install it.
pub(crate) fn ensure_page() -> Result<(), String> {
    ensure(to_build_page)
}

/// Installs what the tests need, or says how.
///
/// # Errors
/// If something is still missing: the command that would install it.
pub(crate) fn ensure_test(targets: &[&str]) -> Result<(), String> {
    ensure(|| to_test(targets))
}

fn ensure(needs: impl Fn() -> Vec<Need>) -> Result<(), String> {
    let missing: Vec<Need> = needs().into_iter().filter(|need| !need.met).collect();
    if missing.is_empty() {
        println!("all tools are here");
        return Ok(());
    }
    for need in &missing {
        println!("missing: {}: {}", need.packages.join(" "), need.why);
    }
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    let by_hand = format!("apt-get install --no-install-recommends {}", packages.join(" "));
    if find("apt-get").is_none() {
        return Err(format!("no apt-get here; on Debian the command is: {by_hand}"));
    }
    let Some(rights) = rights() else {
        return Err(format!("not root, and sudo asks for a password; run: sudo {by_hand}"));
    };
    println!("installing them with apt-get");
    let apt = |arguments: &[&str]| {
        let mut words = rights.clone();
        words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        words.extend(arguments);
        child::run(Command::new(words[0]).args(&words[1..]).stdin(Stdio::null()), child::PATIENCE, &Log::terminal())
    };
    apt(&["update"])?;
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(&packages);
    apt(&arguments)?;
    match needs().iter().find(|need| !need.met) {
        None => Ok(()),
        Some(need) => Err(format!(
            "installed, but still not usable: {}: {}{}",
            need.packages.join(" "),
            need.why,
            if need.packages == DEBIAN { too_old() } else { String::new() }
        )),
    }
}

/// What to put before a command that needs root, if it can be had without a question.
fn rights() -> Option<Vec<&'static str>> {
    if output(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0") {
        return Some(Vec::new());
    }
    output(Command::new("sudo").args(["-n", "true"])).map(|_| vec!["sudo", "-n"])
}

/// Where [`by_npm`] puts it.
pub(crate) fn npm_folder(root: &Path, name: &str) -> PathBuf {
    root.join("target").join("npm").join(name)
}

/// Where [`cocotb`] is put.
pub(crate) fn cocotb_folder(root: &Path) -> PathBuf {
    root.join("target").join("cocotb")
}

/// Puts what `tests/NAME/package.json` names, in the versions of its lock file, into a folder of its own under `target`.
///
/// # Errors
/// If npm cannot be run, or brings nothing.
pub(crate) fn by_npm(root: &Path, name: &str, log: &Log) -> Result<(), String> {
    let folder = npm_folder(root, name);
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut is_new = !folder.join("node_modules").is_dir();
    for file in ["package.json", "package-lock.json"] {
        let (from, to) = (root.join("tests").join(name).join(file), folder.join(file));
        let wanted = fs::read(&from).map_err(|error| format!("{}: {error}", from.display()))?;
        if fs::read(&to).ok().as_ref() != Some(&wanted) {
            is_new = true;
            fs::write(&to, wanted).map_err(|error| format!("{}: {error}", to.display()))?;
        }
    }
    if is_new {
        let mut command = Command::new("npm");
        command.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder);
        child::run(&mut command, child::PATIENCE, log)?;
    }
    Ok(())
}

/// Makes a virtual environment of Python with cocotb, in the version that the tests name, under `target`.
///
/// # Errors
/// If Python or pip cannot be run, or bring nothing.
pub(crate) fn cocotb(root: &Path, log: &Log) -> Result<(), String> {
    let folder = cocotb_folder(root);
    let (from, to) = (root.join("tests/export/cocotb/requirements.txt"), folder.join("requirements.txt"));
    let wanted = fs::read(&from).map_err(|error| format!("{}: {error}", from.display()))?;
    // Written last: what was broken off is made anew.
    if fs::read(&to).ok().as_ref() != Some(&wanted) {
        child::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder), child::PATIENCE, log)?;
        let mut pip = Command::new(folder.join("bin").join("pip"));
        pip.args(["install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "-r"]).arg(&from);
        child::run(&mut pip, child::PATIENCE, log)?;
        fs::write(&to, wanted).map_err(|error| format!("{}: {error}", to.display()))?;
    }
    Ok(())
}

/// Whether miri can be used; nothing is downloaded to find out.
pub(crate) fn has_miri() -> bool {
    output(miri().arg("--version")).is_some()
}

/// `cargo +nightly miri`.
pub(crate) fn miri() -> Command {
    let mut command = Command::new("cargo");
    command.args(["+nightly", "miri"]).env("RUSTUP_AUTO_INSTALL", "0");
    for name in ["RUSTUP_TOOLCHAIN", "CARGO", "RUSTC", "LD_LIBRARY_PATH"] {
        command.env_remove(name);
    }
    command
}

/// Whether the toolchain in use has `core` for `target`.
fn has_core(target: &str) -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let Some(folder) = output(Command::new(rustc).args(["--print", "target-libdir", "--target", target])) else {
        return false;
    };
    let Ok(files) = fs::read_dir(folder.trim()) else { return false };
    files.flatten().any(|file| {
        let name = file.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libcore-") && name.ends_with(".rlib")
    })
}

/// What to do if Debian's compiler is too old, nothing if it is not.
fn too_old() -> String {
    match debian_version().as_deref().map(|line| (line.trim(), minor(line))) {
        Some((line, Some(version))) if version < OLDEST => format!(
            "; this is {line}, and 1.{OLDEST} or later is needed, which Debian has in its security updates: \
             see above whether apt-get update could read them"
        ),
        _ => String::new(),
    }
}

/// Whether Debian's toolchain is there with the source of `core`, and not too old.
fn debian_is_recent() -> bool {
    Path::new(DEBIAN_CORE).exists()
        && Path::new("/usr/bin/cargo").exists()
        && debian_version().and_then(|line| minor(&line)).is_some_and(|minor| minor >= OLDEST)
}

/// What Debian's compiler says its version is.
fn debian_version() -> Option<String> {
    output(Command::new("/usr/bin/rustc").arg("--version").env_remove("LD_LIBRARY_PATH"))
}

/// 96 of `rustc 1.96.0 (...)`.
fn minor(line: &str) -> Option<u32> {
    line.split_whitespace().nth(1)?.split('.').nth(1)?.parse().ok()
}

/// The program of that name on the path.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// What a command prints, if it succeeds.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
