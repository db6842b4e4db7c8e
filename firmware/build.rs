//! Link arguments and the memory map. They stand here and not in a `config.toml`, where a `RUSTFLAGS` in the environment would
//! replace them and leave an empty image.

use std::{env, error::Error, fs, path::PathBuf};

/// The features that are boards, each with its memory map.
const BOARDS: [&str; 4] = ["qemu", "stm32f4", "rp2040", "nrf52840"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=DEFMT_LOG");
    if env::var_os("CARGO_FEATURE_DEFMT").is_some() && env::var_os("DEFMT_LOG").is_none() {
        // Without a level every log statement is compiled away.
        println!("cargo::rustc-env=DEFMT_LOG=info");
    }
    if env::var("CARGO_CFG_TARGET_OS")? != "none" {
        return Ok(());
    }
    let Some(board) =
        BOARDS.iter().find(|board| env::var_os(format!("CARGO_FEATURE_{}", board.to_uppercase())).is_some())
    else {
        return Ok(());
    };
    let map = format!("memory/{board}.x");
    println!("cargo::rerun-if-changed={map}");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::copy(&map, out.join("memory.x"))?;
    if *board == "qemu" {
        // The board has its own table of interrupts, which names no more handlers.
        fs::write(out.join("device.x"), "")?;
    }
    println!("cargo::rustc-link-search={}", out.display());
    println!("cargo::rustc-link-arg-bins=--nmagic");
    println!("cargo::rustc-link-arg-bins=-Tlink.x");
    if env::var_os("CARGO_FEATURE_DEFMT").is_some() {
        println!("cargo::rustc-link-arg-bins=-Tdefmt.x");
    }
    Ok(())
}
