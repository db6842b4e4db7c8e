//! The board, link arguments and the memory map. They stand here and not in a `config.toml`, where a `RUSTFLAGS` in the environment would
//! replace them and leave an empty image.
//!
//! A board NAME is `src/board/NAME.rs`, `memory/NAME.x`, and a feature NAME in `Cargo.toml` with the drivers it needs.

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=memory");
    println!("cargo::rerun-if-env-changed=DEFMT_LOG");
    if env::var_os("CARGO_FEATURE_DEFMT").is_some() && env::var_os("DEFMT_LOG").is_none() {
        // Without a level every log statement is compiled away.
        println!("cargo::rustc-env=DEFMT_LOG=info");
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let boards = boards()?;
    let chosen = boards.iter().find(|board| env::var_os(format!("CARGO_FEATURE_{}", board.to_uppercase())).is_some());
    fs::write(out.join("board.rs"), module(chosen, &boards)?)?;
    let (Some(board), true) = (chosen, env::var("CARGO_CFG_TARGET_OS")? == "none") else { return Ok(()) };
    fs::copy(Path::new("memory").join(format!("{board}.x")), out.join("memory.x"))?;
    if board == "qemu" {
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

/// The boards: those that have a memory map.
fn boards() -> Result<Vec<String>, Box<dyn Error>> {
    let mut boards = Vec::new();
    for entry in fs::read_dir("memory")? {
        let path = entry?.path();
        if let Some(name) = path.file_stem().and_then(|name| name.to_str()) {
            boards.push(name.to_owned());
        }
    }
    boards.sort();
    Ok(boards)
}

/// What `board.rs` includes: the module of the chosen board.
fn module(chosen: Option<&String>, boards: &[String]) -> Result<String, Box<dyn Error>> {
    let Some(board) = chosen else {
        return Ok(format!("compile_error!(\"an image needs a board: --features {}\");\n", boards.join(", ")));
    };
    let file = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("src").join("board").join(format!("{board}.rs"));
    Ok(format!(
        "#[path = {file:?}]\nmod {board};\npub(crate) use {board}::{{Inputs, NAME, Reading, Sending, peripherals}};\n"
    ))
}
