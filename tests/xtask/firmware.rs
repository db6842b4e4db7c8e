//! The firmware's image: built by whichever toolchain can, measured, never empty.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::{
    child,
    elf::{Image, is_second_stage, refuse_panics},
    log::Log,
    tools::{Cross, ensure_build, how_to_build},
    uf2,
};

/// The target of the emulated board, and of all but the smallest others: a Cortex-M4 runs it too, the emulator of the tests knows
/// all of it, and one `core` does for all.
pub(crate) const TARGET: &str = "thumbv7m-none-eabi";

/// The smallest core: no atomic compare-and-swap, no 64-bit anything.
pub(crate) const SMALLEST: &str = "thumbv6m-none-eabi";

/// A board, as its memory map (`firmware/memory/NAME.x`) describes it.
#[derive(Clone)]
pub(crate) struct Board {
    /// The feature of that name builds its image.
    pub(crate) name: String,
    /// From the first line of the map.
    pub(crate) target: String,
    /// Where flash begins, and with it the vectors.
    vectors: u32,
    /// Where the second stage of a boot loader lies, if there is one: the board then takes UF2 files.
    second_stage: Option<u32>,
}

impl Board {
    /// All boards: those that have a memory map; the emulated one first.
    pub(crate) fn all(root: &Path) -> Result<Vec<Self>, String> {
        let folder = root.join("firmware").join("memory");
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        let mut boards = Vec::new();
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|extension| extension == "x") {
                boards.push(Self::read(&path)?);
            }
        }
        boards.sort_by_key(|board| (board.name != "qemu", board.name.clone()));
        Ok(boards)
    }

    fn read(map: &Path) -> Result<Self, String> {
        let failed = |what: &str| format!("{}: {what}", map.display());
        let text = fs::read_to_string(map).map_err(|error| failed(&error.to_string()))?;
        let target = text.lines().next().and_then(|line| line.strip_prefix("/* Rust target: ")?.strip_suffix(" */"));
        // FLASH : ORIGIN = 0x08000000, LENGTH = 512K
        let origin = |region: &str| {
            let line = text.lines().find(|line| line.trim_start().starts_with(region))?;
            let number = line.split("ORIGIN = 0x").nth(1)?.split(',').next()?;
            u32::from_str_radix(number.trim(), 16).ok()
        };
        Ok(Self {
            name: map.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
            target: target.ok_or_else(|| failed("the first line must be /* Rust target: ... */"))?.to_owned(),
            vectors: origin("FLASH").ok_or_else(|| failed("no line FLASH : ORIGIN = 0x..."))?,
            second_stage: origin("BOOT2"),
        })
    }
}

/// Less than the vector table alone: such an image holds no code.
const EMPTY: u64 = 1024;

/// `cargo xtask firmware`: of one board, or of `all`; with logs if `defmt` says so.
pub(crate) fn command(root: &Path, name: &str, defmt: bool) -> Result<(), String> {
    let all = Board::all(root)?;
    let boards: Vec<&Board> = all.iter().filter(|board| board.name == name || name == "all").collect();
    if boards.is_empty() {
        let names: Vec<&str> = all.iter().map(|board| &*board.name).collect();
        return Err(format!("no board {name}; there are {}, and all", names.join(", ")));
    }
    ensure_build(&boards.iter().map(|board| &*board.target).collect::<Vec<_>>())?;
    for board in boards {
        let more: &[&str] = if defmt { &["defmt"] } else { &[] };
        println!("{}", build(root, board, more, &Log::terminal())?.display());
    }
    Ok(())
}

/// Where the image of a board with these features more is put.
pub(crate) fn place(root: &Path, board: &Board, more: &[&str]) -> PathBuf {
    let features = [&[&*board.name], more].concat().join("-");
    target_folder(root).join(features).join(&board.target).join("release").join("lfsr-firmware")
}

/// Builds the image of a board with these features more, and says how large it is.
pub(crate) fn build(root: &Path, board: &Board, more: &[&str], log: &Log) -> Result<PathBuf, String> {
    let Board { name, target, vectors, second_stage } = board;
    let cross =
        Cross::find(target).ok_or_else(|| format!("nothing here builds for {target}; {}", how_to_build(&[target])))?;
    match cross {
        Cross::Installed => log.say(format_args!("with the installed target {target}")),
        Cross::Debian { linker } => {
            log.say(format_args!("with Debian's toolchain, core from source, linked by {linker}"))
        }
    }
    let features = [&[&**name], more].concat().join(",");
    // All images are built in one folder, which spares most of the work, and then copied, so that none is replaced by another.
    let build = target_folder(root).join("build");
    let mut command = cross.cargo("rustc", target);
    command.current_dir(root.join("firmware")).arg("--target-dir").arg(&build);
    command.args(["--release", "--locked", "--bin", "lfsr-firmware", "--features", &features, "--", "-Dwarnings"]);
    child::run(&mut command, child::PATIENCE, log)?;
    let image = place(root, board, more);
    let failed = |error: std::io::Error| format!("{}: {error}", image.display());
    if let Some(folder) = image.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::copy(build.join(target).join("release").join("lfsr-firmware"), &image).map_err(failed)?;
    let elf = fs::read(&image).map_err(failed)?;
    let content = Image::read(&elf).ok_or("the image is no 32-bit ELF file")?;
    log.say(format_args!(
        "image [{features}]: {} bytes of flash, {} bytes of static RAM",
        content.flash(),
        content.ram
    ));
    if content.flash() <= EMPTY {
        return Err(format!("only {} bytes: the link arguments did not reach the linker", content.flash()));
    }
    content.starts(*vectors)?;
    if let Some(begin) = *second_stage {
        let flash = content.from(begin);
        if !is_second_stage(&flash) {
            return Err("the image has no second stage for the boot ROM".into());
        }
        let file = image.with_extension("uf2");
        fs::write(&file, uf2::encode(begin, &flash)).map_err(|error| format!("{}: {error}", file.display()))?;
        log.say(format_args!("for the board's USB drive: {}", file.display()));
    }
    // Logs bring their own, and the drivers of chips have some.
    if name == "qemu" && !more.contains(&"defmt") {
        refuse_panics(&elf)?;
    }
    Ok(image)
}

/// Where the firmware is built: beside its manifest, or below `CARGO_TARGET_DIR`.
pub(crate) fn target_folder(root: &Path) -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root.join(folder).join("firmware"),
        None => root.join("firmware").join("target"),
    }
}
