//! The firmware's image: built by whichever toolchain can, measured, never empty.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::{
    suite::run,
    tools::{Cross, ensure_build, how_to_build},
};

/// The target of the emulated board, and of all but the smallest others: a Cortex-M4 runs it too, the emulator of the tests knows
/// all of it, and one `core` does for all.
pub(crate) const TARGET: &str = "thumbv7m-none-eabi";

/// A board: its feature, and its target.
pub(crate) struct Board {
    pub(crate) name: &'static str,
    pub(crate) target: &'static str,
    /// Whether its usual image has logs.
    logs: bool,
}

/// All boards.
pub(crate) const BOARDS: [Board; 2] =
    [Board { name: "qemu", target: TARGET, logs: true }, Board { name: "stm32f4", target: TARGET, logs: false }];

/// Less than the vector table alone: such an image holds no code.
const EMPTY: u64 = 1024;

/// `cargo xtask firmware`: of one board, or of `all`; with logs if `defmt` says so.
pub(crate) fn command(root: &Path, name: &str, defmt: bool) -> Result<(), String> {
    let boards: Vec<&Board> = BOARDS.iter().filter(|board| board.name == name || name == "all").collect();
    if boards.is_empty() {
        let names: Vec<&str> = BOARDS.iter().map(|board| board.name).collect();
        return Err(format!("no board {name}; there are {}, and all", names.join(", ")));
    }
    ensure_build(&boards.iter().map(|board| board.target).collect::<Vec<_>>())?;
    for board in boards {
        println!("{}", build(root, board, defmt || board.logs)?.display());
    }
    Ok(())
}

/// Builds the image of a board, with logs or without, and says how large it is.
pub(crate) fn build(root: &Path, board: &Board, defmt: bool) -> Result<PathBuf, String> {
    let Board { name, target, .. } = board;
    let cross =
        Cross::find(target).ok_or_else(|| format!("nothing here builds for {target}; {}", how_to_build(&[target])))?;
    match cross {
        Cross::Installed => println!("with the installed target {target}"),
        Cross::Debian { linker } => println!("with Debian's toolchain, core from source, linked by {linker}"),
    }
    let features = if defmt { format!("{name},defmt") } else { (*name).to_owned() };
    // All images are built in one folder, which spares most of the work, and then copied, so that none is replaced by another.
    let build = target_folder(root).join("build");
    let mut command = cross.cargo("rustc", target);
    command.current_dir(root.join("firmware")).arg("--target-dir").arg(&build);
    command.args(["--release", "--locked", "--bin", "lfsr-firmware", "--features", &features, "--", "-Dwarnings"]);
    run(&mut command)?;
    let place = Path::new(target).join("release");
    let image = target_folder(root).join(features.replace(',', "-")).join(&place);
    let failed = |error: std::io::Error| format!("{}: {error}", image.display());
    fs::create_dir_all(&image).map_err(failed)?;
    let image = image.join("lfsr-firmware");
    let failed = |error: std::io::Error| format!("{}: {error}", image.display());
    fs::copy(build.join(&place).join("lfsr-firmware"), &image).map_err(failed)?;
    let elf = fs::read(&image).map_err(failed)?;
    let (flash, ram) = sizes(&elf).ok_or("the image is no 32-bit ELF file")?;
    println!("image [{features}]: {flash} bytes of flash, {ram} bytes of static RAM");
    if flash <= EMPTY {
        return Err(format!("the image holds only {flash} bytes: the link arguments did not reach the linker"));
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

/// Bytes to load, and bytes from the beginning of RAM, by the program headers of a little-endian 32-bit ELF file.
fn sizes(elf: &[u8]) -> Option<(u64, u64)> {
    const LOAD: u32 = 1;
    const RAM: core::ops::Range<u32> = 0x2000_0000..0x4000_0000;
    let word = |at: usize| Some(u32::from_le_bytes(elf.get(at..at + 4)?.try_into().ok()?));
    let half = |at: usize| Some(u16::from_le_bytes(elf.get(at..at + 2)?.try_into().ok()?));
    if elf.get(..6)? != b"\x7fELF\x01\x01" {
        return None;
    }
    let (table, size, count) = (word(28)? as usize, usize::from(half(42)?), usize::from(half(44)?));
    let (mut flash, mut ram) = (0, 0);
    for header in (0..count).map(|i| table + i * size) {
        if word(header)? == LOAD {
            flash += u64::from(word(header + 16)?);
            if RAM.contains(&word(header + 8)?) {
                ram += u64::from(word(header + 20)?);
            }
        }
    }
    Some((flash, ram))
}
