//! The firmware's image: built by whichever toolchain can, measured, never empty.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::{
    suite::run,
    tools::{Cross, ensure_build},
};

/// The emulated board's target.
pub(crate) const TARGET: &str = "thumbv7m-none-eabi";

/// Less than the vector table alone: such an image holds no code.
const EMPTY: u64 = 1024;

/// `cargo xtask firmware`.
pub(crate) fn command(root: &Path) -> Result<(), String> {
    ensure_build(&[TARGET])?;
    let image = build(root, "qemu,defmt")?;
    println!("{}", image.display());
    Ok(())
}

/// Builds the image with these features and says how large it is.
pub(crate) fn build(root: &Path, features: &str) -> Result<PathBuf, String> {
    let cross = Cross::find(TARGET).ok_or("nothing here builds for Cortex-M")?;
    match cross {
        Cross::Installed => println!("with the installed target {TARGET}"),
        Cross::Debian { linker } => println!("with Debian's toolchain, core from source, linked by {linker}"),
    }
    // One folder for each set of features, so that an image is not replaced by another.
    let target = target_folder(root).join(features.replace(',', "-"));
    let mut command = cross.cargo("rustc", TARGET);
    command.current_dir(root.join("firmware")).arg("--target-dir").arg(&target);
    command.args(["--release", "--locked", "--bin", "lfsr-firmware", "--features", features, "--", "-Dwarnings"]);
    run(&mut command)?;
    let image = target.join(TARGET).join("release").join("lfsr-firmware");
    let elf = fs::read(&image).map_err(|error| format!("{}: {error}", image.display()))?;
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
